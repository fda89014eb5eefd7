"""Which condition keys an action takes.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html#context_keys_table
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from typing import Final

from ..tokens import beside_tokens, holds_token, is_token
from .catalog import action_details, resource_type
from .expansion import expand_actions
from .federation import (
    ASKED_ALONG_WITH_ASSUMING,
    ASSUMING_WITH_OIDC,
    ASSUMING_WITH_SAML,
    is_oidc_key,
    is_session_key,
)

GLOBAL_CONDITION_KEYS: Final = (
    # Of the principal.
    "aws:PrincipalArn",
    "aws:PrincipalAccount",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalOrgID",
    "aws:PrincipalTag/${TagKey}",
    "aws:PrincipalIsAWSService",
    "aws:PrincipalServiceName",
    "aws:PrincipalServiceNamesList",
    "aws:PrincipalType",
    "aws:userid",
    "aws:username",
    # Of a role session.
    "aws:AssumedRoot",
    "aws:FederatedProvider",
    "aws:TokenIssueTime",
    "aws:SignInSessionArn",
    "aws:MultiFactorAuthAge",
    "aws:MultiFactorAuthPresent",
    "aws:ChatbotSourceArn",
    "aws:Ec2InstanceSourceVpc",
    "aws:Ec2InstanceSourcePrivateIPv4",
    "aws:SourceIdentity",
    "ec2:RoleDelivery",
    "ec2:SourceInstanceArn",
    "glue:RoleAssumedBy",
    "glue:CredentialIssuingService",
    "codebuild:BuildArn",
    "codebuild:ProjectArn",
    "lambda:SourceFunctionArn",
    "ssm:SourceInstanceArn",
    "identitystore:UserId",
    # Of the network.
    "aws:SourceIp",
    "aws:SourceVpc",
    "aws:SourceVpcArn",
    "aws:SourceVpce",
    "aws:VpceAccount",
    "aws:VpceOrgID",
    "aws:VpceOrgPaths",
    "aws:VpcSourceIp",
    # Of the resource.
    "aws:ResourceAccount",
    "aws:ResourceOrgID",
    "aws:ResourceOrgPaths",
    "aws:ResourceTag/${TagKey}",
    # Of the request.
    "aws:CalledVia",
    "aws:CalledViaFirst",
    "aws:CalledViaLast",
    "aws:CalledViaAWSMCP",
    "aws:ViaAWSService",
    "aws:ViaAWSMCPService",
    "aws:CurrentTime",
    "aws:EpochTime",
    "aws:referer",
    "aws:RequestedRegion",
    "aws:RequestTag/${TagKey}",
    "aws:TagKeys",
    "aws:SecureTransport",
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "aws:UserAgent",
    "aws:IsMcpServiceAction",
)
"""The keys for all services, those with another service's prefix among them.

AWS sends many of them in some requests alone, and tags of resources and requests for the services
that support them.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

_UNLISTED = ("aws:PrincipalOrgMasterAccountId",)
"""On no page of keys, and in AWS's own managed policies, such as AWSSSOServiceRolePolicy."""

_SUPERSEDED = {"sns": ("aws:SourceOwner",)}
"""Still in the policies that SNS writes for new topics, and in no list of keys.

Source: https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
"""

_REMEMBERED_ACTIONS = 2_048
_VARIABLE_PART = re.compile(r"\$\{[^}]*\}|<[^>]*>|\btag-key$")
"""AWS writes `aws:RequestTag/${TagKey}`, `s3:ExistingObjectTag/<key>` and
`ssm:resourceTag/tag-key`."""
_OF_TAGS = ("aws:resourcetag/", "aws:requesttag/", "aws:tagkeys")
"""Global keys that AWS lists for the actions and types that have them all the same."""
_OF_ACCESS_POINTS = ("s3:accesspoint", "s3:dataaccesspoint")
"""They are in requests for a bucket or an object that come through an access point.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
"""
_STAND_IN = "token.example"
"""For what is known at deployment only; it can be a provider as well as a part of a key."""


def condition_keys_of(action: str) -> tuple[str, ...] | None:
    """The condition keys that an action, given as `s3:GetObject`, takes; None for an unknown one.

    They are those of the action, of the resources that it acts on, and the global ones, in AWS's
    spelling, sorted; a part that differs stands as `${TagKey}` or `<key>`. Keys of OIDC providers
    that are not in AWS's list are missing, as there is no end to them: see
    `supports_condition_key`.

    Example:
        >>> [key for key in condition_keys_of("iam:PassRole") if key.startswith("iam:Passed")]
        ['iam:PassedToService']

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html#context_keys_table
    """
    own = _own_keys(action.lower())
    if own is None:
        return None
    by_name = {key.lower(): key for key in (*GLOBAL_CONDITION_KEYS, *own)}
    return tuple(sorted(by_name.values()))


def supports_condition_key(action: str, key: str) -> bool | None:
    """Whether a request for an action, or for any that a pattern stands for, can hold a key.

    Upper and lower case are the same. Parts that differ may be anything: `aws:RequestTag/team` is
    known where AWS names `aws:RequestTag/${TagKey}`. Global keys are known for every action.

    `<issuer>:sub`, `:aud`, `:amr`, `:email` and `:oaud` are known for every OIDC issuer when a role
    is assumed; the first three are for whatever its session does.

    False means that AWS lists the key for no such action, so that hardly any request holds it. None
    means that the data cannot tell: no known action matches, or what is known at deployment only
    hides the name of the key.

    Example:
        >>> supports_condition_key("s3:PutObject", "s3:RequestObjectTag/team")
        True
        >>> supports_condition_key("s3:GetObject", "iam:PassedToService")
        False
        >>> supports_condition_key("sts:AssumeRoleWithWebIdentity", "gitlab.example.com:sub")
        True
        >>> supports_condition_key("retired:Action", "retired:Key") is None
        True

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
    """
    if is_token(key):
        return None
    given = beside_tokens(key, _STAND_IN).lower()
    if _global_matcher()(given) or is_session_key(given):
        return True
    actions = expand_actions(action)
    if any(_supports(each.lower(), given) for each in actions):
        return True
    return None if not actions or holds_token(key) else False


def supports_condition_key_on(action: str, key: str, resource_types: Iterable[str]) -> bool | None:
    """Whether a request for one action on resources of these types alone can hold a key.

    Stricter than `supports_condition_key`: keys of other types of resources do not count, but those
    of access points in S3, through which objects and buckets are reached; and tags of resources and
    requests count only where AWS lists them for the action or the type.

    Example:
        >>> supports_condition_key_on("s3:GetObject", "s3:ExistingObjectTag/team", ["object"])
        True
        >>> supports_condition_key_on("s3:GetObject", "aws:RequestTag/team", ["object"])
        False

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html#context_keys_table
    """
    if is_token(key):
        return None
    given = beside_tokens(key, _STAND_IN).lower()
    lowered = action.lower()
    if action_details(lowered) is None:
        return supports_condition_key(action, key)
    if given.startswith(_OF_ACCESS_POINTS):
        return supports_condition_key(action, key)
    is_tag = given.startswith(_OF_TAGS)
    if not is_tag and (_global_matcher()(given) or is_session_key(given)):
        return True
    types = frozenset(each.lower() for each in resource_types)
    if _matcher_on(lowered, types)(given) or is_oidc_key(lowered, given):
        return True
    return None if holds_token(key) and not is_tag else False


@lru_cache(maxsize=_REMEMBERED_ACTIONS)
def _matcher_on(action: str, types: frozenset[str]) -> Callable[[str], bool]:
    return _matches_any(_own_keys(action, types) or ())


def _supports(action: str, key: str) -> bool:
    return _matcher(action)(key) or is_oidc_key(action, key)


@lru_cache(maxsize=_REMEMBERED_ACTIONS)
def _matcher(action: str) -> Callable[[str], bool]:
    return _matches_any(_own_keys(action) or ())


@cache
def _global_matcher() -> Callable[[str], bool]:
    return _matches_any((*GLOBAL_CONDITION_KEYS, *_UNLISTED))


def _matches_any(keys: Iterable[str]) -> Callable[[str], bool]:
    lowered = [key.lower() for key in keys]
    exact = frozenset(key for key in lowered if not _VARIABLE_PART.search(key))
    varying = "|".join(
        ".+".join(re.escape(part) for part in _VARIABLE_PART.split(key))
        for key in lowered
        if key not in exact
    )
    fullmatch = re.compile(varying).fullmatch if varying else None
    return lambda key: key in exact or (fullmatch is not None and fullmatch(key) is not None)


def _own_keys(action: str, types: frozenset[str] | None = None) -> frozenset[str] | None:
    """The keys that are not global, in AWS's spelling, of an action in lower case.

    Those of all its types of resources, or of these alone, given in lower case.
    """
    details = action_details(action)
    if details is None:
        return None
    keys = {*details.condition_keys, *_SUPERSEDED.get(details.service, ())}
    for each in details.resource_types:
        if types is not None and each.name.lower() not in types:
            continue
        keys.update(each.condition_keys)
        known = resource_type(details.service, each.name)
        if known is not None:
            keys.update(known.condition_keys)
    if action in ASKED_ALONG_WITH_ASSUMING:
        for assuming in (ASSUMING_WITH_OIDC, ASSUMING_WITH_SAML):
            keys |= _own_keys(assuming) or frozenset()
    return frozenset(keys)
