"""The few words that requests and policies are made of by chance, so that they meet."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from least_privilege.access import Principal
from least_privilege.policy import NamedPrincipal, PrincipalType

HERE, THERE = "111122223333", "444455556666"
ALICE, READER = f"arn:aws:iam::{HERE}:user/team/alice", f"arn:aws:iam::{HERE}:role/team/Reader"
LINKED = f"arn:aws:iam::{HERE}:role/aws-service-role/lambda.amazonaws.com/AWSServiceRoleForLambda"
USER_ID, ROLE_ID = "AIDAEXAMPLE1234567890", "AROAEXAMPLE1234567890"
SESSION = f"arn:aws:sts::{HERE}:assumed-role/Reader/alice"
BOB = f"arn:aws:sts::{HERE}:federated-user/bob"
PROVIDER = f"arn:aws:iam::{HERE}:oidc-provider/accounts.google.com"
CANONICAL = "ab" * 32

PRINCIPALS = (
    Principal.user(ALICE),
    Principal.user(ALICE, USER_ID),
    Principal.user(f"arn:aws:iam::{THERE}:user/alice"),
    Principal.role_session(READER, "alice"),
    Principal.role_session(READER, "alice", ROLE_ID),
    Principal.role_session(f"arn:aws:iam::{THERE}:role/Reader", "alice"),
    Principal.role_session(LINKED, "lambda"),
    Principal.federated(BOB),
    Principal.federated(BOB, ALICE),
    Principal.federated("accounts.google.com"),
    Principal.federated(PROVIDER),
    Principal.service("lambda.amazonaws.com"),
    Principal.root(HERE),
    Principal.root(THERE),
    Principal.anonymous(),
    Principal.canonical_user(CANONICAL),
)
NAMES = tuple(
    NamedPrincipal(type=kind, identifier=identifier)
    for kind, identifiers in (
        (
            PrincipalType.AWS,
            ("*", HERE, THERE, f"arn:aws:iam::{HERE}:root", f"arn:aws:iam::{THERE}:root", ALICE,
             READER, f"arn:aws:iam::{HERE}:role/Reader", SESSION, BOB, USER_ID, ROLE_ID, LINKED,
             f"arn:aws:iam::{THERE}:user/alice", f"arn:aws:iam::{THERE}:role/Reader",
             f"arn:aws:sts::{THERE}:assumed-role/Reader/alice",
             f"arn:aws:sts::{HERE}:assumed-role/Reader/other"),
        ),
        (PrincipalType.SERVICE, ("lambda.amazonaws.com", "ec2.amazonaws.com")),
        (PrincipalType.FEDERATED, ("accounts.google.com", PROVIDER)),
        (PrincipalType.CANONICAL_USER, (CANONICAL,)),
    )
    for identifier in identifiers
)  # fmt: skip
CAN_BE_SPARED = tuple(name for name in NAMES if name.type is not PrincipalType.FEDERATED)
"""NotPrincipal is not for trust policies, and identity providers are for these alone."""
EVERYBODY = (NamedPrincipal(type=PrincipalType.AWS, identifier="*", is_bare=True),)

_KEY, _WORK = f"arn:aws:kms:eu-west-1:{HERE}:key/ab", f"arn:aws:lambda:eu-west-1:{HERE}:function:a"
ASKED = (
    *((action, f"arn:aws:s3:::b/{name}")
      for action in ("s3:GetObject", "s3:PutObject")
      for name in ("a", "alice/a", "a:b", "*", "${a}", "a?:alice")),
    ("s3:GetBucketPolicy", "arn:aws:s3:::b"),
    ("s3:ListAllMyBuckets", "*"),
    ("sqs:SendMessage", f"arn:aws:sqs:eu-west-1:{HERE}:a"),
    ("lambda:InvokeFunction", _WORK),
    ("lambda:InvokeFunction", f"{_WORK}:alice"),
    ("kms:Decrypt", _KEY),
    ("KMS:decrypt", f"arn:aws:kms:eu-west-1:{HERE}:alias/ab"),
    ("kms:RetireGrant", _KEY),
    ("sts:AssumeRole", READER),
    ("sts:AssumeRole", f"arn:aws:iam::{THERE}:role/Reader"),
    ("sts:AssumeRoleWithWebIdentity", READER),
    ("sts:TagSession", READER),
    ("sts:GetCallerIdentity", "*"),
    ("iam:PassRole", READER),
    ("iam:ListUsers", "*"),
    ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:eu-west-1:{HERE}:secret:a-b"),
)  # fmt: skip

TEAM, TAGS = "aws:PrincipalTag/team", "aws:TagKeys"
TEXTS = ("a", "A", "", "*", "a*", "ab", "a:b", "alice", "straße", "STRASSE", "${a}", "?")
PATTERNS = (
    *TEXTS, "a?", "?*", "*b", "${*}", "a${?}", "${$}{a}", f"${{{TEAM}}}", f"a${{{TEAM.upper()}}}*",
    f"${{{TEAM}, 'a'}}", f"${{{TAGS}}}", f"${{{TAGS},'a*'}}", "${aws:username}", "*${aws:userid}",
)  # fmt: skip
ARNS = (
    ALICE, READER, SESSION, f"arn:aws:iam::{HERE}:root", "arn:aws:s3:::b", "arn:aws:s3:::b/a:b",
    "arn:aws:s3", _WORK, "a", "arn:aws:sqs:eu-west-1::a",
)  # fmt: skip
ARN_PATTERNS = (
    *ARNS, "*", "arn:*", "arn:aws:iam::*", f"arn:aws:iam::{HERE}*", f"arn:aws:iam::{HERE}:*",
    "arn:aws:iam::*:user/*", f"arn:*:iam:*:{HERE}:root", "arn:aws:s3:::b*", "arn:aws:s3:::*:b",
    "arn:aws:s?:*:*:?/*", "arn:*:*:*:*:*", f"arn:aws:iam::{HERE}:user/team/${{aws:username}}",
    "${aws:PrincipalArn}", f"arn:aws:s3:::${{{TEAM}}}*", "arn:aws:iam::${aws:PrincipalAccount}:*",
    "arn:aws:iam::*::*",
)  # fmt: skip
NUMBERS = ("0", "1", "1.0", "01", "-1", "+1", "1.5", "10", "9007199254740993", "9007199254740992")
DATES = (
    "2026", "2026-01", "2026-01-01", "2026-01-01T00:00Z", "2026-01-01T00:00:00Z",
    "2026-01-01T01:00:00+01:00", "2026-01-01T01:00+01", "2026-01-01T00:00:00.5Z", "1767225600",
    "1767225600.5",
    "2026-01-01T00:00:00", "2025-12-31T23:59:59Z", "1970-01-01T00:00:01Z", "1", "20260101",
    "2026-12-31T20:00:00-0400",
)  # fmt: skip
FLAGS = ("true", "false", "True", "FALSE")
ADDRESSES = (
    "203.0.113.5", "203.0.113.0/24", "203.0.113.5/30", "203.0.113.77", "2001:db8::5",
    "2001:DB8::/32", "0.0.0.0/0", "::/0", "203.0.113.4/32", "::ffff:203.0.113.5",
)  # fmt: skip
BINARIES = ("QQ==", "QR==", "QUI=", "")
NOISE = (
    "a", "", "NaN", "Infinity", "2026-13", "2026-01-01T24:61Z", "203.0.113", "203.0.113.05", "QQ",
    "yes", "Q Q==", " true",
)  # fmt: skip
TYPED: tuple[Any, ...] = (
    True, False, 1, 0, 1.5, Decimal("1.0"), datetime(2026, 1, 1, tzinfo=UTC),
    datetime(2026, 1, 1), datetime(2026, 1, 1).date(), b"A",
)  # fmt: skip

_SIZES = ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
FAMILIES: tuple[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...] = (
    (
        ("StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase",
         "StringLike", "StringNotLike"),
        PATTERNS,
        TEXTS,
    ),
    (("ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"), ARN_PATTERNS, ARNS),
    (tuple(f"Numeric{size}" for size in _SIZES), NUMBERS, NUMBERS),
    (tuple(f"Date{size}" for size in _SIZES), DATES, DATES),
    (("Bool",), (*FLAGS, "${aws:SecureTransport}"), FLAGS),
    (("IpAddress", "NotIpAddress"), ADDRESSES, ADDRESSES),
    (("BinaryEquals",), BINARIES, BINARIES),
    (("Null",), FLAGS, FLAGS),
)  # fmt: skip
KEYS: tuple[tuple[str, ...], ...] = (
    (TEAM, "AWS:principaltag/TEAM", TAGS, "aws:username", "aws:userid", "aws:PrincipalType",
     "aws:PrincipalAccount", "aws:ResourceAccount", "s3:ResourceAccount", "kms:CallerAccount",
     "aws:RequestedRegion", "aws:PrincipalServiceName"),
    ("aws:PrincipalArn", "aws:SourceArn"),
    ("aws:MultiFactorAuthAge", TAGS),
    ("aws:CurrentTime", "aws:EpochTime"),
    ("aws:SecureTransport", "aws:ViaAWSService", "aws:PrincipalIsAWSService"),
    ("aws:SourceIp",),
    ("lambda:Blob",),
    (TEAM, TAGS, "aws:CurrentTime", "aws:username", "aws:userid", "aws:PrincipalArn"),
)  # fmt: skip
ALSO = {
    "aws:principaltype": ("User", "AssumedRole", "Account", "Anonymous", "FederatedUser"),
    "aws:requestedregion": ("us-east-1", "eu-west-1"),
    "aws:principalservicename": ("lambda.amazonaws.com",),
    "aws:userid": (USER_ID, f"{ROLE_ID}:alice", f"{HERE}:bob", HERE, "anonymous"),
}
"""What a filled-in key can be, beside accounts."""
AROUND = (
    ("", ""), ("", "IfExists"), ("ForAllValues:", ""), ("ForAllValues:", "IfExists"),
    ("ForAnyValue:", ""), ("ForAnyValue:", "IfExists"),
)  # fmt: skip
"""What can stand before and after an operator."""


CONTEXT: dict[str, tuple[Any, ...]] = {
    TEAM: ("a", "A", "", "a*", "alice", "b/alice"),
    TAGS: ([], ["a"], ["a", "A"], ["", "ab"], "a", "", ["a:b", "*"]),
    "aws:SourceArn": ARNS,
    "aws:MultiFactorAuthAge": NUMBERS,
    "AWS:CURRENTTIME": (*DATES, datetime(2026, 1, 1, tzinfo=UTC)),
    "aws:EpochTime": ("1767225600", 1767225600, "1", "a"),
    "aws:SecureTransport": (True, False, "true"),
    "aws:SourceIp": ("203.0.113.5", "203.0.113.77", "2001:db8::5", "a"),
    "aws:PrincipalOrgMasterAccountId": (HERE, THERE, "a"),
    "lambda:Blob": (b"A", "QR==", "a"),
}
GIVEN: dict[str, tuple[Any, ...]] = {
    "aws:username": ("alice", "a"),
    "aws:PrincipalArn": ARNS,
    "aws:userid": ("a", USER_ID),
    "aws:ResourceAccount": (HERE, "a", [HERE, THERE]),
    "aws:RequestedRegion": ("eu-west-1", "a"),
    "aws:ViaAWSService": (True,),
    "aws:PrincipalType": ("User", "a"),
}
"""Keys that AWS fills in and a caller can give as well."""
