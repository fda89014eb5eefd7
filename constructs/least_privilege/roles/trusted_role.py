"""The role of which all kinds are thin forms.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import cast

import jsii
from aws_cdk import Resource, aws_iam as iam
from aws_cdk.interfaces import aws_iam as interfaces
from constructs import Construct

from .._edge import placed, surroundings, with_tokens
from ..acknowledgements import Acknowledgement, acknowledge_below
from ..boundary import RoleBoundary
from ..errors import InvalidInputError
from ..permissions import Permission
from ..trust import Trust
from .cycles import watch_for_circles
from .grants import grant_actions, warn_unless_trusted
from .permission_policies import PermissionPolicies, inline, packed
from .plan import permission_values, plan_role
from .policy_type import PolicyType
from .trust_once_resolved import TrustOnceResolved, needs_another_look


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
    :param boundary: permissions boundary: a `RoleBoundary`, a managed policy of the CDK, or the
        name or ARN of one that exists
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
        boundary: RoleBoundary | iam.IManagedPolicy | str | None = None,
        tags: Mapping[str, str] | None = None,
        policy_type: PolicyType = PolicyType.INLINE,
    ) -> None:
        with placed(scope, construct_id):
            plan = plan_role(
                scope,
                trusted_by=trusted_by,
                permissions=permissions,
                description=description,
                role_name=role_name,
                path=path,
                session_duration=session_duration,
                boundary=boundary,
                tags=tags,
                policy_type=policy_type,
            )
        super().__init__(scope, construct_id, physical_name=role_name)
        self.plan = plan
        """What the role was made from; for constructs of this library."""
        self._around = surroundings(scope)
        self._permissions = plan.permissions
        self._arn: str | None = None
        self._name: str | None = None
        self._resource = iam.CfnRole(
            self,
            "Resource",
            assume_role_policy_document=with_tokens(plan.trust_policy.to_dict()),
            policies=[inline(plan.packing.inline)] if plan.packing.inline else None,
            # The CDK's name: it may be one that the CDK makes up where another stack asks for it.
            role_name=self._physical_name if role_name is not None else None,
            **plan.properties,
        )
        self._policies = PermissionPolicies(
            self.role, self._resource, plan.policy_type, plan.packing.inline
        )
        self._policies.hold(plan.packing)
        self._acknowledge_wildcards(plan.permissions)
        watch_for_circles(
            self._resource,
            self._is_used,
            stack=self._around.stack,
            trust=plan.trust_policy,
            rest=(plan.packing, plan.properties),
        )
        if needs_another_look(plan):
            self.node.add_validation(TrustOnceResolved(self, plan))

    # What is defined here ---------------------------------------------------------------------

    @property
    def role(self) -> iam.IRole:
        """The role itself, under the name that every construct of this library has it."""
        return cast(iam.IRole, self)

    @property
    def trusted_by(self) -> tuple[Trust, ...]:
        """Who may assume the role."""
        return self.plan.trusted_by

    @property
    def permissions(self) -> tuple[Permission, ...]:
        """What the role may do, grants of the CDK apart."""
        return self._permissions

    def allow(self, *permissions: Permission) -> None:
        """Let the role do more, for permissions that are known only after it was made."""
        with placed(cast(Construct, self.node.scope), self.node.id):
            permissions = permission_values(permissions)
            packing = packed(
                cast(Construct, self),
                (*self._permissions, *permissions),
                self.plan.policy_type,
                granted=self._policies.granted,
                attached=self._policies.attached,
            )
        self._policies.hold(packing)
        watch_for_circles(self._resource, self._is_used, stack=self._around.stack, rest=packing)
        self._permissions += permissions
        self._acknowledge_wildcards(permissions)

    def _is_used(self) -> bool:
        return self._arn is not None or self._name is not None

    def _acknowledge_wildcards(self, permissions: Sequence[Permission]) -> None:
        reasons: dict[str, dict[str, None]] = {}
        for permission in permissions:
            for wildcard, reason in permission.wildcard_reasons().items():
                reasons.setdefault(wildcard, {})[reason] = None
        # On the policies that hold them and on nothing else: a grant of the CDK in the policy
        # beside them must not pass under these reasons.
        for holder in self._policies.holders:
            acknowledge_below(
                self._around.root,
                holder,
                *(_evidence(wildcard, each) for wildcard, each in reasons.items()),
            )

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
                resource_name=f"{self.plan.path.lstrip('/')}{self._physical_name}",
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
        _ = self.role_name  # Whoever asks for this uses the role.
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
        granted = self._policies.grant(statement)
        return iam.AddToPrincipalPolicyResult(statement_added=True, policy_dependable=granted)

    def add_managed_policy(self, policy: iam.IManagedPolicy) -> None:
        """Attach a managed policy that exists; at most ten for one role, or the quota in force."""
        if not hasattr(policy, "managed_policy_arn"):
            raise InvalidInputError(
                f"{self.node.path}: policy must be a managed policy of the CDK, got {policy!r}; "
                "try iam.ManagedPolicy.from_managed_policy_arn(...)"
            )
        self._policies.attach(policy.managed_policy_arn)

    def attach_inline_policy(self, policy: iam.Policy) -> None:
        """Attach a policy of the CDK's."""
        self._policies.attach_inline(policy)

    def grant(self, grantee: iam.IPrincipal, *actions: str) -> iam.Grant:
        """Let somebody else do these actions on the role; an error where the CDK would drop it,
        and a warning where the grantee is one that is not to be touched."""
        try:
            return grant_actions(grantee, actions, self.role)
        except InvalidInputError as error:
            raise error.at(self.node.path) from None

    def grant_pass_role(self, grantee: iam.IPrincipal) -> iam.Grant:
        """Let somebody hand the role over to a service."""
        return self.grant(grantee, "iam:PassRole")

    def grant_assume_role(self, grantee: iam.IPrincipal) -> iam.Grant:
        """Let somebody assume the role, on the calling side alone.

        The role admits the caller only if `trusted_by` names it too; the synth warns unless it
        plainly does.
        """
        granted = self.grant(grantee, "sts:AssumeRole")
        warn_unless_trusted(self.role, self.plan.trust_policy, grantee)
        return granted


def _evidence(wildcard: str, reasons: Mapping[str, None]) -> Acknowledgement:
    reason = " ".join(reasons)
    if ":" in wildcard and not wildcard.startswith(("arn:", "${")):
        return Acknowledgement(rule="AwsSolutions-IAM5", action=wildcard, reason=reason)
    return Acknowledgement(rule="AwsSolutions-IAM5", resource=with_tokens(wildcard), reason=reason)
