"""Trust in pods of an EKS cluster, by EKS Pod Identity.

Source: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from ..errors import InvalidArnError, InvalidTrustError
from ..policy import Arn, Condition, NamedPrincipal, PrincipalType, Statement, holds_token
from ..policy.names import check_strings
from ..policy.tokens import beside_tokens, is_token
from .base import Trust

_CLUSTER = re.compile(
    r"arn:(x|aws(-[a-z]+)*):eks:[a-z0-9-]+:(x|[0-9]{12}):cluster/[0-9A-Za-z][\w-]{0,99}", re.ASCII
)
_NAMESPACE = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_SERVICE_ACCOUNT = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class EksPodIdentity(Trust):
    """Pods of one EKS cluster that run as one of these service accounts of a namespace.

    EKS proves where a pod runs with session tags that nobody else can set. An association that has
    them switched off (`disable_session_tags`, which a `policy` of the association asks for) cannot
    use the role. All of them are transitive: a role that the pods assume next has to allow
    `sts:TagSession` too.

    `cluster_arn` is of the role's own account; pods elsewhere come through a role of their account
    that `AwsRoles` trusts. The association itself is a `CfnPodIdentityAssociation` of the CDK. EKS
    chooses the length of the sessions, about six hours.

    Raises `InvalidArnError` for what is no cluster, `InvalidTrustError` for names that Kubernetes
    does not take. Wildcards are no names.

    Example:
        >>> pods = EksPodIdentity(
        ...     cluster_arn="arn:aws:eks:eu-central-1:111122223333:cluster/shop",
        ...     namespace="orders",
        ...     service_accounts=("worker",),
        ... )
        >>> pods.statements()[0].actions
        ('sts:AssumeRole', 'sts:TagSession')

    Source: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html
    """

    cluster_arn: str
    namespace: str
    service_accounts: tuple[str, ...]

    def __post_init__(self) -> None:
        _check_cluster(self.cluster_arn)
        _check_name("namespace", self.namespace, _NAMESPACE, 63)
        accounts = check_strings(
            self.service_accounts, argument="service_accounts", error=InvalidTrustError
        )
        if not accounts:
            raise InvalidTrustError("service_accounts must name at least one, got none")
        for name in accounts:
            _check_name("service_accounts", name, _SERVICE_ACCOUNT, 253)
        object.__setattr__(self, "service_accounts", accounts)

    @property
    def longest_session(self) -> timedelta | None:
        return None

    def statements(self) -> tuple[Statement, ...]:
        tags = {
            "eks-cluster-arn": (self.cluster_arn,),
            "kubernetes-namespace": (self.namespace,),
            "kubernetes-service-account": self.service_accounts,
        }
        return (
            Statement(
                actions=("sts:AssumeRole", "sts:TagSession"),
                principals=(
                    NamedPrincipal(type=PrincipalType.SERVICE, identifier="pods.eks.amazonaws.com"),
                ),
                conditions=tuple(
                    Condition.of("StringEquals", f"aws:RequestTag/{key}", *values)
                    for key, values in tags.items()
                ),
            ),
        )

    def check_in_account(self, account_id: str) -> None:
        if is_token(self.cluster_arn):
            return
        of_cluster = Arn.parse(self.cluster_arn).account
        if of_cluster != account_id and not holds_token(of_cluster + account_id):
            raise InvalidTrustError(
                f"cluster_arn must be of the role's own account {account_id}, got "
                f"{self.cluster_arn!r}: EKS gives pods roles of its own account alone; trust a "
                f"role of {of_cluster} with AwsRoles, and give the pods that one"
            )


def _check_cluster(arn: object) -> None:
    if isinstance(arn, str) and (is_token(arn) or _CLUSTER.fullmatch(beside_tokens(arn, "x"))):
        return
    raise InvalidArnError(
        "cluster_arn must be the ARN of one cluster, like "
        f"arn:aws:eks:eu-central-1:111122223333:cluster/shop, got {arn!r}"
    )


def _check_name(argument: str, name: object, form: re.Pattern[str], longest: int) -> None:
    if isinstance(name, str) and form.fullmatch(beside_tokens(name, "x")):
        return
    signs = "-" if form is _NAMESPACE else "- or ."
    raise InvalidTrustError(
        f"{argument} must be 1 to {longest} lower-case letters and digits with {signs} between "
        f"them, as Kubernetes has it, and no wildcard, got {name!r}"
    )
