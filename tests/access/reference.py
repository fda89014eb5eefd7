"""AWS's decision on a request, written to be read: small, slow, one function a rule.

It shares no code with `least_privilege.access`, whose answers are held against it. Pages are those
of https://docs.aws.amazon.com/IAM/latest/UserGuide/ unless they say otherwise.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from enum import IntEnum

from least_privilege.access import AccessRequest, Decision, PolicySet, Principal, PrincipalKind
from least_privilege.policy import Effect, NamedPrincipal, PolicyDocument, PrincipalType, Statement
from tests.access.reference_conditions import Context, action_fits, holds, moment, resource_fits

CONTROLLED = ("s3", "sqs", "kms", "sts", "secretsmanager")
"""Services that resource control policies reach, of those that the tests ask for."""
TRUSTED = (
    "sts:assumerole",
    "sts:assumerolewithsaml",
    "sts:assumerolewithwebidentity",
    "sts:tagsession",
    "sts:setsourceidentity",
)
WITH_IDENTITY = (PrincipalKind.USER, PrincipalKind.ROLE_SESSION, PrincipalKind.FEDERATED_USER)


class Reach(IntEnum):
    """How far a name in a resource policy goes that means the caller."""

    NONE = 0
    ACCOUNT = 1
    LIMITED = 2
    DIRECT = 3


# --- The request: reference_policies_condition-keys.html -----------------------------------


def account_of(who: Principal) -> str:
    if who.kind is PrincipalKind.ROOT:
        return who.identifier
    return who.identifier.split(":")[4] if who.kind in WITH_IDENTITY else ""


def owner_of(request: AccessRequest) -> str:
    in_arn = (request.resource.split(":") + [""] * 5)[4]
    if request.resource_account:
        return request.resource_account
    return in_arn if re.fullmatch("[0-9]{12}", in_arn) else account_of(request.caller)


def service_of(request: AccessRequest) -> str:
    return request.action.split(":")[0].lower()


def context_of(request: AccessRequest) -> dict[str, str | tuple[str, ...]]:
    """The keys that AWS fills in, and those given, which win."""
    who, kind, account = request.caller, request.caller.kind, account_of(request.caller)
    arn = f"arn:aws:iam::{account}:root" if kind is PrincipalKind.ROOT else who.identifier
    partition, region = "aws", ""
    if request.resource != "*":
        _, partition, _, region, *_ = request.resource.split(":")
    elif kind in WITH_IDENTITY:
        partition = arn.split(":")[1]
    found: dict[str, str] = {
        "aws:PrincipalArn": arn if account else "",
        "aws:PrincipalAccount": account,
        "aws:PrincipalType": {
            PrincipalKind.USER: "User",
            PrincipalKind.ROLE_SESSION: "AssumedRole",
            PrincipalKind.FEDERATED_USER: "FederatedUser",
            PrincipalKind.ROOT: "Account",
            PrincipalKind.ANONYMOUS: "Anonymous",
        }.get(kind, ""),
        "aws:PrincipalIsAWSService": "true" if kind is PrincipalKind.SERVICE else "false",
        "aws:ViaAWSService": "false",
        "aws:ResourceAccount": owner_of(request),
        "s3:ResourceAccount": owner_of(request) if service_of(request) == "s3" else "",
        "kms:CallerAccount": account if service_of(request) == "kms" else "",
        "aws:RequestedRegion": region,
    }
    if not region and service_of(request) == "iam" and partition == "aws":
        found["aws:RequestedRegion"] = "us-east-1"
    match kind:
        case PrincipalKind.USER:
            found["aws:username"] = arn.split("/")[-1]
            found["aws:userid"] = who.unique_id
        case PrincipalKind.ROLE_SESSION if who.unique_id:
            found["aws:userid"] = f"{who.unique_id}:{who.session_name}"
        case PrincipalKind.FEDERATED_USER:
            found["aws:userid"] = f"{account}:{arn.split('/')[-1]}"
        case PrincipalKind.ROOT:
            found["aws:userid"] = account
        case PrincipalKind.SERVICE:
            found["aws:PrincipalServiceName"] = who.identifier
        case PrincipalKind.ANONYMOUS:
            found |= {"aws:userid": "anonymous", "aws:PrincipalAccount": "anonymous"}
            del found["aws:PrincipalIsAWSService"]
        case PrincipalKind.FEDERATED:
            del found["aws:PrincipalIsAWSService"]
    context: dict[str, str | tuple[str, ...]] = {k.lower(): v for k, v in found.items() if v}
    given = {key.lower(): written(value) for key, value in request.context.items()}
    now, seconds = given.get("aws:currenttime"), given.get("aws:epochtime")
    if isinstance(now, str) and seconds is None and (time := moment(now)) is not None:
        given["aws:epochtime"] = str(int(time))
    if isinstance(seconds, str) and now is None and (time := moment(seconds)) is not None:
        given["aws:currenttime"] = str(written(datetime.fromtimestamp(float(time), UTC)))
    return context | given


def written(value: object) -> str | tuple[str, ...]:
    """A value of the context as AWS compares it."""
    if isinstance(value, (list, tuple, set, frozenset)):
        return tuple(str(written(each)) for each in value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        in_utc = value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
        return in_utc.isoformat().replace("+00:00", "Z")
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, date) else str(value)


# --- Principals: reference_policies_elements_principal.html --------------------------------


def reach_of_name(named: NamedPrincipal, who: Principal) -> Reach:
    """How far one entry of a Principal element goes that means the caller."""
    account, kind, name = account_of(who), who.kind, named.identifier
    if named.type is not PrincipalType.AWS:
        own = {
            PrincipalKind.SERVICE: PrincipalType.SERVICE,
            PrincipalKind.FEDERATED: PrincipalType.FEDERATED,
            PrincipalKind.CANONICAL_USER: PrincipalType.CANONICAL_USER,
        }.get(kind)
        # id_roles_providers_create_oidc.html: the ARN of a provider ends in its domain
        named_at = name.partition(":oidc-provider/")[2]
        is_meant = own is named.type and who.identifier in (name, named_at)
        return Reach.DIRECT if is_meant else Reach.NONE
    partition = who.identifier.split(":")[1] if kind in WITH_IDENTITY else "aws"
    if name == "*":
        return Reach.DIRECT
    if account and name in (account, f"arn:{partition}:iam::{account}:root"):
        return Reach.DIRECT if kind is PrincipalKind.ROOT else Reach.ACCOUNT
    if kind is PrincipalKind.ROLE_SESSION:
        role = who.identifier.split("/")[-1]
        session = f"arn:{partition}:sts::{account}:assumed-role/{role}/{who.session_name}"
        if name == session:
            return Reach.DIRECT
        return Reach.LIMITED if name in (who.identifier, who.unique_id or name * 2) else Reach.NONE
    if kind in WITH_IDENTITY and name in (who.identifier, who.unique_id or name * 2):
        return Reach.DIRECT
    return Reach.LIMITED if who.issuer and name == who.issuer else Reach.NONE


def reach_of(statement: Statement, who: Principal, *, has_boundary: bool) -> Reach:
    """How far a statement with a Principal or a NotPrincipal element means the caller.

    reference_policies_elements_notprincipal.html: with Deny, the account must be listed with the
    user, or with both the role and the session; nobody with a boundary is spared.
    """
    if not statement.not_principals:
        return max(reach_of_name(each, who) for each in statement.principals)
    listed = {reach_of_name(each, who) for each in statement.not_principals} - {Reach.NONE}
    is_spared = bool(listed)
    if statement.effect is Effect.DENY and who.kind in WITH_IDENTITY:
        wanted = {Reach.ACCOUNT, Reach.DIRECT}
        if who.kind is PrincipalKind.ROLE_SESSION:
            wanted.add(Reach.LIMITED)
        everybody = any(each.identifier == "*" for each in statement.not_principals)
        is_spared = (everybody or wanted <= listed) and not has_boundary
    return Reach.NONE if is_spared else Reach.DIRECT


# --- Policies together: reference_policies_evaluation-logic.html ----------------------------


def applies(statement: Statement, version: str, request: AccessRequest, context: Context) -> bool:
    """Whether the statement speaks of this action, on this resource, in this context."""
    variables = version != "2008-10-17"

    def named(patterns: Iterable[str]) -> bool:
        resource = request.resource
        return any(resource_fits(each, resource, context, variables=variables) for each in patterns)

    return (
        (not statement.actions or any(action_fits(p, request.action) for p in statement.actions))
        and not any(action_fits(pattern, request.action) for pattern in statement.not_actions)
        and (not statement.resources or named(statement.resources))
        and not named(statement.not_resources)
        and all(holds(each, context, variables=variables) for each in statement.conditions)
    )


def decide(request: AccessRequest, policies: PolicySet) -> Decision:
    """The answer, from all policies that have a say."""
    who, account, owner = request.caller, account_of(request.caller), owner_of(request)
    action, resource, context = request.action.lower(), request.resource, context_of(request)
    is_root, has_identity = who.kind is PrincipalKind.ROOT, who.kind in WITH_IDENTITY
    # STS/latest/APIReference/API_GetCallerIdentity.html: no policy can deny it
    if action == "sts:getcalleridentity" and account:
        return Decision.ALLOWED

    def reach(effect: Effect, documents: Iterable[PolicyDocument]) -> Reach:
        """The farthest reach of the statements that apply; one without principals reaches all."""
        return max(
            (
                reach_of(each, who, has_boundary=policies.boundary is not None)
                if each.principals or each.not_principals
                else Reach.DIRECT
                for document in documents
                for each in document.statements
                if each.effect is effect and applies(each, document.version, request, context)
            ),
            default=Reach.NONE,
        )

    ceilings = ceilings_over(request, policies, context)
    own = policies.identity if has_identity else ()
    boundary = (policies.boundary,) if policies.boundary is not None and has_identity else ()
    session = policies.session or () if has_identity else ()
    on_resource = () if policies.resource is None else (policies.resource,)
    # AmazonS3/latest/API/API_PutBucketPolicy.html: it cannot lock out the owner's root user
    opens_bucket = action in ("s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy")
    locking = () if is_root and account == owner and opens_bucket else on_resource
    if any(reach(Effect.DENY, each) for each in (*ceilings, own, boundary, session, locking)):
        return Decision.EXPLICITLY_DENIED
    granted = reach(Effect.ALLOW, on_resource)
    needed = list(ceilings)
    # reference_policies_evaluation-logic-cross-account.html, and for keys and roles in one account
    # kms/latest/developerguide/key-policies.html and ..._policy-eval-denyallow.html
    is_trust = is_trust_of_role(action, resource)
    is_key = action.startswith("kms:") and ":key/" in resource
    if not account or account != owner or is_key or is_trust:
        needed.append(on_resource)
    # reference_policies_evaluation-logic_policy-eval-basics-single-account.html; a boundary counts
    # for whom a trust policy names, id_roles_update-role-trust-policy.html
    within = granted if account == owner else Reach.NONE
    if has_identity and within < Reach.LIMITED:
        needed.append(own)
    if has_identity and (within < Reach.DIRECT or is_trust):
        needed += [boundary] if boundary else []
        # id_credentials_temp_control-access_getfederationtoken.html: nothing without a policy
        is_federated = who.kind is PrincipalKind.FEDERATED_USER
        needed += [session] if session or is_federated else []
    # STS/latest/APIReference/API_AssumeRole.html: not with credentials of the root user
    if is_root and action == "sts:assumerole":
        return Decision.IMPLICITLY_DENIED
    is_allowed = all(reach(Effect.ALLOW, each) for each in needed)
    return Decision.ALLOWED if is_allowed else Decision.IMPLICITLY_DENIED


def ceilings_over(
    request: AccessRequest, policies: PolicySet, context: Context
) -> list[Sequence[PolicyDocument]]:
    """The policies of organization and network, each of which must allow, a group at a time."""
    who, account, owner = request.caller, account_of(request.caller), owner_of(request)
    management = context.get("aws:principalorgmasteraccountid")
    is_linked = ":role/aws-service-role/" in who.identifier
    found: list[Sequence[PolicyDocument]] = []
    # organizations/latest/userguide/orgs_manage_policies_scps.html
    if account and not is_linked and account != management:
        found += policies.service_control or ()
    # organizations/latest/userguide/orgs_manage_policies_rcps.html
    is_on_resource = request.resource != "*" and service_of(request) in CONTROLLED
    exempt = is_linked or request.action.lower() == "kms:retiregrant"
    if is_on_resource and not exempt and not (owner and owner == management):
        found += policies.resource_control or ()
    # vpc/latest/privatelink/vpc-endpoints-access.html
    return found if policies.endpoint is None else [*found, (policies.endpoint,)]


def is_trust_of_role(action: str, resource: str) -> bool:
    """Whether the policy of the resource is a trust policy, which has to allow."""
    return action in TRUSTED and re.match("arn:[^:]*:iam:[^:]*:[^:]*:role/", resource) is not None
