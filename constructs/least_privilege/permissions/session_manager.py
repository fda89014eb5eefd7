"""AWS Systems Manager Session Manager: a shell on an instance without SSH.

Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-create-iam-instance-profile.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..policy import ACCOUNT, PARTITION, REGION, Statement
from .base import Permission

_INSTANCES = f"arn:{PARTITION}:ec2:{REGION}:{ACCOUNT}:instance/*"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionManagerCore(Permission):
    """What the agent on an instance needs so that people can reach it through Session Manager.

    Narrower than the AWS managed policy AmazonSSMManagedInstanceCore, which also reads every
    parameter of the account. The older `ec2messages` actions are superseded and left out.

    Example:
        >>> len(SessionManagerCore().statements()[1].actions)
        4

    Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-create-iam-instance-profile.html
    """

    def statements(self) -> tuple[Statement, ...]:
        return (
            Statement(actions=("ssm:UpdateInstanceInformation",), resources=(_INSTANCES,)),
            Statement(
                actions=(
                    "ssmmessages:CreateControlChannel",
                    "ssmmessages:CreateDataChannel",
                    "ssmmessages:OpenControlChannel",
                    "ssmmessages:OpenDataChannel",
                ),
                resources=("*",),
            ),
        )

    def wildcard_reasons(self) -> Mapping[str, str]:
        return {
            _INSTANCES: "The instance gets its ID when it starts, and its role exists before; "
            "the wildcard covers the instances of this account and region.",
            "*": "The ssmmessages actions take no narrower resource; they open the agent's own "
            "channels to Session Manager.",
        }
