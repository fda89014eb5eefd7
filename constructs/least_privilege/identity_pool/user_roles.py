"""The roles of signed-in users: each scoped, and each in trust of one identity pool.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from aws_cdk import Stack
from constructs import Construct

from .._edge import placed
from ..permissions import Permission
from ..policy import holds_token
from ..roles import TrustedRole
from ..roles.plan import permission_values, plan_role
from ..trust import IdentityPool, identity_variable
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
            region=self._region,
            principal_tags=self.principal_tags,
        )

    def in_guests(self) -> IdentityPool:
        """Trust in those who are not."""
        return IdentityPool(
            identity_pool_id=self.identity_pool_id, region=self._region, guests=True
        )

    @property
    def identity_variable(self) -> str:
        """What stands for the identity in the policies of its roles."""
        return identity_variable(self._region)

    @property
    def _region(self) -> str:
        """The ID of a pool that exists begins with its region; a new one is in that of the
        stack."""
        if not holds_token(self.identity_pool_id):
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
        plan_role(
            scope,
            trusted_by=[trust.in_users()],
            permissions=[*self.own, *self.shared],
            role_name=self.role_name,
            description=self.description,
            **alike,
        )

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


def role_of_group(group: GroupRole) -> UserRole:
    """What a group's members get."""
    return UserRole(
        construct_id=f"{group.group_name}GroupRole",
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
