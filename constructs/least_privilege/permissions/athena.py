"""Amazon Athena: queries in one workgroup.

Athena reads and writes for its caller, who needs permissions for the tables (`GlueRead`), for their
data (`S3Read` and `S3List`) and for the results.

Source: https://docs.aws.amazon.com/athena/latest/ug/security-iam-athena.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, Self

from ..errors import InvalidPermissionError
from ..policy import (
    ACCOUNT,
    PARTITION,
    REGION,
    Condition,
    Statement,
    check_account_id,
    check_prefix,
)
from ..policy.tokens import beside_tokens
from ._buckets import (
    Bucket,
    check_bucket_arn,
    listed_under,
    objects_under,
    read_bucket,
    use_of_bucket_key,
    why_all_under,
)
from ._regional import Environment, check_key_arn, check_region
from .base import Permission, check_flags
from .glue import catalog_prefix

_WORKGROUP = re.compile(r"[A-Za-z0-9._-]{1,128}")
_THROUGH_ATHENA = Condition.of("ForAnyValue:StringEquals", "aws:CalledVia", "athena.amazonaws.com")


class _Workgroup(Protocol):
    """What `of` reads of a CDK workgroup: a `CfnWorkGroup`."""

    @property
    def name(self) -> str: ...
    @property
    def env(self) -> Environment: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AthenaQuery(Permission):
    """Run and stop queries in one workgroup, and read their results.

    `results_bucket_arn` and `results_prefix` are where the workgroup puts results: Athena reads and
    writes there for the caller, who cannot do so without Athena. A query that asks for another
    place fails. `results_kms_key_arn` is the key of that place, and `results_bucket_key` says
    whether its bucket has S3 Bucket Keys on (None: not known). No bucket at all is for results that
    Athena manages.

    `download=True` is for callers that fetch their results from S3 themselves, as many libraries
    do; `drivers=True` for the JDBC and ODBC drivers, which look at the workgroup and stream. Other
    roles' results can be read as well, so give each role a workgroup and a prefix of its own.
    Workgroups with trusted identity propagation do not say that they act for a caller: there the
    location cannot be reached. Region and account are those that the role is deployed to, unless
    given.

    Example:
        >>> query = AthenaQuery(workgroup_name="reports", results_bucket_arn="arn:aws:s3:::results")
        >>> query.statements()[0].actions[0]
        'athena:StartQueryExecution'

    Source: https://docs.aws.amazon.com/athena/latest/ug/example-policies-workgroup.html
    """

    workgroup_name: str
    results_bucket_arn: str | None = None
    results_prefix: str = ""
    results_kms_key_arn: str | None = None
    results_bucket_key: bool | None = None
    download: bool = False
    drivers: bool = False
    region: str = REGION
    account_id: str = ACCOUNT

    def __post_init__(self) -> None:
        check_flags(self)
        if not isinstance(self.workgroup_name, str) or not _WORKGROUP.fullmatch(
            beside_tokens(self.workgroup_name, "x")
        ):
            raise InvalidPermissionError(
                "workgroup_name must be 1 to 128 letters, digits and any of ._- , without "
                f"wildcards, got {self.workgroup_name!r}"
            )
        check_region(self.region)
        check_account_id(self.account_id)
        check_prefix(self.results_prefix)
        check_key_arn(self.results_kms_key_arn, argument="results_kms_key_arn")
        if self.results_bucket_arn is not None:
            check_bucket_arn(self.results_bucket_arn, argument="results_bucket_arn")
        elif self.results_prefix or self.results_kms_key_arn or self.download:
            raise InvalidPermissionError(
                "results_bucket_arn must be given with results_prefix, results_kms_key_arn or "
                "download; Athena keeps the results itself where there is no bucket"
            )

    @classmethod
    def of(
        cls,
        workgroup: _Workgroup,
        results_bucket: Bucket | None = None,
        results_prefix: str = "",
        *,
        download: bool = False,
        drivers: bool = False,
    ) -> Self:
        """For a `CfnWorkGroup` of the CDK and the bucket of its results, with its key if it has one
        of its own."""
        if not all(hasattr(workgroup, name) for name in ("name", "work_group_configuration")):
            raise InvalidPermissionError(
                f"of() takes an athena.CfnWorkGroup of the CDK, got {workgroup!r}; for a name say "
                "workgroup_name="
            )
        bucket_arn, key_arn, bucket_key, _ = (
            (None, None, None, "") if results_bucket is None else read_bucket(results_bucket)
        )
        return cls(
            workgroup_name=workgroup.name,
            results_bucket_arn=bucket_arn,
            results_prefix=results_prefix,
            results_kms_key_arn=key_arn,
            results_bucket_key=bucket_key,
            download=download,
            drivers=drivers,
            region=workgroup.env.region,
            account_id=workgroup.env.account,
        )

    def statements(self) -> tuple[Statement, ...]:
        catalog = catalog_prefix(self.region, self.account_id)
        for_drivers = ("athena:GetQueryResultsStream", "athena:GetWorkGroup")
        return (
            Statement(
                actions=(
                    "athena:StartQueryExecution",
                    "athena:StopQueryExecution",
                    "athena:GetQueryExecution",
                    "athena:GetQueryResults",
                    *(for_drivers if self.drivers else ()),
                ),
                resources=(
                    f"arn:{PARTITION}:athena:{self.region}:{self.account_id}:workgroup/"
                    f"{self.workgroup_name}",
                ),
            ),
            # Athena looks this database up first, whichever a query names.
            Statement(
                actions=("glue:GetDatabase",),
                resources=(f"{catalog}:catalog", f"{catalog}:database/default"),
            ),
            *(self._results(self.results_bucket_arn) if self.results_bucket_arn else ()),
        )

    def _results(self, bucket_arn: str) -> tuple[Statement, ...]:
        objects = objects_under(bucket_arn, self.results_prefix)
        through_athena = (
            Statement(
                actions=("s3:GetBucketLocation",),
                resources=(bucket_arn,),
                conditions=(_THROUGH_ATHENA,),
            ),
            Statement(
                actions=("s3:ListBucket",),
                resources=(bucket_arn,),
                conditions=(*listed_under(self.results_prefix), _THROUGH_ATHENA),
            ),
            Statement(
                actions=(
                    "s3:GetObject",
                    "s3:PutObject",
                    "s3:AbortMultipartUpload",
                    "s3:ListMultipartUploadParts",
                ),
                resources=(objects,),
                conditions=(_THROUGH_ATHENA,),
            ),
        )
        directly = Statement(actions=("s3:GetObject",), resources=(objects,))
        return (
            *through_athena,
            *((directly,) if self.download else ()),
            *self._use_of_key(bucket_arn),
        )

    def _use_of_key(self, bucket_arn: str) -> tuple[Statement, ...]:
        if self.results_kms_key_arn is None:
            return ()
        return (
            use_of_bucket_key(
                self.results_kms_key_arn,
                "kms:GenerateDataKey",
                "kms:Decrypt",
                bucket_arn=bucket_arn,
                prefix=self.results_prefix,
                bucket_key=self.results_bucket_key,
                region=self.region,
            ),
        )

    def wildcard_reasons(self) -> Mapping[str, str]:
        if self.results_bucket_arn is None:
            return {}
        objects = objects_under(self.results_bucket_arn, self.results_prefix)
        return {objects: f"Athena names its results. {why_all_under(self.results_prefix)}"}
