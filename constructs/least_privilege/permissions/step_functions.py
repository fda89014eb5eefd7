"""AWS Step Functions: one state machine and its executions.

Source: https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, Self

from ..errors import InvalidArnError, InvalidPermissionError
from ..policy import PARTITION, REGION, Arn, Condition, Statement
from ..policy.names import check_strings
from ..policy.tokens import TOKEN, beside_tokens
from ._regional import (
    Environment,
    check_construct,
    check_flag,
    check_key_arn,
    check_region,
    check_resource_arn,
    region_of,
    use_of_key,
)
from .base import Permission

_NAME = r"[A-Za-z0-9_-]{1,80}"
_STATE_MACHINE = re.compile(rf"stateMachine:{_NAME}")
_QUALIFIER = re.compile(r"[A-Za-z0-9_.-]{1,80}")
_CONTEXT = "aws:states:stateMachineArn"


class _StateMachine(Protocol):
    """What `of` reads of a CDK state machine; `state_machine_name` as well, where it has one."""

    @property
    def state_machine_arn(self) -> str: ...
    @property
    def env(self) -> Environment: ...


def _check_state_machine_arn(state_machine_arn: str) -> None:
    check_resource_arn(
        state_machine_arn,
        service="states",
        form=_STATE_MACHINE,
        argument="state_machine_arn",
        example="arn:aws:states:eu-central-1:111122223333:stateMachine:orders, without a version "
        "or alias",
    )


def _read(state_machine: _StateMachine) -> None:
    check_construct(
        state_machine,
        attributes=("state_machine_arn",),
        kind="a state machine",
        argument="state_machine_arn",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFunctionsStart(Permission):
    """Start executions of one state machine; neither watch nor stop them.

    `synchronous=True` is for an express state machine whose caller waits for the result
    (`StartSyncExecution`); only then the caller uses the state machine's own key, `kms_key_arn`.
    `qualifiers` are the versions or aliases that may be started, and nothing else may be then:
    Step Functions authorizes on the ARN without them. `region` counts where the ARN is known at
    deployment only.

    Example:
        >>> orders = "arn:aws:states:eu-central-1:111122223333:stateMachine:orders"
        >>> StepFunctionsStart(state_machine_arn=orders).statements()[0].actions
        ('states:StartExecution',)

    Source: https://docs.aws.amazon.com/step-functions/latest/dg/auth-version-alias.html
    """

    state_machine_arn: str
    synchronous: bool = False
    qualifiers: tuple[str, ...] = ()
    kms_key_arn: str | None = None
    region: str = REGION

    def __post_init__(self) -> None:
        _check_state_machine_arn(self.state_machine_arn)
        check_flag(self.synchronous, argument="synchronous")
        check_key_arn(self.kms_key_arn)
        check_region(self.region)
        qualifiers = check_strings(
            self.qualifiers, argument="qualifiers", error=InvalidPermissionError
        )
        for qualifier in qualifiers:
            if not _QUALIFIER.fullmatch(beside_tokens(qualifier, "x")):
                raise InvalidPermissionError(
                    "qualifiers must each be the number of a version or the name of an alias, "
                    f"got {qualifier!r}"
                )
        object.__setattr__(self, "qualifiers", qualifiers)

    @classmethod
    def of(
        cls,
        state_machine: _StateMachine,
        *,
        synchronous: bool = False,
        qualifiers: tuple[str, ...] = (),
        kms_key_arn: str | None = None,
    ) -> Self:
        """For a state machine of the CDK, which does not tell its key."""
        _read(state_machine)
        return cls(
            state_machine_arn=state_machine.state_machine_arn,
            synchronous=synchronous,
            qualifiers=qualifiers,
            kms_key_arn=kms_key_arn,
            region=state_machine.env.region,
        )

    def statements(self) -> tuple[Statement, ...]:
        start = Statement(
            actions=("states:StartSyncExecution" if self.synchronous else "states:StartExecution",),
            resources=(self.state_machine_arn,),
            conditions=(
                (
                    Condition.of(
                        "ForAnyValue:StringEquals", "states:StateMachineQualifier", *self.qualifiers
                    ),
                )
                if self.qualifiers
                else ()
            ),
        )
        if self.kms_key_arn is None or not self.synchronous:
            return (start,)
        return start, use_of_key(
            self.kms_key_arn,
            "kms:Decrypt",
            service="states",
            region=region_of(self.state_machine_arn, self.region),
            context=(_CONTEXT, self.state_machine_arn),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFunctionsWatch(Permission):
    """Watch executions of one state machine whose ARNs one knows: their status, input and output,
    and their history; neither start, stop nor list them.

    `express=True` is for express executions, which have another ARN and no history. Step Functions
    answers for those that a distributed map started alone; the others log to CloudWatch Logs.
    `kms_key_arn` is the state machine's own key. The ARNs of the executions follow from that of the
    state machine, so a token alone cannot be `state_machine_arn`; `of` puts it together.

    Example:
        >>> orders = "arn:aws:states:eu-central-1:111122223333:stateMachine:orders"
        >>> StepFunctionsWatch(state_machine_arn=orders).statements()[0].resources
        ('arn:aws:states:eu-central-1:111122223333:execution:orders:*',)

    Source: https://docs.aws.amazon.com/step-functions/latest/dg/concept-create-iam-advanced.html
    """

    state_machine_arn: str
    express: bool = False
    kms_key_arn: str | None = None

    def __post_init__(self) -> None:
        _check_state_machine_arn(self.state_machine_arn)
        check_flag(self.express, argument="express")
        check_key_arn(self.kms_key_arn)
        if TOKEN.match(self.state_machine_arn):
            raise InvalidArnError(
                "state_machine_arn must hold the name of the state machine in its place, as the "
                f"ARNs of the executions follow from it, got {self.state_machine_arn!r}; take "
                "StepFunctionsWatch.of(state_machine), or write "
                f"arn:{PARTITION}:states:REGION:ACCOUNT:stateMachine:NAME"
            )

    @classmethod
    def of(
        cls,
        state_machine: _StateMachine,
        *,
        express: bool = False,
        kms_key_arn: str | None = None,
    ) -> Self:
        """For a state machine of the CDK, which does not tell its key."""
        _read(state_machine)
        arn = state_machine.state_machine_arn
        name = getattr(state_machine, "state_machine_name", None)
        if name is not None and TOKEN.match(arn):
            where = state_machine.env
            arn = f"arn:{PARTITION}:states:{where.region}:{where.account}:stateMachine:{name}"
        return cls(state_machine_arn=arn, express=express, kms_key_arn=kms_key_arn)

    @property
    def _executions(self) -> tuple[str, ...]:
        arn = Arn.parse(self.state_machine_arn)
        name = arn.resource.removeprefix("stateMachine:")
        # A distributed map runs its children under NAME/LABEL.
        kinds = (f"express:{name}:*", f"express:{name}/*:*")
        return tuple(
            f"arn:{arn.partition}:states:{arn.region}:{arn.account}:{kind}"
            for kind in (kinds if self.express else (f"execution:{name}:*",))
        )

    def statements(self) -> tuple[Statement, ...]:
        actions = (
            ("states:DescribeExecution",)
            if self.express
            else ("states:DescribeExecution", "states:GetExecutionHistory")
        )
        watch = Statement(actions=actions, resources=self._executions)
        if self.kms_key_arn is None:
            return (watch,)
        return watch, use_of_key(
            self.kms_key_arn,
            "kms:Decrypt",
            service="states",
            region=region_of(self.state_machine_arn),
            context=(_CONTEXT, self.state_machine_arn),
        )

    def wildcard_reasons(self) -> Mapping[str, str]:
        return dict.fromkeys(
            self._executions,
            "An execution gets its name when it starts; the wildcard covers the executions of this "
            "one state machine.",
        )
