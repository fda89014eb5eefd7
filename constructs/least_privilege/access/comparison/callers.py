"""Whoever may ask: of the principals that two policies can tell apart, one of each kind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain, count

from ...errors import InvalidRequestError
from ..context_keys import never_sent, of_principal
from ..matching import Value
from ..principal import Principal, PrincipalKind
from . import patterns, tokens
from .keys import Domain
from .lifting import Lift
from .patterns import Pattern, PatternSet
from .tokens import ANY_TEXT, Token

ARN_KEY = "aws:principalarn"
ACCOUNT_KEY = "aws:principalaccount"
TIED = frozenset(
    {
        ARN_KEY, ACCOUNT_KEY, "aws:principaltype", "aws:username", "aws:userid",
        "aws:principalisawsservice", "aws:principalservicename", "aws:principalservicenameslist",
        "aws:federatedprovider", "aws:sourceidentity", "kms:calleraccount",
    }
)  # fmt: skip
"""The keys that follow from who asks, or that only some callers have."""
UNNAMED_ACCOUNTS = ("444455556666", "777788889999", "123456789012")
_ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")
_DIGIT = Token(tokens.DIGITS)
_NAME = Token(tokens.NO_NAME, beside=True)
_NAMES = Token(tokens.NO_NAME, beside=True, star=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """One principal, or many that only their ARN tells apart."""

    principal: Principal
    context: dict[str, str] = field(default_factory=dict)
    """What it sends of itself."""
    arns: PatternSet | None = None
    """The ARNs that it may have instead, where it stands for many."""
    excluded: tuple[PatternSet, ...] = ()
    has_any_account: bool = False
    has_name: bool = False
    """Whether the name of the user is certain, and only its path is open."""
    absent: frozenset[str] = frozenset()
    """Keys that its requests lack."""

    def fixed(self, keys: Iterable[str]) -> dict[str, Value | None]:
        """The values of the keys that follow from it."""
        given = {**of_principal(self.principal), **self.context}
        if self.principal.account:
            given["kms:calleraccount"] = self.principal.account
        found: dict[str, Value | None] = {}
        for key in keys:
            if key in self.absent:
                found[key] = None
                continue
            if key in self.context:
                found[key] = self.context[key]
                continue
            if key == "aws:viaawsservice":
                continue
            if self.arns is not None and key in (ARN_KEY, ACCOUNT_KEY, "aws:username"):
                if key == ACCOUNT_KEY and not self.has_any_account:
                    found[key] = given[key]
                elif key == "aws:username" and (key not in given or self.has_name):
                    found[key] = given.get(key)
                continue
            if key == "aws:userid" and self.arns is not None and not self.principal.unique_id:
                continue
            if key == "kms:calleraccount" and self.has_any_account:
                continue
            if key in given:
                found[key] = given[key]
            elif key in TIED and (
                never_sent(self.principal, key)
                or key in (ARN_KEY, ACCOUNT_KEY, "aws:principaltype", "aws:principalisawsservice")
                or (key == "aws:userid" and not self.principal.account)
            ):
                found[key] = None
        return found

    def domains(self) -> dict[str, Domain]:
        """What the keys can hold that do not quite follow from it."""
        found: dict[str, Domain] = {}
        if self.arns is None:
            return found
        found[ARN_KEY] = Domain(universe=self.arns, excluded=self.excluded, may_be_absent=False)
        return found

    def lifts(self) -> dict[str, Lift]:
        """The account and the name of a user, as parts of the ARN."""
        found: dict[str, Lift] = {}
        if self.has_any_account:
            found[ACCOUNT_KEY] = _account_lift(self.principal.partition)
        if self.arns is not None and self.principal.kind is PrincipalKind.USER:
            found["aws:username"] = _name_lift(self.arns.patterns[0].tokens[:-2])
        return found

    def in_account(self, account: str) -> Caller:
        """Those of its principals that belong to an account."""
        service, resource = _RESOURCE_OF[self.principal.kind]
        prefix = f"arn:{self.principal.partition}:{service}::{account}:"
        name = self.principal.identifier.rpartition(resource)[2]
        principal = self.with_arn(f"{prefix}{resource}{name}")
        assert principal is not None
        whole = Pattern("a principal", (*tokens.signs(prefix + resource), _NAME, _NAMES))
        return replace(self, principal=principal, arns=PatternSet([whole]), has_any_account=False)

    def named(self, name: str) -> Caller | None:
        """The user of that name, whatever its path; None if there can be none."""
        principal = self.with_arn(f"{self.principal.identifier.rpartition('/')[0]}/{name}")
        if principal is None or self.arns is None or "/" in name:
            return None
        # What is open ends with any name: all of it but the name stays as it was.
        before = self.arns.patterns[0].tokens[:-2]
        ends = tokens.signs(name)
        whole = (
            Pattern("a user", (*before, *ends)),
            Pattern("a user", (*before, _NAME, _NAMES, *tokens.signs("/"), *ends)),
        )
        return replace(self, principal=principal, arns=PatternSet(whole), has_name=True)

    def with_arn(self, arn: str, session: str = "session") -> Principal | None:
        """The one of its principals that has an ARN."""
        try:
            if self.principal.kind is PrincipalKind.ROLE_SESSION:
                return Principal.role_session(
                    arn, self.principal.session_name or session, self.principal.unique_id
                )
            if self.principal.kind is PrincipalKind.USER:
                return Principal.user(arn, self.principal.unique_id)
            return Principal.federated(arn, self.principal.issuer)
        except InvalidRequestError:
            return None


def _account_lift(partition: str) -> Lift:
    return Lift(
        ARN_KEY, tokens.signs(f"arn:{partition}:iam::"), tokens.DIGITS, False,
        (Token(tokens.COLON), ANY_TEXT),
    )  # fmt: skip


@lru_cache(maxsize=256)
def _name_lift(before: tuple[Token, ...]) -> Lift:
    # A user's name stands behind the last slash, with or without a path before it.
    slash = frozenset("/")
    with_path = (*before, _NAMES, Token(slash))
    return Lift(ARN_KEY, before, tokens.NO_NAME | slash, True, (), with_path)


_RESOURCE_OF = {
    PrincipalKind.USER: ("iam", "user/"),
    PrincipalKind.ROLE_SESSION: ("iam", "role/"),
    PrincipalKind.FEDERATED_USER: ("sts", "federated-user/"),
}


def unnamed(
    kind: PrincipalKind,
    account: str,
    *,
    partition: str = "aws",
    named: Iterable[str] = (),
    accounts: Iterable[str] = (),
    has_any_account: bool = False,
    unique_id: str = "",
) -> Caller:
    """The principals of a kind and account that no policy names."""
    service, resource = _RESOURCE_OF[kind]
    prefix = f"arn:{partition}:{service}::"
    name = {PrincipalKind.USER: "alice", PrincipalKind.FEDERATED_USER: "bob"}.get(kind, "Example")
    while f"{prefix}{account}:{resource}{name}" in named:
        name += "x"
    excluded: list[Pattern] = [patterns.exact(each) for each in named]
    inside = (_DIGIT,) * 12 if has_any_account else tokens.signs(account)
    if has_any_account:
        for each in accounts:
            start = tokens.signs(f"{prefix}{each}:")
            excluded.append(Pattern("", (*start, ANY_TEXT)))
    whole = Pattern(
        "a principal",
        (*tokens.signs(prefix), *inside, *tokens.signs(f":{resource}"), _NAME, _NAMES),
    )
    arn = f"{prefix}{account}:{resource}{name}"
    if kind is PrincipalKind.ROLE_SESSION:
        principal = Principal.role_session(arn, "session", unique_id)
    elif kind is PrincipalKind.USER:
        principal = Principal.user(arn, unique_id)
    else:
        principal = Principal.federated(arn)
    return Caller(
        principal=principal,
        arns=PatternSet([whole]),
        excluded=(PatternSet(excluded),) if excluded else (),
        has_any_account=has_any_account,
    )


def free_account(accounts: Iterable[str]) -> str:
    """An account that no policy names."""
    taken = set(accounts)
    more = (f"{number:012}" for number in count(900_000_000_000))
    return next(each for each in chain(UNNAMED_ACCOUNTS, more) if each not in taken)


def identity_callers(
    partitions: Iterable[str], *, all_kinds: bool, in_sessions: bool
) -> Iterator[Caller]:
    """Who may have identity policies: a role, and where it can matter a user and others.

    A federated user can do nothing without session policies.
    """
    kinds = (PrincipalKind.ROLE_SESSION, PrincipalKind.USER, PrincipalKind.FEDERATED_USER)
    for partition in partitions if all_kinds else ("aws",):
        for kind in kinds if all_kinds and in_sessions else kinds[:2]:
            yield unnamed(kind, "111122223333", partition=partition, has_any_account=True)
