"""What cannot be read is said, with its place: types, properties, macros, loops."""

from __future__ import annotations

import json
from typing import Any

import pytest

from least_privilege.template import FindingKind, read_template
from tests.template.kit import ACCOUNT, REGION, document, read, resource, role, statement

POLICY_TEXT = '{"Statement": [{"Effect": "Deny"}]}'
PERHAPS = {"Fn::If": ["C", {"PolicyDocument": document(statement())}, {"Ref": "AWS::NoValue"}]}


@pytest.mark.parametrize(
    ("resources", "place", "reason"),
    [
        (
            {"T": resource("AWS::IoT::Policy", PolicyDocument=document(statement()))},
            "Resources.T.Properties.PolicyDocument",
            "looks like a policy, and AWS::IoT::Policy is not read for policies there",
        ),
        (
            {"T": resource("Foo::Bar::Baz", Deep=[{"Text": POLICY_TEXT}])},
            "Resources.T.Properties.Deep[0].Text",
            "looks like a policy",
        ),
        (
            {"T": resource("Custom::X", Create={"Fn::Join": ["", [json.dumps(POLICY_TEXT)]]})},
            "Resources.T.Properties.Create.Fn::Join[1][0]",
            "looks like a policy",
        ),
        (
            {"T": resource("AWS::DynamoDB::Table", ResourcePolicy=PERHAPS)},
            "Resources.T.Properties.ResourcePolicy.Fn::If[1].PolicyDocument",
            "looks like a policy",
        ),
        (
            {"T": resource("AWS::SSO::PermissionSet", Name="x")},
            "Resources.T",
            "makes roles in the accounts that it is assigned to, which is not read",
        ),
        (
            {"T": resource("AWS::IAM::ServiceLinkedRole", AWSServiceName="x")},
            "Resources.T",
            "makes a role",
        ),
        ({"T": {"Type": "My::Own::Thing::MODULE"}}, "Resources.T", "becomes other resources"),
    ],
)
def test_what_looks_like_a_policy_and_is_not_read_is_said(
    resources: Any, place: str, reason: str
) -> None:
    reading = read(resources, Conditions={"C": {"Fn::Equals": ["a", "a"]}})
    (finding,) = reading.findings
    assert finding.kind is FindingKind.UNSUPPORTED
    assert finding.place == place
    assert reason in finding.reason


SAM = """
AWSTemplateFormatVersion: 2010-09-09
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: python3.13}}
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Policies:
        - S3ReadPolicy: {BucketName: !Ref Bucket}
        - Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]
  Bucket: {Type: AWS::S3::Bucket}
  Other:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {Effect: Allow, Principal: {AWS: !GetAtt HelloRole.Arn}, Action: sts:AssumeRole}
"""


def test_what_a_macro_makes_is_not_known_and_said() -> None:
    reading = read_template(SAM, account=ACCOUNT, region=REGION)
    reasons = [str(each) for each in reading.findings]
    assert "Transform (line 3): the macro AWS::Serverless-2016-10-31 is not run" in reasons[0]
    assert any(
        "Resources.Hello (line 6): AWS::Serverless::Function becomes" in each for each in reasons
    )
    assert any("Resources.Hello.Properties.Policies[1]" in each for each in reasons)
    (found,) = reading.roles
    assert not found.is_complete
    assert "get-template --template-stage Processed" in str(found.unknowns[0])
    assert found.trust is not None
    assert "HelloRole, which a macro or loop of template makes" in str(found.trust_unknowns[0])


@pytest.mark.parametrize(
    ("sections", "place"),
    [
        ({"Transform": "MyMacro"}, "Transform"),
        ({"Transform": ["AWS::LanguageExtensions", "MyMacro"]}, "Transform"),
    ],
)
def test_any_macro_makes_every_role_of_the_stack_incomplete(
    sections: dict[str, Any], place: str
) -> None:
    reading = read({"R": role()}, **sections)
    (finding,) = reading.role("R").unknowns
    assert finding.place == place
    assert "the macro MyMacro is not run: it may change any part of the template" in finding.reason


def test_language_extensions_without_loops_are_run() -> None:
    reading = read({"R": role()}, Transform="AWS::LanguageExtensions")
    assert reading.is_complete
    assert reading.stacks[0].transforms == ("AWS::LanguageExtensions",)


@pytest.mark.parametrize("name", ["Fn::ForEach::Buckets", "Fn::Transform"])
def test_a_loop_over_resources_is_not_run_and_said(name: str) -> None:
    loop = {name: ["Name", ["a", "b"], {"R${Name}": role()}]}
    reading = read({"R": role(), **loop}, Transform="AWS::LanguageExtensions")
    assert any(each.place == f"Resources.{name}" for each in reading.findings)
    assert not reading.role("R").is_complete
