"""The profile by which workloads outside of AWS get roles, with IAM Roles Anywhere.

Source: https://docs.aws.amazon.com/rolesanywhere/latest/userguide/introduction.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import cast

from aws_cdk import (
    IResolvable,
    Names,
    Stack,
    Token,
    aws_iam as iam,
    aws_rolesanywhere as rolesanywhere,
)
from constructs import Construct

from .._edge import placed, with_tokens
from ..errors import (
    InvalidArnError,
    InvalidDurationError,
    InvalidNameError,
    InvalidPermissionError,
    InvalidTagError,
    InvalidTrustError,
    QuotaExceededError,
)
from ..permissions import Permission
from ..policy import Arn, PolicyDocument, check_arn, check_tags, holds_token, quotas
from ..policy.names import check_strings, check_timedelta
from ..policy.tokens import beside_tokens, is_token, known_length
from ..trust import RolesAnywhere
from .attribute_mappings import check_attribute_mappings, unmapped
from .trusted_role import TrustedRole

_NAME = re.compile(r"[ A-Za-z0-9_-]{1,255}")
_SHORTEST, _LONGEST = timedelta(minutes=15), timedelta(hours=12)
_ROLES = 250
_LONGEST_ARN = 200


class RolesAnywhereProfile(Construct):
    """A profile of IAM Roles Anywhere: which roles, for how long, and with what at most.

    A workload names the profile, one of its roles and a trust anchor of the profile's region; the
    role's trust, a `RolesAnywhere`, says which certificates it takes.

    :param roles: 1 to 250 roles of this account, each of which trusts `RolesAnywhere`
    :param session_duration: how long the sessions last, 15 minutes to 12 hours, by default 1 hour;
        at most the `session_duration` of every role
    :param profile_name: 1 to 255 letters, digits, blanks or any of _-; made up if left out
    :param enabled: whether it can be used
    :param attribute_mappings: what of a certificate becomes session tags, as
        `{"x509Subject": ["CN"], "x509SAN": ["URI"]}`; by default all that Roles Anywhere knows. The
        fields are `x509Subject`, `x509Issuer` and `x509SAN`; what the trust of a role asks for has
        to be among their parts. Fewer tags leave more room for a session policy
    :param accept_session_name: let the workload choose the name of its session, which is otherwise
        the serial number of its certificate
    :param session_permissions: what a session may do at most; it still needs the role's permissions
    :param managed_policy_arns: the same by managed policies that exist, at most ten, each of at
        most 200 characters; together with `session_permissions` at most 2,048 characters
    :param tags: of the profile, at most 50, in ASCII

    :raises InvalidInputError: and its subclasses, before anything is added to the app

    Example:
        >>> from aws_cdk import App, Environment, Stack
        >>> from least_privilege.roles import TrustedRole
        >>> stack = Stack(App(), "Backup", env=Environment(account="111122223333"))
        >>> anchor = "arn:aws:rolesanywhere:eu-central-1:111122223333:trust-anchor/1a2b"
        >>> trust = RolesAnywhere(trust_anchor_arn=anchor, common_names=("backup.example.com",))
        >>> role = TrustedRole(stack, "Writer", trusted_by=[trust])
        >>> profile = RolesAnywhereProfile(stack, "Profile", roles=[role])
        >>> profile.node.path
        'Backup/Profile'

    Source: https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_CreateProfile.html
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        roles: Sequence[TrustedRole],
        session_duration: timedelta = timedelta(hours=1),
        profile_name: str | None = None,
        enabled: bool | IResolvable = True,
        accept_session_name: bool | IResolvable = False,
        attribute_mappings: Mapping[str, Sequence[str]] | None = None,
        session_permissions: Sequence[Permission] = (),
        managed_policy_arns: Sequence[str] = (),
        tags: Mapping[str, str] | None = None,
    ) -> None:
        stack = Stack.of(scope)
        with placed(scope, construct_id):
            roles = _check_roles(roles, stack)
            _check_duration(session_duration, roles)
            if profile_name is not None:
                _check_profile_name(profile_name)
            arns = _check_managed_policies(managed_policy_arns)
            policy = _session_policy(session_permissions, arns)
            checked_tags = _check_ascii_tags(tags)
            _check_flags(enabled=enabled, accept_session_name=accept_session_name)
            mappings = None
            if attribute_mappings is not None:
                mappings = check_attribute_mappings(attribute_mappings)
                _check_mapped(roles, mappings)
        super().__init__(scope, construct_id)
        self._resource = rolesanywhere.CfnProfile(
            self,
            "Resource",
            name=profile_name
            or Names.unique_resource_name(self, max_length=255, allowed_special_characters="-_"),
            role_arns=[role.role_arn for role in roles],
            duration_seconds=int(session_duration.total_seconds()),
            enabled=enabled,
            accept_role_session_name=accept_session_name,
            attribute_mappings=(
                [_mapping(field, given) for field, given in mappings.items()] if mappings else None
            ),
            managed_policy_arns=[with_tokens(arn) for arn in arns] or None,
            session_policy=(
                stack.to_json_string(with_tokens(policy.to_dict())) if policy is not None else None
            ),
            tags=[{"key": key, "value": value} for key, value in checked_tags.items()] or None,
        )

    @property
    def profile_arn(self) -> str:
        """What the workload names, as `--profile-arn` of the credential helper."""
        return self._resource.attr_profile_arn


def _check_roles(roles: Sequence[TrustedRole], stack: Stack) -> tuple[TrustedRole, ...]:
    if not isinstance(roles, Sequence) or isinstance(roles, str):
        raise InvalidTrustError(
            f"roles must be a list of roles of least_privilege.roles, got {roles!r}; put it in "
            "brackets"
        )
    if not roles:
        raise InvalidTrustError("roles must hold at least one role, got none")
    if len(roles) > _ROLES:
        raise QuotaExceededError(f"roles must be at most {_ROLES}, got {len(roles)}")
    for role in roles:
        if not isinstance(role, TrustedRole):
            raise InvalidTrustError(
                f"roles must be roles of least_privilege.roles, got {type(role).__name__}; the "
                "trust of others cannot be checked"
            )
        if _differ(role.env.account, stack.account):
            raise InvalidTrustError(
                f"roles must be of the profile's own account {stack.account}, got "
                f"{role.node.path} of {role.env.account}"
            )
        _check_trusts(role, stack.region)
    paths = [role.node.path for role in roles]
    if len(set(paths)) < len(paths):
        raise InvalidTrustError(f"roles must each be named once, got {paths!r}")
    return tuple(roles)


def _check_trusts(role: TrustedRole, region: str) -> None:
    anchors = [
        trust.trust_anchor_arn for trust in role.trusted_by if isinstance(trust, RolesAnywhere)
    ]
    if not anchors:
        raise InvalidTrustError(
            f"roles must each trust Roles Anywhere, got {role.node.path}, which nobody could get "
            "by the profile; add RolesAnywhere(trust_anchor_arn=...) to its trusted_by"
        )
    regions = ["" if is_token(arn) else Arn.parse(arn).region for arn in anchors]
    if all(each and _differ(each, region) for each in regions):
        raise InvalidTrustError(
            f"roles must each trust an anchor of the profile's region {region}, got "
            f"{role.node.path}, whose anchors are of {', '.join(sorted(set(regions)))}"
        )


def _check_mapped(roles: Sequence[TrustedRole], mappings: Mapping[str, Sequence[str]]) -> None:
    for role in roles:
        for trust in role.trusted_by:
            missing = (
                unmapped(trust.demanded_attributes, mappings)
                if isinstance(trust, RolesAnywhere)
                else ()
            )
            if missing:
                raise InvalidTrustError(
                    f"attribute_mappings must hold {', '.join(missing)}, which {role.node.path} "
                    f"asks for, got {dict(mappings)!r}; nobody could get that role"
                )


def _mapping(
    field: str, specifiers: Sequence[str]
) -> rolesanywhere.CfnProfile.AttributeMappingProperty:
    return rolesanywhere.CfnProfile.AttributeMappingProperty(
        certificate_field=field,
        mapping_rules=[
            rolesanywhere.CfnProfile.MappingRuleProperty(specifier=each) for each in specifiers
        ],
    )


def _check_flags(**flags: object) -> None:
    for argument, flag in flags.items():
        if not isinstance(flag, bool) and not Token.is_unresolved(flag):
            raise InvalidTrustError(f"{argument} must be True or False, got {flag!r}")


def _check_ascii_tags(tags: Mapping[str, str] | None) -> dict[str, str]:
    checked = check_tags({} if tags is None else tags)
    for key, value in checked.items():
        if not (key + value).isascii():
            raise InvalidTagError(
                f"tags of a profile must be letters and digits of ASCII, got {key!r}: {value!r}"
            )
    return checked


def _differ(one: str, other: str) -> bool:
    """Whether they are known to differ."""
    return one != other and not holds_token(one + other)


def _check_duration(duration: timedelta, roles: Sequence[TrustedRole]) -> None:
    check_timedelta(duration, argument="session_duration")
    if not _SHORTEST <= duration <= _LONGEST or duration.microseconds:
        raise InvalidDurationError(
            f"session_duration must be from 15 minutes to 12 hours in whole seconds, got {duration}"
        )
    for role in roles:
        resource = cast(iam.CfnRole, role.node.default_child)
        seconds = resource.max_session_duration or 3_600
        if Token.is_unresolved(seconds):
            continue
        longest = timedelta(seconds=int(seconds))
        if duration > longest:
            raise InvalidDurationError(
                f"session_duration must be at most {longest}, the session_duration of "
                f"{role.node.path}, got {duration}; give that role a longer one"
            )


def _check_profile_name(name: str) -> None:
    if not isinstance(name, str) or not _NAME.fullmatch(beside_tokens(name, "x")):
        raise InvalidNameError(
            f"profile_name must be 1 to 255 letters, digits, blanks or any of _-, got {name!r}"
        )


def _check_managed_policies(arns: Sequence[str]) -> tuple[str, ...]:
    arns = check_strings(arns, argument="managed_policy_arns", error=InvalidArnError)
    for arn in arns:
        check_arn(
            arn,
            service="iam",
            resource="policy/",
            argument="managed_policy_arns",
            example="arn:aws:iam::111122223333:policy/Ceiling",
        )
        if known_length(arn) > _LONGEST_ARN:
            raise QuotaExceededError(
                f"managed_policy_arns must each be at most {_LONGEST_ARN} characters, got "
                f"{len(arn)}: {arn!r}"
            )
    if len(set(arns)) < len(arns):
        raise InvalidArnError(f"managed_policy_arns must each be named once, got {arns!r}")
    if len(arns) > quotas.MANAGED_POLICIES_PER_SESSION:
        raise QuotaExceededError(
            f"managed_policy_arns must be at most {quotas.MANAGED_POLICIES_PER_SESSION} for one "
            f"session, got {len(arns)}"
        )
    return arns


def _session_policy(
    permissions: Sequence[Permission], managed_policy_arns: Sequence[str]
) -> PolicyDocument | None:
    """The session policy, which STS counts together with the ARNs of managed ones."""
    if not isinstance(permissions, Sequence) or not all(
        isinstance(each, Permission) for each in permissions
    ):
        raise InvalidPermissionError(
            "session_permissions must be a list of values of least_privilege.permissions, got "
            f"{permissions!r}"
        )
    policy = PolicyDocument.of(*(each for one in permissions for each in one.statements()))
    size = (policy.size if permissions else 0) + sum(map(known_length, managed_policy_arns))
    if size > quotas.SESSION_POLICY:
        raise QuotaExceededError(
            "session_permissions and managed_policy_arns must be at most "
            f"{quotas.SESSION_POLICY:,} characters together, got {size:,}"
        )
    return policy if permissions else None
