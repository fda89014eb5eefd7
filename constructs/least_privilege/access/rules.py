"""How policies of all kinds count together.

Truth values are tables of bits, as `unknowns` explains: one bit where everything is known.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..policy import PolicyKind
from .policy_set import PolicySet
from .principal import Principal, PrincipalKind, Reach
from .request import AccessRequest
from .statements import Layer
from .unknowns import Known, Unknowns

ASSUMING = frozenset(
    {
        "sts:assumerole",
        "sts:assumerolewithsaml",
        "sts:assumerolewithwebidentity",
        "sts:setsourceidentity",
        "sts:tagsession",
    }
)
"""The actions on a role that its trust policy must allow."""

WITH_RESOURCE_CONTROL = frozenset(
    {
        "aoss", "appconfig", "appstream", "autoscaling", "autoscaling-plans", "budgets",
        "clouddirectory", "cloudfront", "cloudsearch", "cloudtrail-data", "codeartifact",
        "codebuild", "codecommit", "codepipeline", "cognito-identity", "cognito-idp", "comprehend",
        "comprehendmedical", "compute-optimizer", "cost-optimization-hub", "dax", "dsql",
        "dynamodb", "ecr", "ecr-public", "es", "events", "firehose", "fis", "fms", "gamelift",
        "health", "inspector-scan", "kendra", "kinesisvideo", "kms", "logs", "memorydb",
        "networkmonitor", "notifications", "opensearch", "pca-connector-ad", "personalize", "polly",
        "pricing", "resource-groups", "rolesanywhere", "s3", "secretsmanager", "servicediscovery",
        "signin", "sqs", "sts", "support", "swf", "textract", "timestream-influxdb", "transcribe",
        "transfer", "translate", "wafv2", "workspaces", "xray",
    }
)  # fmt: skip
"""The services whose resources a resource control policy can limit, in September 2026.

Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
"""

OF_BUCKET_OWNER = frozenset({"s3:deletebucketpolicy", "s3:getbucketpolicy", "s3:putbucketpolicy"})
"""What no bucket policy can deny to the root user of the bucket's account.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
"""


_FOR_EVERYBODY = "sts:getcalleridentity"
"""Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html"""

_FOR_USERS = "sts:getsessiontoken"
"""Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getsessiontoken.html"""

WITHOUT_KEY = frozenset(
    {
        "kms:connectcustomkeystore", "kms:createcustomkeystore", "kms:createkey",
        "kms:deletecustomkeystore", "kms:describecustomkeystores",
        "kms:disconnectcustomkeystore", "kms:generaterandom", "kms:listaliases",
        "kms:listkeys", "kms:updatecustomkeystore",
    }
)  # fmt: skip
"""What KMS does without a key, so that no key policy is asked.

Source: https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html
"""


@dataclass(slots=True)
class Outcome:
    """When a request is denied explicitly, and when all kinds allow it that have to."""

    every: int
    """The table in which something always holds."""
    denying: list[tuple[PolicyKind, int]] = field(default_factory=list)
    allowing: list[tuple[PolicyKind, int]] = field(default_factory=list)

    @property
    def denied(self) -> int:
        """When a `Deny` applies."""
        found = 0
        for _, table in self.denying:
            found |= table
        return found

    @property
    def allowed(self) -> int:
        """When the request is allowed."""
        found = self.every ^ self.denied
        for _, table in self.allowing:
            found &= table
        return found


def decide(request: AccessRequest, policies: PolicySet, truth: Known | Unknowns) -> Outcome:
    """Ask every policy that counts for a request."""
    outcome = Outcome(truth.all)
    if request.service == "sts" and request.action.lower() in without_permission(request.caller):
        return outcome
    if policies.service_control and _limited_by_service_control(request):
        for layer in policies.service_control_layers:
            outcome.allowing.append((layer.kind, _ask(layer, request, truth, outcome)))
    if policies.resource_control and _limited_by_resource_control(request):
        for layer in policies.resource_control_layers:
            reaches = _ask_about_principal(layer, request, policies, truth, outcome)
            outcome.allowing.append((layer.kind, reaches.any))
    if policies.endpoint is not None:
        assert policies.endpoint_layer is not None
        reaches = _ask_about_principal(policies.endpoint_layer, request, policies, truth, outcome)
        outcome.allowing.append((PolicyKind.ENDPOINT, reaches.any))
    _ask_both_sides(request, policies, truth, outcome)
    return outcome


def counting_layers(request: AccessRequest, policies: PolicySet) -> Iterator[Layer]:
    """The policies that count for a request, in the order in which they are asked."""
    if _limited_by_service_control(request):
        yield from policies.service_control_layers
    if _limited_by_resource_control(request):
        yield from policies.resource_control_layers
    if policies.endpoint_layer is not None:
        yield policies.endpoint_layer
    of_resource = policies.trust_layer if is_role_assumption(request) else policies.resource_layer
    if of_resource is not None:
        yield of_resource
    if request.caller.has_identity_policies:
        yield policies.identity_layer
        yield from (limit for limit in (policies.boundary_layer, policies.session_layer) if limit)


def _ask_both_sides(
    request: AccessRequest, policies: PolicySet, truth: Known | Unknowns, outcome: Outcome
) -> None:
    """The principal's own policies, and that of the resource.

    Sources:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-single-account.html
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
    """
    caller = request.caller
    is_root = caller.kind is PrincipalKind.ROOT
    is_assumption = is_role_assumption(request)
    layer = policies.trust_layer if is_assumption else policies.resource_layer
    kind = PolicyKind.TRUST if is_assumption else PolicyKind.RESOURCE
    reaches = _Reaches()
    if layer is not None:
        reaches = _ask_about_principal(layer, request, policies, truth, outcome)
    if not (caller.has_identity_policies or is_root):
        outcome.allowing.append((kind, reaches.any))
        return
    same_account = caller.account == request.owner
    if caller.has_identity_policies:
        # Within an account, who is named needs no identity policy, and who is named exactly needs
        # neither boundary nor session policy to allow.
        beside_identity = reaches.limited | reaches.direct if same_account else 0
        # To assume a role, a boundary must allow it in any case:
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html
        beside_limits = reaches.direct if same_account and not is_assumption else 0
        own = _ask(policies.identity_layer, request, truth, outcome)
        outcome.allowing.append((PolicyKind.IDENTITY, own | beside_identity))
        for limit in (policies.boundary_layer, policies.session_layer):
            if limit is not None:
                allowed = _ask(limit, request, truth, outcome)
                outcome.allowing.append((limit.kind, allowed | beside_limits))
        if caller.kind is PrincipalKind.FEDERATED_USER and not policies.session:
            # https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
            outcome.allowing.append((PolicyKind.SESSION, beside_limits))
    if not same_account or is_assumption or _is_about_key(request):
        outcome.allowing.append((kind, reaches.any))
    if is_root and request.action.lower() == "sts:assumerole":
        # https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
        outcome.allowing.append((PolicyKind.TRUST, 0))


def without_permission(caller: Principal) -> tuple[str, ...]:
    """What AWS lets a caller do, whatever a policy denies; in lower case."""
    if not caller.account:
        return ()
    if caller.kind in (PrincipalKind.USER, PrincipalKind.ROOT):
        return (_FOR_EVERYBODY, _FOR_USERS)
    return (_FOR_EVERYBODY,)


def is_role_assumption(request: AccessRequest) -> bool:
    """Whether a trust policy must allow the request."""
    if request.action.lower() not in ASSUMING:
        return False
    return ":role/" in request.resource or request.resource == "*"


def _is_about_key(request: AccessRequest) -> bool:
    """Whether a key policy must allow the request.

    Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
    """
    if request.service != "kms":
        return False
    if request.resource == "*":
        return request.action.lower() not in WITHOUT_KEY
    return ":key/" in request.resource


def _limited_by_service_control(request: AccessRequest) -> bool:
    """Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html"""
    caller = request.caller
    return (
        bool(caller.account)
        and not caller.is_service_linked
        and not _is_management_account(request, caller.account)
    )


def _limited_by_resource_control(request: AccessRequest) -> bool:
    """Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html"""
    return (
        request.service in WITH_RESOURCE_CONTROL
        and request.resource != "*"
        and request.action.lower() != "kms:retiregrant"
        and not request.caller.is_service_linked
        and not _is_management_account(request, request.owner)
    )


def _is_management_account(request: AccessRequest, account: str) -> bool:
    if not request.context:
        return False
    return request.context_values.get("aws:principalorgmasteraccountid") == account


def _is_owner_of_bucket(request: AccessRequest) -> bool:
    return (
        request.action.lower() in OF_BUCKET_OWNER
        and request.caller.kind is PrincipalKind.ROOT
        and request.caller.account == request.owner
    )


def _ask(layer: Layer, request: AccessRequest, truth: Known | Unknowns, outcome: Outcome) -> int:
    """When policies without principals allow a request; what they deny goes to the outcome."""
    denies, allows = layer.about(request.action.lower())
    denied = 0
    for statement in denies:
        denied |= truth.applies(statement, request.resource)
    if denied:
        outcome.denying.append((layer.kind, denied))
    allowed = 0
    for statement in allows:
        allowed |= truth.applies(statement, request.resource)
        if allowed == truth.all and truth.is_settled:
            break
    return allowed


@dataclass(slots=True)
class _Reaches:
    """When a policy with principals allows a request, by how far it reaches."""

    account: int = 0
    limited: int = 0
    direct: int = 0

    @property
    def any(self) -> int:
        return self.account | self.limited | self.direct


def _ask_about_principal(
    layer: Layer,
    request: AccessRequest,
    policies: PolicySet,
    truth: Known | Unknowns,
    outcome: Outcome,
) -> _Reaches:
    caller, resource = request.caller, request.resource
    has_boundary = policies.boundary is not None and caller.has_identity_policies
    denies, allows = layer.about(request.action.lower())
    denied = 0
    for statement in denies:
        if statement.reach(caller, has_boundary=has_boundary):
            denied |= truth.applies(statement, resource)
    if denied and not (layer.kind is PolicyKind.RESOURCE and _is_owner_of_bucket(request)):
        outcome.denying.append((layer.kind, denied))
    found = _Reaches()
    for statement in allows:
        reach = statement.reach(caller, has_boundary=has_boundary)
        if reach is Reach.DIRECT:
            found.direct |= truth.applies(statement, resource)
        elif reach is Reach.LIMITED:
            found.limited |= truth.applies(statement, resource)
        elif reach is Reach.ACCOUNT:
            found.account |= truth.applies(statement, resource)
    return found
