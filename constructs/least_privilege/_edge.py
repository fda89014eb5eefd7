"""Where values of ours become what the CDK takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from aws_cdk import Aws, Stack
from constructs import Construct, IConstruct

from .errors import LeastPrivilegeError
from .policy import ACCOUNT, PARTITION, REGION
from .policy.tokens import URL_SUFFIX


@contextmanager
def placed(scope: Construct, construct_id: str) -> Iterator[None]:
    """Put the construct's path in front of every error of ours."""
    try:
        yield
    except LeastPrivilegeError as error:
        path = f"{scope.node.path}/{construct_id}".lstrip("/")
        raise error.at(path) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Where a construct is; read once for each scope, as a call to the CDK costs half a
    millisecond."""

    stack: Stack
    account: str
    root: IConstruct


_SURROUNDINGS: WeakKeyDictionary[Construct, Surroundings] = WeakKeyDictionary()


def surroundings(scope: Construct) -> Surroundings:
    """The stack of a scope, its account, and the root of the app."""
    known = _SURROUNDINGS.get(scope)
    if known is None:
        stack = Stack.of(scope)
        known = Surroundings(stack=stack, account=stack.account, root=scope.node.root)
        _SURROUNDINGS[scope] = known
    return known


@cache
def _tokens() -> dict[str, str]:
    return {
        PARTITION: Aws.PARTITION,
        ACCOUNT: Aws.ACCOUNT_ID,
        REGION: Aws.REGION,
        URL_SUFFIX: Aws.URL_SUFFIX,
    }


def with_tokens(value: Any) -> Any:
    """The same value with CDK's tokens for the partition, account and region of deployment."""
    match value:
        case str() if "${AWS::" in value:
            for placeholder, token in _tokens().items():
                value = value.replace(placeholder, token)
            return value
        case dict():
            return {key: with_tokens(each) for key, each in value.items()}
        case list():
            return [with_tokens(each) for each in value]
        case _:
            return value
