"""The roles, users and groups that a principal could climb to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NoReturn

from ...errors import InvalidRequestError
from ...policy import Arn, PolicyDocument
from ..policy_set import PolicySet

_RESOURCE = re.compile(r"(role|user|group)/[^*?\s]+")
_ACCOUNT = re.compile(r"\d{12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A role, user or group that is there, and what is known of it.

    `arn` is its ARN. `trust` is a role's trust policy, `policies` what it may do. `workloads` are
    the ARNs of what runs with a role: functions, instances, stacks, build projects.
    `attached_policies` are the ARNs of its customer managed policies. What is None is not known,
    and answers that hang on it are unknown.

    Raises `InvalidRequestError`.

    Example:
        >>> Target(arn="arn:aws:iam::111122223333:role/team/Reader").kind
        'role'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id.html
    """

    arn: str
    trust: PolicyDocument | None = None
    policies: PolicySet | None = None
    workloads: Sequence[str] | None = None
    attached_policies: Sequence[str] | None = None

    def __post_init__(self) -> None:
        try:
            arn = Arn.parse(self.arn, argument="target")
        except ValueError as error:
            raise InvalidRequestError(str(error)) from None
        if (
            arn.service != "iam"
            or not _RESOURCE.fullmatch(arn.resource)
            or not _ACCOUNT.fullmatch(arn.account)
        ):
            _refuse(
                "target must be the ARN of a role, user or group like "
                f"arn:aws:iam::111122223333:role/NAME, got {self.arn!r}"
            )
        if self.trust is not None:
            if not isinstance(self.trust, PolicyDocument):
                _refuse(f"{self.arn}: trust must be a PolicyDocument, got {self.trust!r:.80}")
            PolicySet(resource=self.trust)
        if self.policies is not None and not isinstance(self.policies, PolicySet):
            _refuse(f"{self.arn}: policies must be a PolicySet, got {self.policies!r:.80}")
        for name in ("workloads", "attached_policies"):
            given = getattr(self, name)
            if given is not None:
                object.__setattr__(self, name, arns(given, f"{self.arn}: {name}"))

    @property
    def kind(self) -> str:
        """`role`, `user` or `group`."""
        return self.arn.split(":", 5)[5].partition("/")[0]

    @property
    def account(self) -> str:
        """The account that it is in."""
        return self.arn.split(":")[4]


def arns(given: object, argument: str) -> tuple[str, ...]:
    """A sequence of ARNs, checked."""
    if isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
        _refuse(f"{argument} must be a sequence of ARNs, got {given!r:.80}")
    found = tuple(given)
    for each in found:
        if not isinstance(each, str) or not each.startswith("arn:"):
            _refuse(f"{argument} must hold ARNs, got {each!r:.80}")
    return found


def _refuse(what: str) -> NoReturn:
    raise InvalidRequestError(what)
