"""What a reading finds: stacks, principals and policies, as values.

Every name, ARN and policy is resolved. What is not known is written as a stand-in, which
`is_symbolic` recognizes; wherever that matters, `unknowns` says so, with place and mend.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from ..access import PolicySet, Principal
from ..policy import PolicyDocument, PolicyKind
from .findings import Finding


class PolicyOrigin(StrEnum):
    """Where a policy of a principal comes from.

    Example:
        >>> PolicyOrigin.AWS_MANAGED.value
        'AWS managed'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
    """

    INLINE = "inline"
    CUSTOMER_MANAGED = "customer managed"
    AWS_MANAGED = "AWS managed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedPolicy:
    """A policy of a principal, or its boundary. `document` is None where it cannot be known.

    Example:
        >>> AttachedPolicy(name="Permissions", origin=PolicyOrigin.INLINE, document=None).arn
        ''

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
    """

    name: str
    origin: PolicyOrigin
    document: PolicyDocument | None
    arn: str = ""
    stack: str = ""
    logical_id: str = ""
    """The resource that has the document; empty for a policy that no template here holds."""
    group: str = ""
    """The group through which a user has it."""
    unknowns: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Resource:
    stack: str
    file: str
    logical_id: str
    construct_path: str = ""
    """`aws:cdk:path`, where the CDK wrote it."""
    condition: str = ""
    """The condition on which the resource is there, where that is not known; else empty."""

    @property
    def is_conditional(self) -> bool:
        """Whether it may turn out not to be there."""
        return bool(self.condition)


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedPolicy(_Resource):
    """A customer managed policy, attached or not.

    Example:
        >>> ManagedPolicy(
        ...     stack="App", file="app.yaml", logical_id="Ceiling", name="Ceiling",
        ...     arn="arn:aws:iam::111122223333:policy/Ceiling", document=None,
        ... ).is_conditional
        False

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-managedpolicy.html
    """

    name: str
    arn: str
    document: PolicyDocument | None
    unknowns: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Principal(_Resource):
    name: str
    arn: str
    path: str = "/"
    account: str = ""
    region: str = ""
    policies: tuple[AttachedPolicy, ...] = ()
    unknowns: tuple[Finding, ...] = ()
    """Why `policies` and the boundary may not be all, or not as they will be."""

    @property
    def is_complete(self) -> bool:
        """Whether all policies are known for certain."""
        return not self.unknowns


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(_Principal):
    """A group of users, and the policies that its members have through it.

    Example:
        >>> Group(
        ...     stack="App", file="app.yaml", logical_id="Team", name="Team",
        ...     arn="arn:aws:iam::111122223333:group/Team",
        ... ).is_complete
        True

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-group.html
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class _Acting(_Principal):
    boundary: AttachedPolicy | None = None
    tags: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def context(self) -> dict[str, str]:
        """What its requests carry of its tags: `aws:PrincipalTag/KEY`, to be given as `context` of
        an `AccessRequest`. A tag of the session with the same key stands in its place.
        """
        return {f"aws:PrincipalTag/{key}": value for key, value in self.tags.items()}

    def policy_set(
        self,
        *,
        resource: PolicyDocument | None = None,
        endpoint: PolicyDocument | None = None,
    ) -> PolicySet:
        """The policies as `evaluate` takes them, with that of a resource or endpoint beside them.

        Where `is_complete` is false, `unknowns` says what may be different in AWS: then no answer
        of `evaluate` is certain.
        """
        documents = (policy.document for policy in self.policies)
        return PolicySet(
            identity=tuple(each for each in documents if each is not None),
            resource=resource,
            boundary=self.boundary.document if self.boundary else None,
            endpoint=endpoint,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Role(_Acting):
    """A role: whom it trusts, and what it may do.

    Example:
        >>> role = Role(
        ...     stack="App", file="app.yaml", logical_id="Reader", name="Reader",
        ...     arn="arn:aws:iam::111122223333:role/Reader",
        ... )
        >>> role.session("alice").arn
        'arn:aws:sts::111122223333:assumed-role/Reader/alice'

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html
    """

    trust: PolicyDocument | None = None
    trust_unknowns: tuple[Finding, ...] = ()
    """Why the trust policy may not be as it will be."""
    session_duration: timedelta | None = timedelta(hours=1)
    """The longest session; None where it is not known."""
    description: str = ""

    def session(self, session_name: str = "session") -> Principal:
        """A session of the role, as an `AccessRequest` takes it."""
        return Principal.role_session(self.arn, session_name)


@dataclass(frozen=True, slots=True, kw_only=True)
class User(_Acting):
    """A user, with the policies of its groups among its own.

    Example:
        >>> User(
        ...     stack="App", file="app.yaml", logical_id="Bob", name="bob", groups=("Team",),
        ...     arn="arn:aws:iam::111122223333:user/bob",
        ... ).principal().arn
        'arn:aws:iam::111122223333:user/bob'

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-user.html
    """

    groups: tuple[str, ...] = ()

    def principal(self) -> Principal:
        """The user, as an `AccessRequest` takes it."""
        return Principal.user(self.arn)


@dataclass(frozen=True, slots=True, kw_only=True)
class InlinePolicy(_Resource):
    """A resource that puts a policy into roles, users and groups, by their names.

    Example:
        >>> InlinePolicy(
        ...     stack="App", file="app.yaml", logical_id="Extra", name="Extra", document=None,
        ...     roles=("Reader",),
        ... ).roles
        ('Reader',)

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-policy.html
    """

    name: str
    document: PolicyDocument | None
    roles: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    unknowns: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceProfile(_Resource):
    """What hands a role to EC2 instances.

    Example:
        >>> InstanceProfile(
        ...     stack="App", file="app.yaml", logical_id="Profile", name="Profile",
        ...     arn="arn:aws:iam::111122223333:instance-profile/Profile", roles=("Reader",),
        ... ).roles
        ('Reader',)

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-instanceprofile.html
    """

    name: str
    arn: str
    path: str = "/"
    roles: tuple[str, ...] = ()
    """Their names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityPoolAttachment(_Resource):
    """The roles that an identity pool of Cognito hands out, by their ARNs.

    Example:
        >>> IdentityPoolAttachment(
        ...     stack="App", file="app.yaml", logical_id="Roles", identity_pool="pool",
        ...     authenticated_role="arn:aws:iam::111122223333:role/SignedIn",
        ... ).unauthenticated_role
        ''

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-identitypoolroleattachment.html
    """

    identity_pool: str
    """Its ID, which is what the `aud` of a trust policy is compared with."""
    authenticated_role: str = ""
    unauthenticated_role: str = ""
    mapped_roles: tuple[str, ...] = ()
    """Those that rules of role mappings choose."""
    uses_token_roles: bool = False
    """Whether a mapping takes the role from the token: then a group of the user pool has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourcePolicy(_Resource):
    """The policy of one resource, of several statements of the template where those add up.

    Example:
        >>> ResourcePolicy(
        ...     stack="App", file="app.yaml", logical_id="Policy", type="AWS::S3::BucketPolicy",
        ...     resource="arn:aws:s3:::pictures", document=None,
        ... ).kind.value
        'resource policy'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html
    """

    type: str
    """The type of the CloudFormation resource that holds the document."""
    resource: str
    """The ARN of what it protects."""
    document: PolicyDocument | None
    kind: PolicyKind = PolicyKind.RESOURCE
    account: str = ""
    unknowns: tuple[Finding, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether the document is known for certain."""
        return not self.unknowns


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource(_Resource):
    """Any resource of a template, with its properties resolved.

    Example:
        >>> Resource(
        ...     stack="App", file="app.yaml", logical_id="Topic", type="AWS::SNS::Topic",
        ...     properties={"TopicName": "news"},
        ... ).properties["TopicName"]
        'news'

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html
    """

    type: str
    arn: str = ""
    """Where the type's ARN is known."""
    properties: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A stack that was read.

    Example:
        >>> Stack(
        ...     id="App", name="App", display_name="App", file="app.yaml",
        ...     account="111122223333", region="eu-central-1", partition="aws",
        ... ).parent
        ''

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacks.html
    """

    id: str
    """Unlike the others' in the reading; what `stack` of all else says."""
    name: str
    display_name: str
    file: str
    account: str
    region: str
    partition: str
    parent: str = ""
    """The stack that nests it."""
    transforms: tuple[str, ...] = ()
    outputs: Mapping[str, Any] = field(default_factory=dict, hash=False)
