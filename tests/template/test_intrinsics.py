"""Intrinsic functions give what CloudFormation would give, and a symbol for what it alone knows."""

from __future__ import annotations

from typing import Any

import pytest

from least_privilege.errors import InvalidTemplateError
from least_privilege.template import is_symbolic
from tests.template.kit import ACCOUNT, REGION, read, resolved, resource, role, text

PARAMETERS = {
    "Stage": {"Type": "String", "Default": "dev"},
    "Names": {"Type": "CommaDelimitedList", "Default": "a, b,c"},
    "Count": {"Type": "Number", "Default": 3},
    "Open": {"Type": "String"},
}
SECTIONS: dict[str, Any] = {
    "Parameters": PARAMETERS,
    "Mappings": {"Stages": {"dev": {"Bucket": "pictures-dev", "Sizes": ["s", "m"]}}},
    "Conditions": {
        "IsDev": {"Fn::Equals": [{"Ref": "Stage"}, "dev"]},
        "IsOther": {"Fn::Not": [{"Condition": "IsDev"}]},
        "IsEither": {"Fn::Or": [{"Condition": "IsDev"}, {"Condition": "IsOther"}]},
        "IsBoth": {"Fn::And": [{"Condition": "IsDev"}, {"Condition": "IsOther"}]},
    },
}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Ref": "Stage"}, "dev"),
        ({"Ref": "Count"}, "3"),
        ({"Ref": "Names"}, ["a", "b", "c"]),
        ({"Ref": "AWS::Region"}, REGION),
        ({"Ref": "AWS::StackName"}, "App"),
        ({"Ref": "AWS::NoValue"}, None),
        ([1, {"Ref": "AWS::NoValue"}, 2], [1, 2]),
        ({"Fn::Sub": "${Stage}.${AWS::URLSuffix}"}, "dev.amazonaws.com"),
        ({"Fn::Sub": "${!aws:username}-${Stage}"}, "${aws:username}-dev"),
        ({"Fn::Sub": ["${X}-${Stage}", {"X": {"Ref": "Count"}}]}, "3-dev"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Stage"}, 1, True]]}, "a-dev-1-true"),
        ({"Fn::Join": ["/", {"Ref": "Names"}]}, "a/b/c"),
        ({"Fn::Select": ["1", {"Ref": "Names"}]}, "b"),
        ({"Fn::Select": [0, {"Fn::Split": [".", "x.y"]}]}, "x"),
        ({"Fn::FindInMap": ["Stages", {"Ref": "Stage"}, "Bucket"]}, "pictures-dev"),
        ({"Fn::FindInMap": ["Stages", "prod", "Bucket", {"DefaultValue": "none"}]}, "none"),
        ({"Fn::If": ["IsDev", "yes", "no"]}, "yes"),
        ({"Fn::If": ["IsOther", "yes", "no"]}, "no"),
        ({"Fn::If": ["IsEither", "yes", "no"]}, "yes"),
        ({"Fn::If": ["IsBoth", "yes", {"Ref": "AWS::NoValue"}]}, None),
        ({"Fn::Base64": "hello"}, "aGVsbG8="),
        ({"Fn::Cidr": ["10.0.0.0/16", 2, 8]}, ["10.0.0.0/24", "10.0.1.0/24"]),
        ({"Fn::Length": {"Ref": "Names"}}, 3),
        ({"Fn::ToJsonString": {"a": [{"Ref": "Stage"}]}}, '{"a":["dev"]}'),
        ({"Ref": "Stage", "Other": 1}, {"Ref": "Stage", "Other": 1}),
    ],
)
def test_a_function_is_computed(value: Any, expected: Any) -> None:
    assert text(value, **SECTIONS, parameters={"Open": "x"}) == expected


def test_a_given_parameter_wins_over_its_default() -> None:
    assert text({"Ref": "Stage"}, **SECTIONS, parameters={"Stage": "prod"}) == "prod"
    assert text({"Ref": "Stage"}, **SECTIONS, parameters={"App:Stage": "prod"}) == "prod"
    assert text({"Ref": "Names"}, **SECTIONS, parameters={"Names": ["x", "y"]}) == ["x", "y"]


def test_a_parameter_that_nothing_has_is_refused() -> None:
    with pytest.raises(InvalidTemplateError, match=r"parameters: Stag: is no .* mean 'Stage'"):
        text("x", **SECTIONS, parameters={"Stag": "prod"})


OPEN = {"Ref": "Open"}


@pytest.mark.parametrize(
    "value",
    [
        OPEN,
        {"Fn::Sub": "arn:aws:s3:::${Open}/*"},
        {"Fn::Join": [":", ["arn:aws:s3::", OPEN]]},
        {"Fn::Join": [",", {"Fn::Split": [",", OPEN]}]},
        {"Fn::Select": [1, {"Fn::Split": ["/", OPEN]}]},
        {"Fn::Select": [OPEN, ["a", "b"]]},
        {"Fn::FindInMap": ["Stages", OPEN, "Bucket"]},
        {"Fn::Base64": OPEN},
        {"Fn::Cidr": [OPEN, 2, 8]},
        {"Fn::GetAZs": ""},
        {"Fn::Length": {"Fn::Split": [",", OPEN]}},
        {"Fn::ImportValue": "Elsewhere"},
        {"Fn::GetStackOutput": {"StackName": "Other", "OutputName": "Out"}},
        {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://b/k"}}},
        {"Fn::GetAtt": ["Thing", "Whatever"]},
        "{{resolve:ssm:/app/bucket}}",
        {"Fn::Sub": "{{resolve:secretsmanager:${Stage}:SecretString:x}}"},
    ],
)
def test_what_is_not_known_stays_symbolic_distinct_and_equal_to_itself(value: Any) -> None:
    thing = {"Thing": resource("AWS::Foo::Bar")}
    first, second = text([value, value], **SECTIONS, resources=thing)
    assert first == second
    assert is_symbolic(str(first))
    other = {"Fn::Sub": "${Thing}"}
    assert text(other, resources=thing) != first


def test_parts_of_what_is_not_known_are_told_apart() -> None:
    parts = [{"Fn::Select": [index, {"Fn::Split": ["/", OPEN]}]} for index in (0, 1)]
    first, second = text(parts, **SECTIONS)
    assert first != second


def test_an_arn_can_be_taken_apart_though_its_name_is_not_known() -> None:
    bucket = {"Bucket": resource("AWS::S3::Bucket")}
    name = {"Fn::Select": [5, {"Fn::Split": [":", {"Fn::GetAtt": ["Bucket", "Arn"]}]}]}
    assert text([name, {"Ref": "Bucket"}], resources=bucket)[0] == text(
        {"Ref": "Bucket"}, resources=bucket
    )


def test_the_same_ssm_parameter_is_the_same_however_it_is_named() -> None:
    parameters = {"Ami": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/app/ami"}}
    first, second = text([{"Ref": "Ami"}, "{{resolve:ssm:/app/ami}}"], Parameters=parameters)
    assert first == second
    assert is_symbolic(first)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"Ref": "Nothing"}, "Ref: names 'Nothing', which is no parameter or resource"),
        ({"Ref": "Stag"}, "did you mean 'Stage'?"),
        ({"Ref": "AWS::Regio"}, "is no pseudo parameter; did you mean 'AWS::Region'?"),
        ({"Fn::GetAtt": ["Nothing", "Arn"]}, "names 'Nothing'"),
        ({"Fn::GetAtt": "Nothing"}, "must be a logical ID and the name of an attribute"),
        ({"Fn::Sub": "${Nothing}"}, "names 'Nothing'"),
        ({"Fn::Sub": ["x"]}, "must be a string, or a list of a string and a mapping"),
        ({"Fn::Sub": "${Names}"}, "puts a list into a string"),
        ({"Fn::Foo": 1}, "Value.Fn::Foo: is no intrinsic function of CloudFormation"),
        ({"Fn::Selec": 1}, "did you mean 'Fn::Select'?"),
        ({"Fn::Join": ["-", ["a"]], "More": 1}, "must stand alone"),
        ({"Fn::Join": ["-"]}, "Fn::Join: must be a list of 2 values"),
        ({"Fn::Join": ["-", "ab"]}, "must be a list to join"),
        ({"Fn::Select": [3, ["a"]]}, "must be from 0 to 0, got '3'"),
        ({"Fn::Select": ["-1", ["a"]]}, "must be from 0 to 0"),
        ({"Fn::Split": ["", "a"]}, "must be the string to split at"),
        ({"Fn::FindInMap": ["Stages", "prod", "Bucket"]}, "names 'prod', which is no first key"),
        ({"Fn::FindInMap": ["Stage", "dev", "Bucket"]}, "no mapping there; did you mean 'Stages'"),
        ({"Fn::If": ["IsDef", 1, 2]}, "which is no condition of the template; did you mean"),
        ({"Fn::If": ["IsDev", 1]}, "must be a list of 3 values"),
        ({"Fn::Equals": ["a", "b"]}, "stands in Conditions and Rules alone"),
        ({"Fn::Cidr": ["10.0.0.0", "x", 8]}, "cannot be computed"),
        ({"Fn::ImportValue": ["a"]}, "must be the name of an export"),
        ({"Fn::GetStackOutput": "x"}, "must be a mapping with StackName and OutputName"),
        ("\ue000" + "0" + "\ue001", "by which the reader marks"),
    ],
)
def test_a_function_that_is_used_wrongly_is_refused_with_its_place(
    value: Any, message: str
) -> None:
    with pytest.raises(InvalidTemplateError) as caught:
        text(value, **SECTIONS)
    assert message in str(caught.value)
    assert str(caught.value).startswith("template: Resources.Any.Properties.Value")


@pytest.mark.parametrize(
    ("resources", "sections", "circle"),
    [
        (
            {
                "A": resource("AWS::S3::Bucket", BucketName={"Ref": "B"}),
                "B": resource("AWS::S3::Bucket", BucketName={"Fn::Sub": "x-${A}"}),
            },
            {},
            "A -> B -> A",
        ),
        ({"A": {"Type": "X::Y::Z", "DependsOn": ["A"]}}, {}, "A -> A"),
        (
            {"A": resource("X::Y::Z", V={"Fn::If": ["C", 1, 2]})},
            {"Conditions": {"C": {"Condition": "D"}, "D": {"Condition": "C"}}},
            "condition C -> condition D -> condition C",
        ),
    ],
)
def test_circles_are_refused(resources: Any, sections: Any, circle: str) -> None:
    with pytest.raises(InvalidTemplateError, match="is a circular reference") as caught:
        read(resources, **sections)
    assert circle in str(caught.value)


def test_a_long_chain_of_references_is_no_circle() -> None:
    chain = {
        f"R{index}": {"Type": "X::Y::Z", "DependsOn": f"R{index + 1}"} for index in range(2_000)
    }
    assert len(read({**chain, "R2000": {"Type": "X::Y::Z"}}).resources) == 2_001


IAM, HERE = f"arn:aws:iam::{ACCOUNT}", f"{REGION}:{ACCOUNT}"


@pytest.mark.parametrize(
    ("type_", "properties", "reference", "expected"),
    [
        ("AWS::IAM::Role", {"RoleName": "R"}, "Arn", f"{IAM}:role/R"),
        ("AWS::IAM::Role", {"RoleName": "R", "Path": "/t/"}, "Arn", f"{IAM}:role/t/R"),
        ("AWS::IAM::User", {"UserName": "U"}, "Arn", f"{IAM}:user/U"),
        ("AWS::IAM::ManagedPolicy", {"ManagedPolicyName": "P"}, "", f"{IAM}:policy/P"),
        (
            "AWS::IAM::InstanceProfile",
            {"InstanceProfileName": "I"},
            "Arn",
            f"{IAM}:instance-profile/I",
        ),
        (
            "AWS::IAM::OIDCProvider",
            {"Url": "https://token.example.com/x"},
            "",
            f"{IAM}:oidc-provider/token.example.com/x",
        ),
        ("AWS::S3::Bucket", {"BucketName": "b"}, "Arn", "arn:aws:s3:::b"),
        ("AWS::S3::Bucket", {"BucketName": "b"}, "", "b"),
        (
            "AWS::SQS::Queue",
            {"QueueName": "q"},
            "",
            "https://sqs.eu-central-1.amazonaws.com/111122223333/q",
        ),
        ("AWS::SQS::Queue", {"QueueName": "q"}, "Arn", f"arn:aws:sqs:{HERE}:q"),
        ("AWS::SNS::Topic", {"TopicName": "t"}, "", f"arn:aws:sns:{HERE}:t"),
        (
            "AWS::Lambda::Function",
            {"FunctionName": "f"},
            "Arn",
            f"arn:aws:lambda:{HERE}:function:f",
        ),
        (
            "AWS::Lambda::Alias",
            {"FunctionName": "f", "Name": "live"},
            "",
            f"arn:aws:lambda:{HERE}:function:f:live",
        ),
        ("AWS::DynamoDB::Table", {"TableName": "t"}, "Arn", f"arn:aws:dynamodb:{HERE}:table/t"),
        (
            "AWS::Logs::LogGroup",
            {"LogGroupName": "/a/b"},
            "Arn",
            f"arn:aws:logs:{HERE}:log-group:/a/b:*",
        ),
        ("AWS::KMS::Alias", {"AliasName": "alias/a"}, "", "alias/a"),
        (
            "AWS::ECR::Repository",
            {"RepositoryName": "r"},
            "Arn",
            f"arn:aws:ecr:{HERE}:repository/r",
        ),
        (
            "AWS::Events::Rule",
            {"Name": "r", "EventBusName": "bus"},
            "Arn",
            f"arn:aws:events:{HERE}:rule/bus/r",
        ),
        (
            "AWS::StepFunctions::StateMachine",
            {"StateMachineName": "m"},
            "",
            f"arn:aws:states:{HERE}:stateMachine:m",
        ),
    ],
)
def test_names_and_arns_that_the_template_fixes_are_known(
    type_: str, properties: Any, reference: str, expected: str
) -> None:
    value = {"Fn::GetAtt": ["Thing", reference]} if reference else {"Ref": "Thing"}
    assert text(value, resources={"Thing": resource(type_, **properties)}) == expected


def test_a_secret_of_a_fixed_name_matches_the_pattern_that_policies_write() -> None:
    secret = {"Secret": resource("AWS::SecretsManager::Secret", Name="db")}
    arn = resolved({"Ref": "Secret"}, resources=secret)
    head, end = arn[:-6], arn[-6:]
    assert head == "arn:aws:secretsmanager:eu-central-1:111122223333:secret:db-"
    assert is_symbolic(end)


def test_a_name_that_aws_makes_up_begins_as_aws_begins_it() -> None:
    things = {
        "Reader": role(),
        "Pictures": resource("AWS::S3::Bucket"),
        "Key": resource("AWS::KMS::Key"),
    }
    arns = text([{"Fn::GetAtt": [name, "Arn"]} for name in things], resources=things)
    assert arns[0].startswith("arn:aws:iam::111122223333:role/App-Reader-@generated.")
    assert arns[1].startswith("arn:aws:s3:::app-pictures-@generated.")
    assert arns[2].startswith("arn:aws:kms:eu-central-1:111122223333:key/@generated.Key.")
    assert len(set(arns)) == 3


def test_the_cdks_json_resource_is_the_value_that_its_text_holds() -> None:
    """By it the CDK makes keys of conditions that hold tokens."""
    json_of = {
        "Json": resource(
            "Custom::AWSCDKCfnJson",
            Value={"Fn::Join": ["", ['{"', {"Ref": "Stage"}, ':sub":"x"}']]},
        )
    }
    value = {"Fn::GetAtt": ["Json", "Value"]}
    assert text(value, **SECTIONS, resources=json_of) == {"dev:sub": "x"}
