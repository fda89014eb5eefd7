"""A role for EC2 instances, with its instance profile.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws_cdk import aws_iam as iam
from constructs import Construct

from .._edge import placed
from ..boundary import RoleBoundary
from ..permissions import CloudWatchAgent, Permission, SessionManagerCore
from ..policy import check_policy_name
from ..trust import AwsService
from .plan import permission_values
from .policy_type import PolicyType
from .trusted_role import TrustedRole


class InstanceRole(TrustedRole):
    """A role that EC2 instances assume, and the instance profile by which they get it.

    The profile can be attached to an instance when it is launched, or to a running one; the
    instance then finds temporary credentials at its metadata service.

    :param session_manager: give what the Session Manager agent needs, and no more
    :param cloudwatch_agent: give what the CloudWatch agent needs for this namespace and log groups
    :param instance_profile_name: at most 128 characters; named by CloudFormation if left out

    The other parameters are those of `TrustedRole`. There is no `session_duration`: EC2 chooses it.

    :raises InvalidInputError: and its subclasses, before anything is added to the app

    Example:
        >>> from aws_cdk import App, Stack
        >>> from least_privilege.permissions import S3List
        >>> role = InstanceRole(
        ...     Stack(App(), "Web"),
        ...     "Host",
        ...     permissions=[S3List(bucket_arn="arn:aws:s3:::pictures")],
        ...     session_manager=True,
        ... )
        >>> role.instance_profile.node.path
        'Web/Host/InstanceProfile'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2.html
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        permissions: Sequence[Permission] = (),
        session_manager: bool = False,
        cloudwatch_agent: CloudWatchAgent | None = None,
        instance_profile_name: str | None = None,
        description: str | None = None,
        role_name: str | None = None,
        path: str = "/",
        boundary: RoleBoundary | iam.IManagedPolicy | str | None = None,
        tags: Mapping[str, str] | None = None,
        policy_type: PolicyType = PolicyType.INLINE,
    ) -> None:
        with placed(scope, construct_id):
            permissions = permission_values(permissions)
            if instance_profile_name is not None:
                check_policy_name(instance_profile_name, argument="instance_profile_name")
        agents: list[Permission] = []
        if session_manager:
            agents.append(SessionManagerCore())
        if cloudwatch_agent:
            agents.append(cloudwatch_agent)
        super().__init__(
            scope,
            construct_id,
            trusted_by=[AwsService(principal="ec2.amazonaws.com")],
            permissions=[*permissions, *agents],
            description=description,
            role_name=role_name,
            path=path,
            boundary=boundary,
            tags=tags,
            policy_type=policy_type,
        )
        self._instance_profile = iam.InstanceProfile(
            self,
            "InstanceProfile",
            role=self.role,
            instance_profile_name=instance_profile_name,
            # Said only if it differs: a Path that comes or goes replaces the profile.
            path=None if path == "/" else path,
        )

    @property
    def instance_profile(self) -> iam.IInstanceProfile:
        """The instance profile; it holds this one role."""
        return self._instance_profile
