"""Virtual MFA devices with a seed that an authenticator takes, and codes that are checked."""

import base64
import hashlib
import hmac
import secrets
import struct
import time
from typing import Any

from ministack.services import iam

_STEP_SECONDS = 30


def install() -> None:
    """Give devices a Base32 seed, and enable one only for two codes in a row."""
    create = iam._create_virtual_mfa_device
    enable = iam._enable_mfa_device

    def create_with_seed(p: dict[str, Any]) -> Any:
        known = set(iam._mfa_devices.keys())
        status, headers, body = create(p)
        for serial in set(iam._mfa_devices.keys()) - known:
            device = iam._mfa_devices[serial]
            seed = base64.b32encode(secrets.token_bytes(40)).decode()
            given = _on_the_wire(device["Base32StringSeed"])
            device["Base32StringSeed"] = seed
            body = body.replace(given, _on_the_wire(seed))
        return status, headers, body

    def enable_with_codes(p: dict[str, Any]) -> Any:
        device = iam._mfa_devices.get(iam._p(p, "SerialNumber"))
        codes = iam._p(p, "AuthenticationCode1"), iam._p(p, "AuthenticationCode2")
        if device is not None and not _in_a_row(device["Base32StringSeed"], *codes):
            message = "Authentication code for device is not valid."
            return iam._error(403, "InvalidAuthenticationCode", message, ns="iam")
        return enable(p)

    iam._create_virtual_mfa_device = create_with_seed
    iam._enable_mfa_device = enable_with_codes
    handlers = iam._IAM_HANDLERS
    handlers["CreateVirtualMFADevice"] = create_with_seed
    handlers["EnableMFADevice"] = enable_with_codes


def code(seed: str, step: int) -> str:
    """The six digits of a time step (RFC 6238)."""
    digest = hmac.new(base64.b32decode(seed), struct.pack(">Q", step), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def is_current(seed: str, given: str) -> bool:
    """Whether a code is one of now, or of a step before or after."""
    now = _now()
    return any(hmac.compare_digest(code(seed, now + off), given) for off in (-1, 0, 1))


def _in_a_row(seed: str, first: str, second: str) -> bool:
    now = _now()
    return any(
        (code(seed, step), code(seed, step + 1)) == (first, second)
        for step in range(now - 2, now + 2)
    )


def _now() -> int:
    return int(time.time()) // _STEP_SECONDS


def _on_the_wire(seed: str) -> bytes:
    return base64.b64encode(seed.encode())
