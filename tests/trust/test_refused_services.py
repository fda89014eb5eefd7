"""What would shut a service out, contradict itself or let in too many, and what passes beside."""

from __future__ import annotations

from typing import Any

import pytest

from least_privilege.errors import InvalidInputError, InvalidServicePrincipalError
from least_privilege.policy import ACCOUNT, Condition
from least_privilege.trust import AwsService, service_principals
from tests.trust.kit import OTHER, OWN, REGION

TASKS = "ecs-tasks.amazonaws.com"
LAMBDA = "lambda.amazonaws.com"
EVENTS = "events.amazonaws.com"
ORGANIZATION = "o-exampleorgid"
UNIT = f"{ORGANIZATION}/r-ab12/ou-ab12-11111111/"
RULE = f"arn:aws:events:{REGION}:{OWN}:rule/nightly"
FUNCTION = f"arn:aws:lambda:{REGION}:{OWN}:function:thumbnails"
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
    (TASKS, {"source_account": 1}, "source_account must be True, False or None"),
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
    ("scheduler.amazonaws.com",
     {"source_arns": (f"arn:aws:scheduler:{REGION}:{OWN}:schedule/nightly/x",)},
     r"which is always arn:.*:schedule-group/\* \(see https://docs.*, got .*schedule/nightly/x"),
    ("scheduler.amazonaws.com",
     {"source_arns": (f"arn:aws:scheduler:{REGION}:{OWN}:schedule/*",)}, "schedule-group/"),
    ("scheduler.amazonaws.com",
     {"source_arns": (f"arn:aws:scheduler:{REGION}:{OWN}:schedule-group",)}, "schedule-group/"),
    ("scheduler.amazonaws.com",
     {"source_arns": ("arn:aws:scheduler:*:${Token[A.1]}:schedule/${Token[T.1]}",)},
     "schedule-group/"),
    (TASKS, {"source_arns": (f"arn:aws:ecs:{REGION}:{OWN}:cluster/shop",)}, r"always arn:.*:\* \("),
    (TASKS, {"source_arns": (f"arn:aws:ecs:{REGION}:{OWN}:task/shop/*",)}, r"always arn:.*:\* \("),
    (TASKS, {"source_arns": (f"arn:aws:ecs:{REGION}:{OWN}:cluster/${{Token[T.1]}}",)}, "always"),
    ("config.amazonaws.com", {"source_arns": (f"arn:aws:config:{REGION}:{OWN}:config-rule/a",)},
     "always arn:"),
    ("lakeformation.amazonaws.com",
     {"source_arns": (f"arn:aws:lakeformation:{REGION}:{OWN}:catalog:x",)}, "always arn:"),
    ("gameliftstreams.amazonaws.com", {"source_arns": (RULE,)}, "sends, which is like arn:.*:gam"),
    (TASKS, {"session_actions": ("sts:TagSession",)},
     "must not hold sts:TagSession for ecs-tasks.*library knows none; leave it out, or say"),
    ("transfer.amazonaws.com", {"session_actions": ("sts:TagSession",)}, "knows sts:SetContext;"),
    (TASKS, {"session_actions": ("sts:AssumeRole",)},
     "must each be one of sts:TagSession, sts:SetSourceIdentity, sts:SetContext, got 'sts:Assume"),
    (TASKS, {"session_actions": "sts:TagSession"}, "session_actions must be a list"),
    ("pods.eks.amazonaws.com", {}, r"EksPodIdentity\(...\), or here in conditions on aws:Req"),
    ("pods.eks.amazonaws.com", {"source_account": True}, "EksPodIdentity"),
    ("pods.eks.amazonaws.com", one("StringEquals", "aws:RequestTag/team", "a"), "EksPodIdentity"),
    ("pods.eks.amazonaws.com", one("StringLike", "aws:RequestTag/kubernetes-namespace", "a", "*"),
     "no mere wildcard"),
    ("pods.eks.amazonaws.com", one("StringNotEquals", "aws:RequestTag/kubernetes-namespace", "a"),
     "EksPodIdentity"),
    ("pods.eks.amazonaws.com", one("Null", "aws:RequestTag/kubernetes-namespace", "false"),
     "EksPodIdentity"),
    ("pods.eks.eu-central-1.amazonaws.com", {}, "EksPodIdentity"),
    ("rolesanywhere.amazonaws.com", {}, r"RolesAnywhere\(...\), or here in conditions on aws:Pri"),
    ("rolesanywhere.amazonaws.com", one("StringEquals", "aws:PrincipalTag/x509Issuer/CN", "ca"),
     "RolesAnywhere"),
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
    (TASKS, one("StringEquals", "aws:SourceAccount", OTHER), "source_account says already"),
    (TASKS, one("StringEquals", "aws:sourceaccount", OTHER), "source_account says already"),
    (TASKS, one("StringLike", "aws:SourceAccount", OTHER), "source_account says already"),
    (TASKS, one("StringNotEquals", "aws:SourceAccount", OWN), "source_account says already"),
    (TASKS, one("Null", "aws:SourceAccount", "true"), "source_account says already"),
    (TASKS, one("NumericEquals", "aws:SourceAccount", OTHER), "source_account says already"),
    (LAMBDA, one("Null", "aws:SourceAccount", "false"), "does not name each account that may"),
    (LAMBDA, one("StringLike", "aws:SourceAccount", "4*"), "does not name each account that may"),
    (LAMBDA, one("StringNotEquals", "aws:SourceAccount", OTHER), "does not name each account"),
    (LAMBDA, one("StringEquals", "aws:SourceAccount", "444"), "must be 12 digits, got '444'"),
    (LAMBDA, {"source_account": True} | one("StringEquals", "aws:SourceAccount", OTHER),
     r"source_account says already .* own account; for others say source_account=False"),
    (EVENTS, {"source_arns": (RULE,)} | one("ArnLike", "aws:SourceArn", RULE),
     "must not hold ArnLike on aws:SourceArn for events.amazonaws.com: source_arns says it$"),
    (EVENTS, one("ArnEquals", "aws:SourceArn", RULE.replace(OWN, OTHER)), "source_arns says it$"),
    (EVENTS, one("StringLike", "aws:SourceArn", f"{RULE}*"), "source_arns says it$"),
    (EVENTS, one("ArnNotLike", "aws:SourceArn", RULE), "none that may; name those with source_ar"),
    (EVENTS, one("Null", "aws:SourceArn", "true"), "none that may; name those with source_arns"),
    (TASKS,
     {"source_organization_id": ORGANIZATION} | one("StringEquals", "aws:SourceOrgID", "o-x"),
     "source_organization_id says it$"),
    (TASKS, one("ForAnyValue:StringLike", "aws:SourceOrgPaths", f"{UNIT}*"), "unit_paths says it"),
    (LAMBDA, one("StringEquals", "aws:PrincipalServiceName", "ec2.amazonaws.com"),
     "the principal says already which service it is; leave it out"),
    (LAMBDA, one("Bool", "aws:PrincipalIsAWSService", "false"), "the principal says already"),
    (LAMBDA, one("ForAnyValue:StringEquals", "aws:PrincipalServiceNamesList", EVENTS),
     "the principal says already"),
    (LAMBDA,
     {"source_arns": (FUNCTION,)} | one("StringEquals", "aws:SourceAccount", OTHER),
     rf"source_arns must be of an account that conditions .* name \({OTHER}\), got .*{OWN}"),
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


@pytest.mark.parametrize(
    ("principal", "resource"),
    [
        ("scheduler.amazonaws.com", "schedule-group/nightly"),
        ("scheduler.amazonaws.com", "schedule-group/*"),
        ("scheduler.amazonaws.com", "*"),
        ("scheduler.amazonaws.com", "schedule-*"),
        ("scheduler.amazonaws.com", "schedule-group/${Token[T.1]}"),
        ("scheduler.amazonaws.com", "${Token[T.1]}"),
        (TASKS, "*"),
        (TASKS, "${Token[T.1]}"),
    ],
)
def test_the_arn_that_a_service_sends_passes(principal: str, resource: str) -> None:
    service = service_principals()[principal]["source_arn_form"].split(":")[2]
    arn = f"arn:aws:{service}:{REGION}:{OWN}:{resource}"
    assert AwsService(principal=principal, source_arns=(arn,)).statements()
