"""Who may sign in to a database, and mount a file system."""

from __future__ import annotations

from typing import Any

import pytest
from aws_cdk import (
    Fn,
    Stack,
    assertions,
    aws_ec2 as ec2,
    aws_efs as efs,
    aws_iam as iam,
    aws_rds as rds,
)

from least_privilege.access import AccessRequest, Decision, PolicySet, Principal, evaluate
from least_privilege.errors import InvalidArnError, InvalidInputError, InvalidPermissionError
from least_privilege.permissions import EfsMount, EfsRootAccess, EfsWrite, Permission, RdsConnect
from least_privilege.policy import PolicyDocument, PolicyKind
from tests.permissions.kit import (
    ACCOUNT,
    OTHER_ACCOUNT,
    REGION,
    allow,
    check_is_known_to_aws,
    is_allowed,
    said,
)

INSTANCE = "db-ABCDEFGHIJKL01234"
HERE = "arn:${AWS::Partition}:rds-db:${AWS::Region}:${AWS::AccountId}:dbuser"
USERS = f"arn:aws:rds-db:{REGION}:{ACCOUNT}:dbuser"
FILES = f"arn:aws:elasticfilesystem:{REGION}:{ACCOUNT}:file-system/fs-01234567"
POINT = f"arn:aws:elasticfilesystem:{REGION}:{ACCOUNT}:access-point/fsap-01234567"
CLIENT = "elasticfilesystem:Client"
MOUNTED = {"Bool": {"elasticfilesystem:AccessedViaMountTarget": "true"}}
CONNECT = RdsConnect(resource_id=INSTANCE, user_names=("reports",))
MOUNT = EfsMount(file_system_arn=FILES)
WRITE = EfsWrite(file_system_arn=FILES, access_point_arn=POINT)

SAID: list[tuple[Permission, list[dict[str, Any]]]] = [
    (CONNECT, [allow("rds-db:connect", f"{HERE}:{INSTANCE}/reports")]),
    (
        RdsConnect(
            resource_id="cluster-ABC123",
            user_names=("reports", "loads"),
            region="us-east-1",
            account_id=OTHER_ACCOUNT,
        ),
        [
            allow(
                "rds-db:connect",
                [
                    f"arn:${{AWS::Partition}}:rds-db:us-east-1:{OTHER_ACCOUNT}:dbuser:"
                    f"cluster-ABC123/{name}"
                    for name in ("reports", "loads")
                ],
            )
        ],
    ),
    (EfsMount(file_system_arn=FILES), [allow(f"{CLIENT}Mount", FILES, **MOUNTED)]),
    (
        WRITE,
        [
            allow(
                [f"{CLIENT}Mount", f"{CLIENT}Write"],
                FILES,
                StringEquals={"elasticfilesystem:AccessPointArn": POINT},
                **MOUNTED,
            )
        ],
    ),
    (
        EfsRootAccess(file_system_arn=FILES, through_mount_target=False),
        [allow(f"{CLIENT}RootAccess", FILES)],
    ),
]


@pytest.mark.parametrize(("permission", "statements"), SAID)
def test_a_permission_says_exactly_this(
    permission: Permission, statements: list[dict[str, Any]]
) -> None:
    assert said(permission) == statements


@pytest.mark.parametrize("permission", [permission for permission, _ in SAID])
def test_aws_knows_what_is_said(permission: Permission) -> None:
    check_is_known_to_aws(permission)


# What is allowed, and what is beside it ---------------------------------------------------------


@pytest.mark.parametrize(
    ("user", "allowed"),
    [
        (f"{USERS}:{INSTANCE}/reports", True),
        (f"{USERS}:{INSTANCE}/reports2", False),
        (f"{USERS}:{INSTANCE}/admin", False),
        (f"{USERS}:{INSTANCE}5/reports", False),
        (f"{USERS}:cluster-ABCDEFGHIJKL01234/reports", False),
        (f"{USERS.replace(ACCOUNT, OTHER_ACCOUNT)}:{INSTANCE}/reports", False),
        (f"{USERS.replace(REGION, 'us-east-1')}:{INSTANCE}/reports", False),
    ],
)
def test_one_user_of_one_database_is_signed_in(user: str, allowed: bool) -> None:
    assert is_allowed(CONNECT, "rds-db:connect", user) is allowed


def test_who_signs_in_does_not_manage_the_database() -> None:
    instance = f"arn:aws:rds:{REGION}:{ACCOUNT}:db:orders"
    for action in ("rds:DescribeDBInstances", "rds:ModifyDBInstance", "rds:DeleteDBInstance"):
        assert not is_allowed(CONNECT, action, instance)


THROUGH_POINT = {
    "elasticfilesystem:AccessPointArn": POINT,
    "elasticfilesystem:AccessedViaMountTarget": "true",
}


@pytest.mark.parametrize(
    ("context", "allowed"),
    [
        (THROUGH_POINT, True),
        ({"elasticfilesystem:AccessPointArn": POINT}, False),
        ({"elasticfilesystem:AccessedViaMountTarget": "true"}, False),
        (THROUGH_POINT | {"elasticfilesystem:AccessPointArn": POINT + "8"}, False),
        (THROUGH_POINT | {"elasticfilesystem:AccessedViaMountTarget": "false"}, False),
        ({}, False),
    ],
)
def test_a_file_system_is_written_through_its_access_point(
    context: dict[str, Any], allowed: bool
) -> None:
    for action in (f"{CLIENT}Mount", f"{CLIENT}Write"):
        assert is_allowed(WRITE, action, FILES, context) is allowed
        assert not is_allowed(WRITE, action, FILES + "8", context)
        assert not is_allowed(WRITE, action, FILES.replace(ACCOUNT, OTHER_ACCOUNT), context)
    assert not is_allowed(WRITE, f"{CLIENT}RootAccess", FILES, context)


@pytest.mark.parametrize(
    ("kind", "allowed"),
    [
        (EfsMount, {"Mount"}),
        (EfsWrite, {"Mount", "Write"}),
        (EfsRootAccess, {"RootAccess"}),
    ],
)
def test_each_verb_is_that_verb(kind: Any, allowed: set[str]) -> None:
    permission = kind(file_system_arn=FILES)
    for verb in ("Mount", "Write", "RootAccess"):
        assert is_allowed(permission, f"{CLIENT}{verb}", FILES, THROUGH_POINT) is (verb in allowed)
    for action in ("elasticfilesystem:DeleteFileSystem", "elasticfilesystem:PutFileSystemPolicy"):
        assert not is_allowed(permission, action, FILES, THROUGH_POINT)


# Of the CDK's own resources --------------------------------------------------------------------


@pytest.fixture
def vpc(stack: Stack) -> ec2.IVpc:
    return ec2.Vpc.from_vpc_attributes(
        stack,
        "Vpc",
        vpc_id="vpc-1",
        availability_zones=["eu-central-1a", "eu-central-1b"],
        private_subnet_ids=["subnet-1", "subnet-2"],
    )


def test_a_database_is_taken_by_its_resource_id(stack: Stack, vpc: ec2.IVpc) -> None:
    instance = rds.DatabaseInstance(
        stack,
        "Instance",
        engine=rds.DatabaseInstanceEngine.POSTGRES,
        vpc=vpc,
        iam_authentication=True,
    )
    cluster = rds.DatabaseCluster(
        stack,
        "Cluster",
        engine=rds.DatabaseClusterEngine.aurora_postgres(
            version=rds.AuroraPostgresEngineVersion.VER_16_4
        ),
        vpc=vpc,
        writer=rds.ClusterInstance.serverless_v2("Writer"),
        iam_authentication=True,
    )
    of_instance = RdsConnect.of(instance, "reports", "loads")
    assert of_instance.resource_id == instance.instance_resource_id
    assert of_instance.user_names == ("reports", "loads")
    assert (of_instance.region, of_instance.account_id) == (REGION, ACCOUNT)
    assert RdsConnect.of(cluster, "reports").resource_id == cluster.cluster_resource_identifier


def test_an_imported_database_is_taken_if_its_resource_id_is_known(stack: Stack) -> None:
    known = rds.DatabaseCluster.from_database_cluster_attributes(
        stack, "Known", cluster_identifier="a", cluster_resource_identifier="cluster-ABC123"
    )
    assert RdsConnect.of(known, "reports").resource_id == "cluster-ABC123"
    unknown = rds.DatabaseCluster.from_database_cluster_attributes(
        stack, "Unknown", cluster_identifier="a"
    )
    with pytest.raises(InvalidPermissionError, match="whose resource ID is known"):
        RdsConnect.of(unknown, "reports")


def test_a_proxy_is_taken_by_the_id_in_its_arn(stack: Stack) -> None:
    imported = rds.DatabaseProxy.from_database_proxy_attributes(
        stack,
        "Imported",
        db_proxy_arn=f"arn:aws:rds:{REGION}:{ACCOUNT}:db-proxy:prx-0123456789abcdef0",
        db_proxy_name="orders",
        endpoint="orders.proxy",
        security_groups=[],
    )
    assert RdsConnect.of(imported, "reports").resource_id == "prx-0123456789abcdef0"


def test_the_id_of_a_proxy_may_be_cut_out_of_its_arn_at_deployment(stack: Stack) -> None:
    proxy_arn = Fn.import_value("ProxyArn")
    resource_id = Fn.select(6, Fn.split(":", proxy_arn))
    arn = RdsConnect(resource_id=resource_id, user_names=("reports",)).statements()[0].resources[0]
    assert stack.resolve(arn)["Fn::Join"][1][-1] == "/reports"


@pytest.mark.parametrize("thing", ["orders", None, object()])
def test_what_is_no_database_is_refused(thing: Any) -> None:
    with pytest.raises(InvalidPermissionError, match=r"of\(\) takes an instance, a cluster"):
        RdsConnect.of(thing, "reports")


def test_a_file_system_is_taken_with_its_access_point(stack: Stack, vpc: ec2.IVpc) -> None:
    files = efs.FileSystem(stack, "Files", vpc=vpc)
    point = files.add_access_point("Point")
    write = EfsWrite.of(files, point)
    assert write.file_system_arn == files.file_system_arn
    assert write.access_point_arn == point.access_point_arn
    assert EfsMount.of(files).access_point_arn is None


def test_an_imported_file_system_is_one_too(stack: Stack) -> None:
    group = ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-1")
    files = efs.FileSystem.from_file_system_attributes(
        stack, "Files", file_system_id="fs-01234567", security_group=group
    )
    point = efs.AccessPoint.from_access_point_id(stack, "Point", "fsap-01234567")
    write = EfsWrite.of(files, point)
    assert stack.resolve(write.file_system_arn) == stack.resolve(files.file_system_arn)
    assert write.access_point_arn == point.access_point_arn


TLS = iam.PolicyStatement(
    effect=iam.Effect.DENY,
    principals=[iam.AnyPrincipal()],
    actions=["elasticfilesystem:Client*"],
    conditions={"Bool": {"aws:SecureTransport": "false"}},
)


def allowed_to_mounter(files: efs.FileSystem, verb: str) -> bool:
    """Beside the policy of this file system, as it will be deployed."""
    resource = assertions.Template.from_stack(Stack.of(files)).find_resources(
        "AWS::EFS::FileSystem"
    )
    (properties,) = [each["Properties"] for each in resource.values()]
    mount = PolicyDocument.parse({"Version": "2012-10-17", "Statement": said(MOUNT)})
    policy = PolicyDocument.parse(properties["FileSystemPolicy"], PolicyKind.RESOURCE)
    request = AccessRequest(
        principal=Principal.role_session(f"arn:aws:iam::{ACCOUNT}:role/Worker", "run"),
        action=f"{CLIENT}{verb}",
        resource=FILES,
        context=THROUGH_POINT | {"aws:SecureTransport": "true"},
    )
    decided = evaluate(request, PolicySet(identity=[mount], resource=policy))
    return decided.decision is Decision.ALLOWED


def test_beside_the_policy_that_the_cdk_writes_who_mounts_may_write(
    stack: Stack, vpc: ec2.IVpc
) -> None:
    """Said in docs; once this fails, the CDK has become stricter."""
    files = efs.FileSystem(stack, "Files", vpc=vpc, allow_anonymous_access=False)
    assert all(allowed_to_mounter(files, verb) for verb in ("Mount", "Write", "RootAccess"))


def test_beside_a_policy_that_only_denies_the_permission_decides(
    stack: Stack, vpc: ec2.IVpc
) -> None:
    files = efs.FileSystem(
        stack,
        "Files",
        vpc=vpc,
        allow_anonymous_access=True,
        file_system_policy=iam.PolicyDocument(statements=[TLS]),
    )
    assert allowed_to_mounter(files, "Mount")
    assert not allowed_to_mounter(files, "Write")
    assert not allowed_to_mounter(files, "RootAccess")


@pytest.mark.parametrize("thing", ["fs-01234567", None, object()])
def test_what_is_no_file_system_is_refused(thing: Any) -> None:
    with pytest.raises(InvalidPermissionError, match=r"of\(\) takes a file system of the CDK"):
        EfsMount.of(thing)


def test_what_is_no_access_point_is_refused(stack: Stack, vpc: ec2.IVpc) -> None:
    files = efs.FileSystem(stack, "Files", vpc=vpc)
    not_one: Any = "fsap-01234567"
    with pytest.raises(InvalidPermissionError, match="takes an access point of the CDK"):
        EfsMount.of(files, not_one)


# Bad input -------------------------------------------------------------------------------------


def connect(**changes: Any) -> dict[str, Any]:
    return {"resource_id": INSTANCE, "user_names": ("reports",)} | changes


@pytest.mark.parametrize(
    ("kind", "arguments", "error", "says"),
    [
        (RdsConnect, connect(resource_id="orders"), InvalidPermissionError, "and is no name"),
        (RdsConnect, connect(resource_id="*"), InvalidPermissionError, "one instance"),
        (RdsConnect, connect(resource_id="db-*"), InvalidPermissionError, "one instance"),
        (RdsConnect, connect(resource_id="${Token[TOKEN.1]}*"), InvalidPermissionError, "one inst"),
        (RdsConnect, connect(resource_id="${aws:username}"), InvalidPermissionError, "one inst"),
        (RdsConnect, connect(resource_id=None), InvalidPermissionError, "one instance"),
        (RdsConnect, connect(user_names=()), InvalidPermissionError, "at least one user"),
        (RdsConnect, connect(user_names="reports"), InvalidPermissionError, "must be a list"),
        (RdsConnect, connect(user_names=("*",)), InvalidPermissionError, "without wildcards"),
        (RdsConnect, connect(user_names=("a/b",)), InvalidPermissionError, "users of the database"),
        (RdsConnect, connect(region="*"), InvalidPermissionError, "one region"),
        (RdsConnect, connect(account_id="1"), InvalidInputError, "12 digits"),
        (EfsMount, {"file_system_arn": "fs-01234567"}, InvalidArnError, "must be an ARN like"),
        (EfsMount, {"file_system_arn": POINT}, InvalidArnError, "file-system/fs-01234567, got"),
        (EfsMount, {"file_system_arn": FILES[:-8] + "*"}, InvalidArnError, "one resource"),
        (EfsWrite, {"file_system_arn": FILES, "access_point_arn": FILES}, InvalidArnError,
         "access_point_arn must be an ARN like"),
        (EfsWrite, {"file_system_arn": FILES, "access_point_arn": POINT[:-8] + "*"},
         InvalidArnError, "one resource"),
    ],
)  # fmt: skip
def test_what_would_be_wider_than_it_looks_is_refused(
    kind: type[Permission], arguments: dict[str, Any], error: type[InvalidInputError], says: str
) -> None:
    with pytest.raises(error, match=says):
        kind(**arguments)
