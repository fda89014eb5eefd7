"""Policies in short, and for each published path a scene in which it leads up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from least_privilege.access import PolicySet
from least_privilege.access.escalation import (
    Escalation,
    EscalationReport,
    EscalationVerdict,
    PublishedPath,
    Target,
    escalations,
)
from least_privilege.access.escalation.catalogue import Shape, templates
from least_privilege.policy import PolicyDocument, PolicyKind

ACCOUNT = "111122223333"
DEPLOY = f"arn:aws:iam::{ACCOUNT}:role/Deploy"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"
ADMIN = f"arn:aws:iam::{ACCOUNT}:role/Admin"
POLICY = f"arn:aws:iam::{ACCOUNT}:policy/Team"
GROUP = f"arn:aws:iam::{ACCOUNT}:group/Team"

Statement = dict[str, Any]


def allow(
    actions: str | Sequence[str], resources: str | Sequence[str] = "*", **more: Any
) -> Statement:
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **more}


def deny(
    actions: str | Sequence[str], resources: str | Sequence[str] = "*", **more: Any
) -> Statement:
    return allow(actions, resources, **more) | {"Effect": "Deny"}


def document(*statements: Statement, kind: PolicyKind = PolicyKind.IDENTITY) -> PolicyDocument:
    return PolicyDocument.parse({"Version": "2012-10-17", "Statement": list(statements)}, kind)


def policies(*statements: Statement, boundary: Sequence[Statement] = (), **more: Any) -> PolicySet:
    if boundary:
        more["boundary"] = document(*boundary, kind=PolicyKind.BOUNDARY)
    return PolicySet(identity=[document(*statements)] if statements else [], **more)


def trusting(principal: str | dict[str, str], **more: Any) -> PolicyDocument:
    if isinstance(principal, str):
        kind = "AWS" if principal.isdigit() or principal.startswith("arn:") else "Service"
        principal = {kind: principal}
    action = "sts:AssumeRoleWithWebIdentity" if "Federated" in principal else "sts:AssumeRole"
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, **more}
    return document(statement, kind=PolicyKind.TRUST)


ADMINISTRATOR = policies(allow("*"))
LAMBDA = "lambda.amazonaws.com"


@dataclass
class Scene:
    """Who is there beside the principal of a path."""

    principal: str
    targets: list[Target]
    attached_policies: list[str] = field(default_factory=lambda: [POLICY])
    groups: list[str] = field(default_factory=lambda: [GROUP])
    boundary: tuple[Statement, ...] = ()

    @property
    def known(self) -> dict[str, Any]:
        return {
            "principal": self.principal,
            "targets": self.targets,
            "attached_policies": self.attached_policies,
            "groups": self.groups,
        }


def scene_of(path: PublishedPath) -> Scene:
    """A scene in which the path leads up if its actions are allowed."""
    match path.shape:
        case Shape.PASSED_ROLE:
            kind, _, name = path.trusted[0].rpartition(": ")
            trust = trusting({"Federated": name} if kind else {"Service": name})
            return Scene(DEPLOY, [Target(arn=ADMIN, trust=trust, policies=ADMINISTRATOR)])
        case Shape.EXISTING_WORKLOAD:
            workload = [an_arn(path.existing)]
            return Scene(DEPLOY, [Target(arn=ADMIN, policies=ADMINISTRATOR, workloads=workload)])
        case Shape.ANOTHER_ROLE:
            return Scene(
                DEPLOY,
                [
                    Target(
                        arn=ADMIN,
                        trust=trusting(ACCOUNT),
                        policies=ADMINISTRATOR,
                        attached_policies=[POLICY],
                    )
                ],
            )
        case Shape.ANOTHER_USER:
            root = f"arn:aws:iam::{ACCOUNT}:user/root-like"
            return Scene(DEPLOY, [Target(arn=root, policies=ADMINISTRATOR)])
        case Shape.ANOTHER_GROUP:
            admins = f"arn:aws:iam::{ACCOUNT}:group/Admins"
            return Scene(ALICE, [Target(arn=admins, policies=ADMINISTRATOR)])
        case Shape.OWN_BOUNDARY:
            names = [action.name for action in path.actions]
            # It may do S3 by its policies, and must not by its boundary.
            limit = (allow(names),)
            return Scene(ALICE if path.own == "user" else DEPLOY, [], boundary=limit)
        case _:
            return Scene(ALICE if path.own in ("user", "group") else DEPLOY, [])


def an_arn(kind: str) -> str:
    known = {"${Partition}": "aws", "${Region}": "eu-central-1", "${Account}": ACCOUNT}
    return re.sub(r"\$\{[^}]*\}", lambda found: known.get(found[0], "team"), templates(kind)[0])


def statements_for(path: PublishedPath, *, without: str = "") -> list[Statement]:
    """What allows a path and nothing besides."""
    names = [action.name for action in path.actions if action.name != without]
    if path.shape is Shape.OWN_BOUNDARY:
        names.append("s3:GetObject")
    return [allow(names)] if names else []


def ask(*statements: Statement, targets: Any, **more: Any) -> EscalationReport:
    known: dict[str, Any] = {"principal": DEPLOY, "attached_policies": [], "groups": []}
    return escalations(policies(*statements), targets=targets, **known | more)


def way(report: EscalationReport, path: str) -> Escalation | None:
    found = [each for each in report.paths if each.id == path]
    assert len(found) < 2
    return found[0] if found else None


def verdict(report: EscalationReport, path: str) -> EscalationVerdict:
    found = way(report, path)
    return found.verdict if found else EscalationVerdict.NONE


def role(name: str = "Admin", **more: Any) -> Target:
    known: dict[str, Any] = {"trust": trusting(LAMBDA), "policies": ADMINISTRATOR}
    return Target(arn=f"arn:aws:iam::{ACCOUNT}:role/{name}", **known | more)
