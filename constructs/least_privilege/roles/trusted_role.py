"""The role of which all kinds are thin forms.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Any, cast

import jsii
from aws_cdk import Resource, Stack, aws_iam as iam
from aws_cdk.interfaces import aws_iam as interfaces
from constructs import Construct

from .._edge import placed, with_tokens
from ..acknowledgements import Acknowledgement, acknowledge
from ..boundary import RoleBoundary, boundary_arn
from ..errors import InvalidDurationError, InvalidTrustError, QuotaExceededError
from ..permissions import Permission
from ..policy import (
    PolicyDocument,
    check_description,
    check_path,
    check_role_name,
    check_session_duration,
    check_tags,
    holds_token,
    quotas,
    role_arn,
)
from ..trust import Trust

POLICY_NAME = "Permissions"


class PolicyType(StrEnum):
    """Where a role's permission policy lives.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
    """

    INLINE = "inline"
    CUSTOMER_MANAGED = "customer managed"


@jsii.implements(iam.IRole)
class TrustedRole(Resource):
    """A role with an explicit trust policy and exactly the permissions that it is given.

    It is a full `IRole`: hand it to any construct that takes a role. Grants of the CDK
    (`bucket.grant_read(role)`) join it in a policy of their own, as they do with `iam.Role`. Its
    logical ID is that of an `iam.Role` of the same ID.

    :param trusted_by: who may assume the role; at least one
    :param permissions: what the role may do; nothing by default
    :param description: at most 1,000 characters
    :param role_name: at most 64 characters; named by CloudFormation if left out
    :param path: begins and ends with `/`, at most 512 characters
    :param session_duration: the longest session that a caller of AssumeRole can ask for, 1 to 12
        hours, by default 1 hour; refused where AWS services alone assume the role, as they ignore
        it. A role that is assumed by another role's session gets one hour at most
    :param boundary: permissions boundary: a `RoleBoundary`, or the name or ARN of a managed policy
    :param tags: at most 50
    :param policy_type: inline (10,240 characters together), or customer managed (6,144)

    :raises InvalidInputError: and its subclasses, before anything is added to the app

    Example:
        >>> from aws_cdk import App, Stack
        >>> from least_privilege.permissions import S3Read
        >>> from least_privilege.trust import AwsAccount
        >>> role = TrustedRole(
        ...     Stack(App(), "Reports"),
        ...     "Reader",
        ...     trusted_by=[AwsAccount(account_id="111122223333")],
        ...     permissions=[S3Read(bucket_arn="arn:aws:s3:::reports", prefix="2026/")],
        ... )
        >>> role.node.path
        'Reports/Reader'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        trusted_by: Sequence[Trust],
        permissions: Sequence[Permission] = (),
        description: str | None = None,
        role_name: str | None = None,
        path: str = "/",
        session_duration: timedelta | None = None,
        boundary: RoleBoundary | str | None = None,
        tags: Mapping[str, str] | None = None,
        policy_type: PolicyType = PolicyType.INLINE,
    ) -> None:
        with placed(scope, construct_id):
            trust_policy = _trust_policy(trusted_by)
            duration = _session_duration(trusted_by, session_duration)
            policy = _permission_policy(permissions, policy_type)
            properties: dict[str, Any] = {
                "description": check_description(description) if description else None,
                "role_name": check_role_name(role_name) if role_name else None,
                "path": None if path == "/" else check_path(path),
                "max_session_duration": int(duration.total_seconds()) if duration else None,
                "permissions_boundary": with_tokens(boundary_arn(boundary)) if boundary else None,
                "tags": [
                    {"key": key, "value": value} for key, value in check_tags(tags or {}).items()
                ]
                or None,
            }
            _check_own_account(scope, trusted_by)

        super().__init__(scope, construct_id, physical_name=role_name)
        self._path = path
        self._trusted_by = tuple(trusted_by)
        self._permissions = tuple(permissions)
        self._policy_type = policy_type
        self._role_name = role_name
        self._arn: str | None = None
        self._name: str | None = None
        self._managed_policies: list[str] = []
        self._granted: iam.Policy | iam.ManagedPolicy | None = None
        self._own_policy: iam.CfnManagedPolicy | None = None
        self._resource = iam.CfnRole(
            self,
            "Resource",
            assume_role_policy_document=with_tokens(trust_policy.to_dict()),
            policies=self._inline(policy),
            **{name: value for name, value in properties.items() if value is not None},
        )
        self._attach_own_policy(policy)
        self._acknowledge_wildcards(self._permissions)

    # What is defined here ---------------------------------------------------------------------

    @property
    def role(self) -> iam.IRole:
        """The role itself, under the name that every construct of this library has it."""
        return cast(iam.IRole, self)

    @property
    def trusted_by(self) -> tuple[Trust, ...]:
        """Who may assume the role."""
        return self._trusted_by

    @property
    def permissions(self) -> tuple[Permission, ...]:
        """What the role may do, grants of the CDK apart."""
        return self._permissions

    def allow(self, *permissions: Permission) -> None:
        """Let the role do more, for permissions that are known only after it was made."""
        with placed(cast(Construct, self.node.scope), self.node.id):
            policy = _permission_policy((*self._permissions, *permissions), self._policy_type)
        self._permissions += permissions
        self._resource.policies = self._inline(policy)
        self._attach_own_policy(policy)
        self._acknowledge_wildcards(permissions)

    def _inline(self, policy: PolicyDocument | None) -> list[Any] | None:
        if policy is None or self._policy_type is not PolicyType.INLINE:
            return None
        return [{"policyName": POLICY_NAME, "policyDocument": with_tokens(policy.to_dict())}]

    def _attach_own_policy(self, policy: PolicyDocument | None) -> None:
        if policy is None or self._policy_type is not PolicyType.CUSTOMER_MANAGED:
            return
        document = with_tokens(policy.to_dict())
        if self._own_policy is not None:
            self._own_policy.policy_document = document
            return
        self._own_policy = iam.CfnManagedPolicy(self, POLICY_NAME, policy_document=document)
        self._attach_managed_policy(self._own_policy.ref)

    def _attach_managed_policy(self, arn: str) -> None:
        if len(self._managed_policies) >= quotas.MANAGED_POLICIES_PER_ROLE:
            raise QuotaExceededError(
                f"{self.node.path}: managed policies must be at most "
                f"{quotas.MANAGED_POLICIES_PER_ROLE} for one role, this would be one more"
            )
        self._managed_policies.append(arn)
        self._resource.managed_policy_arns = self._managed_policies

    def _acknowledge_wildcards(self, permissions: Sequence[Permission]) -> None:
        reasons: dict[str, dict[str, None]] = {}
        for permission in permissions:
            for wildcard, reason in permission.wildcard_reasons().items():
                reasons.setdefault(wildcard, {})[reason] = None
        acknowledge(self, *(_evidence(wildcard, each) for wildcard, each in reasons.items()))

    # What an IRole of the CDK has -------------------------------------------------------------

    @property
    def role_arn(self) -> str:
        """The role's ARN; by its name for stacks of another account or region."""
        if self._arn is None:
            # Asked for once: the CDK tells roles apart by it, and each call makes a new token.
            self._arn = self._get_resource_arn_attribute(
                self._resource.attr_arn,
                region="",
                service="iam",
                resource="role",
                resource_name=f"{self._path.lstrip('/')}{self._physical_name}",
            )
        return self._arn

    @property
    def role_name(self) -> str:
        """The role's name, without its path."""
        if self._name is None:
            self._name = self._get_resource_name_attribute(self._resource.ref)
        return self._name

    @property
    def role_ref(self) -> interfaces.RoleReference:
        """What the CDK's newer interfaces know a role by."""
        return self._resource.role_ref

    @property
    def assume_role_action(self) -> str:
        """The action by which this role is assumed when it is a principal of another trust."""
        return "sts:AssumeRole"

    @property
    def grant_principal(self) -> iam.IPrincipal:
        """The role, as one that receives grants."""
        return self.role

    @property
    def principal_account(self) -> str | None:
        """The account that the role is in."""
        return self.env.account

    @property
    def policy_fragment(self) -> iam.PrincipalPolicyFragment:
        """The role, as resource policies name it."""
        return iam.ArnPrincipal(self.role_arn).policy_fragment

    def add_to_policy(self, statement: iam.PolicyStatement) -> bool:
        """Take a statement of the CDK into the role's policy."""
        return self.add_to_principal_policy(statement).statement_added

    def add_to_principal_policy(
        self, statement: iam.PolicyStatement
    ) -> iam.AddToPrincipalPolicyResult:
        """Take a statement of the CDK; it goes into a policy beside the role, so that a resource
        whose own policy names the role does not depend on itself."""
        granted = self._granted
        if granted is None:
            if self._policy_type is PolicyType.INLINE:
                granted = iam.Policy(self, "DefaultPolicy")
                granted.attach_to_role(self.role)
            else:
                granted = iam.ManagedPolicy(self, "DefaultPolicy", roles=[self.role])
            self._granted = granted
        granted.add_statements(statement)
        return iam.AddToPrincipalPolicyResult(statement_added=True, policy_dependable=granted)

    def add_managed_policy(self, policy: iam.IManagedPolicy) -> None:
        """Attach a managed policy that exists; at most ten."""
        self._attach_managed_policy(policy.managed_policy_arn)

    def attach_inline_policy(self, policy: iam.Policy) -> None:
        """Attach a policy of the CDK's."""
        policy.attach_to_role(self.role)

    def grant(self, grantee: iam.IPrincipal, *actions: str) -> iam.Grant:
        """Let somebody else do these actions on the role."""
        return iam.Grant.add_to_principal(
            grantee=grantee, actions=list(actions), resource_arns=[self.role_arn], scope=self
        )

    def grant_pass_role(self, grantee: iam.IPrincipal) -> iam.Grant:
        """Let somebody hand the role over to a service."""
        return self.grant(grantee, "iam:PassRole")

    def grant_assume_role(self, grantee: iam.IPrincipal) -> iam.Grant:  # noqa: ARG002
        """Refused: it would say yes on the calling side alone.

        :raises InvalidTrustError: always
        """
        raise InvalidTrustError(
            f"{self.node.path}: grant_assume_role changes the caller's policy and not this role's "
            "trust policy; name the caller in trusted_by, and give it AssumeRole"
        )

    def _named_arn(self) -> str:
        """The ARN as other accounts and apps can write it down."""
        if not self._role_name or holds_token(self._role_name):
            raise InvalidTrustError(
                f"{self.node.path}: role_name must be given, or another account could not know "
                "the role's ARN"
            )
        return role_arn(role_name=self._role_name, account=self.env.account, path=self._path)


def _trust_policy(trusted_by: Sequence[Trust]) -> PolicyDocument:
    if isinstance(trusted_by, Trust) or not all(isinstance(each, Trust) for each in trusted_by):
        raise InvalidTrustError(
            f"trusted_by must be a list of values of least_privilege.trust, got {trusted_by!r}"
        )
    if not trusted_by:
        raise InvalidTrustError("trusted_by must name at least one who may assume the role")
    document = PolicyDocument.of(*(each for trust in trusted_by for each in trust.statements()))
    document.check_size(quotas.TRUST_POLICY, argument="trusted_by")
    return document


def _permission_policy(
    permissions: Sequence[Permission], policy_type: PolicyType
) -> PolicyDocument | None:
    if not permissions:
        return None
    document = PolicyDocument.of(*(each for one in permissions for each in one.statements()))
    quota = (
        quotas.INLINE_POLICIES_OF_A_ROLE
        if policy_type is PolicyType.INLINE
        else quotas.MANAGED_POLICY
    )
    document.check_size(quota, argument="permissions")
    return document


def _session_duration(
    trusted_by: Sequence[Trust], session_duration: timedelta | None
) -> timedelta | None:
    if any(trust.asks_for_sessions for trust in trusted_by):
        return check_session_duration(session_duration or quotas.SESSION_MINIMUM)
    if session_duration is not None:
        raise InvalidDurationError(
            "session_duration must be left out where services alone assume the role: they choose "
            "the length of their sessions themselves"
        )
    return None


def _check_own_account(scope: Construct, trusted_by: Sequence[Trust]) -> None:
    account = Stack.of(scope).account
    if not holds_token(account):
        for trust in trusted_by:
            trust.check_in_account(account)


def _evidence(wildcard: str, reasons: Mapping[str, None]) -> Acknowledgement:
    reason = " ".join(reasons)
    if ":" in wildcard and not wildcard.startswith(("arn:", "${")):
        return Acknowledgement(rule="AwsSolutions-IAM5", action=wildcard, reason=reason)
    return Acknowledgement(rule="AwsSolutions-IAM5", resource=with_tokens(wildcard), reason=reason)
