"""The evaluator against a reference that was written apart from it."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, strategies as st

from least_privilege.access import AccessRequest, Decision, PolicySet, Principal, evaluate
from least_privilege.policy import Condition, Effect, NamedPrincipal, PolicyDocument, Statement
from tests.access.generated import (
    ALL,
    asked,
    conditions_and_contexts,
    near_actions,
    one,
    tried,
)
from tests.access.reference import context_of, decide, reach_of_name
from tests.access.reference_conditions import action_fits, holds
from tests.access.words import (
    ALICE,
    AROUND,
    ASKED,
    CAN_BE_SPARED,
    EVERYBODY,
    GIVEN,
    HERE,
    KEYS,
    NAMES,
    PRINCIPALS,
    TAGS,
    THERE,
)

pytestmark = pytest.mark.thorough

VERSIONS = ("2012-10-17", "2008-10-17")
EACH_ACTION = tuple({action: (action, resource) for action, resource in ASKED}.values())
NOTHING = one(Statement(actions=("ec2:RunInstances",), resources=("*",)))


def decision(request: AccessRequest, policies: PolicySet) -> Decision:
    return evaluate(request, policies).decision


def for_everybody(*conditions: Condition, effect: Effect = Effect.ALLOW) -> Statement:
    return Statement(effect=effect, actions=("*",), principals=EVERYBODY, conditions=conditions)


@tried(200)
@given(conditions_and_contexts())
@example((Condition.of("StringEqualsIgnoreCase", "x:key", "straße"), {"x:key": "STRASSE"}))
@example((Condition.of("StringNotLike", "x:key", "a"), {"x:key": ["a", "b"]}))
@example((Condition.of("StringEquals", "x:key", "a"), {"x:key": ""}))
def test_a_condition_holds_where_it_holds_in_the_reference(
    case: tuple[Condition, dict[str, Any]],
) -> None:
    plain, context = case
    request = AccessRequest(principal=ALICE, action="s3:GetObject", context=context)
    for (before, after), version in itertools.product(AROUND, VERSIONS):
        condition = replace(plain, operator=before + plain.operator + after)
        if plain.operator == "Null":
            condition = plain
        policies = PolicySet(identity=[one(replace(ALL, conditions=(condition,)), version=version)])
        found = holds(condition, context_of(request), variables=version == VERSIONS[0])
        assert evaluate(request, policies).is_allowed is found, (condition, version)


_NAMES = st.text("aab::/*?$", max_size=5)
_HOLD = {"k:a": ("a", ":", "a:b", "*", "", "${*}"), "k:many": (["a"], ["a", "b"], [])}
_PARTS = (
    "a", ":", "*", "?", "*:", "**", "${*}", "${?}", "${$}", "$", "{a}", "${k:a}", "${K:A, 'b:'}",
    "${k:no}", "${k:no,'*'}", "${k:no, ''}", "${k:no,'a'}", "${k:many}", "${k:many, 'a'}",
)  # fmt: skip
_BEGINNINGS = (
    *["arn:aws:s3:::b/"] * 9, "arn:aws:s3:::", "arn:aws:s3:", "arn:aws:s3:*", "arn:aws:*", "arn:*:",
    "*", "arn:aws:s3:${k:no, ''}::b/", "arn:aws:s3::${k:no,''}:b/",
)  # fmt: skip


@st.composite
def resources_and_patterns(draw: st.DrawFn) -> tuple[str, str]:
    """The name of an object, and a pattern that is that name but for some of its signs."""
    name = draw(_NAMES)
    pattern = draw(st.sampled_from(_BEGINNINGS))
    for sign in name:
        near = (sign, sign, sign, "?", "*", draw(st.sampled_from(_PARTS)))
        pattern += draw(st.sampled_from(near))
    return f"arn:aws:s3:::b/{name}", pattern + draw(st.sampled_from(("", "", "*", "?", "${k:a}")))


@tried(200)
@given(
    resources_and_patterns(),
    st.fixed_dictionaries({k: st.sampled_from(v) for k, v in _HOLD.items()}),
)
@example(("arn:aws:s3:::b/:", "arn:aws:s3:::b/?"), {})
@example(("arn:aws:s3:::b/a", "arn:aws:s3:::b/${k:many, 'a'}"), {"k:many": ["a"]})
def test_a_resource_fits_where_it_fits_in_the_reference(
    case: tuple[str, str], context: dict[str, Any]
) -> None:
    resource, pattern = case
    request = AccessRequest(
        principal=ALICE, action="s3:GetObject", resource=resource, context=context
    )
    for version in VERSIONS:
        for statement in (
            Statement(actions=("*",), resources=(pattern,)),
            Statement(actions=("*",), not_resources=(pattern,)),
        ):
            policies = PolicySet(identity=[one(statement, version=version)])
            assert decision(request, policies) is decide(request, policies), version


@tried(60)
@given(st.text("aAb", min_size=1, max_size=6), st.text("aAb*?", min_size=1, max_size=6))
def test_an_action_fits_where_it_fits_in_the_reference(name: str, pattern: str) -> None:
    request = AccessRequest(principal=ALICE, action=f"x:{name}")
    for each in (f"X:{pattern}", *near_actions(request.action)):
        listed = PolicySet(identity=[one(Statement(actions=(each,), resources=("*",)))])
        unlisted = PolicySet(identity=[one(Statement(not_actions=(each,), resources=("*",)))])
        fits = action_fits(each, request.action)
        assert evaluate(request, listed).is_allowed is fits
        assert evaluate(request, unlisted).is_allowed is not fits


@st.composite
def meant(draw: st.DrawFn) -> PolicyDocument:
    """A policy of names of which many are those of one caller."""
    who = draw(st.sampled_from(PRINCIPALS))
    own = [name for name in NAMES if reach_of_name(name, who)]
    near: list[NamedPrincipal] = [*own, *own, *own, *NAMES[:6]]
    names = st.lists(st.sampled_from(near), min_size=1, max_size=4).map(tuple)
    can_be_spared = names.filter(lambda listed: {*listed} <= {*CAN_BE_SPARED})
    statements = [for_everybody()] if draw(st.booleans()) else []
    for kind in draw(st.lists(st.sampled_from("+-!~"), min_size=1, max_size=2)):
        statements.append(
            Statement(
                effect=Effect.DENY if kind in "-!" else Effect.ALLOW,
                actions=("*",),
                principals=() if kind in "!~" else draw(names),
                not_principals=draw(can_be_spared) if kind in "!~" else (),
            )
        )
    return one(*statements)


_CEILINGS: tuple[dict[str, Any], ...] = (
    {}, {"identity": [one(ALL)]}, {"identity": [NOTHING]}, {"boundary": NOTHING},
    {"session": [NOTHING]}, {"session": [one(ALL)]},
)  # fmt: skip


@pytest.mark.parametrize("who", PRINCIPALS, ids=str)
def test_a_name_means_whom_it_means_in_the_reference(who: Principal) -> None:
    request = AccessRequest(
        principal=who, action="s3:GetObject", resource="arn:aws:s3:::b/a", resource_account=HERE
    )
    own = [name for name in NAMES[1:] if reach_of_name(name, who)]
    groups = itertools.chain.from_iterable(itertools.combinations(own, n) for n in range(1, 5))
    for names in {*((name,) for name in NAMES), *groups}:
        found = [one(Statement(actions=("*",), principals=names))]
        if {*names} <= {*CAN_BE_SPARED}:
            spared = Statement(effect=Effect.DENY, actions=("*",), not_principals=names)
            found.append(one(for_everybody(), spared))
        for ceilings, resource in itertools.product(_CEILINGS, found):
            policies = PolicySet(resource=resource, **ceilings)
            assert decision(request, policies) is decide(request, policies), (names, ceilings)


@tried(40)
@given(
    meant(),
    st.sampled_from(EACH_ACTION),
    st.sampled_from((HERE, HERE, THERE)),
    st.sampled_from(((), (NOTHING,), (one(ALL),))),
    st.sampled_from((None, None, NOTHING, one(ALL))),
    st.sampled_from((None, (), (NOTHING,), (one(ALL),))),
)
def test_a_policy_means_whom_it_means_in_the_reference(
    resource: PolicyDocument,
    what: tuple[str, str],
    owner: str,
    identity: tuple[PolicyDocument, ...],
    boundary: PolicyDocument | None,
    session: tuple[PolicyDocument, ...] | None,
) -> None:
    policies = PolicySet(resource=resource, identity=identity, boundary=boundary, session=session)
    for who in PRINCIPALS:
        request = AccessRequest(
            principal=who, action=what[0], resource=what[1], resource_account=owner
        )
        assert decision(request, policies) is decide(request, policies), who


@tried(100)
@given(asked())
def test_all_policies_together_decide_as_in_the_reference(
    case: tuple[AccessRequest, PolicySet],
) -> None:
    asking, policies = case
    for who in PRINCIPALS:
        request = replace(asking, principal=who)
        assert decision(request, policies) is decide(request, policies), who


_OPEN = PolicySet(identity=[one(ALL)], resource=one(for_everybody()), session=[one(ALL)])
_RESERVED = one(for_everybody(), for_everybody(effect=Effect.DENY))


@pytest.mark.parametrize(
    "policies",
    [
        _OPEN,
        PolicySet(),
        replace(_OPEN, service_control=[[one(ALL)], [NOTHING]]),
        replace(_OPEN, service_control=[[one(replace(ALL, effect=Effect.DENY))]]),
        replace(_OPEN, resource_control=[[one(for_everybody())], []]),
        replace(_OPEN, resource_control=[[_RESERVED]]),
        replace(_OPEN, resource=_RESERVED),
        replace(_OPEN, endpoint=_RESERVED),
        replace(_OPEN, resource=None),
    ],
)
def test_everybody_meets_the_limits_of_organizations_networks_and_owners_as_in_the_reference(
    policies: PolicySet,
) -> None:
    for (action, resource), who in itertools.product(ASKED, PRINCIPALS):
        for management in ({}, {"aws:PrincipalOrgMasterAccountId": HERE}):
            request = AccessRequest(
                principal=who, action=action, resource=resource, context=management
            )
            assert decision(request, policies) is decide(request, policies), request


def test_the_keys_of_a_request_are_those_of_the_reference() -> None:
    """A policy that denies whatever has other keys, or keys of other values, denies nothing."""
    keys = {key.lower() for each in KEYS for key in each}
    given_keys: list[dict[str, Any]] = [
        {}, *({key: values[-1]} for key, values in GIVEN.items()), {"aws:CurrentTime": "2026"},
        {"aws:EpochTime": "1767225600"},
    ]  # fmt: skip
    for (action, resource), who in itertools.product(EACH_ACTION, PRINCIPALS):
        for context in given_keys if action == "s3:GetObject" else given_keys[:1]:
            request = AccessRequest(
                principal=who, action=action, resource=resource, context=context
            )
            known = context_of(request)
            conditions = [Condition.of("Null", key, "false") for key in keys - known.keys()]
            for key, value in known.items():
                values = (value,) if isinstance(value, str) else value
                conditions.append(Condition.of("StringNotEquals", key, *values))
            denying = one(*(for_everybody(each, effect=Effect.DENY) for each in conditions))
            found = decision(request, PolicySet(resource=denying))
            assert found is not Decision.EXPLICITLY_DENIED or action == "sts:GetCallerIdentity"


# --- Corners that chance seldom finds -------------------------------------------------------------

_BOUNDED = PolicySet(
    identity=[one(ALL)],
    boundary=one(ALL),
    resource=one(
        Statement(effect=Effect.DENY, actions=("*",), resources=("*",), not_principals=EVERYBODY)
    ),
)


def test_a_key_that_is_missing_is_no_matter_if_it_exists() -> None:
    condition = Condition.of("ForAnyValue:StringEqualsIfExists", TAGS, "team")
    policies = PolicySet(identity=[one(replace(ALL, conditions=(condition,)))])
    request = AccessRequest(principal=ALICE, action="sqs:ListQueues")
    assert decision(request, policies) is decide(request, policies)


def test_a_boundary_meets_every_not_principal_with_a_deny() -> None:
    request = AccessRequest(principal=ALICE, action="s3:GetObject", resource="arn:aws:s3:::b/a")
    assert decision(request, _BOUNDED) is decide(request, _BOUNDED)


@pytest.mark.parametrize("pattern", ["*", "arn:*", "arn:aws:iam::*", f"arn:aws:iam::{HERE}*"])
def test_the_last_part_of_a_short_arn_runs_on(pattern: str) -> None:
    condition = Condition.of("ArnLike", "aws:PrincipalArn", pattern)
    policies = PolicySet(identity=[one(replace(ALL, conditions=(condition,)))])
    request = AccessRequest(principal=ALICE, action="s3:ListAllMyBuckets")
    assert decision(request, policies) is decide(request, policies)


@pytest.mark.parametrize(
    ("operator", "wanted", "value"),
    [
        ("NumericEquals", "1", " 1"),
        ("NumericEquals", "10", "1_0"),
        ("NumericEquals", "1", "1e0"),
        ("NumericEquals", "1", "\N{ARABIC-INDIC DIGIT ONE}"),
        ("DateEquals", "2026", "2026-01-01 00:00:00Z"),
        ("DateLessThan", "2027", "2026-W01-1"),
        ("DateEquals", "2026", "2026-01-01t00:00:00z"),
        ("DateEquals", "2026-01-01t00:00:00z", "2026"),
        ("IpAddress", "203.0.113.5", "203.0.113.5 "),
    ],
)
def test_a_value_is_written_as_a_policy_can_write_it(
    operator: str, wanted: str, value: str
) -> None:
    condition = Condition.of(operator, "x:y", wanted)
    policies = PolicySet(identity=[one(replace(ALL, conditions=(condition,)))])
    request = AccessRequest(principal=ALICE, action="s3:ListAllMyBuckets", context={"x:y": value})
    assert decision(request, policies) is decide(request, policies)
