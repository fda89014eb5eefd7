"""What the embedded AWS does not have is refused in words, and at once."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from ministack import app

# Metadata services with made-up credentials; `instance_metadata` is the one that works.
_REMOVED_SERVICES = ("imds", "ecs-metadata")

Handler = Callable[..., Awaitable[tuple[int, dict[str, Any], bytes]]]


def install() -> None:
    """Answer for services that are not there."""
    for name in _REMOVED_SERVICES:
        del app.SERVICE_HANDLERS[name]
    app.SERVICE_HANDLERS = _Services(app.SERVICE_HANDLERS)


class _Services(dict[str, Handler]):
    """The emulator's services; any other one answers that it is not there."""

    def get(self, service: str, default: Any = None) -> Any:
        return super().get(service, default) or _missing(service)


def _missing(service: str) -> Handler:
    async def handle(*_arguments: Any) -> tuple[int, dict[str, Any], bytes]:
        message = f"the embedded AWS has no {service}"
        headers = {
            "Content-Type": "application/json",
            "x-amzn-errortype": "UnsupportedOperationException",
        }
        body = {"__type": "UnsupportedOperationException", "message": message}
        return 400, headers, json.dumps(body).encode()

    return handle
