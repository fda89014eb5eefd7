"""Marks turned into stand-ins that fit their place in a policy, so that its grammar holds."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum, auto
from typing import Any

from .symbols import MARK, Symbol, SymbolKind, Symbols

_TEXT_OPERATOR = re.compile(r"String|Arn", re.IGNORECASE)
_ARN_OPERATOR = re.compile(r"Arn", re.IGNORECASE)
_SERVICE_DOMAINS = (".amazonaws.com", ".amazonaws.com.cn", ".aws.internal")


class TextRole(Enum):
    """What a text is, which decides what may stand for a symbol in it."""

    TEXT = auto()
    ARN = auto()
    ACCOUNT = auto()
    AWS_PRINCIPAL = auto()
    SERVICE = auto()
    PROVIDER = auto()
    CANONICAL_USER = auto()
    TYPED = auto()
    """A number, a date, an address, a boolean."""


class StandIns:
    """Writes texts with the stand-ins of a reading's symbols."""

    def __init__(self, symbols: Symbols) -> None:
        self._symbols = symbols

    def plain(self, value: Any) -> Any:
        """Any value, with stand-ins for names and in ARNs."""
        match value:
            case str():
                return self.text(value)
            case dict():
                return {self.text(key): self.plain(each) for key, each in value.items()}
            case list():
                return [self.plain(each) for each in value]
            case _:
                return value

    def text(self, text: str, role: TextRole = TextRole.TEXT) -> str:
        """One text that plays this role."""
        if not MARK.search(text):
            return text
        alone = self._symbols.alone(text)
        match role:
            case TextRole.TYPED:
                return self._each(text, lambda each: f"${{Token[unknown.{each.label}]}}")
            case TextRole.CANONICAL_USER if alone:
                return alone.canonical_user
            case TextRole.ACCOUNT if alone:
                return alone.account
            case TextRole.SERVICE:
                return self._service(text)
            case TextRole.AWS_PRINCIPAL if alone:
                return self._principal(alone)
            case TextRole.PROVIDER if alone:
                return f"arn:aws:iam::{alone.account}:oidc-provider/{alone.name}"
        if text.startswith("arn:"):
            return self._arn(text)
        first = self._symbols.of(text)[0]
        begins = MARK.match(text)
        if begins and (role is TextRole.ARN or first.kind is SymbolKind.ARN):
            # The whole ARN is not known; what follows it is.
            return f"arn:aws:unknown:::{self._names(text)}"
        return self._names(text)

    def _names(self, text: str) -> str:
        return self._each(text, lambda each: each.name)

    def _each(self, text: str, write: Callable[[Symbol], str]) -> str:
        return MARK.sub(lambda found: write(self._symbols.of(found[0])[0]), text)

    def _arn(self, text: str) -> str:
        parts = text.split(":", 5)
        for index, part in enumerate(parts):
            alone = self._symbols.alone(part)
            if index == 1:
                parts[index] = self._each(part, lambda each: each.partition)
            elif index == 2:
                parts[index] = self._each(part, lambda each: each.service)
            elif index == 4 and alone:
                parts[index] = alone.account
            else:
                parts[index] = self._names(part)
        return ":".join(parts)

    def _service(self, text: str) -> str:
        written = self._each(text, lambda each: each.service)
        # The end decides whether it is a service's name at all.
        return written if written.endswith(_SERVICE_DOMAINS) else f"{written}.amazonaws.com"

    def _principal(self, symbol: Symbol) -> str:
        if symbol.kind is SymbolKind.ACCOUNT:
            return symbol.account
        # Nobody can say whether it is a role, a user or an account.
        return f"arn:aws:iam::{symbol.account}:role/{symbol.name}"

    def document(self, document: dict[str, Any]) -> dict[str, Any]:
        """A policy document whose every text plays the role that its place gives it."""
        found = {self.text(key): value for key, value in document.items()}
        statements = found.get("Statement")
        if isinstance(statements, list):
            found["Statement"] = [self._statement(each) for each in statements]
        elif isinstance(statements, dict):
            found["Statement"] = self._statement(statements)
        return {
            key: value if key == "Statement" else self.plain(value) for key, value in found.items()
        }

    def _statement(self, statement: Any) -> Any:
        if not isinstance(statement, dict):
            return self.plain(statement)
        found = {}
        for key, value in statement.items():
            match key:
                case "Principal" | "NotPrincipal":
                    found[key] = self._principals(value)
                case "Resource" | "NotResource":
                    found[key] = self._values(value, TextRole.ARN)
                case "Condition":
                    found[key] = self._conditions(value)
                case _:
                    found[key] = self.plain(value)
        return found

    def _principals(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return self.plain(value)
        roles = {
            "AWS": TextRole.AWS_PRINCIPAL,
            "Service": TextRole.SERVICE,
            "Federated": TextRole.PROVIDER,
            "CanonicalUser": TextRole.CANONICAL_USER,
        }
        return {
            key: self._values(_as_text(each), roles.get(key, TextRole.TEXT))
            for key, each in value.items()
        }

    def _conditions(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return self.plain(value)
        found: dict[str, Any] = {}
        for operator, keys in value.items():
            if not isinstance(keys, dict):
                found[operator] = self.plain(keys)
                continue
            found[operator] = {
                self.text(key): self._values(each, _condition_role(operator, key))
                for key, each in keys.items()
            }
        return found

    def _values(self, value: Any, role: TextRole) -> Any:
        match value:
            case str():
                return self.text(value, role)
            case list():
                return [self._values(each, role) for each in value]
            case _:
                return self.plain(value)


def _condition_role(operator: str, key: str) -> TextRole:
    if not _TEXT_OPERATOR.search(operator):
        return TextRole.TYPED
    if key.lower().endswith("account"):
        return TextRole.ACCOUNT
    return TextRole.ARN if _ARN_OPERATOR.search(operator) else TextRole.TEXT


def _as_text(value: Any) -> Any:
    """Accounts that a template writes as numbers are strings in a policy."""
    if isinstance(value, list):
        return [_as_text(each) for each in value]
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value
