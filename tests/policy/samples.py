"""Sound statements and documents of each kind of policy, for tests to change."""

from __future__ import annotations

from typing import Any

from least_privilege.policy import PolicyKind

ON_IDENTITIES: dict[str, Any] = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
ON_RESOURCES: dict[str, Any] = ON_IDENTITIES | {"Principal": {"AWS": "111122223333"}}

STATEMENTS: dict[PolicyKind, dict[str, Any]] = dict.fromkeys(PolicyKind, ON_IDENTITIES) | {
    PolicyKind.RESOURCE: ON_RESOURCES,
    PolicyKind.ENDPOINT: ON_RESOURCES,
    PolicyKind.RESOURCE_CONTROL: ON_IDENTITIES | {"Effect": "Deny", "Principal": "*"},
    PolicyKind.TRUST: {
        "Effect": "Allow",
        "Principal": {"AWS": "111122223333"},
        "Action": "sts:AssumeRole",
    },
}
"""The least statement of each kind."""

_MORE: dict[str, Any] = {
    "Sid": "More",
    "Condition": {
        "ForAnyValue:StringLikeIfExists": {"aws:TagKeys": ["a*", "${aws:username}"]},
        "Bool": {"aws:SecureTransport": "true"},
        "NumericLessThan": {"aws:MultiFactorAuthAge": 3600},
        "DateGreaterThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"},
        "IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "2001:db8::/32"]},
        "Null": {"aws:SourceVpc": True},
        "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"},
        "BinaryEquals": {"aws:x": "QQ=="},
    },
}
_RESOURCES = ["arn:aws:s3:::pictures/${aws:username}/*", "arn:aws:sqs:*:111122223333:orders"]
_PRINCIPALS = {
    "AWS": ["111122223333", "arn:aws:iam::111122223333:role/a/Reader"],
    "Service": "lambda.amazonaws.com",
}
_ON_RESOURCES = {
    "Effect": "Deny",
    "NotPrincipal": _PRINCIPALS | {"CanonicalUser": "a" * 64},
    "NotAction": ["s3:Get*", "sqs:*"],
    "Resource": _RESOURCES,
}
_ON_IDENTITIES = {"Effect": "Deny", "NotAction": ["s3:Get*", "sqs:*"], "NotResource": _RESOURCES}
_FULL: dict[PolicyKind, dict[str, Any]] = {
    PolicyKind.TRUST: {
        "Effect": "Allow",
        "Principal": _PRINCIPALS | {"Federated": "accounts.google.com"},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
    },
    PolicyKind.RESOURCE_CONTROL: {
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["s3:*Object", "sqs:*"],
        "NotResource": _RESOURCES,
    },
    PolicyKind.RESOURCE: _ON_RESOURCES,
    PolicyKind.ENDPOINT: _ON_RESOURCES,
}
WITH_ID = (PolicyKind.TRUST, PolicyKind.RESOURCE, PolicyKind.ENDPOINT)


def full_document(kind: PolicyKind) -> dict[str, Any]:
    """A document with about every element that this kind may have."""
    return {
        "Version": "2012-10-17",
        **({"Id": "Everything"} if kind in WITH_ID else {}),
        "Statement": [STATEMENTS[kind], _FULL.get(kind, _ON_IDENTITIES) | _MORE],
    }
