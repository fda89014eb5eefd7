"""Values of policy variables that are worth a try."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice, product

from ...policy import Statement
from ..principal import PrincipalKind
from ..variables import OLD_VERSION, Pattern as WithWildcards, Variable, split
from .callers import ACCOUNT_KEY, ARN_KEY, UNNAMED_ACCOUNTS, Caller, free_account

MAXIMUM = 24
Values = dict[str, str | None]
_FRESH = ("alice", "bob", "carol", "dave", "erin", "frank")
_NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)
_ACCOUNT = re.compile(r"\d{12}")
MAXIMUM_CHOICES = 16
_OF_RESOURCE = ("aws:requestedregion", "aws:resourceaccount", "s3:resourceaccount")
_OF_ARN = (ACCOUNT_KEY, ARN_KEY, "aws:username", "aws:principaltype")


def assigned(
    callers: Iterable[Caller],
    keys: Iterable[str],
    texts: Mapping[str, Sequence[str]],
    taken: str,
) -> Iterator[Caller]:
    """The callers with values for policy variables: those that align with other texts first."""
    keys = tuple(key for key in keys if key not in _OF_RESOURCE)

    def every() -> Iterator[Caller]:
        for caller in callers:
            fresh: Values = {key: _fresh(key, number, taken) for number, key in enumerate(keys)}
            together = {**fresh, **{key: each[0] for key, each in texts.items() if key in keys}}
            aligned = [{**fresh, key: value} for key in keys for value in texts.get(key, ())]
            absent: Values = dict.fromkeys(keys)
            choices = (fresh, together, *aligned, absent)
            for values in choices:
                found = _caller(caller, values)
                if found is not None:
                    yield found

    return islice(every(), MAXIMUM)


def every_value(
    caller: Caller, literals: Mapping[str, Sequence[str]]
) -> Iterator[tuple[Caller, tuple[str, ...]]]:
    """The requests of a caller by the values that keys are compared with.

    With each caller come the keys that have none of these values.
    """
    keys = tuple(literals)
    for choice in product(*((*literals[key], None) for key in keys)):
        values: Values = {
            key: value for key, value in zip(keys, choice, strict=True) if value is not None
        }
        found = _caller(caller, values)
        if found is not None:
            yield found, tuple(key for key in keys if key not in values)


def _fresh(key: str, number: int, taken: str) -> str:
    """A value that stands in no policy; those of two keys are not the same."""
    if key.endswith("account"):
        return free_account(each for each in UNNAMED_ACCOUNTS if each in taken)
    name = _FRESH[number % len(_FRESH)]
    while name in taken:
        name += "x"
    return name


def _caller(given: Caller, values: Mapping[str, str | None]) -> Caller | None:
    """A caller whose requests have these values; None if there can be none."""
    caller: Caller | None = given
    context = dict(given.context)
    absent = set(given.absent)
    for key, value in values.items():
        if caller is None:
            return None
        if key in _OF_ARN:
            if value is not None and caller.arns is not None:
                caller = _with(caller, key, value)
        elif value is None:
            absent.add(key)
        else:
            context[key] = value
    return caller and replace(caller, context=context, absent=frozenset(absent))


def _with(caller: Caller, key: str, value: str) -> Caller | None:
    if key == ACCOUNT_KEY and caller.has_any_account and _ACCOUNT.fullmatch(value):
        return caller.in_account(value)
    if key == "aws:username" and caller.principal.kind is PrincipalKind.USER:
        return caller.named(value) if _NAME.fullmatch(value) else None
    if key == ARN_KEY:
        principal = caller.with_arn(value) if caller.arns and caller.arns.matches(value) else None
        principal = principal or caller.principal
        return replace(caller, principal=principal, arns=None, excluded=(), has_any_account=False)
    return caller


def aligned_texts(statements: Iterable[tuple[Statement, str]]) -> dict[str, list[str]]:
    """For each policy variable, the texts that other patterns have at its place."""
    templates: dict[str, tuple[Variable, ...]] = {}
    texts: dict[str, None] = {}
    for statement, version in statements:
        values = [*statement.resources, *statement.not_resources]
        values += [value for each in statement.conditions for value in each.values]
        for value in values:
            variables = tuple(p for p in split(value, version) if isinstance(p, Variable))
            if variables and version != OLD_VERSION:
                templates[value] = variables
            else:
                texts[value] = None
    found: dict[str, dict[str, None]] = {}
    for template, variables in templates.items():
        source = "".join(
            "(.*?)" if isinstance(part, Variable) else _loose(part.text)
            if isinstance(part, WithWildcards) else re.escape(part.text)
            for part in split(template, "2012-10-17")
        )  # fmt: skip
        for text in islice(texts, 200):
            match = re.fullmatch(source, text, re.DOTALL)
            for variable, value in zip(variables, match.groups() if match else (), strict=False):
                plain = value.replace("*", "x").replace("?", "x")
                if plain:
                    found.setdefault(variable.key, {})[plain] = None
    return {key: list(values) for key, values in found.items()}


def _loose(text: str) -> str:
    return re.escape(text).replace(r"\*", ".*?").replace(r"\?", ".")
