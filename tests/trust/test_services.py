"""Which service may assume a role, for whom it must act, and what shuts it out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from least_privilege.access import Principal
from least_privilege.errors import InvalidServicePrincipalError
from least_privilege.policy import Condition
from least_privilege.trust import AwsService, SessionAction, service_principals
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


# What some services need besides ---------------------------------------------------------------

ASSUME, TAG = "sts:AssumeRole", SessionAction.TAG_SESSION
IDENTITY, CONTEXT = SessionAction.SET_SOURCE_IDENTITY, SessionAction.SET_CONTEXT
NEEDS = [
    ("eks", (), (ASSUME, TAG)),
    ("capabilities.eks", (), (ASSUME, TAG)),
    ("application.qbusiness", (), (ASSUME, CONTEXT)),
    ("access-grants.s3", (), (ASSUME, IDENTITY)),
    ("access-grants.s3", (CONTEXT,), (ASSUME, IDENTITY, CONTEXT)),
    ("datazone", (TAG,), (ASSUME, TAG)),
    ("transfer", (CONTEXT,), (ASSUME, CONTEXT)),
    ("lakeformation", (CONTEXT,), (ASSUME, CONTEXT)),
    ("lakeformation", (IDENTITY, CONTEXT), (ASSUME, IDENTITY, CONTEXT)),
    ("glue", (CONTEXT,), (ASSUME, CONTEXT)),
    ("sagemaker", (IDENTITY,), (ASSUME, IDENTITY)),
]


@pytest.mark.parametrize(("service", "asked_for", "needs"), NEEDS)
def test_a_service_can_do_all_that_it_needs_and_nothing_else(
    service: str, asked_for: tuple[SessionAction, ...], needs: tuple[str, ...]
) -> None:
    trust = AwsService(principal=f"{service}.amazonaws.com", session_actions=asked_for)
    here = {"aws:SourceAccount": OWN}
    assert can(trust, here, actions=needs)
    for other in {*SessionAction} - {*needs}:
        assert not can(trust, here, actions=(other,))
    if service_principals()[trust.principal].get("source_account"):
        for each in needs:
            assert not can(trust, {"aws:SourceAccount": OTHER}, actions=(each,))


def test_an_action_may_be_written_out_and_is_said_once() -> None:
    trust = AwsService(principal="eks.amazonaws.com", session_actions=("sts:TagSession",))  # type: ignore[arg-type]
    assert trust.session_actions == (SessionAction.TAG_SESSION,)
    assert trust.statements()[0].actions == ("sts:AssumeRole", "sts:TagSession")


@pytest.mark.parametrize("principal", [LAMBDA, "brand-new-thing.amazonaws.com"])
def test_an_action_that_the_table_does_not_know_is_admitted_with_a_reason(principal: str) -> None:
    trust = AwsService(
        principal=principal,
        session_actions=(SessionAction.SET_CONTEXT,),
        unlisted_reason="the guide of last week says that it needs it",
    )
    assert can(trust, {}, actions=("sts:AssumeRole", "sts:SetContext"))


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


def test_a_service_acts_for_the_accounts_that_a_condition_names_and_no_other() -> None:
    trust = AwsService(
        principal="datazone.amazonaws.com",
        conditions=(Condition.of("StringEquals", "aws:SourceAccount", OTHER),),
    )
    assert can(trust, {"aws:SourceAccount": OTHER})
    assert not can(trust, {"aws:SourceAccount": OWN})
    assert not can(trust, {})


def test_a_resource_without_an_account_is_admitted_with_the_accounts_of_a_condition() -> None:
    bucket = "arn:aws:s3:::pictures"
    trust = AwsService(
        principal="sns.amazonaws.com",
        source_arns=(bucket,),
        conditions=(Condition.of("StringEquals", "aws:SourceAccount", OTHER),),
    )
    assert can(trust, {"aws:SourceAccount": OTHER, "aws:SourceArn": bucket})
    assert not can(trust, {"aws:SourceAccount": OWN, "aws:SourceArn": bucket})


def test_a_role_for_database_users_is_for_these_alone() -> None:
    user = f"arn:aws:redshift:us-west-2:{OWN}:dbuser:my-cluster/user1"
    trust = AwsService(
        principal="redshift.amazonaws.com",
        conditions=(Condition.of("StringEquals", "sts:ExternalId", user),),
    )
    assert can(trust, {"aws:SourceAccount": OWN, "sts:ExternalId": user})
    assert not can(trust, {"aws:SourceAccount": OWN, "sts:ExternalId": f"{user}2"})
    assert not can(trust, {"aws:SourceAccount": OWN})
