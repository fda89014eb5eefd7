"""ARNs that a value takes: whole but for their resource part, which may have a wildcard."""

from __future__ import annotations

import re

from ..errors import InvalidPermissionError, InvalidPolicyError
from ..policy.grammar import check_resource
from ..policy.service_reference import resource_types_of
from ..policy.tokens import TOKEN, holds_token, is_token

_UNKNOWN = "\0"
"""Stands for a token."""
_VARYING = "\1"
"""Stands for a policy variable."""
_VARIABLE = re.compile(r"\$\{[^{}]*\}")
_PARTS = ("arn", "partition", "service", "region", "account")


def check_resource_arn(place: str, arn: str, service: str) -> None:
    """An ARN with no wildcard before its resource, but where AWS's own format has one there."""
    if is_token(arn):
        return
    if arn == "*":
        raise InvalidPermissionError(
            f"{place} must name a resource, got '*'; for the actions that take '*' alone, give "
            "without_resource_reason"
        )
    if not holds_token(arn):
        try:
            check_resource(place, arn)
        except InvalidPolicyError as error:
            raise InvalidPermissionError(str(error)) from None
    known = _VARIABLE.sub(_VARYING, TOKEN.sub(_UNKNOWN, arn)) if "${" in arn else arn
    parts = known.split(":", 5)
    # The token may be all of an ARN: `${Token[Table.Arn]}/index/*`.
    head = parts[:5] if len(parts) == 6 else ()
    for name, index, part in zip(_PARTS, range(5), head, strict=False):
        if _VARYING in part or (
            ("*" in part or "?" in part) and not (part == "*" and _has_star(service, index))
        ):
            raise InvalidPermissionError(
                f"{place} must name one {name}, without wildcards or policy variables, got {arn!r}"
            )


def _has_star(service: str, index: int) -> bool:
    """Whether AWS writes `*` in this part of an ARN format of the service."""
    return any(
        arn_format.split(":", 5)[index] == "*"
        for known in resource_types_of(service)
        for arn_format in known.arn_patterns
    )
