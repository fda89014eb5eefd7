"""Roles, users and groups while the policies that templates attach to them are gathered."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from ..policy import split_name_and_path
from .context import Context
from .documents import widest
from .findings import Finding, FindingKind
from .model import AttachedPolicy
from .references import own_arn, physical_name
from .scope import Scope
from .source import Place

ROLE, USER, GROUP = "AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group"
NOUN = {ROLE: "role", USER: "user", GROUP: "group"}
_OPEN = re.compile(r"@unknown\.[\w.-]+?@")


@dataclass(slots=True)
class Draft:
    """A principal of a template."""

    kind: str
    scope: Scope
    logical_id: str
    name: str
    arn: str
    policies: list[AttachedPolicy] = field(default_factory=list)
    unknowns: list[Finding] = field(default_factory=list)
    boundary: AttachedPolicy | None = None
    groups: list[str] = field(default_factory=list)
    _known: set[AttachedPolicy] = field(default_factory=set)

    @property
    def account(self) -> str:
        """The account that it is in."""
        return self.arn.split(":")[4]

    @property
    def properties(self) -> Place:
        """Where its properties are."""
        return ("Resources", self.logical_id, "Properties")

    def add(self, policy: AttachedPolicy, *, is_sure: bool = True) -> None:
        """Attach a policy, once if it is named twice. One that may not be there denies nothing."""
        if not is_sure:
            policy = replace(policy, document=widest([policy.document, None]))
        if policy not in self._known:
            self._known.add(policy)
            self.policies.append(policy)
            self.unknowns += policy.unknowns


class Drafts:
    """All of them, found by account and name."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.all = [
            Draft(
                kind=scope.resources[logical_id]["Type"],
                scope=scope,
                logical_id=logical_id,
                name=context.stand_ins.text(physical_name(scope, logical_id)),
                arn=context.stand_ins.text(own_arn(scope, logical_id)),
            )
            for scope, logical_id in context.resources(ROLE, USER, GROUP)
        ]
        self._by_name: dict[tuple[str, str, str], list[Draft]] = {}
        for draft in self.all:
            self._by_name.setdefault((draft.kind, draft.account, draft.name), []).append(draft)

    def find(self, kind: str, account: str, name: str, scope: Scope) -> list[Draft]:
        """Those of a name: those of the stack that names them, where it has some."""
        # An existing role can be named with its path.
        found = self._by_name.get((kind, account, split_name_and_path(name)[0]), [])
        return [each for each in found if each.scope is scope] or found

    def find_sure(
        self, kind: str, account: str, name: str, at: tuple[Scope, Place]
    ) -> tuple[list[Draft], list[Finding]]:
        """Those of a name, and the finding that several stacks have it, so one of them is meant."""
        found = self.find(kind, account, name, at[0])
        stacks = dict.fromkeys(each.scope.id for each in found)
        if len(stacks) < 2:
            return found, []
        what = f"names the {NOUN[kind]} {name!r}, which several stacks have: {', '.join(stacks)}"
        mend = "read the templates of each account on their own"
        return found, [self._context.findings.add(FindingKind.UNKNOWN, *at, what, mend)]

    def of_kind(self, kind: str) -> list[Draft]:
        """The roles, the users or the groups."""
        return [draft for draft in self.all if draft.kind == kind]

    def attach(
        self,
        policy: AttachedPolicy,
        *,
        kind: str,
        account: str,
        name: str,
        is_sure: bool,
        at: tuple[Scope, Place],
    ) -> None:
        """Attach a policy by name; where no template has the principal, say so."""
        found, why = self.find_sure(kind, account, name, at)
        for draft in found:
            draft.add(policy, is_sure=is_sure and not why)
            draft.unknowns += why
        if not found:
            finding = self._context.findings.add(
                FindingKind.UNKNOWN,
                *at,
                f"attaches a policy to the {NOUN[kind]} {name!r} of account {account}, which no "
                "template here holds",
                f"read the template that has the {NOUN[kind]} as well",
            )
            self.doubt(finding, kind, account, name)

    def doubt(self, finding: Finding, kind: str, account: str, name: str) -> None:
        """Note a finding about a name with all that may turn out to have it."""
        for draft in self.of_kind(kind):
            if draft.account == account and _may_be(draft.name, name):
                draft.unknowns.append(finding)


def _may_be(name: str, other: str) -> bool:
    """Whether two names that differ may turn out to be one, as a part of them is not known."""

    def covers(pattern: str, text: str) -> bool:
        parts = map(re.escape, _OPEN.split(pattern))
        return bool(_OPEN.search(pattern)) and re.fullmatch(".*".join(parts), text) is not None

    return covers(name, other) or covers(other, name)
