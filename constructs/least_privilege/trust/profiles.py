"""What a person or program puts into `~/.aws/config` to assume a role, and the console's link.

Source: https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-role.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import quote

from ..policy import Arn, Effect, PrincipalType, Statement, quotas

_CONSOLES = {
    "aws-cn": "signin.amazonaws.cn",
    "aws-us-gov": "signin.amazonaws-us-gov.com",
}
_PERMISSION_SET = re.compile(r"AWSReservedSSO_(.+)_[^_]{16}")
_CONSOLE_NAME = 64
"""Path and name together, as the console takes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One section of `~/.aws/config`, by which the AWS CLI and SDKs assume a role.

    `source_profile` is the profile that holds the caller's own credentials. `remarks` are lines
    of comment above the section: what the reader has to fill in, or to know.

    Example:
        >>> print(Profile(name="Reader", role_arn="arn:aws:iam::111122223333:role/Reader"))
        [profile Reader]
        role_arn = arn:aws:iam::111122223333:role/Reader
        source_profile = default
        duration_seconds = 3600

    Source: https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-role.html
    """

    name: str
    role_arn: str
    source_profile: str = "default"
    region: str = ""
    mfa_serial: str = ""
    external_id: str = ""
    duration: timedelta = quotas.SESSION_MINIMUM
    remarks: tuple[str, ...] = ()

    def __str__(self) -> str:
        settings = {
            "role_arn": self.role_arn,
            "source_profile": self.source_profile,
            "mfa_serial": self.mfa_serial,
            "external_id": self.external_id,
            "duration_seconds": str(int(self.duration.total_seconds())),
            "region": self.region,
        }
        return "\n".join(
            (
                *(f"# {remark}" for remark in self.remarks),
                f"[profile {self.name}]",
                *(f"{key} = {value}" for key, value in settings.items() if value),
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Caller:
    """Somebody whom a trust policy names."""

    name: str
    source_profile: str = "default"
    account: str = ""
    is_user: bool = False
    is_role: bool = False


def profiles(
    *,
    role_name: str,
    role_arn: str,
    statements: Iterable[Statement],
    duration: timedelta | None = None,
    region: str = "",
    partition: str = "aws",
) -> tuple[Profile, ...]:
    """A profile for each who may assume a role by `sts:AssumeRole`, as its trust policy says.

    None for what services and identity providers assume. `duration` is the role's longest session;
    a caller that is a role itself gets one hour. `partition` is that of the callers' devices.

    Example:
        >>> from least_privilege.trust import IamUsers
        >>> (profile,) = profiles(
        ...     role_name="Operator",
        ...     role_arn="arn:aws:iam::111122223333:role/Operator",
        ...     statements=IamUsers(user_names=("a",), account_id="111122223333").statements(),
        ... )
        >>> profile.mfa_serial
        'arn:aws:iam::111122223333:mfa/a'

    Source: https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-role.html
    """
    found = []
    for statement in statements:
        if statement.effect is not Effect.ALLOW or "sts:AssumeRole" not in statement.actions:
            continue
        for caller in dict.fromkeys(_callers(statement)):
            profile = Profile(
                name=role_name,
                role_arn=role_arn,
                source_profile=caller.source_profile,
                region=region,
                mfa_serial=_mfa_serial(statement, caller, partition),
                external_id=next(iter(_values(statement, "sts:ExternalId")), ""),
                duration=_duration(duration, caller),
                remarks=tuple(_remarks(statement, caller)),
            )
            found.append((caller, profile))
    if len(found) == 1:
        return (found[0][1],)
    return tuple(
        replace(profile, name=f"{role_name}-{caller.name}")
        for caller, profile in dict.fromkeys(found)
    )


def switch_role_link(
    *, role_name: str, path: str, account: str, partition: str, statements: Iterable[Statement]
) -> str:
    """The link by which the console switches to a role; empty where it cannot.

    The console sends no external ID, source identity or session tags, and takes a path and name of
    at most 64 characters together.

    Example:
        >>> from least_privilege.trust import AwsAccount
        >>> switch_role_link(
        ...     role_name="Operator", path="/", account="111122223333", partition="aws",
        ...     statements=AwsAccount(account_id="444455556666").statements(),
        ... )
        'https://signin.aws.amazon.com/switchrole?account=111122223333&roleName=Operator'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-console.html
    """
    name = f"{path.strip('/')}/{role_name}".lstrip("/")
    if len(name) > _CONSOLE_NAME or not any(
        statement.effect is Effect.ALLOW
        and "sts:AssumeRole" in statement.actions
        and list(_callers(statement))
        and not any(_values(statement, key) for key in ("sts:ExternalId", "sts:SourceIdentity"))
        and not _demanded_tags(statement)
        for statement in statements
    ):
        return ""
    console = _CONSOLES.get(partition, "signin.aws.amazon.com")
    return f"https://{console}/switchrole?account={account}&roleName={quote(name, safe='/')}"


def _callers(statement: Statement) -> Iterator[_Caller]:
    identifiers = [
        each.identifier for each in statement.principals if each.type is PrincipalType.AWS
    ]
    names = _values(statement, "aws:PrincipalArn")
    for identifier in identifiers:
        if names and (identifier == "*" or identifier.endswith(":root")):
            continue
        yield _caller(identifier)
    if identifiers:
        for arn in names:
            yield _caller(arn)


def _caller(identifier: str) -> _Caller:
    if not identifier.startswith("arn:") or identifier.endswith(":root"):
        account = Arn.parse(identifier).account if identifier.startswith("arn:") else identifier
        return _Caller(name=account.replace("*", "others"), account=account)
    arn = Arn.parse(identifier)
    kind, *path, name = arn.resource.split("/")
    if kind == "assumed-role" and path:
        name = path[0]
    if kind == "user":
        return _Caller(name=name, account=arn.account, is_user=True)
    permission_set = _PERMISSION_SET.fullmatch(name)
    if permission_set:
        name = permission_set[1]
    return _Caller(name=name, source_profile=name, account=arn.account, is_role=True)


def _values(statement: Statement, key: str) -> tuple[str, ...]:
    return tuple(
        value
        for condition in statement.conditions
        if condition.key.lower() == key.lower() and not condition.operator.startswith("Null")
        for value in condition.values
    )


def _demanded_tags(statement: Statement) -> list[str]:
    return [
        condition.key.partition("/")[2]
        for condition in statement.conditions
        if condition.key.lower().startswith("aws:requesttag/")
        and not condition.operator.endswith("IfExists")
    ]


def _demands_mfa(statement: Statement) -> bool:
    return "true" in _values(statement, "aws:MultiFactorAuthPresent")


def _mfa_serial(statement: Statement, caller: _Caller, partition: str) -> str:
    if not _demands_mfa(statement):
        return ""
    device = caller.name if caller.is_user else "YOUR-DEVICE"
    return f"arn:{partition}:iam::{caller.account}:mfa/{device}"


def _duration(longest: timedelta | None, caller: _Caller) -> timedelta:
    if longest is None:
        return quotas.SESSION_MINIMUM
    return min(longest, quotas.SESSION_CHAINED) if caller.is_role else longest


def _remarks(statement: Statement, caller: _Caller) -> Iterator[str]:
    if caller.is_role:
        yield f"{caller.source_profile} opens a role session (role chaining): one hour at most"
    if _demands_mfa(statement):
        yield "mfa_serial is the ARN of your device; its name may differ from your user's"
    external_ids = _values(statement, "sts:ExternalId")
    if len(external_ids) > 1:
        yield f"external_id is one of {len(external_ids)}; take your own"
    missing = []
    if _values(statement, "sts:SourceIdentity"):
        missing.append("--source-identity")
    if tags := _demanded_tags(statement):
        missing.append(f"--tags for {', '.join(tags)}")
    if missing:
        yield f"a profile cannot pass {' and '.join(missing)}: call `aws sts assume-role` with it"
