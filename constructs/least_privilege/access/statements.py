"""Statements and the policies they come from, compiled to be asked many times."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..policy import Effect, NamedPrincipal, PolicyDocument, PolicyKind, PrincipalType, Statement
from .conditions import CompiledCondition
from .matching import ActionMatcher, ContextValues, ResourceMatcher
from .principal import Principal, PrincipalKind, Reach

_REMEMBERED_ACTIONS = 4_096


class CompiledStatement:
    """One statement of a policy, and where it stands."""

    __slots__ = ("_actions", "_everybody", "_not_actions", "_not_resources", "_principals",
                 "conditions", "denies", "kind", "place", "resources", "statement")  # fmt: skip

    def __init__(self, statement: Statement, *, version: str, kind: PolicyKind, place: str) -> None:
        self.statement = statement
        self.kind = kind
        self.place = place
        self.denies = statement.effect is Effect.DENY
        self._not_actions = bool(statement.not_actions)
        self._actions = ActionMatcher(statement.actions or statement.not_actions)
        self._not_resources = bool(statement.not_resources)
        patterns = statement.resources or statement.not_resources
        # A statement without resources is about the one that its policy is attached to.
        self.resources = ResourceMatcher(patterns, version) if patterns else None
        self.conditions = tuple(
            CompiledCondition(condition, version) for condition in statement.conditions
        )
        named = statement.principals or statement.not_principals
        self._principals = _by_type(named)
        self._everybody = "*" in self._principals.get(PrincipalType.AWS, ())

    @property
    def names_principals(self) -> bool:
        """Whether the statement says whom it is about."""
        return bool(self._principals)

    def is_about_action(self, action: str) -> bool:
        """Whether the statement is about an action, given in lower case."""
        return self._actions(action) is not self._not_actions

    def is_about_resource(self, resource: str, context: ContextValues) -> bool:
        """Whether the statement is about a resource."""
        if self.resources is None:
            return True
        return self.resources(resource, context) is not self._not_resources

    def may_be_about_resource(self, resource: str) -> bool | None:
        """The same where no variable is known; None if it hangs on one."""
        if self.resources is None:
            return True
        if self.resources.matches_without_variables(resource):
            return not self._not_resources
        return None if self.resources.may_match(resource) else self._not_resources

    def meets_conditions(self, context: ContextValues) -> bool:
        """Whether all conditions hold."""
        return all(condition.holds(context) for condition in self.conditions)

    def reach(self, principal: Principal, *, has_boundary: bool) -> Reach:
        """How far the statement goes for a principal.

        Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
        """
        if self.statement.not_principals:
            return self._reach_beyond(principal, has_boundary=has_boundary)
        if self._everybody:
            return Reach.DIRECT
        reach = Reach.NONE
        for kind, names in principal.names.items():
            wanted = self._principals.get(kind)
            if wanted is None:
                continue
            if kind is PrincipalType.SERVICE and "*" in wanted:
                return Reach.DIRECT
            for name, how_far in names.items():
                if how_far > reach and name in wanted:
                    reach = how_far
        if principal.kind is PrincipalKind.FEDERATED and self._names_provider(principal):
            return Reach.DIRECT
        return reach

    def _names_provider(self, principal: Principal) -> bool:
        """A provider that is known by its domain may be named by its ARN in the account."""
        suffix = f":oidc-provider/{principal.identifier}"
        named = self._principals.get(PrincipalType.FEDERATED, frozenset())
        return any(each.endswith(suffix) for each in named)

    def _reach_beyond(self, principal: Principal, *, has_boundary: bool) -> Reach:
        """`NotPrincipal`: everybody but those named."""
        if self.denies and has_boundary:
            # AWS denies whoever has a boundary, whatever is named.
            return Reach.DIRECT
        if self._everybody:
            return Reach.NONE
        named = [
            how_far
            for kind, names in principal.names.items()
            for name, how_far in names.items()
            if name in self._principals.get(kind, ())
        ]
        if not self.denies:
            return Reach.NONE if named else Reach.DIRECT
        if principal.account and principal.kind is not PrincipalKind.ROOT:
            # The account is looked at first, then the user or the role, then the session: each
            # of them must be named.
            is_exempt = Reach.ACCOUNT in named and self._names_itself(principal)
        else:
            is_exempt = bool(named)
        return Reach.NONE if is_exempt else Reach.DIRECT

    def _names_itself(self, principal: Principal) -> bool:
        """Whether the user is named, or the role and this session of it."""
        names = self._principals.get(PrincipalType.AWS, frozenset())
        if principal.identifier not in names and principal.unique_id not in names:
            return False
        return principal.kind is not PrincipalKind.ROLE_SESSION or principal.arn in names


def _by_type(named: Sequence[NamedPrincipal]) -> dict[PrincipalType, frozenset[str]]:
    found: dict[PrincipalType, set[str]] = {}
    for principal in named:
        found.setdefault(principal.type, set()).add(principal.identifier)
    return {kind: frozenset(names) for kind, names in found.items()}


class Layer:
    """Policies of one kind that count together: what one of them allows, all of them allow."""

    __slots__ = ("_by_action", "kind", "statements")

    def __init__(self, documents: Iterable[PolicyDocument], kind: PolicyKind) -> None:
        self.kind = kind
        found = []
        documents = tuple(documents)
        for number, document in enumerate(documents):
            policy = f"{kind} {number + 1}" if len(documents) > 1 else str(kind)
            for index, statement in enumerate(document.statements):
                name = statement.sid or f"Statement[{index}]"
                found.append(
                    CompiledStatement(
                        statement,
                        version=document.version,
                        kind=kind,
                        place=f"{policy}, {name}",
                    )
                )
        self.statements = tuple(found)
        self._by_action: dict[
            str, tuple[tuple[CompiledStatement, ...], tuple[CompiledStatement, ...]]
        ] = {}

    def about(
        self, action: str
    ) -> tuple[tuple[CompiledStatement, ...], tuple[CompiledStatement, ...]]:
        """The statements that deny an action, given in lower case, and those that allow it."""
        found = self._by_action.get(action)
        if found is None:
            matching = [each for each in self.statements if each.is_about_action(action)]
            found = (
                tuple(each for each in matching if each.denies),
                tuple(each for each in matching if not each.denies),
            )
            if len(self._by_action) >= _REMEMBERED_ACTIONS:
                self._by_action.clear()
            self._by_action[action] = found
        return found
