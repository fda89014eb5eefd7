"""Who acts under a boundary: roles read back from the template of a stack."""

from __future__ import annotations

from functools import cache
from typing import Any

from aws_cdk import Stack, aws_iam as iam
from aws_cdk.assertions import Template

from least_privilege.access import AccessRequest, Decision, evaluate
from least_privilege.boundary import RoleBoundary
from least_privilege.template import Reading, Role, read_template
from tests.conftest import ACCOUNT, REGION, new_stack

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
BOUNDARY_ARN = f"arn:aws:iam::{ACCOUNT}:policy/Ceiling"
LAMBDA, EC2, CLOUDFORMATION = (
    f"{each}.amazonaws.com" for each in ("lambda", "ec2", "cloudformation")
)
SERVICES = ("s3", "lambda", "ec2", "cloudformation", "sts")


def administrator(
    stack: Stack, name: str, *, path: str = "/", boundary: RoleBoundary | None = None
) -> None:
    """A role that its own policies allow everything, trusted by services and the account."""
    iam.CfnRole(
        stack,
        name,
        role_name=name,
        path=path,
        permissions_boundary=boundary.policy_arn if boundary else None,
        managed_policy_arns=[ADMINISTRATOR],
        assume_role_policy_document={
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {
                    "Service": [LAMBDA, EC2, CLOUDFORMATION],
                    "AWS": f"arn:aws:iam::{ACCOUNT}:root",
                },
            },
        },
    )


@cache
def account_with(
    services: tuple[str, ...] = SERVICES,
    *,
    regions: tuple[str, ...] = (),
    creation: str | None = "/orders/",
) -> Reading:
    """A deployer and a worker under the boundary, beside an administrator and a user without."""
    stack = new_stack()
    ceiling = RoleBoundary(
        stack,
        "Ceiling",
        allowed_services=services,
        allowed_regions=regions,
        allow_role_creation=creation,
        policy_name="Ceiling",
    )
    administrator(stack, "Deployer", path="/ci/", boundary=ceiling)
    administrator(stack, "Worker", path="/orders/", boundary=ceiling)
    administrator(stack, "Admin")
    iam.CfnUser(stack, "Root", user_name="root", managed_policy_arns=[ADMINISTRATOR])
    reading = read_template(Template.from_stack(stack).to_json(), account=ACCOUNT, region=REGION)
    assert reading.is_complete, reading.findings
    return reading


def deployer(reading: Reading) -> Role:
    return reading.role("Deployer")


def decision(reading: Reading, action: str, resource: str = "*", **context: Any) -> Decision:
    """What the deployer is answered; keys of the context have `__` for their colon."""
    role = deployer(reading)
    request = AccessRequest(
        principal=role.session(),
        action=action,
        resource=resource,
        context={"aws:RequestedRegion": REGION}
        | {key.replace("__", ":"): value for key, value in context.items()},
    )
    return evaluate(request, role.policy_set(resource=reading.resource_policy(resource))).decision
