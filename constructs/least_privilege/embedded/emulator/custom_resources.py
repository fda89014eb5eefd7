"""Custom resources whose function fails: the stack fails at once, with the function's error.

A function that fails sends no answer, and CloudFormation waits an hour for one.
"""

import threading
from typing import Any

from ministack.services import lambda_svc
from ministack.services.cloudformation import custom_resource

_LONGEST_WAIT_SECONDS = 300

# The function runs, and its answer is waited for, in one thread.
_last = threading.local()


def install() -> None:
    """Look at how the function ended before waiting for its answer."""
    execute = lambda_svc._execute_function_with_config_scope
    register_token = custom_resource.register_token

    def execute_remembering(*arguments: Any, **options: Any) -> Any:
        _last.result = result = execute(*arguments, **options)
        return result

    lambda_svc._execute_function_with_config_scope = execute_remembering
    custom_resource.register_token = lambda token: _Answer(register_token(token))


class _Answer:
    """The event of a custom resource's answer."""

    def __init__(self, event: Any) -> None:
        self._event = event

    def wait(self, timeout: float) -> bool:
        result = getattr(_last, "result", None)
        if isinstance(result, dict) and result.get("error") and not self._event.is_set():
            raise RuntimeError(f"the function of the custom resource failed: {_reason(result)}")
        answered: bool = self._event.wait(min(timeout, _LONGEST_WAIT_SECONDS))
        return answered


def _reason(result: dict[str, Any]) -> str:
    body = result.get("body")
    return str(body.get("errorMessage", body)) if isinstance(body, dict) else str(body)
