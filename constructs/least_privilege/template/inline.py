"""Inline policies: those that a principal holds, and those that other resources put there."""

from __future__ import annotations

from typing import Any

from ..policy import PolicyKind
from .context import Context
from .documents import Possibilities, missing_document, part_of, possibilities
from .drafts import GROUP, ROLE, USER, Draft, Drafts
from .findings import Finding, FindingKind, unique
from .model import AttachedPolicy, InlinePolicy, PolicyOrigin
from .references import properties_of
from .scope import NO_VALUE, Scope
from .source import Place

ATTACHING = {
    "AWS::IAM::Policy": {"Roles": ROLE, "Users": USER, "Groups": GROUP},
    "AWS::IAM::RolePolicy": {"RoleName": ROLE},
    "AWS::IAM::UserPolicy": {"UserName": USER},
    "AWS::IAM::GroupPolicy": {"GroupName": GROUP},
}


def add_own_policies(context: Context, draft: Draft) -> None:
    """The policies under `Policies`, also where functions decide which there are."""
    given = properties_of(draft.scope, draft.logical_id).get("Policies")
    place = (*draft.properties, "Policies")
    if given is None:
        return
    if isinstance(given, list):
        for index, one in enumerate(given):
            where = (*place, index)
            _add(context, draft, possibilities(draft.scope, one, where), where)
        return
    ways = possibilities(draft.scope, given, place)
    lists = [each if isinstance(each, list) else [each] for each in ways.values]
    seen: list[Any] = []
    for one in [policy for way in lists for policy in way]:
        if one in seen or one is NO_VALUE:
            continue
        seen.append(one)
        values = tuple(one if one in way else NO_VALUE for way in lists)
        each = Possibilities(
            values=values, conditions=ways.conditions, mend=ways.mend, is_whole=ways.is_whole
        )
        _add(context, draft, each, place)
    if not ways.is_whole:
        _add(context, draft, ways, place)


def _add(context: Context, draft: Draft, ways: Possibilities, place: Place) -> None:
    if ways.is_whole and all(each is NO_VALUE for each in ways.values):
        return
    is_plain = all(isinstance(each, dict) for each in ways.values)
    where = (*place, "PolicyDocument") if is_plain else place
    read = context.documents.read_ways(
        draft.scope, part_of(ways, "PolicyDocument"), where, PolicyKind.IDENTITY
    )
    unknowns = read.unknowns
    if read.document is None and not unknowns:
        unknowns = (missing_document(context.findings, draft.scope, place),)
    names = [each for each in part_of(ways, "PolicyName").values if isinstance(each, str)]
    draft.add(
        AttachedPolicy(
            name=context.stand_ins.text(names[0]) if names else "",
            origin=PolicyOrigin.INLINE,
            document=read.document,
            stack=draft.scope.id,
            logical_id=draft.logical_id,
            unknowns=unknowns,
        )
    )


def attach_inline_policies(context: Context, drafts: Drafts) -> tuple[InlinePolicy, ...]:
    """The policies of `AWS::IAM::Policy` and its kin, attached to those whom they name."""
    return tuple(
        _attach(context, drafts, scope, logical_id)
        for scope, logical_id in context.resources(*ATTACHING)
    )


def _attach(context: Context, drafts: Drafts, scope: Scope, logical_id: str) -> InlinePolicy:
    place: Place = ("Resources", logical_id, "Properties")
    common = context.common(scope, logical_id)
    properties = properties_of(scope, logical_id)
    read = context.documents.read(
        scope,
        properties.get("PolicyDocument"),
        (*place, "PolicyDocument"),
        PolicyKind.IDENTITY,
        is_sure=not common["condition"],
    )
    unknowns = [*read.unknowns, *context.perhaps(scope, logical_id)]
    if read.document is None and not unknowns:
        unknowns.append(missing_document(context.findings, scope, place))
    targets: dict[str, list[tuple[str, bool]]] = {ROLE: [], USER: [], GROUP: []}
    doubts: list[Finding] = []
    for key, kind in ATTACHING[scope.resources[logical_id]["Type"]].items():
        names, why = context.each(scope, properties.get(key, []), (*place, key))
        targets[kind] = [(context.stand_ins.text(each), is_sure) for each, is_sure in names]
        unknowns += why
        doubts += why
    if not any(targets.values()) and not doubts:
        what = "must name those whom it is attached to; nobody has this policy"
        unknowns.append(context.findings.add(FindingKind.INVALID, scope, place, what))
    policy = AttachedPolicy(
        name=context.text(scope, logical_id, "PolicyName"),
        origin=PolicyOrigin.INLINE,
        document=read.document,
        stack=scope.id,
        logical_id=logical_id,
        unknowns=unique(unknowns),
    )
    account = context.stand_ins.text(scope.environment.account)
    for kind, each in targets.items():
        for name, is_sure in each:
            drafts.attach(
                policy, kind=kind, account=account, name=name, is_sure=is_sure, at=(scope, place)
            )
    return InlinePolicy(
        **common,
        name=policy.name,
        document=policy.document,
        roles=tuple(name for name, _ in targets[ROLE]),
        users=tuple(name for name, _ in targets[USER]),
        groups=tuple(name for name, _ in targets[GROUP]),
        unknowns=policy.unknowns,
    )
