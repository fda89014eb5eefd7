"""What is compared: the layers of two sets of policies, of one kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ...errors import InvalidPolicyError
from ...policy import Effect, PolicyDocument, PolicyKind, Statement
from ..policy_set import PolicySet
from ..principal import Principal, Reach
from ..rules import WITH_RESOURCE_CONTROL
from ..statements import CompiledStatement
from . import patterns
from .atoms import ACTION, RESOURCE, Atoms, Literal
from .search import Side
from .terms import Translator

Policies = PolicyDocument | Sequence[PolicyDocument] | PolicySet


class Kind(StrEnum):
    """Whose side the compared policies are on."""

    IDENTITY = "identity policies"
    RESOURCE = "a resource or trust policy"
    EITHER = "no policy at all"
    BOTH = "identity policies together with a resource policy"


@dataclass(frozen=True, slots=True)
class Placed:
    """One statement, where it stands, and the version of its document."""

    statement: Statement
    version: str
    reaching: CompiledStatement | None
    """What says whom it means; None where the policy names no principals."""

    def is_about(self, principal: Principal, *, boundary: bool) -> bool:
        """Whether the statement means a principal at all."""
        if self.reaching is None:
            return True
        reach = self.reaching.reach(principal, has_boundary=boundary)
        return reach is not Reach.NONE


@dataclass(frozen=True, slots=True)
class PlacedLayer:
    """Policies that count together."""

    kind: PolicyKind
    statements: tuple[Placed, ...]


class Compared:
    """One of the two sets of policies."""

    def __init__(self, argument: str, given: Policies) -> None:
        self.policies = _policy_set(argument, given)
        self.kind = _kind(self.policies)
        self.has_boundary = self.policies.boundary is not None
        self._layers: tuple[PlacedLayer, ...] | None = None
        self._as_kind = Kind.EITHER

    def layers(self, kind: Kind) -> tuple[PlacedLayer, ...]:
        """All layers, of which each must allow."""
        if self._layers is None or self._as_kind is not kind:
            self._layers, self._as_kind = tuple(_layers(self.policies, kind)), kind
        return self._layers

    def placed(self, kind: Kind) -> Iterable[Placed]:
        """All statements."""
        return (each for layer in self.layers(kind) for each in layer.statements)

    def mask(self, kind: Kind, principal: Principal) -> tuple[bool, ...]:
        """Which statements mean a principal."""
        boundary = self.has_boundary and principal.has_identity_policies
        return tuple(
            each.is_about(principal, boundary=boundary)
            for each in self.placed(kind)
            if each.reaching is not None
        )

    def side(
        self, kind: Kind, mask: tuple[bool, ...], translator: Translator, atoms: Atoms
    ) -> Side:
        """The terms of the statements that mean a principal."""
        side = Side(layers=[], denies=[])
        left = iter(mask)
        for layer in self.layers(kind):
            allows = []
            limited: tuple[Literal, ...] = ()
            if layer.kind is PolicyKind.RESOURCE_CONTROL:
                limited = _limited_by_resource_control(atoms)
                for component, atom, wanted in limited:
                    beyond = translator.term(_EVERYTHING, "", ((component, atom, not wanted),))
                    allows += [beyond] if beyond is not None else []
            for each in layer.statements:
                if each.reaching is not None and not next(left):
                    continue
                denies = each.statement.effect is Effect.DENY
                term = translator.term(each.statement, each.version, limited if denies else ())
                if term is not None:
                    (side.denies if denies else allows).append(term)
            side.layers.append(allows)
        return side


_EVERYTHING = Statement(actions=("*",), resources=("*",))


def _policy_set(argument: str, given: Policies) -> PolicySet:
    if isinstance(given, PolicySet):
        return given
    if isinstance(given, PolicyDocument):
        if any(each.principals or each.not_principals for each in given.statements):
            return PolicySet(resource=given)
        return PolicySet(identity=[given])
    if isinstance(given, Sequence) and not isinstance(given, (str, bytes)):
        return PolicySet(identity=given)
    raise InvalidPolicyError(
        f"{argument} must be a PolicyDocument, a sequence of them or a PolicySet, "
        f"got {type(given).__name__}"
    )


def _kind(policies: PolicySet) -> Kind:
    has_identity = (
        any(each.statements for each in policies.identity)
        or policies.boundary is not None
        or bool(policies.session)
        or policies.service_control is not None
    )
    if policies.resource is not None:
        return Kind.BOTH if has_identity else Kind.RESOURCE
    if has_identity or policies.endpoint or policies.resource_control is not None:
        return Kind.IDENTITY
    return Kind.EITHER


def _layers(policies: PolicySet, kind: Kind) -> Iterable[PlacedLayer]:
    def layer(documents: Iterable[PolicyDocument | None], of: PolicyKind) -> PlacedLayer:
        return PlacedLayer(
            of,
            tuple(
                Placed(statement, document.version, _reaching(statement, of))
                for document in documents
                if document is not None
                for statement in document.statements
            ),
        )

    if kind is Kind.RESOURCE:
        yield layer([policies.resource], PolicyKind.RESOURCE)
    else:
        yield layer(policies.identity, PolicyKind.IDENTITY)
        if policies.boundary is not None:
            yield layer([policies.boundary], PolicyKind.BOUNDARY)
        if policies.session:
            yield layer(policies.session, PolicyKind.SESSION)
    for level in policies.service_control or ():
        yield layer(level, PolicyKind.SERVICE_CONTROL)
    for level in policies.resource_control or ():
        yield layer(level, PolicyKind.RESOURCE_CONTROL)
    if policies.endpoint is not None:
        yield layer([policies.endpoint], PolicyKind.ENDPOINT)


def _reaching(statement: Statement, kind: PolicyKind) -> CompiledStatement | None:
    if not (statement.principals or statement.not_principals):
        return None
    # Only whom it means is asked: without the rest, nothing more is compiled.
    return CompiledStatement(
        Statement(
            effect=statement.effect,
            actions=("*",),
            principals=statement.principals,
            not_principals=statement.not_principals,
        ),
        version="",
        kind=kind,
        place="",
    )


def _limited_by_resource_control(atoms: Atoms) -> tuple[Literal, ...]:
    """The requests that resource control policies count for."""
    services = tuple(patterns.action(f"{each}:*") for each in sorted(WITH_RESOURCE_CONTROL))
    retiring = (patterns.action("kms:RetireGrant"),)
    return (
        (ACTION, atoms.of_patterns(ACTION, services), True),
        (ACTION, atoms.of_patterns(ACTION, retiring), False),
        (RESOURCE, atoms.of_patterns(RESOURCE, (patterns.exact("*"),)), False),
    )
