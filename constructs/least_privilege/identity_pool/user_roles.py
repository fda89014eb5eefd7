"""The roles of signed-in users: each scoped, and each in trust of one identity pool.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from aws_cdk import Annotations, Stack, aws_iam as iam
from constructs import Construct

from .._edge import placed
from ..errors import QuotaExceededError
from ..permissions import Permission
from ..policy import holds_token
from ..roles import TrustedRole
from ..roles.plan import permission_values, plan_role
from ..trust import IdentityPool, identity_variable
from .guests import beyond_guests
from .mapped_roles import GroupRole, RuleRole
from .scoping import check_scoped


@dataclass(frozen=True, slots=True)
class TrustedPool:
    """The pool, as its roles trust it."""

    scope: Construct
    identity_pool_id: str
    principal_tags: tuple[str, ...]

    def in_users(self) -> IdentityPool:
        """Trust in those who are signed in."""
        return IdentityPool(
            identity_pool_id=self.identity_pool_id,
            region=self.region,
            principal_tags=self.principal_tags,
        )

    def in_guests(self) -> IdentityPool:
        """Trust in those who are not."""
        return IdentityPool(identity_pool_id=self.identity_pool_id, region=self.region, guests=True)

    @property
    def identity_variable(self) -> str:
        """What stands for the identity in the policies of its roles."""
        return identity_variable(self.region)

    @property
    def is_there(self) -> bool:
        """Whether its ID is known, as that of a pool that exists is."""
        return not holds_token(self.identity_pool_id)

    @property
    def region(self) -> str:
        """The ID of a pool that exists begins with its region; a new one is in that of the
        stack."""
        if self.is_there:
            return self.identity_pool_id.partition(":")[0]
        region = Stack.of(self.scope).region
        return "" if holds_token(region) else region


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRole:
    """One role of signed-in users."""

    construct_id: str
    argument: str
    own: tuple[Permission, ...]
    shared: tuple[Permission, ...]
    role_name: str | None
    description: str

    def check(self, scope: Construct, trust: TrustedPool, alike: Mapping[str, Any]) -> None:
        """Raise for whatever is wrong with it, before anything of it joins the tree."""
        check_scoped(
            self.own,
            argument=self.argument,
            identity=trust.identity_variable,
            tags=trust.principal_tags,
        )
        try:
            plan_role(
                scope,
                trusted_by=[trust.in_users()],
                permissions=[*self.own, *self.shared],
                role_name=self.role_name,
                description=self.description,
                **alike,
            )
        except QuotaExceededError as error:
            # What it trusts is the same for all of them.
            raise (error if "trusted_by" in str(error) else error.at(self.argument)) from None

    def make(self, scope: Construct, trust: TrustedPool, alike: Mapping[str, Any]) -> TrustedRole:
        """The role itself."""
        role = _IdentityRole(
            scope,
            self.construct_id,
            trusted_by=[trust.in_users()],
            permissions=[*self.own, *self.shared],
            role_name=self.role_name,
            description=self.description,
            **alike,
        )
        role.scoped_as(self.argument, trust)
        return role


def id_of_group(name: str) -> str:
    """The beginning of its construct IDs: the CDK writes a slash as two dashes, which would make
    two names alike."""
    if "/" not in name:
        return name
    return f"{name.replace('/', '--')}{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def role_of_group(group: GroupRole) -> UserRole:
    """What a group's members get."""
    return UserRole(
        construct_id=f"{id_of_group(group.group_name)}GroupRole",
        argument=f"permissions of the group {group.group_name}",
        own=group.permissions,
        shared=group.shared_permissions,
        role_name=group.role_name,
        # IAM takes Latin-1 in a description, Cognito anything in the name of a group.
        description=f"Members of the group {group.group_name.encode('ascii', 'replace').decode()}",
    )


def role_of_rule(rule: RuleRole) -> UserRole:
    """What users get whom a rule fits."""
    return UserRole(
        construct_id=f"{rule.name}RuleRole",
        argument=f"permissions of the rule {rule.name}",
        own=rule.permissions,
        shared=rule.shared_permissions,
        role_name=rule.role_name,
        description=f"Users whose claims match the rule {rule.name}",
    )


class _IdentityRole(TrustedRole):
    """A role of signed-in users; what it is allowed later is scoped as well."""

    _argument = ""
    _pool: TrustedPool | None = None

    def scoped_as(self, argument: str, pool: TrustedPool) -> None:
        self._argument = argument
        self._pool = pool

    def allow(self, *permissions: Permission) -> None:
        with placed(cast(Construct, self.node.scope), self.node.id):
            assert self._pool is not None
            check_scoped(
                permission_values(permissions),
                argument=self._argument,
                identity=self._pool.identity_variable,
                tags=self._pool.principal_tags,
            )
        super().allow(*permissions)

    def add_to_principal_policy(
        self, statement: iam.PolicyStatement
    ) -> iam.AddToPrincipalPolicyResult:
        self._warn_of_what_is_not_scoped()
        return super().add_to_principal_policy(statement)

    def add_managed_policy(self, policy: iam.IManagedPolicy) -> None:
        super().add_managed_policy(policy)
        self._warn_of_what_is_not_scoped()

    def attach_inline_policy(self, policy: iam.Policy) -> None:
        self._warn_of_what_is_not_scoped()
        super().attach_inline_policy(policy)

    def _warn_of_what_is_not_scoped(self) -> None:
        Annotations.of(self).add_warning_v2(
            "least-privilege:not-scoped",
            "this role of signed-in users has grants or policies of the CDK beside its "
            "permissions, and nobody checks that they reach each user's own things alone; say it "
            "with allow(...), or acknowledge this if all users may do it",
        )


class GuestRole(TrustedRole):
    """The role of people who are not signed in; what it is allowed later is looked at as well."""

    def allow(self, *permissions: Permission) -> None:
        super().allow(*permissions)
        self.warn_of_what_is_beyond()

    def warn_of_what_is_beyond(self) -> None:
        beyond = beyond_guests(self.permissions)
        if beyond:
            Annotations.of(self).add_warning_v2(
                "least-privilege:beyond-guests",
                f"guest_permissions allow {', '.join(beyond)}, which Cognito keeps from guests, "
                "whatever their role says; take it out, or acknowledge this if AWS has widened "
                "what guests can reach",
            )
