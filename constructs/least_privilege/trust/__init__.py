"""Who may assume a role: values, each of which becomes statements of its own. Pure Python."""

from .accounts import AwsAccount
from .base import Trust
from .identity_pools import IdentityPool, identity_pool_issuer, identity_variable
from .mfa import Mfa
from .named_principals import AwsRoles, IamUsers, NamedAs
from .networks import SourceNetwork
from .oidc import (
    BitbucketPipelines,
    CircleCi,
    EksServiceAccount,
    GitHubActions,
    GitHubSubject,
    GitLab,
    OidcClaim,
    OpenIdConnect,
    TerraformCloud,
    TerraformRunPhase,
)
from .organizations import Organization
from .permission_sets import PermissionSets
from .pod_identity import EksPodIdentity
from .policy import trust_policy
from .profiles import Profile, profiles, switch_role_link
from .roles_anywhere import CertificateAttribute, RolesAnywhere
from .saml import SamlAttribute, SamlProvider
from .service_names import service_principals
from .services import AwsService, SessionAction
from .sessions import SessionTag, SourceIdentity

__all__ = [
    "AwsAccount",
    "AwsRoles",
    "AwsService",
    "BitbucketPipelines",
    "CertificateAttribute",
    "CircleCi",
    "EksPodIdentity",
    "EksServiceAccount",
    "GitHubActions",
    "GitHubSubject",
    "GitLab",
    "IamUsers",
    "IdentityPool",
    "Mfa",
    "NamedAs",
    "OidcClaim",
    "OpenIdConnect",
    "Organization",
    "PermissionSets",
    "Profile",
    "RolesAnywhere",
    "SamlAttribute",
    "SamlProvider",
    "SessionAction",
    "SessionTag",
    "SourceIdentity",
    "SourceNetwork",
    "TerraformCloud",
    "TerraformRunPhase",
    "Trust",
    "identity_pool_issuer",
    "identity_variable",
    "profiles",
    "service_principals",
    "switch_role_link",
    "trust_policy",
]
