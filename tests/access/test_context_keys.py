"""Which context keys follow from who asks, and for what."""

from __future__ import annotations

import pytest

from least_privilege.access import AccessRequest, Principal

ACCOUNT = "111122223333"
PICTURE = "arn:aws:s3:::pictures/a.png"
USER = f"arn:aws:iam::{ACCOUNT}:user/staff/alice"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/team/Reader"
FEDERATED_USER = f"arn:aws:sts::{ACCOUNT}:federated-user/mary"
OF_AN_ACCOUNT = {
    "aws:viaawsservice": "false",
    "aws:principalisawsservice": "false",
    "aws:principalaccount": ACCOUNT,
}


@pytest.mark.parametrize(
    ("principal", "keys"),
    [
        (
            Principal.user(USER, unique_id="AIDAEXAMPLE1234567890"),
            {
                **OF_AN_ACCOUNT,
                "aws:principaltype": "User",
                "aws:principalarn": USER,
                "aws:username": "alice",
                "aws:userid": "AIDAEXAMPLE1234567890",
            },
        ),
        (
            Principal.role_session(ROLE, "nightly"),
            {
                **OF_AN_ACCOUNT,
                "aws:principaltype": "AssumedRole",
                "aws:principalarn": ROLE,
            },
        ),
        (
            Principal.role_session(ROLE, "nightly", unique_id="AROAEXAMPLE1234567890"),
            {
                **OF_AN_ACCOUNT,
                "aws:principaltype": "AssumedRole",
                "aws:principalarn": ROLE,
                "aws:userid": "AROAEXAMPLE1234567890:nightly",
            },
        ),
        (
            Principal.federated(FEDERATED_USER),
            {
                **OF_AN_ACCOUNT,
                "aws:principaltype": "FederatedUser",
                "aws:principalarn": FEDERATED_USER,
                "aws:userid": f"{ACCOUNT}:mary",
            },
        ),
        (
            Principal.root(ACCOUNT),
            {
                **OF_AN_ACCOUNT,
                "aws:principaltype": "Account",
                "aws:principalarn": f"arn:aws:iam::{ACCOUNT}:root",
                "aws:userid": ACCOUNT,
            },
        ),
        (
            Principal.anonymous(),
            {
                "aws:viaawsservice": "false",
                "aws:principaltype": "Anonymous",
                "aws:principalaccount": "anonymous",
                "aws:userid": "anonymous",
            },
        ),
        (
            Principal.service("cloudtrail.amazonaws.com"),
            {
                "aws:viaawsservice": "false",
                "aws:principalisawsservice": "true",
                "aws:principalservicename": "cloudtrail.amazonaws.com",
            },
        ),
        (
            Principal.federated("accounts.google.com"),
            {"aws:viaawsservice": "false"},
        ),
    ],
    ids=lambda given: str(given) if isinstance(given, Principal) else "",
)
def test_who_asks_fills_in_keys(principal: Principal, keys: dict[str, str]) -> None:
    request = AccessRequest(principal=principal, action="sns:ListTopics")
    assert {
        key: value
        for key, value in request.context_values.items()
        if key != "aws:resourceaccount"  # follows from the resource
    } == keys


@pytest.mark.parametrize(
    ("action", "resource", "keys"),
    [
        ("sns:ListTopics", "*", {"aws:resourceaccount": ACCOUNT}),
        ("s3:GetObject", PICTURE, {"aws:resourceaccount": ACCOUNT, "s3:resourceaccount": ACCOUNT}),
        (
            "logs:GetLogEvents",
            "arn:aws:logs:eu-west-1:444455556666:log-group:apps:log-stream:one",
            {"aws:resourceaccount": "444455556666", "aws:requestedregion": "eu-west-1"},
        ),
        (
            "KMS:Decrypt",
            "arn:aws:kms:eu-west-1:444455556666:key/one",
            {
                "aws:resourceaccount": "444455556666",
                "aws:requestedregion": "eu-west-1",
                "kms:calleraccount": ACCOUNT,
            },
        ),
        (
            "iam:GetRole",
            ROLE,
            {"aws:resourceaccount": ACCOUNT, "aws:requestedregion": "us-east-1"},
        ),
    ],
)
def test_what_is_asked_for_fills_in_keys(action: str, resource: str, keys: dict[str, str]) -> None:
    caller = Principal.user(USER)
    of_caller = AccessRequest(principal=caller, action="sns:ListTopics").context_values
    request = AccessRequest(principal=caller, action=action, resource=resource)
    assert request.context_values == of_caller | keys


@pytest.mark.parametrize("service", ["cloudfront", "iam", "route53", "support"])
def test_services_with_one_endpoint_have_its_region(service: str) -> None:
    request = AccessRequest(principal=USER, action=f"{service}:ListSomething")
    assert request.context_values["aws:requestedregion"] == "us-east-1"


def test_iam_has_one_region_in_each_partition_and_only_that_of_the_first_is_filled_in() -> None:
    request = AccessRequest(
        principal="arn:aws-cn:iam::111122223333:user/alice",
        action="iam:GetRole",
        resource="arn:aws-cn:iam::111122223333:role/Reader",
    )
    assert "aws:requestedregion" not in request.context_values


@pytest.mark.parametrize(
    ("resource", "owner"),
    [
        ("*", ACCOUNT),
        (PICTURE, ACCOUNT),
        ("arn:aws:sns:eu-west-1:444455556666:news", "444455556666"),
        ("arn:aws:logs:eu-west-1:444455556666:log-group:apps:log-stream:one", "444455556666"),
        ("arn:aws:iam::aws:policy/ReadOnlyAccess", ACCOUNT),
    ],
)
def test_the_owner_of_a_resource_is_the_account_in_its_arn_or_that_of_the_caller(
    resource: str, owner: str
) -> None:
    assert AccessRequest(principal=USER, action="s3:GetObject", resource=resource).owner == owner
