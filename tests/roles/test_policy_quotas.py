"""What fits stays inline, what does not goes into managed policies, what cannot fit is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack, aws_iam as iam, aws_s3 as s3
from aws_cdk.assertions import Template

from least_privilege.access import AccessRequest, evaluate
from least_privilege.errors import InvalidSettingError, QuotaExceededError
from least_privilege.permissions import ActionsOn, S3List, S3Read
from least_privilege.policy import PolicyDocument, quotas
from least_privilege.roles import PolicyType, ServiceRole, TrustedRole
from least_privilege.roles.token_lengths import at_longest, resolved_length
from least_privilege.template import Role, read_assembly
from least_privilege.trust import AwsAccount
from tests.conftest import OTHER_ACCOUNT, new_app, new_stack

INLINE, MANAGED = PolicyType.INLINE, PolicyType.CUSTOMER_MANAGED
TRUST = [AwsAccount(account_id=OTHER_ACCOUNT)]
SETTING = "least-privilege:managed-policies-per-role"
POLICY_TYPES = pytest.mark.parametrize("policy_type", PolicyType, ids=str)


def listing(count: int, first: int = 0) -> list[S3List]:
    """Each about 126 characters in a policy."""
    return [
        S3List(bucket_arn=f"arn:aws:s3:::{'b' * 50}{number:05}")
        for number in range(first, first + count)
    ]


def managed_ids(stack: Stack) -> list[str]:
    found = Template.from_stack(stack).find_resources("AWS::IAM::ManagedPolicy")
    return [each.rstrip("0123456789ABCDEF") for each in found]


def role_read(app: App, folder: Path) -> Role:
    app.synth()
    (role,) = read_assembly(folder).roles
    assert role.is_complete
    return role


def sizes(role: Role) -> Iterator[tuple[str, int]]:
    for policy in role.policies:
        assert policy.document is not None
        yield str(policy.origin), policy.document.size


@pytest.mark.parametrize(
    ("policy_type", "count", "ids"),
    [
        (INLINE, 1, []),
        (INLINE, 80, []),
        (INLINE, 100, ["RolePermissions2"]),
        (INLINE, 150, ["RolePermissions2", "RolePermissions3"]),
        (MANAGED, 1, ["RolePermissions"]),
        (MANAGED, 100, ["RolePermissions", "RolePermissions2", "RolePermissions3"]),
    ],
)
def test_permissions_are_split_over_policies_with_stable_names(
    policy_type: PolicyType, count: int, ids: list[str], tmp_path: Path
) -> None:
    app = new_app(outdir=str(tmp_path))
    stack = new_stack(app=app)
    TrustedRole(
        stack, "Role", trusted_by=TRUST, permissions=listing(count), policy_type=policy_type
    )
    role = role_read(app, tmp_path)
    inline = sum(size for origin, size in sizes(role) if origin == "inline")
    assert inline <= quotas.INLINE_POLICIES_OF_A_ROLE
    assert all(size <= quotas.MANAGED_POLICY for origin, size in sizes(role) if origin != "inline")
    assert len(role.policies) == len(ids) + (policy_type is INLINE)
    assert [each.rstrip("0123456789ABCDEF")[: len("RolePermissions")] for each in ids] == [
        "RolePermissions"
    ] * len(ids)
    for each in (listing(count)[0], listing(count)[-1]):
        request = AccessRequest(
            principal=role.session(), action="s3:ListBucket", resource=each.bucket_arn
        )
        assert evaluate(request, role.policy_set()).is_allowed
    other = AccessRequest(
        principal=role.session(), action="s3:ListBucket", resource="arn:aws:s3:::another"
    )
    assert not evaluate(other, role.policy_set()).is_allowed


@POLICY_TYPES
def test_what_is_allowed_later_moves_and_renames_nothing(policy_type: PolicyType) -> None:
    def policies(more: int) -> dict[str, Any]:
        stack = new_stack()
        role = TrustedRole(
            stack, "Role", trusted_by=TRUST, permissions=listing(120), policy_type=policy_type
        )
        if more:
            role.allow(*listing(more, first=500))
        found = Template.from_stack(stack).to_json()["Resources"]
        return {
            name: json.dumps(each["Properties"].get("PolicyDocument"))
            for name, each in found.items()
        }

    before, after = policies(0), policies(40)
    assert set(before) < set(after)
    for name, document in before.items():
        statements = json.loads(document)["Statement"] if document != "null" else []
        later = json.loads(after[name])["Statement"] if after[name] != "null" else []
        assert later[: len(statements)] == statements


@POLICY_TYPES
def test_what_cannot_fit_fails_with_numbers_and_the_largest(
    policy_type: PolicyType, stack: Stack
) -> None:
    large = ActionsOn(
        actions=("sqs:SendMessage",),
        resources=tuple(
            f"arn:aws:sqs:eu-central-1:111122223333:{'q' * 70}{number}" for number in range(200)
        ),
    )
    with pytest.raises(QuotaExceededError) as raised:
        TrustedRole(
            stack,
            "Role",
            trusted_by=TRUST,
            permissions=[*listing(600), large],
            policy_type=policy_type,
        )
    said = str(raised.value)
    assert said.startswith("Stack/Role: permissions need 1")
    assert "managed policies" in said
    assert "the quota is 10" in said
    assert "the largest are ActionsOn (" in said
    assert not stack.node.children


def test_a_quota_that_aws_has_raised_is_a_setting() -> None:
    app = new_app()
    app.node.set_context(SETTING, 25)
    stack = new_stack(app=app)
    TrustedRole(stack, "Role", trusted_by=TRUST, permissions=listing(700))
    assert len(managed_ids(stack)) > 10


def test_a_quota_that_aws_does_not_give_is_refused() -> None:
    app = new_app()
    app.node.set_context(SETTING, 40)
    with pytest.raises(InvalidSettingError, match=f"{SETTING} must be from 10 to 25"):
        TrustedRole(new_stack(app=app), "Role", trusted_by=TRUST, permissions=listing(700))


def grant_on(role: TrustedRole, count: int) -> None:
    """As the CDK grants: a statement for each."""
    for number in range(count):
        role.add_to_principal_policy(
            iam.PolicyStatement(
                actions=[f"s3:{action}" for action in ("GetObject", "PutObject")],
                resources=[f"arn:aws:s3:::{'g' * 50}{number:05}/*"],
            )
        )


@POLICY_TYPES
def test_grants_that_do_not_fit_beside_the_permissions_go_into_managed_policies(
    policy_type: PolicyType, tmp_path: Path
) -> None:
    app = new_app(outdir=str(tmp_path))
    role = ServiceRole(
        new_stack(app=app),
        "Role",
        service="lambda.amazonaws.com",
        permissions=listing(60),
        policy_type=policy_type,
    )
    grant_on(role, 80)
    role.allow(*listing(40, first=900))
    read = role_read(app, tmp_path)
    assert (
        sum(size for origin, size in sizes(read) if origin == "inline")
        <= quotas.INLINE_POLICIES_OF_A_ROLE
    )
    assert all(size <= quotas.MANAGED_POLICY for origin, size in sizes(read) if origin != "inline")
    for resource in (f"{'g' * 50}00000/a", f"{'g' * 50}00079/a"):
        request = AccessRequest(
            principal=read.session(), action="s3:GetObject", resource=f"arn:aws:s3:::{resource}"
        )
        assert evaluate(request, read.policy_set()).is_allowed


def test_grants_past_every_policy_are_refused(stack: Stack) -> None:
    role = ServiceRole(stack, "Role", service="lambda.amazonaws.com", permissions=listing(60))
    with pytest.raises((QuotaExceededError, RuntimeError), match="at most 10 for one role"):
        grant_on(role, 700)


def test_an_inline_policy_of_somebody_elses_counts_as_well() -> None:
    app = new_app()
    stack = new_stack(app=app)
    role = ServiceRole(stack, "Role", service="lambda.amazonaws.com", permissions=listing(75))
    statements = [
        iam.PolicyStatement(
            actions=["s3:PutObject"], resources=[f"arn:aws:s3:::{'x' * 50}{number}/*"]
        )
        for number in range(20)
    ]
    role.attach_inline_policy(iam.Policy(stack, "More", statements=statements))
    with pytest.raises(RuntimeError, match=r"\[Stack/Role\] the role's inline policies .*10,240"):
        app.synth()


def test_names_count_at_their_longest_where_they_are_not_known(stack: Stack) -> None:
    buckets = [s3.Bucket(stack, f"Bucket{number}") for number in range(90)]
    role = ServiceRole(
        stack,
        "Role",
        service="lambda.amazonaws.com",
        permissions=[S3Read.of(bucket) for bucket in buckets],
    )
    assert len(managed_ids(stack)) == 1
    statements = (each for one in role.permissions for each in one.statements())
    assert at_longest(PolicyDocument.of(*statements).to_json()) > quotas.INLINE_POLICIES_OF_A_ROLE


def test_a_resolved_document_has_a_least_and_a_most_length() -> None:
    document = {
        "Statement": [
            {"Resource": {"Fn::Join": ["", [{"Fn::GetAtt": ["Bucket", "Arn"]}, "/*"]]}},
            {"Resource": {"Fn::ImportValue": "elsewhere"}},
        ]
    }
    least, most = resolved_length(document, lambda: {"Bucket": "AWS::S3::Bucket"})
    assert least == len('{"Statement":[{"Resource":"/*"},{"Resource":""}]}')
    assert most == least + 83 + 512
