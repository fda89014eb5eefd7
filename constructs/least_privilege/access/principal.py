"""Who asks: the principal of a request, and the names by which policies can mean it.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import NoReturn

from ..errors import InvalidRequestError
from ..policy import Arn, PrincipalType

_ACCOUNT = re.compile(r"\d{12}")
_CANONICAL_USER = re.compile(r"[0-9a-f]{64}")
_SESSION_NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)
_SERVICE = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_PROVIDER = re.compile(r"[A-Za-z0-9.-]+(:\d+)?(/[^\s*?]*)?")
_UNIQUE_ID = re.compile(r"A[A-Z]{3}[A-Z0-9]{4,}")


_WEB_IDENTITY = (
    "accounts.google.com",
    "cognito-identity.amazonaws.com",
    "graph.facebook.com",
    "www.amazon.com",
)
"""The providers whom a trust policy names without an ARN."""


class PrincipalKind(StrEnum):
    """What kind of caller a principal is.

    Example:
        >>> Principal.service("lambda.amazonaws.com").kind.value
        'AWS service'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/intro-structure.html
    """

    USER = "user"
    ROLE_SESSION = "role session"
    FEDERATED = "identity provider's user"
    FEDERATED_USER = "federated user session"
    SERVICE = "AWS service"
    ROOT = "account root user"
    ANONYMOUS = "anonymous caller"
    CANONICAL_USER = "canonical user"


class Reach(IntEnum):
    """How far a resource policy goes that means a principal by one of its names.

    Source:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-single-account.html
    """

    NONE = 0
    ACCOUNT = 1
    """It means the account: an identity policy there must allow as well."""
    LIMITED = 2
    """It means the role: boundary and session policies must allow as well."""
    DIRECT = 3
    """It means exactly this caller, or everybody: in its account, nothing else is needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who makes a request. Write it with one of the functions below, or give an ARN.

    Raises `InvalidRequestError` for what can be no caller.

    Example:
        >>> reader = Principal.role_session("arn:aws:iam::111122223333:role/team/Reader", "alice")
        >>> reader.arn
        'arn:aws:sts::111122223333:assumed-role/Reader/alice'
        >>> Principal.parse("arn:aws:iam::111122223333:user/bob").account
        '111122223333'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """

    kind: PrincipalKind
    identifier: str
    """ARN of the user, of the role (not of its session), or of the federated user; name of the
    service or provider; account; canonical ID; empty for an anonymous caller."""
    session_name: str = ""
    unique_id: str = ""
    """What IAM stores instead of a user's or role's name, such as AROAEXAMPLE1234567890."""
    issuer: str = ""
    """ARN of the user who began the session of a federated user."""
    partition: str = field(init=False, repr=False, compare=False, default="aws")
    account: str = field(init=False, repr=False, compare=False, default="")
    """Empty where the caller belongs to no account."""
    names: dict[PrincipalType, dict[str, Reach]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    sent: dict[str, str] = field(init=False, repr=False, compare=False, default_factory=dict)
    """The context keys that AWS fills in for it, once they were asked for."""

    def __post_init__(self) -> None:
        if self.kind in _WITH_ARN:
            arn = Arn.parse(self.identifier, argument="principal")
            object.__setattr__(self, "partition", arn.partition)
            object.__setattr__(self, "account", arn.account)
        elif self.kind is PrincipalKind.ROOT:
            object.__setattr__(self, "account", self.identifier)
        object.__setattr__(self, "names", _names(self))

    @classmethod
    def user(cls, arn: str, unique_id: str = "") -> Principal:
        """An IAM user, with access keys or signed in."""
        _check_iam(arn, "user", "arn")
        return cls(kind=PrincipalKind.USER, identifier=arn, unique_id=_checked_id(unique_id))

    @classmethod
    def role_session(
        cls, role_arn: str, session_name: str = "session", unique_id: str = ""
    ) -> Principal:
        """A session of a role. The role's own ARN is needed: that of a session lacks the path."""
        _check_iam(role_arn, "role", "role_arn")
        if not isinstance(session_name, str) or not _SESSION_NAME.fullmatch(session_name):
            _refuse(
                "session_name must be 1 to 64 letters, digits and _+=,.@- signs, "
                f"got {session_name!r}"
            )
        return cls(
            kind=PrincipalKind.ROLE_SESSION,
            identifier=role_arn,
            session_name=session_name,
            unique_id=_checked_id(unique_id),
        )

    @classmethod
    def federated(cls, provider: str, issuer: str = "") -> Principal:
        """Somebody with a token of an identity provider (its domain or ARN), not yet in a role.

        With the ARN of a federated user (`arn:aws:sts::...:federated-user/NAME`), it is a session
        that a user began with `GetFederationToken`; `issuer` is that user's ARN, if known.
        """
        if issuer:
            _check_iam(issuer, "user", "issuer")
        if isinstance(provider, str) and provider.startswith("arn:"):
            arn = _arn(provider, "provider")
            if arn.service == "sts" and arn.resource.startswith("federated-user/"):
                return cls(kind=PrincipalKind.FEDERATED_USER, identifier=provider, issuer=issuer)
            if arn.service != "iam" or not re.match(r"(oidc|saml)-provider/.", arn.resource):
                _refuse(
                    "provider must be an OIDC or SAML provider or a federated user, "
                    f"got {provider!r}"
                )
        elif not isinstance(provider, str) or not _PROVIDER.fullmatch(provider):
            _refuse(f"provider must be a domain or an ARN, got {provider!r}")
        return cls(kind=PrincipalKind.FEDERATED, identifier=provider)

    @classmethod
    def service(cls, name: str) -> Principal:
        """An AWS service that acts for itself, such as `cloudtrail.amazonaws.com`."""
        if not isinstance(name, str) or not _SERVICE.fullmatch(name):
            _refuse(f"service must be a name like 'lambda.amazonaws.com', got {name!r}")
        return cls(kind=PrincipalKind.SERVICE, identifier=name)

    @classmethod
    def root(cls, account: str) -> Principal:
        """The root user of an account, by its ID or ARN."""
        if isinstance(account, str) and account.startswith("arn:"):
            arn = _arn(account, "account")
            if arn.service != "iam" or arn.resource != "root":
                _refuse(f"account must be 12 digits or the ARN of a root user, got {account!r}")
            account = arn.account
        if not isinstance(account, str) or not _ACCOUNT.fullmatch(account):
            _refuse(f"account must be 12 digits, got {account!r}")
        return cls(kind=PrincipalKind.ROOT, identifier=account)

    @classmethod
    def anonymous(cls) -> Principal:
        """Somebody who signs nothing."""
        return cls(kind=PrincipalKind.ANONYMOUS, identifier="")

    @classmethod
    def canonical_user(cls, canonical_id: str) -> Principal:
        """Somebody whom S3 knows by a canonical ID alone, of 64 hexadecimal digits."""
        if not isinstance(canonical_id, str) or not _CANONICAL_USER.fullmatch(canonical_id):
            _refuse(f"canonical_id must be 64 hexadecimal digits, got {canonical_id!r}")
        return cls(kind=PrincipalKind.CANONICAL_USER, identifier=canonical_id)

    @classmethod
    def parse(cls, text: str) -> Principal:
        """The principal of an ARN, or of a service's name, or `*` for an anonymous caller.

        The ARN of a role means a session of it; that of an assumed role is taken as one of a role
        without a path.
        """
        if not isinstance(text, str):
            _refuse(f"principal must be a Principal or an ARN, got {text!r}")
        if text == "*":
            return cls.anonymous()
        if _ACCOUNT.fullmatch(text):
            return cls.root(text)
        if text in _WEB_IDENTITY:
            return cls.federated(text)
        if not text.startswith("arn:"):
            return cls.service(text)
        arn = _arn(text, "principal")
        head, _, rest = arn.resource.partition("/")
        match (arn.service, head):
            case ("iam", "root"):
                return cls.root(text)
            case ("iam", "user"):
                return cls.user(text)
            case ("iam", "role"):
                return cls.role_session(text)
            case ("iam", "oidc-provider" | "saml-provider") | ("sts", "federated-user"):
                return cls.federated(text)
            case ("sts", "assumed-role"):
                role, _, session = rest.partition("/")
                role_arn = f"arn:{arn.partition}:iam::{arn.account}:role/{role}"
                return cls.role_session(role_arn, session)
            case _:
                raise InvalidRequestError(
                    f"principal must be a user, role, session, provider or root user, got {text!r}"
                )

    @property
    def arn(self) -> str:
        """The ARN that the caller has in logs; of a caller without one, its identifier."""
        if self.kind is PrincipalKind.ROLE_SESSION:
            name = self.identifier.rpartition("/")[2]
            return (
                f"arn:{self.partition}:sts::{self.account}:assumed-role/{name}/{self.session_name}"
            )
        if self.kind is PrincipalKind.ROOT:
            return f"arn:{self.partition}:iam::{self.account}:root"
        return self.identifier

    @property
    def is_service_linked(self) -> bool:
        """Whether it is a session of a role that an AWS service made for itself."""
        return (
            self.kind is PrincipalKind.ROLE_SESSION and ":role/aws-service-role/" in self.identifier
        )

    @property
    def has_identity_policies(self) -> bool:
        """Whether identity policies, boundaries and session policies can be there for it."""
        return self.kind in _WITH_ARN

    def __str__(self) -> str:
        return f"{self.kind} {self.arn}".strip()


_WITH_ARN = {PrincipalKind.USER, PrincipalKind.ROLE_SESSION, PrincipalKind.FEDERATED_USER}


def _names(principal: Principal) -> dict[PrincipalType, dict[str, Reach]]:
    """Every identifier by which a Principal element can mean the caller, and how far it reaches."""
    aws: dict[str, Reach] = {}
    if principal.account:
        whole = Reach.DIRECT if principal.kind is PrincipalKind.ROOT else Reach.ACCOUNT
        aws[principal.account] = whole
        aws[f"arn:{principal.partition}:iam::{principal.account}:root"] = whole
    match principal.kind:
        case PrincipalKind.USER | PrincipalKind.FEDERATED_USER:
            aws[principal.identifier] = Reach.DIRECT
        case PrincipalKind.ROLE_SESSION:
            aws[principal.identifier] = Reach.LIMITED
            aws[principal.arn] = Reach.DIRECT
    if principal.issuer:
        aws[principal.issuer] = Reach.LIMITED
    if principal.unique_id:
        aws[principal.unique_id] = aws[principal.identifier]
    found = {PrincipalType.AWS: aws}
    match principal.kind:
        case PrincipalKind.SERVICE:
            found[PrincipalType.SERVICE] = {principal.identifier: Reach.DIRECT}
        case PrincipalKind.FEDERATED:
            found[PrincipalType.FEDERATED] = {principal.identifier: Reach.DIRECT}
        case PrincipalKind.CANONICAL_USER:
            found[PrincipalType.CANONICAL_USER] = {principal.identifier: Reach.DIRECT}
    return found


def _arn(text: str, argument: str) -> Arn:
    try:
        return Arn.parse(text, argument=argument)
    except ValueError as error:
        raise InvalidRequestError(str(error)) from None


def _check_iam(text: object, kind: str, argument: str) -> None:
    if not isinstance(text, str):
        _refuse(f"{argument} must be an ARN, got {text!r}")
    arn = _arn(text, argument)
    if arn.service != "iam" or not re.fullmatch(rf"{kind}/[^*?\s]+", arn.resource):
        _refuse(
            f"{argument} must be an ARN like arn:aws:iam::111122223333:{kind}/NAME, got {text!r}"
        )
    if not _ACCOUNT.fullmatch(arn.account):
        _refuse(f"{argument} must name an account of 12 digits, got {text!r}")


def _checked_id(unique_id: str) -> str:
    if unique_id and not _UNIQUE_ID.fullmatch(unique_id):
        _refuse(f"unique_id must be like AROAEXAMPLE1234567890, got {unique_id!r}")
    return unique_id


def _refuse(what: str) -> NoReturn:
    raise InvalidRequestError(what)
