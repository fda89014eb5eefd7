"""A permission inside data perimeters: exactly what is meant, with every exception proven."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from aws_cdk import Stack, aws_ec2 as ec2, aws_iam as iam, aws_kms as kms, aws_s3 as s3

from least_privilege.access import Verdict, compare
from least_privilege.errors import InvalidInputError, InvalidPermissionError
from least_privilege.permissions import (
    ActionsOn,
    BedrockInvokeProfile,
    CloudWatchAgent,
    FromOwnVpc,
    FromVpc,
    FromVpcEndpoint,
    KmsDecrypt,
    ParameterRead,
    Perimeter,
    Permission,
    S3ListAllBuckets,
    S3Read,
    SameAccount,
    SameOrganization,
    SessionManagerCore,
    SqsSend,
    Tls,
    XRayWrite,
)
from least_privilege.policy import Condition, Effect, PolicyDocument, Statement
from least_privilege.roles import TrustedRole
from least_privilege.trust import AwsService
from tests.conftest import only
from tests.permissions.kit import ACCOUNT, KEY, OTHER_ACCOUNT, allow, is_allowed, said

BUCKET = "arn:aws:s3:::pictures"
OBJECT = f"{BUCKET}/a.png"
QUEUE = f"arn:aws:sqs:eu-central-1:{ACCOUNT}:orders"
THEIRS = f"arn:aws:sqs:eu-central-1:{OTHER_ACCOUNT}:orders"
VPC = "vpc-0123456789abcdef0"
OTHER_VPC = "vpc-0fedcba9876543210"
ENDPOINT = "vpce-0123456789abcdef0"
ORGANIZATION = "o-exampleorgid"
REASON = "the operators look for what there is by its name"
PLAIN = S3Read(bucket_arn=BUCKET)
ENCRYPTED = S3Read(bucket_arn=BUCKET, kms_key_arn=KEY, region="eu-central-1")
IN_VPC = FromVpc(vpc_ids=(VPC,))
BY_ENDPOINT = FromVpcEndpoint(vpc_endpoint_ids=(ENDPOINT,))
BY_SERVICE = {"aws:ViaAWSService": "true"}
MANAGED = "arn:aws:iam::aws:policy/ReadOnlyAccess"
OWN_POLICY = f"arn:aws:iam::{ACCOUNT}:policy/Own"


def actions_on(
    actions: tuple[str, ...], *resources: str, conditions: tuple[Condition, ...] = ()
) -> ActionsOn:
    reason = REASON if "*" in "".join((*actions, *resources)) else ""
    return ActionsOn(actions=actions, resources=resources, conditions=conditions, reason=reason)


SEND = actions_on(("sqs:SendMessage",), QUEUE)

# What is said ----------------------------------------------------------------------------------

OURS = {"aws:ResourceAccount": "${aws:PrincipalAccount}"}
INSIDE: list[tuple[Permission, list[dict[str, Any]]]] = [
    (
        PLAIN.within(SameAccount(), Tls()),
        [
            allow(
                "s3:GetObject",
                f"{BUCKET}/*",
                StringEquals=OURS,
                Bool={"aws:SecureTransport": "true"},
            )
        ],
    ),
    (
        PLAIN.within(SameAccount(also=(OTHER_ACCOUNT,))),
        [
            allow(
                "s3:GetObject",
                f"{BUCKET}/*",
                StringEquals={"aws:ResourceAccount": ["${aws:PrincipalAccount}", OTHER_ACCOUNT]},
            )
        ],
    ),
    (
        PLAIN.within(SameOrganization()),
        [
            allow(
                "s3:GetObject",
                f"{BUCKET}/*",
                StringEquals={"aws:ResourceOrgID": "${aws:PrincipalOrgID}"},
            )
        ],
    ),
    # An exception needs a statement of its own.
    (
        PLAIN.within(IN_VPC, BY_ENDPOINT, Tls()),
        [
            allow(
                "s3:GetObject",
                f"{BUCKET}/*",
                Bool={"aws:SecureTransport": "true"},
                StringEquals={"aws:SourceVpc": VPC, "aws:SourceVpce": ENDPOINT},
            ),
            allow(
                "s3:GetObject",
                f"{BUCKET}/*",
                Bool={"aws:SecureTransport": "true", "aws:ViaAWSService": "true"},
            ),
        ],
    ),
    (
        PLAIN.within(FromOwnVpc()),
        [
            allow(
                "s3:GetObject",
                f"{BUCKET}/*",
                StringEquals={
                    "aws:Ec2InstanceSourceVpc": "${aws:SourceVpc}",
                    "aws:Ec2InstanceSourcePrivateIPv4": "${aws:VpcSourceIp}",
                },
            ),
            allow("s3:GetObject", f"{BUCKET}/*", Bool=BY_SERVICE),
        ],
    ),
    # What is a service's request by its own condition, has no network of the caller.
    (
        KmsDecrypt(key_arn=KEY, via_service="s3.eu-central-1.amazonaws.com").within(Tls(), Tls()),
        [
            allow(
                "kms:Decrypt",
                KEY,
                StringEquals={"kms:ViaService": "s3.eu-central-1.amazonaws.com"},
                Bool={"aws:SecureTransport": "true"},
            )
        ],
    ),
    # AWS owns the one, and the ARN says so; the action after that names no resource at all.
    (
        actions_on(("iam:GetPolicy",), OWN_POLICY, MANAGED).within(SameAccount()),
        [
            allow("iam:GetPolicy", OWN_POLICY, StringEquals=OURS),
            allow("iam:GetPolicy", MANAGED),
        ],
    ),
    (
        actions_on(("s3:ListBucket", "s3:ListAllMyBuckets"), "*").within(SameAccount()),
        [
            allow("s3:ListBucket", "*", StringEquals=OURS),
            allow("s3:ListAllMyBuckets", "*"),
        ],
    ),
    # What is there already is not said twice, and two lists leave what is in both.
    (
        actions_on(
            ("sqs:SendMessage",), QUEUE, conditions=(Condition.of("Bool", "aws:securetransport",
                                                                  "True"),)
        ).within(Tls()),
        [allow("sqs:SendMessage", QUEUE, Bool={"aws:securetransport": "True"})],
    ),
    (
        SEND.within(FromVpc(vpc_ids=(VPC, OTHER_VPC)), IN_VPC),
        [
            allow("sqs:SendMessage", QUEUE, StringEquals={"aws:SourceVpc": VPC}),
            allow("sqs:SendMessage", QUEUE, Bool=BY_SERVICE),
        ],
    ),
    (
        SEND.within(IN_VPC, FromVpc(vpc_ids=(OTHER_VPC, VPC))),
        [
            allow("sqs:SendMessage", QUEUE, StringEquals={"aws:SourceVpc": VPC}),
            allow("sqs:SendMessage", QUEUE, Bool=BY_SERVICE),
        ],
    ),
    # Whoever said before that services are not meant, gets no exception for them.
    (
        actions_on(
            ("sqs:SendMessage",), QUEUE,
            conditions=(Condition.of("Bool", "aws:ViaAWSService", "false"),),
        ).within(IN_VPC),
        [
            allow(
                "sqs:SendMessage",
                QUEUE,
                Bool={"aws:ViaAWSService": "false"},
                StringEquals={"aws:SourceVpc": VPC},
            )
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("permission", "statements"), INSIDE)
def test_a_permission_within_perimeters_says_exactly_this(
    permission: Permission, statements: list[dict[str, Any]]
) -> None:
    assert said(permission) == statements


def test_one_perimeter_after_the_other_is_the_same_as_both_at_once() -> None:
    for first, second in ((Tls(), SameAccount()), (SameAccount(), IN_VPC), (Tls(), FromOwnVpc())):
        at_once = PLAIN.within(first, second)
        one_by_one = PLAIN.within(first).within(second)
        assert said(one_by_one) == said(at_once)


def test_it_is_a_value() -> None:
    assert PLAIN.within(Tls()) == PLAIN.within(Tls())
    assert PLAIN.within(Tls()) != PLAIN.within(SameAccount())
    assert len({PLAIN.within(Tls()), PLAIN.within(Tls())}) == 1
    with pytest.raises(AttributeError):
        PLAIN.within(Tls()).permission = SEND  # type: ignore[attr-defined]


def test_the_reasons_for_wildcards_stay() -> None:
    for permission in (PLAIN, ENCRYPTED, CloudWatchAgent(log_group_names=("/app",))):
        assert permission.within(Tls(), IN_VPC).wildcard_reasons() == permission.wildcard_reasons()


# What it allows, with and without an AWS service in between --------------------------------------

ON_OBJECT = ("s3:GetObject", OBJECT)
OF_OBJECT = {
    "kms:ViaService": "s3.eu-central-1.amazonaws.com",
    "kms:EncryptionContext:aws:s3:arn": BUCKET,
}


def test_only_resources_of_the_same_account_are_allowed() -> None:
    ours, theirs = ({"aws:ResourceAccount": each} for each in (ACCOUNT, OTHER_ACCOUNT))
    inside = PLAIN.within(SameAccount())
    assert is_allowed(PLAIN, *ON_OBJECT, theirs)
    for by_service in ({}, BY_SERVICE):
        assert is_allowed(inside, *ON_OBJECT, ours | by_service)
        assert not is_allowed(inside, *ON_OBJECT, theirs | by_service)
    trusting = PLAIN.within(SameAccount(also=(OTHER_ACCOUNT,)))
    assert is_allowed(trusting, *ON_OBJECT, theirs)
    assert not is_allowed(trusting, *ON_OBJECT, {"aws:ResourceAccount": "777788889999"})


@pytest.mark.parametrize("perimeter", [SameOrganization(),
                                       SameOrganization(organization_id=ORGANIZATION)])  # fmt: skip
def test_only_resources_of_the_same_organization_are_allowed(perimeter: Perimeter) -> None:
    inside = PLAIN.within(perimeter)
    mine = {"aws:PrincipalOrgID": ORGANIZATION}
    assert is_allowed(inside, *ON_OBJECT, mine | {"aws:ResourceOrgID": ORGANIZATION})
    assert not is_allowed(inside, *ON_OBJECT, mine | {"aws:ResourceOrgID": "o-anotherorgid"})
    # An account in no organization has no key for it.
    assert not is_allowed(inside, *ON_OBJECT, mine)
    assert not is_allowed(inside, *ON_OBJECT, {})


def test_only_requests_over_tls_are_allowed() -> None:
    inside = PLAIN.within(Tls())
    for by_service in ({}, BY_SERVICE):
        assert is_allowed(inside, *ON_OBJECT, {"aws:SecureTransport": "true"} | by_service)
        assert not is_allowed(inside, *ON_OBJECT, {"aws:SecureTransport": "false"} | by_service)


FROM: list[tuple[Perimeter, dict[str, str], list[dict[str, str]]]] = [
    (IN_VPC, {"aws:SourceVpc": VPC}, [{}, {"aws:SourceVpc": OTHER_VPC}, {"aws:SourceIp": "1.2.3.4"},
                                      {"aws:SourceVpce": ENDPOINT}]),
    (BY_ENDPOINT, {"aws:SourceVpce": ENDPOINT}, [{}, {"aws:SourceVpce": "vpce-0fedcba9876543210"},
                                                 {"aws:SourceVpc": VPC}]),
    (
        FromOwnVpc(same_address=False),
        {"aws:Ec2InstanceSourceVpc": VPC, "aws:SourceVpc": VPC},
        [
            {},
            {"aws:SourceVpc": VPC},
            {"aws:Ec2InstanceSourceVpc": VPC},
            {"aws:Ec2InstanceSourceVpc": VPC, "aws:SourceIp": "1.2.3.4"},
            {"aws:Ec2InstanceSourceVpc": VPC, "aws:SourceVpc": OTHER_VPC},
            {"aws:Ec2InstanceSourceVpc": "${aws:SourceVpc}"},
        ],
    ),
    (
        FromOwnVpc(),
        {
            "aws:Ec2InstanceSourceVpc": VPC,
            "aws:SourceVpc": VPC,
            "aws:Ec2InstanceSourcePrivateIPv4": "10.0.0.7",
            "aws:VpcSourceIp": "10.0.0.7",
        },
        [
            {"aws:Ec2InstanceSourceVpc": VPC, "aws:SourceVpc": VPC},
            {
                "aws:Ec2InstanceSourceVpc": VPC,
                "aws:SourceVpc": VPC,
                "aws:Ec2InstanceSourcePrivateIPv4": "10.0.0.7",
                "aws:VpcSourceIp": "10.0.0.8",
            },
            # The same address in another VPC.
            {
                "aws:Ec2InstanceSourceVpc": VPC,
                "aws:SourceVpc": OTHER_VPC,
                "aws:Ec2InstanceSourcePrivateIPv4": "10.0.0.7",
                "aws:VpcSourceIp": "10.0.0.7",
            },
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("perimeter", "inside", "outside"), FROM)
def test_only_the_expected_network_and_services_on_the_roles_behalf_are_allowed(
    perimeter: Perimeter, inside: dict[str, str], outside: list[dict[str, str]]
) -> None:
    permission = PLAIN.within(perimeter)
    assert is_allowed(permission, *ON_OBJECT, inside)
    for context in outside:
        assert not is_allowed(permission, *ON_OBJECT, context)
        assert not is_allowed(permission, *ON_OBJECT, context | {"aws:ViaAWSService": "false"})
        assert is_allowed(permission, *ON_OBJECT, context | BY_SERVICE)
        # The exception is for the network: neither another action nor another object comes in.
        assert not is_allowed(permission, "s3:PutObject", OBJECT, context | BY_SERVICE)
        assert not is_allowed(permission, "s3:GetObject", "arn:aws:s3:::other/a", BY_SERVICE)


@pytest.mark.parametrize(("perimeter", "inside", "outside"), FROM)
def test_the_key_of_a_bucket_still_works_through_s3(
    perimeter: Perimeter, inside: dict[str, str], outside: list[dict[str, str]]
) -> None:
    """S3 calls KMS: the network that the role called S3 from is not in that request."""
    permission = ENCRYPTED.within(perimeter)
    assert is_allowed(permission, "kms:Decrypt", KEY, OF_OBJECT | BY_SERVICE)
    assert not is_allowed(permission, "kms:Decrypt", KEY, inside)


def test_the_exception_of_one_perimeter_does_not_open_another() -> None:
    """All combinations, against the sentence: ours, and TLS, and (our network or a service)."""
    permission = PLAIN.within(SameAccount(), Tls(), IN_VPC, BY_ENDPOINT)
    for ours, tls, vpc, endpoint, service in product((True, False), repeat=5):
        context = {
            "aws:ResourceAccount": ACCOUNT if ours else OTHER_ACCOUNT,
            "aws:SecureTransport": "true" if tls else "false",
            "aws:SourceVpc": VPC if vpc else OTHER_VPC,
            "aws:SourceVpce": ENDPOINT if endpoint else "vpce-0fedcba9876543210",
            "aws:ViaAWSService": "true" if service else "false",
        }
        meant = ours and tls and ((vpc and endpoint) or service)
        assert is_allowed(permission, *ON_OBJECT, context) is meant, context


def test_nothing_is_allowed_within_perimeters_that_was_not_before() -> None:
    for perimeter in (SameAccount(), SameOrganization(), Tls(), IN_VPC, BY_ENDPOINT, FromOwnVpc()):
        inside = actions_on(("iam:GetPolicy", "sqs:SendMessage"), QUEUE, OWN_POLICY).within(
            perimeter
        )
        everything = {
            "aws:SecureTransport": "true",
            "aws:SourceVpc": VPC,
            "aws:SourceVpce": ENDPOINT,
            "aws:ViaAWSService": "true",
            "aws:ResourceOrgID": ORGANIZATION,
            "aws:PrincipalOrgID": ORGANIZATION,
        }
        assert is_allowed(inside, "sqs:SendMessage", QUEUE, everything)
        assert not is_allowed(inside, "sqs:ReceiveMessage", QUEUE, everything)
        assert not is_allowed(inside, "sqs:SendMessage", f"{QUEUE}-2", everything)


@pytest.mark.parametrize(
    "perimeters",
    [
        (SameAccount(), Tls()),
        (SameOrganization(organization_id=ORGANIZATION),),
        (IN_VPC,),
        (IN_VPC, BY_ENDPOINT, Tls(), SameOrganization(organization_id=ORGANIZATION)),
    ],
)
def test_it_is_proven_that_perimeters_take_away_and_give_nothing(
    perimeters: tuple[Perimeter, ...],
) -> None:
    before = PolicyDocument.of(*SEND.statements())
    after = PolicyDocument.of(*SEND.within(*perimeters).statements())
    assert compare(before, after).verdict is Verdict.NO_NEW_ACCESS
    assert compare(after, before).verdict is Verdict.NEW_ACCESS


# Exceptions for what nobody's account owns ------------------------------------------------------


def test_resources_of_aws_are_allowed_in_the_perimeter_of_an_account() -> None:
    policies = actions_on(("iam:GetPolicy",), OWN_POLICY, MANAGED).within(SameAccount())
    assert is_allowed(policies, "iam:GetPolicy", MANAGED, {"aws:ResourceAccount": "777788889999"})
    assert is_allowed(policies, "iam:GetPolicy", OWN_POLICY)
    parameter = "arn:aws:ssm:eu-central-1::parameter/aws/service/x"
    read = actions_on(
        ("ssm:GetParameter",), f"arn:aws:ssm:eu-central-1:{ACCOUNT}:parameter/x", parameter
    )
    assert is_allowed(read.within(SameOrganization()), "ssm:GetParameter", parameter)


def test_the_models_of_bedrock_are_in_no_account_and_their_profile_is() -> None:
    model = "amazon.nova-lite-v1:0"
    profile = f"arn:aws:bedrock:us-east-1:{ACCOUNT}:inference-profile/us.{model}"
    ask = BedrockInvokeProfile(profile_arn=profile, model_id=model, regions=("us-west-2",)).within(
        SameAccount()
    )
    on_profile, on_models = ask.statements()
    assert on_profile.conditions[0].key == "aws:ResourceAccount"
    assert [each.key for each in on_models.conditions] == ["bedrock:InferenceProfileArn"]


def test_an_instance_keeps_its_channels_in_the_perimeter_of_an_account() -> None:
    update, channels = SessionManagerCore().within(SameAccount()).statements()
    assert update.conditions[0].key == "aws:ResourceAccount"
    assert channels.conditions == ()


def test_a_key_that_is_used_directly_is_held_to_the_network() -> None:
    """Also where a condition says through which service it is not to be used."""
    not_through_s3 = Condition.of(
        "StringNotEquals", "kms:ViaService", "s3.eu-central-1.amazonaws.com"
    )
    for conditions in ((), (not_through_s3,)):
        decrypt = actions_on(("kms:Decrypt",), KEY, conditions=conditions).within(IN_VPC)
        assert is_allowed(decrypt, "kms:Decrypt", KEY, {"aws:SourceVpc": VPC})
        assert not is_allowed(decrypt, "kms:Decrypt", KEY, {"aws:SourceVpc": OTHER_VPC})


def test_an_action_that_is_not_in_the_list_of_aws_is_held_to_the_account() -> None:
    class Unlisted(Permission):
        def statements(self) -> tuple[Statement, ...]:
            arn = f"arn:aws:brandnew:eu-central-1:{ACCOUNT}:thing/a"
            return (Statement(actions=("brandnew:GetThing",), resources=(arn,)),)

    (get,) = Unlisted().within(SameAccount()).statements()
    assert get.conditions[0].key == "aws:ResourceAccount"


def test_an_image_could_be_anybodys() -> None:
    """Its ARN never has an account."""
    image = "arn:aws:ec2:eu-central-1::image/ami-0123456789abcdef0"
    (launch,) = actions_on(("ec2:RunInstances",), image).within(SameAccount()).statements()
    assert launch.conditions[0].key == "aws:ResourceAccount"


def test_a_deny_is_not_weakened() -> None:
    class Guarded(Permission):
        def statements(self) -> tuple[Statement, ...]:
            deny = Statement(effect=Effect.DENY, actions=("sqs:*",), resources=("*",))
            return (*SEND.statements(), deny)

    assert Guarded().within(Tls()).statements()[1] == Guarded().statements()[1]


# With the CDK ----------------------------------------------------------------------------------


def test_vpcs_and_endpoints_of_the_cdk_are_taken_by_their_ids(stack: Stack) -> None:
    vpc = ec2.Vpc(stack, "Vpc")
    imported = ec2.Vpc.from_vpc_attributes(
        stack, "Other", vpc_id=OTHER_VPC, availability_zones=["eu-central-1a"]
    )
    endpoint = vpc.add_gateway_endpoint("Endpoint", service=ec2.GatewayVpcEndpointAwsService.S3)
    assert FromVpc.of(vpc, imported).vpc_ids == (vpc.vpc_id, OTHER_VPC)
    assert FromVpcEndpoint.of(endpoint).vpc_endpoint_ids == (endpoint.vpc_endpoint_id,)
    with pytest.raises(InvalidPermissionError, match="takes a VPC of the CDK"):
        FromVpc.of(stack)  # type: ignore[arg-type]
    with pytest.raises(InvalidPermissionError, match="takes a VPC endpoint of the CDK"):
        FromVpcEndpoint.of(vpc)  # type: ignore[arg-type]
    with pytest.raises(InvalidPermissionError, match="vpc_ids must name at least one"):
        FromVpc.of()


def test_a_bucket_of_the_cdk_is_held_within_with_its_key(stack: Stack) -> None:
    bucket = s3.Bucket(stack, "Bucket", encryption_key=kms.Key(stack, "Key"))
    inside = S3Read.of(bucket, "in/").within(SameAccount(), IN_VPC)
    direct, by_service, key = inside.statements()
    assert direct.resources == by_service.resources == (f"{bucket.bucket_arn}/in/*",)
    assert key.conditions[-1].key == "aws:ResourceAccount"


def test_a_role_holds_the_variables_as_aws_reads_them(stack: Stack) -> None:
    TrustedRole(
        stack,
        "Reader",
        trusted_by=[AwsService(principal="ec2.amazonaws.com")],
        permissions=[PLAIN.within(SameAccount(), FromOwnVpc(same_address=False))],
    )
    (policy,) = only(stack, iam.CfnRole.CFN_RESOURCE_TYPE_NAME)["Policies"]
    direct = policy["PolicyDocument"]["Statement"][0]
    assert direct["Condition"]["StringEquals"] == {
        "aws:ResourceAccount": "${aws:PrincipalAccount}",
        "aws:Ec2InstanceSourceVpc": "${aws:SourceVpc}",
    }


# Bad input -------------------------------------------------------------------------------------

PEERING = f"arn:aws:ec2:eu-central-1:{ACCOUNT}:vpc-peering-connection/pcx-0123456789abcdef0"
DATABASE = f"arn:aws:rds-db:eu-central-1:{ACCOUNT}:dbuser:db-ABCDEFGHIJKL/app"
NEVER: list[tuple[Permission, tuple[Any, ...], str]] = [
    (PLAIN, (), "at least one perimeter"),
    (PLAIN, ("Tls",), "takes perimeters like"),
    (PLAIN, (Condition.of("Bool", "aws:SecureTransport", "true"),), "takes perimeters like"),
    # It would hold for nothing.
    (XRayWrite(), (SameAccount(),), "SameAccount would hold for nothing in XRayWrite"),
    (S3ListAllBuckets(reason=REASON), (SameOrganization(),), "would hold for nothing"),
    (ParameterRead.named("/aws/service/x"), (SameAccount(),), "would hold for nothing"),
    (actions_on(("iam:GetPolicy",), MANAGED), (Tls(), SameAccount()), "would hold for nothing"),
    (KmsDecrypt(key_arn=KEY, via_service="s3.eu-central-1.amazonaws.com"), (IN_VPC,),
     "nothing but what AWS services do"),
    # AWS does not send the key.
    (actions_on(("ec2:AcceptVpcPeeringConnection",), PEERING), (SameAccount(),),
     "never match ec2:AcceptVpcPeeringConnection: AWS does not send aws:ResourceAccount"),
    (actions_on(("ebs:GetSnapshotBlock",), "arn:aws:ec2:eu-central-1::snapshot/snap-0123456789"),
     (SameOrganization(),), "never match ebs:GetSnapshotBlock"),
    (actions_on(("ebs:Get*",), "*"), (SameAccount(),), "never match ebs:GetSnapshotBlock"),
    (actions_on(("rds-db:connect",), DATABASE), (IN_VPC,), "never match rds-db:connect"),
    (actions_on(("rds-db:connect",), DATABASE), (FromOwnVpc(),),
     "does not send aws:Ec2InstanceSourceVpc"),
    # It would contradict what is there.
    (SEND, (IN_VPC, FromVpc(vpc_ids=(OTHER_VPC,))), "FromVpc would never match"),
    (SEND.within(IN_VPC), (FromVpc(vpc_ids=(OTHER_VPC,)),), "FromVpc would never match"),
    (actions_on(("sqs:SendMessage",), QUEUE,
                conditions=(Condition.of("Bool", "aws:SecureTransport", "false"),)),
     (Tls(),), "Tls would never match"),
    (SEND, (SameOrganization(organization_id=ORGANIZATION),
            SameOrganization(organization_id="o-anotherorgid")), "would never match"),
    (SEND, (SameAccount(), SameAccount(also=(OTHER_ACCOUNT,))), "say it once"),
    (actions_on(("sqs:SendMessage",), QUEUE, THEIRS), (SameAccount(),),
     "accounts 111122223333, 444455556666"),
    (actions_on(("sqs:SendMessage",), QUEUE.replace(":aws:", ":${AWS::Partition}:"), THEIRS),
     (SameAccount(),), "accounts 111122223333, 444455556666"),
]  # fmt: skip


@pytest.mark.parametrize(("permission", "perimeters", "says"), NEVER)
def test_a_perimeter_that_could_not_hold_is_refused(
    permission: Permission, perimeters: tuple[Any, ...], says: str
) -> None:
    with pytest.raises(InvalidPermissionError, match=says):
        permission.within(*perimeters)


def test_resources_of_a_trusted_account_are_no_contradiction() -> None:
    both = actions_on(("sqs:SendMessage",), QUEUE, THEIRS).within(
        SameAccount(also=(OTHER_ACCOUNT,))
    )
    assert is_allowed(both, "sqs:SendMessage", QUEUE)
    assert is_allowed(both, "sqs:SendMessage", THEIRS)


def test_a_key_with_a_statement_of_its_own_does_not_hide_that_a_queue_is_within() -> None:
    send, key = SqsSend(queue_arn=QUEUE, kms_key_arn=KEY).within(SameAccount()).statements()
    assert [each.key for each in send.conditions] == ["aws:ResourceAccount"]
    assert "aws:ResourceAccount" in [each.key for each in key.conditions]


def test_a_statement_that_names_what_it_does_not_mean_is_refused() -> None:
    class Anything(Permission):
        def statements(self) -> tuple[Statement, ...]:
            return (Statement(not_actions=("iam:*",), resources=("*",)),)

    with pytest.raises(InvalidPermissionError, match="NotAction or NotResource"):
        Anything().within(Tls())


REFUSED: list[tuple[Any, dict[str, Any], type[InvalidInputError], str]] = [
    (SameAccount, {"also": ("1",)}, InvalidInputError, "also must be 12 digits"),
    (SameAccount, {"also": ("*",)}, InvalidInputError, "also must be 12 digits"),
    (SameAccount, {"also": OTHER_ACCOUNT}, InvalidPermissionError, "also must be a list"),
    (SameOrganization, {"organization_id": "*"}, InvalidInputError, "organization_id must be"),
    (SameOrganization, {"organization_id": ""}, InvalidInputError, "organization_id must be"),
    (FromVpc, {"vpc_ids": ()}, InvalidPermissionError, "at least one, like 'vpc-0123456789abcdef0"),
    (FromVpc, {"vpc_ids": VPC}, InvalidPermissionError, "must be a list, got the string"),
    (FromVpc, {"vpc_ids": ("vpc-*",)}, InvalidPermissionError, "without wildcards, got 'vpc-"),
    (FromVpc, {"vpc_ids": (ENDPOINT,)}, InvalidPermissionError, "vpc_ids must be IDs like"),
    (FromVpcEndpoint, {"vpc_endpoint_ids": (VPC,)}, InvalidPermissionError,
     "vpc_endpoint_ids must be IDs like 'vpce-"),
    (FromVpcEndpoint, {"vpc_endpoint_ids": ()}, InvalidPermissionError, "at least one"),
    (FromOwnVpc, {"same_address": "no"}, InvalidPermissionError, "must be True or False"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "arguments", "error", "says"), REFUSED)
def test_a_perimeter_that_says_nothing_is_refused(
    kind: Any, arguments: dict[str, Any], error: type[InvalidInputError], says: str
) -> None:
    with pytest.raises(error, match=says):
        kind(**arguments)


def test_a_condition_that_admits_both_is_narrowed_and_never_left_empty() -> None:
    both = Condition.of("Bool", "aws:SecureTransport", "True", "false")
    send = ActionsOn(
        actions=("sqs:SendMessage",),
        resources=("arn:aws:sqs:eu-central-1:111122223333:orders",),
        conditions=(both,),
    )
    (statement,) = send.within(Tls()).statements()
    assert [each.values for each in statement.conditions] == [("True",)]
