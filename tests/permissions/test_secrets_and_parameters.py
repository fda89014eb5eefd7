"""Who may read one secret, one parameter, or the parameters of one path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from aws_cdk import (
    Stack,
    aws_kms as kms,
    aws_secretsmanager as secretsmanager,
    aws_ssm as ssm,
    interfaces,
)

from least_privilege.errors import InvalidArnError, InvalidInputError, InvalidPermissionError
from least_privilege.permissions import ParameterRead, ParametersByPath, Permission, SecretRead
from least_privilege.policy import Condition
from tests.conftest import new_stack
from tests.permissions.kit import (
    KEY,
    OTHER_ACCOUNT,
    OTHER_KEY,
    allow,
    check_is_known_to_aws,
    is_allowed,
    said,
)

SECRETS = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:"
SECRET = f"{SECRETS}db/password-AbCdEf"
PARAMETERS = "arn:aws:ssm:eu-central-1:111122223333:parameter"
PARAMETER = f"{PARAMETERS}/app/prod/db-host"
HERE = "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter"
NAMED = (
    "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:"
    "secret:db/password-??????"
)
GET = ["ssm:GetParameter", "ssm:GetParameters"]
THROUGH = "eu-central-1.amazonaws.com"
RIGHT_BELOW = {"BoolIfExists": {"ssm:Recursive": "false"}}

SAID: list[tuple[Permission, list[dict[str, Any]]]] = [
    (SecretRead(secret_arn=SECRET), [allow("secretsmanager:GetSecretValue", SECRET)]),
    (
        SecretRead(secret_arn=SECRET, kms_key_arn=KEY, version_stages=("AWSCURRENT",)),
        [
            allow(
                "secretsmanager:GetSecretValue",
                SECRET,
                **{"ForAnyValue:StringEquals": {"secretsmanager:VersionStage": "AWSCURRENT"}},
            ),
            allow(
                "kms:Decrypt",
                KEY,
                StringEquals={
                    "kms:ViaService": "secretsmanager.eu-central-1.${AWS::URLSuffix}",
                    "kms:EncryptionContext:SecretARN": SECRET,
                },
            ),
        ],
    ),
    (
        SecretRead.named("db/password", kms_key_arn=KEY),
        [
            allow("secretsmanager:GetSecretValue", NAMED),
            allow(
                "kms:Decrypt",
                KEY,
                StringEquals={"kms:ViaService": "secretsmanager.${AWS::Region}.${AWS::URLSuffix}"},
                StringLike={"kms:EncryptionContext:SecretARN": NAMED},
            ),
        ],
    ),
    (ParameterRead(parameter_arn=PARAMETER), [allow(GET, PARAMETER)]),
    (
        ParameterRead.named("/app/prod/db-host", kms_key_arn=KEY),
        [
            allow(GET, f"{HERE}/app/prod/db-host"),
            allow(
                "kms:Decrypt",
                KEY,
                StringEquals={
                    "kms:ViaService": "ssm.${AWS::Region}.${AWS::URLSuffix}",
                    "kms:EncryptionContext:PARAMETER_ARN": f"{HERE}/app/prod/db-host",
                },
            ),
        ],
    ),
    (ParameterRead.named("db-host"), [allow(GET, f"{HERE}/db-host")]),
    (
        ParameterRead.named("/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"),
        [
            allow(
                GET,
                "arn:${AWS::Partition}:ssm:${AWS::Region}::parameter/aws/service/"
                "ami-amazon-linux-latest/al2023-ami-kernel-default-arm64",
            )
        ],
    ),
    (
        ParametersByPath(path="/app/prod"),
        [
            allow(
                "ssm:GetParametersByPath",
                [f"{HERE}/app/prod", f"{HERE}/app/prod/"],
                **RIGHT_BELOW,
            )
        ],
    ),
    (
        ParametersByPath(path="/app/prod", recursive=True, kms_key_arn=KEY),
        [
            allow("ssm:GetParametersByPath", [f"{HERE}/app/prod", f"{HERE}/app/prod/"]),
            allow(
                "kms:Decrypt",
                KEY,
                StringEquals={"kms:ViaService": "ssm.${AWS::Region}.${AWS::URLSuffix}"},
                StringLike={"kms:EncryptionContext:PARAMETER_ARN": f"{HERE}/app/prod/*"},
            ),
        ],
    ),
]


@pytest.mark.parametrize(("permission", "statements"), SAID)
def test_a_permission_says_exactly_this(
    permission: Permission, statements: list[dict[str, Any]]
) -> None:
    assert said(permission) == statements
    check_is_known_to_aws(permission)


def test_six_question_marks_and_no_others_have_a_reason() -> None:
    assert set(SecretRead.named("db/password").wildcard_reasons()) == {NAMED}
    for permission, _ in SAID:
        wildcards = {
            each
            for statement in permission.statements()
            for each in statement.resources
            if "*" in each or "?" in each
        }
        assert set(permission.wildcard_reasons()) == wildcards


# What it allows --------------------------------------------------------------------------------

READ_SECRET = "secretsmanager:GetSecretValue"
OF_SECRET = {
    "kms:ViaService": f"secretsmanager.{THROUGH}",
    "kms:EncryptionContext:SecretARN": SECRET,
}
OF_PARAMETER = {
    "kms:ViaService": f"ssm.{THROUGH}",
    "kms:EncryptionContext:PARAMETER_ARN": PARAMETER,
}
WITH_KEY = SecretRead(secret_arn=SECRET, kms_key_arn=KEY)
BY_NAME = SecretRead.named("db/password", kms_key_arn=KEY)
CURRENT = SecretRead(secret_arn=SECRET, version_stages=("AWSCURRENT",))
ONE = ParameterRead.named("/app/prod/db-host", kms_key_arn=KEY)
BELOW = ParametersByPath(path="/app/prod", kms_key_arn=KEY)
DEEP = ParametersByPath(path="/app/prod", recursive=True, kms_key_arn=KEY)
ASK = "ssm:GetParametersByPath"

ALLOWED: list[tuple[Permission, str, str, dict[str, Any]]] = [
    (WITH_KEY, READ_SECRET, SECRET, {}),
    (WITH_KEY, "kms:Decrypt", KEY, OF_SECRET),
    (BY_NAME, READ_SECRET, SECRET, {}),
    (BY_NAME, READ_SECRET, f"{SECRETS}db/password-000000", {}),
    (BY_NAME, "kms:Decrypt", KEY, OF_SECRET),
    (CURRENT, READ_SECRET, SECRET, {"secretsmanager:VersionStage": ["AWSCURRENT"]}),
    (ONE, "ssm:GetParameter", PARAMETER, {}),
    (ONE, "ssm:GetParameters", PARAMETER, {}),
    (ONE, "kms:Decrypt", KEY, OF_PARAMETER),
    (BELOW, ASK, f"{PARAMETERS}/app/prod", {}),
    (BELOW, ASK, f"{PARAMETERS}/app/prod/", {"ssm:Recursive": "false"}),
    (BELOW, "kms:Decrypt", KEY, OF_PARAMETER),
    (DEEP, ASK, f"{PARAMETERS}/app/prod", {"ssm:Recursive": "true"}),
    (DEEP, ASK, f"{PARAMETERS}/app/prod", {}),
]


@pytest.mark.parametrize(("permission", "action", "resource", "context"), ALLOWED)
def test_what_it_is_for_is_allowed(
    permission: Permission, action: str, resource: str, context: dict[str, Any]
) -> None:
    assert is_allowed(permission, action, resource, context)


NOT_ALLOWED: list[tuple[Permission, str, str, dict[str, Any]]] = [
    (WITH_KEY, READ_SECRET, f"{SECRETS}db/password-AbCdEg", {}),
    (WITH_KEY, READ_SECRET, SECRET.replace("111122223333", OTHER_ACCOUNT), {}),
    (WITH_KEY, READ_SECRET, SECRET.replace("eu-central-1", "eu-west-1"), {}),
    (WITH_KEY, "secretsmanager:DescribeSecret", SECRET, {}),
    (WITH_KEY, "secretsmanager:ListSecretVersionIds", SECRET, {}),
    (WITH_KEY, "secretsmanager:PutSecretValue", SECRET, {}),
    (WITH_KEY, "secretsmanager:DeleteSecret", SECRET, {}),
    (WITH_KEY, "secretsmanager:PutResourcePolicy", SECRET, {}),
    (WITH_KEY, "secretsmanager:BatchGetSecretValue", "*", {}),
    (WITH_KEY, "kms:Decrypt", KEY, {}),
    (WITH_KEY, "kms:Decrypt", KEY, OF_SECRET | {"kms:ViaService": f"ssm.{THROUGH}"}),
    (WITH_KEY, "kms:Decrypt", KEY, OF_SECRET | {"kms:EncryptionContext:SecretARN": SECRETS}),
    (WITH_KEY, "kms:Decrypt", OTHER_KEY, OF_SECRET),
    (WITH_KEY, "kms:GenerateDataKey", KEY, OF_SECRET),
    # The name goes on, ends early, or another one begins the same.
    (BY_NAME, READ_SECRET, f"{SECRETS}db/password-admin-AbCdEf", {}),
    (BY_NAME, READ_SECRET, f"{SECRETS}db/password-AbCdE", {}),
    (BY_NAME, READ_SECRET, f"{SECRETS}db/password-AbCdEfg", {}),
    (BY_NAME, READ_SECRET, f"{SECRETS}db/passwords-AbCdEf", {}),
    (BY_NAME, READ_SECRET, f"{SECRETS}db/password", {}),
    (BY_NAME, READ_SECRET, SECRET.replace("111122223333", OTHER_ACCOUNT), {}),
    (
        BY_NAME,
        "kms:Decrypt",
        KEY,
        OF_SECRET | {"kms:EncryptionContext:SecretARN": f"{SECRETS}db/password-admin-AbCdEf"},
    ),
    (CURRENT, READ_SECRET, SECRET, {"secretsmanager:VersionStage": ["AWSPREVIOUS"]}),
    (CURRENT, READ_SECRET, SECRET, {}),
    (ONE, "ssm:GetParameter", f"{PARAMETERS}/app/prod", {}),
    (ONE, "ssm:GetParameter", f"{PARAMETERS}/app/prod/db-host-2", {}),
    (ONE, "ssm:GetParameter", f"{PARAMETERS}/app/test/db-host", {}),
    (ONE, "ssm:GetParameter", PARAMETER.replace("111122223333", OTHER_ACCOUNT), {}),
    (ONE, "ssm:GetParameterHistory", PARAMETER, {}),
    (ONE, "ssm:GetParametersByPath", PARAMETER, {}),
    (ONE, "ssm:PutParameter", PARAMETER, {}),
    (ONE, "ssm:DeleteParameter", PARAMETER, {}),
    (ONE, "ssm:DescribeParameters", "*", {}),
    (
        ONE,
        "kms:Decrypt",
        KEY,
        OF_PARAMETER | {"kms:EncryptionContext:PARAMETER_ARN": f"{PARAMETERS}/app/prod/other"},
    ),
    (ONE, "kms:Decrypt", KEY, {}),
    (ONE, "kms:Encrypt", KEY, OF_PARAMETER),
    # Parents, siblings, and what is below.
    (DEEP, ASK, f"{PARAMETERS}/", {"ssm:Recursive": "true"}),
    (DEEP, ASK, f"{PARAMETERS}/app", {"ssm:Recursive": "true"}),
    (DEEP, ASK, f"{PARAMETERS}/app/", {"ssm:Recursive": "true"}),
    (DEEP, ASK, f"{PARAMETERS}/app/prod-2", {"ssm:Recursive": "true"}),
    (DEEP, ASK, f"{PARAMETERS}/app/test", {"ssm:Recursive": "true"}),
    (DEEP, ASK, f"{PARAMETERS}/app/prod/deeper", {"ssm:Recursive": "true"}),
    (DEEP, ASK, f"{PARAMETERS}/app/prod".replace("111122223333", OTHER_ACCOUNT), {}),
    (DEEP, "ssm:GetParameter", PARAMETER, {}),
    (DEEP, "ssm:GetParameterHistory", PARAMETER, {}),
    (
        DEEP,
        "kms:Decrypt",
        KEY,
        OF_PARAMETER | {"kms:EncryptionContext:PARAMETER_ARN": f"{PARAMETERS}/app/prod-2/x"},
    ),
    (BELOW, ASK, f"{PARAMETERS}/app/prod", {"ssm:Recursive": "true"}),
    (BELOW, ASK, f"{PARAMETERS}/app", {"ssm:Recursive": "false"}),
]


@pytest.mark.parametrize(("permission", "action", "resource", "context"), NOT_ALLOWED)
def test_its_neighbours_are_not_allowed(
    permission: Permission, action: str, resource: str, context: dict[str, Any]
) -> None:
    assert not is_allowed(permission, action, resource, context)


# Of the CDK's own resources --------------------------------------------------------------------


def test_a_secret_of_the_stack_is_read_by_its_whole_arn_with_its_key(stack: Stack) -> None:
    key = kms.Key(stack, "Key")
    secret = secretsmanager.Secret(stack, "Secret", encryption_key=key)
    read = SecretRead.of(secret, version_stages=("AWSCURRENT",))
    assert (read.secret_arn, read.kms_key_arn) == (secret.secret_full_arn, key.key_arn)
    assert read.wildcard_reasons() == {}
    assert read.statements()[1].conditions[1] == Condition.of(
        "StringEquals", "kms:EncryptionContext:SecretARN", secret.secret_arn
    )


def test_a_secret_without_a_key_of_its_own_needs_no_kms(stack: Stack) -> None:
    assert len(SecretRead.of(secretsmanager.Secret(stack, "Secret")).statements()) == 1


def test_an_imported_secret_is_as_exact_as_what_is_known_of_it(stack: Stack) -> None:
    whole = secretsmanager.Secret.from_secret_complete_arn(stack, "Whole", SECRET)
    assert SecretRead.of(whole).secret_arn == SECRET
    partly = secretsmanager.Secret.from_secret_partial_arn(stack, "Part", f"{SECRETS}db/password")
    by_name = secretsmanager.Secret.from_secret_name_v2(stack, "Name", "db/password")
    for secret in (partly, by_name):
        assert SecretRead.of(secret).secret_arn == f"{SECRETS}db/password-??????"
        assert SecretRead.of(secret).kms_key_arn is None
        assert SecretRead.of(secret, kms_key_arn=KEY).statements()[1].resources == (KEY,)


def test_the_key_of_a_secret_is_used_in_the_region_of_the_secret() -> None:
    stack = new_stack(region="us-east-1")
    secret = secretsmanager.Secret(stack, "Secret", encryption_key=kms.Key(stack, "Key"))
    assert SecretRead.of(secret).statements()[1].conditions[0].values == (
        "secretsmanager.us-east-1.${AWS::URLSuffix}",
    )


def test_parameters_of_the_cdk_are_read_by_their_arn(stack: Stack) -> None:
    made: list[ssm.IStringParameter | ssm.IStringListParameter] = [
        ssm.StringParameter(stack, "Made", string_value="x"),
        ssm.StringParameter(stack, "Named", string_value="x", parameter_name="/app/prod/size"),
        ssm.StringListParameter(stack, "List", string_list_value=["x"]),
        ssm.StringParameter.from_string_parameter_name(stack, "Other", "/app/prod/db-host"),
    ]
    for parameter in made:
        read = ParameterRead.of(parameter)
        assert read.parameter_arn == parameter.parameter_arn
        assert len(read.statements()) == 1
    assert ParameterRead.of(made[-1]).parameter_arn == PARAMETER


def test_a_secure_string_is_read_with_its_key(stack: Stack) -> None:
    key = kms.Key(stack, "Key")
    secure = ssm.StringParameter.from_secure_string_parameter_attributes(
        stack, "Secure", parameter_name="/app/prod/db-host", encryption_key=key
    )
    read = ParameterRead.of(secure, kms_key_arn=key.key_arn)
    assert read.statements()[1].resources == (key.key_arn,)


def test_a_parameter_that_tells_its_key_is_read_with_it(stack: Stack) -> None:
    @dataclass
    class Telling:
        parameter_arn: str
        parameter_name: str
        env: interfaces.ResourceEnvironment
        encryption_key: kms.IKey

    key = kms.Key(stack, "Key")
    telling = Telling(PARAMETER, "/app/prod/db-host", key.env, key)
    assert ParameterRead.of(telling).kms_key_arn == key.key_arn


@pytest.mark.parametrize("kind", [SecretRead, ParameterRead])
def test_anything_else_is_refused(kind: Any, stack: Stack) -> None:
    for thing in (stack, "db/password", kms.Key(stack, "Key")):
        with pytest.raises(InvalidPermissionError, match="of the CDK"):
            kind.of(thing)


# Bad input -------------------------------------------------------------------------------------

REFUSED: list[tuple[Any, dict[str, Any], type[InvalidInputError], str]] = [
    (SecretRead, {"secret_arn": "db/password"}, InvalidArnError, "SecretRead.named"),
    (SecretRead, {"secret_arn": f"{SECRETS}db/pw"}, InvalidArnError, "SecretRead.named"),
    (SecretRead, {"secret_arn": f"{SECRETS}db/password-*"}, InvalidArnError, "one resource"),
    (SecretRead, {"secret_arn": f"{SECRETS}db/*-??????"}, InvalidArnError, "one resource"),
    (SecretRead, {"secret_arn": f"{SECRETS}db/password-?????"}, InvalidArnError, "one resource"),
    (SecretRead, {"secret_arn": f"{SECRETS}db/password-???????"}, InvalidArnError, "one resource"),
    (SecretRead, {"secret_arn": f"{SECRET}:password::"}, InvalidArnError, "must be an ARN like"),
    (SecretRead, {"secret_arn": PARAMETER}, InvalidArnError, "must be an ARN like"),
    (SecretRead, {"secret_arn": None}, InvalidArnError, "must be a string"),
    (SecretRead, {"secret_arn": SECRET, "kms_key_arn": "alias/x"}, InvalidArnError, "kms_key_arn"),
    (SecretRead, {"secret_arn": SECRET, "region": "*"}, InvalidPermissionError, "region"),
    (SecretRead, {"secret_arn": SECRET, "version_stages": "AWSCURRENT"}, InvalidPermissionError,
     "must be a list"),
    (SecretRead, {"secret_arn": SECRET, "version_stages": ("AWS*",)}, InvalidPermissionError,
     "version_stages must be names of staging labels"),
    (SecretRead.named, {"secret_name": ""}, InvalidPermissionError, "secret_name must be"),
    (SecretRead.named, {"secret_name": "db/*"}, InvalidPermissionError, "secret_name must be"),
    (SecretRead.named, {"secret_name": "db/passwor?"}, InvalidPermissionError, "secret_name must"),
    (SecretRead.named, {"secret_name": None}, InvalidPermissionError, "secret_name must be"),
    (SecretRead.named, {"secret_name": "db", "account_id": "1"}, InvalidInputError, "12 digits"),
    (ParameterRead, {"parameter_arn": "/app/prod/db-host"}, InvalidArnError, "must be an ARN"),
    (ParameterRead, {"parameter_arn": f"{PARAMETERS}/app/*"}, InvalidArnError, "one resource"),
    (ParameterRead, {"parameter_arn": f"{PARAMETERS}/"}, InvalidArnError, "must be an ARN like"),
    (ParameterRead, {"parameter_arn": "arn:aws:ssm:eu-central-1::parameter/app/x"},
     InvalidArnError, "must be an ARN like"),
    (ParameterRead, {"parameter_arn": "arn:aws:ssm:eu-central-1::parameter/aws/service/*"},
     InvalidArnError, "one resource"),
    (ParameterRead, {"parameter_arn": PARAMETER, "kms_key_arn": KEY.replace("key/", "alias/")},
     InvalidArnError, "kms_key_arn"),
    (ParameterRead.named, {"parameter_name": "app/prod"}, InvalidPermissionError, "without any"),
    (ParameterRead.named, {"parameter_name": "/app/*"}, InvalidPermissionError, "parameter_name"),
    (ParameterRead.named, {"parameter_name": "/app/"}, InvalidPermissionError, "parameter_name"),
    (ParameterRead.named, {"parameter_name": "/a" * 16}, InvalidPermissionError, "15 levels"),
    (ParameterRead.named, {"parameter_name": "${Token[TOKEN.1]}"}, InvalidPermissionError,
     "say parameter_arn="),
    (ParametersByPath, {"path": "/"}, InvalidPermissionError, "path must be a path like"),
    (ParametersByPath, {"path": ""}, InvalidPermissionError, "path must be a path like"),
    (ParametersByPath, {"path": "app/prod"}, InvalidPermissionError, "path must be a path like"),
    (ParametersByPath, {"path": "/app/prod/"}, InvalidPermissionError, "slash at its end"),
    (ParametersByPath, {"path": "/app/*"}, InvalidPermissionError, "without wildcards"),
    (ParametersByPath, {"path": "${Token[TOKEN.1]}"}, InvalidPermissionError, "must begin with"),
    (ParametersByPath, {"path": "/app", "recursive": "no"}, InvalidPermissionError, "recursive"),
    (ParametersByPath, {"path": "/app", "kms_key_arn": "x"}, InvalidArnError, "kms_key_arn"),
    (ParametersByPath, {"path": "/app", "account_id": "1"}, InvalidInputError, "12 digits"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "arguments", "error", "says"), REFUSED)
def test_what_would_match_nothing_or_too_much_is_refused(
    kind: Any, arguments: dict[str, Any], error: type[InvalidInputError], says: str
) -> None:
    with pytest.raises(error, match=says):
        kind(**arguments)
