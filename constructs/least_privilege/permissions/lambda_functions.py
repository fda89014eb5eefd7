"""AWS Lambda: invoke one function, alias or version.

Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, Self

from ..errors import InvalidPermissionError
from ..policy import Arn, Statement
from ..policy.tokens import TOKEN
from ._regional import check_construct, check_flag, check_resource_arn
from .base import Permission

_FUNCTION = re.compile(r"function:[A-Za-z0-9_-]{1,64}(:(\$LATEST|[A-Za-z0-9_-]{1,128}))?")


class _Function(Protocol):
    """What `of` reads of a CDK function, alias or version."""

    @property
    def function_arn(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LambdaInvoke(Permission):
    """Invoke one function, or one alias or version of it, through the Lambda API.

    Lambda compares the ARN that the caller names, with its qualifier: the function's own ARN allows
    calls without a qualifier alone, an alias's those of the alias alone. `any_qualifier=True` adds
    every alias and version of the function. Never `lambda:InvokeFunctionUrl`, without which nobody
    comes through a function URL.

    Example:
        >>> LambdaInvoke(
        ...     function_arn="arn:aws:lambda:eu-central-1:111122223333:function:resize:live"
        ... ).statements()[0].actions
        ('lambda:InvokeFunction',)

    Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html
    """

    function_arn: str
    any_qualifier: bool = False

    def __post_init__(self) -> None:
        check_resource_arn(
            self.function_arn,
            service="lambda",
            form=_FUNCTION,
            argument="function_arn",
            example="arn:aws:lambda:eu-central-1:111122223333:function:resize",
        )
        check_flag(self.any_qualifier, argument="any_qualifier")
        if self.any_qualifier and not TOKEN.match(self.function_arn):
            _, _, qualifier = Arn.parse(self.function_arn).resource.partition(":")[2].partition(":")
            if qualifier:
                raise InvalidPermissionError(
                    "any_qualifier must be left out where function_arn names one, "
                    f"got {qualifier!r} in {self.function_arn!r}"
                )

    @classmethod
    def of(cls, function: _Function, *, any_qualifier: bool = False) -> Self:
        """For a function, an alias or a version of the CDK: that one alone."""
        check_construct(
            function,
            attributes=("function_arn",),
            kind="a function, alias or version",
            argument="function_arn",
        )
        # An alias has the version that it points to, a version itself.
        if any_qualifier and hasattr(function, "version"):
            raise InvalidPermissionError(
                f"any_qualifier is for a function, got the alias or version {function!r}; "
                "take its function"
            )
        return cls(function_arn=function.function_arn, any_qualifier=any_qualifier)

    @property
    def _qualified(self) -> str:
        return f"{self.function_arn}:*"

    def statements(self) -> tuple[Statement, ...]:
        resources = (self.function_arn, *((self._qualified,) if self.any_qualifier else ()))
        return (Statement(actions=("lambda:InvokeFunction",), resources=resources),)

    def wildcard_reasons(self) -> Mapping[str, str]:
        if not self.any_qualifier:
            return {}
        return {
            self._qualified: "Versions get their numbers when they are published, after this role "
            "is deployed; the wildcard covers the aliases and versions of this one function."
        }
