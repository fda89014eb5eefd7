"""What is refused before anything is added to the app, and what the refusal says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from aws_cdk import Duration, Stack, aws_iam as iam

from least_privilege import errors
from least_privilege.boundary import RoleBoundary
from least_privilege.identity_pool import IdentityPoolRoles
from least_privilege.permissions import S3List
from least_privilege.roles import (
    CrossAccountRole,
    InstanceRole,
    MfaRole,
    PolicyType,
    ServiceRole,
    TrustedRole,
)
from least_privilege.trust import AwsAccount, AwsRoles, AwsService, IdentityPool
from tests.conftest import ACCOUNT, OTHER_ACCOUNT

Kind = Callable[..., object]
POOL_ID = "eu-central-1:11111111-2222-3333-4444-555555555555"
OTHER = AwsAccount(account_id=OTHER_ACCOUNT)
LAMBDA = "lambda.amazonaws.com"
LIST = S3List(bucket_arn="arn:aws:s3:::pictures")
MANY_ROLES = AwsRoles(
    account_id=OTHER_ACCOUNT, role_names=tuple(f"{'r' * 50}{number}" for number in range(40))
)


def buckets(characters: int) -> list[S3List]:
    """Permissions of about so many characters in one policy."""
    name = "b" * 50
    one = len('"arn:aws:s3:::",{"Effect":"Allow","Action":"s3:ListBucket","Resource":}') + 53
    return [S3List(bucket_arn=f"arn:aws:s3:::{name}{n:03}") for n in range(characters // one + 1)]


MINIMAL: dict[Kind, dict[str, Any]] = {
    TrustedRole: {"trusted_by": [OTHER]},
    CrossAccountRole: {"trusted_by": [OTHER]},
    InstanceRole: {},
    ServiceRole: {"service": LAMBDA},
    MfaRole: {"user_names": ["alice"]},
}

# For roles of every kind -----------------------------------------------------------------------

ALIKE: list[tuple[dict[str, Any], type[errors.InvalidInputError], str]] = [
    ({"role_name": "x" * 65}, errors.InvalidNameError, "role_name must be at most 64"),
    ({"role_name": "a b"}, errors.InvalidNameError, "role_name must be letters"),
    ({"path": "team"}, errors.InvalidPathError, "path must begin and end with '/'.*try '/team/'"),
    ({"path": f"/{'x' * 511}/"}, errors.InvalidPathError, "path must be at most 512"),
    ({"description": "x" * 1_001}, errors.QuotaExceededError, "description must be at most 1000"),
    ({"description": "“quoted”"}, errors.InvalidNameError, "description must be printable"),
    ({"tags": {str(n): "" for n in range(51)}}, errors.InvalidTagError, "tags must be at most 50"),
    ({"tags": {"k" * 129: ""}}, errors.InvalidTagError, "keys of 1 to 128"),
    ({"tags": {"k": "v" * 257}}, errors.InvalidTagError, "values of at most 256"),
    ({"tags": {"aws:k": ""}}, errors.InvalidTagError, "must not begin with 'aws:'"),
    ({"boundary": "a b"}, errors.InvalidNameError, "boundary must be letters"),
    ({"boundary": "x" * 129}, errors.InvalidNameError, "boundary must be at most 128"),
    ({"boundary": "te am/Ceiling"}, errors.InvalidInputError, "blank"),
    ({"boundary": ""}, errors.InvalidNameError, "boundary"),
    ({"boundary": f"arn:aws:iam::{ACCOUNT}:role/Reader"}, errors.InvalidArnError,
     "boundary must be an ARN like arn:aws:iam::111122223333:policy/Ceiling"),
    ({"boundary": "arn:aws:iam"}, errors.InvalidArnError, "boundary must be an ARN"),
    ({"permissions": buckets(80_000)}, errors.QuotaExceededError,
     "permissions need 1[0-9] managed policies beside the inline one, the quota is 10; the larg"),
    ({"permissions": buckets(70_000), "policy_type": PolicyType.CUSTOMER_MANAGED},
     errors.QuotaExceededError, "permissions need 1[0-9] managed policies, the quota is 10"),
    ({"permissions": LIST}, errors.InvalidPermissionError, "permissions must be a list"),
    ({"permissions": ["s3:ListBucket"]}, errors.InvalidPermissionError,
     "permissions must be a list of values of least_privilege.permissions"),
]  # fmt: skip


def refused(
    stack: Stack,
    kind: Kind,
    arguments: dict[str, Any],
    error: type[errors.InvalidInputError],
    says: str,
) -> None:
    with pytest.raises(error, match=f"^Stack/Role: .*{says}"):
        kind(stack, "Role", **arguments)
    assert not stack.node.children


@pytest.mark.parametrize(("arguments", "error", "says"), ALIKE)
def test_what_iam_would_refuse_of_any_role(
    stack: Stack, arguments: dict[str, Any], error: type[errors.InvalidInputError], says: str
) -> None:
    refused(stack, TrustedRole, MINIMAL[TrustedRole] | arguments, error, says)


@pytest.mark.parametrize("kind", MINIMAL)
def test_every_kind_checks_alike(stack: Stack, kind: Kind) -> None:
    for arguments, error, says in ALIKE[:16]:
        if arguments.get("boundary") not in ("", "te am/Ceiling"):
            refused(stack, kind, MINIMAL[kind] | arguments, error, says)


# For one kind ----------------------------------------------------------------------------------

REFUSED: list[tuple[Kind, dict[str, Any], type[errors.InvalidInputError], str]] = [
    (TrustedRole, {"trusted_by": []}, errors.InvalidTrustError, "name at least one"),
    (TrustedRole, {"trusted_by": OTHER}, errors.InvalidTrustError, "must be a list of values"),
    (TrustedRole, {"trusted_by": [OTHER_ACCOUNT]}, errors.InvalidTrustError,
     f"values of least_privilege.trust, got .*{OTHER_ACCOUNT}"),
    (TrustedRole, {"trusted_by": [iam.AccountRootPrincipal()]}, errors.InvalidTrustError,
     "values of least_privilege.trust"),
    (TrustedRole, {"trusted_by": [MANY_ROLES]}, errors.QuotaExceededError,
     "trusted_by makes a trust policy of .* characters, the quota is 2,048"),
    (TrustedRole, {"trusted_by": (each for each in [OTHER])}, errors.InvalidTrustError, "list"),
    (TrustedRole, {"trusted_by": [AwsAccount(account_id=ACCOUNT, external_ids=("one",))]},
     errors.InvalidExternalIdError, f"{ACCOUNT} is the role's own account"),
    (TrustedRole,
     {"trusted_by": [AwsRoles(account_id=ACCOUNT, role_names=("A",), external_ids=("one",))]},
     errors.InvalidExternalIdError, "role's own account"),
    (TrustedRole, {"trusted_by": [OTHER], "session_duration": timedelta(minutes=59)},
     errors.InvalidDurationError, "session_duration must be from 1 to 12 hours .* got 0:59:00"),
    (TrustedRole, {"trusted_by": [OTHER], "session_duration": timedelta(hours=13)},
     errors.InvalidDurationError, "session_duration must be from 1 to 12 hours"),
    (TrustedRole, {"trusted_by": [OTHER], "session_duration": timedelta(0)},
     errors.InvalidDurationError, "session_duration must be from 1 to 12 hours"),
    (TrustedRole, {"trusted_by": [OTHER], "session_duration": Duration.hours(2)},
     errors.InvalidDurationError, "session_duration must be a datetime.timedelta"),
    (TrustedRole,
     {"trusted_by": [AwsService(principal=LAMBDA)], "session_duration": timedelta(hours=1)},
     errors.InvalidDurationError, "must be left out where services alone assume the role"),
    (TrustedRole,
     {"trusted_by": [IdentityPool(identity_pool_id=POOL_ID)],
      "session_duration": timedelta(hours=1)},
     errors.InvalidDurationError, "must be left out"),
    # Trust statements are OR-ed: the first lets in whom the second asks for an external ID.
    (TrustedRole,
     {"trusted_by": [OTHER, AwsAccount(account_id=OTHER_ACCOUNT, external_ids=("one",))]},
     errors.InvalidTrustError, OTHER_ACCOUNT),
    (CrossAccountRole, {"trusted_by": []}, errors.InvalidTrustError, "name at least one"),
    (CrossAccountRole, {"trusted_by": OTHER}, errors.InvalidTrustError, "list"),
    (CrossAccountRole, {"trusted_by": [AwsService(principal=LAMBDA)]}, errors.InvalidTrustError,
     "got AwsService; for other principals say TrustedRole"),
    (CrossAccountRole, {"trusted_by": [OTHER_ACCOUNT]}, errors.InvalidTrustError,
     "must be AwsAccount, AwsRoles, .* or CrossAccountAccess, got str"),
    (ServiceRole, {"service": "lamda.amazonaws.com"}, errors.InvalidServicePrincipalError,
     f"did you mean '{LAMBDA}'"),
    (ServiceRole, {"service": "lambda"}, errors.InvalidServicePrincipalError,
     f"must be a service principal like '{LAMBDA}'"),
    (ServiceRole, {"service": iam.ServicePrincipal(LAMBDA)}, errors.InvalidServicePrincipalError,
     "service must be a service principal"),
    (InstanceRole, {"instance_profile_name": "x" * 129}, errors.InvalidNameError,
     "instance_profile_name must be at most 128"),
    (InstanceRole, {"instance_profile_name": "a b"}, errors.InvalidNameError,
     "instance_profile_name must be letters"),
    (MfaRole, {"user_names": []}, errors.InvalidTrustError, "user_names must name at least one"),
    (MfaRole, {"user_names": "alice"}, errors.InvalidTrustError, "got the string 'alice'"),
    (MfaRole, {"user_names": ["*"]}, errors.InvalidTrustError, "must hold no wildcard"),
    (MfaRole, {"user_names": ["a"], "account_id": "1"}, errors.InvalidAccountIdError, "12 digits"),
    (MfaRole, {"user_names": ["a"], "max_mfa_age": timedelta(minutes=14)},
     errors.InvalidDurationError, "max_mfa_age must be from 15 minutes to 36 hours"),
    (MfaRole, {"user_names": ["a"], "max_mfa_age": timedelta(hours=37)},
     errors.InvalidDurationError, "15 minutes to 36 hours"),
    (RoleBoundary, {"allowed_services": []}, errors.InvalidPermissionError, "at least one service"),
    (RoleBoundary, {"allowed_services": "s3"}, errors.InvalidPermissionError, "must be a list"),
    (RoleBoundary, {"allowed_services": ["s3:*"]}, errors.InvalidPermissionError, "like 's3'"),
    (RoleBoundary, {"allowed_services": ["*"]}, errors.InvalidPermissionError, "like 's3'"),
    (RoleBoundary, {"allowed_services": [f"service-{n:05}" for n in range(500)]},
     errors.QuotaExceededError, "allowed_services has .* quota is 6,144"),
    (RoleBoundary, {"allowed_services": ["s3"], "policy_name": "a b"}, errors.InvalidNameError,
     "policy_name must be letters"),
    (RoleBoundary, {"allowed_services": ["s3"], "policy_name": "x" * 129},
     errors.InvalidNameError, "policy_name must be at most 128"),
    (RoleBoundary, {"allowed_services": ["s3"], "path": "a"}, errors.InvalidPathError, "'/a/'"),
    (RoleBoundary, {"allowed_services": ["s3"], "description": "x" * 1_001},
     errors.QuotaExceededError, "description must be at most 1000"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "arguments", "error", "says"), REFUSED)
def test_what_would_not_hold_is_refused(
    stack: Stack,
    kind: Kind,
    arguments: dict[str, Any],
    error: type[errors.InvalidInputError],
    says: str,
) -> None:
    refused(stack, kind, arguments, error, says)


@pytest.mark.parametrize(
    "arguments",
    [
        {"role_name": "a b"},
        {"path": "team"},
        {"description": "x" * 1_001},
        {"boundary": "a b"},
        {"tags": {"aws:k": ""}},
        {"shared_permissions": buckets(80_000)},
    ],
    ids=lambda arguments: next(iter(arguments)),
)
def test_nothing_is_left_of_identity_pool_roles_that_are_refused(
    stack: Stack, arguments: dict[str, Any]
) -> None:
    with pytest.raises(errors.InvalidInputError):
        IdentityPoolRoles(
            stack,
            "Users",
            identity_pool_id=POOL_ID,
            **arguments,
        )
    assert not stack.node.children


def test_a_role_at_the_quota_of_inline_policies_is_accepted(stack: Stack) -> None:
    assert TrustedRole(stack, "Role", trusted_by=[OTHER], permissions=buckets(10_000)).node.path
