"""The parameters of a request, whichever of the AWS protocols carries them."""

import json
from typing import Any
from urllib.parse import parse_qsl


def parameters(body: bytes, query_params: dict[str, Any]) -> dict[str, Any]:
    """Those of the query, of a form, or of a JSON document."""
    given = {name: values[0] for name, values in query_params.items() if values}
    text = body.decode("utf-8", "replace")
    if text.startswith("{"):
        found = json.loads(text)
        return given | found if isinstance(found, dict) else given
    return given | dict(parse_qsl(text))
