"""Condition keys of the caller that the emulator lacks or takes for another thing."""

from typing import Any

from ministack.core import iam_evaluator
from ministack.services import iam, sts

from least_privilege.embedded.emulator.sessions import CONDITION_KEYS

_COGNITO = "cognito-identity.amazonaws.com"


def install() -> None:
    """Put them right wherever the emulator looks up the keys of a principal."""
    of_the_emulator = iam_evaluator._principal_keys
    resolve_key = iam_evaluator._resolve_condition_key

    def principal_keys(credential: Any) -> dict[str, Any]:
        keys: dict[str, Any] = of_the_emulator(credential)
        session: dict[str, Any] = sts._sessions.get(credential.access_key_id) or {}
        return {**keys, **session.get(CONDITION_KEYS, {}), **_cognito_keys(session)}

    def resolve_key_of_role(key: str, ctx: Any) -> Any:
        if key.lower() == "aws:principalarn" and ":assumed-role/" in ctx.principal_arn:
            return _role_arn(ctx.principal_arn)
        return resolve_key(key, ctx)

    iam_evaluator._resolve_condition_key = resolve_key_of_role
    iam_evaluator._principal_keys = principal_keys
    sts._principal_keys = principal_keys


def _role_arn(session_arn: str) -> str:
    """`aws:PrincipalArn` of a session is the ARN of its role, with the path."""
    account, name = session_arn.split(":")[4], session_arn.split("/")[1]
    role = iam._roles.get_scoped(account, None, name) or {}
    return str(role.get("Arn") or f"arn:aws:iam::{account}:role/{name}")


def _cognito_keys(session: dict[str, Any]) -> dict[str, Any]:
    """The keys of credentials that came from an identity pool."""
    if not session.get("_identity_id"):
        return {}
    return {
        f"{_COGNITO}:sub": session["_identity_id"],
        f"{_COGNITO}:aud": session["_identity_pool_id"],
        f"{_COGNITO}:amr": session["_cognito_amr"],
        "aws:federatedprovider": _COGNITO,
    }
