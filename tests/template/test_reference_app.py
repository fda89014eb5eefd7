"""The reference app, synthesized and read: what each of its roles can do, and what it cannot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App

from app import compose
from least_privilege.access import (
    AccessRequest,
    Decision,
    EscalationVerdict,
    PolicySet,
    Principal,
    Verdict,
    compare,
    escalations,
    evaluate,
    is_administrator,
)
from least_privilege.policy import PolicyDocument, PolicyKind
from least_privilege.template import Reading, is_symbolic, read_assembly
from tests.stacks.conftest import EXAMPLES, context

ACCOUNT = EXAMPLES["app:account"]
AUDIT_ACCOUNT = EXAMPLES["app:audit_account"]
REGION = EXAMPLES["app:region"]
EXTERNAL_ID = {"sts:ExternalId": EXAMPLES["app:audit_external_id"]}
SUB = "eu-central-1:00000000-1111-2222-3333-444444444444"
ISSUER = "cognito-identity.amazonaws.com"

INSTANCE = "InstanceAccess/InstanceRole"
FLOW_LOGS = "InstanceAccess/FlowLogRole"
THUMBNAILS = "ServiceAccess/ThumbnailRole"
SIGNED_IN = "UserAccess/Identities/AuthenticatedRole"
REPORTS = "ReportAccess/ReportReader"
PROGRAM = "AuditProgram/Program"
TRAIL = "RoleActivity/Trail/LogsRole"


@pytest.fixture(scope="session")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Reading:
    outdir = tmp_path_factory.mktemp("assembly")
    app = App(
        context=context() | {"aws:cdk:bundling-stacks": []},
        analytics_reporting=False,
        outdir=str(outdir),
    )
    compose(app).synth()
    return read_assembly(Path(outdir))


def arn_of(reading: Reading, stack: str, logical_id: str) -> str:
    """The ARN of the one resource of a stack whose logical ID begins like this."""
    found = [
        each.arn
        for each in reading.resources
        if each.stack == stack and each.logical_id.rstrip("0123456789ABCDEF") == logical_id
    ]
    (arn,) = found
    return arn


def named(reading: Reading, resource: str) -> str:
    """A resource of the tables below: `PICTURES/a` is an object in the bucket for pictures."""
    buckets = {
        "PICTURES": arn_of(reading, "PictureStorage", "Pictures"),
        "REPORTS": arn_of(reading, "ReportAccess", "Reports"),
        "KEY": arn_of(reading, "PictureStorage", "Key"),
        "READER": reading.role(REPORTS).arn,
    }
    name, slash, rest = resource.partition("/")
    return buckets.get(name, name) + slash + rest


def test_every_stack_is_read_and_nothing_is_left_open(reading: Reading) -> None:
    assert {each.id for each in reading.stacks} == {
        "PictureStorage", "InstanceAccess", "ServiceAccess", "UserAccess", "ReportAccess",
        "AuditProgram", "RoleActivity",
    }  # fmt: skip
    assert not reading.findings
    assert reading.stack("AuditProgram").account == AUDIT_ACCOUNT
    assert not is_symbolic(reading.stack("PictureStorage").partition)


@pytest.mark.parametrize(
    ("path", "principal"),
    [
        (INSTANCE, "ec2.amazonaws.com"),
        (FLOW_LOGS, "vpc-flow-logs.amazonaws.com"),
        (THUMBNAILS, "lambda.amazonaws.com"),
        (SIGNED_IN, ISSUER),
        (REPORTS, f"arn:aws:iam::{AUDIT_ACCOUNT}:root"),
        (PROGRAM, "ecs-tasks.amazonaws.com"),
        (TRAIL, "cloudtrail.amazonaws.com"),
    ],
)
def test_a_role_comes_out_whole(path: str, principal: str, reading: Reading) -> None:
    role = reading.role(path)
    assert role.stack == path.partition("/")[0]
    assert role.is_complete
    assert not role.trust_unknowns
    assert role.trust is not None
    (statement,) = role.trust.statements
    assert [each.identifier for each in statement.principals] == [principal]
    assert role.policy_set().identity
    assert role.tags == {"application": "pictures"}


def test_there_are_no_roles_but_these(reading: Reading) -> None:
    """Seven; those of the stack for pictures and of custom resources are none."""
    assert len(reading.roles) == 7
    assert not [role for role in reading.roles if role.stack == "PictureStorage"]


VIA_S3 = {
    "kms:ViaService": f"s3.{REGION}.amazonaws.com",
    "kms:EncryptionContext:aws:s3:arn": "PICTURES",
}
OWN = {f"{ISSUER}:sub": SUB}
LOG_GROUPS = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group"


@pytest.mark.parametrize(
    ("path", "action", "resource", "more", "allowed"),
    [
        (INSTANCE, "s3:ListBucket", "PICTURES", {}, True),
        (INSTANCE, "s3:GetObject", "PICTURES/originals/a.png", {}, True),
        (INSTANCE, "s3:ListAllMyBuckets", "*", {}, True),
        (INSTANCE, "kms:Decrypt", "KEY", VIA_S3, True),
        (INSTANCE, "kms:Decrypt", "KEY", {}, False),
        (INSTANCE, "s3:PutObject", "PICTURES/originals/a.png", {}, False),
        (INSTANCE, "s3:DeleteObject", "PICTURES/originals/a.png", {}, False),
        (INSTANCE, "s3:ListBucket", "REPORTS", {}, False),
        (INSTANCE, "s3:GetObject", "REPORTS/reports/a", {}, False),
        (INSTANCE, "s3:GetObject", "arn:aws:s3:::somebody-elses/a", {}, False),
        (INSTANCE, "sts:AssumeRole", "READER", EXTERNAL_ID, False),
        (THUMBNAILS, "s3:GetObject", "PICTURES/originals/a.png", {}, True),
        (THUMBNAILS, "s3:PutObject", "PICTURES/thumbnails/a.png", {}, True),
        (THUMBNAILS, "s3:PutObject", "PICTURES/originals/a.png", {}, False),
        (THUMBNAILS, "s3:GetObject", "PICTURES/thumbnails/a.png", {}, False),
        (THUMBNAILS, "s3:ListBucket", "PICTURES", {}, False),
        (
            THUMBNAILS,
            "logs:PutLogEvents",
            f"{LOG_GROUPS}:/ServiceAccess/Thumbnails:log-stream:a",
            {},
            True,
        ),
        (THUMBNAILS, "logs:PutLogEvents", f"{LOG_GROUPS}:/other:log-stream:a", {}, False),
        (SIGNED_IN, "s3:PutObject", f"PICTURES/originals/{SUB}/a", OWN, True),
        (SIGNED_IN, "s3:GetObject", f"PICTURES/originals/{SUB}/a", OWN, True),
        (SIGNED_IN, "s3:PutObject", f"PICTURES/originals/{SUB}/a", {f"{ISSUER}:sub": "x"}, False),
        (SIGNED_IN, "s3:PutObject", f"PICTURES/originals/{SUB}/a", {}, False),
        (SIGNED_IN, "s3:DeleteObject", f"PICTURES/originals/{SUB}/a", OWN, False),
        (REPORTS, "s3:GetObject", "REPORTS/reports/a", {}, True),
        (REPORTS, "s3:ListBucket", "REPORTS", {"s3:prefix": "reports/2026"}, True),
        (REPORTS, "s3:ListBucket", "REPORTS", {"s3:prefix": "drafts/"}, False),
        (REPORTS, "s3:GetObject", "REPORTS/drafts/a", {}, False),
        (REPORTS, "s3:GetObject", "PICTURES/originals/a.png", {}, False),
        (
            FLOW_LOGS,
            "logs:PutLogEvents",
            f"{LOG_GROUPS}:/InstanceAccess/FlowLogs:log-stream:a",
            {},
            True,
        ),
        (FLOW_LOGS, "logs:PutLogEvents", f"{LOG_GROUPS}:/other:log-stream:a", {}, False),
        (
            TRAIL,
            "logs:PutLogEvents",
            f"{LOG_GROUPS}:/cloudtrail/role-activity:log-stream:a",
            {},
            True,
        ),
        (TRAIL, "logs:DeleteLogGroup", f"{LOG_GROUPS}:/cloudtrail/role-activity", {}, False),
        (PROGRAM, "s3:GetObject", "REPORTS/reports/a", {}, False),
        (PROGRAM, "iam:CreateUser", f"arn:aws:iam::{AUDIT_ACCOUNT}:user/eve", {}, False),
    ],
)
def test_a_role_can_do_what_it_is_for_and_nothing_else(
    path: str, action: str, resource: str, more: dict[str, str], allowed: bool, reading: Reading
) -> None:
    role = reading.role(path)
    arn = named(reading, resource)
    request = AccessRequest(
        principal=role.session("session"),
        action=action,
        resource=arn,
        # Over TLS, as the buckets demand it.
        context={"aws:SecureTransport": "true", "s3:TlsVersion": "1.3"}
        | {key: named(reading, value) for key, value in more.items()},
        resource_account=ACCOUNT,
    )
    evaluation = evaluate(request, role.policy_set(resource=reading.resource_policy(arn)))
    wanted = Decision.ALLOWED if allowed else Decision.IMPLICITLY_DENIED
    assert evaluation.decision is wanted, evaluation.explain()


@pytest.mark.parametrize(
    ("more", "decision"),
    [
        ({"aws:SecureTransport": "true", "s3:TlsVersion": "1.2"}, Decision.ALLOWED),
        ({"aws:SecureTransport": "false", "s3:TlsVersion": "1.2"}, Decision.EXPLICITLY_DENIED),
        ({"aws:SecureTransport": "true", "s3:TlsVersion": "1.1"}, Decision.EXPLICITLY_DENIED),
    ],
)
def test_the_bucket_for_pictures_takes_no_requests_without_tls(
    more: dict[str, str], decision: Decision, reading: Reading
) -> None:
    picture = named(reading, "PICTURES/originals/a.png")
    role = reading.role(INSTANCE)
    request = AccessRequest(
        principal=role.session(),
        action="s3:GetObject",
        resource=picture,
        context=more,
        resource_account=ACCOUNT,
    )
    policies = role.policy_set(resource=reading.resource_policy(picture))
    assert evaluate(request, policies).decision is decision


def test_the_endpoint_lets_through_what_the_instance_reads(reading: Reading) -> None:
    (endpoint,) = [each for each in reading.resource_policies if each.kind is PolicyKind.ENDPOINT]
    role = reading.role(INSTANCE)
    policies = role.policy_set(endpoint=endpoint.document)
    for action, resource, decision in (
        ("s3:ListBucket", "PICTURES", Decision.ALLOWED),
        ("s3:GetObject", "PICTURES/originals/a.png", Decision.ALLOWED),
        ("s3:PutObject", "PICTURES/originals/a.png", Decision.IMPLICITLY_DENIED),
    ):
        request = AccessRequest(
            principal=role.session(), action=action, resource=named(reading, resource)
        )
        assert evaluate(request, policies).decision is decision


def test_the_instance_profile_hands_out_the_instance_role(reading: Reading) -> None:
    (profile,) = reading.instance_profiles
    assert profile.roles == (reading.role(INSTANCE).name,)


@pytest.mark.parametrize(
    ("more", "principal", "allowed"),
    [
        (EXTERNAL_ID, PROGRAM, True),
        ({}, PROGRAM, False),
        ({"sts:ExternalId": "guessed"}, PROGRAM, False),
        (EXTERNAL_ID, INSTANCE, False),
    ],
)
def test_the_audit_program_assumes_the_report_reader_with_its_external_id(
    more: dict[str, str], principal: str, allowed: bool, reading: Reading
) -> None:
    caller, reader = reading.role(principal), reading.role(REPORTS)
    request = AccessRequest(
        principal=caller.session(), action="sts:AssumeRole", resource=reader.arn, context=more
    )
    evaluation = evaluate(request, caller.policy_set(resource=reading.resource_policy(reader.arn)))
    assert evaluation.is_allowed is allowed, evaluation.explain()


def trusting(reading: Reading, path: str) -> PolicyDocument:
    trust = reading.role(path).trust
    assert trust is not None
    return trust


@pytest.mark.parametrize(
    ("audience", "strength", "allowed"),
    [("", "authenticated", True), ("", "unauthenticated", False), ("x", "authenticated", False)],
)
def test_people_signed_in_to_the_pool_alone_get_its_role(
    audience: str, strength: str, allowed: bool, reading: Reading
) -> None:
    (attachment,) = reading.identity_pool_attachments
    role = reading.role(SIGNED_IN)
    assert attachment.authenticated_role == role.arn
    assert not attachment.unauthenticated_role
    request = AccessRequest(
        principal=Principal.federated(ISSUER),
        action="sts:AssumeRoleWithWebIdentity",
        resource=role.arn,
        context={
            f"{ISSUER}:aud": audience or attachment.identity_pool,
            f"{ISSUER}:amr": [strength],
        },
    )
    policies = PolicySet(resource=trusting(reading, SIGNED_IN))
    assert evaluate(request, policies).is_allowed is allowed


@pytest.mark.parametrize(("rule", "allowed"), [("NewOriginal", True), ("Another", False)])
def test_the_rule_for_new_originals_alone_calls_the_function(
    rule: str, allowed: bool, reading: Reading
) -> None:
    function = arn_of(reading, "ServiceAccess", "ThumbnailFunction")
    source: dict[str, Any] = {
        "NewOriginal": arn_of(reading, "ServiceAccess", "NewOriginal"),
        "Another": f"arn:aws:events:{REGION}:{ACCOUNT}:rule/Another",
    }
    request = AccessRequest(
        principal=Principal.service("events.amazonaws.com"),
        action="lambda:InvokeFunction",
        resource=function,
        context={"aws:SourceArn": source[rule]},
    )
    policies = PolicySet(resource=reading.resource_policy(function))
    assert evaluate(request, policies).is_allowed is allowed


@pytest.mark.parametrize("path", [INSTANCE, FLOW_LOGS, THUMBNAILS, SIGNED_IN, REPORTS, TRAIL])
def test_no_role_raises_its_own_privileges(path: str, reading: Reading) -> None:
    role = reading.role(path)
    report = escalations(role.policy_set(), principal=role.session(), targets=reading.targets())
    assert not is_administrator(role.policy_set())
    assert report.verdict is EscalationVerdict.NONE, report.explain()


def test_the_audit_program_climbs_to_the_report_reader_alone(reading: Reading) -> None:
    """Which is what it is for."""
    role = reading.role(PROGRAM)
    report = escalations(role.policy_set(), principal=role.session(), targets=reading.targets())
    assert [(each.id, each.target) for each in report.paths] == [
        ("sts-001", reading.role(REPORTS).arn)
    ], report.explain()


def test_a_role_that_may_change_its_policy_would_raise_its_privileges(reading: Reading) -> None:
    role = reading.role(INSTANCE)
    more = PolicyDocument.parse(
        {
            "Version": "2012-10-17",
            "Statement": {"Effect": "Allow", "Action": "iam:PutRolePolicy", "Resource": role.arn},
        }
    )
    policies = PolicySet(identity=(*role.policy_set().identity, more))
    report = escalations(policies, principal=role.session(), targets=reading.targets())
    assert [each.id for each in report.found] == ["iam-005"], report.explain()


@pytest.mark.parametrize(
    "path", [INSTANCE, FLOW_LOGS, THUMBNAILS, SIGNED_IN, REPORTS, PROGRAM, TRAIL]
)
def test_what_a_role_gains_by_one_statement_more_is_shown(path: str, reading: Reading) -> None:
    own = reading.role(path).policy_set()
    more = PolicyDocument.parse(
        {
            "Version": "2012-10-17",
            "Statement": {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"},
        }
    )
    wider = PolicySet(identity=(*own.identity, more), boundary=own.boundary)
    assert compare(own, own).verdict is Verdict.NO_NEW_ACCESS
    assert compare(wider, own).verdict is Verdict.NO_NEW_ACCESS
    comparison = compare(own, wider)
    assert comparison.verdict is Verdict.NEW_ACCESS
    assert comparison.witness is not None
    assert comparison.witness.action == "sqs:SendMessage"


def test_a_trust_in_one_account_more_is_shown(reading: Reading) -> None:
    trust = trusting(reading, REPORTS)
    more = PolicyDocument.parse(
        {
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"AWS": "999988887777"},
            },
        },
        PolicyKind.TRUST,
    )
    wider = PolicyDocument(statements=(*trust.statements, *more.statements))
    comparison = compare(trust, wider)
    assert comparison.verdict is Verdict.NEW_ACCESS
    assert comparison.witness is not None
    assert comparison.witness.caller.account == "999988887777"
    assert compare(wider, trust).verdict is Verdict.NO_NEW_ACCESS
