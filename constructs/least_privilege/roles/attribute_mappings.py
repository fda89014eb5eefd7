"""Which attributes of a certificate a profile of IAM Roles Anywhere makes session tags of.

Source: https://docs.aws.amazon.com/rolesanywhere/latest/userguide/attribute-mapping.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from ..errors import InvalidTrustError
from ..policy.names import check_strings

_NAME = r"\*|[A-Za-z][A-Za-z0-9]*"
_SPECIFIERS = {
    "x509Subject": re.compile(_NAME),
    "x509Issuer": re.compile(_NAME),
    "x509SAN": re.compile(rf"DNS|URI|Name/({_NAME})"),
}
_LONGEST = 60


def check_attribute_mappings(
    mappings: Mapping[str, Sequence[str]],
) -> dict[str, tuple[str, ...]]:
    """By field of the certificate, its parts that become session tags."""
    if not isinstance(mappings, Mapping):
        raise InvalidTrustError(
            "attribute_mappings must be a mapping of fields to lists of their parts, like "
            f"{{'x509Subject': ['CN', 'OU']}}, got {mappings!r}"
        )
    if not mappings:
        raise InvalidTrustError(
            "attribute_mappings must name a field; leave it out for all that Roles Anywhere maps "
            "by itself"
        )
    for field in mappings:
        if field not in _SPECIFIERS:
            raise InvalidTrustError(
                f"attribute_mappings must have the fields {', '.join(_SPECIFIERS)}, got {field!r}"
            )
    return {field: _check_specifiers(field, given) for field, given in mappings.items()}


def _check_specifiers(field: str, specifiers: Sequence[str]) -> tuple[str, ...]:
    argument = f"attribute_mappings of {field}"
    specifiers = check_strings(specifiers, argument=argument, error=InvalidTrustError)
    for specifier in specifiers:
        if not _SPECIFIERS[field].fullmatch(specifier) or len(specifier) > _LONGEST:
            allowed = "'DNS', 'URI', 'Name/*' or 'Name/CN'" if field == "x509SAN" else "'*' or 'CN'"
            raise InvalidTrustError(f"{argument} must be like {allowed}, got {specifier!r}")
    if not specifiers or len(set(specifiers)) < len(specifiers):
        raise InvalidTrustError(f"{argument} must each be named once, got {specifiers!r}")
    return specifiers


def unmapped(names: Iterable[str], mappings: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Those of the attributes, as a trust names them, that would be no session tags."""
    mapped = [f"{field}/{each}".lower() for field, given in mappings.items() for each in given]
    return tuple(
        name
        for name in names
        if name.lower() not in mapped and f"{name.lower().rpartition('/')[0]}/*" not in mapped
    )
