"""Findings accepted: the exact ones, wherever they are found, and no other."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import (
    App,
    Aws,
    NestedStack,
    Stack,
    Stage,
    aws_iam as iam,
    aws_kms as kms,
    aws_s3 as s3,
)

from least_privilege.acknowledgements import Acknowledgement, acknowledge
from least_privilege.boundary import RoleBoundary
from least_privilege.errors import InvalidAcknowledgementError
from least_privilege.identity_pool import IdentityPoolRoles, own_prefix
from least_privilege.permissions import (
    ActionsOn,
    CloudWatchAgent,
    LogsWrite,
    S3Delete,
    S3List,
    S3ListAllBuckets,
    S3Read,
    S3Write,
)
from least_privilege.roles import InstanceRole, PolicyType, ServiceRole
from least_privilege.validation import NagPack, check_with
from tests.conftest import OTHER_ACCOUNT, new_app, new_stack

IAM5 = "AwsSolutions-IAM5"
REASON = "the keys of pictures are not known at deployment"
POLICY_TYPES = pytest.mark.parametrize("policy_type", PolicyType, ids=str)


class Checked:
    """An app that AwsSolutions checks, and what the report says of IAM."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.app: App = new_app(outdir=str(folder))
        check_with(self.app, [NagPack.AWS_SOLUTIONS])

    def synth(self) -> str:
        """What the synth failed with; nothing if it passed."""
        try:
            self.app.synth()
        except RuntimeError as error:
            return str(error)
        return ""

    def _report(self, kind: str) -> list[dict[str, Any]]:
        self.synth()
        report = json.loads((self._folder / "validation-report.json").read_text("utf-8"))
        return [
            finding
            for plugin in report["pluginReports"]
            for finding in plugin.get(kind, ())
            if "-IAM" in finding["ruleName"]
        ]

    def open_findings(self) -> list[str]:
        return [each["ruleName"] for each in self._report("violations")]

    def reasons(self) -> dict[str, str]:
        return {each["ruleName"]: each["reason"] for each in self._report("suppressedViolations")}


@pytest.fixture
def checked(tmp_path: Path) -> Checked:
    return Checked(tmp_path)


def role(stack: Stack, *permissions: Any, policy_type: PolicyType = PolicyType.INLINE) -> ServiceRole:  # noqa: E501 # fmt: skip
    return ServiceRole(
        stack,
        "Role",
        service="lambda.amazonaws.com",
        permissions=permissions,
        policy_type=policy_type,
    )


def encrypted(stack: Stack, **more: Any) -> s3.Bucket:
    return s3.Bucket(stack, "Bucket", encryption_key=kms.Key(stack, "Key"), **more)


# Nothing is left open --------------------------------------------------------------------------


@POLICY_TYPES
def test_no_wildcard_of_ours_is_left_open(checked: Checked, policy_type: PolicyType) -> None:
    stack = new_stack(app=checked.app)
    bucket = encrypted(stack)
    InstanceRole(
        stack,
        "Host",
        permissions=[
            S3Read.of(bucket, "in/"),
            S3Write.of(bucket, "out/"),
            S3Delete.of(bucket),
            S3List.of(bucket, "in/"),
            S3ListAllBuckets(reason="operators look for their bucket by name"),
            LogsWrite(log_group_name="/app"),
            ActionsOn(
                actions=("s3:GetObject*",),
                resources=(f"arn:{Aws.PARTITION}:s3:::other/*", "arn:aws:s3:::plain/*"),
                reason="versions and tags of objects are read, whatever their key",
            ),
        ],
        session_manager=True,
        cloudwatch_agent=CloudWatchAgent(log_group_names=("/host",)),
        policy_type=policy_type,
    )
    pictures = S3Write.of(bucket, f"in/{own_prefix(stack)}")
    IdentityPoolRoles(
        stack,
        "Users",
        identity_pool_id="eu-central-1:11111111-2222-3333-4444-555555555555",
        authenticated_permissions=[pictures],
        policy_type=policy_type,
    )
    RoleBoundary(stack, "Ceiling", allowed_services=["s3", "logs"])
    assert checked.open_findings() == []


@POLICY_TYPES
def test_a_bucket_of_another_stack_leaves_nothing_open(
    checked: Checked, policy_type: PolicyType
) -> None:
    bucket = encrypted(new_stack("Storage", app=checked.app))
    stack = new_stack("Access", app=checked.app)
    role(stack, S3Read.of(bucket, "in/"), policy_type=policy_type)
    assert checked.open_findings() == []
    assert any("Storage:ExportsOutput" in finding for finding in checked.reasons())


def test_a_bucket_of_another_account_leaves_nothing_open(checked: Checked) -> None:
    bucket = s3.Bucket(new_stack("Storage", app=checked.app), "Bucket", bucket_name="pictures")
    role(new_stack("Access", app=checked.app, account=OTHER_ACCOUNT), S3Read.of(bucket))
    assert checked.open_findings() == []


def test_an_imported_bucket_leaves_nothing_open(checked: Checked) -> None:
    stack = new_stack(app=checked.app)
    role(stack, S3Read.of(s3.Bucket.from_bucket_name(stack, "Bucket", "pictures")))
    assert checked.open_findings() == []
    assert checked.synth() == ""


def test_a_stage_and_a_nested_stack_leave_nothing_open(checked: Checked) -> None:
    outer = Stack(Stage(checked.app, "Stage"), "Outer")
    role(NestedStack(outer, "Nested"), S3Read.of(encrypted(outer)))
    assert checked.open_findings() == []
    assert checked.reasons()


def test_what_is_allowed_later_leaves_nothing_open(checked: Checked) -> None:
    stack = new_stack(app=checked.app)
    later = role(stack)
    later.allow(S3Read.of(encrypted(stack), "in/"))
    assert checked.open_findings() == []


def test_the_reasons_are_in_the_report(checked: Checked) -> None:
    stack = new_stack(app=checked.app)
    bucket = s3.Bucket.from_bucket_name(stack, "Bucket", "pictures")
    role(
        stack,
        S3Read.of(bucket, "in/"),
        S3ListAllBuckets(reason="operators look for their bucket by name"),
    )
    assert checked.reasons() == {
        f"{IAM5}[Resource::arn:aws:s3:::pictures/in/*]": (
            "The keys of objects under the prefix in/ are not known at deployment; S3 offers no "
            "narrower resource than the prefix."
        ),
        f"{IAM5}[Resource::*]": (
            "s3:ListAllMyBuckets takes no narrower resource; operators look for their bucket by "
            "name"
        ),
    }


# Nothing else is accepted ----------------------------------------------------------------------


def test_another_wildcard_still_fails_the_synth(checked: Checked) -> None:
    stack = new_stack(app=checked.app)
    granted = role(stack, S3Read(bucket_arn="arn:aws:s3:::pictures", prefix="in/"))
    granted.add_to_policy(
        iam.PolicyStatement(actions=["s3:Get*"], resources=["arn:aws:s3:::pictures/other/*"])
    )
    assert "ValidationFailed" in checked.synth()
    assert sorted(checked.open_findings()) == [
        f"{IAM5}[Action::s3:Get*]",
        f"{IAM5}[Resource::arn:aws:s3:::pictures/other/*]",
    ]


@POLICY_TYPES
@pytest.mark.parametrize("wildcard", ["*", "arn:aws:s3:::pictures/in/*"])
def test_the_same_wildcard_in_a_grant_still_fails_the_synth(
    checked: Checked, policy_type: PolicyType, wildcard: str
) -> None:
    """The reason is that of our statement, and says nothing of what somebody else adds."""
    stack = new_stack(app=checked.app)
    granted = role(
        stack,
        S3Read(bucket_arn="arn:aws:s3:::pictures", prefix="in/"),
        S3ListAllBuckets(reason="operators look for their bucket by name"),
        policy_type=policy_type,
    )
    granted.add_to_policy(
        iam.PolicyStatement(actions=["s3:DeleteObject", "iam:PassRole"], resources=[wildcard])
    )
    assert checked.open_findings() == [f"{IAM5}[Resource::{wildcard}]"]


def test_a_wildcard_of_one_role_is_not_accepted_for_another(checked: Checked) -> None:
    stack = new_stack(app=checked.app)
    role(stack, S3ListAllBuckets(reason="operators look for their bucket by name"))
    other = iam.Role(stack, "Other", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    other.add_to_policy(iam.PolicyStatement(actions=["sqs:ListQueues"], resources=["*"]))
    assert checked.open_findings() == [f"{IAM5}[Resource::*]"]


def test_a_managed_policy_of_aws_fails_the_synth(checked: Checked) -> None:
    granted = role(new_stack(app=checked.app))
    admin = iam.ManagedPolicy.from_aws_managed_policy_name("AdministratorAccess")
    granted.add_managed_policy(admin)
    assert "ValidationFailed" in checked.synth()
    (finding,) = checked.open_findings()
    assert "AwsSolutions-IAM4" in finding
    assert "AdministratorAccess" in finding


# The value -------------------------------------------------------------------------------------


def test_a_finding_of_a_bucket_is_accepted_by_its_own_rule(checked: Checked) -> None:
    bucket = s3.Bucket(new_stack(app=checked.app), "Bucket", enforce_ssl=True)
    acknowledge(bucket, Acknowledgement(rule="AwsSolutions-S1", reason=REASON))
    assert checked.synth() == ""


@pytest.mark.parametrize(
    ("rule", "qualified"),
    [
        ("AwsSolutions-IAM5", "AwsSolutions::AwsSolutions-IAM5"),
        ("NIST.800.53.R5-IAMNoInlinePolicy", "NIST.800.53.R5::NIST.800.53.R5-IAMNoInlinePolicy"),
        ("OurChecks::TrustNobody", "OurChecks::TrustNobody"),
    ],
)
def test_a_rule_is_qualified_by_its_plugin(rule: str, qualified: str) -> None:
    assert Acknowledgement(rule=rule, reason=REASON).qualified_rule == qualified


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"rule": ""}, "rule must be the ID of a rule"),
        ({"reason": ""}, f"at least 20 characters.* why {IAM5} is accepted, got ''"),
        ({"reason": "needed"}, "must say in a sentence"),
        ({"reason": " " * 30}, "must say in a sentence"),
        ({"resource": "*", "action": "s3:*"}, "acknowledge them one by one"),
        ({"rule": "IAM5"}, "rule"),
    ],
)
def test_an_acknowledgement_that_tells_a_reviewer_nothing_is_refused(
    arguments: dict[str, Any], says: str
) -> None:
    given: dict[str, Any] = {"rule": IAM5, "reason": REASON}
    with pytest.raises(InvalidAcknowledgementError, match=says):
        Acknowledgement(**given | arguments)


def test_an_acknowledgement_can_be_written_where_there_is_no_cdk() -> None:
    program = (
        "import sys; from least_privilege.acknowledgements import Acknowledgement; "
        "sys.exit('aws_cdk' in sys.modules or 'jsii' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
