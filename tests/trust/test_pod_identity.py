"""Which pods of which EKS cluster get a role by EKS Pod Identity."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from aws_cdk import Aws, Stack, aws_eks as eks

from least_privilege import errors
from least_privilege.access import Decision, Principal
from least_privilege.roles import TrustedRole
from least_privilege.trust import AwsRoles, EksPodIdentity
from tests.conftest import new_stack, only

from .kit import OTHER, OWN, assuming

CLUSTER = f"arn:aws:eks:eu-central-1:{OWN}:cluster/shop"
PODS = Principal.service("pods.eks.amazonaws.com")
BOTH = ("sts:AssumeRole", "sts:TagSession")
WORKERS = EksPodIdentity(
    cluster_arn=CLUSTER, namespace="orders", service_accounts=("worker", "cron.nightly")
)


def sent(**changed: str) -> dict[str, Any]:
    """The session tags that EKS sends, with some of them changed or, if empty, left out."""
    tags = {
        "eks_cluster_arn": CLUSTER,
        "eks_cluster_name": "shop",
        "kubernetes_namespace": "orders",
        "kubernetes_service_account": "worker",
        "kubernetes_pod_name": "worker-5d9c",
        "kubernetes_pod_uid": "3f1e0c8a-0000-4000-8000-000000000000",
    } | changed
    tags = {key.replace("_", "-"): value for key, value in tags.items() if value}
    keys = list(tags)
    return {f"aws:RequestTag/{key}": value for key, value in tags.items()} | {
        "aws:TagKeys": keys,
        "sts:TransitiveTagKeys": keys,
        "aws:SourceAccount": OWN,
        "aws:SourceArn": CLUSTER,
    }


def test_it_says_exactly_this() -> None:
    (statement,) = WORKERS.statements()
    assert statement.to_dict() == {
        "Effect": "Allow",
        "Principal": {"Service": "pods.eks.amazonaws.com"},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
        "Condition": {
            "StringEquals": {
                "aws:RequestTag/eks-cluster-arn": CLUSTER,
                "aws:RequestTag/kubernetes-namespace": "orders",
                "aws:RequestTag/kubernetes-service-account": ["worker", "cron.nightly"],
            }
        },
    }


@pytest.mark.parametrize("service_account", ["worker", "cron.nightly"])
def test_pods_of_the_named_service_accounts_get_in(service_account: str) -> None:
    context = sent(kubernetes_service_account=service_account)
    assert assuming(WORKERS, PODS, context, actions=BOTH).is_allowed


NEAR_MISSES: list[tuple[str, Principal, dict[str, Any]]] = [
    ("another cluster", PODS, sent(eks_cluster_arn=f"{CLUSTER}-2")),
    ("same name, other region", PODS, sent(eks_cluster_arn=CLUSTER.replace("central", "west"))),
    ("same name, other account", PODS, sent(eks_cluster_arn=CLUSTER.replace(OWN, OTHER))),
    ("another namespace", PODS, sent(kubernetes_namespace="default")),
    ("a namespace that begins the same", PODS, sent(kubernetes_namespace="orders-dev")),
    ("another service account", PODS, sent(kubernetes_service_account="default")),
    ("upper case", PODS, sent(kubernetes_service_account="Worker")),
    ("no cluster", PODS, sent(eks_cluster_arn="")),
    ("no namespace", PODS, sent(kubernetes_namespace="")),
    ("no service account", PODS, sent(kubernetes_service_account="")),
    ("session tags switched off", PODS, {"aws:SourceAccount": OWN, "aws:SourceArn": CLUSTER}),
    ("another service", Principal.service("ec2.amazonaws.com"), sent()),
    ("the cluster's own service", Principal.service("eks.amazonaws.com"), sent()),
    ("a role that passes the same tags",
     Principal.role_session(f"arn:aws:iam::{OWN}:role/Admin"), sent()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "caller", "context"), NEAR_MISSES, ids=lambda each: str(each)[:30]
)
@pytest.mark.parametrize("action", BOTH)
def test_others_do_not(what: str, caller: Principal, context: dict[str, Any], action: str) -> None:
    """Neither action alone: who may tag without assuming could be let in by another statement."""
    answer = assuming(WORKERS, caller, context, actions=(action,))
    assert answer.decision is Decision.IMPLICITLY_DENIED, what


THEIRS = CLUSTER.replace(OWN, OTHER)
ELSEWHERE = EksPodIdentity(cluster_arn=THEIRS, namespace="orders", service_accounts=("worker",))
POD_ROLE = Principal.role_session(f"arn:aws:iam::{OTHER}:role/PodRole")
NEXT = AwsRoles(
    account_id=OTHER, role_names=("PodRole",), session_tags=ELSEWHERE.session_tags()
)  # fmt: skip


def passed_on(**changed: str) -> dict[str, Any]:
    """The same tags, as STS passes transitive ones on to the next role."""
    return {
        key: value
        for key, value in sent(**({"eks_cluster_arn": THEIRS} | changed)).items()
        if not key.startswith("aws:Source")
    }


def test_pods_of_another_account_get_in_by_their_role_there() -> None:
    assert assuming(NEXT, POD_ROLE, passed_on(), actions=BOTH).is_allowed


def test_they_get_in_whether_or_not_sts_calls_inherited_tags_transitive() -> None:
    context = passed_on()
    del context["sts:TransitiveTagKeys"]
    assert assuming(NEXT, POD_ROLE, context, actions=BOTH).is_allowed


def test_the_tags_that_prove_nothing_are_not_demanded() -> None:
    context = passed_on(kubernetes_pod_name="", kubernetes_pod_uid="", eks_cluster_name="")
    assert assuming(NEXT, POD_ROLE, context, actions=BOTH).is_allowed


@pytest.mark.parametrize(
    ("caller", "context"),
    [
        (POD_ROLE, passed_on(eks_cluster_arn=CLUSTER)),
        (POD_ROLE, passed_on(kubernetes_namespace="default")),
        (POD_ROLE, passed_on(kubernetes_service_account="default")),
        (POD_ROLE, passed_on(kubernetes_service_account="")),
        (POD_ROLE, {}),
        (POD_ROLE, passed_on(team="red")),
        (Principal.role_session(f"arn:aws:iam::{OTHER}:role/Other"), passed_on()),
        (Principal.role_session(f"arn:aws:iam::{OWN}:role/PodRole"), passed_on()),
        (PODS, passed_on()),
    ],
)
def test_others_do_not_get_in_by_that_role(caller: Principal, context: dict[str, Any]) -> None:
    assert not assuming(NEXT, caller, context, actions=BOTH).is_allowed


def test_a_role_that_admits_no_session_tags_admits_no_pods() -> None:
    plain = AwsRoles(account_id=OTHER, role_names=("PodRole",))
    assert not assuming(plain, POD_ROLE, passed_on(), actions=BOTH).is_allowed


def test_all_session_tags_of_eks_are_named() -> None:
    tags = WORKERS.session_tags()
    assert {tag.key for tag in tags} == set(sent()["aws:TagKeys"])
    assert all(tag.transitive for tag in tags)


def test_eks_chooses_the_length_of_sessions(stack: Stack) -> None:
    assert WORKERS.longest_session is None
    with pytest.raises(errors.InvalidDurationError, match="must be left out"):
        TrustedRole(stack, "Role", trusted_by=[WORKERS], session_duration=timedelta(hours=1))


def test_a_cluster_of_the_same_app_is_a_reference(stack: Stack) -> None:
    cluster = eks.CfnCluster(
        stack,
        "Cluster",
        role_arn=f"arn:aws:iam::{OWN}:role/Cluster",
        resources_vpc_config={"subnetIds": ["subnet-1", "subnet-2"]},
    )
    TrustedRole(
        stack,
        "Role",
        trusted_by=[
            EksPodIdentity(
                cluster_arn=cluster.attr_arn, namespace="orders", service_accounts=("worker",)
            )
        ],
    )
    (statement,) = only(stack, "AWS::IAM::Role")["AssumeRolePolicyDocument"]["Statement"]
    tags = statement["Condition"]["StringEquals"]
    assert tags["aws:RequestTag/eks-cluster-arn"] == "${Cluster.Arn}"


def test_a_cluster_may_be_named_by_parts_that_are_known_later(stack: Stack) -> None:
    arn = stack.format_arn(service="eks", resource="cluster", resource_name="shop")
    trust = EksPodIdentity(cluster_arn=arn, namespace="orders", service_accounts=("worker",))
    TrustedRole(stack, "Role", trusted_by=[trust])
    assert only(stack, "AWS::IAM::Role")


def test_a_cluster_of_another_account_is_refused_where_the_account_is_known(stack: Stack) -> None:
    """EKS takes a role of the cluster's own account alone."""
    elsewhere = EksPodIdentity(
        cluster_arn=CLUSTER.replace(OWN, OTHER), namespace="orders", service_accounts=("worker",)
    )
    with pytest.raises(
        errors.InvalidTrustError, match=f"own account {OWN}.*AwsRoles.*session_tags"
    ):
        TrustedRole(stack, "Role", trusted_by=[elsewhere])
    assert not stack.node.children
    TrustedRole(new_stack("Elsewhere", account=OTHER), "Role", trusted_by=[elsewhere])
    TrustedRole(new_stack("Anywhere", account=Aws.ACCOUNT_ID), "Role", trusted_by=[elsewhere])


REFUSED: list[tuple[dict[str, Any], type[errors.InvalidInputError], str]] = [
    ({"cluster_arn": "shop"}, errors.InvalidArnError, "cluster_arn must be the ARN of one cluster"),
    ({"cluster_arn": None}, errors.InvalidArnError, "got None"),
    ({"cluster_arn": ""}, errors.InvalidArnError, "got ''"),
    ({"cluster_arn": f"arn:aws:eks:eu-central-1:{OWN}:cluster/*"}, errors.InvalidArnError, r"/\*"),
    ({"cluster_arn": f"arn:aws:eks:*:{OWN}:cluster/shop"}, errors.InvalidArnError, "one cluster"),
    ({"cluster_arn": "arn:aws:eks:eu-central-1::cluster/shop"}, errors.InvalidArnError, "cluster"),
    ({"cluster_arn": f"arn:aws:eks:eu-central-1:{OWN}:cluster/"}, errors.InvalidArnError, "one"),
    ({"cluster_arn": f"arn:aws:eks:eu-central-1:{OWN}:nodegroup/shop/a/b"},
     errors.InvalidArnError, "cluster/shop"),
    ({"cluster_arn": f"arn:aws:ecs:eu-central-1:{OWN}:cluster/shop"},
     errors.InvalidArnError, "arn:aws:eks"),
    ({"namespace": "*"}, errors.InvalidTrustError, "namespace must be .* no wildcard, got '\\*'"),
    ({"namespace": "team-*"}, errors.InvalidTrustError, "no wildcard"),
    ({"namespace": ""}, errors.InvalidTrustError, "namespace must be 1 to 63"),
    ({"namespace": "x" * 64}, errors.InvalidTrustError, "1 to 63"),
    ({"namespace": "Orders"}, errors.InvalidTrustError, "lower-case"),
    ({"namespace": "a.b"}, errors.InvalidTrustError, "with - between"),
    ({"namespace": "-a"}, errors.InvalidTrustError, "between"),
    ({"namespace": "${aws:username}"}, errors.InvalidTrustError, "as Kubernetes has it"),
    ({"namespace": None}, errors.InvalidTrustError, "got None"),
    ({"service_accounts": ()}, errors.InvalidTrustError, "service_accounts must name at least one"),
    ({"service_accounts": "worker"}, errors.InvalidTrustError, "got the string 'worker'"),
    ({"service_accounts": ("*",)}, errors.InvalidTrustError, "no wildcard"),
    ({"service_accounts": ("worker", "")}, errors.InvalidTrustError, "1 to 253"),
    ({"service_accounts": ("orders:worker",)}, errors.InvalidTrustError, "with - or . between"),
    ({"service_accounts": ("a", "a")}, errors.InvalidTrustError, "must each be named once"),
    ({"service_accounts": ("a" * 254,)}, errors.InvalidTrustError, "1 to 253"),
    ({"service_accounts": (7,)}, errors.InvalidTrustError, "must be strings, got 7"),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "error", "says"), REFUSED)
def test_what_kubernetes_or_eks_would_not_take_is_refused(
    changed: dict[str, Any], error: type[errors.InvalidInputError], says: str
) -> None:
    sound: dict[str, Any] = {
        "cluster_arn": CLUSTER,
        "namespace": "orders",
        "service_accounts": ("worker",),
    }
    with pytest.raises(error, match=says):
        EksPodIdentity(**sound | changed)
