"""AWS Systems Manager Parameter Store: one parameter, or those of one path, and their KMS key.

Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/ps-retrieval-authorization.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol, Self

from ..errors import InvalidPermissionError
from ..policy import (
    ACCOUNT,
    PARTITION,
    REGION,
    Arn,
    Condition,
    Statement,
    check_account_id,
    check_arn,
)
from ..policy.tokens import TOKEN, URL_SUFFIX, beside_tokens, holds_token, is_token
from ._regional import (
    Environment,
    Key,
    check_construct,
    check_key_arn,
    check_region,
    check_resource_arn,
    key_arn_of,
    region_of,
)
from .base import Permission

_NAME = re.compile(r"(/[A-Za-z0-9_.-]+){1,15}|[A-Za-z0-9_.-]+")
_PATH = re.compile(r"(/[A-Za-z0-9_.-]+){1,14}")
_PARAMETER = re.compile(r"parameterx?(/[A-Za-z0-9_.-]+)+|parameterx")
"""The CDK writes `parameter${Token[...]}` for one whose name begins with a slash."""
_PUBLIC = "/aws/service/"
"""Parameters that AWS publishes for everybody; their ARNs hold no account."""
_LONGEST = 1_011


class _Parameter(Protocol):
    """What `of` reads of a CDK parameter."""

    @property
    def parameter_arn(self) -> str: ...
    @property
    def env(self) -> Environment: ...


def _account_of(name: str, account_id: str) -> str:
    return "" if f"{name}/".startswith(_PUBLIC) else account_id


def _is_public(arn: str) -> bool:
    if not isinstance(arn, str) or TOKEN.match(arn):
        return False
    parts = Arn.parse(arn, argument="parameter_arn")
    return not parts.account and parts.resource.startswith(f"parameter{_PUBLIC}")


def _key_use(
    key_arn: str, *, region: str, operator: str, parameter_arns: tuple[str, ...]
) -> Statement:
    return Statement(
        actions=("kms:Decrypt",),
        resources=(key_arn,),
        conditions=(
            Condition.of("StringEquals", "kms:ViaService", f"ssm.{region}.{URL_SUFFIX}"),
            Condition.of(operator, "kms:EncryptionContext:PARAMETER_ARN", *parameter_arns),
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterRead(Permission):
    """Read one parameter by its name: `ssm:GetParameter` and `ssm:GetParameters`, and `kms:Decrypt`
    for a SecureString with a key of its own; not its earlier values, and not by path.

    `kms_key_arn` is the key of a SecureString, which may then be used through Systems Manager and
    for this parameter alone; the AWS managed key `aws/ssm` needs none. `region` counts where the
    ARN is known at deployment only.

    Example:
        >>> ParameterRead.named("/app/prod/db-host").statements()[0].actions
        ('ssm:GetParameter', 'ssm:GetParameters')

    Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/ps-retrieval-authorization.html
    """

    parameter_arn: str
    kms_key_arn: str | None = None
    region: str = REGION

    def __post_init__(self) -> None:
        if _is_public(self.parameter_arn):
            check_arn(self.parameter_arn, service="ssm", argument="parameter_arn")
        else:
            check_resource_arn(
                self.parameter_arn,
                service="ssm",
                form=_PARAMETER,
                argument="parameter_arn",
                example="arn:aws:ssm:eu-central-1:111122223333:parameter/app/prod/db-host",
            )
        check_key_arn(self.kms_key_arn)
        check_region(self.region)

    @classmethod
    def of(cls, parameter: _Parameter, *, kms_key_arn: str | None = None) -> Self:
        """For a parameter of the CDK, with its key where the CDK knows one.

        CloudFormation makes no SecureString, and the CDK does not tell the key of an imported one:
        give `kms_key_arn` then.
        """
        check_construct(
            parameter,
            attributes=("parameter_arn", "parameter_name"),
            kind="a parameter",
            argument="parameter_arn",
        )
        own: Key | None = getattr(parameter, "encryption_key", None)
        return cls(
            parameter_arn=parameter.parameter_arn,
            kms_key_arn=kms_key_arn or key_arn_of(own),
            region=parameter.env.region,
        )

    @classmethod
    def named(
        cls,
        parameter_name: str,
        *,
        kms_key_arn: str | None = None,
        region: str = REGION,
        account_id: str = ACCOUNT,
    ) -> Self:
        """For a name: `/app/prod/db-host`, or `db-host` without any slash.

        One under `/aws/service/` is a public parameter of AWS, in no account.
        """
        known = parameter_name if isinstance(parameter_name, str) else "*"
        if is_token(known):
            raise InvalidPermissionError(
                "parameter_name must be known, or begin with what is known: a name that is known "
                "at deployment only may begin with a slash or not; say parameter_arn="
            )
        if len(known) > _LONGEST or not _NAME.fullmatch(beside_tokens(known, "x")):
            raise InvalidPermissionError(
                "parameter_name must be a name like '/app/prod/db-host', or one without any slash, "
                f"of letters, digits and any of _.- (at most 15 levels), got {parameter_name!r}"
            )
        check_region(region)
        check_account_id(account_id)
        account, name = _account_of(parameter_name, account_id), parameter_name.removeprefix("/")
        return cls(
            parameter_arn=f"arn:{PARTITION}:ssm:{region}:{account}:parameter/{name}",
            kms_key_arn=kms_key_arn,
            region=region,
        )

    def statements(self) -> tuple[Statement, ...]:
        read = Statement(
            actions=("ssm:GetParameter", "ssm:GetParameters"), resources=(self.parameter_arn,)
        )
        if self.kms_key_arn is None:
            return (read,)
        return read, _key_use(
            self.kms_key_arn,
            region=region_of(self.parameter_arn, self.region),
            operator="StringEquals",
            parameter_arns=(self.parameter_arn,),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ParametersByPath(Permission):
    """Read the parameters right under one path with `ssm:GetParametersByPath`; with
    `recursive=True` those at any depth below it.

    AWS compares the resource with the path that is asked for, and not with the parameters that it
    returns: whoever may ask for a path gets all of it, also what other policies deny by name. So
    this names the one path, without a wildcard. Neither its parent, nor the paths next to it, nor
    those below it can be asked for. `/` is refused, as it is every parameter of the account.

    `kms_key_arn` is the key of SecureStrings, which may then be used through Systems Manager and
    for parameters under this path alone.

    Example:
        >>> ParametersByPath(path="/app/prod").statements()[0].actions
        ('ssm:GetParametersByPath',)

    Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/ps-retrieval-authorization.html
    """

    path: str
    recursive: bool = False
    kms_key_arn: str | None = None
    region: str = REGION
    account_id: str = ACCOUNT

    def __post_init__(self) -> None:
        known = beside_tokens(self.path, "x") if isinstance(self.path, str) else ""
        if isinstance(self.path, str) and holds_token(self.path) and not known.startswith("/"):
            raise InvalidPermissionError(
                f"path must begin with '/' before what is known at deployment, got {self.path!r}"
            )
        if len(known) > _LONGEST or not _PATH.fullmatch(known):
            raise InvalidPermissionError(
                "path must be a path like '/app/prod', without a slash at its end and without "
                f"wildcards (at most 14 levels), got {self.path!r}"
            )
        if not isinstance(self.recursive, bool):
            raise InvalidPermissionError(f"recursive must be True or False, got {self.recursive!r}")
        check_key_arn(self.kms_key_arn)
        check_region(self.region)
        check_account_id(self.account_id)

    @property
    def _path_arn(self) -> str:
        account = _account_of(self.path, self.account_id)
        return f"arn:{PARTITION}:ssm:{self.region}:{account}:parameter{self.path}"

    def statements(self) -> tuple[Statement, ...]:
        right_below = (
            () if self.recursive else (Condition.of("BoolIfExists", "ssm:Recursive", "false"),)
        )
        read = Statement(
            actions=("ssm:GetParametersByPath",),
            # The same path may be asked for with a slash at its end.
            resources=(self._path_arn, f"{self._path_arn}/"),
            conditions=right_below,
        )
        if self.kms_key_arn is None:
            return (read,)
        return read, _key_use(
            self.kms_key_arn,
            region=self.region,
            operator="StringLike",
            parameter_arns=(f"{self._path_arn}/*",),
        )
