"""What every permission value is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, cast

from ..errors import InvalidPermissionError, InvalidPolicyError
from ..policy import Condition, PolicyKind, Statement, holds_token
from ..policy.grammar import check_action, check_condition, check_resource
from ..policy.names import check_strings
from ..policy.reasons import MINIMUM_REASON, is_reason
from .reference_checks import check_against_reference

if TYPE_CHECKING:
    from .perimeter import Perimeter


class Permission(ABC):
    """Something that a role may do: exact actions, on named resources, under conditions.

    Example:
        >>> from least_privilege.permissions import SessionManagerCore
        >>> isinstance(SessionManagerCore(), Permission)
        True

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege
    """

    __slots__ = ()

    @abstractmethod
    def statements(self) -> tuple[Statement, ...]:
        """The statements of the permission policy that say it."""

    def wildcard_reasons(self) -> Mapping[str, str]:
        """For each action or resource with a wildcard, as it stands in the statements: why AWS
        leaves no choice. The role carries it to the place where reviewers look."""
        return {}

    def within(self, *perimeters: Perimeter) -> Permission:
        """The same permission inside data perimeters: all of them have to hold.

        Each adds its condition to the statements that it can hold for. What it cannot hold for
        stays as it is: a perimeter of resources does not count for actions that name none, nor for
        resources that AWS owns; one of the network does not count for what an AWS service does on
        the role's behalf, which becomes a statement of its own where it is needed.

        Raises `InvalidPermissionError` for a perimeter that would never match an action or an
        account in the permission, and for one that would hold for nothing in it.

        Example:
            >>> from least_privilege.permissions import S3Read, Tls
            >>> read = S3Read(bucket_arn="arn:aws:s3:::pictures").within(Tls())
            >>> read.statements()[0].conditions[0].key
            'aws:SecureTransport'

        Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
        """
        from .within import Within

        return Within(self, perimeters)


def check_reason(reason: str, *, argument: str = "reason") -> str:
    """A sentence that a reviewer can judge."""
    if not is_reason(reason):
        raise InvalidPermissionError(
            f"{argument} must say in a sentence (at least {MINIMUM_REASON} characters) why this is "
            f"needed, got {reason!r}"
        )
    return reason


def check_flags(value: object) -> None:
    """Each flag is True or False: any text, `"false"` too, would count as True and widen."""
    for each in fields(cast(Any, value)):
        if each.type in ("bool", "bool | None"):
            flag = getattr(value, each.name)
            if not isinstance(flag, bool) and not (flag is None and each.type != "bool"):
                raise InvalidPermissionError(f"{each.name} must be True or False, got {flag!r}")


def check_conditions(given: Sequence[Condition]) -> tuple[Condition, ...]:
    """Conditions as a tuple, each of AWS's grammar."""
    if not isinstance(given, Sequence) or not all(isinstance(each, Condition) for each in given):
        raise InvalidPermissionError(
            "conditions must be a list of values of least_privilege.policy.Condition, like "
            f"[Condition.of('Bool', 'aws:SecureTransport', 'true')], got {given!r}"
        )
    try:
        for condition in given:
            if not condition.values:
                raise InvalidPermissionError(
                    f"conditions must hold at least one value for {condition.key}"
                )
            # A token is not known yet; the operator, the key and other values are.
            known = tuple(each for each in condition.values if not holds_token(each))
            check_condition("conditions", replace(condition, values=known))
    except InvalidPolicyError as error:
        raise InvalidPermissionError(str(error)) from None
    return tuple(given)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionsOn(Permission):
    """Named actions on named resources of any service.

    `actions` and `resources` hold no wildcard unless `reason` says why AWS leaves no choice.
    `conditions` narrow it further.

    All of it is held against AWS's list of actions: an action that its service does not have, a
    resource or an action that would never match, and a condition key that no request holds, are
    errors. A service that the list does not know passes, as it drops retired ones.

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
        for argument in ("actions", "resources"):
            values = check_strings(
                getattr(self, argument), argument=argument, error=InvalidPermissionError
            )
            if not values:
                raise InvalidPermissionError(f"{argument} must hold at least one string")
            object.__setattr__(self, argument, values)
        object.__setattr__(self, "conditions", check_conditions(self.conditions))
        self._check_grammar()
        wildcards = self._wildcards()
        if wildcards and not self.reason:
            raise InvalidPermissionError(
                f"{', '.join(map(repr, wildcards))} holds a wildcard; name what is meant, or give "
                "a reason why AWS leaves no choice"
            )
        if wildcards or self.reason:
            check_reason(self.reason)
        check_against_reference(self.actions, self.resources, self.conditions)

    def _check_grammar(self) -> None:
        try:
            for action in self.actions:
                if action == "*" or str(action).startswith("*:"):
                    raise InvalidPolicyError(
                        f"actions must be SERVICE:ACTION like 's3:GetObject', got {action!r}; "
                        "nobody needs all actions"
                    )
                check_action("actions", action, PolicyKind.IDENTITY)
            for resource in self.resources:
                if not holds_token(resource):
                    check_resource("resources", resource)
        except InvalidPolicyError as error:
            raise InvalidPermissionError(str(error)) from None

    def _wildcards(self) -> tuple[str, ...]:
        texts = (*self.actions, *self.resources)
        return tuple(text for text in texts if any(sign in text for sign in "*?"))

    def statements(self) -> tuple[Statement, ...]:
        return (
            Statement(actions=self.actions, resources=self.resources, conditions=self.conditions),
        )

    def wildcard_reasons(self) -> Mapping[str, str]:
        return dict.fromkeys(self._wildcards(), self.reason)
