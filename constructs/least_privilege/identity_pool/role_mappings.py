"""Which role of an identity pool a signed-in user gets, as one attachment says it.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/role-based-access-control.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from ..errors import InvalidTrustError, QuotaExceededError
from .mapped_roles import AmbiguousRoleResolution, GroupRole, RuleRole, frozen_values
from .sign_in_providers import (
    Provider,
    SignInProviders,
    UserPoolClient,
    check_mapped,
    provider_name,
)

Value = TypeVar("Value")
_RULES_PER_PROVIDER = 25
_PROVIDERS_WITH_ROLES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleMappings:
    """What is mapped for which provider, checked."""

    providers: SignInProviders
    by_token: tuple[UserPoolClient, ...]
    rules: Mapping[Provider, tuple[RuleRole, ...]]
    pools_of_group: Mapping[str, tuple[UserPoolClient, ...]]
    """For each group, one client of each user pool that has it."""
    resolution: AmbiguousRoleResolution

    @property
    def are_for_all(self) -> bool:
        """Whether no provider is left whose users get the authenticated role without more ado."""
        return len(self.by_token) + len(self.rules) == len(self.providers.all)

    def to_cloudformation(self, rule_roles: Mapping[str, str]) -> dict[str, dict[str, Any]] | None:
        """The mappings of the one attachment, with the ARN of each rule's role."""
        mappings: dict[str, dict[str, Any]] = {
            self.providers.key_of(client): {
                "type": "Token",
                "identityProvider": client.token_provider,
                "ambiguousRoleResolution": self.resolution.value,
            }
            for client in self.by_token
        }
        for provider, rules in self.rules.items():
            mappings[self.providers.key_of(provider)] = {
                "type": "Rules",
                "identityProvider": provider_name(provider),
                "ambiguousRoleResolution": self.resolution.value,
                "rulesConfiguration": {
                    "rules": [
                        {
                            "claim": rule.claim,
                            "matchType": rule.match.value,
                            "value": rule.value,
                            "roleArn": rule_roles[rule.name],
                        }
                        for rule in rules
                    ]
                },
            }
        return mappings or None


def role_mappings(
    providers: SignInProviders,
    *,
    group_roles: Sequence[GroupRole],
    rule_roles: Sequence[RuleRole],
    resolution: AmbiguousRoleResolution,
) -> RoleMappings:
    """Find the provider of each group and rule; raise where that is unclear, or twofold."""
    if resolution not in tuple(AmbiguousRoleResolution):
        raise InvalidTrustError(
            "ambiguous_role_resolution must be one of "
            f"{', '.join(map(repr, map(str, AmbiguousRoleResolution)))}, got {resolution!r}"
        )
    groups: tuple[GroupRole, ...] = frozen_values(
        group_roles, GroupRole, argument="group_roles", error=InvalidTrustError
    )
    rules: tuple[RuleRole, ...] = frozen_values(
        rule_roles, RuleRole, argument="rule_roles", error=InvalidTrustError
    )
    _check_unlike(groups, lambda each: each.group_name, "group_roles must differ in group_name")
    _check_unlike(rules, lambda each: each.name, "rule_roles must differ in name")

    pools_of_group = {each.group_name: _pools(each, providers) for each in groups}
    token_pools = {
        each.user_pool_provider_name for pools in pools_of_group.values() for each in pools
    }
    for pool in token_pools:
        _check_unlike(
            [each for each in groups if pool in _names(pools_of_group[each.group_name])],
            lambda each: each.precedence,
            "group_roles of one user pool must differ in precedence, or a user of two groups gets "
            "the role of neither",
        )
    by_token = tuple(
        each for each in providers.user_pool_clients if each.user_pool_provider_name in token_pools
    )
    by_rule: dict[Provider, tuple[RuleRole, ...]] = {}
    for rule in rules:
        provider = _provider(rule, providers)
        if provider in by_token:
            raise InvalidTrustError(
                f"rule_roles must not be for a provider whose users get their role by group, as "
                f"Cognito looks at one or the other, but {rule.name} is; drop the rule or the "
                "groups of that user pool"
            )
        check_mapped(provider)
        by_rule[provider] = (*by_rule.get(provider, ()), rule)
    for provider_rules in by_rule.values():
        if len(provider_rules) > _RULES_PER_PROVIDER:
            raise QuotaExceededError(
                f"rule_roles must be at most {_RULES_PER_PROVIDER} for one provider, "
                f"got {len(provider_rules)}"
            )
    if len(by_token) + len(by_rule) > _PROVIDERS_WITH_ROLES:
        raise QuotaExceededError(
            f"group_roles and rule_roles must be for at most {_PROVIDERS_WITH_ROLES} providers, "
            f"got {len(by_token) + len(by_rule)}"
        )
    return RoleMappings(
        providers=providers,
        by_token=by_token,
        rules=by_rule,
        pools_of_group=pools_of_group,
        resolution=AmbiguousRoleResolution(resolution),
    )


def _names(clients: Sequence[UserPoolClient]) -> set[str]:
    return {each.user_pool_provider_name for each in clients}


def _pools(group: GroupRole, providers: SignInProviders) -> tuple[UserPoolClient, ...]:
    """One client of each user pool that has the group."""
    for client in group.user_pool_clients:
        if client not in providers.user_pool_clients:
            raise InvalidTrustError(
                f"user_pool_clients of the group {group.group_name} must be among those of the "
                f"identity pool, got {client!r}"
            )
    candidates = group.user_pool_clients or providers.user_pool_clients
    pools: dict[str, UserPoolClient] = {}
    for each in candidates:
        pools.setdefault(each.user_pool_provider_name, each)
    if not group.user_pool_clients and len(pools) != 1:
        raise InvalidTrustError(
            f"the group {group.group_name} must be in one user pool, but the identity pool has "
            f"{len(pools)}; "
            + ("name one in user_pool_clients" if pools else "give a client of it")
        )
    for client in pools.values():
        if not client.user_pool_id:
            raise InvalidTrustError(
                f"user_pool_id of the client {client.client_id} must be given, as the group "
                f"{group.group_name} is made in that user pool; for a pool of the CDK say "
                "UserPoolClient.of(user_pool, client)"
            )
    return tuple(pools.values())


def _provider(rule: RuleRole, providers: SignInProviders) -> Provider:
    if rule.provider is None and len(providers.all) == 1:
        return providers.all[0]
    found = [each for each in providers.all if each == rule.provider]
    if not found:
        raise InvalidTrustError(
            f"provider of the rule {rule.name} must be one of those that the identity pool has, "
            f"got {rule.provider!r}"
        )
    return found[0]


def _check_unlike(values: Sequence[Value], key: Callable[[Value], object], message: str) -> None:
    keys = [key(each) for each in values]
    twice = next((each for each in keys if keys.count(each) > 1), None)
    if twice is not None:
        raise InvalidTrustError(f"{message}, got {twice!r} twice")
