"""A bucket policy that names a role or user of another account, which is a caller of its own.

The emulator takes every caller from another account for that account's root.
"""

from dataclasses import replace
from typing import Any

from ministack.core import iam_evaluator


def install() -> None:
    """Put the caller itself before the policy of a bucket of another account."""
    evaluate_resource_policy = iam_evaluator.evaluate_resource_policy

    def evaluate_for_caller(doc: Any, ctx: Any, *arguments: Any, **options: Any) -> Any:
        caller = iam_evaluator.caller_arn()
        is_stand_in = (
            ctx.action.startswith("s3:")
            and ctx.principal_type == "Root"
            and f":{ctx.principal_account}:" in caller
        )
        if is_stand_in:
            kind = "AssumedRole" if ":assumed-role/" in caller else "User"
            kind = "Root" if caller.endswith(":root") else kind
            ctx = replace(ctx, principal_arn=caller, principal_type=kind)
        return evaluate_resource_policy(doc, ctx, *arguments, **options)

    iam_evaluator.evaluate_resource_policy = evaluate_for_caller
