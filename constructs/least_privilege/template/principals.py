"""Roles, users and groups, with every policy that any template attaches to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from ..policy import PolicyKind, quotas
from .context import Context
from .documents import possibilities, widest
from .drafts import GROUP, ROLE, USER, Draft, Drafts
from .findings import FindingKind, unique
from .inline import add_own_policies, attach_inline_policies
from .managed import ManagedPolicies
from .model import AttachedPolicy, Group, Role, User
from .references import properties_of
from .scope import Scope
from .source import Place
from .symbols import is_symbolic

_BY_NAME = {"Roles": ROLE, "Users": USER, "Groups": GROUP}


class Principals:
    """All roles, users and groups of a reading."""

    def __init__(self, context: Context, managed: ManagedPolicies) -> None:
        self._context = context
        self._managed = managed
        self._drafts = Drafts(context)
        self._of_groups: dict[tuple[int, str], list[AttachedPolicy]] = {}
        for draft in self._drafts.all:
            self._add_own(draft)
        self.inline_policies = attach_inline_policies(context, self._drafts)
        self._attach_managed()
        for scope, logical_id in context.resources("AWS::IAM::UserToGroupAddition"):
            self._add_members(scope, logical_id)
        for draft in self._drafts.of_kind(USER):
            self._add_through_groups(draft)
        for draft in self._drafts.all:
            draft.unknowns += context.doubts.get(draft.scope.id, [])
        self.roles = tuple(map(self._role, self._drafts.of_kind(ROLE)))
        self.users = tuple(map(self._user, self._drafts.of_kind(USER)))
        self.groups = tuple(Group(**self._fields(each)) for each in self._drafts.of_kind(GROUP))

    def _add_own(self, draft: Draft) -> None:
        context, properties = self._context, properties_of(draft.scope, draft.logical_id)
        add_own_policies(context, draft)
        place = (*draft.properties, "ManagedPolicyArns")
        arns, why = context.each(draft.scope, properties.get("ManagedPolicyArns", []), place)
        draft.unknowns += why
        for arn, is_sure in arns:
            draft.add(self._managed.by_arn(draft.scope, arn, place), is_sure=is_sure)
        if "PermissionsBoundary" in properties:
            self._bound(draft, properties["PermissionsBoundary"])
        place = (*draft.properties, "Groups")
        groups, why = context.each(draft.scope, properties.get("Groups", []), place)
        draft.unknowns += why
        draft.groups = [context.stand_ins.text(name) for name, _ in groups]

    def _bound(self, draft: Draft, given: Any) -> None:
        place = (*draft.properties, "PermissionsBoundary")
        arns, why = self._context.each(draft.scope, given, place)
        draft.unknowns += why
        policies = [self._managed.by_arn(draft.scope, arn, place) for arn, _ in arns]
        for each in policies:
            draft.unknowns += each.unknowns
        if not policies:
            return
        draft.boundary = policies[0]
        documents = [each.document for each in policies]
        if not arns[0][1]:
            # One of several, or none: without a boundary, a principal may do the most.
            may_be_none = None in documents or not self._is_always(draft, given)
            document = None if may_be_none else widest(documents)
            draft.boundary = replace(policies[0], document=document)

    def _is_always(self, draft: Draft, given: Any) -> bool:
        place = (*draft.properties, "PermissionsBoundary")
        return all(
            isinstance(each, str) for each in possibilities(draft.scope, given, place).values
        )

    def _attach_managed(self) -> None:
        for key, kind in _BY_NAME.items():
            for scope, name, is_sure, policy in self._managed.attached_by_name(key):
                self._drafts.attach(
                    policy,
                    kind=kind,
                    account=policy.arn.split(":")[4],
                    name=name,
                    is_sure=is_sure,
                    at=(scope, ("Resources", policy.logical_id, "Properties", key)),
                )

    def _add_members(self, scope: Scope, logical_id: str) -> None:
        context = self._context
        place: Place = ("Resources", logical_id, "Properties", "Users")
        group = context.text(scope, logical_id, "GroupName")
        names, why = context.each(scope, properties_of(scope, logical_id).get("Users", []), place)
        account = context.stand_ins.text(scope.environment.account)
        for name in (context.stand_ins.text(each) for each, _ in names):
            members, several = self._drafts.find_sure(USER, account, name, (scope, place))
            for draft in members:
                draft.unknowns += [*why, *several, *context.perhaps(scope, logical_id)]
                if group not in draft.groups:
                    draft.groups.append(group)
            if not members:
                finding = context.findings.add(
                    FindingKind.UNKNOWN,
                    scope,
                    place,
                    f"puts the user {name!r} into a group, and no template here holds that user",
                    "read the template that has the user as well",
                )
                self._drafts.doubt(finding, USER, account, name)

    def _add_through_groups(self, draft: Draft) -> None:
        for name in draft.groups:
            at = (draft.scope, ("Resources", draft.logical_id))
            groups, several = self._drafts.find_sure(GROUP, draft.account, name, at)
            draft.unknowns += several
            for group in groups:
                draft.unknowns += group.unknowns
                for policy in self._through(group, name):
                    draft.add(policy)
            if not groups:
                draft.unknowns.append(
                    self._context.findings.add(
                        FindingKind.UNKNOWN,
                        draft.scope,
                        ("Resources", draft.logical_id),
                        f"is in the group {name!r}, which no template here holds",
                        "read the template that has the group as well",
                    )
                )

    def _through(self, group: Draft, name: str) -> list[AttachedPolicy]:
        # The same for every member; a group has many.
        key = (id(group), name)
        if key not in self._of_groups:
            self._of_groups[key] = [replace(policy, group=name) for policy in group.policies]
        return self._of_groups[key]

    def _fields(self, draft: Draft) -> dict[str, Any]:
        context = self._context
        return {
            **context.common(draft.scope, draft.logical_id),
            "name": draft.name,
            "arn": draft.arn,
            "path": context.text(draft.scope, draft.logical_id, "Path", "/"),
            "account": draft.account,
            "region": context.stand_ins.text(draft.scope.environment.region),
            "policies": tuple(draft.policies),
            "unknowns": unique(draft.unknowns),
        }

    def _acting(self, draft: Draft) -> dict[str, Any]:
        tags = self._context.value(draft.scope, draft.logical_id, "Tags")
        pairs = [each for each in tags if isinstance(each, dict)] if isinstance(tags, list) else []
        return {
            **self._fields(draft),
            "boundary": draft.boundary,
            "tags": {str(each.get("Key")): str(each.get("Value", "")) for each in pairs},
        }

    def _user(self, draft: Draft) -> User:
        return User(**self._acting(draft), groups=tuple(draft.groups))

    def _role(self, draft: Draft) -> Role:
        context, scope = self._context, draft.scope
        trust = context.documents.read(
            scope,
            properties_of(scope, draft.logical_id).get("AssumeRolePolicyDocument"),
            (*draft.properties, "AssumeRolePolicyDocument"),
            PolicyKind.TRUST,
        )
        unknowns = trust.unknowns
        if trust.document is None and not unknowns:
            what = "must have an AssumeRolePolicyDocument; nobody could assume the role"
            place = draft.properties[:2]
            unknowns = (context.findings.add(FindingKind.INVALID, scope, place, what),)
        return Role(
            **self._acting(draft),
            trust=trust.document,
            trust_unknowns=unknowns,
            session_duration=self._session_duration(draft),
            description=context.text(scope, draft.logical_id, "Description"),
        )

    def _session_duration(self, draft: Draft) -> timedelta | None:
        seconds = self._context.value(draft.scope, draft.logical_id, "MaxSessionDuration")
        if seconds is None:
            return quotas.SESSION_MINIMUM
        text = str(seconds)
        if text.isdecimal() and len(text) <= 6:
            duration = timedelta(seconds=int(text))
            if quotas.SESSION_MINIMUM <= duration <= quotas.SESSION_MAXIMUM:
                return duration
        is_open = is_symbolic(text)
        self._context.findings.add(
            FindingKind.UNKNOWN if is_open else FindingKind.INVALID,
            draft.scope,
            (*draft.properties, "MaxSessionDuration"),
            f"hangs on {text}, which is not known"
            if is_open
            else f"must be from 3600 to 43200 seconds, got {text[:40]!r}",
        )
        return None
