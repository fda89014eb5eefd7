"""Where values of ours become what the CDK takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from aws_cdk import Aws
from constructs import Construct

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
