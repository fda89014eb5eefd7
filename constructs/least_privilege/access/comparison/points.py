"""Values that stand for all others which a set of conditions cannot tell from them."""

from __future__ import annotations

import base64
import ipaddress
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from ...policy.values import binary, instant, network, number


def numbers(values: Iterable[str]) -> Iterator[str]:
    """Every number that is a bound, and one of each gap between bounds."""
    bounds = sorted({each for value in values if (each := number(value)) is not None})
    found = [*bounds, *(each + 1 for each in bounds), *(each - 1 for each in bounds)]
    found += [(one + other) / 2 for one, other in pairwise(bounds)]
    for each in dict.fromkeys(found or [Decimal(1)]):
        yield format(each, "f")


def instants(values: Iterable[str], whole_seconds: Iterable[str] = ()) -> list[datetime]:
    """Every date that is a bound, and one of each gap; numbers of seconds are bounds of seconds."""
    bounds = {each for value in values if (each := instant(value)) is not None}
    for value in whole_seconds:
        seconds = number(value)
        if seconds is not None:
            whole = int(seconds.to_integral_value(rounding="ROUND_FLOOR"))
            # A clock of whole seconds shows a number until the next.
            for second in (whole, whole + 1):
                found = _from_seconds(second)
                if found is not None:
                    bounds.add(found)
    in_order = sorted(each.astimezone(UTC) for each in bounds)
    day = timedelta(days=1)
    found_all = list(in_order)
    for one, other in pairwise(in_order):
        middle = one + (other - one) / 2
        found_all += [middle.replace(microsecond=0)] if middle.replace(microsecond=0) > one else []
        found_all.append(middle)
    for edge, step in ((in_order[:1], -day), (in_order[-1:], day)):
        for each in edge:
            try:
                found_all.append(each + step)
            except OverflowError:
                continue
    return found_all or [datetime(2026, 1, 1, tzinfo=UTC)]


def _from_seconds(seconds: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


_READABLE = ("203.0.113.10", "198.51.100.10", "10.0.0.10", "2001:db8::10")


def addresses(values: Iterable[str]) -> Iterator[str]:
    """Addresses, one at least of each range that networks part the whole into."""
    networks = [each for value in values if (each := network(value)) is not None]
    yield from _READABLE
    for each in networks:
        if each.num_addresses > 2:
            yield str(each[10] if each.num_addresses > 10 else each[1])
        yield str(each[0])
    for each in networks:
        after = int(each[-1]) + 1
        if after < 1 << each.max_prefixlen:
            kind = ipaddress.IPv4Address if each.version == 4 else ipaddress.IPv6Address
            yield str(kind(after))
    yield from ("0.0.0.0", "::")  # noqa: S104 - the first address of all, not one to bind


def binaries(values: Iterable[str]) -> Iterator[str]:
    """Every value, and one that is none of them."""
    wanted = {each for value in values if (each := binary(value)) is not None}
    other = b"example"
    while other in wanted:
        other += b"x"
    for each in (*sorted(wanted), other):
        yield base64.b64encode(each).decode("ascii")
