"""How long tokens of the CDK can become: by the resource that they refer to.

A look at a token costs two milliseconds of jsii, so it is had only where a policy may be too long.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, cast

from aws_cdk import CfnResource, Reference, Stack, Tokenization

from ..policy.longest import KINDS, UNKNOWN_ARN, longest, longest_length

LONGEST = max(UNKNOWN_ARN, *(kind.arn for kind in KINDS.values()))
"""Of all that a token can become."""

Weigh = Callable[[str], int]


def at_most(text: str) -> int:
    """A bound that is quick to have: every token as long as the longest."""
    return longest_length(text, lambda _token: LONGEST)


def at_longest(text: str) -> int:
    """Every token as long as what it refers to can be."""
    return longest_length(text, _token_length)


@lru_cache(maxsize=10_000)
def _token_length(token: str) -> int:
    lengths = []
    for each in Tokenization.reverse_string(token).tokens:
        if not Reference.is_reference(each):
            return UNKNOWN_ARN
        reference = cast(Reference, each)
        kind = getattr(reference.target, "cfn_resource_type", "")
        lengths.append(longest(kind, reference.display_name))
    return sum(lengths)


def resolved_length(document: Any, types: Callable[[], Mapping[str, str]]) -> tuple[int, int]:
    """The least and the most characters of a resolved document; `types` gives the type of each
    logical ID of its stack, and is asked only if need be."""

    def most(name: str, attribute: str) -> int:
        return longest(types().get(name, ""), attribute)

    return _length(document, lambda _name, _attribute: 0), _length(document, most)


def types_in(stack: Stack) -> Mapping[str, str]:
    """The type of each resource of a stack, by its logical ID."""
    found = [each for each in stack.node.find_all() if isinstance(each, CfnResource)]
    names: Iterable[str] = stack.resolve([each.logical_id for each in found])
    return {name: each.cfn_resource_type for name, each in zip(names, found, strict=True)}


def _length(document: Any, of_reference: Callable[[str, str], int]) -> int:
    text, longer = _flat(document, of_reference)
    known = json.dumps(text, separators=(",", ":"), ensure_ascii=False)
    return len("".join(known.split())) + longer


def _flat(value: Any, of_reference: Callable[[str, str], int]) -> tuple[Any, int]:
    """The value with nothing in the place of references, and how much they add."""
    match value:
        case {"Fn::Join": [str(separator), list(parts)]}:
            flat = [_flat(part, of_reference) for part in parts]
            return separator.join(str(text) for text, _ in flat), sum(more for _, more in flat)
        case {"Ref": str(name)}:
            if name.startswith("AWS::"):
                return "", longest_length(f"${{{name}}}")
            return "", of_reference(name, "Ref")
        case {"Fn::GetAtt": [str(name), str(attribute)]}:
            return "", of_reference(name, attribute)
        case dict() if len(value) == 1 and next(iter(value)).startswith("Fn::"):
            return "", of_reference("", "Arn")
        case dict():
            flats = {key: _flat(each, of_reference) for key, each in value.items()}
            return {key: text for key, (text, _) in flats.items()}, sum(
                more for _, more in flats.values()
            )
        case list():
            listed = [_flat(each, of_reference) for each in value]
            return [text for text, _ in listed], sum(more for _, more in listed)
        case _:
            return value, 0
