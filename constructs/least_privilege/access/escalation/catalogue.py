"""The published ways by which a principal of AWS raises its own privileges.

`paths.json` has them, a row each. Rows with an ID such as `iam-001` are those of the public
catalogue at https://pathfinding.cloud; the others name who published them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any


class EscalationCategory(StrEnum):
    """What kind of way up a path is, in the catalogue's words.

    Example:
        >>> EscalationCategory.NEW_PASSROLE.value
        'new-passrole'

    Source: https://pathfinding.cloud/paths/
    """

    SELF_ESCALATION = "self-escalation"
    """It changes its own permissions."""
    PRINCIPAL_ACCESS = "principal-access"
    """It takes over another user or role."""
    NEW_PASSROLE = "new-passrole"
    """It hands a role to something that runs its code."""
    EXISTING_PASSROLE = "existing-passrole"
    """It runs its code in something that has a role already."""


class Shape(StrEnum):
    """How a path is judged."""

    OWN_PERMISSIONS = "own permissions"
    OWN_BOUNDARY = "own boundary"
    ANOTHER_GROUP = "another group"
    ANOTHER_ROLE = "another role"
    ANOTHER_USER = "another user"
    NEW_ROLE = "new role"
    NEW_USER = "new user"
    PASSED_ROLE = "passed role"
    EXISTING_WORKLOAD = "existing workload"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedAction:
    """One action of a path."""

    name: str
    does: str
    """What it is for, in words."""
    on: tuple[str, ...]
    """The kinds of resource that it is about, such as `lambda:function`; none for `*`."""
    context: tuple[tuple[str, str], ...] = ()
    """What the request carries; `{service}` and `{KIND}` stand for what is passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedPath:
    """One published way up.

    Example:
        >>> published_paths()["lambda-001"].name
        'iam:PassRole + lambda:CreateFunction + lambda:InvokeFunction'

    Source: https://pathfinding.cloud/paths/
    """

    id: str
    title: str
    category: EscalationCategory
    shape: Shape = field(repr=False)
    actions: tuple[PublishedAction, ...]
    sources: tuple[str, ...]
    passed_to: tuple[str, ...] = ()
    """The services that the role can be handed to, of which one is enough."""
    trusted: tuple[str, ...] = ()
    """Those of which the role must trust one."""
    existing: str = ""
    """The kind of resource that must be there and run with the role."""
    own: str = ""
    """What of its own the principal changes: `role`, `user`, `group` or `policy`."""
    raises: bool = False
    """Whether it raises the other principal before it takes it over."""
    unknown: str = ""
    """What no policy tells and the path hangs on in any case."""
    needs: tuple[str, ...] = ()
    """What must be there besides."""

    @property
    def name(self) -> str:
        """Its actions, as the catalogue names it."""
        return " + ".join(action.name for action in self.actions)

    def changes(self, action: str) -> bool:
        """Whether an action is one of its steps."""
        return any(each.name == action for each in self.actions)


@lru_cache(maxsize=1)
def published_paths() -> dict[str, PublishedPath]:
    """Every published path that is looked for, by its ID.

    Example:
        >>> len(published_paths())
        112

    Source: https://pathfinding.cloud/paths/
    """
    table = _table()
    actions = {
        name: PublishedAction(
            name=name,
            does=row["does"],
            on=tuple(row["on"]),
            context=tuple(row.get("context", {}).items()),
        )
        for name, row in table["actions"].items()
    }
    return {row["id"]: _path(row, actions) for row in table["paths"]}


@lru_cache(maxsize=256)
def templates(kind: str) -> tuple[str, ...]:
    """How the ARNs of a kind of resource look, as in AWS's Service Authorization Reference.

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
    """
    found = _table()["resources"][kind]
    return (found,) if isinstance(found, str) else tuple(found)


def _path(row: dict[str, Any], actions: dict[str, PublishedAction]) -> PublishedPath:
    read: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in row.items()
    }
    read["category"] = EscalationCategory(row["category"])
    read["shape"] = Shape(row["shape"])
    read["actions"] = tuple(actions[name] for name in row["actions"])
    return PublishedPath(**read)


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    file = Path(__file__).with_name("paths.json")
    table: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return table
