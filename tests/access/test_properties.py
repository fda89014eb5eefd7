"""What holds of every answer of the evaluator, whatever the policies say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given, strategies as st

from least_privilege.access import (
    AccessRequest,
    Decision,
    PolicySet,
    Principal,
    PrincipalKind,
    Requirement,
    allowed_when,
    evaluate,
)
from least_privilege.errors import InvalidPolicyError
from least_privilege.policy import Condition, Effect, PolicyDocument, PolicyKind, Statement
from tests.access.generated import ALL, asked, one, statement, tried
from tests.access.reference import context_of
from tests.access.reference_conditions import Context, holds, resource_fits
from tests.access.words import ALICE, EVERYBODY, HERE, NAMES, READER, ROLE_ID, TAGS, TEAM

pytestmark = pytest.mark.thorough


def decision(request: AccessRequest, policies: PolicySet) -> Decision:
    return evaluate(request, policies).decision


_HOLDING = ("identity", "resource", "boundary", "session", "service_control", "resource_control",
            "endpoint")  # fmt: skip
_KINDS = (PolicyKind.IDENTITY, PolicyKind.RESOURCE, PolicyKind.BOUNDARY, PolicyKind.SESSION,
          PolicyKind.SERVICE_CONTROL, PolicyKind.RESOURCE_CONTROL,
          PolicyKind.ENDPOINT)  # fmt: skip


def changed(
    policies: PolicySet, change: Callable[[PolicyDocument, PolicyKind], PolicyDocument]
) -> PolicySet:
    """The same with every document changed."""

    def inside(held: Any, kind: PolicyKind) -> Any:
        if isinstance(held, PolicyDocument):
            return change(held, kind)
        return None if held is None else [inside(each, kind) for each in held]

    return PolicySet(
        **{
            name: inside(getattr(policies, name), kind)
            for name, kind in zip(_HOLDING, _KINDS, strict=True)
        }
    )


@tried(50)
@given(asked(), st.data())
def test_another_deny_never_allows_more(
    case: tuple[AccessRequest, PolicySet], data: st.DataObject
) -> None:
    request, policies = case
    held = [name for name in _HOLDING if getattr(policies, name)]
    assume(held)
    chosen = data.draw(st.sampled_from(held))
    names = {"resource": NAMES, "endpoint": NAMES, "resource_control": EVERYBODY}.get(chosen, ())
    denial = replace(statement(data.draw, request, names=names), effect=Effect.DENY)
    kind = _KINDS[_HOLDING.index(chosen)]
    stricter = changed(
        policies,
        lambda document, of: (
            replace(document, statements=(*document.statements, denial)) if of is kind else document
        ),
    )
    assert not evaluate(request, stricter).is_allowed or evaluate(request, policies).is_allowed


@tried(50)
@given(asked(), st.data())
def test_another_allow_for_the_identity_never_allows_less(
    case: tuple[AccessRequest, PolicySet], data: st.DataObject
) -> None:
    request, policies = case
    grant = one(replace(statement(data.draw, request), effect=Effect.ALLOW))
    wider = replace(policies, identity=(*policies.identity, grant))
    assert evaluate(request, wider).is_allowed or not evaluate(request, policies).is_allowed
    assert (decision(request, wider) is Decision.EXPLICITLY_DENIED) is (
        decision(request, policies) is Decision.EXPLICITLY_DENIED
    )


@tried(50)
@given(asked())
def test_a_policy_says_the_same_when_it_was_printed_and_read(
    case: tuple[AccessRequest, PolicySet],
) -> None:
    def again(document: PolicyDocument, kind: PolicyKind) -> PolicyDocument:
        try:
            return PolicyDocument.parse(document.to_json(), kind)
        except InvalidPolicyError:
            return document  # Some of what AWS refuses is generated too.

    request, policies = case
    assert decision(request, changed(policies, again)) is decision(request, policies)


@tried(50)
@given(asked())
def test_the_order_of_statements_and_policies_says_nothing(
    case: tuple[AccessRequest, PolicySet],
) -> None:
    request, policies = case
    turned = changed(
        policies, lambda document, _: replace(document, statements=document.statements[::-1])
    )
    turned = replace(
        turned,
        identity=turned.identity[::-1],
        session=turned.session and turned.session[::-1],
        service_control=turned.service_control and turned.service_control[::-1],
        resource_control=turned.resource_control and turned.resource_control[::-1],
    )
    assert decision(request, turned) is decision(request, policies)


# --- What is not known --------------------------------------------------------------------------

_FREE: dict[str, Any] = {
    TAGS: st.lists(st.sampled_from(["a", "A", "", "ab"]), max_size=2) | st.just("a"),
    "aws:SourceIp": st.sampled_from(["203.0.113.5", "203.0.113.77", "2001:db8::5"]),
    "lambda:Blob": st.sampled_from([b"A", "QR=="]),
}
"""Keys that come with any request, or stay away."""
_ALWAYS_SENT: dict[str, Any] = {
    "aws:SecureTransport": st.booleans(),
    "aws:CurrentTime": st.sampled_from(
        ["2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z", "2026-01-01T00:00:00.500Z", "1970-01-01"]
    ),
    "aws:UserAgent": st.just("aws-cli"),
}
"""reference_policies_condition-keys.html: "always included in the request context"."""
_OF_UNKNOWN_ARN = (
    PrincipalKind.CANONICAL_USER,
    PrincipalKind.FEDERATED,
    PrincipalKind.SERVICE,
)
_TAGGED = (PrincipalKind.USER, PrincipalKind.ROLE_SESSION)


def completed(
    data: st.DataObject, request: AccessRequest, keys: dict[str, Any], *, all_of_them: bool = False
) -> AccessRequest:
    """The request with (all) those keys that its context lacks."""
    known = {key.lower() for key in request.context}
    if known & {"aws:currenttime", "aws:epochtime"}:
        known |= {"aws:currenttime", "aws:epochtime"}
    more = {
        key: data.draw(values)
        for key, values in keys.items()
        if key.lower() not in known and (all_of_them or data.draw(st.booleans()))
    }
    return replace(request, context={**request.context, **more})


def complete(data: st.DataObject, request: AccessRequest) -> AccessRequest:
    """The request with all keys that AWS always sends."""
    sent = dict(_ALWAYS_SENT)
    more = {"aws:userid": ROLE_ID, "aws:RequestedRegion": "eu-west-1"}
    if request.caller.kind in _OF_UNKNOWN_ARN:
        more |= {"aws:PrincipalArn": ALICE, "aws:PrincipalAccount": HERE}
        more |= {"aws:PrincipalType": "User"}
    for key, value in more.items():
        if key.lower() not in context_of(request):
            sent[key] = st.just(value)
    return completed(data, request, sent, all_of_them=True)


def is_met(requirement: Requirement, resource: str, context: Context) -> bool:
    if requirement.condition is not None:
        return holds(requirement.condition, context) is requirement.holds
    fits = any(resource_fits(each, resource, context) for each in requirement.resources)
    return fits is requirement.holds


@tried(90)
@given(asked(overrides=False), st.data())
def test_a_request_is_allowed_where_one_way_to_allow_it_is_met(
    case: tuple[AccessRequest, PolicySet], data: st.DataObject
) -> None:
    request, policies = case
    ways = allowed_when(request, policies)
    assume(not ways.reason)
    free = dict(_FREE)
    if request.caller.kind in _TAGGED:
        free[TEAM] = st.sampled_from(["a", "A", "a*", "alice"])
    full = completed(data, complete(data, request), free)
    context = context_of(full)
    is_allowed = any(
        all(is_met(each, request.resource, context) for each in way) for way in ways.alternatives
    )
    assert evaluate(full, policies).is_allowed is is_allowed


@tried(90)
@given(asked(overrides=False), st.data())
def test_what_is_known_for_certain_stays_so_when_all_keys_are_known(
    case: tuple[AccessRequest, PolicySet], data: st.DataObject
) -> None:
    request, policies = case
    known = evaluate(request, policies, missing_keys="unknown")
    full = complete(data, request)
    full = completed(data, full, {"aws:SourceIp": _FREE["aws:SourceIp"]})
    found = decision(full, policies)
    match known.decision:
        case Decision.UNKNOWN:
            assert known.unknown_keys
        case Decision.IMPLICITLY_DENIED:
            # Of which kind the denial is can still hang on a key.
            assert found is not Decision.ALLOWED
        case certain:
            assert found is certain


@pytest.mark.parametrize("values", [("true", "false"), ("FALSE",)])
def test_a_key_that_is_always_sent_is_not_null(values: tuple[str, ...]) -> None:
    condition = Condition.of("Null", "aws:SecureTransport", *values)
    policies = PolicySet(identity=[one(replace(ALL, conditions=(condition,)))])
    request = AccessRequest(principal=ALICE, action="s3:ListAllMyBuckets")
    assert evaluate(request, policies, missing_keys="unknown").is_allowed
    assert allowed_when(request, policies).is_always


def test_a_request_that_is_not_signed_has_no_arn_of_its_principal() -> None:
    condition = Condition.of("Null", "aws:PrincipalArn", "true")
    trust = one(Statement(actions=("*",), principals=EVERYBODY, conditions=(condition,)))
    request = AccessRequest(
        principal=Principal.federated("accounts.google.com"),
        action="sts:AssumeRoleWithWebIdentity",
        resource=READER,
    )
    known = evaluate(request, PolicySet(resource=trust), missing_keys="unknown")
    assert known.decision in (Decision.ALLOWED, Decision.UNKNOWN)
