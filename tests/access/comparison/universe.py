"""A small world of requests, and policies that speak of it, so that every request can be asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

from least_privilege.access import AccessRequest, PolicySet, Principal, evaluate
from least_privilege.policy import (
    Condition,
    Effect,
    NamedPrincipal,
    PolicyDocument,
    PrincipalType,
    Statement,
)

Pick = Callable[[Sequence[Any]], Any]

HERE, THERE, OWNER = "111122223333", "444455556666", "999988887777"
ROLE = f"arn:aws:iam::{HERE}:role/team/Reader"
OTHER_ROLE = f"arn:aws:iam::{HERE}:role/Writer"
USER = f"arn:aws:iam::{HERE}:user/alice"
FAR_ROLE = f"arn:aws:iam::{THERE}:role/Reader"

ACTIONS = (
    "s3:GetObject", "s3:GetObjectAcl", "s3:PutObject", "sqs:SendMessage", "iam:PassRole",
)  # fmt: skip
RESOURCES = (
    "*", "arn:aws:s3:::b/a", "arn:aws:s3:::b/alice/x", "arn:aws:s3:::c", "arn:aws:s3:::b/a:b",
    f"arn:aws:sqs:eu-west-1:{HERE}:q", ROLE,
)  # fmt: skip
ACTION_PATTERNS = (
    "*", "s3:*", "s3:Get*", "s3:GetObject", "s3:GetObject*", "s3:?utObject", "S3:putobject",
    "sqs:*", "sqs:SendMessage", "iam:PassRole", "s3:*Object", "s3:GetObjectAcl",
)  # fmt: skip
RESOURCE_PATTERNS = (
    "*", "arn:aws:s3:::*", "arn:aws:s3:::b/*", "arn:aws:s3:::b/a", "arn:aws:s3:::b/a*",
    "arn:aws:s3:::b/?", "arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/alice/*",
    "arn:aws:s3:::c", f"arn:aws:sqs:*:{HERE}:*", "arn:aws:sqs:*:*:q", "arn:aws:iam::*:role/*",
    "arn:aws:s3:::b/${aws:PrincipalTag/team, 'a'}", "arn:aws:s3:::*:b", "arn:*:*:*:*:*",
    "arn:aws:s3:::b/*a", "arn:aws:s3:::b/${*}",
)  # fmt: skip
TEAM, IP, MFA, AGE, TIME = (
    "aws:PrincipalTag/team", "aws:SourceIp", "aws:MultiFactorAuthPresent",
    "aws:MultiFactorAuthAge", "aws:CurrentTime",
)  # fmt: skip
TAGS = "aws:TagKeys"
VALUES: dict[str, tuple[Any, ...]] = {
    TEAM: (None, "a", "A", "ab", "b", "alice", ""),
    IP: (None, "10.0.0.5", "10.0.1.5", "203.0.113.5"),
    MFA: (None, "true", "false"),
    AGE: (None, "5", "10", "15"),
    TIME: (None, "2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z", "2027-01-01T00:00:00Z"),
    TAGS: (None, ["a"], ["b"], ["a", "b"], ["c", "a"], "a", ""),
}
_TEXTS = ("a", "A", "ab", "b", "alice")
OPERATORS: dict[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]] = {
    TEAM: (
        (("StringEquals", "StringNotEquals", "StringEqualsIgnoreCase",
          "StringNotEqualsIgnoreCase", "StringEqualsIfExists", "StringNotEqualsIfExists"),
         (*_TEXTS, "${aws:username}")),
        (("StringLike", "StringNotLike", "StringLikeIfExists"), ("*", "a*", "?", "*b", "", "al?*")),
        (("Null",), ("true", "false")),
    ),
    IP: (
        (("IpAddress", "NotIpAddress", "IpAddressIfExists"),
         ("10.0.0.0/24", "10.0.0.0/16", "0.0.0.0/0", "203.0.113.5", "10.0.1.0/24")),
    ),
    MFA: (
        (("Bool", "BoolIfExists"), ("true", "false")),
        (("Null",), ("true", "false")),
    ),
    AGE: (
        (("NumericLessThan", "NumericGreaterThan", "NumericEquals", "NumericNotEquals",
          "NumericLessThanEquals", "NumericGreaterThanEquals", "NumericLessThanIfExists"),
         ("5", "10", "15")),
    ),
    TIME: (
        (("DateLessThan", "DateGreaterThan", "DateEquals", "DateLessThanEquals"),
         ("2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z")),
    ),
    TAGS: (
        (tuple(f"{quantifier}:{operator}" for quantifier in ("ForAllValues", "ForAnyValue")
               for operator in ("StringEquals", "StringNotEquals", "StringLike")),
         ("a", "b", "c", "?")),
        (("Null",), ("true", "false")),
    ),
}  # fmt: skip
NAMED = tuple(
    NamedPrincipal(type=kind, identifier=identifier)
    for kind, identifier in (
        (PrincipalType.AWS, "*"), (PrincipalType.AWS, HERE),
        (PrincipalType.AWS, f"arn:aws:iam::{HERE}:root"), (PrincipalType.AWS, ROLE),
        (PrincipalType.AWS, OTHER_ROLE), (PrincipalType.AWS, USER), (PrincipalType.AWS, FAR_ROLE),
        (PrincipalType.AWS, f"arn:aws:sts::{HERE}:assumed-role/Reader/s1"),
        (PrincipalType.SERVICE, "lambda.amazonaws.com"),
        (PrincipalType.FEDERATED, "accounts.google.com"),
    )
)  # fmt: skip
PRINCIPALS = (
    Principal.role_session(ROLE, "s1"), Principal.role_session(ROLE, "s2"),
    Principal.role_session(OTHER_ROLE, "s1"), Principal.user(USER),
    Principal.user(f"arn:aws:iam::{HERE}:user/a"), Principal.role_session(FAR_ROLE, "s1"),
    Principal.root(HERE), Principal.root(THERE), Principal.service("lambda.amazonaws.com"),
    Principal.federated("accounts.google.com"), Principal.anonymous(),
)  # fmt: skip
OF_PRINCIPAL: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("aws:PrincipalArn", ("ArnLike", "ArnNotLike", "StringEquals", "ArnEquals"),
     (ROLE, f"arn:aws:iam::{HERE}:role/*", "arn:aws:iam::*:user/alice", f"arn:aws:iam::{HERE}:*",
      f"arn:aws:iam::{HERE}:root")),
    ("aws:PrincipalAccount", ("StringEquals", "StringNotEquals", "StringLike"),
     (HERE, THERE, "1111*", "*")),
    ("aws:PrincipalType", ("StringEquals", "StringNotEquals"), ("User", "AssumedRole", "Account")),
    ("aws:username", ("StringEquals", "StringLike", "StringNotEquals"), ("alice", "a*", "a")),
)  # fmt: skip
EVERYTHING = PolicyDocument(statements=(Statement(actions=("*",), resources=("*",)),))


def some(pick: Pick, among: Sequence[Any], most: int = 2) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(pick(among) for _ in range(pick(range(1, most + 1)))))


def condition(pick: Pick, keys: Sequence[str]) -> Condition:
    key = pick(keys)
    if key in OPERATORS:
        names, values = pick(OPERATORS[key])
    else:
        _, names, values = next(each for each in OF_PRINCIPAL if each[0] == key)
    return Condition.of(pick(names), key, *some(pick, values, 1 if "Null" in names else 2))


def statement(pick: Pick, keys: Sequence[str], *, with_principal: bool = False) -> Statement:
    parts: dict[str, Any] = {}
    parts[pick(("actions", "actions", "actions", "not_actions"))] = some(pick, ACTION_PATTERNS, 3)
    parts[pick(("resources", "resources", "resources", "not_resources"))] = some(
        pick, RESOURCE_PATTERNS
    )
    if with_principal:
        is_inverted = pick((False, False, False, True))
        named = some(pick, NAMED[1:] if is_inverted else NAMED, 3)
        parts["not_principals" if is_inverted else "principals"] = named
    found = {}
    for _ in range(pick((0, 0, 1, 1, 2))):
        made = condition(pick, keys)
        found[made.operator, made.key] = made
    effect = pick((Effect.ALLOW, Effect.ALLOW, Effect.ALLOW, Effect.DENY))
    return Statement(effect=effect, conditions=tuple(found.values()), **parts)


def document(pick: Pick, keys: Sequence[str], *, with_principal: bool = False) -> PolicyDocument:
    return PolicyDocument(
        statements=tuple(
            statement(pick, keys, with_principal=with_principal) for _ in range(pick((1, 2, 2, 3)))
        )
    )


def changed(pick: Pick, given: PolicyDocument, keys: Sequence[str]) -> PolicyDocument:
    """A document near another one, so that both verdicts are frequent."""
    statements = list(given.statements)
    match pick(range(5)):
        case 0:
            pass
        case 1:
            statements.pop(pick(range(len(statements))))
        case 2 | 3:
            at = pick(range(len(statements)))
            old = statements[at]
            with_principal = bool(old.principals or old.not_principals)
            new = statement(pick, keys, with_principal=with_principal)
            parts = {
                name: getattr(old, name)
                for name in ("effect", "principals", "not_principals", "actions", "not_actions",
                             "resources", "not_resources", "conditions")
            }  # fmt: skip
            for names in pick(
                (("actions", "not_actions"), ("resources", "not_resources"), ("conditions",),
                 ("principals", "not_principals"))
            ):  # fmt: skip
                parts[names if isinstance(names, str) else ""] = getattr(new, names)
            statements[at] = Statement(**parts)
        case _:
            statements.append(
                statement(
                    pick,
                    keys,
                    with_principal=any(s.principals or s.not_principals for s in statements),
                )
            )
    return PolicyDocument(statements=tuple(statements))


def new_request(
    reference: PolicySet, candidate: PolicySet, keys: Sequence[str]
) -> AccessRequest | None:
    """A request of the small world that only the candidate allows."""
    known = [key for key in keys if key in VALUES]
    is_resource = candidate.resource is not None or reference.resource is not None
    principals = PRINCIPALS if is_resource else PRINCIPALS[:6]
    for values in product(*(VALUES[key] for key in known)):
        context = {
            key: value for key, value in zip(known, values, strict=True) if value is not None
        }
        for principal, action, resource in product(principals, ACTIONS, RESOURCES):
            request = AccessRequest(
                principal=principal, action=action, resource=resource, context=context,
                resource_account=OWNER if is_resource else None,
            )  # fmt: skip
            if (
                evaluate(request, candidate).is_allowed
                and not evaluate(request, reference).is_allowed
            ):
                return request
    return None


def as_set(given: PolicyDocument) -> PolicySet:
    if any(each.principals or each.not_principals for each in given.statements):
        return PolicySet(resource=given, identity=())
    return PolicySet(identity=[given])
