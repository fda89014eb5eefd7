"""Resource policies come out with the ARN of what they protect."""

from __future__ import annotations

import json
from typing import Any

import pytest

from least_privilege.access import AccessRequest, Decision, PolicySet, Principal, evaluate
from least_privilege.policy import PolicyKind
from tests.template.kit import ACCOUNT, REGION, document, read, resource, role, statement

HERE = f"{REGION}:{ACCOUNT}"
ANYBODY = {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}


def own(action: str, *, with_resource: bool = True) -> dict[str, Any]:
    each = statement("*", action=action, **ANYBODY)
    if not with_resource:
        del each["Resource"]
    return document(each)


@pytest.mark.parametrize(
    ("type_", "properties", "protected"),
    [
        ("S3::BucketPolicy", {"Bucket": "b", "PolicyDocument": own("s3:*")}, "arn:aws:s3:::b"),
        ("KMS::ReplicaKey", {"KeyPolicy": own("kms:*")}, None),
        (
            "SQS::QueuePolicy",
            {"Queues": [{"Ref": "Queue"}], "PolicyDocument": own("sqs:*")},
            f"arn:aws:sqs:{HERE}:q",
        ),
        (
            "SQS::QueueInlinePolicy",
            {"Queue": {"Ref": "Queue"}, "PolicyDocument": own("sqs:*")},
            f"arn:aws:sqs:{HERE}:q",
        ),
        (
            "SNS::TopicPolicy",
            {"Topics": [{"Ref": "Topic"}], "PolicyDocument": own("sns:Publish")},
            f"arn:aws:sns:{HERE}:t",
        ),
        (
            "SecretsManager::ResourcePolicy",
            {"SecretId": {"Ref": "Secret"}, "ResourcePolicy": own("secretsmanager:*")},
            None,
        ),
        (
            "ECR::Repository",
            {"RepositoryName": "r", "RepositoryPolicyText": own("ecr:*", with_resource=False)},
            f"arn:aws:ecr:{HERE}:repository/r",
        ),
        (
            "Logs::ResourcePolicy",
            {"PolicyDocument": json.dumps(own("logs:PutLogEvents"))},
            f"arn:aws:logs:{HERE}:*",
        ),
        ("EFS::FileSystem", {"FileSystemPolicy": own("elasticfilesystem:*")}, None),
        (
            "DynamoDB::Table",
            {"TableName": "t", "ResourcePolicy": {"PolicyDocument": own("dynamodb:*")}},
            f"arn:aws:dynamodb:{HERE}:table/t",
        ),
        (
            "DynamoDB::GlobalTable",
            {
                "TableName": "t",
                "Replicas": [{"ResourcePolicy": {"PolicyDocument": own("dynamodb:*")}}],
            },
            f"arn:aws:dynamodb:{HERE}:table/t",
        ),
        (
            "Kinesis::ResourcePolicy",
            {"ResourceArn": f"arn:aws:kinesis:{HERE}:stream/s", "ResourcePolicy": own("kinesis:*")},
            f"arn:aws:kinesis:{HERE}:stream/s",
        ),
        (
            "OpenSearchService::Domain",
            {"DomainName": "d", "AccessPolicies": own("es:*")},
            f"arn:aws:es:{HERE}:domain/d",
        ),
        (
            "S3::AccessPoint",
            {"Name": "a", "Bucket": "b", "Policy": own("s3:*")},
            f"arn:aws:s3:{HERE}:accesspoint/a",
        ),
        (
            "Backup::BackupVault",
            {"BackupVaultName": "v", "AccessPolicy": own("backup:*")},
            f"arn:aws:backup:{HERE}:backup-vault:v",
        ),
        (
            "Events::EventBus",
            {"Name": "e", "Policy": own("events:*")},
            f"arn:aws:events:{HERE}:event-bus/e",
        ),
        (
            "CodeArtifact::Domain",
            {"DomainName": "d", "PermissionsPolicyDocument": own("codeartifact:*")},
            f"arn:aws:codeartifact:{HERE}:domain/d",
        ),
        (
            "S3Tables::TableBucketPolicy",
            {
                "TableBucketARN": "arn:aws:s3tables:x:1:bucket/b",
                "ResourcePolicy": own("s3tables:*"),
            },
            "arn:aws:s3tables:x:1:bucket/b",
        ),
        (
            "MediaStore::Container",
            {"ContainerName": "c", "Policy": own("mediastore:*")},
            f"arn:aws:mediastore:{HERE}:container/c",
        ),
    ],
)
def test_a_policy_comes_out_with_what_it_protects(
    type_: str, properties: dict[str, Any], protected: str | None
) -> None:
    others = {
        "Queue": resource("AWS::SQS::Queue", QueueName="q"),
        "Topic": resource("AWS::SNS::Topic", TopicName="t"),
        "Secret": resource("AWS::SecretsManager::Secret"),
    }
    reading = read({**others, "Policy": resource(f"AWS::{type_}", **properties)})
    (found,) = reading.resource_policies
    assert found.document is not None
    assert found.kind is PolicyKind.RESOURCE
    assert found.account == ACCOUNT
    assert found.is_complete
    if protected is None:
        arns = {each.logical_id: each.arn for each in reading.resources}
        protected = arns["Secret" if "Secrets" in type_ else "Policy"]
    assert found.resource == protected
    assert reading.is_complete


def test_a_bucket_policy_counts_for_the_bucket_and_its_objects() -> None:
    reading = read(
        {
            "Pictures": resource("AWS::S3::Bucket"),
            "Policy": resource(
                "AWS::S3::BucketPolicy",
                Bucket={"Ref": "Pictures"},
                PolicyDocument=document(
                    statement(
                        {"Fn::Sub": "${Pictures.Arn}/*"},
                        Principal={"AWS": {"Fn::GetAtt": ["Reader", "Arn"]}},
                    )
                ),
            ),
            "Reader": role(),
        }
    )
    bucket = next(each.arn for each in reading.resources if each.logical_id == "Pictures")
    reader = reading.role("Reader")
    assert len(reading.policies_on(bucket)) == len(reading.policies_on(f"{bucket}/a.png")) == 1
    assert reading.resource_policy(f"{bucket}x") is None
    assert reading.resource_policy(reader.arn) == reader.trust
    request = AccessRequest(
        principal=reader.session(),
        action="s3:GetObject",
        resource=f"{bucket}/a.png",
        resource_account=ACCOUNT,
    )
    with_policy = reader.policy_set(resource=reading.resource_policy(f"{bucket}/a.png"))
    assert evaluate(request, with_policy).decision is Decision.ALLOWED
    assert evaluate(request, reader.policy_set()).decision is Decision.IMPLICITLY_DENIED


def test_an_endpoint_policy_is_one_of_its_own_kind() -> None:
    endpoint = resource(
        "AWS::EC2::VPCEndpoint", PolicyDocument=document(statement(Principal="*")), VpcId="v"
    )
    (found,) = read({"Endpoint": endpoint}).resource_policies
    assert found.kind is PolicyKind.ENDPOINT
    assert found.resource.startswith(f"arn:aws:ec2:{HERE}:vpc-endpoint/@generated.Endpoint.")


def test_an_endpoint_or_key_without_a_policy_has_none() -> None:
    reading = read({"E": resource("AWS::EC2::VPCEndpoint"), "K": resource("AWS::KMS::Key")})
    assert not reading.resource_policies
    assert reading.is_complete


SOURCE = {"Fn::GetAtt": ["Topic", "TopicArn"]}


@pytest.mark.parametrize(
    ("properties", "principal", "conditions"),
    [
        (
            {"Principal": "sns.amazonaws.com", "SourceArn": SOURCE},
            ("Service", "sns.amazonaws.com"),
            {("ArnLike", "aws:SourceArn", f"arn:aws:sns:{HERE}:t")},
        ),
        (
            {"Principal": "s3.amazonaws.com", "SourceAccount": ACCOUNT, "EventSourceToken": "x"},
            ("Service", "s3.amazonaws.com"),
            {
                ("StringEquals", "aws:SourceAccount", ACCOUNT),
                ("StringEquals", "lambda:EventSourceToken", "x"),
            },
        ),
        ({"Principal": "444455556666"}, ("AWS", "arn:aws:iam::444455556666:root"), set()),
        (
            {"Principal": "arn:aws:iam::444455556666:role/R"},
            ("AWS", "arn:aws:iam::444455556666:role/R"),
            set(),
        ),
        (
            {
                "Principal": "*",
                "PrincipalOrgID": "o-a1b2c3d4e5",
                "FunctionUrlAuthType": "AWS_IAM",
                "InvokedViaFunctionUrl": True,
            },
            ("AWS", "*"),
            {
                ("StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5"),
                ("StringEquals", "lambda:FunctionUrlAuthType", "AWS_IAM"),
                ("Bool", "lambda:InvokedViaFunctionUrl", "true"),
            },
        ),
    ],
)
def test_a_lambda_permission_is_the_statement_that_aws_writes(
    properties: dict[str, Any], principal: tuple[str, str], conditions: set[tuple[str, str, str]]
) -> None:
    reading = read(
        {
            "Topic": resource("AWS::SNS::Topic", TopicName="t"),
            "Function": resource("AWS::Lambda::Function", FunctionName="f"),
            "Permission": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName={"Fn::GetAtt": ["Function", "Arn"]},
                **properties,
            ),
        }
    )
    (found,) = reading.resource_policies
    assert found.resource == f"arn:aws:lambda:{HERE}:function:f"
    assert found.document is not None
    (each,) = found.document.statements
    assert each.actions == ("lambda:InvokeFunction",)
    assert each.resources == (found.resource,)
    assert [(who.type.value, who.identifier) for who in each.principals] == [principal]
    assert {(one.operator, one.key, one.values[0]) for one in each.conditions} == conditions
    assert reading.is_complete


@pytest.mark.parametrize(
    ("function", "protected"),
    [
        ("f", f"arn:aws:lambda:{HERE}:function:f"),
        ("f:live", f"arn:aws:lambda:{HERE}:function:f:live"),
        (f"{ACCOUNT}:function:f", f"arn:aws:lambda:{HERE}:function:f"),
        ({"Ref": "Alias"}, f"arn:aws:lambda:{HERE}:function:f:live"),
    ],
)
def test_a_permission_names_its_function_in_any_form(function: Any, protected: str) -> None:
    reading = read(
        {
            "Function": resource("AWS::Lambda::Function", FunctionName="f"),
            "Alias": resource("AWS::Lambda::Alias", FunctionName={"Ref": "Function"}, Name="live"),
            "Permission": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=function,
                Principal="s3.amazonaws.com",
            ),
        }
    )
    assert reading.resource_policies[0].resource == protected


def test_permissions_of_one_function_add_up() -> None:
    permission = resource(
        "AWS::Lambda::Permission", Action="lambda:InvokeFunction", FunctionName="f"
    )
    both = {
        name: {**permission, "Properties": {**permission["Properties"], "Principal": principal}}
        for name, principal in (("A", "s3.amazonaws.com"), ("B", "sns.amazonaws.com"))
    }
    (found,) = read(both).resource_policies
    assert found.document is not None
    assert len(found.document.statements) == 2


def test_a_layer_can_be_shared_with_an_organization() -> None:
    layer = resource(
        "AWS::Lambda::LayerVersionPermission",
        Action="lambda:GetLayerVersion",
        LayerVersionArn=f"arn:aws:lambda:{HERE}:layer:l:1",
        OrganizationId="o-a1b2c3d4e5",
        Principal="*",
    )
    (found,) = read({"L": layer}).resource_policies
    assert found.document is not None
    assert found.document.statements[0].conditions[0].values == ("o-a1b2c3d4e5",)


@pytest.mark.parametrize(
    "properties",
    [
        {
            "StatementId": "s",
            "Statement": statement(
                f"arn:aws:events:{HERE}:event-bus/default", action="events:PutEvents", Principal="*"
            ),
        },
        {"StatementId": "s", "Action": "events:PutEvents", "Principal": "*"},
    ],
)
def test_an_event_bus_policy_is_one_statement(properties: dict[str, Any]) -> None:
    (found,) = read({"P": resource("AWS::Events::EventBusPolicy", **properties)}).resource_policies
    assert found.resource == f"arn:aws:events:{HERE}:event-bus/default"
    assert found.document is not None
    assert found.document.statements[0].actions == ("events:PutEvents",)


def test_the_short_form_of_an_api_is_its_own_arn() -> None:
    api = resource(
        "AWS::ApiGateway::RestApi",
        Policy=document(
            statement("execute-api:/prod/*", action="execute-api:Invoke", Principal="*")
        ),
    )
    (found,) = read({"Api": api}).resource_policies
    assert found.document is not None
    assert found.document.statements[0].resources == (f"{found.resource}/prod/*",)
    assert found.resource.startswith(f"arn:aws:execute-api:{HERE}:@generated.Api.")


def test_a_policy_for_several_queues_is_one_for_each() -> None:
    queues = {name: resource("AWS::SQS::Queue", QueueName=name) for name in ("A", "B")}
    policy = resource(
        "AWS::SQS::QueuePolicy",
        Queues=[{"Ref": name} for name in queues],
        PolicyDocument=own("sqs:SendMessage"),
    )
    reading = read({**queues, "Policy": policy})
    assert [each.resource[-1] for each in reading.resource_policies] == ["A", "B"]


def test_a_service_is_let_in_by_a_topic_policy() -> None:
    reading = read(
        {
            "Topic": resource("AWS::SNS::Topic", TopicName="t"),
            "Policy": resource(
                "AWS::SNS::TopicPolicy",
                Topics=[{"Ref": "Topic"}],
                PolicyDocument=document(
                    statement(
                        {"Ref": "Topic"},
                        action="sns:Publish",
                        Principal={"Service": "cloudwatch.amazonaws.com"},
                    )
                ),
            ),
        }
    )
    topic = f"arn:aws:sns:{HERE}:t"
    for service, decision in (
        ("cloudwatch.amazonaws.com", Decision.ALLOWED),
        ("s3.amazonaws.com", Decision.IMPLICITLY_DENIED),
    ):
        request = AccessRequest(
            principal=Principal.service(service), action="sns:Publish", resource=topic
        )
        policies = PolicySet(resource=reading.resource_policy(topic))
        assert evaluate(request, policies).decision is decision
