"""What an AWS service can meet when it assumes a role, and what shuts it out.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import InvalidServicePrincipalError
from ..policy import Arn, Condition, check_account_id, check_external_ids, holds_token
from ..policy.tokens import TOKEN, is_token
from .aws_callers import check_conditions

SOURCE_KEYS = {
    "aws:sourceaccount": "source_account",
    "aws:sourcearn": "source_arns",
    "aws:sourceorgid": "source_organization_id",
    "aws:sourceorgpaths": "source_unit_paths",
}
"""What a service says of the resource for which it acts, and the argument that demands it."""
_ACCOUNT_KEY = "aws:sourceaccount"
_SERVICE_KEYS = frozenset(
    {"aws:principalisawsservice", "aws:principalservicename", "aws:principalservicenameslist"}
)
_POSITIVE = re.compile(
    r"((ForAnyValue:)?String(Equals(IgnoreCase)?|Like)|Arn(Equals|Like))", re.ASCII | re.IGNORECASE
)
_MFA = ("aws:multifactorauthpresent", "aws:multifactorauthage")
_TAGS = "aws:principaltag/"
_OF_AN_ACCOUNT = frozenset(
    {
        "aws:assumedroot", "aws:chatbotsourcearn", "aws:ec2instancesourceprivateipv4",
        "aws:ec2instancesourcevpc", "aws:federatedprovider", "aws:principalaccount",
        "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths", "aws:principaltype",
        "aws:signinsessionarn", "aws:sourceidentity", "aws:tokenissuetime", "aws:userid",
        "aws:username", "codebuild:buildarn", "codebuild:projectarn", "ec2:roledelivery",
        "ec2:sourceinstancearn", "glue:credentialissuingservice", "glue:roleassumedby",
        "identitystore:userid", "lambda:sourcefunctionarn", "ssm:sourceinstancearn",
    }
)  # fmt: skip
"""What users and role sessions carry, and the principal of a service does not."""


def check_service_conditions(
    given: Sequence[Condition],
    *,
    principal: str,
    row: Mapping[str, Any],
    account_demanded: bool,
) -> tuple[Condition, ...]:
    """These conditions, if the service can meet them.

    `row` is what is known of the service; `account_demanded` says whether its trust demands the
    role's own account already.
    """
    conditions = check_conditions(given)
    said = set()
    for condition in conditions:
        key = condition.key.lower()
        problem = _problem_with(key, row) or _problem_with_source(condition, account_demanded)
        if problem:
            raise InvalidServicePrincipalError(
                f"conditions must not hold {condition.operator} on {condition.key} for "
                f"{principal}: {problem}"
            )
        if key == "sts:externalid":
            check_external_ids(condition.values, argument="conditions on sts:ExternalId")
        if key == _ACCOUNT_KEY:
            for account in condition.values:
                check_account_id(account, argument="conditions on aws:SourceAccount")
        line = (condition.operator.lower(), key)
        if line in said:
            raise InvalidServicePrincipalError(
                f"conditions must not hold {condition.operator} on {condition.key} twice; give one "
                "with all values"
            )
        said.add(line)
    return conditions


def accounts_named(conditions: Sequence[Condition]) -> tuple[str, ...]:
    """The accounts for which alone these let the service act; none if they do not say."""
    named = (each.values for each in conditions if each.key.lower() == _ACCOUNT_KEY)
    return next(named, ())


def check_narrowed(
    conditions: Sequence[Condition], *, principal: str, row: Mapping[str, Any]
) -> None:
    """Raise where the service acts for everybody, and no condition says for whom alone."""
    prefixes = tuple(each.lower() for each in row.get("narrowed_by", ()))
    if not prefixes or any(
        each.key.lower().startswith(prefixes)
        and _POSITIVE.fullmatch(each.operator)
        and all(value.strip("*?") for value in each.values)
        for each in conditions
    ):
        return
    raise InvalidServicePrincipalError(
        f"principal {principal!r} would let in all whom the service serves; say whom alone with "
        f"{row['instead']}(...), or here in conditions on "
        f"{' or '.join(f'{each}...' for each in row['narrowed_by'])} that are no mere wildcard "
        f"(see {row['page']})"
    )


def check_sent_form(arn: Arn, *, principal: str, row: Mapping[str, Any]) -> None:
    """Raise for the ARN of a resource that the service never names."""
    form = row.get("source_arn_form")
    if not form:
        return
    only = row.get("source_arn_only", False)
    _, _, service, _, _, resource = form.split(":", 5)
    its_own = holds_token(arn.service) or arn.service == service
    if its_own and (not only or _may_be(arn.resource, resource)):
        return
    raise InvalidServicePrincipalError(
        f"source_arns must be what {principal} sends, which is {'always' if only else 'like'} "
        f"{form} (see {row['page']}), got {str(arn)!r}"
    )


def _may_be(resource: str, form: str) -> bool:
    """Whether it can be a resource of this form, which ends with the wildcard.

    A form that is the wildcard alone is to be kept as it is: how it goes on is not documented.
    """
    if form == "*":
        return resource == "*" or is_token(resource)
    fixed = form.removesuffix("*")
    start, *rest = re.split(r"[*?]", TOKEN.sub("*", resource), maxsplit=1)
    return start.startswith(fixed) or (bool(rest) and fixed.startswith(start))


def _problem_with(key: str, row: Mapping[str, Any]) -> str:
    """Why nobody could assume the role any more; nothing if the service can."""
    if key in _MFA:
        return (
            "services carry no MFA claim, and nobody could assume the role; demand MFA of people, "
            "with IamUsers(mfa=Mfa())"
        )
    if key == "sts:externalid" and not row.get("external_id"):
        return (
            "external IDs are for the accounts of third parties, and it sends none; say "
            "source_account=True or source_arns, if it sends these"
        )
    if key in _OF_AN_ACCOUNT or (key.startswith(_TAGS) and not row.get("principal_tags")):
        return (
            "users and roles of accounts carry it, services do not; for those say AwsRoles or "
            "IamUsers beside it"
        )
    if key in _SERVICE_KEYS:
        return "the principal says already which service it is; leave it out"
    if key in SOURCE_KEYS and not sends_source(row):
        return not_sent(row)
    return ""


def _problem_with_source(condition: Condition, account_demanded: bool) -> str:
    """What an argument can say, a condition could only contradict."""
    argument = SOURCE_KEYS.get(condition.key.lower())
    if not argument:
        return ""
    if argument != "source_account":
        if _POSITIVE.fullmatch(condition.operator):
            return f"{argument} says it"
        return f"it names none that may; name those with {argument}"
    if account_demanded:
        return (
            "source_account says already that it is the role's own account; for others say "
            "source_account=False, and StringEquals with their IDs here"
        )
    if condition.operator.lower() != "stringequals":
        return (
            "it does not name each account that may; say source_account=True for the role's own, "
            "or StringEquals with the IDs of others"
        )
    return ""


def sends_source(row: Mapping[str, Any]) -> bool:
    """Whether it is not known that the service sends no source keys."""
    return not (row.get("source_account") is False or row.get("source_arn") is False)


def not_sent(row: Mapping[str, Any]) -> str:
    """The reason, with the page."""
    return (
        f"it does not send it, and could not assume the role any more ({row.get('note', '')}; "
        f"see {row.get('page', 'its documentation')})"
    )
