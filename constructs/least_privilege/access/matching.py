"""How the patterns of a policy match actions, resources, strings and ARNs.

Every pattern becomes a regular expression; a value of a policy variable becomes part of it as
plain text, wildcards and all.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Generic, TypeVar

from .variables import Literal, Part, Pattern, Variable, keys, split

Value = str | tuple[str, ...]
"""What a context key holds: one string, or several where the key is multivalued."""
ContextValues = Mapping[str, Value]

T = TypeVar("T")
Fullmatch = Callable[[str], re.Match[str] | None]

_REMEMBERED_VALUES = 1_024
_WILDCARD = re.compile(r"[*?]")


def glob_source(pattern: str) -> str:
    """`*` for any characters and `?` for any single one, as in actions and string conditions."""
    return "".join(_glob_sign(sign) for sign in re.split(r"([*?])", pattern))


def _glob_sign(text: str) -> str:
    return {"*": ".*", "?": "."}.get(text) or re.escape(text)


def segments_source(pattern: str, follows: str = "") -> str:
    """A resource pattern: wildcards stay within a segment between two colons.

    A `*` that ends its segment can match beyond the colon. `follows` is what stands behind the
    pattern, where it is a part of a longer one.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
    """
    signs = []
    rest = pattern + follows
    position = 0
    for text in re.split(r"([*?])", pattern):
        position += len(text)
        if text == "*":
            signs.append(".*" if rest[position : position + 1] in ("", ":") else "[^:]*")
        else:
            signs.append("[^:]" if text == "?" else re.escape(text))
    return "".join(signs)


def arn_source(pattern: str) -> str:
    """A value of `ArnLike`: each of the six components on its own.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
    """
    *components, last = pattern.split(":", 5)
    source = "".join(
        "".join({"*": "[^:]*", "?": "[^:]"}.get(sign) or re.escape(sign) for sign in _signs(each))
        + ":"
        for each in components
    )
    return source + glob_source(last)


def _signs(pattern: str) -> list[str]:
    return re.split(r"([*?])", pattern)


@lru_cache(maxsize=65_536)
def compiled(source: str) -> Fullmatch:
    """Whether the whole of a text matches."""
    return re.compile(source, re.DOTALL).fullmatch


class ActionMatcher:
    """The actions of a statement; upper and lower case are the same.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
    """

    __slots__ = ("_exact", "_fullmatch")

    def __init__(self, patterns: Iterable[str]) -> None:
        lowered = [pattern.lower() for pattern in patterns]
        self._exact = frozenset(each for each in lowered if not _WILDCARD.search(each))
        wild = [each for each in lowered if _WILDCARD.search(each)]
        self._fullmatch = compiled("|".join(map(glob_source, wild))) if wild else None

    def __call__(self, action: str) -> bool:
        """Whether an action, given in lower case, is among them."""
        return action in self._exact or (
            self._fullmatch is not None and self._fullmatch(action) is not None
        )


class Varying(Generic[T]):
    """A value of a policy with variables, and what it became for the values seen of late."""

    __slots__ = ("_build", "_keys", "_parts", "_seen")

    def __init__(
        self, parts: tuple[Part, ...], build: Callable[[tuple[Part, ...], ContextValues], T]
    ) -> None:
        self._parts = parts
        self._keys = keys(parts)
        self._build = build
        self._seen: dict[tuple[Value | None, ...], T] = {}

    def __call__(self, context: ContextValues) -> T:
        values = tuple([context.get(key) for key in self._keys])
        if values not in self._seen:
            if len(self._seen) >= _REMEMBERED_VALUES:
                self._seen.clear()
            self._seen[values] = self._build(self._parts, context)
        return self._seen[values]


class ResourceMatcher:
    """The resources of a statement. Case counts.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
    """

    __slots__ = ("_exact", "_fullmatch", "_varying", "_whatever", "everything", "with_variables")

    def __init__(self, patterns: Iterable[str], version: str) -> None:
        exact, sources, with_variables = set(), [], []
        self.everything = False
        for pattern in patterns:
            parts = split(pattern, version)
            if any(isinstance(part, Variable) for part in parts):
                with_variables.append(parts)
            elif len(parts) == 1 and isinstance(parts[0], Pattern):
                if pattern == "*":
                    self.everything = True
                elif _WILDCARD.search(pattern):
                    sources.append(segments_source(pattern))
                else:
                    exact.add(pattern)
            elif (source := resource_source(parts, {})) is not None:
                sources.append(source)
        self._exact = frozenset(exact)
        self._fullmatch = compiled("|".join(sources)) if sources else None
        self.with_variables = tuple(with_variables)
        """The patterns that stand for something else in each request."""
        self._whatever = compiled("|".join(map(_whatever, with_variables)))
        self._varying = tuple(Varying(parts, _resource_test) for parts in with_variables)

    def matches_without_variables(self, resource: str) -> bool:
        """Whether a resource is among them, whatever the context."""
        return (
            self.everything
            or resource in self._exact
            or (self._fullmatch is not None and self._fullmatch(resource) is not None)
        )

    def may_match(self, resource: str) -> bool:
        """Whether a resource is among those with variables for some values of these."""
        return bool(self.with_variables) and self._whatever(resource) is not None

    def __call__(self, resource: str, context: ContextValues) -> bool:
        if self.matches_without_variables(resource):
            return True
        for varying in self._varying:
            test = varying(context)
            if test is not None and test(resource):
                return True
        return False


def _resource_test(parts: tuple[Part, ...], context: ContextValues) -> Fullmatch | None:
    source = resource_source(parts, context)
    return None if source is None else compiled(source)


def _whatever(parts: tuple[Part, ...]) -> str:
    """What a pattern can match, whatever the values of its variables."""
    return "".join(
        ".*"
        if isinstance(part, Variable)
        else glob_source(part.text)
        if isinstance(part, Pattern)
        else re.escape(part.text)
        for part in parts
    )


def resource_source(parts: tuple[Part, ...], context: ContextValues) -> str | None:
    """A resource pattern with the values of its variables; None if one of them has none.

    Variables stand behind the fifth colon of an ARN; elsewhere they match nothing.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    """
    first = parts[0]
    if not isinstance(first, Pattern) or (len(parts) > 1 and first.text.count(":") < 5):
        return None
    texts = _resolved(parts, context)
    if texts is None:
        return None
    sources = []
    for index, (is_pattern, text) in enumerate(texts):
        follows = "".join(each for _, each in texts[index + 1 :])
        sources.append(segments_source(text, follows) if is_pattern else re.escape(text))
    return "".join(sources)


def glob_or_arn_source(parts: tuple[Part, ...], context: ContextValues, *, arn: bool) -> str | None:
    """A value of `StringLike` or `ArnLike` with the values of its variables; None without them."""
    texts = _resolved(parts, context)
    if texts is None:
        return None
    if not arn:
        return "".join(
            glob_source(text) if is_pattern else re.escape(text) for is_pattern, text in texts
        )
    # Signs that no ARN holds stand for the wildcards of plain text until the ARN is taken apart.
    joined = "".join(
        text if is_pattern else text.replace("*", "\x01").replace("?", "\x02")
        for is_pattern, text in texts
    )
    return arn_source(joined).replace("\x01", r"\*").replace("\x02", r"\?")


def plain_text(parts: tuple[Part, ...], context: ContextValues) -> str | None:
    """A value of `StringEquals` with the values of its variables; None without them."""
    texts = _resolved(parts, context)
    return None if texts is None else "".join(text for _, text in texts)


def _resolved(parts: tuple[Part, ...], context: ContextValues) -> list[tuple[bool, str]] | None:
    texts = []
    for part in parts:
        match part:
            case Pattern(text):
                texts.append((True, text))
            case Literal(text):
                texts.append((False, text))
            case Variable(key, default):
                # A multivalued key cannot be a variable.
                value = context.get(key, default)
                if not isinstance(value, str):
                    return None
                texts.append((False, value))
    return texts
