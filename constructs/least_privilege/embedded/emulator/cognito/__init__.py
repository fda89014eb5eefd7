"""Cognito as an application's users meet it: unsigned calls, required MFA, an identity's role."""

from least_privilege.embedded.emulator.cognito import identity_pool, sign_in, tenancy


def install() -> None:
    """Extend the emulator's Cognito."""
    for extension in (tenancy, sign_in, identity_pool):
        extension.install()
