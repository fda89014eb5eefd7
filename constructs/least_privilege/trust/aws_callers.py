"""What the trusts in principals of AWS accounts have in common: what their callers must bring.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..errors import InvalidExternalIdError, InvalidPolicyError, InvalidTrustError
from ..policy import (
    ACCOUNT,
    PARTITION,
    Condition,
    NamedPrincipal,
    PolicyDocument,
    PolicyKind,
    PrincipalType,
    Statement,
    check_external_ids,
    holds_token,
)
from ..policy.grammar import check_condition
from ..policy.names import check_strings
from ..policy.tokens import is_own_account
from .base import Trust
from .mfa import Mfa
from .networks import SourceNetwork, check_source_network
from .sessions import SessionTag, SourceIdentity, check_session_content, session_statements

_EXAMPLES = {PARTITION: "aws", ACCOUNT: "111122223333"}
_SET_HERE = {
    "sts:externalid": "external_ids",
    "aws:multifactorauthpresent": "mfa",
    "aws:multifactorauthage": "mfa",
    "aws:sourceip": "source_network",
    "aws:sourcevpc": "source_network",
    "aws:sourcevpce": "source_network",
    "sts:sourceidentity": "source_identity",
    "aws:tagkeys": "session_tags",
    "sts:transitivetagkeys": "session_tags",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsCallers(Trust):
    """Principals of AWS accounts, and what they must bring to assume the role.

    `external_ids` are for a third party's program that acts for many customers (2 to 1,224
    characters each, any of them passes); the console cannot send one. `mfa` is for IAM users; role
    sessions and federated people carry no MFA claim. `conditions` are further ones; one with a
    negated operator, such as `StringNotEquals`, holds where its key is missing.

    The other fields: `SourceNetwork`, `SourceIdentity`, `SessionTag`.
    """

    external_ids: tuple[str, ...] = ()
    mfa: Mfa | None = None
    source_network: SourceNetwork | None = None
    source_identity: SourceIdentity | None = None
    session_tags: tuple[SessionTag, ...] = ()
    conditions: tuple[Condition, ...] = ()

    def _check_callers(self) -> None:
        freeze(
            self,
            external_ids=check_external_ids(self.external_ids),
            session_tags=check_session_content(self.source_identity, self.session_tags),
            conditions=check_conditions(self.conditions),
        )
        if self.mfa is not None and not isinstance(self.mfa, Mfa):
            raise InvalidTrustError(f"mfa must be an Mfa like Mfa(max_age=...), got {self.mfa!r}")
        check_source_network(self.source_network)
        for condition in self.conditions:
            field = _SET_HERE.get(condition.key.lower())
            if condition.key.lower().startswith("aws:requesttag/"):
                field = "session_tags"
            if field:
                raise InvalidTrustError(
                    f"conditions must not hold {condition.key}; {field} says it safely"
                )
        self._check_grammar()

    def _check_grammar(self) -> None:
        """Raise for what IAM would refuse, as far as it is known by now."""
        document = PolicyDocument.of(*self.statements()).to_json()
        for placeholder, example in _EXAMPLES.items():
            document = document.replace(placeholder, example)
        if not holds_token(document):
            try:
                PolicyDocument.parse(document, PolicyKind.TRUST)
            except InvalidPolicyError as error:
                raise InvalidTrustError(f"IAM would refuse it: {error}") from None

    def _refuse_mfa(self, whom: str) -> None:
        if self.mfa is not None:
            raise InvalidTrustError(
                f"mfa cannot be demanded of {whom}: their sessions carry no MFA claim, and nobody "
                "could assume the role; demand MFA where they sign in"
            )

    def _said(
        self, principals: tuple[NamedPrincipal, ...], *conditions: Condition
    ) -> tuple[Statement, ...]:
        """The statements for these principals, with all that they must bring."""
        brought = [*conditions]
        if self.external_ids:
            brought.append(Condition.of("StringEquals", "sts:ExternalId", *self.external_ids))
        for each in (self.mfa, self.source_network):
            if each is not None:
                brought += each.conditions()
        return session_statements(
            action="sts:AssumeRole",
            principals=principals,
            conditions=(*brought, *self.conditions),
            source_identity=self.source_identity,
            session_tags=self.session_tags,
        )


def refuse_own_external_id(own: str, account_id: str, external_ids: tuple[str, ...]) -> None:
    """An external ID of the role's own account would protect from nobody."""
    if external_ids and (account_id == own or is_own_account(account_id)):
        raise InvalidExternalIdError(
            f"external_ids protect from third parties, but {account_id} is the role's own account; "
            "leave them out, or trust the third party's account"
        )


def account_principal(account_id: str) -> tuple[NamedPrincipal, ...]:
    """The account, which lets its own policies decide who of it."""
    return aws_principals(f"arn:{PARTITION}:iam::{account_id}:root")


def aws_principals(*identifiers: str) -> tuple[NamedPrincipal, ...]:
    """Principals named by ARN, or `*`."""
    return tuple(NamedPrincipal(type=PrincipalType.AWS, identifier=each) for each in identifiers)


def check_conditions(conditions: Sequence[Condition]) -> tuple[Condition, ...]:
    """Conditions that IAM would take, none of which holds where its key is missing by a slip."""
    if not isinstance(conditions, Sequence) or not all(
        isinstance(each, Condition) for each in conditions
    ):
        raise InvalidTrustError(
            "conditions must be a list of values of least_privilege.policy.Condition, like "
            f"[Condition.of('StringEquals', 'aws:PrincipalTag/team', 'red')], got {conditions!r}"
        )
    for condition in conditions:
        operator = str(condition.operator).lower()
        if operator.startswith("forallvalues:") or operator.endswith("ifexists"):
            mend = "say ForAnyValue" if operator.startswith("for") else "leave IfExists out"
            raise InvalidTrustError(
                f"conditions must not use {condition.operator} in a trust policy: it holds where "
                f"{condition.key} is missing; {mend}"
            )
        values = check_strings(condition.values, argument="values", error=InvalidTrustError)
        if not values:
            raise InvalidTrustError(f"conditions must hold at least one value for {condition.key}")
        known = tuple(each for each in values if not holds_token(each))
        try:
            check_condition("conditions", replace(condition, values=known))
        except InvalidPolicyError as error:
            raise InvalidTrustError(str(error)) from None
    return tuple(conditions)


def freeze(value: Trust, **fields: object) -> None:
    """Keep lists as tuples, so that a value stays what it was when it was checked."""
    for name, content in fields.items():
        object.__setattr__(value, name, content)
