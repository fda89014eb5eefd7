"""AWS Glue Data Catalog: what tables there are, where their data lies, how it is partitioned.

The data itself lies in S3 and needs `S3Read` and `S3List`. Where Lake Formation governs the
catalog, it must grant the tables to the role as well.

Source: https://docs.aws.amazon.com/glue/latest/dg/glue-specifying-resource-arns.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, Self

from ..errors import InvalidPermissionError
from ..policy import ACCOUNT, PARTITION, REGION, Statement, check_account_id
from ..policy.names import check_strings
from ..policy.tokens import beside_tokens
from ._regional import Environment, check_key_arn, check_region, use_of_key
from .base import Permission

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,255}")


class _Database(Protocol):
    """What `of` reads of a CDK database: a `CfnDatabase`."""

    @property
    def ref(self) -> str: ...
    @property
    def catalog_id(self) -> str: ...
    @property
    def env(self) -> Environment: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class GlueRead(Permission):
    """Read one database of the Data Catalog, its tables and their partitions.

    `table_names` limits it to these tables, which it then cannot list; none given means all tables
    of the database, those to come as well. `kms_key_arn` is the key that the catalog's metadata is
    encrypted with, if it is one of the account's own. Region and account are those that the role is
    deployed to, unless given.

    Example:
        >>> GlueRead(database_name="sales", table_names=("orders",)).statements()[0].actions
        ('glue:GetDatabase', 'glue:GetTable', 'glue:GetPartition', 'glue:GetPartitions', \
'glue:BatchGetPartition')

    Source: https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html
    """

    database_name: str
    table_names: tuple[str, ...] = ()
    kms_key_arn: str | None = None
    region: str = REGION
    account_id: str = ACCOUNT

    def __post_init__(self) -> None:
        names = check_strings(
            self.table_names, argument="table_names", error=InvalidPermissionError
        )
        object.__setattr__(self, "table_names", names)
        for argument, name in (
            ("database_name", self.database_name),
            *(("table_names", name) for name in names),
        ):
            if not isinstance(name, str) or not _NAME.fullmatch(beside_tokens(name, "x")):
                raise InvalidPermissionError(
                    f"{argument} must be letters, digits and any of _.- (at most 255), without "
                    f"wildcards, got {name!r}"
                )
        check_key_arn(self.kms_key_arn)
        check_region(self.region)
        check_account_id(self.account_id)

    @classmethod
    def of(cls, database: _Database, *table_names: str, kms_key_arn: str | None = None) -> Self:
        """For a `CfnDatabase` of the CDK; the key of the catalog is not written there."""
        if not all(hasattr(database, name) for name in ("database_input", "catalog_id", "ref")):
            raise InvalidPermissionError(
                f"of() takes a glue.CfnDatabase of the CDK, got {database!r}; for a name say "
                "database_name="
            )
        return cls(
            database_name=database.ref,
            table_names=table_names,
            kms_key_arn=kms_key_arn,
            region=database.env.region,
            account_id=database.catalog_id,
        )

    @property
    def _tables(self) -> tuple[str, ...]:
        tables = f"{catalog_prefix(self.region, self.account_id)}:table/{self.database_name}"
        return tuple(f"{tables}/{name}" for name in self.table_names or ("*",))

    def statements(self) -> tuple[Statement, ...]:
        catalog = catalog_prefix(self.region, self.account_id)
        listing = () if self.table_names else ("glue:GetTables",)
        reads = Statement(
            actions=(
                "glue:GetDatabase",
                "glue:GetTable",
                *listing,
                "glue:GetPartition",
                "glue:GetPartitions",
                "glue:BatchGetPartition",
            ),
            # Glue asks for a table's database and catalog too.
            resources=(
                f"{catalog}:catalog",
                f"{catalog}:database/{self.database_name}",
                *self._tables,
            ),
        )
        if self.kms_key_arn is None:
            return (reads,)
        return reads, use_of_key(
            self.kms_key_arn, "kms:Decrypt", service="glue", region=self.region
        )

    def wildcard_reasons(self) -> Mapping[str, str]:
        if self.table_names:
            return {}
        return {
            self._tables[0]: f"All tables of the database {self.database_name} are meant, and Glue "
            "looks at each of them to list them."
        }


def catalog_prefix(region: str, account_id: str) -> str:
    """What the ARNs of a Data Catalog begin with."""
    return f"arn:{PARTITION}:glue:{region}:{account_id}"
