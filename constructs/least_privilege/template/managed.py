"""Managed policies: those of the templates, and AWS's own by their ARNs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ..policy import PolicyDocument, PolicyKind
from .context import Context
from .documents import missing_document, widest
from .findings import Finding, FindingKind, unique
from .managed_policies import managed_policies_date, managed_policy_document
from .model import AttachedPolicy, ManagedPolicy, PolicyOrigin
from .references import own_arn, physical_name, properties_of
from .scope import Scope
from .source import Place

_TYPE = "AWS::IAM::ManagedPolicy"


@dataclass(slots=True)
class _Read:
    value: ManagedPolicy
    scope: Scope
    targets: dict[str, list[tuple[str, bool]]] = field(default_factory=dict)


class ManagedPolicies:
    """The customer managed policies of all templates, several of one ARN among them."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._all = [self._read(*each) for each in context.resources(_TYPE)]
        self._by_arn: dict[str, list[_Read]] = {}
        for read in self._all:
            self._by_arn.setdefault(read.value.arn, []).append(read)

    @property
    def all(self) -> tuple[ManagedPolicy, ...]:
        """Each of them."""
        return tuple(each.value for each in self._all)

    def attached_by_name(self, key: str) -> list[tuple[Scope, str, bool, AttachedPolicy]]:
        """What `Roles`, `Users` or `Groups` of the policies name: stack, name, sure, policy."""
        return [
            (read.scope, name, is_sure, self._attached(read))
            for read in self._all
            for name, is_sure in read.targets.get(key, [])
        ]

    def _read(self, scope: Scope, logical_id: str) -> _Read:
        context = self._context
        place: Place = ("Resources", logical_id, "Properties")
        common = context.common(scope, logical_id)
        properties = properties_of(scope, logical_id)
        read = context.documents.read(
            scope,
            properties.get("PolicyDocument"),
            (*place, "PolicyDocument"),
            PolicyKind.IDENTITY,
        )
        unknowns = read.unknowns
        if read.document is None and not unknowns:
            unknowns = (missing_document(context.findings, scope, place),)
        targets = {}
        for key in ("Roles", "Users", "Groups"):
            names, why = context.each(scope, properties.get(key, []), (*place, key))
            targets[key] = [(context.stand_ins.text(name), is_sure) for name, is_sure in names]
            unknowns += tuple(why)
        value = ManagedPolicy(
            **common,
            name=context.stand_ins.text(physical_name(scope, logical_id)),
            arn=context.stand_ins.text(own_arn(scope, logical_id)),
            document=read.document,
            unknowns=unknowns,
        )
        return _Read(value=value, scope=scope, targets=targets)

    def _attached(self, read: _Read) -> AttachedPolicy:
        value = read.value
        document, unknowns = value.document, value.unknowns
        if value.is_conditional:
            unknowns += tuple(self._context.perhaps(read.scope, value.logical_id))
            document = widest([document, None])
        return AttachedPolicy(
            name=value.name,
            origin=PolicyOrigin.CUSTOMER_MANAGED,
            document=document,
            arn=value.arn,
            stack=value.stack,
            logical_id=value.logical_id,
            unknowns=unknowns,
        )

    def _one_of(self, found: list[_Read], scope: Scope, place: Place) -> AttachedPolicy:
        """The one policy of an ARN; of several, the widest that it can be."""
        first = self._attached(found[0])
        if len(found) == 1:
            return first
        names = ", ".join(f"{each.value.stack}: {each.value.logical_id}" for each in found)
        what = f"names the managed policy {first.arn!r}, which several resources are: {names}"
        mend = "read the templates of each account on their own, or give the parameters that decide"
        why = self._context.findings.add(FindingKind.UNKNOWN, scope, place, what, mend)
        each = [self._attached(read) for read in found]
        unknowns = (why, *(finding for one in each for finding in one.unknowns))
        documents = [read.value.document for read in found]
        return replace(first, document=widest(documents), unknowns=unique(unknowns))

    def by_arn(self, scope: Scope, arn: str, place: Place) -> AttachedPolicy:
        """The policy that a template names by an ARN, its marks and all."""
        text = self._context.stand_ins.text(arn)
        found = self._by_arn.get(text, [])
        # A stack that has the policy means its own.
        found = [each for each in found if each.scope is scope] or found
        if found:
            return self._one_of(found, scope, place)
        parts = text.split(":", 5)
        is_of_aws = len(parts) == 6 and parts[4] == "aws"
        document, why = self._of_aws(scope, text, place) if is_of_aws else (None, [])
        if not is_of_aws and not any(each.is_open for each in self._context.symbols.of(arn)):
            why = [
                self._context.findings.add(
                    FindingKind.UNKNOWN,
                    scope,
                    place,
                    f"names the managed policy {text!r}, which no template here holds",
                    "read the template that has it as well",
                )
            ]
        return AttachedPolicy(
            name=text.rpartition("/")[2],
            origin=PolicyOrigin.AWS_MANAGED if is_of_aws else PolicyOrigin.CUSTOMER_MANAGED,
            document=document,
            arn=text,
            unknowns=tuple(why),
        )

    def _of_aws(
        self, scope: Scope, arn: str, place: Place
    ) -> tuple[PolicyDocument | None, list[Finding]]:
        document = managed_policy_document(arn)
        parts = arn.split(":", 5)
        what = f"names {arn!r}, which is none of AWS's managed policies as of "
        what += str(managed_policies_date())
        mend = "check the name"
        if document is None and parts[1].startswith("aws-unknown"):
            document = managed_policy_document(":".join(["arn", "aws", *parts[2:]]))
            if document is not None:
                # That the partition is not known is said where the ARN stands.
                return document, []
        elif document is not None and parts[1] != "aws":
            what = f"{arn!r} is read as it is in the partition aws; it may differ in {parts[1]}"
            mend = "compare it with the policy in the account"
        elif document is not None:
            return document, []
        return document, [self._context.findings.add(FindingKind.UNKNOWN, scope, place, what, mend)]
