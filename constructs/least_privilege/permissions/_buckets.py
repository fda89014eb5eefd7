"""What permissions on a bucket share: its objects under a prefix, the key that protects them, and
what `of` reads of a CDK bucket.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""

from __future__ import annotations

from typing import Protocol

from ..errors import InvalidPermissionError
from ..policy import Condition, Statement, check_arn
from ..policy.tokens import URL_SUFFIX, beside_tokens
from ._regional import Environment, Key, check_construct, key_arn_of


class Bucket(Protocol):
    """What `of` reads of a CDK bucket."""

    @property
    def bucket_arn(self) -> str: ...
    @property
    def encryption_key(self) -> Key | None: ...
    @property
    def env(self) -> Environment: ...


def objects_under(bucket_arn: str, prefix: str) -> str:
    """What stands for the objects under a prefix in a policy."""
    return f"{bucket_arn}/{prefix}*"


def why_all_under(prefix: str) -> str:
    """Why `objects_under` holds a wildcard."""
    where = f"under the prefix {prefix}" if prefix else "of this one bucket"
    return (
        f"The keys of objects {where} are not known at deployment; S3 offers no narrower resource "
        "than the prefix."
    )


def listed_under(prefix: str) -> tuple[Condition, ...]:
    """Limits listing to a prefix; `""` limits nothing."""
    return (Condition.of("StringLike", "s3:prefix", f"{prefix}*"),) if prefix else ()


def use_of_bucket_key(
    key_arn: str,
    *actions: str,
    bucket_arn: str,
    prefix: str,
    bucket_key: bool | None,
    region: str,
) -> Statement:
    """The key of a bucket, used by S3 of a region for objects under a prefix alone.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#encryption-context
    """
    through_s3 = Condition.of("StringEquals", "kms:ViaService", f"s3.{region}.{URL_SUFFIX}")
    context = "kms:EncryptionContext:aws:s3:arn"
    objects = objects_under(bucket_arn, prefix)
    if bucket_key is None:
        of_these = Condition.of("StringLike", context, bucket_arn, objects)
    elif bucket_key:
        of_these = Condition.of("StringEquals", context, bucket_arn)
    else:
        of_these = Condition.of("StringLike", context, objects)
    return Statement(actions=actions, resources=(key_arn,), conditions=(through_s3, of_these))


def read_bucket(bucket: Bucket) -> tuple[str, str | None, bool | None, str]:
    """Its ARN, that of its key, whether it uses S3 Bucket Keys (None: not known), its region."""
    bucket_arn = read_bucket_arn(bucket)
    key_arn = key_arn_of(bucket.encryption_key)
    bucket_key = None if key_arn is None else _uses_bucket_key(bucket)
    return bucket_arn, key_arn, bucket_key, bucket.env.region


def read_bucket_arn(bucket: Bucket) -> str:
    """The ARN of a CDK bucket."""
    check_construct(
        bucket,
        attributes=("bucket_arn", "encryption_key"),
        kind="a bucket",
        argument="bucket_arn",
    )
    return bucket.bucket_arn


def _uses_bucket_key(bucket: object) -> bool | None:
    """As its template will say; None for an imported one, and for what is a token."""
    resource = getattr(getattr(bucket, "node", None), "default_child", None)
    encryption = getattr(resource, "bucket_encryption", None)
    rules = getattr(encryption, "server_side_encryption_configuration", None)
    if not isinstance(rules, list) or len(rules) != 1:
        return None
    enabled = getattr(rules[0], "bucket_key_enabled", "not known")
    return enabled is True if enabled in (True, False, None) else None


def check_bucket_arn(bucket_arn: str, *, argument: str = "bucket_arn") -> str:
    """The ARN of one bucket, not of what is in it."""
    check_arn(bucket_arn, service="s3", argument=argument, example="arn:aws:s3:::my-bucket")
    if "/" in beside_tokens(bucket_arn):
        raise InvalidPermissionError(
            f"{argument} must be the ARN of one bucket, got {bucket_arn!r}; say which objects in "
            "prefix"
        )
    return bucket_arn
