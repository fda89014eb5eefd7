"""What templates hold: every principal and policy of an assembly or template. Pure Python.

`read_assembly`, `read_template` and `read_directory` give a `Reading`, whose roles and users turn
into the `PolicySet` that `least_privilege.access` answers from. Intrinsic functions are resolved;
what only the deployment knows is written as a stand-in, which `is_symbolic` recognizes, and which
is the same wherever it means the same.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .findings import Finding, FindingKind
    from .managed_policies import (
        managed_policies_date,
        managed_policies_notice,
        managed_policy_document,
        managed_policy_names,
    )
    from .model import (
        AttachedPolicy,
        Group,
        IdentityPoolAttachment,
        InlinePolicy,
        InstanceProfile,
        ManagedPolicy,
        PolicyOrigin,
        Resource,
        ResourcePolicy,
        Role,
        Stack,
        User,
    )
    from .reader import read_assembly, read_directory, read_template
    from .reading import Reading
    from .symbols import is_symbolic

# Reading takes a tenth of a second to load; whoever names a type alone does not wait for it.
_LATER = {
    "findings": (
        "Finding",
        "FindingKind",
    ),
    "managed_policies": (
        "managed_policies_date",
        "managed_policies_notice",
        "managed_policy_document",
        "managed_policy_names",
    ),
    "model": (
        "AttachedPolicy",
        "Group",
        "IdentityPoolAttachment",
        "InlinePolicy",
        "InstanceProfile",
        "ManagedPolicy",
        "PolicyOrigin",
        "Resource",
        "ResourcePolicy",
        "Role",
        "Stack",
        "User",
    ),
    "reader": (
        "read_assembly",
        "read_directory",
        "read_template",
    ),
    "reading": ("Reading",),
    "symbols": ("is_symbolic",),
}

__all__ = [
    "AttachedPolicy",
    "Finding",
    "FindingKind",
    "Group",
    "IdentityPoolAttachment",
    "InlinePolicy",
    "InstanceProfile",
    "ManagedPolicy",
    "PolicyOrigin",
    "Reading",
    "Resource",
    "ResourcePolicy",
    "Role",
    "Stack",
    "User",
    "is_symbolic",
    "managed_policies_date",
    "managed_policies_notice",
    "managed_policy_document",
    "managed_policy_names",
    "read_assembly",
    "read_directory",
    "read_template",
]


def __getattr__(name: str) -> Any:
    for file, names in _LATER.items():
        if name in names:
            return getattr(import_module(f".{file}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
