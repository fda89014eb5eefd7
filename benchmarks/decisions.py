"""Decisions a second, beside the evaluator of the emulator that the embedded AWS is built on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from ministack.core import iam_evaluator

from least_privilege.access import AccessRequest, PolicySet, Principal, evaluate
from least_privilege.policy import PolicyDocument
from least_privilege.template.managed_policies import managed_policy_document, managed_policy_names

from .measuring import Figure, seconds

ROLE = "arn:aws:iam::111122223333:role/team/Reader"
SESSION = "arn:aws:sts::111122223333:assumed-role/Reader/nightly"
POLICIES = json.loads((Path(__file__).parent / "role_policies.json").read_text("utf-8"))
REQUESTS = (
    ("s3:GetObject", "arn:aws:s3:::pictures/originals/a.png"),
    ("s3:PutObject", "arn:aws:s3:::pictures/thumbnails/a.png"),
    ("s3:DeleteObject", "arn:aws:s3:::pictures/originals/a.png"),
    ("dynamodb:Query", "arn:aws:dynamodb:eu-west-1:111122223333:table/orders"),
    ("dynamodb:Scan", "arn:aws:dynamodb:eu-west-1:111122223333:table/customers"),
    ("kms:Decrypt", "arn:aws:kms:eu-west-1:111122223333:alias/orders"),
    ("logs:PutLogEvents", "arn:aws:logs:eu-west-1:111122223333:log-group:/app:log-stream:a"),
    ("iam:PassRole", "arn:aws:iam::111122223333:role/Worker"),
    ("ec2:DescribeInstances", "*"),
    ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:111122223333:orders"),
)
CONTEXT = {"aws:SecureTransport": "true", "aws:SourceIp": "192.0.2.7"}
COUNT = 20_000
LARGEST = 10


def figures() -> Iterator[Figure]:
    """Ordinary role policies, and the largest that AWS manages."""
    yield _figure("decisions on role policies", POLICIES, goal=50_000)
    documents = sorted(
        (managed_policy_document(f"arn:aws:iam::aws:policy/{name}") for name in _names()),
        key=lambda document: document.size if document else 0,
    )
    largest = [document.to_dict() for document in documents[-LARGEST:] if document]
    yield _figure(f"decisions on AWS's {LARGEST} largest policies", largest, goal=10_000)


def _names() -> tuple[str, ...]:
    return managed_policy_names()


def _figure(what: str, policies: list[dict[str, Any]], goal: int) -> Figure:
    ours = COUNT / seconds(lambda: _ours(policies))
    theirs = COUNT / 10 / seconds(lambda: _theirs(policies), rounds=2)
    return Figure(
        what=what,
        ours=f"{ours:,.0f}/s",
        other=f"ministack {theirs:,.0f}/s",
        ratio=ours / theirs,
        goal=f"{goal:,}/s",
        met=ours >= goal,
    )


def _ours(policies: list[dict[str, Any]]) -> None:
    principal = Principal.role_session(ROLE, "nightly")
    sets = [PolicySet(identity=[PolicyDocument.parse(policy)]) for policy in policies]
    for policy_set, (action, resource) in islice(
        zip(cycle(sets), cycle(REQUESTS), strict=False), COUNT
    ):
        evaluate(
            AccessRequest(principal=principal, action=action, resource=resource, context=CONTEXT),
            policy_set,
        )


def _theirs(policies: list[dict[str, Any]]) -> None:
    sets = [[iam_evaluator.parse_policy_document(policy)] for policy in policies]
    for policy_set, (action, resource) in islice(
        zip(cycle(sets), cycle(REQUESTS), strict=False), COUNT // 10
    ):
        iam_evaluator.evaluate(
            iam_evaluator.EvalContext(
                principal_arn=SESSION,
                principal_type="AssumedRole",
                principal_account="111122223333",
                action=action,
                resource_arn=resource,
                region="eu-west-1",
                source_ip="192.0.2.7",
                secure_transport=True,
            ),
            policy_set,
        )
