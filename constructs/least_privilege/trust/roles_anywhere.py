"""Trust in workloads outside of AWS that hold a certificate, by IAM Roles Anywhere.

Source: https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import InvalidArnError, InvalidTrustError
from ..policy import Arn, Condition, NamedPrincipal, PrincipalType, Statement, holds_token
from ..policy.names import check_strings
from ..policy.reasons import MINIMUM_REASON, is_reason
from ..policy.tokens import beside_tokens, is_token
from .base import Trust

_ANCHOR = re.compile(
    r"arn:(x|aws(-[a-z]+)*):rolesanywhere:[a-z0-9-]+:(x|[0-9]{12}):trust-anchor/[A-Za-z0-9-]+"
)
_ATTRIBUTE = re.compile(r"x509(Subject|Issuer|SAN/Name)/[A-Za-z][A-Za-z0-9]*|x509SAN/(DNS|URI)")
_VALUE = re.compile(r"[\w .:/=+@-]{1,256}")
_FIELDS = {
    "x509Subject/CN": "common_names",
    "x509SAN/DNS": "dns_names",
    "x509SAN/URI": "uris",
}
_IN_LOWER_CASE = {name.lower(): field for name, field in _FIELDS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateAttribute:
    """An attribute of the certificate, such as `x509Subject/OU`, `x509Subject/UID`,
    `x509Issuer/CN` or `x509SAN/Name/CN`; one of `values` suffices. They are exact.

    Example:
        >>> CertificateAttribute(name="x509Subject/OU", values=("payments",)).condition().key
        'aws:PrincipalTag/x509Subject/OU'

    Source: https://docs.aws.amazon.com/rolesanywhere/latest/userguide/attribute-mapping.html
    """

    name: str
    values: tuple[str, ...]

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not _ATTRIBUTE.fullmatch(self.name):
            raise InvalidTrustError(
                "name must be an attribute of a certificate as Roles Anywhere maps it, such as "
                f"'x509Subject/OU', 'x509Issuer/CN' or 'x509SAN/URI', got {self.name!r}"
            )
        values = _check_values(f"values of {self.name}", self.values)
        if not values:
            raise InvalidTrustError(f"values of {self.name} must be at least one, got none")
        object.__setattr__(self, "values", values)

    def condition(self) -> Condition:
        """A certificate without the attribute does not pass."""
        return Condition.of("StringEquals", f"aws:PrincipalTag/{self.name}", *self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class RolesAnywhere(Trust):
    """Workloads that hold a certificate of the CA behind one trust anchor, and which of them.

    `common_names` are of the subject; `dns_names` and `uris` (such as SPIFFE IDs) are of the
    subject alternative name, whose first entry of each kind counts; `attributes` are any others.
    Each that is given has to be there, with one of its values. They are letters, digits, blanks and
    any of `_.:/=+-@`: Roles Anywhere cannot map others, and refuses the certificate.

    Without an attribute of the subject every certificate of the CA could assume the role; where
    that is meant, `any_certificate_reason` says why in a sentence.

    `trust_anchor_arn` is of the role's own account. The role needs a profile besides, a
    `RolesAnywhereProfile`, and its `session_duration` is at least that of the profile. Roles
    Anywhere sets session tags and, from the common name, a source identity: a role that is assumed
    next has to allow `sts:SetSourceIdentity`.

    Raises `InvalidArnError` for what is no trust anchor, `InvalidTrustError` for the rest.

    Example:
        >>> backup = RolesAnywhere(
        ...     trust_anchor_arn="arn:aws:rolesanywhere:eu-central-1:111122223333:trust-anchor/"
        ...     "11111111-2222-3333-4444-555555555555",
        ...     common_names=("backup.example.com",),
        ... )
        >>> backup.statements()[0].actions
        ('sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity')

    Source: https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html
    """

    trust_anchor_arn: str
    common_names: tuple[str, ...] = ()
    dns_names: tuple[str, ...] = ()
    uris: tuple[str, ...] = ()
    attributes: tuple[CertificateAttribute, ...] = ()
    any_certificate_reason: str = ""

    def __post_init__(self) -> None:
        _check_anchor(self.trust_anchor_arn)
        for field in _FIELDS.values():
            object.__setattr__(self, field, _check_values(field, getattr(self, field)))
        object.__setattr__(self, "attributes", _check_attributes(self.attributes))
        self._check_narrow()

    def _check_narrow(self) -> None:
        names = self.demanded_attributes
        narrow = [name for name in names if not name.startswith("x509Issuer/")]
        reason = self.any_certificate_reason
        if narrow and reason:
            raise InvalidTrustError(
                f"any_certificate_reason must be left out beside {', '.join(narrow)}, got "
                f"{reason!r}"
            )
        if not narrow and not is_reason(reason):
            raise InvalidTrustError(
                "common_names, dns_names, uris or an attribute of the subject must be given, or "
                "every certificate of the CA could assume the role; where that is meant, say why "
                f"in any_certificate_reason (a sentence of at least {MINIMUM_REASON} characters), "
                f"got {reason!r}"
            )

    @property
    def demanded_attributes(self) -> tuple[str, ...]:
        """The names of the attributes that a certificate must have, such as `x509Subject/CN`."""
        return tuple(attribute.name for attribute in self._wanted())

    def _wanted(self) -> tuple[CertificateAttribute, ...]:
        of_fields = (
            CertificateAttribute(name=name, values=getattr(self, field))
            for name, field in _FIELDS.items()
            if getattr(self, field)
        )
        return (*of_fields, *self.attributes)

    def statements(self) -> tuple[Statement, ...]:
        return (
            Statement(
                actions=("sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"),
                principals=(
                    NamedPrincipal(
                        type=PrincipalType.SERVICE, identifier="rolesanywhere.amazonaws.com"
                    ),
                ),
                conditions=(
                    Condition.of("ArnEquals", "aws:SourceArn", self.trust_anchor_arn),
                    *(attribute.condition() for attribute in self._wanted()),
                ),
            ),
        )

    def check_in_account(self, account_id: str) -> None:
        if is_token(self.trust_anchor_arn):
            return
        of_anchor = Arn.parse(self.trust_anchor_arn).account
        if of_anchor != account_id and not holds_token(of_anchor + account_id):
            raise InvalidTrustError(
                f"trust_anchor_arn must be of the role's own account {account_id}, got "
                f"{self.trust_anchor_arn!r}; make a trust anchor there, for the same CA"
            )


def _check_anchor(arn: object) -> None:
    if isinstance(arn, str) and (is_token(arn) or _ANCHOR.fullmatch(beside_tokens(arn, "x"))):
        return
    raise InvalidArnError(
        "trust_anchor_arn must be the ARN of one trust anchor, like arn:aws:rolesanywhere:"
        "eu-central-1:111122223333:trust-anchor/11111111-2222-3333-4444-555555555555, "
        f"got {arn!r}"
    )


def _check_values(argument: str, values: Sequence[str]) -> tuple[str, ...]:
    values = check_strings(values, argument=argument, error=InvalidTrustError)
    for value in values:
        if not _VALUE.fullmatch(beside_tokens(value, "x")):
            raise InvalidTrustError(
                f"{argument} must be 1 to 256 letters, digits, blanks or any of _.:/=+-@, which "
                f"Roles Anywhere can map, and exact, without wildcards, got {value!r}"
            )
    if len(set(values)) < len(values):
        raise InvalidTrustError(f"{argument} must each be named once, got {values!r}")
    return values


def _check_attributes(
    attributes: Sequence[CertificateAttribute],
) -> tuple[CertificateAttribute, ...]:
    if not isinstance(attributes, Sequence) or not all(
        isinstance(each, CertificateAttribute) for each in attributes
    ):
        raise InvalidTrustError(
            "attributes must be a list of values of CertificateAttribute, like "
            f"[CertificateAttribute(name='x509Subject/OU', values=['payments'])], got "
            f"{attributes!r}"
        )
    names = [attribute.name for attribute in attributes]
    for name in names:
        # Names of condition keys are compared without case.
        field = _IN_LOWER_CASE.get(name.lower())
        if field:
            raise InvalidTrustError(f"attributes must not hold {name}; {field} says it")
    if len({name.lower() for name in names}) < len(names):
        raise InvalidTrustError(
            f"attributes must name each attribute once, with all its values, got {names}"
        )
    return tuple(attributes)
