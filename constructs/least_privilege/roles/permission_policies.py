"""Where the permissions of one role stand: inline, in managed policies, beside the CDK's grants.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

import jsii
from aws_cdk import CfnResource, Stack, aws_iam as iam
from constructs import Construct, DependencyGroup, IDependable, IValidation

from .._edge import with_tokens
from ..errors import QuotaExceededError
from ..permissions import Permission
from ..policy import PolicyDocument, quotas
from ..policy.packing import Packing, pack
from .policy_type import PolicyType
from .quotas_in_force import quota_in_force
from .token_lengths import at_longest, at_most, resolved_length, types_in

POLICY_NAME = "Permissions"
GRANTS_NAME = "DefaultPolicy"
"""As the CDK calls it."""
_EMPTY = PolicyDocument(statements=()).size
_MENTIONED = 3
"""Of the largest permissions, in an error."""


def packed(
    scope: Construct,
    permissions: Sequence[Permission],
    policy_type: PolicyType,
    *,
    granted: int = 0,
    attached: int = 0,
) -> Packing:
    """The policies for these permissions; raises if they are more than the role can have.

    `granted` is what the CDK's grants take of the inline quota, `attached` how many managed
    policies the role has beside these.
    """
    statements = [each for permission in permissions for each in permission.statements()]
    inline = policy_type is PolicyType.INLINE
    room = quotas.INLINE_POLICIES_OF_A_ROLE - granted if inline else 0
    packing = pack(statements, inline_room=room, managed_room=quotas.MANAGED_POLICY, weigh=at_most)
    if len(packing.managed) > (0 if inline else 1):
        packing = pack(
            statements, inline_room=room, managed_room=quotas.MANAGED_POLICY, weigh=at_longest
        )
    if packing.managed:
        needed = len(packing.managed) + attached
        quota = quotas.MANAGED_POLICIES_PER_ROLE
        if needed > quota:
            quota = quota_in_force(scope, "managed-policies-per-role")
        if needed > quota:
            raise QuotaExceededError(
                f"permissions need {needed} managed policies"
                f"{' beside the inline one' if inline else ''}, the quota is {quota}; the largest "
                f"are {_largest(permissions)}; give prefixes or tags instead of many resources, or "
                "divide the role"
            )
    return packing


def _largest(permissions: Sequence[Permission]) -> str:
    sizes = [
        (at_longest(PolicyDocument.of(*permission.statements()).to_json()), permission)
        for permission in permissions
    ]
    largest = sorted(sizes, key=lambda each: -each[0])[:_MENTIONED]
    return ", ".join(f"{type(each).__name__} ({size:,} characters)" for size, each in largest)


class PermissionPolicies:
    """The policies of one role, kept within the quotas as permissions and grants join."""

    def __init__(
        self,
        role: iam.IRole,
        resource: iam.CfnRole,
        policy_type: PolicyType,
        inline: PolicyDocument | None,
    ) -> None:
        self._role = role
        self._scope = cast(Construct, role)
        self._resource = resource
        self._policy_type = policy_type
        self._own: list[iam.CfnManagedPolicy] = []
        self._inline = inline
        self._attached: list[str] = []
        self._grants = _Grants()
        self._others: list[iam.Policy] = []
        self._is_watched = False

    @property
    def holders(self) -> Sequence[CfnResource]:
        """What the role's own permissions stand in."""
        return [*([self._resource] if self._inline else []), *self._own]

    @property
    def granted(self) -> int:
        """What grants of the CDK take of the inline quota, at their longest."""
        return self._grants.inline_size

    @property
    def attached(self) -> int:
        """How many managed policies the role has that are not of its own permissions."""
        return len(self._attached) + self._grants.managed_count

    def hold(self, packing: Packing) -> None:
        """Let these be the role's own permissions."""
        if packing.inline != self._inline and packing.inline is not None:
            held: list[Any] = [inline(packing.inline)]
            self._resource.policies = held
        self._inline = packing.inline
        for number, document in enumerate(packing.managed):
            content = with_tokens(document.to_dict())
            if number < len(self._own):
                self._own[number].policy_document = content
                continue
            name = self._name_of(number)
            self._own.append(iam.CfnManagedPolicy(self._scope, name, policy_document=content))
        for left in self._own[len(packing.managed) :]:
            self._scope.node.try_remove_child(left.node.id)
        del self._own[len(packing.managed) :]
        self._write_attached()

    def _name_of(self, number: int) -> str:
        """Stable: policies are filled in order, and one more comes behind the others."""
        place = number + (2 if self._policy_type is PolicyType.INLINE else 1)
        return POLICY_NAME if place == 1 else f"{POLICY_NAME}{place}"

    def attach(self, arn: str) -> None:
        """Attach a managed policy that exists, once."""
        if arn in self._attached:
            return
        self._check_one_more()
        self._attached.append(arn)
        self._write_attached()

    def attach_inline(self, policy: iam.Policy) -> None:
        """Attach an inline policy of the CDK."""
        self._others.append(policy)
        self._watch()
        policy.attach_to_role(self._role)

    def _write_attached(self) -> None:
        arns = [*(policy.ref for policy in self._own), *self._attached]
        if arns:
            self._resource.managed_policy_arns = arns

    def _check_one_more(self) -> None:
        count = len(self._own) + self.attached + 1
        if count <= quotas.MANAGED_POLICIES_PER_ROLE:
            return
        quota = quota_in_force(self._scope, "managed-policies-per-role")
        if count > quota:
            raise QuotaExceededError(
                f"{self._scope.node.path}: managed policies must be at most {quota} for one role, "
                "this would be one more"
            )

    def grant(self, statement: iam.PolicyStatement) -> IDependable:
        """Take a statement of the CDK into policies beside the role that have room for it."""
        self._watch()
        policies = [self._grant(piece) for piece in _pieces(statement)]
        return policies[0] if len(policies) == 1 else DependencyGroup(*policies)

    def _grant(self, statement: iam.PolicyStatement) -> iam.Policy | iam.ManagedPolicy:
        size = _size(statement) + 1
        inline_room = 0
        if self._policy_type is PolicyType.INLINE:
            own = at_longest(self._inline.to_json()) if self._inline else 0
            inline_room = quotas.INLINE_POLICIES_OF_A_ROLE - own
        policy = self._grants.with_room(size, inline_room)
        if policy is None:
            policy = self._new_grants_policy(is_inline=size + _EMPTY <= inline_room)
            self._grants.add(policy)
        self._grants.count(policy, size)
        policy.add_statements(statement)
        return policy

    def _new_grants_policy(self, *, is_inline: bool) -> iam.Policy | iam.ManagedPolicy:
        number = len(self._grants.policies) + 1
        name = GRANTS_NAME if number == 1 else f"{GRANTS_NAME}{number}"
        if is_inline and number == 1:
            policy = iam.Policy(self._scope, name)
            policy.attach_to_role(self._role)
            return policy
        self._check_one_more()
        return iam.ManagedPolicy(self._scope, name, roles=[self._role])

    def _watch(self) -> None:
        if not self._is_watched:
            self._is_watched = True
            self._scope.node.add_validation(_Counted(self._problems))

    def _problems(self) -> list[str]:
        """What is past a quota in the template, where all grants have joined and been merged."""
        stack = Stack.of(self._scope)
        types = None

        def known() -> dict[str, str]:
            nonlocal types
            types = types if types is not None else dict(types_in(stack))
            return types

        def lengths(document: Any) -> tuple[int, int]:
            return resolved_length(stack.resolve(document), known)

        problems = []
        # The CDK attaches the policy of its grants like any other, so that it is known twice.
        attached = {policy.node.path: policy for policy in (*self._grants.policies, *self._others)}
        inline = [
            lengths(policy.document)
            for policy in attached.values()
            if isinstance(policy, iam.Policy)
        ]
        if self._inline is not None:
            inline.append(lengths(with_tokens(self._inline.to_dict())))
        problems += _past(
            sum(least for least, _ in inline),
            sum(most for _, most in inline),
            quotas.INLINE_POLICIES_OF_A_ROLE,
            "the role's inline policies together with the CDK's grants",
        )
        for policy in self._grants.policies:
            if isinstance(policy, iam.ManagedPolicy):
                problems += _past(*lengths(policy.document), quotas.MANAGED_POLICY, policy.node.id)
        return problems


def _size(statement: iam.PolicyStatement) -> int:
    return at_longest(json.dumps(statement.to_statement_json(), separators=(",", ":")))


def _pieces(statement: iam.PolicyStatement) -> Iterator[iam.PolicyStatement]:
    """The statement, or parts of it with some of its resources, each short enough for a policy."""
    if _size(statement) + _EMPTY <= quotas.MANAGED_POLICY or len(statement.resources) < 2:
        yield statement
        return
    middle = len(statement.resources) // 2
    for half in (statement.resources[:middle], statement.resources[middle:]):
        yield from _pieces(statement.copy(resources=half))


def inline(document: PolicyDocument) -> dict[str, Any]:
    """As a property of the role."""
    return {"policyName": POLICY_NAME, "policyDocument": with_tokens(document.to_dict())}


def _past(least: int, most: int, quota: int, what: str) -> list[str]:
    if most <= quota:
        return []
    size = f"{most:,}" if least == most else f"from {least:,} to {most:,}"
    return [
        f"{what}: {size} characters, by how long names turn out, the quota is {quota:,}; give "
        "narrower permissions instead of the grants"
    ]


class _Grants:
    """The policies that grants of the CDK went into, and how much room is left in each."""

    def __init__(self) -> None:
        self.policies: list[iam.Policy | iam.ManagedPolicy] = []
        self._sizes: list[int] = []

    @property
    def inline_size(self) -> int:
        return sum(
            size
            for policy, size in zip(self.policies, self._sizes, strict=True)
            if isinstance(policy, iam.Policy)
        )

    @property
    def managed_count(self) -> int:
        return sum(isinstance(policy, iam.ManagedPolicy) for policy in self.policies)

    def with_room(self, size: int, inline_room: int) -> iam.Policy | iam.ManagedPolicy | None:
        for policy, taken in zip(self.policies, self._sizes, strict=True):
            room = inline_room if isinstance(policy, iam.Policy) else quotas.MANAGED_POLICY
            if taken + size <= room:
                return policy
        return None

    def add(self, policy: iam.Policy | iam.ManagedPolicy) -> None:
        self.policies.append(policy)
        self._sizes.append(_EMPTY)

    def count(self, policy: iam.Policy | iam.ManagedPolicy, size: int) -> None:
        self._sizes[self.policies.index(policy)] += size


@jsii.implements(IValidation)
class _Counted:
    """Counts once more, when all references are resolved."""

    def __init__(self, problems: Callable[[], list[str]]) -> None:
        self._problems = problems

    def validate(self) -> list[str]:
        return self._problems()
