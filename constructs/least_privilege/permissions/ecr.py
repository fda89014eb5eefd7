"""Amazon ECR: the images of one private repository.

Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/security_iam_id-based-policy-examples.html
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, Self

from ..policy import Statement
from ._regional import check_construct, check_resource_arn
from .base import Permission

_REPOSITORY = re.compile(r"repository/(?=.{1,256}$)[a-z0-9]+([._/-]+[a-z0-9]+)*")


class _Repository(Protocol):
    """What `of` reads of a CDK repository."""

    @property
    def repository_arn(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _OnRepository(Permission):
    """One repository, and the token with which a client signs in to its registry."""

    repository_arn: str

    @property
    @abstractmethod
    def _actions(self) -> tuple[str, ...]: ...

    def __post_init__(self) -> None:
        check_resource_arn(
            self.repository_arn,
            service="ecr",
            form=_REPOSITORY,
            argument="repository_arn",
            example="arn:aws:ecr:eu-central-1:111122223333:repository/shop/api",
        )

    @classmethod
    def of(cls, repository: _Repository) -> Self:
        """For a repository of the CDK."""
        check_construct(
            repository,
            attributes=("repository_arn",),
            kind="a repository",
            argument="repository_arn",
        )
        return cls(repository_arn=repository.repository_arn)

    def statements(self) -> tuple[Statement, ...]:
        return (
            Statement(actions=("ecr:GetAuthorizationToken",), resources=("*",)),
            Statement(actions=self._actions, resources=(self.repository_arn,)),
        )

    def wildcard_reasons(self) -> Mapping[str, str]:
        return {
            "*": "ecr:GetAuthorizationToken takes no narrower resource; its token allows what the "
            "role may do anyway, which is limited to one repository."
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class EcrPull(_OnRepository):
    """Pull the images of one private repository, as the task execution role of ECS and the nodes of
    EKS do; neither list nor push them.

    A repository with a key of its own asks nothing of the caller: ECR uses the key by grants that
    it made itself.

    Example:
        >>> EcrPull(
        ...     repository_arn="arn:aws:ecr:eu-central-1:111122223333:repository/shop/api"
        ... ).statements()[1].actions
        ('ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage')

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
    """

    @property
    def _actions(self) -> tuple[str, ...]:
        return (
            "ecr:BatchCheckLayerAvailability",
            "ecr:GetDownloadUrlForLayer",
            "ecr:BatchGetImage",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EcrPush(_OnRepository):
    """Push images to one private repository, which exists already; neither pull their layers nor
    delete any. A tag that exists can be moved, unless the repository has immutable tags.

    Example:
        >>> EcrPush(
        ...     repository_arn="arn:aws:ecr:eu-central-1:111122223333:repository/shop/api"
        ... ).statements()[1].actions[-1]
        'ecr:PutImage'

    Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
    """

    @property
    def _actions(self) -> tuple[str, ...]:
        return (
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:InitiateLayerUpload",
            "ecr:UploadLayerPart",
            "ecr:CompleteLayerUpload",
            "ecr:PutImage",
        )
