"""The construct: a boundary to build, or one that exists.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
"""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import aws_iam as iam
from constructs import Construct, IConstruct

from .._edge import placed, with_tokens
from ..acknowledgements import Acknowledgement, acknowledge
from ..errors import InvalidNameError
from ..policy import (
    Effect,
    PolicyDocument,
    check_description,
    check_path,
    check_policy_name,
)
from .document import boundary_document
from .existing import arn_of_existing, policy_arn_of
from .laying import lay
from .role_creation import check_role_creation


class RoleBoundary(Construct):
    """A managed policy to be laid over roles and users as their permissions boundary.

    A role may then do what its own policies *and* the boundary allow. The boundary allows whole
    services, if given within some regions alone, and always denies `ALWAYS_DENIED`: the change of
    boundaries, users and access keys, switching off CloudTrail and the like, and leaving the
    organization. Roles under it can neither create nor pass roles, unless `allow_role_creation` is
    given: then they can, as long as those have this same boundary.

    The CDK has two classes of another name for the same, `PermissionsBoundary` in `aws_cdk` and in
    `aws_cdk.aws_iam`: both refer to a policy that exists.

    :param allowed_services: prefixes of services as in actions, such as `s3` and `logs`; not `iam`
    :param allowed_regions: such as `eu-central-1`; all of them if left out. Global services, such
        as Route 53 and STS, answer as before
    :param allow_role_creation: how the names begin of the roles, policies and instance profiles
        that roles under this boundary manage: a path like `orders/`, or `Orders-`, which is how
        CloudFormation names those of a stack `Orders-Test`. Whatever has such a name is theirs, so
        give it to no other; of the account's roles, they can pass and assume those alone
    :param policy_name: at most 128 characters; named by CloudFormation if left out. Needed with
        `allow_role_creation`
    :param path: begins and ends with `/`
    :param description: at most 1,000 characters

    :raises InvalidInputError: and its subclasses, before anything is added to the app; also for a
        boundary past the 6,144 characters of a managed policy

    Example:
        >>> from aws_cdk import App, Stack
        >>> stack = Stack(App(), "Payments")
        >>> boundary = RoleBoundary(
        ...     stack,
        ...     "Boundary",
        ...     allowed_services=["s3", "kms", "logs"],
        ...     allowed_regions=["eu-central-1"],
        ... )
        >>> boundary.lay_over(stack)

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        allowed_services: Sequence[str],
        allowed_regions: Sequence[str] = (),
        allow_role_creation: str | None = None,
        policy_name: str | None = None,
        path: str = "/",
        description: str = "Permissions boundary: the ceiling over the roles it is attached to",
    ) -> None:
        with placed(scope, construct_id):
            check_path(path)
            check_description(description)
            if policy_name is not None:
                check_policy_name(policy_name)
            if allow_role_creation is not None:
                allow_role_creation = check_role_creation(
                    allow_role_creation, policy_name=policy_name, path=path
                )
            document = boundary_document(
                allowed_services,
                allowed_regions=allowed_regions,
                allow_role_creation=allow_role_creation,
                own_arn=policy_arn_of(policy_name or "", path),
            )
        super().__init__(scope, construct_id)
        policy = iam.CfnManagedPolicy(
            self,
            "Resource",
            policy_document=with_tokens(document.to_dict()),
            description=description,
            managed_policy_name=policy_name,
            path=path,
        )
        self._policy_arn = policy.ref
        acknowledge(self, *_evidence(document))

    @classmethod
    def from_existing(cls, scope: Construct, construct_id: str, *, policy: str) -> RoleBoundary:
        """A boundary that exists: a managed policy by name (`team/Ceiling`) or ARN.

        A name means the policy of that name in the account that is deployed to. Nothing is added to
        the template, and what the policy says is not looked at.

        Example:
            >>> from aws_cdk import App
            >>> app = App()
            >>> RoleBoundary.from_existing(app, "Ceiling", policy="team/Ceiling").lay_over(app)

        Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
        """
        with placed(scope, construct_id):
            if not isinstance(policy, str):
                raise InvalidNameError(
                    f"policy must be the name or ARN of a managed policy, got {policy!r}"
                )
            arn = arn_of_existing(policy, argument="policy")
        return _ExistingBoundary(scope, construct_id, with_tokens(arn))

    @property
    def policy_arn(self) -> str:
        """The ARN of the managed policy."""
        return self._policy_arn

    def lay_over(self, scope: IConstruct, *, replace: bool = False) -> None:
        """Make this the boundary of every role and user below a scope, whoever wrote them.

        Ours, the CDK's own (`Role`, `CfnRole`, `User`, `CfnUser`), those of the CDK's custom
        resource providers, of nested stacks, included templates and stages, now and later. A
        boundary that a role or user was given itself stays, and `cdk synth` says where, unless
        `replace` is true. What `aws_iam.PermissionsBoundary` or a stack's `permissions_boundary`
        laid over it is replaced. Of several scopes that lie in each other, the innermost counts.

        Synth fails, with the path of each, if a role or user is left without a boundary: one in a
        stage that was added afterwards.

        Example:
            >>> from aws_cdk import App, Stack
            >>> from aws_cdk import aws_iam as iam
            >>> stack = Stack(App(), "Payments")
            >>> RoleBoundary(stack, "Boundary", allowed_services=["s3"]).lay_over(stack)
            >>> role = iam.Role(stack, "R", assumed_by=iam.ServicePrincipal("ec2.amazonaws.com"))

        Source: https://docs.aws.amazon.com/cdk/v2/guide/customize-permissions-boundaries.html
        """
        lay(scope, self.policy_arn, replace=replace)


class _ExistingBoundary(RoleBoundary):
    def __init__(self, scope: Construct, construct_id: str, arn: str) -> None:
        Construct.__init__(self, scope, construct_id)
        self._policy_arn = arn


def _evidence(document: PolicyDocument) -> list[Acknowledgement]:
    """Why wildcards are right in a boundary: for what cdk-nag finds in what it allows."""
    reason = (
        "This is a permissions boundary: it grants nothing by itself and is the ceiling over "
        "roles that name their actions and resources."
    )
    allowed = [each for each in document.statements if each.effect is Effect.ALLOW]
    actions = dict.fromkeys(action for each in allowed for action in each.actions)
    resources = dict.fromkeys(resource for each in allowed for resource in each.resources)
    rule = "AwsSolutions-IAM5"
    return [
        *(
            Acknowledgement(rule=rule, resource=with_tokens(resource), reason=reason)
            for resource in resources
            if "*" in resource
        ),
        *(
            Acknowledgement(rule=rule, action=action, reason=reason)
            for action in actions
            if "*" in action
        ),
    ]
