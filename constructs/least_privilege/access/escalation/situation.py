"""Who climbs, with which policies, and what each step would be answered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...policy import NamedPrincipal, PolicyDocument, PrincipalType, Statement
from ..policy_set import PolicySet
from ..principal import Principal, PrincipalKind, Reach
from ..request import AccessRequest
from ..requirements import allowed_when
from ..statements import Layer
from .administrator import limits
from .answers import REFUSED, Answer, answer_to, shown
from .regions import regions_to_try
from .target import Target
from .verdict import EscalationVerdict, any_of

FOUND, UNKNOWN, NONE = EscalationVerdict.FOUND, EscalationVerdict.UNKNOWN, EscalationVerdict.NONE

_ACCOUNT = re.compile(r"\d{12}")
_SOME_ACCOUNT = "111122223333"
SOME_NAME = "some-name"

OF_WHAT_IS_ATTACHED = ("iam:permissionsboundary", "iam:policyarn")
"""Keys whose values a policy can limit without forbidding the step."""


def region_of(arn: str) -> str:
    """The region in an ARN; empty where it has none."""
    parts = arn.split(":", 5)
    return parts[3] if len(parts) == 6 else ""


class Situation:
    """A principal with its policies among the targets that are known."""

    def __init__(
        self,
        policies: PolicySet,
        *,
        targets: Sequence[Target] | None,
        principal: Principal | None,
        attached_policies: tuple[str, ...] | None,
        groups: tuple[str, ...] | None,
    ) -> None:
        self.policies = policies.with_resource(None)
        self.knows_targets = targets is not None
        self.targets = tuple(targets or ())
        self.is_named = principal is not None
        self.attached_policies = attached_policies
        self.groups = groups
        self.principal = principal or self._representative()
        self.account = self.principal.account
        self.partition = self.principal.partition
        self.regions = regions_to_try(self.layers, self.partition)
        self.chosen: dict[Any, str | None] = {}
        """Resources that were chosen before."""
        self._answers: dict[Any, Answer] = {}
        self._trusts: dict[bool, PolicyDocument] = {}

    def beside(self, what: str, pattern: str) -> str:
        """Why it is not known whether something is among a pattern."""
        if self.knows_targets:
            return f"whether {what} that is none of the targets is among {pattern}"
        return f"whether {what} is among {pattern}, as no target is known"

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The policies of which all must allow."""
        return (self.policies.identity_layer, *limits(self.policies))

    def of_kind(self, kind: str) -> Iterator[Target]:
        """The other roles, users or groups of the principal's account."""
        for target in self.targets:
            if target.kind == kind and target.account == self.account and not self.is_own(target):
                yield target

    def is_own(self, target: Target) -> bool:
        """Whether a target is the principal itself."""
        return target.arn == self.principal.identifier

    def names(self, action: str) -> bool:
        """Whether any policy of the principal could allow an action."""
        return all(layer.about(action.lower())[1] for layer in self.layers)

    def ask(
        self,
        action: str,
        resource: str = "*",
        *,
        context: Mapping[str, Any] | None = None,
        region: str = "",
        trust: PolicyDocument | None = None,
    ) -> Answer:
        """Whether the principal may do something.

        `trust` is the trust policy of a role to take on.
        """
        given = dict(context or {})
        if region and not action.startswith("iam:") and not region_of(resource):
            given["aws:RequestedRegion"] = region
        key = (action, resource, repr(sorted(given.items())), id(trust))
        answer = self._answers.get(key)
        if answer is None:
            answer = self._answers[key] = self._ask(action, resource, given, trust)
        return answer

    def _ask(
        self, action: str, resource: str, given: dict[str, Any], trust: PolicyDocument | None
    ) -> Answer:
        policies = self.policies if trust is None else self.policies.with_resource(trust)
        request = AccessRequest(
            principal=self.principal, action=action, resource=resource, context=given
        )
        answer = answer_to(action, allowed_when(request, policies))
        open_keys = [key for key in given if key.lower() in OF_WHAT_IS_ATTACHED]
        if answer.verdict is NONE and open_keys:
            # A policy may allow it for others, such as policies that grant less.
            rest = {key: value for key, value in given.items() if key not in open_keys}
            answer = self._ask(action, resource, rest, trust)
            if answer.verdict is FOUND:
                reason = f"whether what {action} is allowed for is enough"
                answer = Answer(verdict=UNKNOWN, reason=reason)
        if answer.verdict is NONE:
            return answer
        return replace(answer, allowed_by=tuple(self._allowing(request, policies)))

    def ask_to_assume(self, role: str, trust: PolicyDocument, region: str = "") -> Answer:
        """Whether the principal may take on a role with this trust policy."""
        layer = PolicySet(resource=trust).trust_layer
        assert layer is not None
        has_boundary = self.policies.boundary is not None
        if not any(
            each.reach(self.principal, has_boundary=has_boundary) is not Reach.NONE
            for each in layer.statements
            if not each.denies
        ):
            return REFUSED
        return self.ask("sts:AssumeRole", role, trust=trust, region=region)

    def trusting(self, *, exactly: bool) -> PolicyDocument:
        """A trust policy that names the principal, or its account."""
        if exactly not in self._trusts:
            name = self.principal.arn if exactly else self.account
            self._trusts[exactly] = PolicyDocument.of(
                Statement(
                    actions=("sts:AssumeRole",),
                    principals=(NamedPrincipal(type=PrincipalType.AWS, identifier=name),),
                )
            )
        return self._trusts[exactly]

    def ask_whether_trusted(self, target: Target, names: Iterable[str]) -> Answer:
        """Whether a role trusts one of these services."""
        if target.trust is None:
            return Answer(verdict=UNKNOWN, reason=f"the trust policy of {target.arn} is not known")
        policies = PolicySet(resource=target.trust)
        answers = [self._trusted(target.arn, policies, name) for name in names]
        best = any_of(*(each.verdict for each in answers))
        return next((each for each in answers if each.verdict is best), REFUSED)

    def _trusted(self, role: str, policies: PolicySet, name: str) -> Answer:
        kind, _, provider = name.rpartition(": ")
        if kind:
            principal, action = Principal.federated(provider), "sts:AssumeRoleWithWebIdentity"
        else:
            principal, action = Principal.service(name), "sts:AssumeRole"
        request = AccessRequest(
            principal=principal,
            action=action,
            resource=role,
            context={"aws:SourceAccount": self.account},
        )
        answer = answer_to(action, allowed_when(request, policies))
        if answer.verdict is UNKNOWN:
            return replace(
                answer, reason=f"whether {role} trusts {provider}: {answer.conditions[0]}"
            )
        return answer

    def service_names(self, names: Iterable[str]) -> Iterator[str]:
        """The same services as they are called in the principal's partition."""
        for name in names:
            yield name
            if self.partition == "aws-cn":
                yield f"{name}.cn"

    def _allowing(self, request: AccessRequest, policies: PolicySet) -> Iterator[str]:
        context = request.context_values
        for each in policies.identity_layer.about(request.action.lower())[1]:
            if each.may_be_about_resource(request.resource) is not False and all(
                condition.holds(context) or condition.key not in context
                for condition in each.conditions
            ):
                yield shown(each, request.action, request.resource)
        layer = policies.trust_layer
        if layer is not None and policies.resource is not None:
            for each in layer.about(request.action.lower())[1]:
                if each.reach(request.caller, has_boundary=policies.boundary is not None):
                    yield f"{each.place} of {request.resource}"

    def _representative(self) -> Principal:
        """A session of a role that is none of those that are known."""
        accounts = [target.account for target in self.targets]
        accounts += [
            parts[4]
            for pattern in self._patterns()
            if len(parts := pattern.split(":", 5)) == 6 and _ACCOUNT.fullmatch(parts[4])
        ]
        account = accounts[0] if accounts else _SOME_ACCOUNT
        partition = self.targets[0].arn.split(":")[1] if self.targets else "aws"
        return Principal.role_session(f"arn:{partition}:iam::{account}:role/{SOME_NAME}")

    def _patterns(self) -> Iterator[str]:
        for layer in self.layers:
            for each in layer.statements:
                yield from each.statement.resources or each.statement.not_resources

    @property
    def is_role(self) -> bool:
        """Whether the principal is a session of a role."""
        return self.principal.kind is PrincipalKind.ROLE_SESSION
