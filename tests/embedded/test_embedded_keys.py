"""Keys, boundaries, tokens and events: what else a request takes on AWS."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

from least_privilege.embedded import EmbeddedAws
from tests.embedded.kit import (
    ACCOUNT,
    OTHER_ACCOUNT,
    REGION,
    Clients,
    Stack,
    allow,
    error_code,
    make_role,
    make_user,
    trust,
)
from tests.embedded.test_embedded_functions import object_within, outputs_of, pipeline

IN_REGION = {"LocationConstraint": REGION}
ISSUER = "token.actions.githubusercontent.com"


def statements(*policies: dict[str, Any]) -> dict[str, Any]:
    """One policy of the statements of several."""
    merged = [statement for policy in policies for statement in policy["Statement"]]
    return {"Version": "2012-10-17", "Statement": merged}


def test_an_encrypted_object_takes_its_key_too(aws: EmbeddedAws, clients: Clients) -> None:
    s3, iam = clients.root("s3"), clients.root("iam")
    key = clients.root("kms").create_key()["KeyMetadata"]["Arn"]
    s3.create_bucket(Bucket="encrypted", CreateBucketConfiguration=IN_REGION)
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    rule = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}
    s3.put_bucket_encryption(
        Bucket="encrypted", ServerSideEncryptionConfiguration={"Rules": [rule]}
    )
    s3.put_object(Bucket="encrypted", Key="k", Body=b"")
    objects = allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::encrypted/*")
    arn = make_role(clients, "encrypted-reader", trust(Service="lambda.amazonaws.com"), objects)
    session = clients.session("s3", aws.service_session(arn))
    asked = {"Bucket": "encrypted", "Key": "k"}
    assert error_code(session.get_object, **asked) == "AccessDenied"
    assert error_code(session.put_object, **asked, Body=b"") == "AccessDenied"

    through_s3 = allow(
        ["kms:Decrypt", "kms:GenerateDataKey"],
        key,
        StringEquals={
            "kms:ViaService": f"s3.{REGION}.amazonaws.com",
            "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::encrypted",
        },
    )
    iam.put_role_policy(
        RoleName="encrypted-reader",
        PolicyName="p",
        PolicyDocument=json.dumps(statements(objects, through_s3)),
    )
    assert error_code(session.get_object, **asked) == "allowed"
    assert error_code(session.put_object, **asked, Body=b"") == "allowed"


def test_a_bucket_of_another_account_can_name_a_role(aws: EmbeddedAws, clients: Clients) -> None:
    trusting = trust(Service="lambda.amazonaws.com")
    named = make_role(clients, "named-reader", trusting, allow("s3:GetObject"))
    unnamed = make_role(clients, "unnamed-reader", trusting, allow("s3:GetObject"))
    owner = clients.root("s3", OTHER_ACCOUNT)
    owner.create_bucket(Bucket="theirs", CreateBucketConfiguration=IN_REGION)
    owner.put_object(Bucket="theirs", Key="k", Body=b"")
    grant = allow("s3:GetObject", "arn:aws:s3:::theirs/*")
    grant["Statement"][0]["Principal"] = {"AWS": named}
    owner.put_bucket_policy(Bucket="theirs", Policy=json.dumps(grant))
    for role, expected in ((named, "allowed"), (unnamed, "AccessDenied")):
        session = clients.session("s3", aws.service_session(role))
        assert error_code(session.get_object, Bucket="theirs", Key="k") == expected


def test_the_principal_arn_of_a_session_is_its_role_with_the_path(
    aws: EmbeddedAws, clients: Clients
) -> None:
    trusting = trust(Service="lambda.amazonaws.com")
    caller = make_role(clients, "calling", trusting, allow("sts:AssumeRole"), Path="/app/")
    other = make_role(clients, "not-calling", trusting, allow("sts:AssumeRole"), Path="/app/")
    guarded = trust(AWS=f"arn:aws:iam::{ACCOUNT}:root")
    guarded["Statement"][0]["Condition"] = {"ArnEquals": {"aws:PrincipalArn": caller}}
    target = make_role(clients, "called", guarded)
    for role, expected in ((caller, "allowed"), (other, "AccessDenied")):
        sts = clients.session("sts", aws.service_session(role))
        code = error_code(sts.assume_role, RoleArn=target, RoleSessionName="test")
        assert code == expected


def test_a_delegate_makes_roles_under_the_boundary_alone(clients: Clients) -> None:
    iam = clients.root("iam")
    boundary = iam.create_policy(PolicyName="ceiling", PolicyDocument=json.dumps(allow("s3:*")))[
        "Policy"
    ]["Arn"]
    making = allow(
        ["iam:CreateRole", "iam:PutRolePolicy"],
        "*",
        StringEquals={"iam:PermissionsBoundary": boundary},
    )
    delegate = clients.with_keys("iam", *make_user(clients, "delegate", making), None)
    document = json.dumps(trust(AWS=ACCOUNT))
    role = {"RoleName": "made-by-delegate", "AssumeRolePolicyDocument": document}
    assert error_code(delegate.create_role, **role) == "AccessDenied"
    bounded = {**role, "PermissionsBoundary": boundary}
    assert error_code(delegate.create_role, **bounded) == "allowed"
    policy = {"PolicyName": "p", "PolicyDocument": json.dumps(allow("*"))}
    on_made = {"RoleName": "made-by-delegate", **policy}
    assert error_code(delegate.put_role_policy, **on_made) == "allowed"
    iam.create_role(RoleName="unbounded", AssumeRolePolicyDocument=document)
    on_other = {"RoleName": "unbounded", **policy}
    assert error_code(delegate.put_role_policy, **on_other) == "AccessDenied"


def token(**claims: Any) -> str:
    def part(content: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()

    claims = {
        "iss": f"https://{ISSUER}",
        "aud": "sts.amazonaws.com",
        "sub": "repo:org/repo:ref:refs/heads/main",
        "exp": time.time() + 300,
        **claims,
    }
    return f"{part({'alg': 'RS256'})}.{part(claims)}.unchecked"


def test_a_workload_needs_a_provider_that_is_known_and_a_token_for_it(clients: Clients) -> None:
    iam = clients.root("iam", OTHER_ACCOUNT)
    provider = f"arn:aws:iam::{OTHER_ACCOUNT}:oidc-provider/{ISSUER}"
    trusting = trust(Federated=provider)
    trusting["Statement"][0] |= {
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringLike": {f"{ISSUER}:sub": "repo:org/repo:*"}},
    }
    role = iam.create_role(RoleName="workload", AssumeRolePolicyDocument=json.dumps(trusting))[
        "Role"
    ]["Arn"]
    sts = clients.unsigned("sts")

    def assume(**claims: Any) -> str:
        return error_code(
            sts.assume_role_with_web_identity,
            RoleArn=role,
            RoleSessionName="ci",
            WebIdentityToken=token(**claims),
        )

    assert assume() == "InvalidIdentityToken"
    iam.create_open_id_connect_provider(Url=f"https://{ISSUER}", ClientIDList=["sts.amazonaws.com"])
    assert assume() == "allowed"
    assert assume(sub="repo:somebody/else:x") == "AccessDenied"
    assert assume(aud="another") == "InvalidIdentityToken"
    assert assume(exp=1) == "ExpiredTokenException"


def test_s3_does_not_invoke_a_function_that_does_not_let_it(stack: Stack, clients: Clients) -> None:
    outputs = outputs_of(stack, pipeline(permitted=False))
    s3 = clients.root("s3")
    s3.put_object(Bucket=outputs["In"], Key="k", Body=b"")
    assert object_within(s3, outputs["Out"], "k", 1.5) is None


def test_a_function_whose_role_does_not_trust_lambda_does_not_run(
    stack: Stack, clients: Clients
) -> None:
    resources = pipeline(permitted=False)
    untrusting = trust(Service="ec2.amazonaws.com")
    resources["Role"]["Properties"]["AssumeRolePolicyDocument"] = untrusting
    outputs = outputs_of(stack, resources)
    answer = clients.root("lambda").invoke(FunctionName=outputs["Function"])
    assert "FunctionError" in answer
    assert "does not let lambda.amazonaws.com assume it" in answer["Payload"].read().decode()


def test_an_instance_profile_that_is_not_there_is_refused(clients: Clients) -> None:
    ec2 = clients.root("ec2")
    asked = {"ImageId": "ami-0c2023a1b2c3d4e5f", "MinCount": 1, "MaxCount": 1}
    profile = {"IamInstanceProfile": {"Name": "nowhere"}}
    assert error_code(ec2.run_instances, **asked, **profile) == "InvalidParameterValue"
    template = {"LaunchTemplate": {"LaunchTemplateName": "t"}}
    assert error_code(ec2.run_instances, **asked, **template) == "UnsupportedOperation"
    made = ec2.run_instances(**asked)["Instances"][0]
    assert made["MetadataOptions"]["HttpTokens"] == "required"
