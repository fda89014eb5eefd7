"""A role for a Lambda function or any other AWS service.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-service.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws_cdk import aws_iam as iam
from constructs import Construct

from .._edge import placed
from ..boundary import RoleBoundary
from ..errors import InvalidServicePrincipalError
from ..permissions import Permission
from ..trust import AwsService
from .policy_type import PolicyType
from .trusted_role import TrustedRole


class ServiceRole(TrustedRole):
    """A role that one AWS service assumes to act for you.

    :param service: the service principal, such as `lambda.amazonaws.com`, or an `AwsService` with
        conditions. Where AWS documents that the service sends `aws:SourceAccount`, the role
        demands this account

    The other parameters are those of `TrustedRole`. There is no `session_duration`: services choose
    it.

    :raises InvalidServicePrincipalError: for what is no service principal

    Example:
        >>> from aws_cdk import App, Stack
        >>> from least_privilege.permissions import S3Read
        >>> role = ServiceRole(
        ...     Stack(App(), "Thumbnails"),
        ...     "Function",
        ...     service="lambda.amazonaws.com",
        ...     permissions=[S3Read(bucket_arn="arn:aws:s3:::pictures", prefix="originals/")],
        ... )

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-service.html
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        service: AwsService | str,
        permissions: Sequence[Permission] = (),
        description: str | None = None,
        role_name: str | None = None,
        path: str = "/",
        boundary: RoleBoundary | iam.IManagedPolicy | str | None = None,
        tags: Mapping[str, str] | None = None,
        policy_type: PolicyType = PolicyType.INLINE,
    ) -> None:
        with placed(scope, construct_id):
            if not isinstance(service, (AwsService, str)):
                raise InvalidServicePrincipalError(
                    "service must be a service principal like 'lambda.amazonaws.com' or an "
                    f"AwsService, got {service!r}"
                )
            trusted = AwsService(principal=service) if isinstance(service, str) else service
        super().__init__(
            scope,
            construct_id,
            trusted_by=[trusted],
            permissions=permissions,
            description=description,
            role_name=role_name,
            path=path,
            boundary=boundary,
            tags=tags,
            policy_type=policy_type,
        )
