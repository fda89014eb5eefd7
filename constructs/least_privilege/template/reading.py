"""What comes out of templates that are read together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import translate
from re import fullmatch
from typing import TYPE_CHECKING

from ..access import PolicySet
from ..errors import InvalidInputError
from ..policy import PolicyDocument, PolicyKind
from .findings import Finding
from .model import (
    Group,
    IdentityPoolAttachment,
    InlinePolicy,
    InstanceProfile,
    ManagedPolicy,
    Resource,
    ResourcePolicy,
    Role,
    Stack,
    User,
)
from .source import near

if TYPE_CHECKING:
    from ..access import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The stacks, principals and policies of one or more templates.

    `findings` names whatever is unsupported, unknown or wrong; each principal and policy that it
    concerns has it under `unknowns` as well.

    Example:
        >>> from least_privilege.template import read_template
        >>> reading = read_template({"Resources": {"Bob": {
        ...     "Type": "AWS::IAM::User", "Properties": {"UserName": "bob"},
        ... }}}, account="111122223333", region="eu-central-1")
        >>> reading.users[0].arn
        'arn:aws:iam::111122223333:user/bob'

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
    """

    stacks: tuple[Stack, ...]
    resources: tuple[Resource, ...] = ()
    roles: tuple[Role, ...] = ()
    users: tuple[User, ...] = ()
    groups: tuple[Group, ...] = ()
    managed_policies: tuple[ManagedPolicy, ...] = ()
    inline_policies: tuple[InlinePolicy, ...] = ()
    instance_profiles: tuple[InstanceProfile, ...] = ()
    identity_pool_attachments: tuple[IdentityPoolAttachment, ...] = ()
    resource_policies: tuple[ResourcePolicy, ...] = ()
    findings: tuple[Finding, ...] = ()
    symbols: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What each stand-in in a name stands for, in words."""

    @property
    def is_complete(self) -> bool:
        """Whether everything was read, and nothing is unknown."""
        return not self.findings

    def stack(self, name: str) -> Stack:
        """The stack of this ID, display name or name; `InvalidInputError` if it is not one."""
        keys = ("id", "display_name", "name")
        found = [each for each in self.stacks if name in [getattr(each, key) for key in keys]]
        if len(found) == 1:
            return found[0]
        ids = [each.id for each in self.stacks]
        raise InvalidInputError(
            f"stack must be one of {', '.join(ids)}, got {name!r}{near(name, ids)}"
        )

    def role(self, name: str, *, stack: str | None = None) -> Role:
        """The role of this name, ARN, logical ID or construct path.

        A construct path may be that of the construct around the role. `stack` limits it to the
        roles of one stack. Raises `InvalidInputError` where there is not exactly one.
        """
        roles = [each for each in self.roles if stack in (None, each.stack)]
        found = [each for each in roles if name in (each.name, each.arn, each.logical_id)]
        found = found or [
            each for each in roles if f"{each.construct_path}/".startswith(f"{name.strip('/')}/")
        ]
        if len(found) == 1:
            return found[0]
        names = [each.construct_path or each.logical_id for each in found or roles]
        count = f"{len(found)} roles have" if found else "no role has"
        raise InvalidInputError(
            f"{count} the name, ARN, logical ID or path {name!r}; there are {', '.join(names)}"
        )

    def targets(self) -> tuple[Target, ...]:
        """The roles, users and groups as `escalations` takes them.

        What is not known for certain of one of them is left out, which keeps answers about it
        unknown.
        """
        return (
            *map(_target, self.roles),
            *map(_target, self.users),
            *map(_target, self.groups),
        )

    def policies_on(
        self, resource: str, kind: PolicyKind = PolicyKind.RESOURCE
    ) -> tuple[ResourcePolicy, ...]:
        """The resource policies that protect what this ARN names: a bucket's for its objects."""
        return tuple(
            each
            for each in self.resource_policies
            if each.kind is kind and _protects(each.resource, resource)
        )

    def resource_policy(self, resource: str) -> PolicyDocument | None:
        """The policies on a resource as one document, for `Role.policy_set(resource=...)`.

        That of a role is its trust policy. None where no template gives the resource a policy.
        """
        for role in self.roles:
            if role.arn == resource:
                return role.trust
        documents = [each.document for each in self.policies_on(resource) if each.document]
        if len(documents) < 2:
            return documents[0] if documents else None
        statements = tuple(each for document in documents for each in document.statements)
        return PolicyDocument(
            statements=statements, version=max(each.version for each in documents)
        )


def _target(each: Role | User | Group) -> Target:
    # Escalations load slowly, and are not needed to read.
    from ..access import Target

    policies = attached = None
    if each.is_complete:
        documents = tuple(policy.document for policy in each.policies if policy.document)
        policies = PolicySet(identity=documents) if isinstance(each, Group) else each.policy_set()
        attached = [policy.arn for policy in each.policies if policy.arn and not policy.group]
    trust = each.trust if isinstance(each, Role) and not each.trust_unknowns else None
    return Target(arn=each.arn, trust=trust, policies=policies, attached_policies=attached)


def _protects(protected: str, resource: str) -> bool:
    if not protected:
        return False
    if protected.endswith("*"):
        return fullmatch(translate(protected.replace("[", "[[]")), resource) is not None
    return resource == protected or resource.startswith((f"{protected}/", f"{protected}:"))
