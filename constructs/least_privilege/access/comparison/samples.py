"""Texts that match a pattern and that one can read."""

from __future__ import annotations

from collections.abc import Iterator

from .patterns import Pattern
from .tokens import Token

_FILLERS = ("example", "x", "", "example/other")
_COMPONENTS = ("arn", "aws", "s3", "us-east-1", "111122223333", "example")
"""What stands for a wildcard in each component of an ARN."""
_FOR_ONE = "x0a1b-_/:."


def samples(pattern: Pattern) -> Iterator[str]:
    """A few texts that match, the most readable first."""
    if pattern.literal is not None:
        yield pattern.literal
        return
    if pattern.folded is not None:
        yield from variants(pattern)
        return
    seen = set()
    for filler in _FILLERS:
        word = _filled(pattern.tokens, filler)
        if word is not None and word not in seen:
            seen.add(word)
            yield word


def _filled(tokens: tuple[Token, ...], filler: str) -> str | None:
    word = ""
    at_least_one = False
    for index, token in enumerate(tokens):
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        if token.star:
            text = _text(token, word, filler, is_last=following is None)
            word += text or ("x" if at_least_one else "")
            at_least_one = False
        elif token.beside and following is not None and following.star:
            # One character and then any: the text of the second is that of both.
            at_least_one = True
        elif not token.beside and len(token.signs) == 1:
            word += next(iter(token.signs))
        else:
            one = next((each for each in _FOR_ONE if token.takes(each)), None)
            if one is None:
                return None
            word += one
    return word


def _text(token: Token, before: str, filler: str, *, is_last: bool) -> str:
    components = before.split(":")
    place = len(components) - 1
    text = filler
    if components[0] == "arn" and place < 5 and filler:
        service = components[2] if place > 2 else "s3"
        rest = ["arn", "aws", service, "us-east-1", "111122223333", filler]
        if service in ("iam", "s3"):
            rest[3] = ""
        if service == "s3":
            rest[4] = ""
        if components[-1]:
            rest[place] = ""
        text = ":".join(rest[place:]) if is_last and token.takes(":") else rest[place]
        text = text or _COMPONENTS[place]
    elif not before and is_last and filler == "example" and token.takes(":"):
        text = "arn:aws:s3:::example"
    return text if all(token.takes(each) for each in text) else ""


_ENUMERATED = 8


def variants(pattern: Pattern) -> Iterator[str]:
    """A text in upper and lower case: as written, then others."""
    assert pattern.folded is not None
    yield pattern.text
    lowered = pattern.folded
    words = [""]
    for each in lowered:
        others = {each, each.upper()} if len(each.upper()) == 1 else {each}
        if len(words) * len(others) > 1 << _ENUMERATED:
            words = [word + each for word in words]
        else:
            words = [word + other for word in words for other in sorted(others)]
    yield from (word for word in words if word != pattern.text)


def has_all_variants(pattern: Pattern) -> bool:
    """Whether `variants` gives every text that matches."""
    assert pattern.folded is not None
    # Some letters have more than two forms; ligatures stand for two letters.
    plain = all(each.isascii() and each not in "ksf" for each in pattern.folded)
    letters = sum(each.isalpha() for each in pattern.folded)
    # `i` has dotted relatives whose folded form is two characters, `ij` and the like have not.
    return plain and letters <= _ENUMERATED
