"""Statements a second from permission values, beside the statements of the CDK itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from aws_cdk import aws_iam as iam

from least_privilege.permissions import (
    AccessLevel,
    KmsDecrypt,
    LogsWrite,
    Permission,
    S3Read,
    S3Write,
    access_to,
)

from .measuring import Figure, seconds

HERE = "eu-central-1:111122223333"
KEY = f"arn:aws:kms:{HERE}:key/11111111-2222-3333-4444-555555555555"
COUNT = 5_000
COUNT_OF_THE_CDK = 500
GOAL = 20_000


def figures() -> Iterator[Figure]:
    """Values written by hand, and access by level, each of another resource every time."""
    theirs = COUNT_OF_THE_CDK / seconds(_statements_of_the_cdk, rounds=2)
    yield _figure("permission building, by hand, statements", _by_hand, theirs)
    yield _figure("permission building, by level, statements", _by_level, theirs)


def _figure(what: str, values: Callable[[int], tuple[Permission, ...]], theirs: float) -> Figure:
    def build() -> int:
        return sum(len(value.statements()) for number in range(COUNT) for value in values(number))

    # The reference is loaded at the first value, and once.
    count = build()
    ours = count / seconds(build)
    return Figure(
        what=what,
        ours=f"{ours:,.0f}/s",
        other=f"iam.PolicyStatement {theirs:,.0f}/s",
        ratio=ours / theirs,
        goal=f"{GOAL:,}/s",
        met=ours >= GOAL,
    )


def _by_hand(number: int) -> tuple[Permission, ...]:
    bucket = f"arn:aws:s3:::pictures-{number}"
    return (
        S3Read(bucket_arn=bucket, prefix="in/", kms_key_arn=KEY),
        S3Write(bucket_arn=bucket, prefix="out/"),
        LogsWrite(log_group_name=f"/app/{number}"),
        KmsDecrypt(key_arn=KEY, via_service="sqs.eu-central-1.amazonaws.com"),
    )


def _by_level(number: int) -> tuple[Permission, ...]:
    return (
        access_to("athena", AccessLevel.READ, f"arn:aws:athena:{HERE}:workgroup/group-{number}"),
        access_to("dynamodb", AccessLevel.WRITE, f"arn:aws:dynamodb:{HERE}:table/table-{number}"),
        access_to("ec2", AccessLevel.WRITE, f"arn:aws:ec2:{HERE}:instance/i-{number:017x}"),
    )


def _statements_of_the_cdk() -> None:
    for number in range(COUNT_OF_THE_CDK):
        iam.PolicyStatement(
            actions=["s3:GetObject"], resources=[f"arn:aws:s3:::pictures-{number}/in/*"]
        )
