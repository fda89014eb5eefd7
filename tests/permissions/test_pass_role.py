"""Who may hand which role to which service."""

from __future__ import annotations

from typing import Any

import pytest
from aws_cdk import Stack, aws_iam as iam, aws_kms as kms

from least_privilege.errors import InvalidArnError, InvalidInputError, InvalidPermissionError
from least_privilege.permissions import PassRole, Permission
from least_privilege.roles import ServiceRole
from least_privilege.trust import AwsService
from tests.permissions.kit import (
    OTHER_ACCOUNT,
    allow,
    check_is_known_to_aws,
    is_allowed,
    said,
)

ROLE = "arn:aws:iam::111122223333:role/Resizer"
LAMBDA, EC2, ECS = "lambda.amazonaws.com", "ec2.amazonaws.com", "ecs-tasks.amazonaws.com"
INSTANCES = "arn:aws:ec2:eu-central-1:111122223333:instance/*"
PASS = PassRole(role_arn=ROLE, services=(LAMBDA,))
PASS_TWO = PassRole(role_arn=ROLE, services=(LAMBDA, ECS))
PASS_TO_INSTANCES = PassRole(role_arn=ROLE, services=(EC2,), associated_resource_arns=(INSTANCES,))

SAID: list[tuple[Permission, list[dict[str, Any]]]] = [
    (PASS, [allow("iam:PassRole", ROLE, StringEquals={"iam:PassedToService": LAMBDA})]),
    (PASS_TWO, [allow("iam:PassRole", ROLE, StringEquals={"iam:PassedToService": [LAMBDA, ECS]})]),
    (
        PASS_TO_INSTANCES,
        [
            allow(
                "iam:PassRole",
                ROLE,
                StringEquals={"iam:PassedToService": EC2},
                ArnLike={"iam:AssociatedResourceArn": INSTANCES},
            )
        ],
    ),
]


@pytest.mark.parametrize(("permission", "statements"), SAID)
def test_it_says_exactly_this(permission: Permission, statements: list[dict[str, Any]]) -> None:
    assert said(permission) == statements
    check_is_known_to_aws(permission)


def to(service: str, resource: str = "") -> dict[str, Any]:
    associated = {"iam:AssociatedResourceArn": resource} if resource else {}
    return {"iam:PassedToService": service} | associated


INSTANCE = INSTANCES.replace("*", "i-0123")
Asked = tuple[Permission, str, str, dict[str, Any]]
MAY: list[Asked] = [
    (PASS, "iam:PassRole", ROLE, to(LAMBDA)),
    (PASS, "iam:PassRole", ROLE, to(LAMBDA, "arn:aws:lambda:eu-central-1:111122223333:function:a")),
    (PASS_TWO, "iam:PassRole", ROLE, to(ECS)),
    (PASS_TO_INSTANCES, "iam:PassRole", ROLE, to(EC2, INSTANCE)),
]
MAY_NOT: list[Asked] = [
    (PASS, "iam:PassRole", ROLE, {}),
    (PASS, "iam:PassRole", ROLE, to(EC2)),
    (PASS, "iam:PassRole", f"{ROLE}2", to(LAMBDA)),
    (PASS, "iam:PassRole", ROLE.replace("role/", "role/team/"), to(LAMBDA)),
    (PASS, "iam:PassRole", ROLE.replace("111122223333", OTHER_ACCOUNT), to(LAMBDA)),
    (PASS, "sts:AssumeRole", ROLE, {}),
    (PASS, "iam:GetRole", ROLE, {}),
    (PASS, "iam:UpdateAssumeRolePolicy", ROLE, {}),
    (PASS_TWO, "iam:PassRole", ROLE, to("ecs.amazonaws.com")),
    (PASS_TO_INSTANCES, "iam:PassRole", ROLE, to(EC2)),
    (PASS_TO_INSTANCES, "iam:PassRole", ROLE,
     to(EC2, INSTANCE.replace("eu-central-1", "us-east-1"))),
    (PASS_TO_INSTANCES, "iam:PassRole", ROLE, to(EC2, INSTANCE.replace("instance", "volume"))),
    (PASS_TO_INSTANCES, "iam:PassRole", ROLE, to(LAMBDA, INSTANCE)),
]  # fmt: skip


@pytest.mark.parametrize(("permission", "action", "resource", "context"), MAY)
def test_it_allows_what_it_is_for(
    permission: Permission, action: str, resource: str, context: dict[str, Any]
) -> None:
    assert is_allowed(permission, action, resource, context)


@pytest.mark.parametrize(("permission", "action", "resource", "context"), MAY_NOT)
def test_it_does_not_allow_the_neighbour(
    permission: Permission, action: str, resource: str, context: dict[str, Any]
) -> None:
    assert not is_allowed(permission, action, resource, context)


def test_a_role_of_the_cdk_and_one_of_ours_are_taken_by_their_arn(stack: Stack) -> None:
    plain = iam.Role(stack, "Plain", assumed_by=iam.ServicePrincipal(LAMBDA))
    ours = ServiceRole(stack, "Ours", service=AwsService(principal=LAMBDA))
    imported = iam.Role.from_role_arn(stack, "Imported", ROLE)
    for role in (plain, ours, imported):
        assert PassRole.of(role, services=(LAMBDA,)).role_arn == role.role_arn
    passed = PassRole.of(imported, services=(EC2,), associated_resource_arns=(INSTANCES,))
    assert passed == PASS_TO_INSTANCES
    with pytest.raises(InvalidPermissionError, match=r"of\(\) takes a role of the CDK"):
        PassRole.of(kms.Key(stack, "Key"), services=(LAMBDA,))  # type: ignore[arg-type]


def test_lists_are_as_good_as_tuples() -> None:
    assert PassRole(role_arn=ROLE, services=[LAMBDA]) == PASS  # type: ignore[arg-type]


def test_a_service_of_another_partition_and_a_token_pass() -> None:
    for service in ("ec2.amazonaws.com.cn", "ec2.${AWS::URLSuffix}", "${Token[TOKEN.1]}"):
        condition = PassRole(role_arn=ROLE, services=(service,)).statements()[0].conditions[0]
        assert condition.values == (service,)


REFUSED: list[tuple[dict[str, Any], type[InvalidInputError], str]] = [
    ({"role_arn": "Resizer"}, InvalidArnError, "role_arn must be an ARN like"),
    ({"role_arn": f"{ROLE}*"}, InvalidArnError, "must name one resource"),
    ({"role_arn": ROLE.replace("role/", "user/")}, InvalidArnError, "role/Name"),
    ({"services": ()}, InvalidPermissionError, "services must name at least one"),
    ({"services": LAMBDA}, InvalidPermissionError, "services must be a list"),
    ({"services": ("*",)}, InvalidPermissionError, "must each be a service principal"),
    ({"services": ("lambda",)}, InvalidPermissionError, "must each be a service principal"),
    ({"services": ("*.amazonaws.com",)}, InvalidPermissionError, "got '\\*.amazonaws.com'"),
    ({"services": ("Lambda.amazonaws.com",)}, InvalidPermissionError, "lower case"),
    ({"associated_resource_arns": INSTANCES}, InvalidPermissionError, "must be a list"),
    ({"associated_resource_arns": ("*",)}, InvalidArnError, "associated_resource_arns must be an"),
    ({"associated_resource_arns": ("arn:aws:ec2:*:*:*",)}, InvalidPermissionError,
     "a service and a kind of resource"),
    ({"associated_resource_arns": ("arn:aws:*:*:*:instance/*",)}, InvalidPermissionError,
     "a service and a kind of resource"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "error", "says"), REFUSED)
def test_what_would_be_passed_to_anything_is_refused(
    arguments: dict[str, Any], error: type[InvalidInputError], says: str
) -> None:
    with pytest.raises(error, match=says):
        PassRole(**{"role_arn": ROLE, "services": (LAMBDA,)} | arguments)
