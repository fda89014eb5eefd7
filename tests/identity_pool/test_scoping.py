"""What a permission must say to reach the things of one identity, or of one tag, alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from aws_cdk import Annotations, Fn, Stack, assertions, aws_iam as iam, aws_s3 as s3

from least_privilege import errors
from least_privilege.identity_pool import (
    GroupRole,
    IdentityPoolRoles,
    RuleRole,
    UserPoolClient,
    own_prefix,
    tag_prefix,
    tag_variable,
)
from least_privilege.permissions import (
    ActionsOn,
    KmsDecrypt,
    Permission,
    S3List,
    S3Read,
    S3Write,
)
from least_privilege.policy import Condition, Statement
from tests.conftest import new_app, new_stack, only, resources

BUCKET = "arn:aws:s3:::pictures"
TABLE = "arn:aws:dynamodb:eu-central-1:111122223333:table/a"
KEY = "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555"
ROLE = "AWS::IAM::Role"
OWN = "${cognito-identity.amazonaws.com:sub}"
TENANT = "${aws:PrincipalTag/tenant}"
CLIENT = UserPoolClient(
    client_id="abc",
    user_pool_provider_name="cognito-idp.eu-central-1.amazonaws.com/pool",
    writable_attributes=("name",),
)
TAGS = {"tenant": "custom:tenant"}


def on(
    actions: tuple[str, ...],
    resource: str,
    *conditions: tuple[str, str, str],
    reason: str = "",
) -> ActionsOn:
    return ActionsOn(
        actions=actions,
        resources=(resource,),
        conditions=tuple(Condition.of(*each) for each in conditions),
        reason=reason,
    )


class TwoThings(Permission):
    """A permission of a user of the library, of which one half alone is scoped."""

    def statements(self) -> tuple[Statement, ...]:
        return (
            Statement(actions=("s3:GetObject",), resources=(f"{BUCKET}/{OWN}/*",)),
            Statement(actions=("s3:DeleteObject",), resources=(f"{BUCKET}/all",)),
        )


@dataclass(frozen=True)
class Made(Permission):
    """A permission that nothing but the scope was looked at of."""

    action: str
    resource: str
    condition: tuple[str, ...]

    def statements(self) -> tuple[Statement, ...]:
        return (
            Statement(
                actions=(self.action,),
                resources=(self.resource,),
                conditions=(Condition.of(*self.condition),),
            ),
        )


class Scan(Permission):
    """One that AWS's list of condition keys was not asked about: no scan has leading keys."""

    def statements(self) -> tuple[Statement, ...]:
        leading = Condition.of("ForAllValues:StringEquals", "dynamodb:LeadingKeys", OWN)
        return (Statement(actions=("dynamodb:Scan",), resources=(TABLE,), conditions=(leading,)),)


WHY = "AWS offers no narrower resource than that"
ALL_VALUES, ANY_LIKE = "ForAllValues:StringEquals", "ForAllValues:StringLike"
LEADING = "dynamodb:LeadingKeys"
OVER_TLS = ("Bool", "aws:SecureTransport", "true")


def tenants_behind(sign: str) -> Callable[[], Permission]:
    return lambda: Made("s3:GetObject", f"{BUCKET}/{TENANT}{sign}*", OVER_TLS)


SCOPED: list[Permission] = [
    S3Write(bucket_arn=BUCKET, prefix=f"in/{OWN}/"),
    S3Read(bucket_arn=BUCKET, prefix=f"{OWN}/", kms_key_arn=KEY),
    S3List(bucket_arn=BUCKET, prefix=f"{OWN}/"),
    on(("dynamodb:GetItem",), TABLE, (ALL_VALUES, LEADING, OWN)),
    on(("dynamodb:Query", "dynamodb:ConditionCheckItem"), TABLE, (ANY_LIKE, LEADING, f"{OWN}*")),
    on(("s3:GetObject",), f"{BUCKET}/*", ("StringEquals", "s3:ExistingObjectTag/owner", OWN),
       reason=WHY),
    on(("sqs:SendMessage",), f"arn:aws:sqs:*:*:inbox-{OWN}", reason=WHY),
    on(("kms:Decrypt",), KEY, ("StringEquals", "kms:EncryptionContext:owner", OWN)),
    Made("s3:ListBucket", BUCKET, ("StringEquals", "s3:prefix", f"in/{OWN}")),
    Made("s3:ListBucket", BUCKET, ("StringLike", "s3:prefix", f"in/{OWN}/*")),
    Made("kms:Decrypt", "*", ("ArnLike", "kms:EncryptionContext:aws:sqs:arn",
                              f"arn:aws:sqs:*:*:inbox-{OWN}")),
    S3Read(bucket_arn=Fn.import_value("Bucket"), prefix=f"in/{OWN}/"),
]  # fmt: skip
SCOPED_TO_A_TAG: list[Permission] = [
    S3Write(bucket_arn=BUCKET, prefix=tag_prefix("tenant")),
    S3Read(bucket_arn=BUCKET, prefix=f"in/{tag_prefix('tenant')}public/", kms_key_arn=KEY),
    S3List(bucket_arn=BUCKET, prefix=tag_prefix("tenant")),
    on(("s3:GetObject",), f"{BUCKET}/{TENANT}-report"),
    on(("dynamodb:GetItem",), TABLE, (ALL_VALUES, LEADING, TENANT)),
    on(("dynamodb:Query",), TABLE, (ANY_LIKE, LEADING, f"{TENANT}#*")),
    Made("s3:ListBucket", BUCKET, ("StringEquals", "s3:prefix", f"in/{TENANT}/")),
    Made("s3:ListBucket", BUCKET, ("StringLike", "s3:prefix", f"in/{TENANT}-reports/*")),
    S3Read(bucket_arn=BUCKET, prefix=f"in/{TENANT}/{TENANT}/"),
    S3Read(bucket_arn=BUCKET, prefix=f"{TENANT}-{TENANT}/{TENANT}/"),
    S3Read(bucket_arn=BUCKET, prefix=f"{TENANT}/${{aws:username}}/"),
    S3Read(bucket_arn=Fn.import_value("Bucket"), prefix=f"in/{TENANT}/"),
    on(("ec2:StartInstances",), "arn:aws:ec2:eu-central-1:111122223333:instance/*",
       ("StringEquals", "aws:ResourceTag/tenant", TENANT), reason=WHY),
]  # fmt: skip
UNSCOPED: list[tuple[str, Callable[[], Permission]]] = [
    ("everything", lambda: S3Read(bucket_arn=BUCKET)),
    ("a shared prefix", lambda: S3Read(bucket_arn=BUCKET, prefix="in/")),
    ("a listing", lambda: S3List(bucket_arn=BUCKET)),
    ("a key", lambda: KmsDecrypt(key_arn=KEY)),
    (
        "a key through a service that knows no prefix",
        lambda: KmsDecrypt(key_arn=KEY, via_service="sqs.eu-central-1.amazonaws.com"),
    ),
    ("a scan, which names no item", Scan),
    (
        "the attributes of an item, whoever it belongs to",
        lambda: on(("dynamodb:GetItem",), TABLE, (ALL_VALUES, "dynamodb:Attributes", OWN)),
    ),
    (
        "all values of a key that may be missing",
        lambda: on(("s3:ListBucket",), BUCKET, (ALL_VALUES, "s3:prefix", OWN)),
    ),
    (
        "the variable of another issuer",
        lambda: S3Read(bucket_arn=BUCKET, prefix="${cognito-identity-us-gov.amazonaws.com:sub}/"),
    ),
    (
        "one resource of two",
        lambda: ActionsOn(
            actions=("s3:GetObject",), resources=(f"{BUCKET}/{OWN}/a", f"{BUCKET}/everything")
        ),
    ),
    (
        "one value of two",
        lambda: ActionsOn(
            actions=("s3:ListBucket",),
            resources=(BUCKET,),
            conditions=(Condition.of("StringLike", "s3:prefix", f"{OWN}/*", "public/*"),),
        ),
    ),
    (
        "everybody but oneself",
        lambda: on(("s3:ListBucket",), BUCKET, ("StringNotLike", "s3:prefix", f"{OWN}/*")),
    ),
    ("one statement of two", TwoThings),
    (
        "a prefix of somebody else, with one's own in it",
        lambda: on(("s3:GetObject",), f"{BUCKET}/*/{OWN}/a", reason=WHY),
    ),
    (
        "what is true of every caller",
        lambda: on(
            ("s3:GetObject",),
            f"{BUCKET}/a",
            ("StringEquals", "cognito-identity.amazonaws.com:sub", OWN),
        ),
    ),
    (
        "a tag that the caller puts on the object in the same request",
        lambda: on(
            ("s3:PutObject",), f"{BUCKET}/a", ("StringEquals", "s3:RequestObjectTag/owner", OWN)
        ),
    ),
    (
        "a tag of the session that is not mapped",
        lambda: S3Read(bucket_arn=BUCKET, prefix=tag_prefix("team")),
    ),
    (
        "a tag with a default for those who have none",
        lambda: S3Read(bucket_arn=BUCKET, prefix="${aws:PrincipalTag/tenant, 'all'}/"),
    ),
    (
        "tenants whose names begin alike",
        lambda: on(("s3:GetObject",), f"{BUCKET}/{TENANT}*", reason=WHY),
    ),
    (
        "tenants whose names go on behind a dash",
        lambda: on(("s3:GetObject",), f"{BUCKET}/{TENANT}-*", reason=WHY),
    ),
    (
        "tenants whose names end alike",
        lambda: on(("s3:GetObject",), f"arn:aws:s3:::*{TENANT}/a", reason=WHY),
    ),
    (
        "items of tenants whose names begin alike",
        lambda: on(("dynamodb:Query",), TABLE, (ANY_LIKE, LEADING, f"{TENANT}_*")),
    ),
    *(
        (f"tenants whose names go on behind {sign!r}", tenants_behind(sign))
        for sign in ("a", "0", "_", " ", ".", ":", "=", "+", "@", "-")
    ),
    *(
        (
            f"a listing of what begins with a tag, {operator} {prefix}",
            lambda operator=operator, prefix=prefix: Made(
                "s3:ListBucket", BUCKET, (operator, "s3:prefix", prefix)
            ),
        )
        for operator in ("StringEquals", "StringLike")
        for prefix in (TENANT, f"tenants/{TENANT}", f"tenants/{TENANT}-reports")
    ),
    (
        "a wildcard before a colon in a key",
        lambda: on(("s3:GetObject",), f"{BUCKET}/*:{OWN}/a", reason=WHY),
    ),
    (
        "a wildcard before a colon in a key of a tenant",
        lambda: on(("s3:GetObject",), f"{BUCKET}/*:{TENANT}/a", reason=WHY),
    ),
    (
        "a wildcard in the parts of a bucket's ARN",
        lambda: Made("s3:GetObject", f"arn:aws:s3:*:*:pictures/{OWN}/a", OVER_TLS),
    ),
    (
        "a wildcard for the service",
        lambda: Made("s3:GetObject", f"arn:aws:*:*:*:{OWN}/a", OVER_TLS),
    ),
    (
        "a wildcard before a colon in a listing",
        lambda: Made("s3:ListBucket", BUCKET, ("StringLike", "s3:prefix", f"*:{OWN}/*")),
    ),
    (
        "a wildcard before a colon in the key of an item",
        lambda: on(("dynamodb:Query",), TABLE, (ANY_LIKE, LEADING, f"*:{TENANT}")),
    ),
    (
        "a value that looks like an ARN",
        lambda: Made("s3:ListBucket", BUCKET, ("StringLike", "s3:prefix", f"arn:aws:x:*:*:{OWN}/")),
    ),
    (
        "a variable behind a tag",
        lambda: Made("s3:GetObject", f"{BUCKET}/{TENANT}${{aws:PrincipalTag/x, ''}}*", OVER_TLS),
    ),
    (
        "a variable behind a tag and a dash",
        lambda: Made(
            "s3:GetObject",
            f"{BUCKET}/{TENANT}-${{aws:PrincipalTag/tenant}}-${{aws:Referer}}",
            OVER_TLS,
        ),
    ),
    (
        "what is known later behind a tag",
        lambda: Made("s3:GetObject", f"{BUCKET}/{TENANT}${{Token[Rest.1]}}", OVER_TLS),
    ),
    ("a tag behind a tag", lambda: S3Read(bucket_arn=BUCKET, prefix=f"{TENANT}{TENANT}/")),
    (
        "a tag behind a tag and a dash",
        lambda: S3Read(bucket_arn=BUCKET, prefix=f"{TENANT}-{TENANT}/"),
    ),
    (
        "a tag behind a variable of the caller",
        lambda: S3Read(bucket_arn=BUCKET, prefix=f"${{aws:Referer}}{TENANT}/"),
    ),
    (
        "what the caller says first",
        lambda: S3Read(bucket_arn=BUCKET, prefix=f"${{aws:Referer}}/{OWN}/"),
    ),
    (
        "another tag first, which is not mapped",
        lambda: S3Read(bucket_arn=BUCKET, prefix=f"${{aws:PrincipalTag/x}}/{TENANT}/"),
    ),
    (
        "a condition key that begins like one of S3's",
        lambda: Made("s3:ListBucket", BUCKET, ("StringEquals", "s3:prefixes", OWN)),
    ),
    (
        "a key that is decrypted through any service but S3",
        lambda: Made(
            "kms:Decrypt",
            KEY,
            ("StringNotEquals", "kms:ViaService", "s3.eu-central-1.amazonaws.com"),
        ),
    ),
    (
        "a key that is decrypted through what looks like S3",
        lambda: Made("kms:Decrypt", KEY, ("StringLike", "kms:ViaService", "s3.*")),
    ),
    (
        "a service that begins like S3",
        lambda: Made(
            "kms:Decrypt",
            KEY,
            ("StringEquals", "kms:ViaService", "s3-x.eu-central-1.amazonaws.com"),
        ),
    ),
    (
        "a session that has the tag at all",
        lambda: on(
            ("s3:GetObject",), f"{BUCKET}/a", ("StringEquals", "aws:PrincipalTag/tenant", TENANT)
        ),
    ),
]
NAMES = [name for name, _ in UNSCOPED]


@pytest.mark.parametrize("permission", SCOPED)
@pytest.mark.parametrize("tags", [None, TAGS])
def test_what_is_scoped_to_the_identity_is_accepted(
    permission: Permission, tags: Mapping[str, str] | None, stack: Stack
) -> None:
    IdentityPoolRoles(
        stack,
        "Users",
        user_pool_clients=[CLIENT],
        authenticated_permissions=[permission],
        principal_tags=tags,
    )
    assert OWN in str(only(stack, ROLE)["Policies"])


@pytest.mark.parametrize("permission", SCOPED_TO_A_TAG)
def test_what_is_scoped_to_a_tag_is_accepted_where_the_tag_is_mapped(
    permission: Permission,
) -> None:
    def pool(stack: Stack, tags: Mapping[str, str]) -> None:
        IdentityPoolRoles(
            stack,
            "Users",
            user_pool_clients=[CLIENT],
            authenticated_permissions=[permission],
            principal_tags=tags,
        )

    stack = new_stack()
    pool(stack, TAGS)
    assert TENANT in str(only(stack, ROLE)["Policies"])
    with pytest.raises(errors.InvalidPermissionError, match="must be scoped"):
        pool(new_stack(), {"team": "custom:team"})


@pytest.mark.parametrize("make", [make for _, make in UNSCOPED], ids=NAMES)
def test_what_reaches_the_things_of_others_is_refused(
    make: Callable[[], Permission], stack: Stack
) -> None:
    with pytest.raises(
        errors.InvalidPermissionError,
        match=r"^Stack/Users: authenticated_permissions must be scoped .*move it to shared",
    ):
        IdentityPoolRoles(
            stack,
            "Users",
            user_pool_clients=[CLIENT],
            authenticated_permissions=[make()],
            principal_tags=TAGS,
        )
    assert not stack.node.children


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            {"group_roles": [GroupRole(group_name="editors", precedence=1,
                                       permissions=(S3Read(bucket_arn=BUCKET),))]},
            "permissions of the group editors must be scoped",
        ),
        (
            {"rule_roles": [RuleRole(name="Sales", claim="cognito:groups", value="sales",
                                     permissions=(S3Read(bucket_arn=BUCKET),))]},
            "permissions of the rule Sales must be scoped",
        ),
    ],
)  # fmt: skip
def test_so_it_is_for_groups_and_rules(arguments: dict[str, Any], says: str, stack: Stack) -> None:
    with pytest.raises(errors.InvalidPermissionError, match=f"^Stack/Users: {says}"):
        IdentityPoolRoles(stack, "Users", user_pool_clients=[CLIENT], **arguments)
    assert not stack.node.children


def test_so_it_is_for_what_a_role_is_allowed_later(stack: Stack) -> None:
    users = IdentityPoolRoles(
        stack,
        "Users",
        user_pool_clients=[CLIENT],
        group_roles=[GroupRole(group_name="editors", precedence=1)],
        principal_tags=TAGS,
    )
    editors = users.group_roles["editors"]
    editors.allow(S3Read(bucket_arn=BUCKET, prefix=tag_prefix("tenant")))
    with pytest.raises(errors.InvalidPermissionError, match="of the group editors must be scoped"):
        editors.allow(S3Read(bucket_arn=BUCKET))
    with pytest.raises(errors.InvalidPermissionError, match="authenticated_permissions must be"):
        users.authenticated_role.allow(S3Read(bucket_arn=BUCKET))
    policies = [role.get("Policies") for role in resources(stack, ROLE).values()]
    assert [each[0]["PolicyDocument"]["Statement"][0]["Resource"] for each in policies if each] == [
        f"{BUCKET}/{TENANT}/*"
    ]


NOT_SCOPED = "least-privilege:not-scoped"


def warnings(stack: Stack) -> list[str]:
    found = assertions.Annotations.from_stack(stack).find_warning(
        "*", assertions.Match.string_like_regexp(NOT_SCOPED)
    )
    return [each.id for each in found]


@pytest.mark.parametrize(
    "give",
    [
        lambda stack, role: s3.Bucket(stack, "Bucket").grant_read(role),
        lambda stack, role: role.add_managed_policy(
            iam.ManagedPolicy.from_aws_managed_policy_name("AmazonS3FullAccess")
        ),
        lambda stack, role: role.attach_inline_policy(iam.Policy(stack, "Policy")),
        lambda stack, role: iam.Policy(stack, "Policy", roles=[role]),
        lambda stack, role: role.add_to_policy(
            iam.PolicyStatement(actions=["s3:GetObject"], resources=["*"])
        ),
    ],
)
def test_what_the_cdk_gives_a_role_is_not_scoped_and_the_synth_says_so(
    give: Callable[[Stack, Any], object], stack: Stack
) -> None:
    users = IdentityPoolRoles(
        stack, "Users", user_pool_clients=[CLIENT], guest_permissions=[S3List(bucket_arn=BUCKET)]
    )
    role = users.authenticated_role
    role.allow(S3Read(bucket_arn=BUCKET, prefix=f"{OWN}/"))
    assert not warnings(stack)
    give(stack, role)
    assert warnings(stack) == ["/Stack/Users/AuthenticatedRole"]
    Annotations.of(role).acknowledge_warning(NOT_SCOPED, "all users read the one public bucket")
    assert not warnings(stack)


def test_what_is_shared_is_said_apart(stack: Stack) -> None:
    bucket = s3.Bucket.from_bucket_name(stack, "Bucket", "pictures")
    IdentityPoolRoles(
        stack, "Users", user_pool_clients=[CLIENT], shared_permissions=[S3Read.of(bucket)]
    )
    assert "s3:GetObject" in str(only(stack, ROLE)["Policies"])


def test_the_variable_is_that_of_the_region_of_the_pool() -> None:
    """Which may be known where that of the stack is not."""
    stack = Stack(new_app(), "Stack")
    picture = S3Read(bucket_arn=BUCKET, prefix=own_prefix(stack))
    with pytest.raises(errors.InvalidPermissionError, match=r"no .*cognito-identity-us-gov"):
        IdentityPoolRoles(
            stack,
            "Users",
            identity_pool_id="us-gov-west-1:11111111-2222-3333-4444-555555555555",
            authenticated_permissions=[picture],
        )


def test_a_tag_has_the_key_that_iam_takes() -> None:
    assert tag_variable("tenant") == TENANT
    with pytest.raises(errors.InvalidTagError, match="must be letters"):
        tag_variable("tenant}*")
