"""Whatever a template holds, it is read, or refused with its place; nothing else is raised."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from least_privilege.errors import InvalidTemplateError
from least_privilege.template import Reading, read_template
from least_privilege.template.functions import FUNCTIONS
from least_privilege.template.lambda_permissions import LAYER_PERMISSION, PERMISSION
from least_privilege.template.resource_types import RESOURCE_TYPES
from least_privilege.template.service_policies import POLICY_PROPERTIES, PRINCIPAL_PROPERTIES
from tests.template.kit import ACCOUNT, REGION, document, read, resource, role, statement, trust

pytestmark = pytest.mark.thorough

NAMES = ["A", "B", "Open", "Default", "IsOpen", "AWS::AccountId", "AWS::NoValue", "AWS::Region", ""]
TYPES = [
    *RESOURCE_TYPES,
    *POLICY_PROPERTIES,
    *PRINCIPAL_PROPERTIES,
    PERMISSION,
    LAYER_PERMISSION,
    "AWS::Cognito::IdentityPoolRoleAttachment",
    "AWS::IAM::UserToGroupAddition",
    "AWS::Events::EventBusPolicy",
    "AWS::CloudFormation::Stack",
    "AWS::CloudFormation::CustomResource",
]
PROPERTIES = [
    "PolicyDocument", "AssumeRolePolicyDocument", "Policies", "PolicyName", "Roles", "Users",
    "Groups", "GroupName", "RoleName", "UserName", "Path", "ManagedPolicyArns", "Tags",
    "PermissionsBoundary", "MaxSessionDuration", "Bucket", "Queues", "Topics", "KeyPolicy",
    "ResourcePolicy", "Statement", "Principal", "Action", "FunctionName", "RoleMappings",
    "IdentityPoolId", "TemplateURL", "Parameters", "Replicas", "BucketName", "Condition",
]  # fmt: skip
PARTS = [
    document(statement()), trust(), statement(), "arn:aws:s3:::b/*", "a:b/c", "{}", ["A"],
    {"authenticated": "x"}, {"x": {"RulesConfiguration": {"Rules": [{"RoleARN": 1}]}}},
]  # fmt: skip

plain = (
    st.sampled_from(NAMES) | st.none() | st.booleans() | st.integers(-1, 3) | st.sampled_from(PARTS)
)
values = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(PROPERTIES), inner, max_size=2)
        | st.tuples(st.sampled_from(sorted(FUNCTIONS)), inner).map(lambda pair: {pair[0]: pair[1]})
        | inner.map(lambda each: {"Fn::If": ["IsOpen", each, {"Ref": "AWS::NoValue"}]})
        | st.just({"Ref": "Open"})
        | st.just({"Fn::GetAtt": ["B", "Arn"]})
        | st.just({"Fn::Sub": "x-${A}-${Open}"})
    ),
    max_leaves=8,
)
resources = st.fixed_dictionaries(
    {"Type": st.sampled_from(TYPES)},
    optional={
        "Properties": st.dictionaries(st.sampled_from(PROPERTIES), values, max_size=4),
        "Condition": st.just("IsOpen"),
        "Metadata": values,
    },
)
SECTIONS = {
    "Parameters": {"Open": {"Type": "String"}, "Default": {"Type": "String", "Default": "d"}},
    "Conditions": {"IsOpen": {"Fn::Equals": [{"Ref": "Open"}, "x"]}},
}


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(resources, resources, values)
def test_resources_of_any_shape_are_read_or_refused(first: Any, second: Any, output: Any) -> None:
    content = {"Resources": {"A": first, "B": second}, "Outputs": {"O": {"Value": output}}}
    with suppress(InvalidTemplateError):
        found = read_template(content | SECTIONS, account=ACCOUNT, region=REGION)
        assert isinstance(found, Reading)
        for each in (*found.roles, *found.users):
            assert each.policy_set() is not None


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.dictionaries(
        st.sampled_from(
            ["Parameters", "Mappings", "Conditions", "Outputs", "Transform", "Metadata", "Rules"]
        ),
        values | st.dictionaries(st.sampled_from(["A", "Open"]), values, max_size=2),
        max_size=3,
    )
)
def test_sections_of_any_shape_are_read_or_refused(sections: Any) -> None:
    with suppress(InvalidTemplateError):
        assert read({"R": role(document(statement({"Ref": "AWS::StackId"})))}, **sections).roles


def test_a_chain_of_names_without_end_is_refused() -> None:
    chain = {
        f"R{index}": resource("AWS::S3::Bucket", BucketName={"Fn::Sub": f"a${{R{index + 1}}}"})
        for index in range(2_000)
    }
    with pytest.raises(InvalidTemplateError, match="references lead on too far"):
        read({**chain, "R2000": resource("AWS::S3::Bucket", BucketName="a")})


@pytest.mark.parametrize(
    "template", [{"Resources": {1: {}}, "x": {object()}}, {"Resources": float("nan")}]
)
def test_what_is_no_plain_json_is_refused(template: Any) -> None:
    with pytest.raises(InvalidTemplateError, match="template: is not plain JSON"):
        read_template(template)
