"""What permissions on a DynamoDB table share: its items by their partition keys, the key that
protects them, and what `of` reads of a CDK table.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from ..errors import InvalidPermissionError, InvalidPolicyError
from ..policy import ACCOUNT, REGION, Arn, Condition, Statement, check_account_id, holds_token
from ..policy.grammar import check_condition
from ..policy.names import check_strings
from ..policy.tokens import TOKEN, beside_tokens
from ._regional import (
    Environment,
    Key,
    check_construct,
    check_key_arn,
    check_region,
    check_resource_arn,
    key_arn_of,
    region_of,
    use_of_key,
)
from .base import Permission, check_flags

TABLE_EXAMPLE = "arn:aws:dynamodb:eu-central-1:111122223333:table/orders"
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,255}")
_TABLE = re.compile(r"table/[A-Za-z0-9_.-]{1,255}")


class Table(Protocol):
    """What `of` reads of a CDK table."""

    @property
    def table_arn(self) -> str: ...
    @property
    def table_name(self) -> str: ...
    @property
    def encryption_key(self) -> Key | None: ...
    @property
    def env(self) -> Environment: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WithTableKey(Permission):
    """`kms_key_arn` is the table's own key, which may then be used through DynamoDB in its region
    and for this table alone, and to decrypt only: DynamoDB decrypts the table's one data key for
    the caller, for reading and for writing, and makes a new one by itself. Tables with keys of
    AWS's (the default, or `alias/aws/dynamodb`) need none.

    `table_name`, `region` and `account_id` count where an ARN is known at deployment only.
    """

    kms_key_arn: str | None = None
    table_name: str = ""
    region: str = REGION
    account_id: str = ACCOUNT

    def check_own_key(self, arn: str, *, argument: str) -> None:
        """The key, and what says for which table it may be used."""
        check_key_arn(self.kms_key_arn)
        check_region(self.region)
        check_account_id(self.account_id)
        if not isinstance(self.table_name, str):
            raise InvalidPermissionError(f"table_name must be a string, got {self.table_name!r}")
        if self.table_name and not _NAME.fullmatch(beside_tokens(self.table_name, "x")):
            raise InvalidPermissionError(
                "table_name must be letters, digits and any of _.- (at most 255), got "
                f"{self.table_name!r}"
            )
        if self.kms_key_arn is not None and not self.table_name and TOKEN.match(arn):
            raise InvalidPermissionError(
                f"table_name must be given with kms_key_arn where {argument} is known at "
                "deployment only; the key may be used for this table alone"
            )

    def use_of_table_key(self, arn: str) -> tuple[Statement, ...]:
        """The key, through DynamoDB, for the table that this ARN is of; nothing without a key."""
        if self.kms_key_arn is None:
            return ()
        name, account = self.table_name, self.account_id
        if not TOKEN.match(arn):
            parsed = Arn.parse(arn)
            name, account = parsed.resource.split("/")[1], parsed.account
        through_dynamodb = use_of_key(
            self.kms_key_arn,
            "kms:Decrypt",
            service="dynamodb",
            region=region_of(arn, self.region),
            context=("aws:dynamodb:tableName", name),
        )
        context = "kms:EncryptionContext:aws:dynamodb:subscriberId"
        account_too = Condition.of("StringEquals", context, account)
        return (replace(through_dynamodb, conditions=(*through_dynamodb.conditions, account_too)),)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnItems(WithTableKey):
    """The items of one table; with `leading_keys`, those of these partition keys alone.

    A partition key may hold policy variables, `${aws:PrincipalTag/tenant}`; it is compared
    exactly. Numbers are given as strings.
    """

    table_arn: str
    leading_keys: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_flags(self)
        check_resource_arn(
            self.table_arn,
            service="dynamodb",
            form=_TABLE,
            argument="table_arn",
            example=TABLE_EXAMPLE,
        )
        self.check_own_key(self.table_arn, argument="table_arn")
        object.__setattr__(self, "leading_keys", _checked_keys(self.leading_keys))

    @property
    def own_items(self) -> tuple[Condition, ...]:
        """ForAllValues, as a request may name several items; it holds for a request that names
        none as well, which Null rules out."""
        if not self.leading_keys:
            return ()
        return (
            Condition.of("ForAllValues:StringEquals", "dynamodb:LeadingKeys", *self.leading_keys),
            Condition.of("Null", "dynamodb:LeadingKeys", "false"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRead:
    """A CDK table, as strings."""

    arn: str
    name: str
    key_arn: str | None
    region: str
    account: str


def read_table(table: Table) -> TableRead:
    """What a CDK table says of itself."""
    check_construct(
        table,
        attributes=("table_arn", "table_name", "encryption_key"),
        kind="a table",
        argument="table_arn",
    )
    where = table.env
    return TableRead(
        arn=table.table_arn,
        name=table.table_name,
        key_arn=key_arn_of(table.encryption_key),
        region=where.region,
        account=where.account,
    )


def _checked_keys(leading_keys: Sequence[str]) -> tuple[str, ...]:
    keys = check_strings(leading_keys, argument="leading_keys", error=InvalidPermissionError)
    for key in keys:
        if not key:
            raise InvalidPermissionError("leading_keys must not be empty, got ''")
        if not holds_token(key):
            try:
                check_condition(
                    "leading_keys", Condition.of("StringEquals", "dynamodb:LeadingKeys", key)
                )
            except InvalidPolicyError as error:
                raise InvalidPermissionError(str(error)) from None
        if any(sign in key.replace("${*}", "").replace("${?}", "") for sign in "*?"):
            raise InvalidPermissionError(
                f"leading_keys must be whole partition keys, got {key!r}; they are compared "
                "exactly, and a wildcard would match nothing"
            )
    return keys
