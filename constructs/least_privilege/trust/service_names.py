"""The names of service principals: what is one, and whose row of the table is its own.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any

from ..errors import InvalidServicePrincipalError
from ..policy.reasons import MINIMUM_REASON, is_reason
from ..policy.tokens import TOKEN, beside_tokens, holds_token, is_token

_COMMON = ".amazonaws.com"
_OF_PARTITIONS = (
    ".amazonaws.com.cn", ".amazonaws.eu", ".c2s.ic.gov", ".sc2s.sgov.gov", ".csp.hci.ic.gov",
    ".cloud.adc-e.uk",
)  # fmt: skip
_INTERNAL = ".aws.internal"
_DOMAINS = "|".join(map(re.escape, (_COMMON, *_OF_PARTITIONS, _INTERNAL)))
_FORM = re.compile(rf"[a-z0-9-]+(\.[a-z0-9-]+)*({_DOMAINS})")
_OF_CDK = re.compile(rf"\$\{{Token\[([a-z0-9.-]+({_DOMAINS}))\.[0-9]+\]\}}")
"""What `ServicePrincipal.service_principal_name` gives: the token keeps the name of the service."""
_REGION = re.compile(r"[a-z]{2,4}(-[a-z]+){1,2}-[0-9]{1,2}")


@cache
def service_principals() -> dict[str, dict[str, Any]]:
    """The known service principals, each with what AWS documents that it sends when it assumes
    a role: `source_account` and `source_arn` are true, false, or absent where nothing is said;
    `source_arn_form` is the ARN, `page` the documentation. `actions` are what it always needs,
    `optional_actions` what some of its features need besides.

    Example:
        >>> service_principals()["ecs-tasks.amazonaws.com"]["source_account"]
        True

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    table = resources.files(__package__).joinpath("service_principals.json").read_text("utf-8")
    principals: dict[str, dict[str, Any]] = json.loads(table)["principals"]
    return principals


def canonical(principal: str) -> str:
    """The name under which the table has it: without a Region, and of the commercial partition.

    Example:
        >>> canonical("logs.eu-central-1.amazonaws.com")
        'logs.amazonaws.com'
        >>> canonical("ec2.${AWS::URLSuffix}")
        'ec2.amazonaws.com'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    name = TOKEN.sub(_stand_in, principal)
    for domain in _OF_PARTITIONS:
        if name.endswith(domain):
            name = name.removesuffix(domain) + _COMMON
    first, *others = name.split(".")
    return ".".join((first, *(label for label in others if not _REGION.fullmatch(label))))


def _stand_in(token: re.Match[str]) -> str:
    if named := _OF_CDK.fullmatch(token[0]):
        return named[1]
    if "URLSuffix" in token[0]:
        return _COMMON.removeprefix(".")
    return "us-east-1" if "Region" in token[0] else token[0]


def check_service_principal(principal: object, *, unlisted_reason: str) -> None:
    """Raise for what is no service principal, and for an unknown one without a reason."""
    if not isinstance(principal, str):
        raise InvalidServicePrincipalError(
            f"principal must be a string like 'lambda.amazonaws.com', got {principal!r}"
        )
    known = service_principals()
    name = canonical(principal)
    if name in known:
        return
    if not is_token(principal) and not _FORM.fullmatch(beside_tokens(name, "x")):
        raise InvalidServicePrincipalError(
            f"principal must be a service principal like 'lambda.amazonaws.com', got {principal!r}"
            + _hint(name, known)
        )
    if is_reason(unlisted_reason):
        return
    mend = f"say so in unlisted_reason (a sentence of at least {MINIMUM_REASON} characters)"
    if holds_token(name):
        raise InvalidServicePrincipalError(
            f"principal {principal!r} is known at deployment only, and so is what the service "
            "sends; write its name, like 'lambda.amazonaws.com', or, if it has to be a token, "
            f"{mend}"
        )
    raise InvalidServicePrincipalError(
        f"principal {principal!r} is no known service principal{_hint(name, known)}; if the "
        f"service is newer than this library, {mend}"
    )


def _hint(name: str, known: Iterable[str]) -> str:
    """What they have in common, the domain, would make all of them alike."""
    stems = {each.removesuffix(_COMMON): each for each in known}
    stem = name.strip().lower().removesuffix(_COMMON)
    near = difflib.get_close_matches(stem, stems, n=1)
    return f"; did you mean {stems[near[0]]!r}" if near else ""
