"""Amazon ECS: commands in a running container.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, Self

from ..policy import Statement
from ._regional import Key, check_construct, check_key_arn, key_arn_of
from .base import Permission


class _Configuration(Protocol):
    @property
    def kms_key(self) -> Key | None: ...


class _Cluster(Protocol):
    """What `of` reads of a CDK cluster."""

    @property
    def execute_command_configuration(self) -> _Configuration | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class EcsExec(Permission):
    """What the task role needs so that people can run commands in its containers with ECS Exec.

    `kms_key_arn` is the key that the cluster encrypts these sessions with, if it has one: the agent
    in the container decrypts with it. `of` takes the cluster. Writing the sessions' logs takes
    `LogsWrite` or `S3Write` besides. The people themselves need `ecs:ExecuteCommand`.

    Example:
        >>> EcsExec().statements()[0].actions[0]
        'ssmmessages:CreateControlChannel'

    Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
    """

    kms_key_arn: str | None = None

    def __post_init__(self) -> None:
        check_key_arn(self.kms_key_arn)

    @classmethod
    def of(cls, cluster: _Cluster) -> Self:
        """For the tasks of a cluster of the CDK, with the key of its sessions if it has one."""
        check_construct(
            cluster, attributes=("execute_command_configuration",), kind="an ECS cluster"
        )
        configuration = cluster.execute_command_configuration
        return cls(kms_key_arn=key_arn_of(configuration.kms_key) if configuration else None)

    def statements(self) -> tuple[Statement, ...]:
        channels = Statement(
            actions=(
                "ssmmessages:CreateControlChannel",
                "ssmmessages:CreateDataChannel",
                "ssmmessages:OpenControlChannel",
                "ssmmessages:OpenDataChannel",
            ),
            resources=("*",),
        )
        if self.kms_key_arn is None:
            return (channels,)
        return channels, Statement(actions=("kms:Decrypt",), resources=(self.kms_key_arn,))

    def wildcard_reasons(self) -> Mapping[str, str]:
        return {
            "*": "The ssmmessages actions take no narrower resource; they open the container's own "
            "channels to Session Manager."
        }
