"""What is added to the emulator, inside the server process. Nothing else imports this.

The emulator is pinned: all of its names used here are private, and `probe` checks them first.
"""

from collections.abc import Callable
from typing import Any


def extended_application(*, token: str, ready: Callable[[], None]) -> Any:
    """The emulator's ASGI application, checked and extended, calling `ready` when it is up."""
    from least_privilege.embedded.emulator.probe import check_emulator

    check_emulator()

    from ministack.app import app

    from least_privilege.embedded.emulator import (
        access,
        cognito,
        custom_resources,
        functions,
        images,
        instances,
        refusals,
        resources,
    )
    from least_privilege.embedded.emulator.gateway import Gateway

    for extension in (
        access,
        cognito,
        custom_resources,
        functions,
        images,
        instances,
        refusals,
        resources,
    ):
        extension.install()
    return Gateway(app, token=token, ready=ready)
