"""Which service may assume a role, for whom it must act, and what shuts it out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from least_privilege.access import Principal
from least_privilege.errors import InvalidInputError, InvalidServicePrincipalError
from least_privilege.policy import ACCOUNT, Condition
from least_privilege.trust import AwsService, service_principals
from tests.trust.kit import OTHER, OWN, REGION, assuming

TASKS = "ecs-tasks.amazonaws.com"
LAMBDA = "lambda.amazonaws.com"
EVENTS = "events.amazonaws.com"
ORGANIZATION = "o-exampleorgid"
UNIT = f"{ORGANIZATION}/r-ab12/ou-ab12-11111111/"
RULE = f"arn:aws:events:{REGION}:{OWN}:rule/nightly"
FUNCTION = f"arn:aws:lambda:{REGION}:{OWN}:function:thumbnails"


def can(trust: AwsService, context: Mapping[str, Any], principal: str = "", **more: Any) -> bool:
    """Whether the service can, with these keys in its request."""
    caller = Principal.service(principal or trust.principal)
    return assuming(trust, caller, context, **more).is_allowed


# Who can, and who cannot quite -----------------------------------------------------------------


def test_a_service_acts_for_this_account_and_for_no_other() -> None:
    trust = AwsService(principal=TASKS)
    assert can(trust, {"aws:SourceAccount": OWN})
    assert not can(trust, {"aws:SourceAccount": OTHER})
    assert not can(trust, {})
    assert not can(trust, {"aws:SourceAccount": OWN}, principal="ecs.amazonaws.com")


def test_a_service_of_which_nothing_is_documented_can_without_a_key() -> None:
    trust = AwsService(principal=LAMBDA)
    assert can(trust, {})
    assert not can(trust, {}, principal="edgelambda.amazonaws.com")


def test_the_account_is_demanded_of_any_service_that_it_is_asked_of() -> None:
    trust = AwsService(principal=LAMBDA, source_account=True)
    assert can(trust, {"aws:SourceAccount": OWN})
    assert not can(trust, {"aws:SourceAccount": OTHER})


def test_the_account_can_be_left_out() -> None:
    assert can(AwsService(principal=TASKS, source_account=False), {"aws:SourceAccount": OTHER})


def test_a_service_acts_for_one_resource_and_for_none_beside_it() -> None:
    trust = AwsService(principal=EVENTS, source_arns=(RULE,))
    assert can(trust, {"aws:SourceAccount": OWN, "aws:SourceArn": RULE})
    assert not can(trust, {"aws:SourceAccount": OWN, "aws:SourceArn": f"{RULE}-2"})
    assert not can(trust, {"aws:SourceAccount": OTHER, "aws:SourceArn": RULE})
    assert not can(trust, {"aws:SourceAccount": OWN})


def test_a_service_acts_for_accounts_of_an_organization() -> None:
    trust = AwsService(principal=TASKS, source_organization_id=ORGANIZATION)
    assert can(trust, {"aws:SourceAccount": OTHER, "aws:SourceOrgID": ORGANIZATION})
    assert not can(trust, {"aws:SourceAccount": OWN, "aws:SourceOrgID": "o-otherotherid"})
    assert not can(trust, {"aws:SourceAccount": OWN})


def test_an_organization_and_the_account_are_demanded_together_if_both_are_asked_for() -> None:
    trust = AwsService(principal=TASKS, source_organization_id=ORGANIZATION, source_account=True)
    assert can(trust, {"aws:SourceAccount": OWN, "aws:SourceOrgID": ORGANIZATION})
    assert not can(trust, {"aws:SourceAccount": OTHER, "aws:SourceOrgID": ORGANIZATION})


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        (UNIT, True),
        (f"{UNIT}ou-ab12-22222222/", True),
        (f"{ORGANIZATION}/r-ab12/ou-ab12-33333333/", False),
        (f"{ORGANIZATION}/r-ab12/", False),
        ("o-otherotherid/r-ab12/ou-ab12-11111111/", False),
        (None, False),
    ],
)
def test_a_service_acts_for_accounts_of_a_unit_and_of_those_below_it(
    path: str | None, allowed: bool
) -> None:
    trust = AwsService(principal=TASKS, source_unit_paths=(UNIT,))
    context = {"aws:SourceAccount": OTHER} | ({"aws:SourceOrgPaths": [path]} if path else {})
    assert can(trust, context) is allowed


def test_a_further_condition_narrows_the_same_statement() -> None:
    trust = AwsService(
        principal=TASKS,
        conditions=(Condition.of("StringEquals", "aws:RequestedRegion", REGION),),
    )
    assert len(trust.statements()) == 1
    here = {"aws:SourceAccount": OWN, "aws:RequestedRegion": REGION}
    assert can(trust, here)
    assert not can(trust, here | {"aws:RequestedRegion": "us-east-1"})
    assert not can(trust, here | {"aws:SourceAccount": OTHER})


def test_a_pod_is_known_by_the_tags_of_its_session() -> None:
    """EKS tags each session, so that it needs sts:TagSession too."""
    trust = AwsService(
        principal="pods.eks.amazonaws.com",
        conditions=(Condition.of("StringEquals", "aws:RequestTag/kubernetes-namespace", "shop"),),
    )
    both = ("sts:AssumeRole", "sts:TagSession")
    assert can(trust, {"aws:RequestTag/kubernetes-namespace": "shop"}, actions=both)
    assert not can(trust, {"aws:RequestTag/kubernetes-namespace": "shop-2"}, actions=both)
    assert not can(trust, {}, actions=both)


def test_a_certificate_is_known_by_its_fields() -> None:
    trust = AwsService(
        principal="rolesanywhere.amazonaws.com",
        conditions=(Condition.of("StringEquals", "aws:PrincipalTag/x509Subject/CN", "alice"),),
    )
    calls = ("sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity")
    alice = {"aws:SourceAccount": OWN, "aws:PrincipalTag/x509Subject/CN": "alice"}
    assert can(trust, alice, actions=calls)
    assert not can(trust, alice | {"aws:PrincipalTag/x509Subject/CN": "bob"}, actions=calls)
    assert not can(trust, alice | {"aws:SourceAccount": OTHER}, actions=calls)


@pytest.mark.parametrize("principal", [p for p, r in service_principals().items() if r.get("external_id")])  # noqa: E501 # fmt: skip
def test_an_external_id_can_be_demanded_of_services_that_are_documented_to_send_it(
    principal: str,
) -> None:
    trust = AwsService(
        principal=principal, conditions=(Condition.of("StringEquals", "sts:ExternalId", "ours"),)
    )
    assert can(trust, {"aws:SourceAccount": OWN, "sts:ExternalId": "ours"})
    assert not can(trust, {"aws:SourceAccount": OWN, "sts:ExternalId": "theirs"})


# What is refused -------------------------------------------------------------------------------

SENDS_NONE = [name for name, row in service_principals().items() if row.get("source_arn") is False]


@pytest.mark.parametrize("principal", SENDS_NONE)
@pytest.mark.parametrize(
    "demanded",
    [
        {"source_account": True},
        {"source_arns": ("arn:aws:ec2:eu-central-1:111122223333:instance/i-1",)},
        {"source_organization_id": ORGANIZATION},
        {"source_unit_paths": (UNIT,)},
    ],
    ids=lambda demanded: next(iter(demanded)),
)
def test_nothing_is_demanded_of_a_service_that_does_not_send_it(
    principal: str, demanded: dict[str, Any]
) -> None:
    (argument,) = demanded
    says = f"{argument} cannot be demanded of {principal}: it does not send it.*see https://"
    with pytest.raises(InvalidServicePrincipalError, match=says):
        AwsService(principal=principal, **demanded)


def test_the_services_that_are_known_to_send_none_are_there() -> None:
    assert {"ec2.amazonaws.com", "cloudtrail.amazonaws.com"} <= set(SENDS_NONE)


def one(operator: str, key: str, *values: str) -> dict[str, Any]:
    return {"conditions": (Condition.of(operator, key, *values),)}


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    (TASKS, {"source_account": OWN}, "source_account must be True, False or None"),
    (TASKS, {"source_organization_id": "exampleorgid"}, "source_organization_id must be 'o-'"),
    (TASKS, {"source_organization_id": "o-*"}, "source_organization_id must be 'o-'"),
    (TASKS, {"source_unit_paths": UNIT}, "source_unit_paths must be a list"),
    (TASKS, {"source_unit_paths": (UNIT.rstrip("/"),)}, "must each be a path from the organ"),
    (TASKS, {"source_unit_paths": (f"{ORGANIZATION}/*",)}, "must each be a path from the organ"),
    (TASKS, {"source_unit_paths": (f"{UNIT}*",)}, "must each be a path from the organ"),
    (TASKS, {"source_unit_paths": (UNIT,), "source_organization_id": "o-otherotherid"},
     "source_unit_paths must be of the organization o-otherotherid"),
    (EVENTS, {"source_arns": (FUNCTION,)},
     r"source_arns must be what events.amazonaws.com sends, which is like arn:.*:events:.*rule/"),
    (LAMBDA, {"source_arns": (RULE,)}, "sends, which is like arn:.*:lambda:"),
    ("spotfleet.amazonaws.com", {"source_arns": (f"arn:aws:spotfleet:{REGION}:{OWN}:x",)},
     "sends, which is like arn:.*:ec2:"),
    (TASKS, {"source_arns": (f"arn:aws:ecs:{REGION}:*:*",)}, "must each name a service and an acc"),
    (TASKS, {"source_arns": (f"arn:aws:*:{REGION}:{OWN}:*",)}, "must each name a service and an"),
    ("sns.amazonaws.com", {"source_arns": ("arn:aws:s3:::pictures",)},
     "source_arns must each name an account, .* say source_account=True"),
    (TASKS, {"conditions": Condition.of("Bool", "aws:SecureTransport", "true")},
     "conditions must be a list"),
    (TASKS, one("StringEqual", "aws:RequestedRegion", REGION), "did you mean 'StringEquals'"),
    (TASKS, one("Bool", "aws:SecureTransport", "yes"), "must be true or false"),
    (TASKS, one("ForAllValues:StringEquals", "aws:TagKeys", "a"), "ForAllValues"),
    (TASKS, one("StringEqualsIfExists", "aws:SourceArn", RULE), "IfExists"),
    (TASKS, one("Bool", "aws:MultiFactorAuthPresent", "true"), "services carry no MFA claim"),
    (TASKS, one("NumericLessThan", "AWS:multifactorauthage", "900"), "services carry no MFA claim"),
    (TASKS, one("StringEquals", "sts:ExternalId", "ours"), "external IDs are for .* third parties"),
    ("vmie.amazonaws.com", one("StringEquals", "sts:ExternalId", "x"), "2 to 1,224"),
    (TASKS, one("ArnLike", "aws:PrincipalArn", f"arn:aws:iam::{OWN}:role/A"),
     "users and roles of accounts carry it, services do not"),
    (TASKS, one("StringEquals", "aws:PrincipalOrgID", ORGANIZATION), "services do not"),
    (TASKS, one("StringEquals", "aws:PrincipalAccount", OWN), "services do not"),
    (TASKS, one("StringEquals", "aws:PrincipalTag/team", "red"), "services do not"),
    (TASKS, one("StringLike", "aws:userid", "AIDA*"), "services do not"),
    ("ec2.amazonaws.com", one("StringEquals", "aws:SourceAccount", OWN), "it does not send it"),
    ("ec2.amazonaws.com", one("ArnLike", "aws:sourcearn", FUNCTION), "it does not send it"),
    (TASKS, one("StringEquals", "aws:SourceAccount", OTHER), "source_account says it already"),
    (TASKS, one("StringEquals", "aws:sourceaccount", OTHER), "source_account says it already"),
    (EVENTS, {"source_arns": (RULE,)} | one("ArnLike", "aws:SourceArn", RULE),
     "conditions must not hold ArnLike on aws:SourceArn twice; source_arns says it already"),
    (TASKS,
     {"source_organization_id": ORGANIZATION} | one("StringEquals", "aws:SourceOrgID", "o-x"),
     "source_organization_id says it already"),
    (TASKS, {"conditions": (Condition.of("StringEquals", "aws:RequestedRegion", "us-east-1"),
                            Condition.of("StringEquals", "aws:requestedregion", REGION))},
     "twice; give one with all values"),
]  # fmt: skip


@pytest.mark.parametrize(("principal", "arguments", "says"), REFUSED)
def test_what_would_shut_a_service_out_or_say_nothing_is_refused(
    principal: str, arguments: dict[str, Any], says: str
) -> None:
    with pytest.raises(InvalidInputError, match=says):
        AwsService(principal=principal, **arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        {"source_arns": ("${Token[TOKEN.1]}",)},
        {
            "source_arns": (
                "arn:${Token[AWS.Partition.1]}:events:*:${Token[AWS.AccountId.2]}:rule/a",
            )
        },
        {"source_arns": (f"arn:aws:events:*:{ACCOUNT}:rule/a",)},
        {"source_organization_id": "${Token[TOKEN.3]}"},
        {"source_unit_paths": ("${Token[TOKEN.4]}",)},
        {"conditions": (Condition.of("StringEquals", "aws:RequestedRegion", "${Token[T.5]}"),)},
    ],
)
def test_what_is_known_at_deployment_only_passes(arguments: dict[str, Any]) -> None:
    trust = AwsService(principal=EVENTS, **arguments)
    trust.check_in_account(OWN)
    assert trust.statements()


# The account of the role -----------------------------------------------------------------------


def test_a_resource_of_another_account_contradicts_the_demand_for_this_one() -> None:
    theirs = (RULE.replace(OWN, OTHER),)
    trust = AwsService(principal=EVENTS, source_arns=theirs)
    with pytest.raises(InvalidServicePrincipalError, match=r"own account .* source_account=False"):
        trust.check_in_account(OWN)
    trust.check_in_account(OTHER)
    trust.check_in_account("${Token[AWS.AccountId.1]}")


def test_a_resource_of_another_account_is_admitted_where_it_is_meant() -> None:
    theirs = RULE.replace(OWN, OTHER)
    trust = AwsService(principal=EVENTS, source_arns=(theirs,), source_account=False)
    trust.check_in_account(OWN)
    assert can(trust, {"aws:SourceAccount": OTHER, "aws:SourceArn": theirs})
    assert not can(trust, {"aws:SourceAccount": OTHER, "aws:SourceArn": RULE})


def test_a_resource_without_an_account_is_admitted_with_the_account() -> None:
    bucket = "arn:aws:s3:::pictures"
    trust = AwsService(principal="sns.amazonaws.com", source_arns=(bucket,), source_account=True)
    assert can(trust, {"aws:SourceAccount": OWN, "aws:SourceArn": bucket})
    assert not can(trust, {"aws:SourceAccount": OTHER, "aws:SourceArn": bucket})
