"""Who may ask a model of Bedrock, and who gets a configuration of AppConfig."""

from __future__ import annotations

from typing import Any

import pytest
from aws_cdk import Stack, aws_appconfig as appconfig, aws_bedrock as bedrock

from least_privilege.errors import InvalidArnError, InvalidInputError, InvalidPermissionError
from least_privilege.permissions import (
    AppConfigRead,
    BedrockInvoke,
    BedrockInvokeProfile,
    Permission,
)
from tests.permissions.kit import (
    ACCOUNT,
    KEY,
    OTHER_ACCOUNT,
    OTHER_KEY,
    allow,
    check_is_known_to_aws,
    is_allowed,
    said,
)

MODEL = "anthropic.claude-sonnet-4-5-20250929-v1:0"
EU = f"arn:aws:bedrock:eu-central-1:{ACCOUNT}:inference-profile/eu.{MODEL}"
WORLD = f"arn:aws:bedrock:eu-central-1:{ACCOUNT}:inference-profile/global.{MODEL}"
OWN = f"arn:aws:bedrock:eu-central-1:{ACCOUNT}:application-inference-profile/a1b2c3d4e5f6"
GUARDRAIL = f"arn:aws:bedrock:eu-central-1:{ACCOUNT}:guardrail/abcdefghij12"
ASK = "bedrock:InvokeModel"
STREAM = "bedrock:InvokeModelWithResponseStream"
IDS = {
    "application_id": "abc1234",
    "environment_id": "def5678",
    "configuration_profile_id": "gh90123",
}
ENVIRONMENT = f"arn:aws:appconfig:eu-central-1:{ACCOUNT}:application/abc1234/environment/def5678"
CONFIGURATION = f"{ENVIRONMENT}/configuration/gh90123"
THERE = (
    "arn:${AWS::Partition}:appconfig:${AWS::Region}:${AWS::AccountId}:"
    "application/abc1234/environment/def5678"
)
GET = ["appconfig:StartConfigurationSession", "appconfig:GetLatestConfiguration"]


def model(region: str, *, partition: str = "${AWS::Partition}") -> str:
    return f"arn:{partition}:bedrock:{region}::foundation-model/{MODEL}"


def through(profile: str) -> dict[str, Any]:
    return {"StringEquals": {"bedrock:InferenceProfileArn": profile}}


DIRECT = BedrockInvoke(model_id=MODEL)
GUARDED = BedrockInvoke(
    model_id=MODEL, streaming=True, guardrail_arn=GUARDRAIL, guardrail_version="3"
)
DRAFT = BedrockInvoke(model_id=MODEL, guardrail_arn=GUARDRAIL)
IN_EUROPE = BedrockInvokeProfile(
    profile_arn=EU, model_id=MODEL, regions=("eu-central-1", "eu-west-1")
)
ANYWHERE = BedrockInvokeProfile(profile_arn=WORLD, model_id=MODEL, worldwide=True)
GUARDED_ANYWHERE = BedrockInvokeProfile(
    profile_arn=WORLD, model_id=MODEL, worldwide=True, guardrail_arn=GUARDRAIL
)
CONFIGURED = AppConfigRead(**IDS, kms_key_arn=KEY)

SAID: list[tuple[Permission, list[dict[str, Any]]]] = [
    (DIRECT, [allow(ASK, model("${AWS::Region}"))]),
    (
        BedrockInvoke(model_id=MODEL, region="us-east-1", streaming=True),
        [allow([ASK, STREAM], model("us-east-1"))],
    ),
    (
        GUARDED,
        [
            allow(
                [ASK, STREAM],
                model("${AWS::Region}"),
                StringEquals={"bedrock:GuardrailIdentifier": f"{GUARDRAIL}:3"},
            ),
            allow("bedrock:ApplyGuardrail", GUARDRAIL),
        ],
    ),
    (
        DRAFT,
        [
            allow(
                ASK,
                model("${AWS::Region}"),
                StringEquals={"bedrock:GuardrailIdentifier": GUARDRAIL},
            ),
            allow("bedrock:ApplyGuardrail", GUARDRAIL),
        ],
    ),
    (
        IN_EUROPE,
        [
            allow(ASK, EU),
            allow(ASK, [model("eu-central-1"), model("eu-west-1")], **through(EU)),
        ],
    ),
    (
        ANYWHERE,
        [
            allow(ASK, WORLD),
            allow(ASK, model("eu-central-1"), **through(WORLD)),
            allow(
                ASK,
                model(""),
                StringEquals={
                    "aws:RequestedRegion": "unspecified",
                    "bedrock:InferenceProfileArn": WORLD,
                },
            ),
        ],
    ),
    (
        BedrockInvokeProfile(
            profile_arn=OWN, model_id=MODEL, regions=("eu-west-1",), guardrail_arn=GUARDRAIL
        ),
        [
            allow(ASK, OWN, StringEquals={"bedrock:GuardrailIdentifier": GUARDRAIL}),
            allow(
                ASK,
                [model("eu-central-1"), model("eu-west-1")],
                StringEquals={
                    "bedrock:InferenceProfileArn": OWN,
                    "bedrock:GuardrailIdentifier": GUARDRAIL,
                },
            ),
            allow("bedrock:ApplyGuardrail", GUARDRAIL),
        ],
    ),
    (AppConfigRead(**IDS), [allow(GET, f"{THERE}/configuration/gh90123")]),
    (
        CONFIGURED,
        [
            allow(GET, f"{THERE}/configuration/gh90123"),
            allow(
                "kms:Decrypt",
                KEY,
                StringLike={
                    "kms:EncryptionContext:aws:appconfig:deployment:arn": f"{THERE}/deployment/*"
                },
            ),
        ],
    ),
]


@pytest.mark.parametrize(("permission", "statements"), SAID)
def test_a_permission_says_exactly_this(
    permission: Permission, statements: list[dict[str, Any]]
) -> None:
    assert said(permission) == statements
    assert permission.wildcard_reasons() == {}
    if permission is not ANYWHERE:
        # The model without a region is on AWS's page about global inference, not in its list.
        check_is_known_to_aws(permission)


# What it allows --------------------------------------------------------------------------------

HERE = model("eu-central-1", partition="aws")
DUBLIN = model("eu-west-1", partition="aws")
NOWHERE = model("", partition="aws")
BY_EU = {"bedrock:InferenceProfileArn": EU}
BY_WORLD = {"bedrock:InferenceProfileArn": WORLD, "aws:RequestedRegion": "unspecified"}
OF_DEPLOYMENT = "kms:EncryptionContext:aws:appconfig:deployment:arn"

ALLOWED: list[tuple[Permission, str, str, dict[str, Any]]] = [
    (DIRECT, ASK, HERE, {}),
    (GUARDED, STREAM, HERE, {"bedrock:GuardrailIdentifier": f"{GUARDRAIL}:3"}),
    (GUARDED, "bedrock:ApplyGuardrail", GUARDRAIL, {}),
    (DRAFT, ASK, HERE, {"bedrock:GuardrailIdentifier": GUARDRAIL}),
    (IN_EUROPE, ASK, EU, {}),
    (IN_EUROPE, ASK, HERE, BY_EU),
    (IN_EUROPE, ASK, DUBLIN, BY_EU),
    (ANYWHERE, ASK, WORLD, {}),
    (ANYWHERE, ASK, HERE, {"bedrock:InferenceProfileArn": WORLD}),
    (ANYWHERE, ASK, NOWHERE, BY_WORLD),
    (
        GUARDED_ANYWHERE,
        ASK,
        NOWHERE,
        BY_WORLD | {"bedrock:GuardrailIdentifier": GUARDRAIL},
    ),
    (CONFIGURED, GET[0], CONFIGURATION, {}),
    (CONFIGURED, GET[1], CONFIGURATION, {}),
    (CONFIGURED, "kms:Decrypt", KEY, {OF_DEPLOYMENT: f"{ENVIRONMENT}/deployment/7"}),
]


@pytest.mark.parametrize(("permission", "action", "resource", "context"), ALLOWED)
def test_what_it_is_for_is_allowed(
    permission: Permission, action: str, resource: str, context: dict[str, Any]
) -> None:
    assert is_allowed(permission, action, resource, context)


NOT_ALLOWED: list[tuple[Permission, str, str, dict[str, Any]]] = [
    (DIRECT, STREAM, HERE, {}),
    (DIRECT, ASK, DUBLIN, {}),
    (DIRECT, ASK, HERE.replace("sonnet", "opus"), {}),
    (DIRECT, ASK, f"{HERE}00", {}),
    (DIRECT, ASK, EU, {}),
    (DIRECT, ASK, f"arn:aws:bedrock:eu-central-1:{ACCOUNT}:provisioned-model/a1", {}),
    (DIRECT, "bedrock:ApplyGuardrail", GUARDRAIL, {}),
    (DIRECT, "bedrock:GetFoundationModel", HERE, {}),
    (GUARDED, ASK, HERE, {}),
    (GUARDED, ASK, HERE, {"bedrock:GuardrailIdentifier": f"{GUARDRAIL}:2"}),
    (GUARDED, ASK, HERE, {"bedrock:GuardrailIdentifier": GUARDRAIL}),
    (GUARDED, ASK, HERE, {"bedrock:GuardrailIdentifier": f"{GUARDRAIL[:-1]}9:3"}),
    (GUARDED, "bedrock:ApplyGuardrail", f"{GUARDRAIL[:-1]}9", {}),
    (GUARDED, "bedrock:UpdateGuardrail", GUARDRAIL, {}),
    (DRAFT, ASK, HERE, {"bedrock:GuardrailIdentifier": f"{GUARDRAIL}:3"}),
    # The model directly, through another profile, in another region.
    (IN_EUROPE, ASK, HERE, {}),
    (IN_EUROPE, ASK, DUBLIN, {}),
    (IN_EUROPE, ASK, HERE, {"bedrock:InferenceProfileArn": OWN}),
    (IN_EUROPE, ASK, model("us-east-1", partition="aws"), BY_EU),
    (IN_EUROPE, ASK, NOWHERE, BY_EU | {"aws:RequestedRegion": "unspecified"}),
    (IN_EUROPE, ASK, EU.replace("sonnet", "opus"), {}),
    (IN_EUROPE, ASK, EU.replace(ACCOUNT, OTHER_ACCOUNT), {}),
    (IN_EUROPE, STREAM, EU, {}),
    (IN_EUROPE, "bedrock:GetInferenceProfile", EU, {}),
    (ANYWHERE, ASK, HERE, {}),
    (ANYWHERE, ASK, DUBLIN, {"bedrock:InferenceProfileArn": WORLD}),
    (ANYWHERE, ASK, NOWHERE, {"aws:RequestedRegion": "unspecified"}),
    (ANYWHERE, ASK, NOWHERE, {"bedrock:InferenceProfileArn": WORLD}),
    (GUARDED_ANYWHERE, ASK, WORLD, {}),
    (GUARDED_ANYWHERE, ASK, NOWHERE, BY_WORLD),
    (CONFIGURED, GET[0], CONFIGURATION.replace("gh90123", "gh90124"), {}),
    (CONFIGURED, GET[1], CONFIGURATION.replace("def5678", "def5679"), {}),
    (CONFIGURED, GET[1], CONFIGURATION.replace("abc1234", "abc1235"), {}),
    (CONFIGURED, GET[1], CONFIGURATION.replace(ACCOUNT, OTHER_ACCOUNT), {}),
    (CONFIGURED, "appconfig:GetConfiguration", CONFIGURATION, {}),
    (CONFIGURED, "appconfig:GetHostedConfigurationVersion", CONFIGURATION, {}),
    (CONFIGURED, "appconfig:StartDeployment", ENVIRONMENT, {}),
    (CONFIGURED, "kms:Decrypt", KEY, {}),
    (CONFIGURED, "kms:Decrypt", KEY,
     {OF_DEPLOYMENT: f"{ENVIRONMENT}/deployment/7".replace("def5678", "def5679")}),
    (CONFIGURED, "kms:Decrypt", OTHER_KEY, {OF_DEPLOYMENT: f"{ENVIRONMENT}/deployment/7"}),
    (CONFIGURED, "kms:GenerateDataKey", KEY, {OF_DEPLOYMENT: f"{ENVIRONMENT}/deployment/7"}),
]  # fmt: skip


@pytest.mark.parametrize(("permission", "action", "resource", "context"), NOT_ALLOWED)
def test_its_neighbours_are_not_allowed(
    permission: Permission, action: str, resource: str, context: dict[str, Any]
) -> None:
    assert not is_allowed(permission, action, resource, context)


# Of the CDK's own resources --------------------------------------------------------------------


def test_an_application_inference_profile_of_the_cdk_is_taken_by_its_arn(stack: Stack) -> None:
    profile = bedrock.CfnApplicationInferenceProfile(
        stack,
        "Profile",
        inference_profile_name="orders",
        model_source=bedrock.CfnApplicationInferenceProfile.InferenceProfileModelSourceProperty(
            copy_from=EU
        ),
    )
    ask = BedrockInvokeProfile.of(
        profile, model_id=MODEL, regions=("eu-central-1", "eu-west-1"), streaming=True
    )
    assert ask.profile_arn == profile.attr_inference_profile_arn
    assert ask.statements()[1].resources == (model("eu-central-1"), model("eu-west-1"))
    with pytest.raises(InvalidPermissionError, match="takes an inference profile of the CDK"):
        BedrockInvokeProfile.of(stack, model_id=MODEL)  # type: ignore[arg-type]


def test_a_profile_of_aws_is_named_by_its_id() -> None:
    here = BedrockInvokeProfile.named(
        f"eu.{MODEL}", regions=("eu-west-1",), region="eu-central-1", account_id=ACCOUNT
    )
    assert here.statements()[0].resources == (EU.replace("arn:aws:", "arn:${AWS::Partition}:"),)
    assert here.statements()[1].resources == (model("eu-central-1"), model("eu-west-1"))
    assert is_allowed(here, ASK, DUBLIN, BY_EU)
    anywhere = BedrockInvokeProfile.named(
        f"global.{MODEL}", region="eu-central-1", account_id=ACCOUNT
    )
    assert is_allowed(anywhere, ASK, NOWHERE, BY_WORLD)
    elsewhere = BedrockInvokeProfile.named(f"us.{MODEL}", regions=("us-west-2",))
    assert elsewhere.statements()[1].resources == (model("${AWS::Region}"), model("us-west-2"))


def test_a_guardrail_of_the_cdk_is_given_by_its_arn_and_version(stack: Stack) -> None:
    guardrail = bedrock.CfnGuardrail(
        stack, "Guardrail", name="g", blocked_input_messaging="-", blocked_outputs_messaging="-"
    )
    version = bedrock.CfnGuardrailVersion(
        stack, "Version", guardrail_identifier=guardrail.attr_guardrail_id
    )
    ask = BedrockInvoke(
        model_id=MODEL,
        guardrail_arn=guardrail.attr_guardrail_arn,
        guardrail_version=version.attr_version,
    )
    assert ask.statements()[0].conditions[0].values == (
        f"{guardrail.attr_guardrail_arn}:{version.attr_version}",
    )


def test_a_configuration_of_the_cdk_is_taken_with_the_environment(stack: Stack) -> None:
    application = appconfig.Application(stack, "Application")
    environment = appconfig.Environment(stack, "Environment", application=application)
    hosted = appconfig.HostedConfiguration(
        stack,
        "Hosted",
        application=application,
        content=appconfig.ConfigurationContent.from_inline_text("on"),
    )
    read = AppConfigRead.of(hosted, environment, kms_key_arn=KEY)
    assert (read.application_id, read.environment_id, read.configuration_profile_id) == (
        application.application_id,
        environment.environment_id,
        hosted.configuration_profile_id,
    )
    assert (read.region, read.account_id, read.kms_key_arn) == ("eu-central-1", ACCOUNT, KEY)
    imported = appconfig.Environment.from_environment_attributes(
        stack, "Imported", application=application, environment_id="def5678"
    )
    assert AppConfigRead.of(hosted, imported).environment_id == "def5678"
    with pytest.raises(InvalidPermissionError, match="takes a configuration of AppConfig"):
        AppConfigRead.of(application, environment)  # type: ignore[arg-type]
    with pytest.raises(InvalidPermissionError, match="takes an environment of AppConfig"):
        AppConfigRead.of(hosted, application)  # type: ignore[arg-type]


# Bad input -------------------------------------------------------------------------------------

PROFILE = {"profile_arn": EU, "model_id": MODEL, "regions": ("eu-west-1",)}
REFUSED: list[tuple[Any, dict[str, Any], type[InvalidInputError], str]] = [
    (BedrockInvoke, {"model_id": ""}, InvalidPermissionError, "model_id must be the ID"),
    (BedrockInvoke, {"model_id": "anthropic.*"}, InvalidPermissionError, "without wildcards"),
    (BedrockInvoke, {"model_id": "*"}, InvalidPermissionError, "without wildcards"),
    (BedrockInvoke, {"model_id": None}, InvalidPermissionError, "model_id must be the ID"),
    (BedrockInvoke, {"model_id": HERE}, InvalidPermissionError, "model_id must be the ID"),
    (BedrockInvoke, {"model_id": f"eu.{MODEL}"}, InvalidPermissionError, "BedrockInvokeProfile"),
    (BedrockInvoke, {"model_id": f"global.{MODEL}"}, InvalidPermissionError, "InvokeProfile"),
    (BedrockInvoke, {"model_id": MODEL, "region": "*"}, InvalidPermissionError, "region must"),
    (BedrockInvoke, {"model_id": MODEL, "streaming": "yes"}, InvalidPermissionError, "streaming"),
    (BedrockInvoke, {"model_id": MODEL, "guardrail_arn": "abc"}, InvalidArnError, "guardrail_arn"),
    (BedrockInvoke, {"model_id": MODEL, "guardrail_arn": f"{GUARDRAIL}:1"}, InvalidArnError,
     "guardrail_arn must be an ARN like"),
    (BedrockInvoke, {"model_id": MODEL, "guardrail_arn": f"{GUARDRAIL[:-1]}*"}, InvalidArnError,
     "one resource"),
    (BedrockInvoke, {"model_id": MODEL, "guardrail_arn": GUARDRAIL, "guardrail_version": "*"},
     InvalidPermissionError, "'DRAFT' or a number"),
    (BedrockInvokeProfile, PROFILE | {"profile_arn": HERE}, InvalidArnError, "profile_arn must"),
    (BedrockInvokeProfile, PROFILE | {"profile_arn": f"{OWN[:-1]}*"}, InvalidArnError,
     "one resource"),
    (BedrockInvokeProfile, PROFILE | {"model_id": "amazon.nova-lite-v1:0"},
     InvalidPermissionError, "must be the model of the profile"),
    (BedrockInvokeProfile, PROFILE | {"regions": ()}, InvalidPermissionError, "regions must name"),
    (BedrockInvokeProfile, PROFILE | {"worldwide": True}, InvalidPermissionError, "and not both"),
    (BedrockInvokeProfile, PROFILE | {"regions": (), "worldwide": True}, InvalidPermissionError,
     "'global.', and for no other"),
    (BedrockInvokeProfile, PROFILE | {"profile_arn": WORLD}, InvalidPermissionError,
     "worldwide must be True"),
    (BedrockInvokeProfile, PROFILE | {"regions": ("*",)}, InvalidPermissionError, "region must"),
    (BedrockInvokeProfile, PROFILE | {"regions": "eu-west-1"}, InvalidPermissionError, "a list"),
    (BedrockInvokeProfile.named, {"profile_id": MODEL, "regions": ("eu-west-1",)},
     InvalidPermissionError, "profile_id must be the ID"),
    (BedrockInvokeProfile.named, {"profile_id": "eu.*", "regions": ("eu-west-1",)},
     InvalidPermissionError, "without wildcards"),
    (BedrockInvokeProfile.named, {"profile_id": f"eu.{MODEL}"}, InvalidPermissionError,
     "regions must name each region"),
    (BedrockInvokeProfile.named, {"profile_id": f"global.{MODEL}", "regions": ("eu-west-1",)},
     InvalidPermissionError, "and not both"),
    (AppConfigRead, IDS | {"application_id": "My application"}, InvalidPermissionError,
     "application_id must be an ID"),
    (AppConfigRead, IDS | {"environment_id": "*"}, InvalidPermissionError, "environment_id must"),
    (AppConfigRead, IDS | {"configuration_profile_id": "gh9012?"}, InvalidPermissionError,
     "configuration_profile_id must"),
    (AppConfigRead, IDS | {"kms_key_arn": "alias/x"}, InvalidArnError, "kms_key_arn must"),
    (AppConfigRead, IDS | {"region": "*"}, InvalidPermissionError, "region must"),
    (AppConfigRead, IDS | {"account_id": "1"}, InvalidInputError, "12 digits"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "arguments", "error", "says"), REFUSED)
def test_what_would_match_nothing_or_too_much_is_refused(
    kind: Any, arguments: dict[str, Any], error: type[InvalidInputError], says: str
) -> None:
    with pytest.raises(error, match=says):
        kind(**arguments)
