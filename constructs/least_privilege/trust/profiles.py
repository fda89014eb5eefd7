"""What a person or program puts into `~/.aws/config` to assume a role, and the console's link.

Source: https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-role.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import quote

from ..policy import Statement, quotas
from .callers import Caller, Demands, assuming_statements

_CONSOLES = {
    "aws": "signin.aws.amazon.com",
    "aws-cn": "signin.amazonaws.cn",
    "aws-us-gov": "signin.amazonaws-us-gov.com",
}
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
    a caller that is a role itself gets one hour. `partition` is that of the callers' devices. Their
    names differ.

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
    found: dict[Profile, Caller] = {}
    for callers, demands in assuming_statements(statements):
        for caller in callers:
            profile = Profile(
                name=role_name,
                role_arn=role_arn,
                source_profile=caller.source_profile,
                region=region,
                mfa_serial=_mfa_serial(demands, caller, partition),
                external_id=demands.external_id,
                duration=_duration(duration, caller),
                remarks=tuple(_remarks(demands, caller, duration)),
            )
            found.setdefault(profile, caller)
    if len(found) < 2:
        return tuple(found)
    return with_names_of_their_own(
        (replace(profile, name=f"{role_name}-{caller.name}"), caller.account)
        for profile, caller in found.items()
    )


def with_names_of_their_own(profiles: Iterable[tuple[Profile, str]]) -> tuple[Profile, ...]:
    """Profiles of names that differ: two of one name make the whole file unreadable. Where two are
    alike, what stands beside each is added, and a number if that is not enough."""
    given = list(profiles)
    names = [profile.name for profile, _ in given]
    taken: set[str] = set()
    named = []
    for profile, more in given:
        name = profile.name
        if names.count(name) > 1 and more:
            name = f"{name}-{more}"
        unique, number = name, 1
        while unique in taken:
            number += 1
            unique = f"{name}-{number}"
        taken.add(unique)
        named.append(replace(profile, name=unique))
    return tuple(named)


def switch_role_link(
    *, role_name: str, path: str, account: str, partition: str, statements: Iterable[Statement]
) -> str:
    """The link by which the console switches to a role; empty where it cannot.

    The console sends no external ID, source identity or session tags, and takes a path and name of
    at most 64 characters together. Only the consoles of `aws`, `aws-cn` and `aws-us-gov` are known.

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
    can_switch = any(
        callers and not demands.more_than_the_console_sends
        for callers, demands in assuming_statements(statements)
    )
    if len(name) > _CONSOLE_NAME or partition not in _CONSOLES or not can_switch:
        return ""
    console = _CONSOLES[partition]
    return f"https://{console}/switchrole?account={account}&roleName={quote(name, safe='/')}"


def _mfa_serial(demands: Demands, caller: Caller, partition: str) -> str:
    if not demands.mfa:
        return ""
    device = caller.name if caller.is_user else "YOUR-DEVICE"
    account = caller.account if caller.account.isdecimal() else "YOUR-ACCOUNT"
    if caller.account.startswith("$"):
        account = caller.account  # A placeholder, which the deployment fills in.
    return f"arn:{partition}:iam::{account}:mfa/{device}"


def _duration(longest: timedelta | None, caller: Caller) -> timedelta:
    if longest is None:
        return quotas.SESSION_MINIMUM
    return min(longest, quotas.SESSION_CHAINED) if caller.is_role else longest


def _remarks(demands: Demands, caller: Caller, longest: timedelta | None) -> Iterator[str]:
    if caller.is_pattern:
        yield f"for {caller.name}: put your own profile into source_profile"
    if caller.is_role:
        yield (
            f"source_profile is the one by which you get {caller.name} (role chaining): one hour "
            "at most"
        )
    elif not caller.is_user and longest and longest > quotas.SESSION_CHAINED:
        yield "who comes with a role's session gets one hour: duration_seconds = 3600"
    if demands.mfa:
        yield "mfa_serial is the ARN of your device; its name may differ from your user's"
    if demands.external_ids > 1:
        yield f"external_id is one of {demands.external_ids}; take your own"
    missing = []
    if demands.source_identity:
        missing.append("--source-identity")
    if demands.tags:
        missing.append(f"--tags for {', '.join(demands.tags)}")
    if demands.external_ids and not demands.external_id:
        yield "external_id has to be filled in: the trust policy gives no single one"
    if missing:
        yield f"a profile cannot pass {' and '.join(missing)}: call `aws sts assume-role` with it"
