"""AWS AppConfig: the configuration that an application gets in one environment.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsappconfig.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol, Self

from ..errors import InvalidPermissionError
from ..policy import ACCOUNT, PARTITION, REGION, Condition, Statement, check_account_id
from ..policy.tokens import is_token
from ._regional import Environment, check_construct, check_key_arn, check_region
from .base import Permission

_ID = re.compile(r"[a-z0-9]{4,7}")


class _Application(Protocol):
    @property
    def application_id(self) -> str: ...


class _Configuration(Protocol):
    """What `of` reads of a CDK configuration."""

    @property
    def application(self) -> _Application: ...
    @property
    def configuration_profile_id(self) -> str: ...


class _Environment(Protocol):
    """What `of` reads of a CDK environment of AppConfig."""

    @property
    def environment_id(self) -> str: ...
    @property
    def env(self) -> Environment: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AppConfigRead(Permission):
    """Get one deployed configuration in one environment: start a session, and ask for the latest.

    The three are IDs of AppConfig, not names, as its ARNs hold IDs. `kms_key_arn` is the key that
    the deployment encrypts with, which may then be used for deployments to this environment alone.
    Region and account are those that the role is deployed to, unless given.

    Example:
        >>> read = AppConfigRead(
        ...     application_id="abc1234",
        ...     environment_id="def5678",
        ...     configuration_profile_id="gh90123",
        ... )
        >>> read.statements()[0].actions
        ('appconfig:StartConfigurationSession', 'appconfig:GetLatestConfiguration')

    Source: https://docs.aws.amazon.com/appconfig/latest/userguide/appconfig-security.html#appconfig-security-data-encryption
    """

    application_id: str
    environment_id: str
    configuration_profile_id: str
    kms_key_arn: str | None = None
    region: str = REGION
    account_id: str = ACCOUNT

    def __post_init__(self) -> None:
        for argument in ("application_id", "environment_id", "configuration_profile_id"):
            value = getattr(self, argument)
            if not isinstance(value, str) or not (is_token(value) or _ID.fullmatch(value)):
                raise InvalidPermissionError(
                    f"{argument} must be an ID of AppConfig, 4 to 7 lower-case letters or digits "
                    f"and not a name, got {value!r}"
                )
        check_key_arn(self.kms_key_arn)
        check_region(self.region)
        check_account_id(self.account_id)

    @classmethod
    def of(
        cls,
        configuration: _Configuration,
        environment: _Environment,
        *,
        kms_key_arn: str | None = None,
    ) -> Self:
        """For a configuration and an environment of the CDK.

        The CDK does not tell the key of a deployment: give `kms_key_arn` if there is one.
        """
        check_construct(
            configuration,
            attributes=("application", "configuration_profile_id"),
            kind="a configuration of AppConfig",
        )
        check_construct(
            environment, attributes=("environment_id", "env"), kind="an environment of AppConfig"
        )
        return cls(
            application_id=configuration.application.application_id,
            environment_id=environment.environment_id,
            configuration_profile_id=configuration.configuration_profile_id,
            kms_key_arn=kms_key_arn,
            region=environment.env.region,
            account_id=environment.env.account,
        )

    def statements(self) -> tuple[Statement, ...]:
        environment = (
            f"arn:{PARTITION}:appconfig:{self.region}:{self.account_id}:"
            f"application/{self.application_id}/environment/{self.environment_id}"
        )
        read = Statement(
            actions=("appconfig:StartConfigurationSession", "appconfig:GetLatestConfiguration"),
            resources=(f"{environment}/configuration/{self.configuration_profile_id}",),
        )
        if self.kms_key_arn is None:
            return (read,)
        # Not kms:ViaService: no page of AWS says that AppConfig sends it.
        return read, Statement(
            actions=("kms:Decrypt",),
            resources=(self.kms_key_arn,),
            conditions=(
                Condition.of(
                    "StringLike",
                    "kms:EncryptionContext:aws:appconfig:deployment:arn",
                    f"{environment}/deployment/*",
                ),
            ),
        )
