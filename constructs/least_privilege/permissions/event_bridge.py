"""Amazon EventBridge: events on one bus.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol, Self

from ..errors import InvalidPermissionError
from ..policy import Condition, Statement
from ..policy.names import check_strings
from ..policy.tokens import beside_tokens
from ._regional import check_construct, check_resource_arn
from .base import Permission

_BUS = re.compile(r"event-bus/[A-Za-z0-9._/-]{1,256}")
_SOURCE = re.compile(r"[^\s*?$]{1,256}")
_DETAIL_TYPE = re.compile(r"[^*?$\n\r\t]{1,128}")


class _Bus(Protocol):
    """What `of` reads of a CDK event bus."""

    @property
    def event_bus_arn(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class EventBridgePut(Permission):
    """Put events of these `sources` on one bus, and of these `detail_types` alone if there are any.

    Every event of a request has to be of them: consumers trust the source that an event names.
    Sources that begin with `aws.` are AWS's own. A bus with a key of its own asks nothing of the
    caller: its key policy lets EventBridge use the key.

    Example:
        >>> put = EventBridgePut(
        ...     event_bus_arn="arn:aws:events:eu-central-1:111122223333:event-bus/shop",
        ...     sources=("shop.orders",),
        ... )
        >>> put.statements()[0].conditions[0].values
        ('shop.orders',)

    Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
    """

    event_bus_arn: str
    sources: tuple[str, ...]
    detail_types: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_resource_arn(
            self.event_bus_arn,
            service="events",
            form=_BUS,
            argument="event_bus_arn",
            example="arn:aws:events:eu-central-1:111122223333:event-bus/shop",
        )
        for argument, form in (("sources", _SOURCE), ("detail_types", _DETAIL_TYPE)):
            values = check_strings(
                getattr(self, argument), argument=argument, error=InvalidPermissionError
            )
            for value in values:
                if not form.fullmatch(beside_tokens(value, "x")):
                    raise InvalidPermissionError(
                        f"{argument} must each be one value as it stands in the events, without "
                        f"wildcards, got {value!r}"
                    )
            object.__setattr__(self, argument, values)
        if not self.sources:
            raise InvalidPermissionError(
                "sources must name at least one source, like 'shop.orders': consumers trust it"
            )
        if any(source.startswith("aws.") for source in self.sources):
            raise InvalidPermissionError(
                f"sources must not begin with 'aws.', which AWS keeps, got {self.sources!r}"
            )

    @classmethod
    def of(
        cls, event_bus: _Bus, *, sources: tuple[str, ...], detail_types: tuple[str, ...] = ()
    ) -> Self:
        """For an event bus of the CDK."""
        check_construct(
            event_bus,
            attributes=("event_bus_arn",),
            kind="an event bus",
            argument="event_bus_arn",
        )
        return cls(
            event_bus_arn=event_bus.event_bus_arn, sources=sources, detail_types=detail_types
        )

    def statements(self) -> tuple[Statement, ...]:
        limits = {"events:source": self.sources, "events:detail-type": self.detail_types}
        named = {key: values for key, values in limits.items() if values}
        # A request holds several events, so the keys have several values. ForAllValues holds for a
        # key that is absent, hence Null.
        return (
            Statement(
                actions=("events:PutEvents",),
                resources=(self.event_bus_arn,),
                conditions=(
                    *(
                        Condition.of("ForAllValues:StringEquals", key, *values)
                        for key, values in named.items()
                    ),
                    *(Condition.of("Null", key, "false") for key in named),
                ),
            ),
        )
