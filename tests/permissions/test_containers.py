"""What pullers and pushers of images, and tasks with ECS Exec may do."""

from __future__ import annotations

from typing import Any

import pytest
from aws_cdk import Stack, aws_ecr as ecr, aws_ecs as ecs, aws_kms as kms

from least_privilege.errors import InvalidArnError, InvalidPermissionError
from least_privilege.permissions import EcrPull, EcrPush, EcsExec, Permission
from tests.permissions.kit import (
    KEY,
    OTHER_ACCOUNT,
    OTHER_KEY,
    allow,
    check_is_known_to_aws,
    is_allowed,
    said,
)

REPOSITORY = "arn:aws:ecr:eu-central-1:111122223333:repository/shop/api"
SIGN_IN = allow("ecr:GetAuthorizationToken", "*")
PULLING = ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"]
PUSHING = [
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:InitiateLayerUpload",
    "ecr:UploadLayerPart",
    "ecr:CompleteLayerUpload",
    "ecr:PutImage",
]
CHANNELS = [
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
]
PULL, PUSH = EcrPull(repository_arn=REPOSITORY), EcrPush(repository_arn=REPOSITORY)
EXEC = EcsExec(kms_key_arn=KEY)

SAID: list[tuple[Permission, list[dict[str, Any]]]] = [
    (PULL, [SIGN_IN, allow(PULLING, REPOSITORY)]),
    (PUSH, [SIGN_IN, allow(PUSHING, REPOSITORY)]),
    (EcsExec(), [allow(CHANNELS, "*")]),
    (EXEC, [allow(CHANNELS, "*"), allow("kms:Decrypt", KEY)]),
]


@pytest.mark.parametrize(("permission", "statements"), SAID)
def test_it_says_exactly_this(permission: Permission, statements: list[dict[str, Any]]) -> None:
    assert said(permission) == statements
    check_is_known_to_aws(permission)


Asked = tuple[Permission, str, str]
MAY: list[Asked] = [
    (PULL, "ecr:GetAuthorizationToken", "*"),
    *((PULL, action, REPOSITORY) for action in PULLING),
    (PUSH, "ecr:GetAuthorizationToken", "*"),
    *((PUSH, action, REPOSITORY) for action in PUSHING),
    *((EXEC, action, "*") for action in CHANNELS),
    (EXEC, "kms:Decrypt", KEY),
]
MAY_NOT: list[Asked] = [
    (PULL, "ecr:BatchGetImage", f"{REPOSITORY}-2"),
    (PULL, "ecr:BatchGetImage", REPOSITORY.removesuffix("/api")),
    (PULL, "ecr:BatchGetImage", f"{REPOSITORY}/base"),
    (PULL, "ecr:BatchGetImage", REPOSITORY.replace("111122223333", OTHER_ACCOUNT)),
    (PULL, "ecr:PutImage", REPOSITORY),
    (PULL, "ecr:InitiateLayerUpload", REPOSITORY),
    (PULL, "ecr:ListImages", REPOSITORY),
    (PULL, "ecr:DescribeImages", REPOSITORY),
    (PULL, "ecr:DescribeRepositories", REPOSITORY),
    (PUSH, "ecr:PutImage", f"{REPOSITORY}-2"),
    (PUSH, "ecr:GetDownloadUrlForLayer", REPOSITORY),
    (PUSH, "ecr:BatchDeleteImage", REPOSITORY),
    (PUSH, "ecr:CreateRepository", REPOSITORY),
    (PUSH, "ecr:PutImageTagMutability", REPOSITORY),
    (PUSH, "ecr:SetRepositoryPolicy", REPOSITORY),
    (EXEC, "ssm:StartSession", "arn:aws:ec2:eu-central-1:111122223333:instance/i-1"),
    (EXEC, "ecs:ExecuteCommand", "arn:aws:ecs:eu-central-1:111122223333:cluster/shop"),
    (EXEC, "kms:Decrypt", OTHER_KEY),
    (EXEC, "kms:GenerateDataKey", KEY),
    (EcsExec(), "kms:Decrypt", KEY),
]


@pytest.mark.parametrize(("permission", "action", "resource"), MAY)
def test_it_allows_what_it_is_for(permission: Permission, action: str, resource: str) -> None:
    assert is_allowed(permission, action, resource)


@pytest.mark.parametrize(("permission", "action", "resource"), MAY_NOT)
def test_it_does_not_allow_the_neighbour(
    permission: Permission, action: str, resource: str
) -> None:
    assert not is_allowed(permission, action, resource)


# Of the CDK's own resources --------------------------------------------------------------------


@pytest.mark.parametrize("kind", [EcrPull, EcrPush])
def test_a_repository_is_taken_by_its_arn(kind: Any, stack: Stack) -> None:
    """Also one with a key of its own, which ECR uses by its own grants."""
    repository = ecr.Repository(stack, "Repository", encryption_key=kms.Key(stack, "Key"))
    assert kind.of(repository).repository_arn == repository.repository_arn
    imported = ecr.Repository.from_repository_name(stack, "Imported", "shop/api")
    assert kind.of(imported).repository_arn.endswith(":repository/shop/api")
    with pytest.raises(InvalidPermissionError, match="for an ARN say repository_arn="):
        kind.of(kms.Key(stack, "Other"))


def test_a_cluster_brings_the_key_of_its_sessions_along(stack: Stack) -> None:
    key = kms.Key(stack, "Key")
    cluster = ecs.Cluster(
        stack,
        "Cluster",
        execute_command_configuration=ecs.ExecuteCommandConfiguration(kms_key=key),
    )
    assert EcsExec.of(cluster) == EcsExec(kms_key_arn=key.key_arn)
    assert EcsExec.of(ecs.Cluster(stack, "Plain")) == EcsExec()
    with pytest.raises(InvalidPermissionError, match=r"of\(\) takes an ECS cluster of the CDK"):
        EcsExec.of(key)  # type: ignore[arg-type]


# Bad input -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [EcrPull, EcrPush])
@pytest.mark.parametrize(
    ("repository_arn", "says"),
    [
        ("shop/api", "repository_arn must be an ARN like"),
        (f"{REPOSITORY}*", "must name one resource"),
        (REPOSITORY.replace("shop", "Shop"), "repository_arn must be an ARN like"),
        (REPOSITORY.replace("repository/", ""), "repository_arn must be an ARN like"),
        (REPOSITORY.replace(":ecr:", ":ecr-public:"), "repository_arn must be an ARN like"),
        (f"{REPOSITORY}:latest", "repository_arn must be an ARN like"),
    ],
)
def test_what_does_not_name_one_repository_is_refused(
    kind: Any, repository_arn: str, says: str
) -> None:
    with pytest.raises(InvalidArnError, match=says):
        kind(repository_arn=repository_arn)


def test_the_key_of_sessions_is_named_by_its_own_arn() -> None:
    with pytest.raises(InvalidArnError, match="kms_key_arn must be an ARN like"):
        EcsExec(kms_key_arn="alias/sessions")
