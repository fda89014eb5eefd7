"""A trust policy that names a user or role of its own account suffices to assume the role.

The emulator asks for an identity policy as well. As with any resource policy, one that names the
account only leaves it to the account's identity policies.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

import json
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id
from ministack.services import iam, sts


def install() -> None:
    """Let the emulator find a role's trust policy as it finds a bucket's policy."""
    sts.trust_policy_for_arn = _trust_policy_for_arn
    iam_evaluator._RESOURCE_POLICY_LOOKUPS["sts"] = ("sts", "trust_policy_for_arn")


def _trust_policy_for_arn(role_arn: str) -> tuple[dict[str, Any], str] | None:
    account = get_account_id()
    role = iam._roles.get(role_arn.rsplit("/", 1)[-1])
    if role is None or role["Arn"] != role_arn:
        return None
    statements = json.loads(role["AssumeRolePolicyDocument"]).get("Statement", [])
    # Denials need the parameters of the request, and STS judges those itself.
    allowing = [
        statement
        for statement in (statements if isinstance(statements, list) else [statements])
        if statement.get("Effect") == "Allow"
    ]
    return {"Statement": allowing}, account
