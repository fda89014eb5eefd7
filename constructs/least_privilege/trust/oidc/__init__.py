"""Who may assume a role with a token of an OpenID Connect issuer, one provider a file."""

from .bitbucket import BitbucketPipelines
from .circleci import CircleCi
from .claims import OidcClaim
from .eks import EksServiceAccount
from .github_actions import GitHubActions, GitHubSubject
from .gitlab import GitLab
from .open_id_connect import OpenIdConnect
from .terraform_cloud import TerraformCloud, TerraformRunPhase

__all__ = [
    "BitbucketPipelines",
    "CircleCi",
    "EksServiceAccount",
    "GitHubActions",
    "GitHubSubject",
    "GitLab",
    "OidcClaim",
    "OpenIdConnect",
    "TerraformCloud",
    "TerraformRunPhase",
]
