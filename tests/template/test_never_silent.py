"""What the reader cannot know makes an answer incomplete; it is never left out in silence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from least_privilege.access import AccessRequest, Decision, evaluate
from least_privilege.errors import InvalidTemplateError
from least_privilege.template import FindingKind, Reading, Role, read_directory
from tests.template.kit import ACCOUNT, REGION, document, read, resource, role, statement, text

HERE = f"{REGION}:{ACCOUNT}"
DENY = document({"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"})
UNKNOWN = {
    "Parameters": {"Env": {"Type": "String"}, "Name": {"Type": "String"}},
    "Conditions": {
        "Prod": {"Fn::Equals": [{"Ref": "Env"}, "prod"]},
        "Test": {"Fn::Not": [{"Condition": "Prod"}]},
    },
}
LIST = {
    "Parameters": {
        "List": {
            "Type": "CommaDelimitedList",
            "Default": "arn:aws:iam::aws:policy/AdministratorAccess",
        }
    }
}


def folder(root: Path, **templates: dict[str, Any]) -> Reading:
    for name, resources in templates.items():
        (root / f"{name}.json").write_text(json.dumps({"Resources": resources}))
    return read_directory(root, account=ACCOUNT, region=REGION)


def managed(action: str, **more: Any) -> dict[str, Any]:
    policy = document(statement(action=action))
    return resource(
        "AWS::IAM::ManagedPolicy", ManagedPolicyName="Shared", PolicyDocument=policy, **more
    )


def decision(role: Role, action: str, on: str) -> Decision:
    request = AccessRequest(principal=role.session(), action=action, resource=on)
    return evaluate(request, role.policy_set()).decision


def reasons(reading: Reading) -> str:
    return " ".join(map(str, reading.findings))


# What `Ref` and `Fn::GetAtt` give.


@pytest.mark.parametrize(
    ("type_", "properties"),
    [
        ("AWS::Glue::Database", {"CatalogId": ACCOUNT, "DatabaseInput": {"Name": "n"}}),
        ("AWS::SageMaker::Endpoint", {"EndpointName": "n"}),
        ("AWS::Batch::JobQueue", {"JobQueueName": "n"}),
        ("AWS::AutoScaling::AutoScalingGroup", {"AutoScalingGroupName": "n"}),
        ("AWS::Logs::LogStream", {"LogStreamName": "n", "LogGroupName": "g"}),
        ("Custom::Thing", {}),
        ("Other::Party::Thing", {"Name": "n"}),
    ],
)
def test_what_a_type_that_is_not_known_gives_is_not_known(type_: str, properties: Any) -> None:
    deny = {"Effect": "Deny", "Action": "*", "Resource": {"Fn::Sub": "arn:aws:glue:*:*:d/${X}"}}
    reading = read({"X": resource(type_, **properties), "Role": role(document(deny))})
    found = reading.role("Role")
    assert not found.is_complete
    assert "hangs on what Ref gives of" in reasons(reading)
    assert found.policies[0].document is not None


@pytest.mark.parametrize(
    ("type_", "attribute"),
    [
        ("AWS::CloudFormation::WaitCondition", "Data"),
        ("Other::Party::Thing", "Pattern"),
        ("AWS::SageMaker::Endpoint", "EndpointName"),
    ],
)
def test_an_attribute_that_is_not_known_may_be_anything(type_: str, attribute: str) -> None:
    value = {"Fn::GetAtt": ["X", attribute]}
    reading = read({"X": resource(type_), "Role": role(document(statement(value)))})
    assert not reading.role("Role").is_complete


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("AWS::EC2::RouteTable", {"Ref": "X"}),
        ("AWS::RDS::DBInstance", {"Fn::GetAtt": ["X", "DbiResourceId"]}),
        ("AWS::AppSync::GraphQLApi", {"Fn::GetAtt": ["X", "ApiId"]}),
        ("AWS::CloudFront::Distribution", {"Ref": "X"}),
    ],
)
def test_what_aws_makes_up_is_equal_to_itself_alone(type_: str, value: Any) -> None:
    on = {"Fn::Join": ["", ["arn:aws:x:::", value]]}
    reading = read({"X": resource(type_), "Role": role(document(statement(on)))})
    assert reading.is_complete


@pytest.mark.parametrize(
    ("type_", "properties", "value", "expected"),
    [
        ("SSM::Parameter", {"Name": "/x", "Value": "v"}, {"Fn::GetAtt": ["X", "Value"]}, "v"),
        ("EC2::Subnet", {"VpcId": "vpc-1"}, {"Fn::GetAtt": ["X", "VpcId"]}, "vpc-1"),
        ("Athena::WorkGroup", {"Name": "n"}, {"Ref": "X"}, "n"),
        ("IoT::Thing", {"ThingName": "n"}, {"Ref": "X"}, "n"),
        ("SSM::Document", {"Name": "n"}, {"Ref": "X"}, "n"),
        ("SecretsManager::SecretTargetAttachment", {"SecretId": "a"}, {"Ref": "X"}, "a"),
    ],
)
def test_what_the_template_fixes_is_that(
    type_: str, properties: Any, value: Any, expected: str
) -> None:
    assert text(value, resources={"X": resource(f"AWS::{type_}", **properties)}) == expected


# Resource policies.


def test_a_secret_is_protected_by_its_name_and_through_its_attachment() -> None:
    attachment = resource("AWS::SecretsManager::SecretTargetAttachment", SecretId={"Ref": "Secret"})
    for secret_id in ("db", {"Ref": "Attachment"}, {"Ref": "Secret"}):
        policy = resource(
            "AWS::SecretsManager::ResourcePolicy", SecretId=secret_id, ResourcePolicy=DENY
        )
        secret = resource("AWS::SecretsManager::Secret", Name="db")
        reading = read({"Secret": secret, "Attachment": attachment, "Policy": policy})
        (arn,) = [each.arn for each in reading.resources if each.logical_id == "Secret"]
        assert reading.resource_policy(arn) is not None
        assert reading.is_complete


def test_a_secret_that_is_not_there_has_an_arn_that_is_not_known() -> None:
    reading = read({
        "P": resource("AWS::SecretsManager::ResourcePolicy", SecretId="db", ResourcePolicy=DENY)
    })  # fmt: skip
    assert not reading.resource_policies[0].is_complete
    assert "names the secret 'db', which no template here holds" in reasons(reading)


@pytest.mark.parametrize("bucket", [{"Ref": "Name"}, {"Fn::If": ["Prod", "one", "two"]}])
def test_a_bucket_that_is_not_known_is_said(bucket: Any) -> None:
    policy = resource("AWS::S3::BucketPolicy", Bucket=bucket, PolicyDocument=DENY)
    reading = read({"Policy": policy}, **UNKNOWN)
    assert reading.resource_policies
    assert not any(each.is_complete for each in reading.resource_policies)
    assert not reading.is_complete


def test_of_two_queues_that_a_policy_may_be_on_none_is_denied_for_certain() -> None:
    urls = [f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}" for name in "ab"]
    grant = document(statement(action="sqs:*", Principal="*"), *DENY["Statement"])
    queues = [{"Fn::If": ["Prod", *urls]}]
    policy = resource("AWS::SQS::QueuePolicy", Queues=queues, PolicyDocument=grant)
    reading = read({"Policy": policy}, **UNKNOWN)
    for name, each in zip("ab", reading.resource_policies, strict=True):
        assert each.resource == f"arn:aws:sqs:{HERE}:{name}"
        assert each.document is not None
        assert [one.effect.value for one in each.document.statements] == ["Allow"]
        assert not each.is_complete


def test_a_queue_is_known_by_its_older_url() -> None:
    queues = [f"https://{REGION}.queue.amazonaws.com/{ACCOUNT}/q"]
    reading = read({"P": resource("AWS::SQS::QueuePolicy", Queues=queues, PolicyDocument=DENY)})
    assert reading.resource_policies[0].resource == f"arn:aws:sqs:{HERE}:q"
    assert reading.is_complete


@pytest.mark.parametrize(
    ("queues", "reason"),
    [
        (["q"], "names 'q', which is no ARN"),
        ([], "must name what the policy protects"),
        ([["https://sqs.eu-central-1.amazonaws.com/1/q"]], "AWS would refuse"),
    ],
)
def test_queues_that_are_none_are_said(queues: Any, reason: str) -> None:
    reading = read({"P": resource("AWS::SQS::QueuePolicy", Queues=queues, PolicyDocument=DENY)})
    assert reason in reasons(reading)


# The same name twice.


def test_managed_policies_of_one_name_on_two_conditions_are_both_there() -> None:
    one = managed("s3:PutObject", Roles=[{"Ref": "Role"}]) | {"Condition": "Prod"}
    two = managed("s3:GetObject", Roles=[{"Ref": "Role"}]) | {"Condition": "Test"}
    bounded = role(document(statement(action="*")), PermissionsBoundary={"Ref": "One"})
    resources = {"Role": role(), "One": one, "Two": two, "Bounded": bounded}
    reading = read(resources, **UNKNOWN)
    assert [each.logical_id for each in reading.managed_policies] == ["One", "Two"]
    for action in ("s3:PutObject", "s3:GetObject"):
        assert decision(reading.role("Role"), action, "arn:aws:s3:::b/k") is Decision.ALLOWED
    assert not reading.role("Role").is_complete
    assert not reading.role("Bounded").is_complete
    assert "which several resources are: App: One, App: Two" in reasons(reading)


def test_files_with_managed_policies_of_one_name_mean_their_own(tmp_path: Path) -> None:
    def resources(action: str) -> dict[str, Any]:
        bounded = role(document(statement(action="*")), PermissionsBoundary={"Ref": "Shared"})
        attached = managed(action, Roles=[{"Ref": "Other"}])
        return {"Role": bounded, "Other": role(), "Shared": attached}

    reading = folder(tmp_path, a=resources("s3:PutObject"), b=resources("s3:GetObject"))
    assert len(reading.managed_policies) == 2
    for stack, allowed, denied in (
        ("a", "s3:PutObject", "s3:GetObject"),
        ("b", "s3:GetObject", "s3:PutObject"),
    ):
        found = reading.role("Role", stack=stack)
        assert decision(found, allowed, "arn:aws:s3:::b/k") is Decision.ALLOWED
        assert decision(found, denied, "arn:aws:s3:::b/k") is Decision.IMPLICITLY_DENIED
        assert [each.stack for each in reading.role("Other", stack=stack).policies] == [stack]


def test_a_third_file_cannot_say_which_of_two_managed_policies_it_means(tmp_path: Path) -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:policy/Shared"
    reading = folder(
        tmp_path,
        a={"Shared": managed("s3:PutObject")},
        b={"Shared": managed("s3:GetObject")},
        c={"Role": role(ManagedPolicyArns=[arn])},
    )
    found = reading.role("Role")
    assert not found.is_complete
    assert decision(found, "s3:PutObject", "arn:aws:s3:::b/k") is Decision.ALLOWED


def test_roles_of_one_name_in_two_files_keep_their_own_policies(tmp_path: Path) -> None:
    def resources(action: str, name: Any) -> dict[str, Any]:
        inline = document(statement(action=action))
        return {
            "Role": role(RoleName="Reader"),
            "Own": resource(
                "AWS::IAM::Policy", PolicyName="p", PolicyDocument=inline, Roles=[name]
            ),
        }

    own = {"Ref": "Role"}
    files = {"a": resources("s3:PutObject", own), "b": resources("s3:GetObject", own)}
    reading = folder(tmp_path, **files)
    for stack in ("a", "b"):
        found = reading.role("Role", stack=stack)
        assert [each.stack for each in found.policies] == [stack]
        assert found.is_complete
    third = {"Own": resources("sqs:SendMessage", "Reader")["Own"]}
    reading = folder(tmp_path, **files, c=third)
    assert not any(each.is_complete for each in reading.roles)
    assert "names the role 'Reader', which several stacks have: a, b" in reasons(reading)


# Lists, names and documents that are not what they must be.


@pytest.mark.parametrize(
    "arns",
    [
        [{"Ref": "List"}],
        [{"Fn::Split": [",", "arn:aws:iam::aws:policy/AdministratorAccess"]}],
        [["arn:aws:iam::aws:policy/AdministratorAccess"]],
        [{"Foo": "arn:aws:iam::aws:policy/AdministratorAccess"}],
        {"Foo": ["arn:aws:iam::aws:policy/AdministratorAccess"]},
    ],
)
def test_managed_policies_that_are_no_strings_are_said(arns: Any) -> None:
    reading = read({"Role": role(ManagedPolicyArns=arns)}, **LIST)
    assert not reading.role("Role").is_complete
    assert reading.findings[0].kind is FindingKind.INVALID


def test_groups_and_roles_that_are_no_strings_are_said() -> None:
    reading = read({"User": resource("AWS::IAM::User", Groups=[["g"]])})
    assert not reading.users[0].is_complete
    inline = {"PolicyName": "p", "PolicyDocument": document(statement())}
    policy = resource("AWS::IAM::Policy", Roles=[[{"Ref": "Role"}]], **inline)
    assert "AWS would refuse" in reasons(read({"Role": role(), "Policy": policy}))


@pytest.mark.parametrize(
    ("name", "given", "may_be"),
    [
        ("Reader", {"Ref": "Name"}, True),
        ("Reader", {"Fn::Sub": "${Name}-writer"}, False),
        ("app-writer", {"Fn::Sub": "${Name}-writer"}, True),
        ({"Ref": "Name"}, "Reader", True),
    ],
)
def test_a_policy_for_a_name_that_is_not_known_may_be_for_any_that_fits(
    name: Any, given: Any, may_be: bool
) -> None:
    inline = {"PolicyName": "p", "PolicyDocument": document(statement())}
    policy = resource("AWS::IAM::Policy", Roles=[given], **inline)
    reading = read({"Role": role(RoleName=name), "Policy": policy}, **UNKNOWN)
    assert reading.role("Role").is_complete is not may_be
    assert not reading.is_complete


def test_a_member_of_a_group_that_is_not_known_may_be_any_user() -> None:
    addition = resource(
        "AWS::IAM::UserToGroupAddition", GroupName={"Ref": "Group"}, Users=[{"Ref": "Name"}]
    )
    users = {"User": resource("AWS::IAM::User"), "Group": resource("AWS::IAM::Group")}
    reading = read({**users, "Addition": addition}, **UNKNOWN)
    assert not reading.users[0].is_complete


@pytest.mark.parametrize(
    ("type_", "properties"),
    [
        ("IAM::ManagedPolicy", {}),
        ("IAM::RolePolicy", {"PolicyName": "p", "RoleName": {"Ref": "Role"}}),
        ("S3::BucketPolicy", {"Bucket": "b"}),
        ("S3::BucketPolicy", {"Bucket": "b", "PolicyDocument": {"Ref": "AWS::NoValue"}}),
    ],
)
def test_a_policy_without_a_document_is_said(type_: str, properties: Any) -> None:
    reading = read({"Role": role(), "Policy": resource(f"AWS::{type_}", **properties)})
    assert "must have a policy document" in reasons(reading)


def test_an_inline_policy_without_a_document_makes_its_role_incomplete() -> None:
    reading = read({"Role": role(Policies=[{"PolicyName": "p"}])})
    assert not reading.role("Role").is_complete


def test_a_policy_that_is_attached_to_nobody_is_said() -> None:
    inline = {"PolicyName": "p", "PolicyDocument": document(statement())}
    reading = read({"Policy": resource("AWS::IAM::Policy", **inline)})
    assert "must name those whom it is attached to" in reasons(reading)


@pytest.mark.parametrize(
    "type_",
    [
        "AWS::ACMPCA::Permission", "AWS::EKS::AccessEntry", "AWS::LakeFormation::Permissions",
        "AWS::LakeFormation::PrincipalPermissions", "AWS::RAM::ResourceShare",
        "AWS::S3::AccessGrant",
    ],
)  # fmt: skip
def test_a_grant_without_a_document_is_said(type_: str) -> None:
    (finding,) = read({"Grant": resource(type_)}).findings
    assert finding.kind is FindingKind.UNSUPPORTED


@pytest.mark.parametrize(
    "value",
    [
        {"Fn::Join": ["", ['{"Statement":[{"Sid":"', {"Ref": "AWS::Region"}, '","Effect":1}]}']]},
        {"Ref": "Text"},
        {"Fn::FindInMap": ["Texts", "a", "b"]},
    ],
)
def test_a_policy_that_functions_put_together_is_said(value: Any) -> None:
    policy = json.dumps(document(statement()))
    (finding,) = read(
        {"Thing": resource("Other::Party::Thing", Policy=value)},
        Parameters={"Text": {"Type": "String", "Default": policy}},
        Mappings={"Texts": {"a": {"b": policy}}},
    ).findings
    assert finding.kind is FindingKind.UNSUPPORTED
    assert finding.place == "Resources.Thing.Properties.Policy"


# Stacks and files.


@pytest.mark.parametrize("compared", ["a", {"Ref": "Env"}])
def test_an_export_that_may_not_be_there_is_not_known(tmp_path: Path, compared: Any) -> None:
    exporting = {
        "Parameters": {"Env": {"Type": "String"}},
        "Conditions": {"C": {"Fn::Equals": [compared, "b"]}},
        "Resources": {"Bucket": resource("AWS::S3::Bucket")},
        "Outputs": {"O": {"Condition": "C", "Value": "arn:aws:s3:::b", "Export": {"Name": "e"}}},
    }
    (tmp_path / "exporting.json").write_text(json.dumps(exporting))
    reading = folder(
        tmp_path, importing={"Role": role(document(statement({"Fn::ImportValue": "e"})))}
    )
    assert not reading.role("Role").is_complete


def nesting(url: str, type_: str = "AWS::CloudFormation::Stack") -> dict[str, Any]:
    return {"Nested": resource(type_, TemplateURL=url)}


def test_templates_that_nest_each_other_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidTemplateError, match="in which it is nested itself"):
        folder(tmp_path, a=nesting("b.json"), b=nesting("a.json"), other={"Role": role()})


def test_a_template_that_nests_itself_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidTemplateError, match="in which it is nested itself"):
        folder(tmp_path, a=nesting("a.json"), other={"Role": role()})


@pytest.mark.parametrize("type_", ["AWS::CloudFormation::StackSet", "Custom::Deployment"])
def test_only_a_stack_takes_a_template_for_itself(tmp_path: Path, type_: str) -> None:
    reading = folder(tmp_path, top=nesting("roles.json", type_), roles={"Role": role()})
    assert [each.stack for each in reading.roles] == ["roles"]


def test_a_suffix_in_upper_case_is_read(tmp_path: Path) -> None:
    (tmp_path / "ROLES.YAML").write_text("Resources: {Group: {Type: AWS::IAM::Group}}\n")
    (tmp_path / "more.JSON").write_text(json.dumps({"Resources": {"Role": role()}}))
    reading = folder(tmp_path)
    assert [len(reading.groups), len(reading.roles)] == [1, 1]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("tsconfig.json", '{ // what is compiled\n "compilerOptions": {} }'),
        ("k8s.yaml", "kind: Service\n---\nkind: Deployment\n"),
    ],
)
def test_a_file_that_is_no_template_is_named_rather_than_refused(
    tmp_path: Path, name: str, content: str
) -> None:
    (tmp_path / name).write_text(content)
    (finding,) = folder(tmp_path, app={"Role": role()}).findings
    assert finding.kind is FindingKind.SKIPPED
    assert finding.file.endswith(name)
    assert "is not read" in finding.reason
    (tmp_path / name).write_text(f"{content}\nResources: [")
    with pytest.raises(InvalidTemplateError, match=name):
        folder(tmp_path)
