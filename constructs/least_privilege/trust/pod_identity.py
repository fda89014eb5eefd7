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
from .sessions import SessionTag

_CLUSTER = re.compile(
    r"arn:(x|aws(-[a-z]+)*):eks:[a-z0-9-]+:(x|[0-9]{12}):cluster/[0-9A-Za-z][\w-]{0,99}", re.ASCII
)
_FURTHER_TAGS = ("eks-cluster-name", "kubernetes-pod-name", "kubernetes-pod-uid")
_NAMESPACE = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_SERVICE_ACCOUNT = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class EksPodIdentity(Trust):
    """Pods of one EKS cluster that run as one of these service accounts of a namespace.

    EKS proves where a pod runs with session tags that nobody else can set. An association that has
    them switched off (`disable_session_tags`, which a `policy` of the association asks for) cannot
    use the role.

    `cluster_arn` is of the role's own account; pods elsewhere come through a role of their account.
    All session tags are transitive, so the role that they assume next gets them too and has to
    admit them: it trusts `AwsRoles(..., session_tags=pods.session_tags())`. The association itself
    is a `CfnPodIdentityAssociation` of the CDK, which can name that next role as `target_role_arn`.
    EKS chooses the length of the sessions, about six hours.

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
        if len(set(accounts)) < len(accounts):
            raise InvalidTrustError(f"service_accounts must each be named once, got {accounts!r}")
        object.__setattr__(self, "service_accounts", accounts)

    @property
    def longest_session(self) -> timedelta | None:
        return None

    def session_tags(self) -> tuple[SessionTag, ...]:
        """What these pods bring to a role that they assume next: for `session_tags` of the
        `AwsRoles` by which it trusts their first role. Cluster, namespace and service account are
        demanded there again. The ARN of the cluster has to be written out, as what stands for an
        account or region would become those of the next role.

        Source: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-assign-target-role.html
        """
        return (
            *(
                SessionTag(key=key, values=values, transitive=True)
                for key, values in self._proof().items()
            ),
            *(SessionTag(key=key, required=False, transitive=True) for key in _FURTHER_TAGS),
        )

    def _proof(self) -> dict[str, tuple[str, ...]]:
        return {
            "eks-cluster-arn": (self.cluster_arn,),
            "kubernetes-namespace": (self.namespace,),
            "kubernetes-service-account": self.service_accounts,
        }

    def statements(self) -> tuple[Statement, ...]:
        return (
            Statement(
                actions=("sts:AssumeRole", "sts:TagSession"),
                principals=(
                    NamedPrincipal(type=PrincipalType.SERVICE, identifier="pods.eks.amazonaws.com"),
                ),
                conditions=tuple(
                    Condition.of("StringEquals", f"aws:RequestTag/{key}", *values)
                    for key, values in self._proof().items()
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
                f"{self.cluster_arn!r}: EKS gives pods roles of its own account alone; give them "
                f"one of {of_cluster}, and trust that with AwsRoles(..., "
                "session_tags=pods.session_tags())"
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
