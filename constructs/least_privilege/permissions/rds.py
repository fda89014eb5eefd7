"""Amazon RDS and Aurora: signing in to a database with IAM instead of a password.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol, Self

from ..errors import InvalidPermissionError
from ..policy import ACCOUNT, PARTITION, REGION, Arn, Statement, check_account_id, holds_token
from ..policy.names import check_strings
from ..policy.tokens import beside_tokens
from ._regional import Environment, check_region
from .base import Permission

_RESOURCE_ID = re.compile(r"(db|cluster|prx)-[A-Za-z0-9]+")
_USER = re.compile(r"[A-Za-z0-9_.@+-]{1,63}")


class _Database(Protocol):
    """What `of` reads of a CDK instance, cluster or proxy; besides, the attribute of its kind."""

    @property
    def env(self) -> Environment: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RdsConnect(Permission):
    """Connect to one database as one of these database users, with a token that IAM signs.

    `resource_id` is that of an instance (`db-...`), of an Aurora cluster (`cluster-...`) or of a
    proxy (`prx-...`), not its name. The database must have IAM authentication switched on and know
    the users; what they may do there, it says itself. Region and account are those that the role
    is deployed to, unless given.

    Example:
        >>> connect = RdsConnect(resource_id="db-ABCDEFGHIJKL01234", user_names=("reports",))
        >>> connect.statements()[0].resources[0].rpartition(":")[2]
        'db-ABCDEFGHIJKL01234/reports'

    Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html
    """

    resource_id: str
    user_names: tuple[str, ...]
    region: str = REGION
    account_id: str = ACCOUNT

    def __post_init__(self) -> None:
        if not isinstance(self.resource_id, str) or not _is_resource_id(self.resource_id):
            raise InvalidPermissionError(
                "resource_id must be that of one instance, cluster or proxy, like "
                f"'db-ABCDEFGHIJKL01234', 'cluster-...' or 'prx-...', got {self.resource_id!r}; "
                "it stands under Configuration, and is no name"
            )
        names = check_strings(self.user_names, argument="user_names", error=InvalidPermissionError)
        if not names:
            raise InvalidPermissionError("user_names must name at least one user of the database")
        for name in names:
            if not _USER.fullmatch(beside_tokens(name, "x")):
                raise InvalidPermissionError(
                    "user_names must be users of the database, of 1 to 63 letters, digits and any "
                    f"of _.@+- , without wildcards, got {name!r}"
                )
        object.__setattr__(self, "user_names", names)
        check_region(self.region)
        check_account_id(self.account_id)

    @classmethod
    def of(cls, database: _Database, *user_names: str) -> Self:
        """For an instance or cluster of the CDK, or a proxy that was imported by its ARN.

        The ID of a proxy that the CDK makes is a part of its ARN, and not known yet: say
        `resource_id=Fn.select(6, Fn.split(":", proxy.db_proxy_arn))`.
        """
        where = getattr(database, "env", None)
        resource_id = _resource_id(database)
        if where is None or resource_id is None:
            raise InvalidPermissionError(
                "of() takes an instance, a cluster or an imported proxy of the CDK whose resource "
                f"ID is known, got {database!r}; import it with its resource ID (for a cluster "
                "cluster_resource_identifier=, for an instance instance_resource_id=), or say "
                "resource_id="
            )
        return cls(
            resource_id=resource_id,
            user_names=user_names,
            region=where.region,
            account_id=where.account,
        )

    def statements(self) -> tuple[Statement, ...]:
        database = f"arn:{PARTITION}:rds-db:{self.region}:{self.account_id}:dbuser"
        return (
            Statement(
                actions=("rds-db:connect",),
                resources=tuple(
                    f"{database}:{self.resource_id}/{name}" for name in self.user_names
                ),
            ),
        )


def _resource_id(database: object) -> str | None:
    for attribute in ("instance_resource_id", "cluster_resource_identifier"):
        try:
            found = getattr(database, attribute, None)
        except RuntimeError:  # so the CDK says that an imported cluster does not know it
            return None
        if isinstance(found, str):
            return found
    proxy_arn = getattr(database, "db_proxy_arn", None)
    if isinstance(proxy_arn, str) and not holds_token(proxy_arn):
        return Arn.parse(proxy_arn, argument="db_proxy_arn").resource.removeprefix("db-proxy:")
    return None


def _is_resource_id(text: str) -> bool:
    if holds_token(text):
        return not any(sign in beside_tokens(text) for sign in "*?/$:")
    return _RESOURCE_ID.fullmatch(text) is not None
