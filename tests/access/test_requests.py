"""Requests and principals that nobody could be are refused, by the name of the argument."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from least_privilege.access import AccessRequest, Principal, PrincipalKind
from least_privilege.errors import InvalidRequestError

USER = "arn:aws:iam::111122223333:user/alice"
ROLE = "arn:aws:iam::111122223333:role/team/Reader"


def request(**given: Any) -> AccessRequest:
    return AccessRequest(**{"principal": USER, "action": "s3:GetObject"} | given)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"principal": None}, "principal must be a Principal or an ARN, got None"),
        ({"principal": "alice"}, "service must be a name like 'lambda.amazonaws.com', got 'alice'"),
        ({"principal": "arn:aws:s3:::pictures"}, "principal must be a user, role, session"),
        ({"principal": "arn:aws:iam::aws:user/alice"}, "must name an account of 12 digits"),
        ({"principal": "arn:aws:iam::111122223333:group/admins"}, "principal must be a user"),
        ({"action": "s3:*"}, "action must be one action like 's3:GetObject', got 's3:*'"),
        ({"action": "GetObject"}, "action must be one action"),
        ({"action": 7}, "action must be one action"),
        ({"resource": "pictures"}, "resource must be '*' or an ARN, got 'pictures'"),
        ({"resource": None}, "resource must be '*' or an ARN"),
        ({"resource_account": "42"}, "resource_account must be 12 digits, got '42'"),
        ({"context": ["aws:username"]}, "context must be a mapping"),
        ({"context": {"": "x"}}, "context must have names of condition keys"),
        ({"context": {"a:b": None}}, "context['a:b'] must be a string, a number"),
        ({"context": {"a:b": [["x"]]}}, "context['a:b'] must be a string, a number"),
        ({"context": {"a:b": "x", "A:B": "y"}}, "has 'A:B' twice"),
    ],
)
def test_a_request_that_nobody_could_make_is_refused(given: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        request(**given)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Principal.user("alice"), "must be an ARN like arn:PARTITION"),
        (
            lambda: Principal.user(ROLE),
            "arn must be an ARN like arn:aws:iam::",
        ),
        (lambda: Principal.user(USER, unique_id="alice"), "unique_id must be like AROA"),
        (lambda: Principal.role_session(USER, "nightly"), "role_arn must be an ARN like"),
        (lambda: Principal.role_session(ROLE, "a b"), "session_name must be 1 to 64 letters"),
        (lambda: Principal.role_session(ROLE, ""), "session_name must be 1 to 64 letters"),
        (lambda: Principal.federated("*"), "provider must be a domain or an ARN"),
        (lambda: Principal.federated(USER), "provider must be an OIDC or SAML provider"),
        (lambda: Principal.service("lambda"), "service must be a name like"),
        (lambda: Principal.root("42"), "account must be 12 digits"),
        (lambda: Principal.root(USER), "account must be 12 digits or the ARN of a root user"),
        (lambda: Principal.canonical_user("abc"), "canonical_id must be 64 hexadecimal digits"),
    ],
)
def test_a_principal_that_cannot_be_is_refused(make: Any, says: str) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        make()
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("text", "kind", "arn"),
    [
        (USER, PrincipalKind.USER, USER),
        (
            ROLE,
            PrincipalKind.ROLE_SESSION,
            "arn:aws:sts::111122223333:assumed-role/Reader/session",
        ),
        (
            "arn:aws-cn:sts::111122223333:assumed-role/Reader/nightly",
            PrincipalKind.ROLE_SESSION,
            "arn:aws-cn:sts::111122223333:assumed-role/Reader/nightly",
        ),
        ("111122223333", PrincipalKind.ROOT, "arn:aws:iam::111122223333:root"),
        (
            "arn:aws:iam::111122223333:root",
            PrincipalKind.ROOT,
            "arn:aws:iam::111122223333:root",
        ),
        (
            "arn:aws:sts::111122223333:federated-user/bob",
            PrincipalKind.FEDERATED_USER,
            "arn:aws:sts::111122223333:federated-user/bob",
        ),
        (
            "arn:aws:iam::111122223333:saml-provider/corp",
            PrincipalKind.FEDERATED,
            "arn:aws:iam::111122223333:saml-provider/corp",
        ),
        ("lambda.amazonaws.com", PrincipalKind.SERVICE, "lambda.amazonaws.com"),
        ("*", PrincipalKind.ANONYMOUS, ""),
    ],
)
def test_a_principal_may_be_given_by_its_arn(text: str, kind: PrincipalKind, arn: str) -> None:
    principal = request(principal=text).caller
    assert (principal.kind, principal.arn) == (kind, arn)


def test_values_of_the_context_become_what_aws_sends() -> None:
    context = request(
        context={
            "aws:SecureTransport": True,
            "s3:max-keys": 10,
            "aws:MultiFactorAuthAge": Decimal("1.5"),
            "aws:TokenIssueTime": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
            "aws:CurrentTime": datetime(2026, 1, 2),
            "x:Day": date(2026, 1, 2),
            "x:Bytes": b"\x00\x01",
            "aws:TagKeys": ["a", "b"],
        }
    ).context_values
    assert context["aws:securetransport"] == "true"
    assert context["s3:max-keys"] == "10"
    assert context["aws:multifactorauthage"] == "1.5"
    assert context["aws:tokenissuetime"] == "2026-01-02T03:04:05Z"
    assert context["aws:currenttime"] == "2026-01-02T00:00:00Z"
    assert context["aws:epochtime"] == "1767312000"
    assert context["x:day"] == "2026-01-02"
    assert context["x:bytes"] == "AAE="
    assert context["aws:tagkeys"] == ("a", "b")


def test_a_value_that_is_given_wins_over_the_one_that_follows() -> None:
    context = request(context={"aws:ViaAWSService": True}).context_values
    assert context["aws:viaawsservice"] == "true"


def test_a_time_is_sent_in_utc_and_as_seconds() -> None:
    east = datetime(2026, 1, 2, 3, 0, tzinfo=timezone(timedelta(hours=2)))
    assert request(context={"aws:CurrentTime": east}).context_values["aws:currenttime"] == (
        "2026-01-02T01:00:00Z"
    )
    context = request(context={"aws:EpochTime": east}).context_values
    assert context["aws:epochtime"] == "1767315600"
    assert context["aws:currenttime"] == "2026-01-02T01:00:00Z"


def test_a_request_that_is_made_via_services_says_so() -> None:
    services = ["cloudformation.amazonaws.com", "dynamodb.amazonaws.com"]
    context = request(context={"aws:CalledVia": services}).context_values
    assert context["aws:viaawsservice"] == "true"
    assert context["aws:calledviafirst"] == services[0]
    assert context["aws:calledvialast"] == services[1]


def test_no_context_is_an_empty_one() -> None:
    assert request(context=None).context == {}


@pytest.mark.parametrize("provider", ["accounts.google.com", "cognito-identity.amazonaws.com"])
def test_a_provider_without_an_arn_is_known_by_its_domain(provider: str) -> None:
    assert request(principal=provider).caller.kind is PrincipalKind.FEDERATED
