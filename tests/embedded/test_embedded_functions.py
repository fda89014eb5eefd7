"""Lambda functions: run here, with the credentials of their role, on what happens in S3."""

from __future__ import annotations

import importlib.machinery
import io
import json
import time
import zipfile
from typing import Any

from least_privilege.embedded.emulator.bundles import fitted
from tests.embedded.kit import ACCOUNT, Clients, Stack, allow, trust

CODE = """
import boto3, json, os, urllib.parse
def handler(event, context):
    s3 = boto3.client("s3")
    who = boto3.client("sts").get_caller_identity()["Arn"]
    for record in event.get("Records", []):
        key = urllib.parse.unquote_plus(record["s3"]["object"]["key"])
        s3.get_object(Bucket=record["s3"]["bucket"]["name"], Key=key)
        s3.put_object(Bucket=os.environ["OUT"], Key=key, Body=who)
    try:
        s3.list_buckets()
        return {"who": who, "list": "allowed"}
    except s3.exceptions.ClientError as error:
        return {"who": who, "list": error.response["Error"]["Code"]}
"""


def pipeline(*, permitted: bool) -> dict[str, Any]:
    """A bucket that tells a function about new objects, and a bucket it writes to."""
    function_arn = {"Fn::GetAtt": ["Function", "Arn"]}
    resources: dict[str, Any] = {
        "Out": {"Type": "AWS::S3::Bucket", "Properties": {}},
        "In": {
            "Type": "AWS::S3::Bucket",
            "DependsOn": ["Permission"] if permitted else [],
            "Properties": {
                "NotificationConfiguration": {
                    "LambdaConfigurations": [
                        {"Event": "s3:ObjectCreated:*", "Function": function_arn}
                    ]
                }
            },
        },
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": trust(Service="lambda.amazonaws.com"),
                "Policies": [
                    {
                        "PolicyName": "work",
                        "PolicyDocument": allow(["s3:GetObject", "s3:PutObject"]),
                    }
                ],
            },
        },
        "Function": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Runtime": "python3.13",
                "Handler": "index.handler",
                "Timeout": 30,
                "Code": {"ZipFile": CODE},
                "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                "Environment": {"Variables": {"OUT": {"Ref": "Out"}}},
            },
        },
    }
    if permitted:
        resources["Permission"] = {
            "Type": "AWS::Lambda::Permission",
            "Properties": {
                "Action": "lambda:InvokeFunction",
                "FunctionName": function_arn,
                "Principal": "s3.amazonaws.com",
                "SourceAccount": ACCOUNT,
            },
        }
    return resources


def outputs_of(stack: Stack, resources: dict[str, Any]) -> dict[str, str]:
    return stack.deploy(
        resources, **{name: {"Ref": name} for name in ("In", "Out", "Role", "Function")}
    )


def object_within(s3: Any, bucket: str, key: str, seconds: float) -> str | None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if s3.list_objects_v2(Bucket=bucket).get("KeyCount"):
            return str(s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode())
        time.sleep(0.1)
    return None


def test_a_new_object_runs_the_function_with_the_session_of_its_role(
    stack: Stack, clients: Clients
) -> None:
    outputs = outputs_of(stack, pipeline(permitted=True))
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/{outputs['Role']}/{outputs['Function']}"
    s3 = clients.root("s3")
    s3.put_object(Bucket=outputs["In"], Key="a picture.txt", Body=b"x")
    assert object_within(s3, outputs["Out"], "a picture.txt", 20) == session

    functions = clients.root("lambda")
    payload = functions.invoke(FunctionName=outputs["Function"], Payload=b"{}")["Payload"]
    assert json.loads(payload.read()) == {"who": session, "list": "AccessDenied"}
    policy = json.dumps(allow("s3:ListAllMyBuckets"))
    clients.root("iam").put_role_policy(
        RoleName=outputs["Role"], PolicyName="more", PolicyDocument=policy
    )
    payload = functions.invoke(FunctionName=outputs["Function"], Payload=b"{}")["Payload"]
    assert json.loads(payload.read())["list"] == "allowed"


def test_a_compiled_package_of_another_python_gives_way_to_the_one_installed_here() -> None:
    own = importlib.machinery.EXTENSION_SUFFIXES[0]
    foreign = ".cpython-399-x86_64-linux-gnu.so"
    bundle = _bundle(
        "index.py",
        "PIL/__init__.py",
        f"PIL/_imaging{foreign}",
        "pillow.libs/libjpeg.so.62",
        "pure/__init__.py",
        f"notinstalled/_fast{foreign}",
        f"cryptography/_own{own}",
    )
    names = zipfile.ZipFile(io.BytesIO(fitted(bundle))).namelist()
    assert not [name for name in names if name.startswith("PIL/")]
    assert {"index.py", "pure/__init__.py", f"notinstalled/_fast{foreign}"} <= set(names)
    assert f"cryptography/_own{own}" in names


def test_a_bundle_that_fits_is_left_alone() -> None:
    bundle = _bundle("index.py", "pure/__init__.py")
    assert fitted(bundle) is bundle


def _bundle(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "")
    return buffer.getvalue()
