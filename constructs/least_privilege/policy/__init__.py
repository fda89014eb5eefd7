"""What a policy says: statements, documents, ARNs, names, quotas. Pure Python."""

from . import quotas, service_reference
from .arn import Arn, check_arn, role_arn, split_name_and_path
from .document import PolicyDocument
from .kind import PolicyKind
from .names import (
    check_account_id,
    check_description,
    check_external_ids,
    check_organization_id,
    check_path,
    check_policy_name,
    check_prefix,
    check_role_name,
    check_session_duration,
    check_tags,
)
from .statement import Condition, Effect, NamedPrincipal, PrincipalType, Statement
from .tokens import ACCOUNT, PARTITION, REGION, holds_token

__all__ = [
    "ACCOUNT",
    "PARTITION",
    "REGION",
    "Arn",
    "Condition",
    "Effect",
    "NamedPrincipal",
    "PolicyDocument",
    "PolicyKind",
    "PrincipalType",
    "Statement",
    "check_account_id",
    "check_arn",
    "check_description",
    "check_external_ids",
    "check_organization_id",
    "check_path",
    "check_policy_name",
    "check_prefix",
    "check_role_name",
    "check_session_duration",
    "check_tags",
    "holds_token",
    "quotas",
    "role_arn",
    "service_reference",
    "split_name_and_path",
]
