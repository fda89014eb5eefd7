"""A role, checked before anything of it joins the tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from aws_cdk import aws_iam as iam
from constructs import Construct

from .._edge import surroundings, with_tokens
from ..boundary import RoleBoundary, boundary_arn
from ..errors import (
    InvalidDurationError,
    InvalidInputError,
    InvalidPermissionError,
    InvalidTrustError,
    QuotaExceededError,
)
from ..permissions import Permission
from ..policy import (
    PolicyDocument,
    check_description,
    check_path,
    check_role_name,
    check_session_duration,
    check_tags,
    quotas,
)
from ..policy.packing import Packing
from ..policy.tokens import is_token
from ..trust import Trust, trust_policy
from .moot import moot_conditions
from .permission_policies import packed
from .policy_type import PolicyType
from .quotas_in_force import quota_in_force

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class RolePlan:
    """What a role is going to be; making one raises for whatever is wrong."""

    trusted_by: tuple[Trust, ...]
    permissions: tuple[Permission, ...]
    trust_policy: PolicyDocument
    packing: Packing
    policy_type: PolicyType
    path: str
    role_name: str | None
    session_duration: timedelta | None
    properties: Mapping[str, Any]
    """Of the CfnRole, those that do not change later."""


def plan_role(
    scope: Construct,
    *,
    trusted_by: Sequence[Trust],
    permissions: Sequence[Permission] = (),
    description: str | None = None,
    role_name: str | None = None,
    path: str = "/",
    session_duration: timedelta | None = None,
    boundary: RoleBoundary | iam.IManagedPolicy | str | None = None,
    tags: Mapping[str, str] | None = None,
    policy_type: PolicyType = PolicyType.INLINE,
) -> RolePlan:
    """Check all that a role is made of."""
    trusts = _values(trusted_by, Trust, "trusted_by", InvalidTrustError)
    if policy_type not in tuple(PolicyType):
        raise InvalidInputError(
            f"policy_type must be one of {', '.join(map(repr, map(str, PolicyType)))}, "
            f"got {policy_type!r}"
        )
    policy_type = PolicyType(policy_type)
    duration = _session_duration(trusts, session_duration)
    properties = {
        "description": check_description(description) if description is not None else None,
        "path": None if path == "/" else check_path(path),
        "max_session_duration": int(duration.total_seconds()) if duration else None,
        "permissions_boundary": (
            with_tokens(boundary_arn(boundary)) if boundary is not None else None
        ),
        "tags": [{"key": key, "value": value} for key, value in check_tags(tags or {}).items()]
        or None,
    }
    if role_name is not None and not is_token(role_name):
        check_role_name(role_name)
    document = checked_trust_policy(scope, trusts)
    given = permission_values(permissions)
    return RolePlan(
        trusted_by=trusts,
        permissions=given,
        trust_policy=document,
        packing=packed(scope, given, policy_type),
        policy_type=policy_type,
        path=path,
        role_name=role_name,
        session_duration=duration,
        properties={name: value for name, value in properties.items() if value is not None},
    )


def permission_values(permissions: Sequence[Permission]) -> tuple[Permission, ...]:
    """These permissions; raises for what is none."""
    return _values(permissions, Permission, "permissions", InvalidPermissionError)


def checked_trust_policy(scope: Construct, trusted_by: Sequence[Trust]) -> PolicyDocument:
    """The policy that says all of these; raises for what does not go together in one role."""
    if not trusted_by:
        raise InvalidTrustError("trusted_by must name at least one who may assume the role")
    account = surroundings(scope).account
    for trust in trusted_by:
        trust.check_in_account(account)
    moot = moot_conditions((each for trust in trusted_by for each in trust.statements()), account)
    if moot:
        raise InvalidTrustError(
            "trusted_by names one principal twice, and statements of a trust policy are OR-ed: "
            f"{moot}"
        )
    document = trust_policy(trusted_by)
    if document.size > quotas.TRUST_POLICY:
        quota = quota_in_force(scope, "role-trust-policy-length")
        if document.size > quota:
            raise QuotaExceededError(
                f"trusted_by makes a trust policy of {document.size:,} characters, the quota is "
                f"{quota:,} ({document.size - quota:,} too many); trust an Organization with "
                "unit_paths, or accounts with a condition on aws:PrincipalTag, instead of naming "
                f"each one, or let AWS raise the quota to at most {quotas.TRUST_POLICY_RAISED:,} "
                "and say so in cdk.json: least-privilege:role-trust-policy-length"
            )
    return document


def _session_duration(
    trusted_by: Sequence[Trust], session_duration: timedelta | None
) -> timedelta | None:
    asked_for = [each.longest_session for each in trusted_by if each.longest_session is not None]
    if asked_for:
        if session_duration is None:
            return quotas.SESSION_MINIMUM
        check_session_duration(session_duration)
        if session_duration > max(asked_for):
            raise InvalidDurationError(
                f"session_duration must be at most {max(asked_for)} where role sessions alone "
                f"assume the role (role chaining), got {session_duration}; AWS refuses longer ones"
            )
        return session_duration
    if session_duration is not None:
        raise InvalidDurationError(
            "session_duration must be left out where services alone assume the role: they choose "
            "the length of their sessions themselves"
        )
    return None


def _values(
    given: Sequence[Value], kind: Any, argument: str, error: type[InvalidInputError]
) -> tuple[Value, ...]:
    home = kind.__module__.rpartition(".")[0]
    if isinstance(given, (kind, str)) or not isinstance(given, Sequence):
        shown = type(given).__name__ if isinstance(given, kind) else repr(given)
        raise error(
            f"{argument} must be a list of values of {home}, got {shown}; put it in brackets"
        )
    values = tuple(given)
    for value in values:
        if not isinstance(value, kind):
            raise error(
                f"{argument} must be a list of values of {home}, got {value!r} in it "
                f"({type(value).__name__})"
            )
    return values
