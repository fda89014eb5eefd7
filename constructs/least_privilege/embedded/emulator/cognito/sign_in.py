"""Signing in to a user pool: a challenge belongs to one user, and required MFA is required.

The emulator takes the answer to a challenge without the sign-in that it belongs to, and lets a
user without a second factor into a pool that requires one.
"""

import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ministack.services import cognito

from least_privilege.embedded.emulator.cognito.answers import (
    Response,
    answer,
    content,
    refusal,
)

_INVALID_SESSION = "Invalid session for the user."
_MFA_CHALLENGES = ("SOFTWARE_TOKEN_MFA", "MFA_SETUP")
_BOUND_CHALLENGES = (*_MFA_CHALLENGES, "NEW_PASSWORD_REQUIRED", "SMS_MFA")
_REFRESHING = ("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN")

Operation = Callable[[dict[str, Any]], Response]


@dataclass(frozen=True, slots=True, kw_only=True)
class _SignIn:
    """A sign-in that waits for the answer to a challenge."""

    pool_id: str
    username: str
    challenge: str
    # The seed of an authenticator on its way to being enrolled, and whether it proved to work.
    seed: str = ""
    verified: bool = False


_sign_ins: dict[str, _SignIn] = {}


def install() -> None:
    """Take the place of the operations in which somebody signs in."""
    cognito._initiate_auth = _initiating(cognito._initiate_auth)
    cognito._admin_initiate_auth = _initiating(cognito._admin_initiate_auth)
    cognito._respond_to_auth_challenge = _responding(cognito._respond_to_auth_challenge)
    cognito._admin_respond_to_auth_challenge = _responding(cognito._admin_respond_to_auth_challenge)
    cognito._associate_software_token = _associating(cognito._associate_software_token)
    cognito._verify_software_token = _verifying(cognito._verify_software_token)


def _initiating(initiate: Operation) -> Operation:
    def operation(request: dict[str, Any]) -> Response:
        response = initiate(request)
        if request.get("AuthFlow") in _REFRESHING:
            return response
        username = (request.get("AuthParameters") or {}).get("USERNAME", "")
        return _next(response, _pool_id(request), username, answered="")

    return operation


def _responding(respond: Operation) -> Operation:
    def operation(request: dict[str, Any]) -> Response:
        challenge = request.get("ChallengeName", "")
        username = (request.get("ChallengeResponses") or {}).get("USERNAME", "")
        pool_id = _pool_id(request)
        if challenge in _BOUND_CHALLENGES:
            sign_in = _sign_ins.get(request.get("Session", ""))
            user = _user(pool_id, username)
            if (
                sign_in is None
                or user is None
                or (sign_in.pool_id, sign_in.username) != (pool_id, user["Username"])
                or sign_in.challenge != challenge
                or (challenge == "MFA_SETUP" and not sign_in.verified)
            ):
                return refusal(_INVALID_SESSION)
            if challenge == "MFA_SETUP":
                _enrol(user, sign_in.seed)
        response = respond(request)
        if content(response):
            _sign_ins.pop(request.get("Session", ""), None)
        return _next(response, pool_id, username, answered=challenge)

    return operation


def _associating(associate: Operation) -> Operation:
    def operation(request: dict[str, Any]) -> Response:
        sign_in = _sign_ins.get(request.get("Session", ""))
        if not request.get("AccessToken") and (sign_in is None or sign_in.challenge != "MFA_SETUP"):
            return refusal(_INVALID_SESSION)
        response = associate(request)
        if sign_in is not None and (given := content(response)):
            _sign_ins[given["Session"]] = replace(sign_in, seed=given["SecretCode"])
        return response

    return operation


def _verifying(verify: Operation) -> Operation:
    def operation(request: dict[str, Any]) -> Response:
        sign_in = _sign_ins.get(request.get("Session", ""))
        if not request.get("AccessToken") and sign_in is None:
            return refusal(_INVALID_SESSION)
        response = verify(request)
        if sign_in is not None and (given := content(response)):
            _sign_ins[given["Session"]] = replace(sign_in, verified=True)
        return response

    return operation


def _next(response: Response, pool_id: str, username: str, *, answered: str) -> Response:
    """What comes next: the emulator's challenge, a second factor it left out, or the tokens."""
    given = content(response)
    user = _user(pool_id, username)
    if not given or user is None:
        return response
    if given.get("ChallengeName") and given.get("Session"):
        _remember(given["Session"], pool_id, user, given["ChallengeName"])
    if "AuthenticationResult" not in given or answered in _MFA_CHALLENGES:
        return response
    required = cognito._user_pools[pool_id].get("MfaConfiguration") == "ON"
    enrolled = "SOFTWARE_TOKEN_MFA" in user.get("_mfa_enabled", [])
    if not required and not enrolled:
        return response
    return _second_factor(pool_id, user, "SOFTWARE_TOKEN_MFA" if enrolled else "MFA_SETUP")


def _second_factor(pool_id: str, user: dict[str, Any], challenge: str) -> Response:
    session = base64.b64encode(secrets.token_bytes(32)).decode()
    _remember(session, pool_id, user, challenge)
    parameters = {"USER_ID_FOR_SRP": user["Username"]}
    if challenge == "MFA_SETUP":
        parameters["MFAS_CAN_SETUP"] = '["SOFTWARE_TOKEN_MFA"]'
    return answer(
        {"ChallengeName": challenge, "Session": session, "ChallengeParameters": parameters}
    )


def _remember(session: str, pool_id: str, user: dict[str, Any], challenge: str) -> None:
    _sign_ins[session] = _SignIn(pool_id=pool_id, username=user["Username"], challenge=challenge)


def _enrol(user: dict[str, Any], seed: str) -> None:
    user["_totp_secret"] = seed
    user["_preferred_mfa"] = "SOFTWARE_TOKEN_MFA"
    enabled = user.setdefault("_mfa_enabled", [])
    if "SOFTWARE_TOKEN_MFA" not in enabled:
        enabled.append("SOFTWARE_TOKEN_MFA")


def _pool_id(request: dict[str, Any]) -> str:
    return request.get("UserPoolId") or cognito._pool_for_client(request.get("ClientId"))[1] or ""


def _user(pool_id: str, username: str) -> dict[str, Any] | None:
    pool = cognito._user_pools.get(pool_id)
    if pool is None or not username:
        return None
    user: dict[str, Any] | None = cognito._resolve_user(pool, username)[0]
    return user
