"""Condition keys of requests to IAM and STS: the boundary, the policy, the external ID.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
"""

from contextvars import ContextVar
from typing import Any

from ministack.core import iam_actions, iam_evaluator
from ministack.services import iam

from least_privilege.embedded.emulator.access.parameters import parameters

_SETS_BOUNDARY = frozenset(
    f"iam:{action}"
    for action in (
        "CreateRole",
        "CreateUser",
        "PutRolePermissionsBoundary",
        "PutUserPermissionsBoundary",
    )
)
_Keys = tuple[tuple[str, str], ...]

_keys: ContextVar[_Keys] = ContextVar("embedded_request_keys", default=())


def install() -> None:
    """Note the keys where the emulator reads the action, and show them to policies."""
    extract_iam_action = iam_actions.extract_iam_action
    enforce = iam_evaluator.enforce

    def extract_noting_keys(
        service: str,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query_params: dict[str, Any],
    ) -> Any:
        action = extract_iam_action(service, method, path, headers, body, query_params)
        keys_of = {"iam": _of_iam, "sts": _of_sts}.get(service)
        _keys.set(keys_of(action, parameters(body, query_params)) if keys_of else ())
        return action

    def enforce_with_keys(
        access_key_id: str,
        iam_action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        service_context: dict[str, Any] | None = None,
    ) -> Any:
        keys = dict(_keys.get()) if iam_action.startswith(("iam:", "sts:")) else {}
        return enforce(
            access_key_id,
            iam_action,
            service,
            region,
            resource_arn=resource_arn,
            service_context={**(service_context or {}), **keys},
        )

    iam_actions.extract_iam_action = extract_noting_keys
    iam_evaluator.enforce = enforce_with_keys


def _of_iam(action: str | None, request: dict[str, str]) -> _Keys:
    entity = iam._roles.get(request.get("RoleName")) or iam._users.get(request.get("UserName"))
    # What a request changes about a principal counts with the boundary that the principal has.
    boundary = (
        request.get("PermissionsBoundary")
        if action in _SETS_BOUNDARY
        else (entity or {}).get("PermissionsBoundary")
    )
    found = {"iam:PermissionsBoundary": boundary, "iam:PolicyARN": request.get("PolicyArn")}
    return tuple((name, value) for name, value in found.items() if value)


def _of_sts(_action: str | None, request: dict[str, str]) -> _Keys:
    named = {"sts:ExternalId": "ExternalId", "sts:RoleSessionName": "RoleSessionName"}
    return tuple((key, request[name]) for key, name in named.items() if name in request)
