"""What was found: the ways up, step by step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..principal import Principal
from .catalogue import EscalationCategory
from .verdict import EscalationVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationStep:
    """One action on the way up.

    Example:
        >>> EscalationStep(action="iam:PutRolePolicy", does="write a policy").allowed_by
        ()

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
    """

    action: str
    does: str
    """What it is for, in words."""
    resources: tuple[str, ...] = ()
    """The resources that were asked about; representative ones where patterns allow many."""
    allowed_by: tuple[str, ...] = ()
    """The statements that allow it."""
    conditions: tuple[str, ...] = ()
    """What the request must carry, or what the answer hangs on."""

    def __str__(self) -> str:
        where = f" on {', '.join(self.resources)}" if self.resources else ""
        return f"{self.action}{where}: {self.does}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """One way up, found or not to be ruled out.

    Example:
        >>> from least_privilege.access import PolicySet
        >>> from least_privilege.access.escalation import escalations
        >>> from least_privilege.policy import PolicyDocument
        >>> (way,) = escalations(
        ...     PolicySet(identity=[PolicyDocument.parse({"Statement": {
        ...         "Effect": "Allow", "Action": "iam:PutRolePolicy", "Resource": "*"
        ...     }})]),
        ...     principal="arn:aws:iam::111122223333:role/Deploy",
        ... ).paths
        >>> way.id, way.verdict.value
        ('iam-005', 'found')

    Source: https://pathfinding.cloud/paths/
    """

    id: str
    """As in the catalogue at https://pathfinding.cloud, such as `iam-005`."""
    title: str
    name: str
    """Its actions, joined by ` + `."""
    category: EscalationCategory
    verdict: EscalationVerdict
    """`FOUND`, or `UNKNOWN` with the reasons; never `NONE`."""
    steps: tuple[EscalationStep, ...]
    target: str | None = None
    """The ARN of the role, user or group that it leads to; None for the principal itself, for a
    new principal, and for what is not known."""
    gain: str = ""
    """What the principal has afterwards that it lacks now."""
    reasons: tuple[str, ...] = ()
    """Why it is unknown."""
    needs: tuple[str, ...] = ()
    """What must be there besides, whatever policies say."""
    sources: tuple[str, ...]

    def explain(self) -> str:
        """The way up, a step a line."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        target = f" ({self.target})" if self.target else ""
        yield f"{self.verdict}: {self.id}, {self.title}{target}"
        for number, step in enumerate(self.steps, start=1):
            yield f"  {number}. {step}"
            for statement in step.allowed_by:
                yield f"     allowed by {statement}"
            for condition in step.conditions:
                yield f"     if {condition}"
        if self.gain:
            yield f"  gains: {self.gain}"
        for need in self.needs:
            yield f"  needs: {need}"
        for reason in self.reasons:
            yield f"  unknown: {reason}"
        yield f"  source: {self.sources[0]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationReport:
    """All ways up that were found or could not be ruled out.

    Example:
        >>> from least_privilege.access import PolicySet
        >>> from least_privilege.access.escalation import escalations
        >>> escalations(PolicySet(), targets=[]).verdict
        <EscalationVerdict.NONE: 'none'>

    Source: https://pathfinding.cloud/paths/
    """

    principal: Principal
    """Whose policies these are, or a representative role session."""
    is_administrator: bool
    """Whether it may do everything already; then no ways are listed."""
    paths: tuple[Escalation, ...] = ()

    @property
    def verdict(self) -> EscalationVerdict:
        """`FOUND` if one way is, else `UNKNOWN` if one cannot be ruled out, else `NONE`.

        That of an administrator is `FOUND`: every way is open to it.
        """
        if self.is_administrator or self.found:
            return EscalationVerdict.FOUND
        return EscalationVerdict.UNKNOWN if self.paths else EscalationVerdict.NONE

    def __iter__(self) -> Iterator[Escalation]:
        return iter(self.paths)

    def __len__(self) -> int:
        return len(self.paths)

    def __bool__(self) -> bool:
        """Whether there is a way up, or one that cannot be ruled out."""
        return self.verdict is not EscalationVerdict.NONE

    @property
    def found(self) -> tuple[Escalation, ...]:
        """The ways up that are there for certain."""
        return tuple(each for each in self.paths if each.verdict is EscalationVerdict.FOUND)

    @property
    def unknown(self) -> tuple[Escalation, ...]:
        """Those that cannot be ruled out."""
        return tuple(each for each in self.paths if each.verdict is EscalationVerdict.UNKNOWN)

    def explain(self) -> str:
        """All of them in words, the certain ones first."""
        if self.is_administrator:
            return f"found: {self.principal} is an administrator already"
        if not self.paths:
            return f"none: no published way up for {self.principal}"
        head = f"{self.verdict}: {_ways(len(self.found))} for {self.principal}"
        if self.unknown:
            head += f", {_ways(len(self.unknown))} cannot be ruled out"
        return "\n".join([head, *(each.explain() for each in (*self.found, *self.unknown))])


def _ways(count: int) -> str:
    return "1 way up" if count == 1 else f"{count} ways up"
