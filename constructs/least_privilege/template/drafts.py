"""Roles, users and groups while the policies that templates attach to them are gathered."""

from __future__ import annotations

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
        if policy not in self.policies:
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

    def find(self, kind: str, account: str, name: str) -> list[Draft]:
        """Those of a name; several where the same template stands there twice."""
        # An existing role can be named with its path.
        return self._by_name.get((kind, account, split_name_and_path(name)[0]), [])

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
        found = self.find(kind, account, name)
        for draft in found:
            draft.add(policy, is_sure=is_sure)
        if not found:
            self._context.findings.add(
                FindingKind.UNKNOWN,
                *at,
                f"attaches a policy to the {NOUN[kind]} {name!r} of account {account}, which no "
                "template here holds",
                f"read the template that has the {NOUN[kind]} as well",
            )
