"""What the parent process can ask of the server, and nobody else."""

from collections.abc import Callable, Mapping
from typing import Any

from least_privilege.embedded.emulator.sessions import (
    check_trusts_service,
    role_of,
    role_session,
)


def _service_session(
    *, role_arn: str, service: str, session_name: str, keys: dict[str, str]
) -> dict[str, str]:
    account, role = role_of(role_arn)
    check_trusts_service(role, service, keys)
    session = role_session(account, role, session_name)
    session.pop("expires")
    return session


OPERATIONS: Mapping[str, Callable[..., dict[str, Any]]] = {"service-session": _service_session}
