"""Trust in people who sign in with a SAML 2.0 identity provider.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_saml.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import InvalidArnError, InvalidTrustError
from ..policy import (
    ACCOUNT,
    PARTITION,
    Arn,
    Condition,
    NamedPrincipal,
    PrincipalType,
    Statement,
    check_arn,
    holds_token,
)
from ..policy.names import check_strings
from ..policy.tokens import beside_tokens, is_token
from .base import Trust
from .sessions import SessionTag, SourceIdentity, check_session_content, session_statements

SIGN_IN = "https://signin.aws.amazon.com/saml"
"""Where identity providers send people to by default, in partition `aws`."""

ONE_VALUE = (
    "doc", "edupersonorgdn", "edupersonprimaryaffiliation", "edupersonprimaryorgunitdn",
    "edupersonprincipalname", "iss", "namequalifier",
)  # fmt: skip
"""The keys of an assertion that have one value.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-saml
"""
MANY_VALUES = (
    "cn", "commonName", "eduorghomepageuri", "eduorgidentityauthnpolicyuri", "eduorglegalname",
    "eduorgsuperioruri", "eduorgwhitepagesuri", "edupersonaffiliation", "edupersonassurance",
    "edupersonentitlement", "edupersonnickname", "edupersonorgunitdn", "edupersonscopedaffiliation",
    "edupersontargetedid", "givenName", "mail", "name", "organizationStatus", "primaryGroupSID",
    "surname", "uid", "x500UniqueIdentifier",
)  # fmt: skip
"""The keys of an assertion that can have several values.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-saml
"""

_OF_FIELDS = {"aud": "audiences", "sub": "subjects", "sub_type": "subject_type"}
_NAME = re.compile(r"[\w.-]{1,128}", re.ASCII)
_ENDPOINT = re.compile(
    r"https://([a-z]+(-[a-z]+)+-\d\.)?signin\."
    r"(aws\.amazon\.com|amazonaws-us-gov\.com|amazonaws\.cn|amazonaws-eusc\.eu|c2shome\.ic\.gov"
    r"|sc2shome\.sgov\.gov|csphome\.hci\.ic\.gov|csphome\.adc-e\.uk)/saml(/acs/[\w-]+)?",
    re.ASCII,
)
_FORMATS = "urn:oasis:names:tc:SAML:2.0:nameid-format:"
_SHORT = ("persistent", "transient")
"""Formats that AWS names in short; it takes the full URI of others, and not of these."""
_OLDER_FORMATS = "urn:oasis:names:tc:SAML:1.1:nameid-format:"
_FULL = {
    "kerberos": f"{_FORMATS}kerberos",
    "entity": f"{_FORMATS}entity",
    "encrypted": f"{_FORMATS}encrypted",
    "email": f"{_OLDER_FORMATS}emailAddress",
    "emailaddress": f"{_OLDER_FORMATS}emailAddress",
    "unspecified": f"{_OLDER_FORMATS}unspecified",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SamlAttribute:
    """An attribute of the person, as the identity provider asserts it; one of `values` suffices.

    `name` is one of those that AWS knows, such as `edupersonaffiliation`, `primaryGroupSID` or
    `iss`; others, such as groups of a directory, can come as a `SessionTag`. `values` are exact.

    Example:
        >>> SamlAttribute(name="edupersonaffiliation", values=("staff",)).condition().key
        'saml:edupersonaffiliation'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-saml
    """

    name: str
    values: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.name not in ONE_VALUE + MANY_VALUES:
            raise InvalidTrustError(_unknown(self.name))
        values = _at_least_one(f"values of {self.name}", self.values)
        object.__setattr__(self, "values", values)

    def condition(self) -> Condition:
        """`ForAnyValue` where there can be several; an assertion without it passes neither."""
        operator = "StringEquals" if self.name in ONE_VALUE else "ForAnyValue:StringEquals"
        return Condition.of(operator, f"saml:{self.name}", *self.values)


def _unknown(name: object) -> str:
    bare = name.lower().removeprefix("saml:") if isinstance(name, str) else ""
    if bare in _OF_FIELDS:
        return f"name must not be {name!r}; {_OF_FIELDS[bare]} says it"
    near = next((each for each in ONE_VALUE + MANY_VALUES if each.lower() == bare), None)
    hint = f"try {near!r}" if near else "pass other ones as a SessionTag"
    return (
        "name must be an attribute that AWS knows, such as 'edupersonaffiliation', "
        f"'primaryGroupSID' or 'iss', got {name!r}; {hint}"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SamlProvider(Trust):
    """People to whom a SAML 2.0 identity provider of IAM gives the role in its assertion.

    The provider is one of the role's own account: name it by `provider_name`, or by `provider_arn`,
    for one that the same app makes.
    The identity provider decides who gets the role; what else the assertion must say:

    - `audiences`: the AWS sign-in endpoints it may be sent to. It is the assertion's Recipient, not
      its Audience. Regional ones (`https://eu-central-1.signin.aws.amazon.com/saml`) make sign-in
      more available; China and GovCloud have their own (`https://signin.amazonaws.cn/saml`,
      `https://signin.amazonaws-us-gov.com/saml`), and encrypted assertions `.../saml/acs/ID`
    - `subjects`: the NameIDs of the people. `subject_type` is `persistent` for them, or the full
      URI of another format that does not change from one sign-in to the next
    - `attributes`: each has to be there, with one of its values
    - `session_tags`, `source_identity`: what the provider writes into the session. A provider that
      sends either is refused by every role that does not allow it

    There is no `mfa`: an assertion carries no MFA claim that AWS reads. Demand it at the provider.
    A caller can ask for sessions of up to 12 hours, or until the assertion's SessionNotOnOrAfter.

    Raises `InvalidTrustError` (and `InvalidArnError`, `InvalidTagError`).

    Example:
        >>> staff = SamlProvider(
        ...     provider_name="Corporate",
        ...     attributes=(SamlAttribute(name="edupersonaffiliation", values=("staff",)),),
        ... )
        >>> [condition.key for condition in staff.statements()[0].conditions]
        ['SAML:aud', 'saml:edupersonaffiliation']

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_saml.html
    """

    provider_name: str = ""
    provider_arn: str = ""
    audiences: tuple[str, ...] = (SIGN_IN,)
    subjects: tuple[str, ...] = ()
    subject_type: str = ""
    attributes: tuple[SamlAttribute, ...] = ()
    source_identity: SourceIdentity | None = None
    session_tags: tuple[SessionTag, ...] = ()

    def __post_init__(self) -> None:
        _check_provider(self.provider_name, self.provider_arn)
        checked: dict[str, object] = {
            "audiences": _check_audiences(self.audiences),
            "subjects": _exact("subjects", self.subjects),
            "attributes": _check_attributes(self.attributes),
            "session_tags": check_session_content(self.source_identity, self.session_tags),
        }
        for name, value in checked.items():
            object.__setattr__(self, name, value)
        self._check_subject_type()

    def _check_subject_type(self) -> None:
        given = self.subject_type
        if not isinstance(given, str):
            raise InvalidTrustError(f"subject_type must be a string, got {given!r}")
        if given == "transient" and self.subjects:
            raise InvalidTrustError(
                "subject_type must not be 'transient' beside subjects: such NameIDs change with "
                "every sign-in, and nobody could assume the role"
            )
        short = given.rpartition(":")[2].lower()
        if given in ("", *_SHORT) or is_token(given) or (":" in given and short not in _SHORT):
            _exact("subject_type", (given,) if given else ())
            return
        mend = short if short in _SHORT else _FULL.get(short, "persistent")
        raise InvalidTrustError(
            "subject_type must be 'persistent', 'transient' or the full URI of another format of "
            f"NameIDs, got {given!r}; try {mend!r}"
        )

    def check_in_account(self, account_id: str) -> None:
        if not self.provider_arn.startswith("arn:"):
            return
        of_provider = Arn.parse(self.provider_arn).account
        if of_provider != account_id and not holds_token(of_provider + account_id):
            raise InvalidTrustError(
                f"provider_arn must be of the role's own account {account_id}, got "
                f"{self.provider_arn!r}; make a provider there, of the same identity provider"
            )

    def statements(self) -> tuple[Statement, ...]:
        conditions = [Condition.of("StringEquals", "SAML:aud", *self.audiences)]
        if self.subjects:
            conditions.append(Condition.of("StringEquals", "saml:sub", *self.subjects))
        if self.subjects or self.subject_type:
            subject_type = self.subject_type or "persistent"
            conditions.append(Condition.of("StringEquals", "saml:sub_type", subject_type))
        conditions += [attribute.condition() for attribute in self.attributes]
        arn = (
            self.provider_arn
            or f"arn:{PARTITION}:iam::{ACCOUNT}:saml-provider/{self.provider_name}"
        )
        return session_statements(
            action="sts:AssumeRoleWithSAML",
            principals=(NamedPrincipal(type=PrincipalType.FEDERATED, identifier=arn),),
            conditions=conditions,
            source_identity=self.source_identity,
            session_tags=self.session_tags,
        )


def _at_least_one(argument: str, values: Sequence[str]) -> tuple[str, ...]:
    values = _exact(argument, values)
    if not values:
        raise InvalidTrustError(f"{argument} must be at least one, got none")
    return values


def _exact(argument: str, values: Sequence[str]) -> tuple[str, ...]:
    """Texts that are meant as they stand."""
    values = check_strings(values, argument=argument, error=InvalidTrustError)
    for value in values:
        known = beside_tokens(value, "x")
        if not known or not known.isprintable() or any(sign in known for sign in ("*", "?", "${")):
            raise InvalidTrustError(
                f"{argument} must be exact, without wildcards or policy variables, got {value!r}; "
                "name each"
            )
    if len(set(values)) < len(values):
        raise InvalidTrustError(f"{argument} must each be named once, got {values!r}")
    return values


def _check_provider(name: object, arn: object) -> None:
    if not isinstance(name, str) or not isinstance(arn, str):
        raise InvalidTrustError(
            f"provider_name and provider_arn must be strings, got {name!r} and {arn!r}"
        )
    if bool(name) == bool(arn):
        raise InvalidTrustError(
            f"provider_name or provider_arn must be given, and not both, got {name!r} and {arn!r}"
        )
    if name.startswith("arn:"):
        raise InvalidTrustError(f"provider_name must be a name, got {name!r}; say provider_arn")
    if name and not _NAME.fullmatch(beside_tokens(name, "x")):
        raise InvalidTrustError(
            f"provider_name must be 1 to 128 letters, digits or any of _.- , got {name!r}"
        )
    if arn:
        example = "arn:aws:iam::111122223333:saml-provider/Corporate"
        check_arn(
            arn, service="iam", resource="saml-provider/", argument="provider_arn", example=example
        )
        if arn.startswith("arn:") and arn.endswith(":saml-provider/"):
            raise InvalidArnError(f"provider_arn must be an ARN like {example}, got {arn!r}")


def _check_audiences(audiences: Sequence[str]) -> tuple[str, ...]:
    audiences = _at_least_one("audiences", audiences)
    for audience in audiences:
        if beside_tokens(audience) and not _ENDPOINT.fullmatch(
            beside_tokens(audience, "eu-central-1")
        ):
            raise InvalidTrustError(
                f"audiences must be AWS sign-in endpoints like {SIGN_IN}, the Recipient of the "
                f"assertion and not its Audience, got {audience!r}"
            )
    return audiences


def _check_attributes(attributes: Sequence[SamlAttribute]) -> tuple[SamlAttribute, ...]:
    if not isinstance(attributes, Sequence) or not all(
        isinstance(each, SamlAttribute) for each in attributes
    ):
        raise InvalidTrustError(
            "attributes must be a list of values of SamlAttribute, like "
            f"[SamlAttribute(name='edupersonaffiliation', values=['staff'])], got {attributes!r}"
        )
    names = [attribute.name for attribute in attributes]
    if len(set(names)) < len(names):
        raise InvalidTrustError(
            f"attributes must name each attribute once, with all its values, got {names}"
        )
    return tuple(attributes)
