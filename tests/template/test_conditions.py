"""What hangs on conditions is known where they are, and else the widest that it can be."""

from __future__ import annotations

from typing import Any

import pytest

from tests.template.kit import document, read, resource, resources_of, role, statement

BUCKET = "arn:aws:s3:::pictures/*"
OTHER = "arn:aws:s3:::others/*"
PROD = {
    "Parameters": {"Stage": {"Type": "String"}},
    "Conditions": {
        "IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
        "IsTest": {"Fn::Not": [{"Condition": "IsProd"}]},
    },
}
NOTHING = {"Ref": "AWS::NoValue"}
DENY = statement(action="s3:DeleteObject") | {"Effect": "Deny"}


@pytest.mark.parametrize(
    ("policy", "allowed", "denied"),
    [
        (
            document({"Fn::If": ["IsProd", statement(BUCKET), statement(OTHER)]}),
            {BUCKET, OTHER},
            False,
        ),
        (document(statement(BUCKET), {"Fn::If": ["IsProd", DENY, NOTHING]}), {BUCKET}, False),
        (document(DENY, {"Fn::If": ["IsProd", statement(BUCKET), NOTHING]}), {BUCKET}, True),
        (
            document(statement([BUCKET, {"Fn::If": ["IsProd", OTHER, NOTHING]}])),
            {BUCKET, OTHER},
            False,
        ),
        (
            {
                "Fn::If": [
                    "IsProd",
                    document(statement(BUCKET), DENY),
                    document(statement(OTHER), DENY),
                ]
            },
            {BUCKET, OTHER},
            True,
        ),
    ],
)
def test_a_document_of_unknown_conditions_is_the_widest_that_it_can_be(
    policy: Any, allowed: set[str], denied: bool
) -> None:
    found = read({"R": role(policy)}, **PROD).role("R")
    document_ = found.policies[0].document
    assert document_ is not None
    by_effect: dict[str, set[str]] = {"Allow": set(), "Deny": set()}
    for each in document_.statements:
        by_effect[each.effect].update(each.resources)
    assert by_effect["Allow"] == allowed
    assert bool(by_effect["Deny"]) is denied
    assert not found.is_complete
    assert "hangs on the condition IsProd, which is not known" in str(found.unknowns[0])
    assert "parameters={'App:Stage': ...}" in str(found.unknowns[0])


def test_the_same_in_both_branches_is_known() -> None:
    same = {"Fn::If": ["IsProd", statement(BUCKET), statement(BUCKET)]}
    reading = read({"R": role(document(same))}, **PROD)
    assert reading.is_complete


def test_conditions_of_one_comparison_turn_out_together() -> None:
    """What is there in production and what is there in tests are never there together."""
    policy = document(
        statement({"Fn::If": ["IsProd", BUCKET, OTHER]}),
        statement({"Fn::If": ["IsTest", BUCKET, OTHER]}),
    )
    (found,) = read({"R": role(policy)}, **PROD).role("R").policies
    assert found.document is not None
    assert {each.resources for each in found.document.statements} == {(BUCKET,), (OTHER,)}
    assert len(found.document.statements) == 2


def test_a_parameter_decides_the_conditions() -> None:
    resources = {
        "R": role(document({"Fn::If": ["IsProd", statement(BUCKET), statement(OTHER)]})),
        "Prod": role() | {"Condition": "IsProd"},
        "Test": role() | {"Condition": "IsTest"},
    }
    reading = read(resources, **PROD, parameters={"Stage": "prod"})
    assert reading.is_complete
    assert {each.logical_id for each in reading.roles} == {"R", "Prod"}
    assert resources_of(reading.role("R").policies[0].document) == (BUCKET,)


def test_a_role_of_an_unknown_condition_is_marked() -> None:
    (found,) = read({"R": role() | {"Condition": "IsProd"}}, **PROD).roles
    assert found.is_conditional
    assert found.condition == "IsProd"


@pytest.mark.parametrize("type_", ["AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"])
def test_a_policy_of_an_unknown_condition_allows_and_does_not_deny(type_: str) -> None:
    reading = read(
        {
            "R": role(RoleName="R"),
            "P": resource(
                type_, PolicyName="P", PolicyDocument=document(statement(), DENY), Roles=["R"]
            )
            | {"Condition": "IsProd"},
        },
        **PROD,
    )
    (policy,) = reading.role("R").policies
    assert policy.document is not None
    assert [each.effect.value for each in policy.document.statements] == ["Allow"]
    assert "is there on the condition IsProd" in str(policy.unknowns[0])


def test_a_boundary_of_an_unknown_condition_limits_nothing() -> None:
    ceiling = resource("AWS::IAM::ManagedPolicy", PolicyDocument=document(statement(BUCKET)))
    for other, limits in ((NOTHING, False), ({"Ref": "Other"}, True)):
        reading = read(
            {
                "R": role(PermissionsBoundary={"Fn::If": ["IsProd", {"Ref": "Ceiling"}, other]}),
                "Ceiling": ceiling,
                "Other": resource(
                    "AWS::IAM::ManagedPolicy", PolicyDocument=document(statement(OTHER))
                ),
            },
            **PROD,
        )
        found = reading.role("R")
        assert not found.is_complete
        boundary = found.policy_set().boundary
        assert (boundary is not None) is limits
        if boundary is not None:
            assert {each.resources[0] for each in boundary.statements} == {BUCKET, OTHER}


def test_inline_policies_can_hang_on_conditions_as_a_whole() -> None:
    one = {"PolicyName": "One", "PolicyDocument": document(statement(BUCKET))}
    two = {"PolicyName": "Two", "PolicyDocument": document(statement(OTHER))}
    for policies in (
        [{"Fn::If": ["IsProd", one, NOTHING]}, two],
        {"Fn::If": ["IsProd", [one, two], [two]]},
    ):
        found = read({"R": role(Policies=policies)}, **PROD).role("R")
        assert sorted(each.name for each in found.policies) == ["One", "Two"]
        assert not found.is_complete


def test_more_conditions_than_can_be_read_are_a_finding() -> None:
    names = [f"P{index}" for index in range(9)]
    policy = document(*[{"Fn::If": [name, statement(), NOTHING]} for name in names])
    reading = read(
        {"R": role(policy)},
        Parameters={name: {"Type": "String"} for name in names},
        Conditions={name: {"Fn::Equals": [{"Ref": name}, "x"]} for name in names},
    )
    found = reading.role("R")
    assert found.policies[0].document is None
    assert "hangs on more conditions than can be read" in str(found.unknowns[0])
