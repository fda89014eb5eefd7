"""What every permission value is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import InvalidPermissionError
from ..policy import Condition, Statement

MINIMUM_REASON = 20
"""Characters. Shorter ones ("needed", "ok for now") tell a reviewer nothing."""


class Permission(ABC):
    """Something that a role may do: exact actions, on named resources, under conditions."""

    __slots__ = ()

    @abstractmethod
    def statements(self) -> tuple[Statement, ...]:
        """The statements of the permission policy that say it."""

    def wildcard_reasons(self) -> Mapping[str, str]:
        """For each action or resource with a wildcard, as it stands in the statements: why AWS
        leaves no choice. The role carries it to the place where reviewers look."""
        return {}


def check_reason(reason: str, *, argument: str = "reason") -> str:
    """A sentence that a reviewer can judge."""
    if len(reason.strip()) < MINIMUM_REASON:
        raise InvalidPermissionError(
            f"{argument} must say in a sentence (at least {MINIMUM_REASON} characters) why this is "
            f"needed, got {reason!r}"
        )
    return reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionsOn(Permission):
    """Named actions on named resources of any service.

    `actions` and `resources` hold no wildcard unless `reason` says why AWS leaves no choice.
    `conditions` narrow it further.

    Example:
        >>> permission = ActionsOn(
        ...     actions=("sqs:SendMessage",),
        ...     resources=("arn:aws:sqs:eu-central-1:111122223333:orders",),
        ... )
        >>> permission.statements()[0].actions
        ('sqs:SendMessage',)

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege
    """

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[Condition, ...] = ()
    reason: str = ""

    def __post_init__(self) -> None:
        for argument, values in (("actions", self.actions), ("resources", self.resources)):
            if isinstance(values, str) or not values:
                raise InvalidPermissionError(
                    f"{argument} must be a tuple with at least one string, got {values!r}"
                )
        for action in self.actions:
            service, colon, name = action.partition(":")
            if not (service and colon and name):
                raise InvalidPermissionError(
                    f"actions must each be SERVICE:ACTION like 's3:GetObject', got {action!r}"
                )
        wildcards = self._wildcards()
        if wildcards and not self.reason:
            raise InvalidPermissionError(
                f"{', '.join(map(repr, wildcards))} holds a wildcard; name what is meant, or give "
                "a reason why AWS leaves no choice"
            )
        if wildcards or self.reason:
            check_reason(self.reason)

    def _wildcards(self) -> tuple[str, ...]:
        texts = (*self.actions, *self.resources)
        return tuple(text for text in texts if any(sign in text for sign in "*?"))

    def statements(self) -> tuple[Statement, ...]:
        return (
            Statement(actions=self.actions, resources=self.resources, conditions=self.conditions),
        )

    def wildcard_reasons(self) -> Mapping[str, str]:
        return dict.fromkeys(self._wildcards(), self.reason)
