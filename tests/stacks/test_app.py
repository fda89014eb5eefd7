"""What holds for the app as a whole, in every partition."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from stacks.settings import EXAMPLE_ACCOUNTS

ROOT = Path(__file__).parents[2]

Templates = Callable[..., Mapping[str, Any]]

REGIONS = {
    "eu-central-1": "cognito-identity.amazonaws.com",
    "us-gov-west-1": "cognito-identity-us-gov.amazonaws.com",
    "us-gov-east-1": "cognito-identity.us-gov-east-1.amazonaws.com",
}


def _resources(
    templates: Mapping[str, Any], resource_type: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    for template in templates.values():
        for logical_id, resource in template["Resources"].items():
            if resource["Type"] == resource_type:
                yield logical_id, resource["Properties"]


@pytest.mark.parametrize("region", [*REGIONS, "cn-north-1"])
def test_every_arn_is_of_the_partition_of_its_region(region: str, templates: Templates) -> None:
    partition = {"us": "aws-us-gov", "cn": "aws-cn"}.get(region[:2], "aws")
    for name, template in templates(
        region=region, user_access=not region.startswith("cn-")
    ).items():
        for found in re.findall(r"arn:(aws[a-z-]*)", json.dumps(template)):
            assert found == partition, name


@pytest.mark.parametrize(("region", "issuer"), REGIONS.items())
def test_signed_in_users_are_trusted_by_the_issuer_of_their_partition(
    region: str, issuer: str, templates: Templates
) -> None:
    user_access = {"UserAccess": templates(region=region)["UserAccess"]}
    ((_, role),) = _resources(user_access, "AWS::IAM::Role")
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Federated": issuer}
    assert f"{issuer}:aud" in statement["Condition"]["StringEquals"]
    assert statement["Condition"]["ForAnyValue:StringLike"] == {f"{issuer}:amr": "authenticated"}
    assert f"originals/${{{issuer}:sub}}/*" in json.dumps(role["Policies"])


@pytest.mark.parametrize("source", sorted((ROOT / "stacks").glob("*.py")), ids=lambda p: p.stem)
def test_no_account_region_or_partition_is_written_into_a_stack(source: Path) -> None:
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
            if source.stem == "settings" and (text in EXAMPLE_ACCOUNTS or " " in text):
                continue
            found = re.search(r"\b[0-9]{12}\b|arn:aws|\b[a-z]{2}-[a-z]+-[0-9]\b", text)
            assert not found, f"line {node.lineno}: {found}"


def test_no_role_has_a_wildcard_action_or_an_aws_managed_policy(templates: Templates) -> None:
    roles = list(_resources(templates(), "AWS::IAM::Role"))
    assert len(roles) == 7
    for logical_id, role in roles:
        assert "ManagedPolicyArns" not in role, logical_id
        for policy in role.get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                actions = statement["Action"]
                for action in [actions] if isinstance(actions, str) else actions:
                    assert "*" not in action, logical_id


def test_no_custom_resource_brings_a_role_of_its_own(templates: Templates) -> None:
    for name, template in templates().items():
        types = {resource["Type"] for resource in template["Resources"].values()}
        assert not [each for each in types if each.startswith("Custom::")], name


def test_policies_are_customer_managed_by_a_setting(templates: Templates) -> None:
    for name, template in templates(policy_type="customer managed").items():
        for resource in template["Resources"].values():
            assert resource["Type"] != "AWS::IAM::Policy", name
            if resource["Type"] == "AWS::IAM::Role":
                assert "Policies" not in resource["Properties"], name
                assert resource["Properties"]["ManagedPolicyArns"], name


def test_a_boundary_is_laid_over_the_roles_by_a_setting(templates: Templates) -> None:
    found = templates(boundary="team/Ceiling")
    ours = {name: template for name, template in found.items() if name != "AuditProgram"}
    for logical_id, role in _resources(ours, "AWS::IAM::Role"):
        assert ":policy/team/Ceiling" in json.dumps(role["PermissionsBoundary"]), logical_id


def test_an_existing_trail_and_analyzer_can_be_used_instead(templates: Templates) -> None:
    found = templates(existing_trail_log_group="/org/trail", existing_analyzer=True)
    activity = {"RoleActivity": found["RoleActivity"]}
    assert not list(_resources(activity, "AWS::CloudTrail::Trail"))
    assert not list(_resources(activity, "AWS::AccessAnalyzer::Analyzer"))
    for _, metric_filter in _resources(activity, "AWS::Logs::MetricFilter"):
        assert metric_filter["LogGroupName"] == "/org/trail"


def test_buckets_keep_to_the_organization_by_a_setting(templates: Templates) -> None:
    storage = templates(organization_id="o-exampleorgid")["PictureStorage"]
    assert '"aws:PrincipalOrgID": "o-exampleorgid"' in json.dumps(storage)


def test_data_outlives_its_stack_unless_the_setting_says_otherwise(templates: Templates) -> None:
    for retain, policy in ((True, "RetainExceptOnCreate"), (False, "Delete")):
        for template in templates(retain_data=retain).values():
            for logical_id, resource in template["Resources"].items():
                if resource["Type"] in ("AWS::S3::Bucket", "AWS::KMS::Key", "AWS::Logs::LogGroup"):
                    assert resource["DeletionPolicy"] == policy, logical_id
