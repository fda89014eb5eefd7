"""Which role an identity gets: the pool's default, one of the user's groups, or one by rules.

https://docs.aws.amazon.com/cognito/latest/developerguide/role-based-access-control.html
"""

import json
from typing import Any

from ministack.services import cognito

from least_privilege.embedded.emulator.sessions import SessionRefusedError

Claims = dict[str, Any]


def role_arn(
    pool: dict[str, Any], logins: dict[str, str], custom_role_arn: str | None
) -> str | None:
    """The ARN of the role, or none if the pool has none for such an identity.

    Raises:
        SessionRefusedError: The mapping denies this user, or `custom_role_arn` is not theirs.
    """
    roles = pool.get("_roles") or {}
    if not logins:
        return roles.get("unauthenticated")
    default: str | None = roles.get("authenticated")
    for provider, token in logins.items():
        claims = cognito._token_claims(token)
        mapping = _mapping_for(provider, claims, pool.get("_role_mappings") or {})
        if mapping is None:
            continue
        if mapping["Type"] == "Rules":
            _refuse_choice(custom_role_arn)
            found = _by_rules(mapping["RulesConfiguration"]["Rules"], claims)
        else:
            found = _by_groups(claims, custom_role_arn)
        if found is None and mapping.get("AmbiguousRoleResolution") == "Deny":
            raise SessionRefusedError("the role mapping of the identity pool denies this user")
        return found or default
    _refuse_choice(custom_role_arn)
    return default


def _refuse_choice(custom_role_arn: str | None) -> None:
    if custom_role_arn:
        raise SessionRefusedError("CustomRoleArn is for a pool whose role mapping is by token")


def _mapping_for(provider: str, claims: Claims, mappings: dict[str, Any]) -> dict[str, Any] | None:
    """By the provider that a mapping names, as templates do, or by its key.

    A user pool is named with the app client, any other provider by its name alone.
    """
    by_name = {each.get("IdentityProvider", key): each for key, each in mappings.items()}
    return by_name.get(f"{provider}:{claims.get('aud')}") or by_name.get(provider)


def _by_groups(claims: Claims, custom_role_arn: str | None) -> str | None:
    """What AWS puts into `cognito:roles` and `cognito:preferred_role` of the token."""
    pool = cognito._user_pools.get(str(claims.get("iss", "")).rsplit("/", 1)[-1]) or {}
    groups = [
        group
        for name, group in (pool.get("_groups") or {}).items()
        if name in claims.get("cognito:groups", []) and group.get("RoleArn")
    ]
    if custom_role_arn:
        if custom_role_arn not in {group["RoleArn"] for group in groups}:
            raise SessionRefusedError(f"no group of this user has the role {custom_role_arn}")
        return custom_role_arn
    if not groups:
        return None
    first = min(_precedence(group) for group in groups)
    preferred = {group["RoleArn"] for group in groups if _precedence(group) == first}
    return preferred.pop() if len(preferred) == 1 else None


def _precedence(group: dict[str, Any]) -> float:
    value = group.get("Precedence")
    return float("inf") if value is None else float(value)


def _by_rules(rules: list[dict[str, str]], claims: Claims) -> str | None:
    return next((rule["RoleARN"] for rule in rules if _matches(rule, claims)), None)


def _matches(rule: dict[str, str], claims: Claims) -> bool:
    if rule["Claim"] not in claims:
        return False
    claim, wanted = claims[rule["Claim"]], rule["Value"]
    actual = claim if isinstance(claim, str) else json.dumps(claim, separators=(",", ":"))
    return {
        "Equals": actual == wanted,
        "Contains": wanted in actual,
        "StartsWith": actual.startswith(wanted),
        "NotEqual": actual != wanted,
    }[rule["MatchType"]]
