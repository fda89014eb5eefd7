"""Which types of resources an ARN can be of, by the ARN formats that AWS lists.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html#resources_table
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product

from .catalog import resource_types_of
from .model import ResourceType

_REMEMBERED_PAIRS = 8_192
_PART = re.compile(r"\$\{([^}]*)\}|(\*)")
_VARYING = re.compile(r"\$\{[^{}]*\}|\*")
_OF_DEPLOYMENT = re.compile(r"\$\{AWS::[A-Za-z]+\}")
_PLACEHOLDER = re.compile(r"\$\{[^{}]*\}")
_HIDDEN = "\0"
"""Stands for what is known at deployment, or in a request, only."""
_ONE_WORD = "\2"
"""Stands for the account, the region or the partition that is deployed to: no more than a word."""

_NAMES_WITHOUT_SEPARATORS = frozenset(
    {
        ("cassandra", "TableName"),
        ("dynamodb", "TableName"),
        ("kms", "KeyId"),
        ("s3", "BucketName"),
        ("s3express", "BucketName"),
        ("sns", "TopicName"),
        ("sqs", "QueueName"),
    }
)
"""Names, by service, that hold neither `/` nor `:`, so that `table/a/index/b` is no table. AWS's
formats do not say so, and other names do hold them: a topic of IoT is a path."""
_OWNED_BY_AWS_TOO = ("ssm",)
"""Services with resources of AWS's own whose ARNs leave the account out, unlike the format.

Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-ssm-sharing.html
"""

_ANY = r"[\s\S]"
_IN_ONE_PART = r"[^:]"
_ONE_NAME = r"[^:/*?]"
_NO_SEPARATOR = r"[^/:]"
_MATCHERS: Mapping[str, Callable[[str], bool]] = {
    _ANY: bool,
    _IN_ONE_PART: lambda sign: sign != ":",
    _ONE_NAME: lambda sign: sign not in ":/*?",
    _NO_SEPARATOR: lambda sign: sign not in "/:",
}


@dataclass(frozen=True, slots=True)
class _Varying:
    """A part of a format that differs from one ARN to the next."""

    signs: str
    may_be_empty: bool = False
    is_single: bool = False
    """One sign at the most."""
    is_star: bool = False
    """Written as `*`."""

    @property
    def regex(self) -> str:
        return f"({self.signs}{'*' if self.may_be_empty else '+'})"


_Piece = str | _Varying
_ANYTHING = _Varying(_ANY, may_be_empty=True)
_WILDCARDS = {
    "*": _ANYTHING,
    "?": _Varying(_ANY, is_single=True),
    _HIDDEN: _ANYTHING,
    _ONE_WORD: _Varying(_NO_SEPARATOR),
}


@dataclass(frozen=True, slots=True)
class _Format:
    """One ARN format of a type, ready to be matched."""

    type: ResourceType
    fullmatch: Callable[[str], re.Match[str] | None]
    fixed: int
    """How many signs of the format are the same in every ARN."""
    stars: tuple[int, ...]
    """Which of its parts AWS writes as `*`."""

    def rank(self, found: re.Match[str]) -> tuple[int, int, int]:
        """The higher, the more of the ARN the format says."""
        parts = found.groups()
        written = sum(parts[index] == "*" for index in self.stars)
        return self.fixed + written, written - len(self.stars), -len(parts)


def resource_types_of_arn(service: str, arn: str) -> tuple[ResourceType, ...]:
    """The types of a service's resources that an ARN can be of; of several, the most specific.

    The most specific is the one whose format has the most signs in common with the ARN, then the
    one that AWS writes without `*`. Several are left where AWS gives them the same format.
    A wildcard in the ARN counts as a part of a name. Empty where nothing fits, and where too little
    of the ARN is known.

    Example:
        >>> [each.name for each in resource_types_of_arn("s3", "arn:aws:s3:::pictures/a/b.png")]
        ['object']
        >>> resource_types_of_arn("s3", "arn:aws:sqs:eu-central-1:111122223333:orders")
        ()

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html#resources_table
    """
    known = _hidden(arn) if "${" in arn else arn
    parts = known.split(":", 5)
    if len(parts) != 6:
        return ()
    by_word = _formats_by_first_word(service.lower())
    best: tuple[int, int, int] | None = None
    types: list[ResourceType] = []
    for one in (*by_word.get(_first_word(parts[5]), ()), *by_word.get(None, ())):
        found = one.fullmatch(known)
        if found is None:
            continue
        rank = one.rank(found)
        if best is None or rank > best:
            best, types = rank, [one.type]
        elif rank == best and one.type not in types:
            types.append(one.type)
    return tuple(types)


@lru_cache(maxsize=_REMEMBERED_PAIRS)
def can_be_of_format(arn: str, arn_format: str) -> bool:
    """Whether an ARN, perhaps with wildcards or parts not known yet, can be of an ARN format.

    Example:
        >>> can_be_of_format("arn:aws:sqs:*:111122223333:orders-*", "arn:${P}:sqs:${R}:${A}:${Q}")
        True
        >>> can_be_of_format("arn:aws:sqs:*:111122223333:*", "arn:${P}:sns:${R}:${A}:${T}")
        False

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
    """
    given = _pattern(arn)
    wanted = _single_signs(_pieces(arn_format))
    # Both as automata that read the same text: where can the two of them be at once?
    seen = {(0, 0)}
    ahead = [(0, 0)]
    while ahead:
        here, there = ahead.pop()
        if (here, there) == (len(given), len(wanted)):
            return True
        for step in _steps(given, here, wanted, there):
            if step not in seen:
                seen.add(step)
                ahead.append(step)
    return False


def is_of_type(arn: str, known: ResourceType) -> bool:
    """Whether an ARN, perhaps with wildcards or parts not known yet, can be of a type.

    Example:
        >>> (queue,) = resource_types_of("sqs")
        >>> is_of_type("${Token[Orders.Arn.1]}", queue)
        True
        >>> is_of_type("arn:aws:sns:eu-central-1:111122223333:orders", queue)
        False

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html#resources_table
    """
    text = _hidden(arn) if "${" in arn else arn
    if any(_compiled(each).fullmatch(text) for each in known.arn_patterns):
        return True
    is_whole = not any(sign in text for sign in _WILDCARDS)
    return not is_whole and any(can_be_of_format(arn, each) for each in known.arn_patterns)


def _steps(
    given: tuple[_Piece, ...], here: int, wanted: tuple[_Piece, ...], there: int
) -> list[tuple[int, int]]:
    found = []
    left = given[here] if here < len(given) else None
    right = wanted[there] if there < len(wanted) else None
    # A part that may be empty can be passed without a sign.
    if isinstance(left, _Varying) and left.may_be_empty:
        found.append((here + 1, there))
    if isinstance(right, _Varying) and right.may_be_empty:
        found.append((here, there + 1))
    if left is not None and right is not None and _have_a_sign_in_common(left, right):
        found.extend(product(_after(left, here), _after(right, there)))
    return found


def _after(piece: _Piece, place: int) -> tuple[int, ...]:
    """Where one can be once a sign of this part is read."""
    if isinstance(piece, str) or piece.is_single:
        return (place + 1,)
    return (place, place + 1)


def _have_a_sign_in_common(left: _Piece, right: _Piece) -> bool:
    if isinstance(left, str):
        return left == right if isinstance(right, str) else _MATCHERS[right.signs](left)
    return _MATCHERS[left.signs](right) if isinstance(right, str) else True


def _pattern(arn: str) -> tuple[_Piece, ...]:
    """An ARN of a policy, sign by sign; what is not known yet can be anything."""
    return tuple(_WILDCARDS.get(sign, sign) for sign in _hidden(arn))


def _hidden(arn: str) -> str:
    return _PLACEHOLDER.sub(_HIDDEN, _OF_DEPLOYMENT.sub(_ONE_WORD, arn))


def _single_signs(pieces: tuple[_Piece, ...]) -> tuple[_Piece, ...]:
    return tuple(
        sign for piece in pieces for sign in (piece if isinstance(piece, str) else (piece,))
    )


@cache
def _pieces(arn_format: str) -> tuple[_Piece, ...]:
    """A format as fixed texts and varying parts."""
    parts = _VARYING.sub(lambda found: found[0].replace(":", _HIDDEN), arn_format).split(":", 5)
    pieces: list[_Piece] = []
    for index, part in enumerate(parts):
        if index:
            pieces.append(":")
        pieces.extend(_pieces_of_part(part, index, service=parts[2]))
    return tuple(pieces)


def _pieces_of_part(part: str, index: int, *, service: str) -> list[_Piece]:
    pieces: list[_Piece] = []
    end = 0
    for found in _PART.finditer(part):
        if found.start() > end:
            pieces.append(part[end : found.start()])
        end = found.end()
        pieces.append(_varying(found[1], index, is_star=found[2] is not None, service=service))
    if end < len(part):
        pieces.append(part[end:])
    return pieces


def _varying(name: str, index: int, *, is_star: bool, service: str) -> _Varying:
    if index == 5:
        narrow = (service, name) in _NAMES_WITHOUT_SEPARATORS
        return _Varying(_NO_SEPARATOR if narrow else _ANY, is_star=is_star)
    if is_star:
        return _Varying(_IN_ONE_PART, may_be_empty=True, is_star=True)
    return _Varying(_ONE_NAME, may_be_empty=index == 4 and service in _OWNED_BY_AWS_TOO)


@cache
def _formats_by_first_word(service: str) -> Mapping[str | None, tuple[_Format, ...]]:
    """The formats by the first word of their resources; under None where it differs."""
    found: dict[str | None, list[_Format]] = {}
    for known in resource_types_of(service):
        for arn_format in known.arn_patterns:
            word = _first_word(arn_format.split(":", 5)[5])
            place = None if _VARYING.search(word) else word
            found.setdefault(place, []).append(_format(known, arn_format))
    return {word: tuple(formats) for word, formats in found.items()}


def _format(known: ResourceType, arn_format: str) -> _Format:
    pieces = _pieces(arn_format)
    varying = [piece for piece in pieces if isinstance(piece, _Varying)]
    fixed = [piece for piece in pieces if isinstance(piece, str)]
    return _Format(
        type=known,
        fullmatch=_compiled(arn_format).fullmatch,
        fixed=sum(map(len, fixed)),
        stars=tuple(index for index, each in enumerate(varying) if each.is_star),
    )


@cache
def _compiled(arn_format: str) -> re.Pattern[str]:
    return re.compile(
        "".join(
            piece.regex if isinstance(piece, _Varying) else re.escape(piece)
            for piece in _pieces(arn_format)
        )
    )


def _first_word(resource: str) -> str:
    return re.split(r"[/:]", resource, maxsplit=1)[0]
