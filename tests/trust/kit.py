"""Asks the evaluator who can assume a role that trusts some values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from least_privilege.access import AccessRequest, Evaluation, PolicySet, Principal, evaluate
from least_privilege.policy import PolicyDocument, PolicyKind
from least_privilege.trust import Trust

OWN = "111122223333"
"""The account of the role."""
OTHER = "444455556666"
REGION = "eu-central-1"
ROLE_ARN = f"arn:aws:iam::{OWN}:role/Trusting"

ALL_OF_STS = PolicyDocument.parse(
    {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": "sts:*", "Resource": "*"},
    }
)


def trust_policy(*trusted_by: Trust) -> PolicyDocument:
    """The trust policy as it would be deployed to the account of the role."""
    document = PolicyDocument.of(*(each for trust in trusted_by for each in trust.statements()))
    return PolicyDocument.parse(deployed(document.to_dict()), PolicyKind.TRUST)


def deployed(value: Any) -> Any:
    """With what the pseudo parameters become there."""
    match value:
        case str():
            for name, text in (("Partition", "aws"), ("AccountId", OWN), ("Region", REGION)):
                value = value.replace(f"${{AWS::{name}}}", text)
            return value
        case dict():
            return {deployed(key): deployed(each) for key, each in value.items()}
        case list():
            return [deployed(each) for each in value]
        case _:
            return value


def assuming(
    trusted_by: Trust | Sequence[Trust],
    principal: Principal | str,
    context: Mapping[str, Any] | None = None,
    *,
    actions: Sequence[str] = ("sts:AssumeRole",),
    permitted: bool = True,
) -> Evaluation:
    """What AWS answers to a call that needs all of these actions: the first refusal, if any.

    `permitted` says whether the caller's own policies allow it.
    """
    trusted = (trusted_by,) if isinstance(trusted_by, Trust) else trusted_by
    policies = PolicySet(
        identity=[ALL_OF_STS] if permitted else [], resource=trust_policy(*trusted)
    )
    evaluations = [
        evaluate(
            AccessRequest(
                principal=principal, action=action, resource=ROLE_ARN, context=context or {}
            ),
            policies,
        )
        for action in actions
    ]
    return next((each for each in evaluations if not each.is_allowed), evaluations[0])
