"""What a role may do: values, a module a service. Pure Python."""

from .base import ActionsOn, Permission
from .kms import KmsDecrypt, KmsEncrypt
from .logs import CloudWatchAgent, LogsWrite
from .revocation import REVOCATION_POLICY_NAME, session_revocation
from .s3 import S3Delete, S3List, S3ListAllBuckets, S3Read, S3Write
from .session_manager import SessionManagerCore
from .sts import AssumeRole

__all__ = [
    "REVOCATION_POLICY_NAME",
    "ActionsOn",
    "AssumeRole",
    "CloudWatchAgent",
    "KmsDecrypt",
    "KmsEncrypt",
    "LogsWrite",
    "Permission",
    "S3Delete",
    "S3List",
    "S3ListAllBuckets",
    "S3Read",
    "S3Write",
    "SessionManagerCore",
    "session_revocation",
]
