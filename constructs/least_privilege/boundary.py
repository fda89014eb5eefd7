"""The permissions boundary: a ceiling over roles, which grants nothing itself.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from aws_cdk import aws_iam as iam
from constructs import Construct

from ._edge import placed, with_tokens
from .acknowledgements import Acknowledgement, acknowledge
from .errors import InvalidInputError, InvalidNameError, InvalidPermissionError
from .policy import (
    ACCOUNT,
    PARTITION,
    Effect,
    PolicyDocument,
    Statement,
    check_arn,
    check_description,
    check_path,
    check_policy_name,
    quotas,
    split_name_and_path,
)

ALWAYS_DENIED = (
    # A role that could change boundaries could lift its own.
    "iam:CreatePolicyVersion",
    "iam:DeletePolicyVersion",
    "iam:SetDefaultPolicyVersion",
    "iam:DeleteRolePermissionsBoundary",
    "iam:PutRolePermissionsBoundary",
    "iam:DeleteUserPermissionsBoundary",
    "iam:PutUserPermissionsBoundary",
    # Long-term credentials outlive every session.
    "iam:CreateUser",
    "iam:CreateAccessKey",
    "iam:CreateServiceSpecificCredential",
    "iam:CreateLoginProfile",
    "iam:UpdateLoginProfile",
    # What watches must not be switched off by what is watched.
    "cloudtrail:DeleteEventDataStore",
    "cloudtrail:DeleteTrail",
    "cloudtrail:PutEventSelectors",
    "cloudtrail:StopLogging",
    "cloudtrail:UpdateEventDataStore",
    "cloudtrail:UpdateTrail",
    "organizations:LeaveOrganization",
    "account:CloseAccount",
)

_SERVICE = re.compile(r"[a-z0-9-]+")


class RoleBoundary(Construct):
    """A managed policy to be laid over roles as their permissions boundary.

    A role may then do what its own policies *and* the boundary allow. The boundary allows whole
    services, and always denies the change of boundaries, new users and access keys, switching off
    CloudTrail, and leaving the organization.

    :param allowed_services: prefixes of services as in actions, such as `s3` and `logs`
    :param policy_name: at most 128 characters; named by CloudFormation if left out
    :param path: begins and ends with `/`
    :param description: at most 1,000 characters

    :raises InvalidInputError: and its subclasses, before anything is added to the app

    Example:
        >>> from aws_cdk import App, Stack
        >>> stack = Stack(App(), "Payments")
        >>> boundary = RoleBoundary(stack, "Boundary", allowed_services=["s3", "kms", "logs"])

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        allowed_services: Sequence[str],
        policy_name: str | None = None,
        path: str = "/",
        description: str = "Permissions boundary: the ceiling over the roles it is attached to",
    ) -> None:
        with placed(scope, construct_id):
            document = _document(allowed_services)
            check_path(path)
            check_description(description)
            if policy_name is not None:
                check_policy_name(policy_name)
        super().__init__(scope, construct_id)
        self._policy = iam.CfnManagedPolicy(
            self,
            "Resource",
            policy_document=with_tokens(document.to_dict()),
            description=description,
            managed_policy_name=policy_name,
            path=path,
        )
        acknowledge(self, *_evidence(allowed_services))

    @property
    def policy_arn(self) -> str:
        """The ARN of the managed policy."""
        return self._policy.ref


def boundary_arn(boundary: RoleBoundary | iam.IManagedPolicy | str) -> str:
    """The ARN of a boundary: ours, the CDK's, or one that exists, by name (`team/Ceiling`) or ARN.

    Example:
        >>> boundary_arn("team/Ceiling")
        'arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/team/Ceiling'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    """
    if isinstance(boundary, RoleBoundary):
        return boundary.policy_arn
    if not isinstance(boundary, str):
        arn = getattr(boundary, "managed_policy_arn", None)
        if not isinstance(arn, str):
            raise InvalidInputError(
                "boundary must be a RoleBoundary, a managed policy, or the name or ARN of one, got "
                f"{boundary!r}"
            )
        return arn
    if not boundary:
        raise InvalidNameError(
            "boundary must name a managed policy, got ''; leave it out for a role without one"
        )
    if boundary.startswith(("arn:", "${")):
        return check_arn(
            boundary,
            service="iam",
            resource="policy/",
            argument="boundary",
            example="arn:aws:iam::111122223333:policy/Ceiling",
        )
    name, path = split_name_and_path(boundary)
    check_policy_name(name, argument="boundary")
    check_path(path, argument="boundary")
    return f"arn:{PARTITION}:iam::{ACCOUNT}:policy{path}{name}"


def _document(allowed_services: Sequence[str]) -> PolicyDocument:
    if isinstance(allowed_services, str) or not allowed_services:
        raise InvalidPermissionError(
            f"allowed_services must be a list with at least one service, got {allowed_services!r}"
        )
    for service in allowed_services:
        if not isinstance(service, str) or not _SERVICE.fullmatch(service):
            raise InvalidPermissionError(
                f"allowed_services must each be a prefix of actions like 's3', got {service!r}"
            )
        if service == "iam":
            raise InvalidPermissionError(
                "allowed_services must not hold 'iam': a role that may create roles could create "
                "one without this boundary"
            )
    document = PolicyDocument.of(
        Statement(
            sid="Ceiling",
            actions=tuple(f"{service}:*" for service in allowed_services),
            resources=("*",),
        ),
        Statement(sid="NeverAllowed", effect=Effect.DENY, actions=ALWAYS_DENIED, resources=("*",)),
    )
    document.check_size(quotas.MANAGED_POLICY, argument="allowed_services")
    return document


def _evidence(allowed_services: Sequence[str]) -> list[Acknowledgement]:
    reason = (
        "This is a permissions boundary: it grants nothing by itself and is the ceiling over "
        "roles that name their actions and resources."
    )
    rule = "AwsSolutions-IAM5"
    return [
        Acknowledgement(rule=rule, resource="*", reason=reason),
        *(
            Acknowledgement(rule=rule, action=f"{service}:*", reason=reason)
            for service in allowed_services
        ),
    ]
