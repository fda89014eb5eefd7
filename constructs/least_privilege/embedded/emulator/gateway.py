"""The application in front of the emulator's: it takes what AWS does not have, and passes on."""

import hmac
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from least_privilege.embedded.control import CONTROL_PREFIX, TOKEN_HEADER
from least_privilege.embedded.emulator.instance_metadata import InstanceMetadata
from least_privilege.embedded.emulator.operations import OPERATIONS
from least_privilege.embedded.emulator.sessions import SessionRefusedError

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

# The emulator's switchboard has no authentication: any process on this machine could empty it.
_CLOSED_PATHS = ("/_ministack/reset", "/_ministack/config")


class Gateway:
    """An ASGI application around the emulator's."""

    def __init__(self, emulator: Application, *, token: str, ready: Callable[[], None]) -> None:
        self._emulator = emulator
        self._token = token
        self._ready = ready
        self._instance_metadata = InstanceMetadata()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self._emulator(scope, receive, self._announcing(send))
        elif scope["scheme"] == "http":
            # Only the instance metadata service listens without TLS.
            headers = _headers(scope)
            answer = self._instance_metadata.answer(scope["method"], scope["path"], headers)
            await _send(send, answer.status, answer.text, answer.headers)
        elif scope["path"].startswith(CONTROL_PREFIX):
            await self._control(scope, receive, send)
        elif scope["path"].startswith(_CLOSED_PATHS):
            await _send(send, 403, "this is closed in the embedded AWS")
        else:
            await self._emulator(scope, receive, send)

    async def _control(self, scope: Message, receive: Receive, send: Send) -> None:
        if not hmac.compare_digest(_headers(scope).get(TOKEN_HEADER, ""), self._token):
            await _send(send, 403, json.dumps({"error": "only the parent process may call this"}))
            return
        operation = OPERATIONS[scope["path"].removeprefix(CONTROL_PREFIX)]
        arguments = json.loads(await _body(receive))
        try:
            status, answer = 200, operation(**arguments)
        except SessionRefusedError as error:
            status, answer = 400, {"error": str(error)}
        await _send(send, status, json.dumps(answer))

    def _announcing(self, send: Send) -> Send:
        async def announce(message: Message) -> None:
            await send(message)
            if message["type"] == "lifespan.startup.complete":
                self._ready()

        return announce


def _headers(scope: Message) -> dict[str, str]:
    return {name.decode().lower(): value.decode("latin-1") for name, value in scope["headers"]}


async def _body(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if not message.get("more_body"):
            return body


async def _send(send: Send, status: int, text: str, headers: dict[str, str] | None = None) -> None:
    body = text.encode()
    pairs = {"content-type": "text/plain", "content-length": str(len(body)), **(headers or {})}
    encoded = [(name.encode(), value.encode()) for name, value in pairs.items()]
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": body})
