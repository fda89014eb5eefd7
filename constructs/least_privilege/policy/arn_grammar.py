"""Resources as statements name them: `*`, or an ARN with wildcards and policy variables.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

from __future__ import annotations

import re

from .refusal import brief, refuse
from .tokens import TOKEN, is_token
from .variables_grammar import check_variables

_VARIABLE = re.compile(r"\$\{[^{}]*\}")
_UNKNOWN = "\0"
"""Stands for a token: what is known at deployment only."""
_VARYING = "\1"
"""Stands for a policy variable."""

_PARTITION = re.compile(r"aws(-[a-z]+)*")
_SERVICE = re.compile(r"[a-z0-9.-]+")
_LITERAL = re.compile(r"[^*?\0\1]+")


def check_resource(place: str, resource: str, *, variables: bool = True) -> None:
    """`*`, or an ARN; wildcards in any part but the service, variables from the region on.

    `variables` says whether the policy's version has policy variables.
    """
    if resource == "*" or is_token(resource):
        return
    if variables:
        check_variables(place, resource)
    masked = _masked(resource)
    parts = masked.split(":", 5)
    holds_our_signs = _UNKNOWN in resource or _VARYING in resource
    if holds_our_signs or (parts[0] != "arn" and not parts[0].startswith(_UNKNOWN)):
        refuse(
            place,
            "must be '*' or an ARN like arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE, "
            f"got {brief(resource)}",
        )
    if parts[0] != "arn":
        # The token may be all of an ARN: `${Token[Bucket.Arn]}/*`.
        return
    # A wildcard at the end of a part can reach over the colons that follow.
    reaches_over = any("*" in part for part in parts[3:])
    is_whole = len(parts) == 6 and (parts[5] or parts[4].endswith("*"))
    if not is_whole and not reaches_over and _UNKNOWN not in masked:
        refuse(
            place,
            "must have all parts of an ARN, arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE, "
            f"got {brief(resource)}",
        )
    _check_parts(place, resource, parts)


def _masked(resource: str) -> str:
    """With a sign for each token and variable: both hold colons of their own."""
    return _VARIABLE.sub(_VARYING, TOKEN.sub(_UNKNOWN, resource))


def _check_parts(place: str, resource: str, parts: list[str]) -> None:
    _, partition, service, region, account, path = (*parts, "", "", "", "", "")[:6]
    got = f"got {brief(resource)}"
    if not _PARTITION.fullmatch(partition) and not re.search(r"[*?\0]", partition):
        refuse(place, f"must name a partition like 'aws', {got}")
    if _VARYING in partition + service:
        refuse(place, f"must have policy variables in no part before the region, {got}")
    if "*" in service or "?" in service:
        refuse(place, f"must name one service, without wildcards, {got}")
    if not _SERVICE.fullmatch(service) and _UNKNOWN not in service:
        refuse(place, f"must name a service, in lower case, {got}")
    if any(sign.isspace() for sign in region + account):
        refuse(place, f"must have no white space before the resource, {got}")
    if account.isdecimal() and not re.fullmatch(r"[0-9]{12}", account):
        refuse(place, f"must name an account by its twelve digits, {got}")
    # Two services whose ARNs IAM takes apart itself.
    if service == "iam":
        if region and _LITERAL.fullmatch(region):
            refuse(place, f"must name no region, IAM has none; leave it empty, {got}")
        if path and _LITERAL.fullmatch(path) and "/" not in path and path != "root":
            refuse(place, f"must name a kind of resource in IAM, like 'role/Reader', {got}")
    if service == "s3" and region and _LITERAL.fullmatch(region) and not account and path:
        refuse(place, f"must name no region, buckets have none; leave it empty, {got}")


def check_account_part(place: str, resource: str) -> None:
    """VPC endpoints take an account, or a wildcard alone.

    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    """
    parts = _masked(resource).split(":", 5)
    account = parts[4] if len(parts) == 6 else ""
    if ("*" in account or "?" in account) and account.strip("*?"):
        refuse(
            place,
            "must have an account or a wildcard as its account, not both, in a VPC endpoint "
            f"policy, got {brief(resource)}",
        )
