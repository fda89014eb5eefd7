"""Which conditions an AWS service can meet when it assumes a role, and which shut it out.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import InvalidServicePrincipalError
from ..policy import Condition, check_external_ids
from .aws_callers import check_conditions

SOURCE_KEYS = {
    "aws:sourceaccount": "source_account",
    "aws:sourcearn": "source_arns",
    "aws:sourceorgid": "source_organization_id",
    "aws:sourceorgpaths": "source_unit_paths",
}
"""What a service says of the resource for which it acts, and the argument that demands it."""
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
    own: Sequence[Condition],
) -> tuple[Condition, ...]:
    """These conditions, if the service can meet them.

    `row` is what is known of the service, `own` are the conditions that its trust has already.
    """
    conditions = check_conditions(given)  # type: ignore[arg-type]
    said = {(each.operator, each.key.lower()) for each in own}
    for condition in conditions:
        problem = _problem_with(condition.key.lower(), row)
        if problem:
            raise InvalidServicePrincipalError(
                f"conditions must not hold {condition.key} for {principal}: {problem}"
            )
        if condition.key.lower() == "sts:externalid":
            check_external_ids(condition.values, argument="conditions on sts:ExternalId")
        line = (condition.operator, condition.key.lower())
        if line in said:
            argument = SOURCE_KEYS.get(line[1])
            mend = f"{argument} says it already" if argument else "give one with all values"
            raise InvalidServicePrincipalError(
                f"conditions must not hold {condition.operator} on {condition.key} twice; {mend}"
            )
        said.add(line)
    return conditions


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
    if key in SOURCE_KEYS and not sends_source(row):
        return not_sent(row)
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
