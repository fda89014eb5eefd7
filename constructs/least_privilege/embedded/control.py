"""The way into the server that AWS does not have: only the process that started it may use it."""

import http.client
import json
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from least_privilege.errors import EmbeddedAwsError

CONTROL_PREFIX = "/_embedded/"
TOKEN_HEADER = "x-embedded-token"  # noqa: S105 (a header's name, not a secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """Calls an operation of the server's extension."""

    port: int
    authority: Path
    token: str = field(repr=False)

    def call(self, operation: str, **arguments: Any) -> dict[str, Any]:
        """Run `operation` and return its answer, or raise with the reason it was refused."""
        connection = http.client.HTTPSConnection(
            "127.0.0.1",
            self.port,
            timeout=30,
            context=ssl.create_default_context(cafile=str(self.authority)),
        )
        try:
            connection.request(
                "POST",
                CONTROL_PREFIX + operation,
                body=json.dumps(arguments),
                headers={TOKEN_HEADER: self.token, "content-type": "application/json"},
            )
            response = connection.getresponse()
            answer: dict[str, Any] = json.loads(response.read())
        except OSError as error:
            raise EmbeddedAwsError(f"the embedded AWS does not answer: {error}") from error
        finally:
            connection.close()
        if response.status != http.client.OK:
            raise EmbeddedAwsError(answer["error"])
        return answer
