"""Claims that decide on access, against all clients of the user pool that the app has.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import jsii
from aws_cdk import Stack, aws_cognito as cognito
from constructs import Construct, IValidation

from ..errors import LeastPrivilegeError
from .attributes import is_attribute, written_through
from .claims import writable_through
from .sign_in_providers import Provider, UserPoolClient


@jsii.implements(IValidation)
class NotWritableElsewhere:
    """What one client lets users write is in the tokens that they get through any other.

    Looks once more when the app is validated: clients may join, and change, until then.
    """

    def __init__(
        self, scope: Construct, claims: Mapping[Provider, Sequence[str]], reasons: Mapping[str, str]
    ) -> None:
        self._scope = scope
        self._claims = {
            provider: tuple(each for each in several if each not in reasons)
            for provider, several in claims.items()
            if isinstance(provider, UserPoolClient)
        }

    def validate(self) -> list[str]:
        pools = {each.user_pool_provider_name: each for each in self._claims}
        problems: dict[str, None] = {}
        clients = [
            each
            for each in self._scope.node.root.node.find_all()
            if isinstance(each, cognito.CfnUserPoolClient)
        ]
        for client in clients:
            for name, provider in pools.items():
                if _is_of(client, provider, Stack.of(self._scope)):
                    claims = {
                        claim
                        for each, several in self._claims.items()
                        for claim in several
                        if each.user_pool_provider_name == name
                    }
                    problems.update(dict.fromkeys(_problems(client, sorted(claims))))
        return list(problems)


def claims_by_provider(
    providers: Sequence[Provider],
    tag_claims: Sequence[str],
    rule_claims: Mapping[Provider, Sequence[str]],
) -> dict[Provider, tuple[str, ...]]:
    """The attributes on which access hangs, by whose they are."""
    found = {
        each: tuple(filter(_may_be_written, (*tag_claims, *rule_claims.get(each, ()))))
        for each in providers
    }
    return {provider: claims for provider, claims in found.items() if claims}


def _may_be_written(claim: str) -> bool:
    return is_attribute(claim.casefold())


def _problems(client: cognito.CfnUserPoolClient, claims: Sequence[str]) -> Iterator[str]:
    path = client.node.path.removesuffix("/Resource")
    try:
        writable = written_through(client)
    except LeastPrivilegeError as error:
        yield f"{path}: {error}"
        return
    for claim in claims:
        who = writable_through(claim, writable, path)
        if who:
            yield (
                f"principal_tags and rule_roles must not rely on claims that users can change "
                f"themselves, but {who} {claim!r}, and it is a client of the same user pool; give "
                "it write_attributes without that, or say in claim_reasons why they cannot"
            )


def _is_of(client: cognito.CfnUserPoolClient, provider: UserPoolClient, stack: Stack) -> bool:
    """Whether a client is one of this user pool, as far as that can be told before deployment."""
    if provider.user_pool_id and client.user_pool_id == provider.user_pool_id:
        return True
    if Stack.of(client).node.addr != stack.node.addr:
        return False  # Logical IDs say nothing there: another stack may have the same ones.
    theirs, *ours = stack.resolve(
        [client.user_pool_id, provider.user_pool_id, provider.user_pool_provider_name]
    )
    target = _target(theirs)
    return target is not None and target in map(_target, ours)


def _target(value: Any) -> str | None:
    """The resource that a value refers to, by its logical ID."""
    match value:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]}:
            return name
    return None
