"""Short ways to talk to the embedded AWS."""

from __future__ import annotations

import base64
import copy
import hashlib
import hmac
import http.client
import json
import struct
import subprocess
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from least_privilege.embedded import Credentials, EmbeddedAws

ACCOUNT = "111122223333"
OTHER_ACCOUNT = "444455556666"
REGION = "eu-central-1"

RunAws = Callable[..., subprocess.CompletedProcess[str]]


class Clients:
    """boto3 clients, by who calls."""

    def __init__(self, aws: EmbeddedAws) -> None:
        self._aws = aws

    def root(self, service: str, account_id: str = ACCOUNT) -> Any:
        return self.with_keys(service, account_id, "test", None)

    def session(self, service: str, credentials: Credentials) -> Any:
        return self.with_keys(
            service,
            credentials.access_key_id,
            credentials.secret_access_key,
            credentials.session_token,
        )

    def with_keys(self, service: str, key: str, secret: str, token: str | None) -> Any:
        return self._client(
            service,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            aws_session_token=token,
        )

    def unsigned(self, service: str) -> Any:
        return self._client(service, config=Config(signature_version=UNSIGNED))

    def _client(self, service: str, **options: Any) -> Any:
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self._aws.endpoint,
            verify=str(self._aws.ca_bundle),
            **options,
        )


class Stack:
    """A CloudFormation stack of the resources that a test gives."""

    def __init__(self, cloudformation: Any, name: str) -> None:
        self._cloudformation = cloudformation
        self.name = name
        self._exists = False

    def deploy(self, resources: dict[str, Any], **outputs: Any) -> dict[str, str]:
        """Create or update the stack; return its outputs."""
        self.start(resources, **outputs)
        stack = self.settled()
        assert stack["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), self.failures()
        return {item["OutputKey"]: item["OutputValue"] for item in stack.get("Outputs", [])}

    def start(self, resources: dict[str, Any], **outputs: Any) -> None:
        template = {
            "Resources": resources,
            "Outputs": {name: {"Value": value} for name, value in outputs.items()},
        }
        act = self._cloudformation.update_stack if self._exists else None
        (act or self._cloudformation.create_stack)(
            StackName=self.name,
            TemplateBody=json.dumps(template),
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
        self._exists = True

    def settled(self) -> dict[str, Any]:
        for _ in range(600):
            stack: dict[str, Any] = self._cloudformation.describe_stacks(StackName=self.name)[
                "Stacks"
            ][0]
            if not stack["StackStatus"].endswith("IN_PROGRESS"):
                return stack
            time.sleep(0.05)
        raise AssertionError(f"{self.name} did not settle")

    def failures(self) -> list[str]:
        events = self._cloudformation.describe_stack_events(StackName=self.name)["StackEvents"]
        return [
            f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason')}"
            for event in events
            if event["ResourceStatus"].endswith("FAILED")
        ]

    def delete(self) -> None:
        identity = self._cloudformation.describe_stacks(StackName=self.name)["Stacks"][0]
        self._cloudformation.delete_stack(StackName=self.name)
        for _ in range(600):
            stack = self._cloudformation.describe_stacks(StackName=identity["StackId"])["Stacks"]
            if stack[0]["StackStatus"] == "DELETE_COMPLETE":
                return
            time.sleep(0.05)
        raise AssertionError(self.failures())


def fetch(url: str, method: str = "GET", **headers: str) -> tuple[int, str]:
    """The status and text of a plain HTTP request; `_` in a header's name is `-`."""
    parts = urlsplit(url)
    assert parts.hostname == "127.0.0.1"
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, parts.path, headers=named)
    response = connection.getresponse()
    return response.status, response.read().decode()


def trust(**principal: str) -> dict[str, Any]:
    """A trust policy: `trust(Service="ec2.amazonaws.com")`."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def allow(action: str | list[str], resource: str = "*", **condition: Any) -> dict[str, Any]:
    """A policy of one statement."""
    statement: dict[str, Any] = {"Effect": "Allow", "Action": action, "Resource": resource}
    if condition:
        statement["Condition"] = condition
    return {"Version": "2012-10-17", "Statement": [statement]}


def make_role(
    clients: Clients,
    name: str,
    trusting: dict[str, Any],
    policy: dict[str, Any] | None = None,
    **options: Any,
) -> str:
    iam = clients.root("iam")
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trusting), **options)[
        "Role"
    ]
    if policy:
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(policy))
    return str(role["Arn"])


def make_user(clients: Clients, name: str, policy: dict[str, Any] | None = None) -> tuple[str, str]:
    iam = clients.root("iam")
    iam.create_user(UserName=name)
    if policy:
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]


def one_time_code(seed: str, step: int = 0) -> str:
    counter = struct.pack(">Q", int(time.time()) // 30 + step)
    digest = hmac.new(base64.b32decode(seed), counter, hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def changed(resources: dict[str, Any], name: str, **properties: Any) -> dict[str, Any]:
    """The same resources with other properties of one; None takes a property away."""
    result = copy.deepcopy(resources)
    merged = {**result[name]["Properties"], **properties}
    result[name]["Properties"] = {key: v for key, v in merged.items() if v is not None}
    return result


def error_code(call: Callable[..., Any], **arguments: Any) -> str:
    """The code of the error that AWS answers, or `allowed`."""
    try:
        call(**arguments)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "allowed"
