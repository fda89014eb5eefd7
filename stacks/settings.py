"""The app's settings, from CDK context: keys that begin with `app:` in cdk.json or after `-c`."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any

from aws_cdk import Environment
from aws_cdk.region_info import RegionInfo

from least_privilege.boundary import boundary_arn
from least_privilege.errors import InvalidInputError, InvalidSettingError
from least_privilege.policy import (
    check_account_id,
    check_external_ids,
    check_organization_id,
    check_tags,
)
from least_privilege.roles import PolicyType
from least_privilege.trust import GitHubActions, IamUsers
from least_privilege.validation import NagPack

PREFIX = "app:"
EXAMPLE_ACCOUNTS = frozenset({"111122223333", "444455556666"})
"""AWS's own example account numbers, with which cdk.json synthesizes."""

EXAMPLE_EXTERNAL_ID = "audit-firm-customer-4711"
"""The external ID of cdk.json, which everybody can read."""

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_ORIGIN = re.compile(r"https://[a-z0-9.-]+(:[0-9]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What differs from one deployment to the next; docs/deploying.md documents each."""

    account: str
    region: str
    audit_account: str
    audit_external_id: str
    organization_id: str = ""
    app_origins: tuple[str, ...] = ()
    alarm_email: str = ""
    boundary: str | None = None
    policy_type: PolicyType = PolicyType.INLINE
    nag_packs: tuple[NagPack, ...] = (NagPack.AWS_SOLUTIONS,)
    existing_trail_log_group: str = ""
    existing_analyzer: bool = False
    user_access: bool = True
    operators: tuple[str, ...] = ()
    github_repository: str = ""
    github_owner_id: str = ""
    github_repository_id: str = ""
    github_environment: str = "production"
    existing_github_provider: bool = False
    termination_protection: bool = True
    retain_data: bool = True
    deploying: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        try:
            check_account_id(self.account, argument="account")
            check_account_id(self.audit_account, argument="audit_account")
            check_external_ids((self.audit_external_id,), argument="audit_external_id")
            if self.boundary is not None:
                boundary_arn(self.boundary)
            check_tags(self.tags)
            if self.organization_id:
                check_organization_id(self.organization_id)
        except InvalidInputError as error:
            raise InvalidSettingError(f"{PREFIX}{error}") from None
        self._check_region()
        _check(self.account != self.audit_account, "audit_account", self.audit_account,
               "be another account than app:account")  # fmt: skip
        _check(not self.alarm_email or bool(_EMAIL.fullmatch(self.alarm_email)),
               "alarm_email", self.alarm_email, "be an e-mail address")  # fmt: skip
        for origin in self.app_origins:
            _check(bool(_ORIGIN.fullmatch(origin)), "app_origins", origin,
                   "each be an origin like https://app.example.com")  # fmt: skip
        self._check_people_and_pipelines()
        self._check_examples()
        if self.user_access and self.region.startswith("cn-"):
            raise InvalidSettingError(
                f"{PREFIX}user_access must be false in {self.region}, which has no Cognito user "
                "pools"
            )
        if self.deploying and EXAMPLE_ACCOUNTS & {self.account, self.audit_account}:
            raise InvalidSettingError(
                f"{PREFIX}account and {PREFIX}audit_account are still AWS's example numbers; put "
                "yours into cdk.json, or pass -c app:account=... -c app:audit_account=..."
            )

    def _check_people_and_pipelines(self) -> None:
        for name in ("github_owner_id", "github_repository_id", "existing_github_provider"):
            _check(bool(self.github_repository) or not getattr(self, name), name,
                   getattr(self, name), "come with app:github_repository")  # fmt: skip
        _check(not set("*?") & set(self.github_environment), "github_environment",
               self.github_environment, "name one environment")  # fmt: skip
        name = "operators"
        try:
            if self.operators:
                IamUsers(user_names=self.operators)
            name = "github_repository"
            if self.github_repository:
                self.pipeline()
        except InvalidInputError as error:
            raise InvalidSettingError(f"{PREFIX}{name}: {error}") from None

    def pipeline(self) -> GitHubActions:
        """The jobs that may deploy the app."""
        return GitHubActions(
            repository=self.github_repository,
            owner_id=self.github_owner_id,
            repository_id=self.github_repository_id,
            environments=(self.github_environment,),
        )

    def _check_examples(self) -> None:
        examples = EXAMPLE_ACCOUNTS & {self.account, self.audit_account}
        if len(examples) == 1:
            raise InvalidSettingError(
                f"{PREFIX}account and {PREFIX}audit_account must both be yours, or both AWS's "
                f"example numbers; {', '.join(examples)} is an example"
            )
        if not examples and self.audit_external_id == EXAMPLE_EXTERNAL_ID:
            raise InvalidSettingError(
                f"{PREFIX}audit_external_id must be yours, {EXAMPLE_EXTERNAL_ID!r} is the example; "
                "take what the audit firm gave you"
            )

    def _check_region(self) -> None:
        known = {info.name for info in RegionInfo.regions}
        if self.region not in known:
            near = difflib.get_close_matches(self.region, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise InvalidSettingError(
                f"{PREFIX}region must be a region of AWS like eu-central-1, got "
                f"{self.region!r}{hint}"
            )

    @classmethod
    def from_context(cls, context: Mapping[str, Any]) -> Settings:
        """Read the settings; raises `InvalidSettingError` that names the key and the mend."""
        given = {
            key.removeprefix(PREFIX): value
            for key, value in context.items()
            if key.startswith(PREFIX)
        }
        known = {each.name: each for each in fields(cls)}
        for name in given:
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                hint = f"did you mean {PREFIX}{near[0]}? " if near else ""
                raise InvalidSettingError(
                    f"{PREFIX}{name} is no setting; {hint}there are "
                    + ", ".join(PREFIX + each for each in known)
                )
        missing = [
            PREFIX + name
            for name, each in known.items()
            if name not in given and each.default is MISSING and each.default_factory is MISSING
        ]
        if missing:
            raise InvalidSettingError(
                f"{', '.join(missing)} must be set in cdk.json or with -c KEY=VALUE"
            )
        read: dict[str, Any] = {
            name: _READERS[str(known[name].type)](name, value) for name, value in given.items()
        }
        return cls(**read)

    @property
    def environment(self) -> Environment:
        """Where most stacks go."""
        return Environment(account=self.account, region=self.region)

    @property
    def audit_environment(self) -> Environment:
        """Where the trusted side of the cross-account access goes."""
        return Environment(account=self.audit_account, region=self.region)


def _check(holds: bool, name: str, value: object, what: str) -> None:
    if not holds:
        raise InvalidSettingError(f"{PREFIX}{name} must {what}, got {value!r}")


def _text(name: str, value: Any) -> str:
    _check(isinstance(value, str), name, value, "be a string in quotes")
    return str(value)


def _flag(name: str, value: Any) -> bool:
    _check(str(value).lower() in ("true", "false"), name, value, "be true or false")
    return str(value).lower() == "true"


def _texts(name: str, value: Any) -> tuple[str, ...]:
    if isinstance(
        value, str
    ):  # From the command line: -c app:nag_packs=AwsSolutions,NIST.800.53.R5
        value = [part.strip() for part in value.split(",") if part.strip()]
    _check(isinstance(value, list), name, value, "be a list")
    return tuple(_text(name, each) for each in value)


def _policy_type(name: str, value: Any) -> PolicyType:
    choices = {each.value: each for each in PolicyType}
    _check(
        isinstance(value, str) and value in choices, name, value, f"be one of {', '.join(choices)}"
    )
    return choices[value]


def _nag_packs(name: str, value: Any) -> tuple[NagPack, ...]:
    choices = {each.value: each for each in NagPack}
    for each in _texts(name, value):
        _check(each in choices, name, each, f"be some of {', '.join(choices)}")
    return tuple(choices[each] for each in _texts(name, value))


def _mapping(name: str, value: Any) -> Mapping[str, str]:
    _check(isinstance(value, dict), name, value, 'be an object like {"team": "platform"}')
    return {str(key): _text(name, each) for key, each in value.items()}


_READERS: dict[str, Callable[[str, Any], Any]] = {
    "str": _text,
    "str | None": _text,
    "bool": _flag,
    "tuple[str, ...]": _texts,
    "PolicyType": _policy_type,
    "tuple[NagPack, ...]": _nag_packs,
    "Mapping[str, str]": _mapping,
}
