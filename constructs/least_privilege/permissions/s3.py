"""Amazon S3: objects under a prefix, and their KMS key with them.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from ..errors import InvalidPermissionError
from ..policy import REGION, Statement, check_prefix
from ._buckets import (
    Bucket,
    check_bucket_arn,
    listed_under,
    objects_under,
    read_bucket,
    read_bucket_arn,
    use_of_bucket_key,
    why_all_under,
)
from ._regional import check_key_arn, check_region
from .base import Permission, check_flags, check_reason


@dataclass(frozen=True, slots=True, kw_only=True)
class _OnObjects(Permission):
    """The objects under a prefix of one bucket; `""` means all of them.

    `prefix` ends with `/`, does not begin with one, and holds no wildcard. `kms_key_arn` is the
    key of an SSE-KMS bucket, which may then be used through S3 in this region alone, and for these
    objects: `bucket_key` says whether S3 Bucket Keys are on. S3 shows KMS the bucket's ARN where
    they are, the object's where they are not. None, where it is not known or has been changed,
    allows both.
    """

    bucket_arn: str
    prefix: str = ""
    kms_key_arn: str | None = None
    bucket_key: bool | None = None
    region: str = REGION

    @property
    @abstractmethod
    def _actions(self) -> tuple[str, ...]: ...

    @property
    def _key_actions(self) -> tuple[str, ...]:
        return ()

    def __post_init__(self) -> None:
        check_bucket_arn(self.bucket_arn)
        check_prefix(self.prefix)
        check_region(self.region)
        check_flags(self)
        check_key_arn(self.kms_key_arn)

    @property
    def _objects(self) -> str:
        return objects_under(self.bucket_arn, self.prefix)

    def statements(self) -> tuple[Statement, ...]:
        on_objects = Statement(actions=self._actions, resources=(self._objects,))
        if self.kms_key_arn is None or not self._key_actions:
            return (on_objects,)
        return on_objects, use_of_bucket_key(
            self.kms_key_arn,
            *self._key_actions,
            bucket_arn=self.bucket_arn,
            prefix=self.prefix,
            bucket_key=self.bucket_key,
            region=self.region,
        )

    def wildcard_reasons(self) -> Mapping[str, str]:
        return {self._objects: why_all_under(self.prefix)}


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Read(_OnObjects):
    """Read objects under a prefix: `s3:GetObject`, and `kms:Decrypt` for an SSE-KMS bucket.

    `versions=True` reads earlier versions as well, by their IDs.

    Example:
        >>> read = S3Read(bucket_arn="arn:aws:s3:::pictures", prefix="originals/")
        >>> read.statements()[0].resources
        ('arn:aws:s3:::pictures/originals/*',)

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
    """

    versions: bool = False

    @classmethod
    def of(cls, bucket: Bucket, prefix: str = "", *, versions: bool = False) -> Self:
        """For a bucket of the CDK, with its key if it has one of its own, and as it uses the key.

        Objects that were written before S3 Bucket Keys were switched on or off keep what they had:
        `dataclasses.replace(..., bucket_key=None)` reaches all. Of an imported bucket the CDK knows
        neither that, nor the key: give `kms_key_arn` then.
        """
        return cls(prefix=prefix, versions=versions, **_read(bucket))

    @property
    def _actions(self) -> tuple[str, ...]:
        newest = ("s3:GetObject",)
        return (*newest, "s3:GetObjectVersion") if self.versions else newest

    @property
    def _key_actions(self) -> tuple[str, ...]:
        return ("kms:Decrypt",)


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Write(_OnObjects):
    """Write objects under a prefix, in one piece or several; neither read nor delete.

    With an SSE-KMS key also `kms:GenerateDataKey`, and `kms:Decrypt`, which S3 needs to put the
    pieces of a multipart upload together. A writer of small objects needs neither that nor
    `s3:AbortMultipartUpload`: `multipart=False` leaves them out. `list_parts=True` is for a writer
    that takes up an upload again and asks S3 which parts it has.

    Example:
        >>> S3Write(bucket_arn="arn:aws:s3:::pictures", prefix="in/").statements()[0].actions
        ('s3:PutObject', 's3:AbortMultipartUpload')

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions
    """

    multipart: bool = True
    list_parts: bool = False

    def __post_init__(self) -> None:
        # The short super() does not know the class that slots=True makes.
        _OnObjects.__post_init__(self)
        if self.list_parts and not self.multipart:
            raise InvalidPermissionError(
                "list_parts must go with multipart=True, got multipart=False; there are no parts "
                "without multipart uploads"
            )

    @classmethod
    def of(
        cls, bucket: Bucket, prefix: str = "", *, multipart: bool = True, list_parts: bool = False
    ) -> Self:
        """For a bucket of the CDK, with its key if it has one of its own, and as it uses the key.

        Objects that were written before S3 Bucket Keys were switched on or off keep what they had:
        `dataclasses.replace(..., bucket_key=None)` reaches all. Of an imported bucket the CDK knows
        neither that, nor the key: give `kms_key_arn` then.
        """
        return cls(prefix=prefix, multipart=multipart, list_parts=list_parts, **_read(bucket))

    @property
    def _actions(self) -> tuple[str, ...]:
        whole = ("s3:PutObject",)
        in_parts = (*whole, "s3:AbortMultipartUpload") if self.multipart else whole
        return (*in_parts, "s3:ListMultipartUploadParts") if self.list_parts else in_parts

    @property
    def _key_actions(self) -> tuple[str, ...]:
        whole = ("kms:GenerateDataKey",)
        return (*whole, "kms:Decrypt") if self.multipart else whole


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Delete(_OnObjects):
    """Delete objects under a prefix; versions of a versioned bucket stay.

    `versions=True` deletes those as well, for good.

    Example:
        >>> S3Delete(bucket_arn="arn:aws:s3:::pictures", prefix="tmp/").statements()[0].actions
        ('s3:DeleteObject',)

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
    """

    versions: bool = False

    @classmethod
    def of(cls, bucket: Bucket, prefix: str = "", *, versions: bool = False) -> Self:
        """For a bucket of the CDK, with its key if it has one of its own, and as it uses the key.

        Objects that were written before S3 Bucket Keys were switched on or off keep what they had:
        `dataclasses.replace(..., bucket_key=None)` reaches all. Of an imported bucket the CDK knows
        neither that, nor the key: give `kms_key_arn` then.
        """
        return cls(prefix=prefix, versions=versions, **_read(bucket))

    @property
    def _actions(self) -> tuple[str, ...]:
        newest = ("s3:DeleteObject",)
        return (*newest, "s3:DeleteObjectVersion") if self.versions else newest


@dataclass(frozen=True, slots=True, kw_only=True)
class S3List(Permission):
    """List the keys of a bucket, or those under a prefix alone.

    `versions=True` lists versions and delete markers as well.

    Example:
        >>> S3List(bucket_arn="arn:aws:s3:::pictures", prefix="in/").statements()[0].conditions
        (Condition(operator='StringLike', key='s3:prefix', values=('in/*',)),)

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
    """

    bucket_arn: str
    prefix: str = ""
    versions: bool = False

    def __post_init__(self) -> None:
        check_flags(self)
        check_bucket_arn(self.bucket_arn)
        check_prefix(self.prefix)

    @classmethod
    def of(cls, bucket: Bucket, prefix: str = "", *, versions: bool = False) -> Self:
        """For a bucket of the CDK."""
        return cls(bucket_arn=read_bucket_arn(bucket), prefix=prefix, versions=versions)

    def statements(self) -> tuple[Statement, ...]:
        newest = ("s3:ListBucket",)
        return (
            Statement(
                actions=(*newest, "s3:ListBucketVersions") if self.versions else newest,
                resources=(self.bucket_arn,),
                conditions=listed_under(self.prefix),
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class S3ListUploads(Permission):
    """List the multipart uploads of a bucket that are not complete yet.

    S3 cannot limit this to a prefix: it shows the keys of all of them.

    Example:
        >>> S3ListUploads(bucket_arn="arn:aws:s3:::pictures").statements()[0].actions
        ('s3:ListBucketMultipartUploads',)

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions
    """

    bucket_arn: str

    def __post_init__(self) -> None:
        check_bucket_arn(self.bucket_arn)

    @classmethod
    def of(cls, bucket: Bucket) -> Self:
        """For a bucket of the CDK."""
        return cls(bucket_arn=read_bucket_arn(bucket))

    def statements(self) -> tuple[Statement, ...]:
        return (
            Statement(actions=("s3:ListBucketMultipartUploads",), resources=(self.bucket_arn,)),
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


def _read(bucket: Bucket) -> dict[str, Any]:
    """What the values on objects read of a CDK bucket."""
    names = ("bucket_arn", "kms_key_arn", "bucket_key", "region")
    return dict(zip(names, read_bucket(bucket), strict=True))
