"""Whose user pool or identity pool an unsigned request means.

An application signs in without AWS credentials, so nothing in the request names the account. The
emulator takes the default one then; AWS knows it from the identifiers, which are unique.
"""

import json
from collections.abc import Iterator
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import set_request_account_id, set_request_region
from ministack.services import cognito

Tenant = tuple[str, str]


def install() -> None:
    """Set account and region of an unsigned request from its identifiers."""
    handle_request = cognito.handle_request

    async def handle_in_tenant(
        method: str, path: str, headers: dict[str, str], body: bytes, query_params: dict[str, Any]
    ) -> Any:
        if iam_evaluator._anonymous.get() and "x-amz-target" in headers:
            tenant = _tenant(body)
            if tenant is not None:
                set_request_account_id(tenant[0])
                set_request_region(tenant[1])
        return await handle_request(method, path, headers, body, query_params)

    cognito.handle_request = handle_in_tenant


def _tenant(body: bytes) -> Tenant | None:
    try:
        request = json.loads(body or b"{}")
    except ValueError:
        return None
    return next(_tenants(request), None) if isinstance(request, dict) else None


def _tenants(request: dict[str, Any]) -> Iterator[Tenant]:
    user_pool = request.get("UserPoolId") or cognito._pool_id_from_token(
        request.get("AccessToken", "")
    )
    client = request.get("ClientId")
    for (account, region, pool_id), pool in cognito._user_pools.all_items():
        if pool_id == user_pool or (client and client in pool["_clients"]):
            yield account, region
    identity_pool, identity = request.get("IdentityPoolId"), request.get("IdentityId")
    for (account, region, pool_id), pool in cognito._identity_pools.all_items():
        if pool_id == identity_pool or (identity and identity in pool["_identities"]):
            yield account, region
