"""An identity pool with everything, synthesized, and the evaluator asked about its roles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aws_cdk import aws_cognito as cognito

from least_privilege.access import AccessRequest, Evaluation, PolicySet, Principal, evaluate
from least_privilege.identity_pool import (
    GroupRole,
    HardenedUserPoolClient,
    IdentityPoolRoles,
    RuleRole,
    SocialProvider,
    UserPoolClient,
    own_prefix,
    tag_prefix,
    tag_variable,
)
from least_privilege.permissions import ActionsOn, S3List, S3Read, S3Write
from least_privilege.policy import Condition
from least_privilege.template import Reading, Role, read_assembly
from least_privilege.trust import identity_variable
from tests.conftest import ACCOUNT, new_app, new_stack

ISSUER = "cognito-identity.amazonaws.com"
BUCKET = "arn:aws:s3:::pictures"
TABLE = f"arn:aws:dynamodb:eu-central-1:{ACCOUNT}:table/pictures"
SAML = f"arn:aws:iam::{ACCOUNT}:saml-provider/corp"
OPENID = f"arn:aws:iam::{ACCOUNT}:oidc-provider/login.example.com"
ME = "eu-central-1:00000000-1111-2222-3333-444444444444"
SOMEBODY = "eu-central-1:55555555-1111-2222-3333-444444444444"
SIGNED_IN = ["authenticated", "cognito-idp.eu-central-1.amazonaws.com/eu-central-1_x"]
GUEST = ["unauthenticated"]
ROLES = {
    "authenticated": "AuthenticatedRole",
    "editors": "editorsGroupRole",
    "auditors": "auditorsGroupRole",
    "sales": "SalesRuleRole",
    "guest": "GuestRole",
}
_ITEMS = ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query")


def own_items(leading_key: str, operator: str = "ForAllValues:StringEquals") -> ActionsOn:
    """Items of the table, by the first part of their key."""
    return ActionsOn(
        actions=_ITEMS,
        resources=(TABLE,),
        conditions=(Condition.of(operator, "dynamodb:LeadingKeys", leading_key),),
    )


def read_pool(outdir: Path) -> Reading:
    """The pool, as its template says it."""
    stack = new_stack("App", app=new_app(outdir=str(outdir)))
    users = cognito.UserPool(
        stack,
        "Users",
        custom_attributes={"tenant": cognito.StringAttribute(mutable=True)},
    )
    client = HardenedUserPoolClient(users, "Client", user_pool=users)
    mine, tenants = own_prefix(stack), f"tenants/{tag_prefix('tenant')}"
    IdentityPoolRoles(
        stack,
        "Pool",
        user_pool_clients=[UserPoolClient.of(users, client)],
        saml_provider_arns=[SAML],
        openid_connect_provider_arns=[OPENID],
        social_providers={SocialProvider.GOOGLE: "12345.apps.googleusercontent.com"},
        principal_tags={"tenant": "custom:tenant"},
        authenticated_permissions=[
            S3Read(bucket_arn=BUCKET, prefix=mine),
            own_items(identity_variable()),
        ],
        shared_permissions=[S3Read(bucket_arn=BUCKET, prefix="public/")],
        guest_permissions=[S3Read(bucket_arn=BUCKET, prefix="public/")],
        group_roles=[
            GroupRole(
                group_name="editors",
                precedence=1,
                permissions=(
                    S3Write(bucket_arn=BUCKET, prefix=tenants),
                    S3List(bucket_arn=BUCKET, prefix=tenants),
                    own_items(tag_variable("tenant")),
                    own_items(f"{tag_variable('tenant')}#*", "ForAllValues:StringLike"),
                ),
            ),
            GroupRole(
                group_name="auditors",
                precedence=2,
                shared_permissions=(S3List(bucket_arn=BUCKET),),
            ),
        ],
        rule_roles=[
            RuleRole(
                name="Sales",
                claim="department",
                value="sales",
                provider=SAML,
                permissions=(S3Write(bucket_arn=BUCKET, prefix=f"sales/{mine}"),),
            ),
        ],
    )
    stack.node.root.synth()  # type: ignore[attr-defined]
    return read_assembly(outdir)


def role_of(reading: Reading, name: str) -> Role:
    return reading.role(f"App/Pool/{ROLES[name]}")


def claims(
    reading: Reading, amr: list[str], *, pool: str = "", tags: dict[str, str] | None = None
) -> dict[str, Any]:
    """What STS learns from Cognito's token."""
    (attachment,) = reading.identity_pool_attachments
    context: dict[str, Any] = {
        f"{ISSUER}:aud": pool or attachment.identity_pool,
        f"{ISSUER}:amr": amr,
    }
    for key, value in (tags or {}).items():
        context[f"aws:RequestTag/{key}"] = value
        context["aws:TagKeys"] = list(tags or {})
    return context


def can_assume(role: Role, context: dict[str, Any]) -> bool:
    """Whether Cognito gets a session of the role, with the tags that it passes."""
    actions = ["sts:AssumeRoleWithWebIdentity"]
    actions += ["sts:TagSession"] if "aws:TagKeys" in context else []
    return all(
        evaluate(
            AccessRequest(
                principal=Principal.federated(ISSUER),
                action=action,
                resource=role.arn,
                context=context,
            ),
            PolicySet(resource=role.trust),
        ).is_allowed
        for action in actions
    )


def doing(
    role: Role,
    action: str,
    resource: str,
    *,
    identity: str = ME,
    tags: dict[str, str] | None = None,
    more: dict[str, Any] | None = None,
) -> Evaluation:
    """What the session of an identity may do."""
    context = {f"{ISSUER}:sub": identity, **role.context, **(more or {})}
    context |= {f"aws:PrincipalTag/{key}": value for key, value in (tags or {}).items()}
    return evaluate(
        AccessRequest(
            principal=role.session("CognitoIdentityCredentials"),
            action=action,
            resource=resource,
            context=context,
            resource_account=ACCOUNT,
        ),
        role.policy_set(),
    )
