"""What is not known before deployment: symbols, and the stand-ins they are written as.

While a template is resolved, a symbol is a mark inside a string, so that strings can be joined and
taken apart with it. At the end each mark becomes a stand-in that fits its place:

    in a name            @generated.Key.4a3f...@  AWS makes the name up; nothing else has it
                         @unknown.App.Stage@      somebody decides it: a parameter without value
    as an account        000000123456             six zeros, then six digits that are not all zero
    as a partition       aws-unknown, aws-unknown-abcdef
    as a whole ARN       arn:aws:unknown:::@unknown.App.TopicArn@
    in a service's name  unknown-stage.amazonaws.com
    where only a number, date or address can stand     ${Token[unknown.App.Port]}

No name that AWS gives or takes for a bucket, function or queue holds `@`; a role could be named
like that, but nobody names one after the hash of a logical ID.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum

from .source import FIRST_MARK, LAST_MARK

MARK = re.compile(f"{FIRST_MARK}([0-9]+){LAST_MARK}")
_SYMBOLIC = re.compile(
    r"@(generated|unknown)\.[\w.-]+@|@[0-9a-f]{4}@|(?<!\d)0{6}(?!0{6})\d{6}(?!\d)"
    r"|\baws-unknown\b|\$\{Token\[unknown\.[\w.-]*\]\}"
    r"|(?<![0-9a-f])0{24}[0-9a-f]{40}(?![0-9a-f])"
)
# In two, so that a long text without an end to it is gone through but once.
_SERVICE = re.compile(r"\bunknown-([a-z0-9.-]+)")
_OF_SERVICE = re.compile(r"[a-z0-9.-]\.(amazonaws|aws)\.")
_MAXIMUM_LABEL = 200
_MAXIMUM_KEY = 2_000
"""Characters: labels are made of labels, and must not grow with each."""


def is_symbolic(text: str) -> bool:
    """Whether a part of this text stands for something that is known at deployment only.

    Names that AWS makes up end in `@generated.HASH@`; what could be anything, such as a parameter
    without a value, is `@unknown.STACK.NAME@`. Where only an account can stand, that is six zeros
    and six digits. `Reading.symbols` says what each means. The same thing has the same stand-in,
    in another reading too.

    Example:
        >>> is_symbolic("arn:aws:s3:::app-pictures-@generated.0f1e2d3c4b5a@/*")
        True
        >>> is_symbolic("arn:aws:s3:::pictures/*")
        False

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html
    """
    return _SYMBOLIC.search(text) is not None or any(
        _OF_SERVICE.search(found[1]) for found in _SERVICE.finditer(text)
    )


class SymbolKind(StrEnum):
    """What kind of value a symbol stands for."""

    TEXT = "text"
    NAME = "name"
    """Holds neither colons nor slashes."""
    ACCOUNT = "account"
    PARTITION = "partition"
    URL_SUFFIX = "URL suffix"
    ARN = "ARN"
    SIX_SIGNS = "six signs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """One thing that is not known."""

    key: str
    """What makes it the same thing."""
    label: str
    kind: SymbolKind
    is_open: bool
    """Whether it could be anything, even a wildcard or a value that stands elsewhere; if not, AWS
    makes it up, and it is equal to itself alone."""
    meaning: str
    mend: str
    account: str = ""
    """The stand-in where an account must stand."""

    @property
    def digest(self) -> str:
        return _digest(self.key)

    @property
    def is_simple(self) -> bool:
        """Whether it holds neither colons nor slashes, as names and accounts do not."""
        return self.kind is SymbolKind.NAME or self.key.startswith("AWS::")

    @property
    def name(self) -> str:
        """The stand-in inside a name."""
        if self.kind is SymbolKind.ACCOUNT:
            return self.account
        if self.kind is SymbolKind.SIX_SIGNS:
            return f"@{self.digest[:4]}@"
        return f"@unknown.{self.label}@" if self.is_open else f"@generated.{self.label}@"

    @property
    def partition(self) -> str:
        """The stand-in for a partition, which has letters alone."""
        if self.kind is SymbolKind.PARTITION:
            return "aws-unknown"
        letters = "".join(chr(ord("a") + int(digit, 16)) for digit in self.digest[:8])
        return f"aws-unknown-{letters}"

    @property
    def service(self) -> str:
        """The stand-in for a part of the name of a service."""
        return "unknown-" + re.sub(r"[^a-z0-9]+", "-", self.label.lower()).strip("-")

    @property
    def canonical_user(self) -> str:
        """The stand-in for the canonical ID of a user of S3."""
        return "0" * 24 + self.digest[:40]


class Symbols:
    """The symbols of one reading: the same key is the same symbol."""

    def __init__(self, taken_accounts: frozenset[str] = frozenset()) -> None:
        self._all: list[Symbol] = []
        self._marks: dict[str, str] = {}
        self._labels: dict[str, str] = {}
        self._by_unspelled_key: dict[str, str] = {}
        self._taken = set(taken_accounts)

    def open(
        self,
        key: str,
        *,
        label: str,
        meaning: str,
        mend: str,
        kind: SymbolKind = SymbolKind.TEXT,
    ) -> str:
        """The mark of something that could be anything."""
        return self._mark(key, label, kind, meaning, mend, is_open=True)

    def generated(
        self, key: str, *, meaning: str, kind: SymbolKind = SymbolKind.TEXT, label: str = ""
    ) -> str:
        """The mark of something that AWS makes up when it is deployed."""
        digest = _digest(self.spelled(key))[:12]
        label = f"{label}.{digest}" if label else digest
        return self._mark(key, label, kind, meaning, "", is_open=False)

    def known(self, key: str) -> str | None:
        """The mark of a key that there is a symbol for; None where there is none so far."""
        return self._by_unspelled_key.get(key)

    def of(self, text: str) -> list[Symbol]:
        """The symbols in a text, in their order."""
        return [self._all[int(index)] for index in MARK.findall(text)]

    def alone(self, text: str) -> Symbol | None:
        """The symbol that is all of a text."""
        match = MARK.fullmatch(text)
        return self._all[int(match[1])] if match else None

    def meanings(self) -> dict[str, str]:
        """What each stand-in stands for."""
        return {each.name: each.meaning for each in self._all}

    def _mark(
        self, key: str, label: str, kind: SymbolKind, meaning: str, mend: str, *, is_open: bool
    ) -> str:
        given, key = key, _short(self.spelled(key))
        if key not in self._marks:
            label = re.sub(r"[^\w.-]+", "-", self.spelled(label), flags=re.ASCII).strip("-")
            label = self._unique(_short(label, _MAXIMUM_LABEL), key)
            self._marks[key] = f"{FIRST_MARK}{len(self._all)}{LAST_MARK}"
            self._all.append(
                Symbol(
                    key=key,
                    label=label,
                    kind=kind,
                    is_open=is_open,
                    meaning=_short(self.spelled(meaning)),
                    mend=_short(self.spelled(mend)),
                    account=self._account(key),
                )
            )
        self._by_unspelled_key[given] = self._marks[key]
        return self._marks[key]

    def spelled(self, text: str) -> str:
        """A text that says the same in another reading, where marks have other numbers."""
        return MARK.sub(lambda found: self._all[int(found[1])].name, text)

    def _unique(self, label: str, key: str) -> str:
        if self._labels.setdefault(label, key) != key:
            label = f"{label}.{_digest(key)[:8]}"
            self._labels[label] = key
        return label

    def _account(self, key: str) -> str:
        number = int(_digest(key), 16)
        while True:
            digits = f"000000{number % 999_999 + 1:06}"
            if digits not in self._taken:
                self._taken.add(digits)
                return digits
            number += 1


def _digest(text: str) -> str:
    # JSON may hold halves of characters.
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def _short(text: str, most: int = _MAXIMUM_KEY) -> str:
    return text if len(text) <= most else f"{text[:100]}...{_digest(text)[:16]}"
