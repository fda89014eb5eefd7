"""Session credentials for what assumes a role without calling STS: AWS services themselves."""

import time
from datetime import UTC, datetime
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.arn import ArnParseError, parse_arn
from ministack.services import iam, sts

_LIFETIME_SECONDS = 3600

# Where a session record carries the condition keys that its requests have.
CONDITION_KEYS = "embedded_condition_keys"


class SessionRefusedError(ValueError):
    """The role is not there, or does not trust who asks for it."""


def role_of(role_arn: str) -> tuple[str, dict[str, Any]]:
    """The account and the record of a role."""
    try:
        parsed = parse_arn(role_arn)
    except ArnParseError as error:
        raise SessionRefusedError(f"not the ARN of a role: {role_arn}") from error
    account = parsed.account_id
    role = iam._roles.get_scoped(account, None, parsed.resource.rsplit("/", 1)[-1])
    if role is None or role["Arn"] != role_arn:
        raise SessionRefusedError(f"there is no role {role_arn}")
    return account, role


def check_trusts_service(
    role: dict[str, Any], service: str, keys: dict[str, Any] | None = None
) -> None:
    """Refuse unless the role's trust policy admits a service principal.

    `keys` are condition keys of the AssumeRole request, such as `aws:SourceAccount`.
    """
    role_arn = role["Arn"]
    context = iam_evaluator.EvalContext(
        principal_arn=service,
        principal_type="Service",
        principal_account="",
        action="sts:AssumeRole",
        resource_arn=role_arn,
        region="",
        service_context={key.lower(): value for key, value in (keys or {}).items()},
    )
    trust = role["AssumeRolePolicyDocument"]
    decision = iam_evaluator.evaluate_resource_policy(trust, context, service=service)
    if decision.decision != "Allow":
        given = f" with {', '.join(sorted(keys))}" if keys else ""
        raise SessionRefusedError(
            f"the trust policy of {role_arn} does not let {service} assume it{given}"
        )


def role_session(
    account: str,
    role: dict[str, Any],
    session_name: str,
    keys: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Credentials of a role, whoever asks. `keys` are condition keys of the session's requests."""
    credentials = {
        "access_key_id": iam._gen_session_access_key(),
        "secret_access_key": iam._gen_secret(),
        "session_token": iam._gen_session_token(),
        "arn": f"arn:aws:sts::{account}:assumed-role/{role['RoleName']}/{session_name}",
    }
    expires = int(time.time()) + _LIFETIME_SECONDS
    sts.register_session(
        credentials["access_key_id"],
        {
            "Arn": credentials["arn"],
            "UserId": f"{role['RoleId']}:{session_name}",
            "SecretAccessKey": credentials["secret_access_key"],
            "SessionToken": credentials["session_token"],
            "Expiration": expires,
            "AccountId": account,
            "PrincipalType": "AssumedRole",
            CONDITION_KEYS: {key.lower(): value for key, value in (keys or {}).items()},
        },
    )
    return {**credentials, "expires": datetime.fromtimestamp(expires, UTC)}
