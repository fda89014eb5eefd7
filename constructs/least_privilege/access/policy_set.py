"""All policies that count for the requests of one principal to one resource.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

from ..errors import InvalidPolicyError
from ..policy import PolicyDocument, PolicyKind
from .statements import Layer

Levels = Sequence[Sequence[PolicyDocument]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySet:
    """The policies that decide on a request, compiled at their first use.

    `identity` are those of the principal, inline and managed and those of its groups. `resource`
    is that of the resource: a bucket policy, a key policy, the trust policy of a role to assume.
    `session` are session policies, of which one must allow; none, or an empty sequence, where
    none were passed. `service_control` and `resource_control` are the policies of an organization
    by level, root first, one of each level must allow; None where there is no organization.
    `endpoint` is the policy of the VPC endpoint that the request comes through.

    Raises `InvalidPolicyError` for what is no policy, or none of its kind.

    Example:
        >>> PolicySet(identity=[PolicyDocument.parse(
        ...     {"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}
        ... )]).boundary is None
        True

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    """

    identity: Sequence[PolicyDocument] = ()
    resource: PolicyDocument | None = None
    boundary: PolicyDocument | None = None
    session: Sequence[PolicyDocument] | None = None
    service_control: Levels | None = None
    resource_control: Levels | None = None
    endpoint: PolicyDocument | None = None
    _layers: dict[str, Any] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        identity = () if self.identity is None else self.identity
        object.__setattr__(self, "identity", _documents("identity", identity))
        if self.session is not None:
            object.__setattr__(self, "session", _documents("session", self.session))
        for name in ("resource", "boundary", "endpoint"):
            document = getattr(self, name)
            if document is not None:
                _check_document(name, document)
        for name in ("service_control", "resource_control"):
            levels = getattr(self, name)
            if levels is not None:
                object.__setattr__(self, name, _levels(name, levels))

    def with_resource(self, resource: PolicyDocument | None) -> PolicySet:
        """The same with the policy of another resource; what is compiled already stays so."""
        other = replace(self, resource=resource)
        other._layers.update(
            {name: each for name, each in self._layers.items() if name not in _OF_RESOURCES}
        )
        return other

    @property
    def identity_layer(self) -> Layer:
        """The identity policies together."""
        return self._layer("identity", self.identity, PolicyKind.IDENTITY)

    @property
    def resource_layer(self) -> Layer | None:
        """The policy of the resource."""
        return self._optional("resource", self.resource, PolicyKind.RESOURCE)

    @property
    def trust_layer(self) -> Layer | None:
        """The policy of the resource, where that is a role."""
        return self._optional("trust", self.resource, PolicyKind.TRUST)

    @property
    def boundary_layer(self) -> Layer | None:
        """The permissions boundary."""
        return self._optional("boundary", self.boundary, PolicyKind.BOUNDARY)

    @property
    def endpoint_layer(self) -> Layer | None:
        """The policy of the VPC endpoint."""
        return self._optional("endpoint", self.endpoint, PolicyKind.ENDPOINT)

    @property
    def session_layer(self) -> Layer | None:
        """The session policies together."""
        if not self.session:
            return None
        return self._layer("session", self.session, PolicyKind.SESSION)

    @property
    def service_control_layers(self) -> tuple[Layer, ...]:
        """The service control policies, a layer a level."""
        return self._by_level("service_control", self.service_control, PolicyKind.SERVICE_CONTROL)

    @property
    def resource_control_layers(self) -> tuple[Layer, ...]:
        """The resource control policies, a layer a level."""
        return self._by_level(
            "resource_control", self.resource_control, PolicyKind.RESOURCE_CONTROL
        )

    def _layer(self, name: str, documents: Iterable[PolicyDocument], kind: PolicyKind) -> Layer:
        layer = self._layers.get(name)
        if layer is None:
            layer = self._layers[name] = Layer(documents, kind)
        assert isinstance(layer, Layer)
        return layer

    def _optional(
        self, name: str, document: PolicyDocument | None, kind: PolicyKind
    ) -> Layer | None:
        return None if document is None else self._layer(name, (document,), kind)

    def _by_level(self, name: str, levels: Levels | None, kind: PolicyKind) -> tuple[Layer, ...]:
        layers = self._layers.get(name)
        if layers is None:
            layers = tuple(Layer(level, kind) for level in levels or ())
            self._layers[name] = layers
        assert isinstance(layers, tuple)
        return layers


_OF_RESOURCES = ("resource", "trust")
_WITH_PRINCIPAL = ("resource", "endpoint", "resource_control")


def _documents(name: str, given: object) -> tuple[PolicyDocument, ...]:
    if isinstance(given, (str, bytes, PolicyDocument)) or not isinstance(given, Iterable):
        _refuse(f"{name} must be a sequence of policy documents, got {_brief(given)}")
    documents = tuple(given)
    for index, document in enumerate(documents):
        _check_document(f"{name}[{index}]", document)
    return documents


def _levels(name: str, given: object) -> tuple[tuple[PolicyDocument, ...], ...]:
    if isinstance(given, (str, bytes, PolicyDocument)) or not isinstance(given, Iterable):
        _refuse(
            f"{name} must be a sequence of levels, each a sequence of policy documents, "
            f"got {_brief(given)}"
        )
    return tuple(_documents(f"{name}[{index}]", level) for index, level in enumerate(given))


def _check_document(name: str, document: object) -> None:
    if not isinstance(document, PolicyDocument):
        _refuse(f"{name} must be a PolicyDocument, got {_brief(document)}")
    with_principal = name.startswith(_WITH_PRINCIPAL)
    for index, statement in enumerate(document.statements):
        has_principal = bool(statement.principals or statement.not_principals)
        if has_principal is not with_principal:
            wanted = "must" if with_principal else "must not"
            _refuse(f"{name}: Statement[{index}] {wanted} name a Principal")


def _brief(value: object) -> str:
    text = repr(value)
    return text if len(text) < 80 else f"{text[:60]}..."


def _refuse(what: str) -> NoReturn:
    raise InvalidPolicyError(what)
