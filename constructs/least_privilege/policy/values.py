"""What the values of conditions stand for: numbers, dates, addresses, bytes; None for what is none.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import base64
import ipaddress
import re
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_EPOCH = re.compile(r"-?[0-9]{1,19}(\.[0-9]+)?")
_LATEST_EPOCH = 2**63 - 1
_DATE = re.compile(
    r"[0-9]{4}(-[0-9]{2}(-[0-9]{2}"
    r"(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?)?)?)?"
)
_RANGE = re.compile(r"[0-9A-Fa-f:.]+(/[0-9]{1,3})?")
_REMEMBERED = 4_096


@lru_cache(maxsize=_REMEMBERED)
def number(text: str) -> Decimal | None:
    """A decimal number."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


@lru_cache(maxsize=_REMEMBERED)
def instant(text: str) -> datetime | None:
    """A date of ISO 8601, in UTC unless it says otherwise, or seconds since 1970.

    Four digits are a year. Seconds that no calendar reaches are its first or last moment.
    """
    if _EPOCH.fullmatch(text) and len(text) != 4:
        seconds = Decimal(text)
        if abs(seconds) > _LATEST_EPOCH:
            return None
        try:
            return datetime.fromtimestamp(float(seconds), UTC)
        except (ValueError, OverflowError, OSError):
            edge = datetime.max if seconds > 0 else datetime.min
            return edge.replace(tzinfo=UTC)
    text = text.upper()
    if not _DATE.fullmatch(text):
        return None
    try:
        read = datetime.fromisoformat(text if len(text) > 7 else f"{text}-01-01"[:10])
    except ValueError:
        return None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read


@lru_cache(maxsize=_REMEMBERED)
def address(text: str) -> Address | None:
    """An address of IP, version 4 or 6."""
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


@lru_cache(maxsize=_REMEMBERED)
def network(text: str) -> Network | None:
    """An address, or a range with its length in bits: AWS wants the standard CIDR format."""
    if not _RANGE.fullmatch(text):
        return None
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def binary(text: str) -> bytes | None:
    """What a text of Base64 stands for."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return None
