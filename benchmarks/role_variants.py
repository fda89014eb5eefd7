"""Makes and synthesizes many roles in one of three ways; a process of its own for each.

Prints the seconds from the first role to the assembly, start and imports left out.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from time import perf_counter

from aws_cdk import App, Environment, Stack, aws_iam as iam

from least_privilege.permissions import ActionsOn, S3List, S3Read
from least_privilege.roles import InstanceRole

ROLES = 1_000
ROLES_PER_STACK = 160
"""A template has at most 500 resources."""
ACCOUNT = "111122223333"
BUCKET = "arn:aws:s3:::pictures"
EC2 = "ec2.amazonaws.com"


def queue(number: int) -> str:
    return f"arn:aws:sqs:eu-central-1:{ACCOUNT}:orders-{number}"


def ours(stack: Stack, number: int) -> None:
    """With the acknowledgement of the wildcard under the prefix."""
    InstanceRole(
        stack,
        f"Role{number}",
        permissions=[
            S3Read(bucket_arn=BUCKET, prefix=f"in-{number}/"),
            S3List(bucket_arn=BUCKET, prefix=f"in-{number}/"),
            ActionsOn(actions=("sqs:SendMessage",), resources=(queue(number),)),
        ],
    )


def plain(stack: Stack, number: int) -> None:
    """`iam.Role`, as one writes it with the CDK."""
    role = iam.Role(stack, f"Role{number}", assumed_by=iam.ServicePrincipal(EC2))
    for action, resource, conditions in _statements(number):
        role.add_to_policy(
            iam.PolicyStatement(actions=[action], resources=[resource], conditions=conditions)
        )
    iam.InstanceProfile(stack, f"Profile{number}", role=role)


def cfn(stack: Stack, number: int) -> None:
    """`iam.CfnRole`, with plain mappings."""
    role = iam.CfnRole(
        stack,
        f"Role{number}",
        assume_role_policy_document={
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"Service": EC2}, "Action": "sts:AssumeRole"}
            ],
        },
        policies=[
            {
                "policyName": "Permissions",
                "policyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {"Effect": "Allow", "Action": action, "Resource": resource}
                        | ({"Condition": conditions} if conditions else {})
                        for action, resource, conditions in _statements(number)
                    ],
                },
            }
        ],
    )
    iam.CfnInstanceProfile(stack, f"Profile{number}", roles=[role.ref])


def _statements(number: int) -> tuple[tuple[str, str, dict[str, dict[str, str]]], ...]:
    return (
        ("s3:GetObject", f"{BUCKET}/in-{number}/*", {}),
        ("s3:ListBucket", BUCKET, {"StringLike": {"s3:prefix": f"in-{number}/*"}}),
        ("sqs:SendMessage", queue(number), {}),
    )


WAYS: dict[str, Callable[[Stack, int], None]] = {"ours": ours, "plain": plain, "cfn": cfn}


def main(way: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = App(outdir=folder, analytics_reporting=False)
        here = Environment(account=ACCOUNT, region="eu-central-1")
        begun = perf_counter()
        for first in range(0, ROLES, ROLES_PER_STACK):
            stack = Stack(app, f"Stack{first}", env=here)
            for number in range(first, min(first + ROLES_PER_STACK, ROLES)):
                WAYS[way](stack, number)
        app.synth()
        sys.stdout.write(f"{perf_counter() - begun}\n")


if __name__ == "__main__":
    main(sys.argv[1])
