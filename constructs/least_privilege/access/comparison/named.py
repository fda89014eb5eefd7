"""Whom two policies name, and who else they can tell apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial

from ...errors import InvalidRequestError
from ...policy import NamedPrincipal, PrincipalType
from ..principal import Principal, PrincipalKind
from .callers import Caller, free_account, unnamed

_ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")


class Named:
    """Whom two policies name."""

    def __init__(self, principals: Iterable[NamedPrincipal], texts: Iterable[str]) -> None:
        self.by_type: dict[PrincipalType, dict[str, None]] = {each: {} for each in PrincipalType}
        for each in principals:
            self.by_type[each.type][each.identifier] = None
        texts = tuple(texts)
        aws = self.by_type[PrincipalType.AWS]
        found = [number for text in (*aws, *texts) for number in _ACCOUNT.findall(text)]
        self.accounts = tuple(dict.fromkeys(found))
        partitions = [text.split(":")[1] for text in (*aws, *texts) if text.startswith("arn:aws-")]
        self.partitions = tuple(
            dict.fromkeys(["aws", *(each for each in partitions if re.fullmatch("[a-z-]+", each))])
        )
        self.everybody = "*" in aws

    def _ids(self, kind: str) -> list[str]:
        aws = self.by_type[PrincipalType.AWS]
        return [each for each in aws if each.startswith(kind)]

    def callers(self, services: Iterable[str]) -> Iterator[Caller]:
        """Everybody whom the policies can tell apart, the best witnesses first."""
        aws = self.by_type[PrincipalType.AWS]
        users, roles = [], []
        sessions: list[Principal] = []
        federated_users = []
        for text in aws:
            if not text.startswith("arn:"):
                continue
            principal = _parsed(text)
            if principal is None:
                continue
            if ":assumed-role/" in text:
                sessions.append(principal)
            elif principal.kind is PrincipalKind.USER:
                users.append(text)
            elif principal.kind is PrincipalKind.ROLE_SESSION:
                roles.append(text)
            elif principal.kind is PrincipalKind.FEDERATED_USER:
                federated_users.append(text)
        for name in dict.fromkeys((*self.by_type[PrincipalType.SERVICE], *services)):
            service = _service(name)
            if service is not None:
                yield Caller(principal=service)
        for name in self.by_type[PrincipalType.FEDERATED]:
            federated = _federated(name)
            if federated is not None:
                yield Caller(principal=federated)
        for name in self.by_type[PrincipalType.CANONICAL_USER]:
            yield Caller(principal=Principal.canonical_user(name))
        if self.everybody:
            yield Caller(principal=Principal.anonymous())
        yield from self._of_roles(roles, sessions)
        for user in users:
            for identifier in ("", *self._ids("AIDA")):
                yield Caller(principal=Principal.user(user, identifier))
        for account in self.accounts:
            yield Caller(principal=Principal.root(account))
        for user in federated_users:
            yield Caller(principal=Principal.federated(user))
            for issuer in users:
                yield Caller(principal=Principal.federated(user, issuer))
        for issuer in users:
            account = issuer.split(":")[4]
            yield Caller(
                principal=Principal.federated(
                    f"arn:{issuer.split(':')[1]}:sts::{account}:federated-user/bob", issuer
                )
            )
        yield from self._unnamed((*roles, *users, *federated_users), sessions)

    def _of_roles(self, roles: list[str], sessions: list[Principal]) -> Iterator[Caller]:
        identifiers = ("", *self._ids("AROA"))
        for role in roles:
            of_role = [
                each.session_name
                for each in sessions
                if each.account == role.split(":")[4]
                and each.identifier.rpartition("/")[2] == role.rpartition("/")[2]
            ]
            for session in (_fresh_session(of_role), *of_role):
                for identifier in identifiers:
                    yield Caller(principal=Principal.role_session(role, session, identifier))
        names = {(each.split(":")[4], each.rpartition("/")[2]) for each in roles}
        for each in sessions:
            # A name is that of one role of an account, whatever its path.
            if (each.account, each.identifier.rpartition("/")[2]) in names:
                continue
            others = [
                other.session_name for other in sessions if other.identifier == each.identifier
            ]
            for session in (each.session_name, _fresh_session(others)):
                for identifier in identifiers:
                    found = Principal.role_session(each.identifier, session, identifier)
                    yield Caller(principal=found)

    def _unnamed(self, named: tuple[str, ...], sessions: list[Principal]) -> Iterator[Caller]:
        known = (*named, *(each.identifier for each in sessions))
        other = free_account(self.accounts)
        for partition in self.partitions:
            for account in (*self.accounts, other):
                of_account = partial(
                    unnamed,
                    account=account,
                    partition=partition,
                    named=[each for each in known if f"::{account}:" in each],
                    accounts=self.accounts,
                    has_any_account=account == other,
                )
                role, user = PrincipalKind.ROLE_SESSION, PrincipalKind.USER
                yield of_account(role)
                yield of_account(user)
                yield of_account(PrincipalKind.FEDERATED_USER)
                for each in self._ids("AROA"):
                    yield of_account(role, unique_id=each)
                for each in self._ids("AIDA"):
                    yield of_account(user, unique_id=each)
        yield Caller(principal=Principal.root(other))
        yield Caller(principal=Principal.service("example.amazonaws.com"))
        yield Caller(principal=Principal.federated("idp.example.com"))
        yield Caller(principal=Principal.anonymous())
        yield Caller(principal=Principal.canonical_user("e" * 64))


def _fresh_session(taken: Iterable[str]) -> str:
    name = "session"
    while name in taken:
        name += "x"
    return name


def _parsed(text: str) -> Principal | None:
    try:
        return Principal.parse(text)
    except (InvalidRequestError, ValueError):
        return None


def _service(name: str) -> Principal | None:
    try:
        return None if name == "*" else Principal.service(name)
    except InvalidRequestError:
        return None


def _federated(name: str) -> Principal | None:
    try:
        return Principal.federated(name)
    except InvalidRequestError:
        return None
