"""Reading and writing what the emulator's Cognito operations return."""

import json
from typing import Any

from ministack.core.responses import error_response_json, json_response

Response = tuple[int, dict[str, Any], Any]


def content(response: Response) -> dict[str, Any]:
    """The body of a successful answer; nothing of an error."""
    status, _headers, body = response
    found: dict[str, Any] = json.loads(body) if status == 200 and body else {}
    return found


def answer(body: dict[str, Any]) -> Response:
    """A successful answer."""
    response: Response = json_response(body)
    return response


def refusal(message: str) -> Response:
    """The error that Cognito answers to what it does not admit."""
    response: Response = error_response_json("NotAuthorizedException", message, 400)
    return response
