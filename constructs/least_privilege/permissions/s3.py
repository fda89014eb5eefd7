"""Amazon S3: objects under a prefix, and their KMS key with them.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, Self

from ..errors import InvalidPermissionError
from ..policy import REGION, Condition, Statement, check_arn, check_prefix
from ..policy.tokens import URL_SUFFIX, beside_tokens
from .base import Permission, check_reason

_REGION = re.compile(r"[a-z0-9-]+")


class _Key(Protocol):
    @property
    def key_arn(self) -> str: ...


class _Environment(Protocol):
    @property
    def region(self) -> str: ...


class _Bucket(Protocol):
    """What `of` reads of a CDK bucket."""

    @property
    def bucket_arn(self) -> str: ...
    @property
    def encryption_key(self) -> _Key | None: ...
    @property
    def env(self) -> _Environment: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _OnObjects(Permission):
    """The objects under a prefix of one bucket; `""` means all of them.

    `prefix` ends with `/`, does not begin with one, and holds no wildcard. `kms_key_arn` is the
    key of an SSE-KMS bucket, which may then be used through S3 in this region and for this bucket
    alone.
    """

    bucket_arn: str
    prefix: str = ""
    kms_key_arn: str | None = None
    region: str = field(default=REGION)

    @property
    @abstractmethod
    def _actions(self) -> tuple[str, ...]: ...

    @property
    def _key_actions(self) -> tuple[str, ...]:
        return ()

    def __post_init__(self) -> None:
        _check_bucket_arn(self.bucket_arn)
        check_prefix(self.prefix)
        if not _REGION.fullmatch(beside_tokens(self.region, "x-1")):
            raise InvalidPermissionError(f"region must name one region, got {self.region!r}")
        if self.kms_key_arn is not None:
            check_arn(self.kms_key_arn, service="kms", resource="key/", argument="kms_key_arn")

    @classmethod
    def of(cls, bucket: _Bucket, prefix: str = "") -> Self:
        """For a bucket of the CDK, with its key if it has one of its own.

        The CDK does not know the key of an imported bucket: give `kms_key_arn` then.
        """
        key = _checked(bucket).encryption_key
        return cls(
            bucket_arn=bucket.bucket_arn,
            prefix=prefix,
            kms_key_arn=key.key_arn if key else None,
            region=bucket.env.region,
        )

    @property
    def _objects(self) -> str:
        return f"{self.bucket_arn}/{self.prefix}*"

    def statements(self) -> tuple[Statement, ...]:
        on_objects = Statement(actions=self._actions, resources=(self._objects,))
        if self.kms_key_arn is None or not self._key_actions:
            return (on_objects,)
        return on_objects, Statement(
            actions=self._key_actions,
            resources=(self.kms_key_arn,),
            conditions=(
                Condition.of("StringEquals", "kms:ViaService", f"s3.{self.region}.{URL_SUFFIX}"),
                # The bucket's ARN where S3 Bucket Keys are on, the object's otherwise.
                Condition.of(
                    "StringLike",
                    "kms:EncryptionContext:aws:s3:arn",
                    self.bucket_arn,
                    self._objects,
                ),
            ),
        )

    def wildcard_reasons(self) -> Mapping[str, str]:
        where = f"under the prefix {self.prefix}" if self.prefix else "of this one bucket"
        return {
            self._objects: f"The keys of objects {where} are not known at deployment; "
            "S3 offers no narrower resource than the prefix."
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Read(_OnObjects):
    """Read objects under a prefix: `s3:GetObject`, and `kms:Decrypt` for an SSE-KMS bucket.

    Example:
        >>> read = S3Read(bucket_arn="arn:aws:s3:::pictures", prefix="originals/")
        >>> read.statements()[0].resources
        ('arn:aws:s3:::pictures/originals/*',)

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
    """

    @property
    def _actions(self) -> tuple[str, ...]:
        return ("s3:GetObject",)

    @property
    def _key_actions(self) -> tuple[str, ...]:
        return ("kms:Decrypt",)


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Write(_OnObjects):
    """Write objects under a prefix, in one piece or several; neither read nor delete.

    With an SSE-KMS key also `kms:GenerateDataKey`, and `kms:Decrypt`, which S3 needs to put the
    pieces of a multipart upload together. A writer of small objects needs neither that nor
    `s3:AbortMultipartUpload`: `multipart=False` leaves them out.

    Example:
        >>> S3Write(bucket_arn="arn:aws:s3:::pictures", prefix="in/").statements()[0].actions
        ('s3:PutObject', 's3:AbortMultipartUpload')

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions
    """

    multipart: bool = True

    @property
    def _actions(self) -> tuple[str, ...]:
        whole = ("s3:PutObject",)
        return (*whole, "s3:AbortMultipartUpload") if self.multipart else whole

    @property
    def _key_actions(self) -> tuple[str, ...]:
        whole = ("kms:GenerateDataKey",)
        return (*whole, "kms:Decrypt") if self.multipart else whole


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Delete(_OnObjects):
    """Delete objects under a prefix; versions of a versioned bucket stay.

    Example:
        >>> S3Delete(bucket_arn="arn:aws:s3:::pictures", prefix="tmp/").statements()[0].actions
        ('s3:DeleteObject',)

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
    """

    @property
    def _actions(self) -> tuple[str, ...]:
        return ("s3:DeleteObject",)


@dataclass(frozen=True, slots=True, kw_only=True)
class S3List(Permission):
    """List the keys of a bucket, or those under a prefix alone.

    Example:
        >>> S3List(bucket_arn="arn:aws:s3:::pictures", prefix="in/").statements()[0].conditions
        (Condition(operator='StringLike', key='s3:prefix', values=('in/*',)),)

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
    """

    bucket_arn: str
    prefix: str = ""

    def __post_init__(self) -> None:
        _check_bucket_arn(self.bucket_arn)
        check_prefix(self.prefix)

    @classmethod
    def of(cls, bucket: _Bucket, prefix: str = "") -> Self:
        """For a bucket of the CDK."""
        return cls(bucket_arn=_checked(bucket).bucket_arn, prefix=prefix)

    def statements(self) -> tuple[Statement, ...]:
        under_prefix = (
            (Condition.of("StringLike", "s3:prefix", f"{self.prefix}*"),) if self.prefix else ()
        )
        return (
            Statement(
                actions=("s3:ListBucket",), resources=(self.bucket_arn,), conditions=under_prefix
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class S3ListAllBuckets(Permission):
    """See the names of all buckets of the account, as plain `aws s3 ls` does.

    AWS offers no narrower resource, so a `reason` is asked for (a sentence).

    Example:
        >>> see_all = S3ListAllBuckets(reason="operators look for their bucket by name")
        >>> see_all.statements()[0].actions
        ('s3:ListAllMyBuckets',)

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
    """

    reason: str

    def __post_init__(self) -> None:
        check_reason(self.reason)

    def statements(self) -> tuple[Statement, ...]:
        return (Statement(actions=("s3:ListAllMyBuckets",), resources=("*",)),)

    def wildcard_reasons(self) -> Mapping[str, str]:
        return {"*": f"s3:ListAllMyBuckets takes no narrower resource; {self.reason}"}


def _checked(bucket: _Bucket) -> _Bucket:
    if not hasattr(bucket, "bucket_arn") or not hasattr(bucket, "encryption_key"):
        raise InvalidPermissionError(
            f"of() takes a bucket of the CDK (s3.Bucket, or an imported one), got {bucket!r}; for "
            "an ARN say bucket_arn="
        )
    return bucket


def _check_bucket_arn(bucket_arn: str) -> None:
    check_arn(bucket_arn, service="s3", argument="bucket_arn", example="arn:aws:s3:::my-bucket")
    if "/" in beside_tokens(bucket_arn):
        raise InvalidPermissionError(
            f"bucket_arn must be the ARN of one bucket, got {bucket_arn!r}; "
            "say which objects in prefix"
        )
