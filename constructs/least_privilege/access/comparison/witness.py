"""From values that seem to be new access to a request that `evaluate` confirms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...errors import InvalidInputError
from ...policy import NamedPrincipal, PolicyDocument, PrincipalType, Statement
from ..context_keys import account_of, of_principal
from ..evaluation import evaluate
from ..matching import Value
from ..policy_set import PolicySet
from ..principal import Principal, PrincipalKind
from ..request import AccessRequest
from ..rules import ASSUMING
from .atoms import ACTION, RESOURCE
from .callers import ARN_KEY, Caller, free_account
from .known_actions import KNOWN_ACTIONS
from .samples import samples
from .search import NO_TESTS, RESOURCES, State, Tests
from .settings import RESOURCE_ACCOUNT

_MAXIMUM_TRIES = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """A request that is new, and the policies with which it was confirmed."""

    request: AccessRequest
    reference: PolicySet
    candidate: PolicySet


@dataclass(slots=True, kw_only=True)
class Confirmer:
    """Tries requests until one is new."""

    reference: PolicySet
    candidate: PolicySet
    is_resource: bool
    statements: Sequence[Statement]
    key_names: Mapping[str, str]
    """The names of context keys as the policies write them."""
    accounts: Sequence[str]

    def confirm(
        self,
        callers: Sequence[Caller],
        state: State,
        values: Mapping[str, Value | None],
    ) -> Confirmed | None:
        """A request with such values that only the candidate allows."""
        if any(component not in values for component in state):
            return None
        tries = 0
        for completed in (False, True):
            for request in self._requests(callers, state, values):
                tries += 1
                if tries > _MAXIMUM_TRIES:
                    return None
                reference, candidate = self.reference, self.candidate
                if completed:
                    reference, candidate = (
                        self._completed(each, request) for each in (reference, candidate)
                    )
                if not evaluate(request, candidate).is_allowed:
                    continue
                if not evaluate(request, reference).is_allowed:
                    return Confirmed(request=request, reference=reference, candidate=candidate)
        return None

    def _completed(self, policies: PolicySet, request: AccessRequest) -> PolicySet:
        """The policies with one on the other side that allows everything."""
        if self.is_resource:
            in_session = request.caller.kind is PrincipalKind.FEDERATED_USER
            return replace(
                policies,
                identity=[_EVERYTHING],
                session=[_EVERYTHING] if in_session else None,
            )
        root = NamedPrincipal(
            type=PrincipalType.AWS,
            identifier=f"arn:{request.caller.partition}:iam::{request.caller.account}:root",
        )
        statement = Statement(actions=("*",), principals=(root,))
        return replace(policies, resource=PolicyDocument(statements=(statement,)))

    def _requests(
        self,
        callers: Sequence[Caller],
        state: State,
        values: Mapping[str, Value | None],
    ) -> Iterator[AccessRequest]:
        actions = self._actions(state.get(ACTION, NO_TESTS), values[ACTION])
        for caller in callers:
            context = self._context(caller, state, values)
            for action in actions:
                resources = self._resources(state.get(RESOURCE, NO_TESTS), values, action)
                for resource in resources:
                    for principal in self._principals(caller, values, resource):
                        for account in self._owners(principal, values, resource):
                            try:
                                yield AccessRequest(
                                    principal=principal,
                                    action=action,
                                    resource=resource,
                                    context=context,
                                    resource_account=account,
                                )
                            except InvalidInputError:
                                continue

    def _context(
        self, caller: Caller, state: State, values: Mapping[str, Value | None]
    ) -> dict[str, Any]:
        follows = {ARN_KEY, RESOURCE_ACCOUNT, *of_principal(caller.principal)}
        follows -= {"aws:viaawsservice"}
        found: dict[str, Any] = {self._name(key): value for key, value in caller.context.items()}
        for key in state:
            value = values.get(key)
            if key in (ACTION, RESOURCE) or value is None or key in follows:
                continue
            found[self._name(key)] = list(value) if isinstance(value, tuple) else value
        return found

    def _name(self, key: str) -> str:
        return self.key_names.get(key, key)

    def _actions(self, tests: Tests, value: Value | None) -> list[str]:
        """Actions that exist, if one meets the tests; else what was found."""
        assert isinstance(value, str)
        named = {
            action.lower(): action
            for statement in reversed(self.statements)
            for action in (*statement.not_actions, *statement.actions)
            if "*" not in action and "?" not in action
        }
        if value in named:
            return [named[value]]
        service = value.partition(":")[0]
        known = [f"{service}:{name}" for name in KNOWN_ACTIONS.get(service, ())]
        if _meets(value, tests) and not known:
            known = [f"{name}:{each}" for name in KNOWN_ACTIONS for each in KNOWN_ACTIONS[name]]
        found = [each for each in (*named.values(), *known) if _meets(each.lower(), tests)]
        return [*found[:3], value]

    def _resources(
        self, tests: Tests, values: Mapping[str, Value | None], action: str
    ) -> list[str]:
        """Resources that one can read, and what was found."""
        value = values[RESOURCE]
        assert isinstance(value, str)
        service = action.partition(":")[0].lower()
        generic = [] if not self.is_resource or action.lower() not in ASSUMING else [_ROLE]
        named = [
            word
            for statement in self.statements
            for text in (*statement.resources, *statement.not_resources)
            if "*" not in text and "?" not in text and "${" not in text
            for word in (text,)
        ]
        usual = (f"arn:aws:{service}:us-east-1:111122223333:example",)
        generic += [*named[:50], *_GENERIC.get(service, usual)]
        first = next((a for a, wanted in tests if wanted and a.patterns is not None), None)
        if first is not None and first.patterns is not None:
            generic += [word for each in first.patterns.patterns[:8] for word in samples(each)]
        found = [
            each
            for each in dict.fromkeys(generic)
            if RESOURCES.matches(each) and _meets(each, tests)
        ]
        # Nothing else says what kind of resource it is: that of the service comes first.
        found.sort(key=lambda each: service not in each.split(":")[2:3])
        return list(dict.fromkeys([*found[:5], value, *(["*"] if _meets("*", tests) else [])]))

    def _principals(
        self, caller: Caller, values: Mapping[str, Value | None], resource: str
    ) -> Iterator[Principal]:
        if caller.arns is None:
            yield caller.principal
            return
        value = values.get(ARN_KEY)
        if isinstance(value, str):
            principal = caller.with_arn(value)
            if principal is not None:
                yield principal
            return
        arn = caller.principal.identifier
        owner = account_of(resource)
        if (
            caller.has_any_account
            and owner
            and (not self.is_resource or owner not in self.accounts)
        ):
            principal = caller.with_arn(re.sub(r"::\d{12}:", f"::{owner}:", arn))
            if principal is not None:
                yield principal
        principal = caller.with_arn(arn)
        if principal is not None:
            yield principal

    def _owners(
        self, principal: Principal, values: Mapping[str, Value | None], resource: str
    ) -> list[str | None]:
        value = values.get(RESOURCE_ACCOUNT)
        if isinstance(value, str):
            return [value]
        if not self.is_resource:
            return [None]
        other = free_account((*self.accounts, principal.account))
        if account_of(resource):
            # The account in the ARN is that of the resource; in doubt, the policy is another's.
            return [None, other] if account_of(resource) == principal.account else [None]
        if principal.kind is PrincipalKind.ROOT or not principal.account:
            return [other]
        return [None, other]


_EVERYTHING = PolicyDocument(statements=(Statement(actions=("*",), resources=("*",)),))
_ROLE = "arn:aws:iam::111122223333:role/Example"
_GENERIC = {
    "iam": (_ROLE, "arn:aws:iam::111122223333:user/alice"),
    "kms": ("arn:aws:kms:us-east-1:111122223333:key/11112222-3333-4444-5555-666677778888",),
    "lambda": ("arn:aws:lambda:us-east-1:111122223333:function:example",),
    "dynamodb": ("arn:aws:dynamodb:us-east-1:111122223333:table/example",),
    "ec2": ("arn:aws:ec2:us-east-1:111122223333:instance/i-0123456789abcdef0",),
    "logs": ("arn:aws:logs:us-east-1:111122223333:log-group:example",),
    "s3": ("arn:aws:s3:::example/example", "arn:aws:s3:::example"),
    "secretsmanager": ("arn:aws:secretsmanager:us-east-1:111122223333:secret:example",),
    "sns": ("arn:aws:sns:us-east-1:111122223333:example",),
    "sqs": ("arn:aws:sqs:us-east-1:111122223333:example",),
    "sts": (),
}  # fmt: skip


def _meets(word: str, tests: Iterable[tuple[Any, bool]]) -> bool:
    return all(
        atom.patterns is None or atom.patterns.surely_matches(word) is wanted
        for atom, wanted in tests
    )
