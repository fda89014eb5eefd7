"""Actions that name no resource: whose policy counts then."""

from __future__ import annotations

import pytest

from least_privilege.access import AccessRequest, PolicySet, evaluate
from least_privilege.policy import PolicyDocument

EVERYTHING = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        # https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html
        ("kms:ConnectCustomKeyStore", True),
        ("kms:CreateCustomKeyStore", True),
        ("kms:CreateKey", True),
        ("kms:DeleteCustomKeyStore", True),
        ("kms:DescribeCustomKeyStores", True),
        ("kms:DisconnectCustomKeyStore", True),
        ("kms:GenerateRandom", True),
        ("kms:ListAliases", True),
        ("kms:ListKeys", True),
        ("kms:UpdateCustomKeyStore", True),
        # Some key is meant, whose policy is not known.
        ("kms:Decrypt", False),
        ("kms:DescribeKey", False),
    ],
)
def test_kms_asks_a_key_policy_only_where_a_key_is_used(action: str, expected: bool) -> None:
    request = AccessRequest(principal="arn:aws:iam::111122223333:user/alice", action=action)
    policies = PolicySet(identity=[PolicyDocument.parse(EVERYTHING)])
    assert evaluate(request, policies).is_allowed is expected
