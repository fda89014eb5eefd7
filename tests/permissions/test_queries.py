"""What readers of a Data Catalog may look at, and who may query in which workgroup."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from aws_cdk import Stack, aws_athena as athena, aws_glue as glue, aws_kms as kms, aws_s3 as s3

from least_privilege.errors import InvalidArnError, InvalidInputError, InvalidPermissionError
from least_privilege.permissions import AthenaQuery, GlueRead, Permission
from tests.permissions.kit import (
    ACCOUNT,
    KEY,
    OTHER_ACCOUNT,
    OTHER_KEY,
    REGION,
    allow,
    check_is_known_to_aws,
    is_allowed,
    said,
)

GLUE = "arn:${AWS::Partition}:glue:${AWS::Region}:${AWS::AccountId}"
ATHENA = "arn:${AWS::Partition}:athena:${AWS::Region}:${AWS::AccountId}"
GLUE_HERE = f"arn:aws:glue:{REGION}:{ACCOUNT}"
WORKGROUP = f"arn:aws:athena:{REGION}:{ACCOUNT}:workgroup/reports"
RESULTS = "arn:aws:s3:::results"
PARTITIONS = ["glue:GetPartition", "glue:GetPartitions", "glue:BatchGetPartition"]
QUERY = [
    "athena:StartQueryExecution",
    "athena:StopQueryExecution",
    "athena:GetQueryExecution",
    "athena:GetQueryResults",
]
DEFAULT = allow("glue:GetDatabase", [f"{GLUE}:catalog", f"{GLUE}:database/default"])
THROUGH_ATHENA = {"ForAnyValue:StringEquals": {"aws:CalledVia": "athena.amazonaws.com"}}
OBJECTS = [
    "s3:GetObject",
    "s3:PutObject",
    "s3:AbortMultipartUpload",
    "s3:ListMultipartUploadParts",
]
IN_RESULTS = [
    allow("s3:GetBucketLocation", RESULTS, **THROUGH_ATHENA),
    allow("s3:ListBucket", RESULTS, StringLike={"s3:prefix": "red/*"}, **THROUGH_ATHENA),
    allow(OBJECTS, f"{RESULTS}/red/*", **THROUGH_ATHENA),
]
READ = GlueRead(database_name="sales", table_names=("orders",), kms_key_arn=KEY)
READ_ALL = GlueRead(database_name="sales")
ASK = AthenaQuery(
    workgroup_name="reports",
    results_bucket_arn=RESULTS,
    results_prefix="red/",
    results_kms_key_arn=KEY,
    results_bucket_key=True,
)

SAID: list[tuple[Permission, list[dict[str, Any]]]] = [
    (
        READ_ALL,
        [
            allow(
                ["glue:GetDatabase", "glue:GetTable", "glue:GetTables", *PARTITIONS],
                [f"{GLUE}:catalog", f"{GLUE}:database/sales", f"{GLUE}:table/sales/*"],
            )
        ],
    ),
    (
        READ,
        [
            allow(
                ["glue:GetDatabase", "glue:GetTable", *PARTITIONS],
                [f"{GLUE}:catalog", f"{GLUE}:database/sales", f"{GLUE}:table/sales/orders"],
            ),
            allow(
                "kms:Decrypt",
                KEY,
                StringEquals={"kms:ViaService": "glue.${AWS::Region}.${AWS::URLSuffix}"},
            ),
        ],
    ),
    (
        AthenaQuery(workgroup_name="reports"),
        [allow(QUERY, f"{ATHENA}:workgroup/reports"), DEFAULT],
    ),
    (
        AthenaQuery(workgroup_name="reports", drivers=True),
        [
            allow(
                [*QUERY, "athena:GetQueryResultsStream", "athena:GetWorkGroup"],
                f"{ATHENA}:workgroup/reports",
            ),
            DEFAULT,
        ],
    ),
    (
        ASK,
        [
            allow(QUERY, f"{ATHENA}:workgroup/reports"),
            DEFAULT,
            *IN_RESULTS,
            allow(
                ["kms:GenerateDataKey", "kms:Decrypt"],
                KEY,
                StringEquals={
                    "kms:ViaService": "s3.${AWS::Region}.${AWS::URLSuffix}",
                    "kms:EncryptionContext:aws:s3:arn": RESULTS,
                },
            ),
        ],
    ),
    (
        AthenaQuery(
            workgroup_name="reports",
            results_bucket_arn=RESULTS,
            results_prefix="red/",
            download=True,
        ),
        [
            allow(QUERY, f"{ATHENA}:workgroup/reports"),
            DEFAULT,
            *IN_RESULTS,
            allow("s3:GetObject", f"{RESULTS}/red/*"),
        ],
    ),
]


@pytest.mark.parametrize(("permission", "statements"), SAID)
def test_a_permission_says_exactly_this(
    permission: Permission, statements: list[dict[str, Any]]
) -> None:
    assert said(permission) == statements


@pytest.mark.parametrize("permission", [permission for permission, _ in SAID])
def test_aws_knows_what_is_said(permission: Permission) -> None:
    check_is_known_to_aws(permission)


# What is allowed, and what is beside it ---------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "resource", "allowed"),
    [
        ("glue:GetTable", "table/sales/orders", True),
        ("glue:GetPartitions", "table/sales/orders", True),
        ("glue:GetDatabase", "database/sales", True),
        ("glue:GetTable", "catalog", True),
        ("glue:GetTable", "table/sales/orders2", False),
        ("glue:GetTable", "table/sales/people", False),
        ("glue:GetTable", "table/sales2/orders", False),
        ("glue:GetDatabase", "database/default", False),
        ("glue:GetTables", "database/sales", False),
        ("glue:GetDatabases", "catalog", False),
        ("glue:GetUserDefinedFunction", "userDefinedFunction/sales/f", False),
        ("glue:UpdateTable", "table/sales/orders", False),
        ("glue:DeleteTable", "table/sales/orders", False),
        ("glue:CreatePartition", "table/sales/orders", False),
    ],
)
def test_a_reader_looks_at_its_tables(action: str, resource: str, allowed: bool) -> None:
    assert is_allowed(READ, action, f"{GLUE_HERE}:{resource}") is allowed
    for elsewhere in (
        GLUE_HERE.replace(ACCOUNT, OTHER_ACCOUNT),
        GLUE_HERE.replace(REGION, "us-east-1"),
    ):
        assert not is_allowed(READ, action, f"{elsewhere}:{resource}")


def test_a_reader_of_a_database_looks_at_all_of_its_tables_and_no_others() -> None:
    for action in ("glue:GetTable", "glue:GetTables", "glue:GetPartition"):
        assert is_allowed(READ_ALL, action, f"{GLUE_HERE}:table/sales/orders")
        assert not is_allowed(READ_ALL, action, f"{GLUE_HERE}:table/sales2/orders")
    assert not is_allowed(READ_ALL, "glue:DeleteTable", f"{GLUE_HERE}:table/sales/orders")


def test_the_key_of_the_catalog_is_used_through_glue_alone() -> None:
    through = {"kms:ViaService": "glue.eu-central-1.amazonaws.com"}
    assert is_allowed(READ, "kms:Decrypt", KEY, through)
    assert not is_allowed(READ, "kms:Decrypt", OTHER_KEY, through)
    assert not is_allowed(READ, "kms:Decrypt", KEY)
    assert not is_allowed(READ, "kms:GenerateDataKey", KEY, through)


@pytest.mark.parametrize("action", QUERY)
def test_queries_run_in_one_workgroup(action: str) -> None:
    assert is_allowed(ASK, action, WORKGROUP)
    for other in (
        WORKGROUP + "2",
        WORKGROUP.replace("reports", "primary"),
        WORKGROUP.replace(ACCOUNT, OTHER_ACCOUNT),
        WORKGROUP.replace(REGION, "us-east-1"),
    ):
        assert not is_allowed(ASK, action, other)


def test_who_queries_does_not_manage_the_workgroup() -> None:
    for action in (
        "athena:UpdateWorkGroup",
        "athena:DeleteWorkGroup",
        "athena:ListQueryExecutions",
        "athena:CreateNamedQuery",
        "athena:GetWorkGroup",
    ):
        assert not is_allowed(ASK, action, WORKGROUP)
    assert is_allowed(replace(ASK, drivers=True), "athena:GetWorkGroup", WORKGROUP)


def test_of_the_catalog_a_query_finds_the_default_database_and_no_table() -> None:
    assert is_allowed(ASK, "glue:GetDatabase", f"{GLUE_HERE}:database/default")
    assert not is_allowed(ASK, "glue:GetDatabase", f"{GLUE_HERE}:database/sales")
    assert not is_allowed(ASK, "glue:CreateDatabase", f"{GLUE_HERE}:database/default")
    assert not is_allowed(ASK, "glue:GetTable", f"{GLUE_HERE}:table/default/a")


VIA_ATHENA = {"aws:CalledVia": ["athena.amazonaws.com"]}


@pytest.mark.parametrize("action", OBJECTS)
def test_results_are_reached_through_athena_under_their_prefix(action: str) -> None:
    assert is_allowed(ASK, action, f"{RESULTS}/red/a.csv", VIA_ATHENA)
    assert not is_allowed(ASK, action, f"{RESULTS}/red/a.csv")
    assert not is_allowed(
        ASK, action, f"{RESULTS}/red/a.csv", {"aws:CalledVia": ["cloudformation.amazonaws.com"]}
    )
    assert not is_allowed(ASK, action, f"{RESULTS}/blue/a.csv", VIA_ATHENA)
    assert not is_allowed(ASK, action, f"{RESULTS}-2/red/a.csv", VIA_ATHENA)


def test_results_are_neither_deleted_nor_listed_beside_their_prefix() -> None:
    assert not is_allowed(ASK, "s3:DeleteObject", f"{RESULTS}/red/a.csv", VIA_ATHENA)
    assert is_allowed(ASK, "s3:ListBucket", RESULTS, VIA_ATHENA | {"s3:prefix": "red/a"})
    assert not is_allowed(ASK, "s3:ListBucket", RESULTS, VIA_ATHENA | {"s3:prefix": "blue/"})
    assert not is_allowed(ASK, "s3:ListBucket", RESULTS, VIA_ATHENA)
    assert not is_allowed(ASK, "s3:ListBucket", RESULTS, {"s3:prefix": "red/a"})
    assert not is_allowed(ASK, "s3:GetBucketPolicy", RESULTS, VIA_ATHENA)


def test_who_downloads_reads_results_itself_and_writes_none() -> None:
    download = replace(ASK, download=True)
    assert is_allowed(download, "s3:GetObject", f"{RESULTS}/red/a.csv")
    assert not is_allowed(download, "s3:GetObject", f"{RESULTS}/blue/a.csv")
    assert not is_allowed(download, "s3:PutObject", f"{RESULTS}/red/a.csv")
    assert not is_allowed(download, "s3:ListBucket", RESULTS, {"s3:prefix": "red/"})


# Of the CDK's own resources --------------------------------------------------------------------


def test_a_database_of_the_catalog_is_taken_by_its_name(stack: Stack) -> None:
    database = glue.CfnDatabase(
        stack,
        "Database",
        catalog_id=OTHER_ACCOUNT,
        database_input=glue.CfnDatabase.DatabaseInputProperty(name="sales"),
    )
    read = GlueRead.of(database, "orders", kms_key_arn=KEY)
    assert (read.database_name, read.table_names) == (database.ref, ("orders",))
    assert (read.region, read.account_id, read.kms_key_arn) == (REGION, OTHER_ACCOUNT, KEY)


def test_a_workgroup_is_taken_with_the_bucket_of_its_results(stack: Stack) -> None:
    key = kms.Key(stack, "Key")
    bucket = s3.Bucket(stack, "Bucket", encryption_key=key, bucket_key_enabled=True)
    workgroup = athena.CfnWorkGroup(stack, "Workgroup", name="reports")
    ask = AthenaQuery.of(workgroup, bucket, "red/", download=True, drivers=True)
    assert (ask.workgroup_name, ask.region, ask.account_id) == ("reports", REGION, ACCOUNT)
    assert (ask.results_bucket_arn, ask.results_prefix) == (bucket.bucket_arn, "red/")
    assert (ask.results_kms_key_arn, ask.results_bucket_key) == (key.key_arn, True)
    assert (ask.download, ask.drivers) == (True, True)
    imported = s3.Bucket.from_bucket_name(stack, "Imported", "results")
    assert AthenaQuery.of(workgroup, imported).results_kms_key_arn is None
    assert AthenaQuery.of(workgroup).results_bucket_arn is None


@pytest.mark.parametrize("thing", ["sales", None, object()])
def test_what_is_no_database_and_no_workgroup_is_refused(thing: Any) -> None:
    with pytest.raises(InvalidPermissionError, match=r"of\(\) takes a glue\.CfnDatabase"):
        GlueRead.of(thing)
    with pytest.raises(InvalidPermissionError, match=r"of\(\) takes an athena\.CfnWorkGroup"):
        AthenaQuery.of(thing)


# Bad input -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "arguments", "error", "says"),
    [
        (GlueRead, {"database_name": "*"}, InvalidPermissionError, "database_name must be letters"),
        (GlueRead, {"database_name": ""}, InvalidPermissionError, "database_name must be letters"),
        (GlueRead, {"database_name": "sales/a"}, InvalidPermissionError, "without wildcards, got"),
        (GlueRead, {"database_name": None}, InvalidPermissionError, "got None"),
        (GlueRead, {"database_name": "a", "table_names": "b"}, InvalidPermissionError,
         "table_names must be a list"),
        (GlueRead, {"database_name": "a", "table_names": ("b*",)}, InvalidPermissionError,
         "table_names must be letters"),
        (GlueRead, {"database_name": "a", "kms_key_arn": "b"}, InvalidArnError, "kms_key_arn must"),
        (GlueRead, {"database_name": "a", "account_id": "1"}, InvalidInputError, "12 digits"),
        (GlueRead, {"database_name": "a", "region": "*"}, InvalidPermissionError, "one region"),
        (AthenaQuery, {"workgroup_name": "*"}, InvalidPermissionError, "workgroup_name must be"),
        (AthenaQuery, {"workgroup_name": None}, InvalidPermissionError, "workgroup_name must be"),
        (AthenaQuery, {"workgroup_name": "a", "results_prefix": "b/"}, InvalidPermissionError,
         "results_bucket_arn must be given"),
        (AthenaQuery, {"workgroup_name": "a", "download": True}, InvalidPermissionError,
         "results_bucket_arn must be given"),
        (AthenaQuery, {"workgroup_name": "a", "results_kms_key_arn": KEY}, InvalidPermissionError,
         "results_bucket_arn must be given"),
        (AthenaQuery, {"workgroup_name": "a", "results_bucket_arn": f"{RESULTS}/a"},
         InvalidPermissionError, "results_bucket_arn must be the ARN of one bucket"),
        (AthenaQuery, {"workgroup_name": "a", "results_bucket_arn": RESULTS,
                       "results_prefix": "b"}, InvalidInputError, "must end with '/'"),
        (AthenaQuery, {"workgroup_name": "a", "results_bucket_arn": RESULTS,
                       "results_kms_key_arn": "alias/a"}, InvalidArnError, "results_kms_key_arn"),
        (AthenaQuery, {"workgroup_name": "a", "region": "*"}, InvalidPermissionError, "one region"),
        (AthenaQuery, {"workgroup_name": "a", "account_id": "1"}, InvalidInputError, "12 digits"),
    ],
)  # fmt: skip
def test_what_would_be_wider_than_it_looks_is_refused(
    kind: type[Permission], arguments: dict[str, Any], error: type[InvalidInputError], says: str
) -> None:
    with pytest.raises(error, match=says):
        kind(**arguments)
