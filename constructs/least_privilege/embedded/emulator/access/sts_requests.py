"""What STS itself checks when a role is assumed and the emulator does not: time, and MFA.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
"""

import re
from collections.abc import Mapping
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import get_account_id
from ministack.core.router import extract_access_key_id
from ministack.services import iam, sts

from least_privilege.embedded.emulator.access import one_time_codes
from least_privilege.embedded.emulator.access.parameters import parameters
from least_privilege.embedded.emulator.sessions import CONDITION_KEYS

_CHAINED_SECONDS = 3600
_BAD_CODE = "MultiFactorAuthentication failed with invalid MFA one time pass code."
_NONE: Mapping[str, str] = MappingProxyType({})
_NO_SOURCE_IDENTITY = "the embedded AWS does not take SourceIdentity"
_PROVEN: Mapping[str, str] = {"aws:multifactorauthpresent": "true", "aws:multifactorauthage": "0"}

# The condition keys that a one-time code adds to the request that carries it.
_code_keys: ContextVar[Mapping[str, str]] = ContextVar("embedded_code_keys", default=_NONE)


def install() -> None:
    """Check requests to STS before its policies are, so that policies see the one-time code."""
    extract_iam_action = iam_actions.extract_iam_action
    principal_keys = iam_evaluator._principal_keys
    handle_request = sts.handle_request

    def extract_after_code(
        service: str,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query_params: dict[str, Any],
    ) -> Any:
        if service == "sts":
            request = parameters(body, query_params)
            key = extract_access_key_id(headers, query_params)
            _code_keys.set(_PROVEN if _code_is_right(request, key) else _NONE)
        return extract_iam_action(service, method, path, headers, body, query_params)

    def principal_keys_with_code(credential: Any) -> dict[str, Any]:
        keys: dict[str, Any] = principal_keys(credential)
        return {**keys, **_code_keys.get()}

    async def handle_checked(
        method: str, path: str, headers: dict[str, str], body: bytes, query_params: dict[str, Any]
    ) -> Any:
        request = parameters(body, query_params)
        key = extract_access_key_id(headers, query_params)
        if "TokenCode" in request and not _code_keys.get():
            return sts._error(403, "AccessDenied", _BAD_CODE, ns="sts")
        if "SourceIdentity" in request:
            return sts._error(400, "ValidationError", _NO_SOURCE_IDENTITY, ns="sts")
        if request.get("Action") == "AssumeRole" and (problem := _too_long(request, key)):
            return sts._error(400, "ValidationError", problem, ns="sts")
        response = await handle_request(method, path, headers, body, query_params)
        if request.get("Action") == "GetSessionToken" and response[0] == 200:
            _carry_code(response[2])
        return response

    iam_actions.extract_iam_action = extract_after_code
    iam_evaluator._principal_keys = principal_keys_with_code
    sts._principal_keys = principal_keys_with_code
    sts.handle_request = handle_checked


def _code_is_right(request: dict[str, str], access_key_id: str) -> bool:
    device = iam._mfa_devices.get(request.get("SerialNumber", ""))
    if device is None or not device["User"]:
        return False
    key = iam._access_keys.get_scoped(get_account_id(), None, access_key_id) or {}
    return key.get("UserName") == device["User"] and one_time_codes.is_current(
        device["Base32StringSeed"], request.get("TokenCode", "")
    )


def _too_long(request: dict[str, str], access_key_id: str) -> str | None:
    asked = int(request.get("DurationSeconds") or _CHAINED_SECONDS)
    _, _, rest = request.get("RoleArn", "").partition("arn:aws:iam::")
    account, _, name = rest.partition(":")
    role = iam._roles.get_scoped(account, None, name.rsplit("/", 1)[-1])
    if role is not None and asked > int(role["MaxSessionDuration"]):
        return "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
    caller = sts._sessions.get(access_key_id) or {}
    if caller.get("PrincipalType") == "AssumedRole" and asked > _CHAINED_SECONDS:
        return (
            "The requested DurationSeconds exceeds the 1 hour session limit "
            "for roles assumed by role chaining"
        )
    return None


def _carry_code(body: bytes) -> None:
    """The credentials of GetSessionToken keep the code; those of AssumeRole do not."""
    key = re.search(r"<AccessKeyId>(.*?)</AccessKeyId>", body.decode())
    if key and key[1] in sts._sessions:
        sts._sessions[key[1]].setdefault(CONDITION_KEYS, {}).update(_code_keys.get())
