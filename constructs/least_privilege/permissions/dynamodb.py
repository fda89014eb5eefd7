"""Amazon DynamoDB: the items of one table, its indexes and its stream, and its KMS key with them.

What is here is for the calls of the SDKs; statements in PartiQL have actions of their own, and so
has the management of tables.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/security_iam_service-with-iam.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, Self

from ..errors import InvalidPermissionError
from ..policy import Condition, Statement
from ..policy.names import check_strings
from ..policy.tokens import beside_tokens
from ._regional import check_resource_arn
from ._tables import TABLE_EXAMPLE, OnItems, Table, WithTableKey, read_table
from .base import check_flags

_STREAM = re.compile(r"table/[A-Za-z0-9_.-]{1,255}/stream/[A-Za-z0-9_.:-]+")
_INDEX = re.compile(r"[A-Za-z0-9_.-]{3,255}")


class _Streamed(Table, Protocol):
    @property
    def table_stream_arn(self) -> str | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamoDbRead(OnItems):
    """Read items of one table by their keys: get, query, check in a transaction.

    `index_names` are the indexes that may be queried as well. `scan=True` reads whole tables and
    indexes; it goes with no `leading_keys`, as a scan names no item. With `leading_keys`, a query
    of an index is held to those values of the index's own partition key.

    Example:
        >>> table = "arn:aws:dynamodb:eu-central-1:111122223333:table/orders"
        >>> DynamoDbRead(table_arn=table, index_names=("by-day",)).statements()[1].resources
        ('arn:aws:dynamodb:eu-central-1:111122223333:table/orders/index/by-day',)

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
    """

    index_names: tuple[str, ...] = ()
    scan: bool = False

    def __post_init__(self) -> None:
        # The short super() does not know the class that slots=True makes.
        OnItems.__post_init__(self)
        names = check_strings(
            self.index_names, argument="index_names", error=InvalidPermissionError
        )
        for name in names:
            if not _INDEX.fullmatch(beside_tokens(name, "xxx")):
                raise InvalidPermissionError(
                    "index_names must be 3 to 255 letters, digits and any of _.- , without "
                    f"wildcards, got {name!r}"
                )
        object.__setattr__(self, "index_names", names)
        if self.scan and self.leading_keys:
            raise InvalidPermissionError(
                "scan must not go with leading_keys: a scan returns all items, whatever their "
                "keys; query by the key instead"
            )

    @classmethod
    def of(
        cls,
        table: Table,
        *,
        leading_keys: tuple[str, ...] = (),
        index_names: tuple[str, ...] = (),
        scan: bool = False,
    ) -> Self:
        """For a table of the CDK, with its key if it has one of its own.

        The CDK does not know the key of a table imported by its name or ARN: give `kms_key_arn`
        then.
        """
        where = read_table(table)
        return cls(
            table_arn=where.arn,
            kms_key_arn=where.key_arn,
            table_name=where.name,
            region=where.region,
            account_id=where.account,
            leading_keys=leading_keys,
            index_names=index_names,
            scan=scan,
        )

    def statements(self) -> tuple[Statement, ...]:
        both = ("dynamodb:Query", "dynamodb:Scan") if self.scan else ("dynamodb:Query",)
        indexes = tuple(f"{self.table_arn}/index/{name}" for name in self.index_names)
        return (
            Statement(
                actions=(
                    "dynamodb:GetItem",
                    "dynamodb:BatchGetItem",
                    "dynamodb:ConditionCheckItem",
                    *both,
                ),
                resources=(self.table_arn,),
                conditions=self.own_items,
            ),
            *(
                (Statement(actions=both, resources=indexes, conditions=self.own_items),)
                if indexes
                else ()
            ),
            *self.use_of_table_key(self.table_arn),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _ChangesItems(OnItems):
    """`return_values=True` lets the caller see what was there before, or is there now. Without it
    a condition that fails can still show an item to a caller that asks for it: DynamoDB has no
    condition key for `ReturnValuesOnConditionCheckFailure`.
    """

    return_values: bool = False

    @classmethod
    def of(
        cls, table: Table, *, leading_keys: tuple[str, ...] = (), return_values: bool = False
    ) -> Self:
        """For a table of the CDK, with its key if it has one of its own.

        The CDK does not know the key of a table imported by its name or ARN: give `kms_key_arn`
        then.
        """
        where = read_table(table)
        return cls(
            table_arn=where.arn,
            kms_key_arn=where.key_arn,
            table_name=where.name,
            region=where.region,
            account_id=where.account,
            leading_keys=leading_keys,
            return_values=return_values,
        )

    def _changing(self, *actions: str) -> tuple[Statement, ...]:
        unseen = Condition.of("StringEqualsIfExists", "dynamodb:ReturnValues", "NONE")
        return (
            Statement(
                actions=actions,
                resources=(self.table_arn,),
                conditions=(*self.own_items, *(() if self.return_values else (unseen,))),
            ),
            *self.use_of_table_key(self.table_arn),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamoDbWrite(_ChangesItems):
    """Put and update items of one table, one by one or in transactions; neither read nor delete.

    To put replaces an item that has the same key. Batches need `DynamoDbWriteBatches`, and
    transactions that check other items `DynamoDbRead`.

    Example:
        >>> table = "arn:aws:dynamodb:eu-central-1:111122223333:table/orders"
        >>> DynamoDbWrite(table_arn=table).statements()[0].actions
        ('dynamodb:PutItem', 'dynamodb:UpdateItem')

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
    """

    def statements(self) -> tuple[Statement, ...]:
        return self._changing("dynamodb:PutItem", "dynamodb:UpdateItem")


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamoDbDelete(_ChangesItems):
    """Delete items of one table, one by one or in transactions.

    Example:
        >>> table = "arn:aws:dynamodb:eu-central-1:111122223333:table/orders"
        >>> DynamoDbDelete(table_arn=table, leading_keys=("alice",)).statements()[0].actions
        ('dynamodb:DeleteItem',)

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
    """

    def statements(self) -> tuple[Statement, ...]:
        return self._changing("dynamodb:DeleteItem")


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamoDbWriteBatches(OnItems):
    """Put and delete items of one table in batches: AWS has one action for both.

    Example:
        >>> table = "arn:aws:dynamodb:eu-central-1:111122223333:table/orders"
        >>> DynamoDbWriteBatches(table_arn=table).statements()[0].actions
        ('dynamodb:BatchWriteItem',)

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
    """

    @classmethod
    def of(cls, table: Table, *, leading_keys: tuple[str, ...] = ()) -> Self:
        """For a table of the CDK, with its key if it has one of its own.

        The CDK does not know the key of a table imported by its name or ARN: give `kms_key_arn`
        then.
        """
        where = read_table(table)
        return cls(
            table_arn=where.arn,
            kms_key_arn=where.key_arn,
            table_name=where.name,
            region=where.region,
            account_id=where.account,
            leading_keys=leading_keys,
        )

    def statements(self) -> tuple[Statement, ...]:
        return (
            Statement(
                actions=("dynamodb:BatchWriteItem",),
                resources=(self.table_arn,),
                conditions=self.own_items,
            ),
            *self.use_of_table_key(self.table_arn),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamoDbReadStream(WithTableKey):
    """Read the stream of changes of one table; not the table.

    `lambda_source=True` is for the role of a Lambda function that takes the stream as its event
    source: Lambda lists streams too.

    Example:
        >>> table = "arn:aws:dynamodb:eu-central-1:111122223333:table/orders"
        >>> stream = f"{table}/stream/2026-11-24T09:30:00.000"
        >>> DynamoDbReadStream(stream_arn=stream).statements()[0].actions
        ('dynamodb:DescribeStream', 'dynamodb:GetShardIterator', 'dynamodb:GetRecords')

    Source: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
    """

    stream_arn: str
    lambda_source: bool = False

    def __post_init__(self) -> None:
        check_flags(self)
        check_resource_arn(
            self.stream_arn,
            service="dynamodb",
            form=_STREAM,
            argument="stream_arn",
            example=f"{TABLE_EXAMPLE}/stream/2026-11-24T09:30:00.000",
        )
        self.check_own_key(self.stream_arn, argument="stream_arn")

    @classmethod
    def of(cls, table: _Streamed, *, lambda_source: bool = False) -> Self:
        """For the stream of a table of the CDK, with the table's key if it has one of its own."""
        where = read_table(table)
        stream_arn = getattr(table, "table_stream_arn", None)
        if stream_arn is None:
            raise InvalidPermissionError(
                f"of() takes a table with a stream, got {table!r} without one; give the table one "
                "(stream=, or dynamo_stream= of a TableV2), or import it with its table_stream_arn"
            )
        return cls(
            stream_arn=stream_arn,
            kms_key_arn=where.key_arn,
            table_name=where.name,
            region=where.region,
            account_id=where.account,
            lambda_source=lambda_source,
        )

    def statements(self) -> tuple[Statement, ...]:
        reads = Statement(
            actions=(
                "dynamodb:DescribeStream",
                "dynamodb:GetShardIterator",
                "dynamodb:GetRecords",
            ),
            resources=(self.stream_arn,),
        )
        lists = Statement(actions=("dynamodb:ListStreams",), resources=("*",))
        return (
            reads,
            *((lists,) if self.lambda_source else ()),
            *self.use_of_table_key(self.stream_arn),
        )

    def wildcard_reasons(self) -> Mapping[str, str]:
        if not self.lambda_source:
            return {}
        return {
            "*": "Lambda asks for dynamodb:ListStreams of an event source, which takes no narrower "
            "resource; it shows the names of streams, not what is in them."
        }
