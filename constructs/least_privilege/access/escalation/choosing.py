"""Concrete resources that policies admit, where they name patterns of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product

from ..statements import Layer
from .catalogue import templates
from .globs import NAME, PATH, common_text, without_variables
from .situation import SOME_NAME, Situation

_HOLE = re.compile(r"\$\{[^{}]*\}")
_WITH_SLASHES = frozenset(
    {"${GroupNameWithPath}", "${InstanceProfileNameWithPath}", "${ObjectName}",
     "${PolicyNameWithPath}", "${RoleNameWithPath}", "${UserNameWithPath}"}
)  # fmt: skip
_FILLERS = ("x", "y", "z")
MAXIMUM_COMBINATIONS = 200


class TooManyPatternsError(Exception):
    """The policies name more patterns than can be gone through."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A resource, and the pattern of the principal's policies that admits it."""

    arn: str
    pattern: str


def candidates(
    situation: Situation,
    kind: str,
    actions: Sequence[str],
    *,
    region: str = "",
    account: str = "",
    beside: Collection[str] = (),
) -> Iterator[Candidate]:
    """Resources of a kind which all these actions may be allowed on, but for those in `beside`.

    What is allowed on them is for the evaluator to say. Raises `TooManyPatternsError`.
    """
    groups = _groups(situation.layers, tuple(action.lower() for action in actions))
    if groups is None:
        return
    # What a Deny spoils for one name may be allowed for another.
    most = 2 if _denies(situation.layers, actions) else 1
    tried = 0
    seen = set(beside)
    for template in templates(kind):
        filled = _filled(template, situation.partition, region, account or situation.account)
        fitting = [[each for each in group if common_text([filled, each[1]])] for group in groups]
        for chosen in product(*fitting):
            tried += 1
            if tried > MAXIMUM_COMBINATIONS:
                raise TooManyPatternsError
            witnesses = _witnesses(filled, [each[1] for each in chosen])
            for arn in islice(_unseen(witnesses, seen), most):
                yield Candidate(arn, chosen[0][0])


def _witnesses(filled: str, wanted: Sequence[str]) -> Iterator[str | None]:
    if all(each == "*" for each in wanted):
        # Readable, where nothing limits the name.
        yield filled.replace(NAME, SOME_NAME).replace(PATH, SOME_NAME)
    named = [f"{each[:-1]}?*" if each.endswith("*") else each for each in wanted]
    yield common_text([filled, *named])
    for filler in _FILLERS:
        yield common_text([filled, *wanted], filler)


def _unseen(texts: Iterator[str | None], seen: set[str]) -> Iterator[str]:
    for text in texts:
        if text is not None and text not in seen:
            seen.add(text)
            yield text


def _denies(layers: Sequence[Layer], actions: Sequence[str]) -> bool:
    return any(layer.about(action.lower())[0] for layer in layers for action in actions)


@lru_cache(maxsize=4_096)
def _filled(template: str, partition: str, region: str, account: str) -> str:
    known = {"${Partition}": partition, "${Region}": region, "${Account}": account}
    return _HOLE.sub(
        lambda found: known.get(found[0]) or (PATH if found[0] in _WITH_SLASHES else NAME), template
    )


Group = tuple[tuple[str, str], ...]
"""Patterns as they are written, and without variables."""


def _groups(layers: Sequence[Layer], actions: tuple[str, ...]) -> list[Group] | None:
    """Lists of patterns; a resource must match one of each list. None if nothing is allowed.

    The first list is that of the principal's own policies.
    """
    groups: dict[Group, None] = {}
    for action in actions:
        for layer in layers:
            denies, allows = layer.about(action)
            if not allows:
                return None
            groups[_group(p for each in allows for p in each.statement.resources or ("*",))] = None
            for each in denies:
                if each.statement.not_resources and not each.conditions:
                    groups[_group(each.statement.not_resources)] = None
    return list(groups)


def _group(patterns: Iterator[str] | Sequence[str]) -> Group:
    # What is allowed on everything may still have conditions, so the others are tried after it.
    found = sorted(dict.fromkeys(patterns), key=lambda pattern: pattern != "*")
    return tuple((pattern, without_variables(pattern)) for pattern in found)
