"""Which policies an explanation goes through: those that count for the request."""

from __future__ import annotations

from typing import Any

import pytest

from least_privilege.access import AccessRequest, PolicySet, Principal, evaluate
from least_privilege.policy import PolicyDocument, PolicyKind

ALICE = "arn:aws:iam::111122223333:user/alice"
ROLE = "arn:aws:iam::111122223333:role/Reader"


def allow(action: str, kind: PolicyKind, **more: Any) -> PolicyDocument:
    statement = {"Effect": "Allow", "Action": action} | more
    return PolicyDocument.parse({"Version": "2012-10-17", "Statement": statement}, kind)


def everything(kind: PolicyKind) -> PolicyDocument:
    return allow("*", kind, Resource="*")


@pytest.mark.parametrize(
    ("action", "resource", "of_resource", "counting"),
    [
        (
            "sts:AssumeRole",
            ROLE,
            allow("sts:AssumeRole", PolicyKind.TRUST, Principal={"AWS": ALICE}),
            ["service control policy", "trust policy", "identity policy", "permissions boundary"],
        ),
        (
            "s3:GetObject",
            "arn:aws:s3:::pictures/a.png",
            allow("s3:*", PolicyKind.RESOURCE, Principal={"AWS": ALICE}, Resource="*"),
            [
                "service control policy",
                "resource policy",
                "identity policy",
                "permissions boundary",
            ],
        ),
    ],
)
def test_the_policies_that_count_are_gone_through_in_order(
    action: str, resource: str, of_resource: PolicyDocument, counting: list[str]
) -> None:
    policies = PolicySet(
        identity=[everything(PolicyKind.IDENTITY)],
        boundary=everything(PolicyKind.BOUNDARY),
        service_control=[[everything(PolicyKind.SERVICE_CONTROL)]],
        resource=of_resource,
    )
    request = AccessRequest(principal=Principal.user(ALICE), action=action, resource=resource)
    first, *lines = evaluate(request, policies).explain().splitlines()
    assert first.startswith("allowed: ")
    assert [line.strip().partition(",")[0] for line in lines] == counting
    assert all(line.endswith("(Allow): applies") for line in lines)
