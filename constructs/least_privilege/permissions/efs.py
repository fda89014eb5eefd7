"""Amazon EFS: one file system, through one access point.

What a role may do here counts beside the policy of the file system, and is only as narrow as that.
Without a policy, EFS lets in everybody on its network, as root. The one that the CDK writes where
anonymous access is off lets everybody write and be root who may mount. With a policy that only
denies, such as one that asks for TLS, it is these permissions that decide. Clients need nothing of
the KMS key of an encrypted file system.

Source: https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
"""

from __future__ import annotations

import re
from abc import abstractmethod
from dataclasses import dataclass
from typing import Protocol, Self

from ..errors import InvalidPermissionError
from ..policy import Condition, Statement
from ._regional import check_construct, check_resource_arn
from .base import Permission, check_flags

_FILE_SYSTEM = re.compile(r"file-system/(fs-[0-9a-f]+|x)")
_ACCESS_POINT = re.compile(r"access-point/(fsap-[0-9a-f]+|x)")
_EXAMPLE = "arn:aws:elasticfilesystem:eu-central-1:111122223333"


class _FileSystem(Protocol):
    """What `of` reads of a CDK file system."""

    @property
    def file_system_arn(self) -> str: ...


class _AccessPoint(Protocol):
    """What `of` reads of a CDK access point."""

    @property
    def access_point_arn(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _OnFileSystem(Permission):
    """`access_point_arn` limits it to what is mounted through one access point, which sets the
    directory and the user. `through_mount_target=False` allows clients that do not come through a
    mount target of the file system as well.
    """

    file_system_arn: str
    access_point_arn: str | None = None
    through_mount_target: bool = True

    @property
    @abstractmethod
    def _actions(self) -> tuple[str, ...]: ...

    def __post_init__(self) -> None:
        check_flags(self)
        check_resource_arn(
            self.file_system_arn,
            service="elasticfilesystem",
            form=_FILE_SYSTEM,
            argument="file_system_arn",
            example=f"{_EXAMPLE}:file-system/fs-01234567",
        )
        if self.access_point_arn is not None:
            check_resource_arn(
                self.access_point_arn,
                service="elasticfilesystem",
                form=_ACCESS_POINT,
                argument="access_point_arn",
                example=f"{_EXAMPLE}:access-point/fsap-01234567",
            )

    @classmethod
    def of(cls, file_system: _FileSystem, access_point: _AccessPoint | None = None) -> Self:
        """For a file system of the CDK, and one of its access points."""
        check_construct(
            file_system,
            attributes=("file_system_arn",),
            kind="a file system",
            argument="file_system_arn",
        )
        if access_point is not None and not hasattr(access_point, "access_point_arn"):
            raise InvalidPermissionError(
                f"of() takes an access point of the CDK, got {access_point!r}; for an ARN say "
                "access_point_arn="
            )
        return cls(
            file_system_arn=file_system.file_system_arn,
            access_point_arn=access_point.access_point_arn if access_point else None,
        )

    def statements(self) -> tuple[Statement, ...]:
        through = []
        if self.access_point_arn is not None:
            key = "elasticfilesystem:AccessPointArn"
            through.append(Condition.of("StringEquals", key, self.access_point_arn))
        if self.through_mount_target:
            key = "elasticfilesystem:AccessedViaMountTarget"
            through.append(Condition.of("Bool", key, "true"))
        return (
            Statement(
                actions=self._actions,
                resources=(self.file_system_arn,),
                conditions=tuple(through),
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EfsMount(_OnFileSystem):
    """Mount a file system to read it; neither write, nor be root, unless the policy of the file
    system allows that to everybody, as the CDK's own does.

    Example:
        >>> home = "arn:aws:elasticfilesystem:eu-central-1:111122223333:file-system/fs-01234567"
        >>> EfsMount(file_system_arn=home).statements()[0].actions
        ('elasticfilesystem:ClientMount',)

    Source: https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
    """

    @property
    def _actions(self) -> tuple[str, ...]:
        return ("elasticfilesystem:ClientMount",)


@dataclass(frozen=True, slots=True, kw_only=True)
class EfsWrite(_OnFileSystem):
    """Mount a file system to read and write it; not be root.

    Example:
        >>> home = "arn:aws:elasticfilesystem:eu-central-1:111122223333:file-system/fs-01234567"
        >>> EfsWrite(file_system_arn=home).statements()[0].actions
        ('elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite')

    Source: https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
    """

    @property
    def _actions(self) -> tuple[str, ...]:
        return ("elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite")


@dataclass(frozen=True, slots=True, kw_only=True)
class EfsRootAccess(_OnFileSystem):
    """Be root on a file system, beside `EfsMount` or `EfsWrite`: a client without it that comes as
    root is treated as nobody. An access point that sets a user makes it idle.

    Example:
        >>> home = "arn:aws:elasticfilesystem:eu-central-1:111122223333:file-system/fs-01234567"
        >>> EfsRootAccess(file_system_arn=home).statements()[0].actions
        ('elasticfilesystem:ClientRootAccess',)

    Source: https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
    """

    @property
    def _actions(self) -> tuple[str, ...]:
        return ("elasticfilesystem:ClientRootAccess",)
