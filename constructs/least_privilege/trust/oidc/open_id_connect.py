"""Trust in the tokens of any OpenID Connect issuer.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
"""

from __future__ import annotations

from dataclasses import dataclass

from ...errors import InvalidTrustError
from ...policy import Condition, Statement
from ..base import Trust
from ..sessions import SessionTag, SourceIdentity, check_session_content
from .claims import OidcClaim, check_claims, check_exact, check_values
from .issuers import check_issuer
from .shared_issuers import SENTINEL, check_tenant
from .statements import web_identity_statements


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIdConnect(Trust):
    """Workloads or people with a token of an OpenID Connect issuer that IAM has a provider for.

    `issuer` is the `iss` of the tokens without `https://`; its path, its trailing slash and its
    upper and lower case stay as the tokens have them. A token must be for one of the `audiences`,
    have one of the `subjects` (which may hold `*` and `?`, but not where that would admit
    strangers, or every repository or workspace of one owner), and all of the `claims`. Narrower and
    shorter, for what they know: `GitHubActions`, `GitLab`, `CircleCi`, `BitbucketPipelines`,
    `TerraformCloud`, `EksServiceAccount`.

    A customized subject of GitHub says which repository, as `environment:prod:repo:octo-org/app` or
    `repository_owner_id:1:repository_id:2:*` do; one that does not, such as
    `job_workflow_ref:...`, needs `OidcClaim(name="repository_id", values=("2",))` beside it.

    `session_tags` and `source_identity` come from the token itself, from its claims
    `https://aws.amazon.com/tags` and `https://aws.amazon.com/source_identity`.
    `role_session_names` are those that the caller may choose; they prove nothing unless the issuer
    chooses them, as Microsoft Sentinel does, with which AWS demands them.

    Raises `InvalidTrustError` for an issuer with a scheme or one known at deployment only, for no
    or an empty audience or subject, a wildcard in an audience, a subject wide enough for others,
    and a claim that AWS has no condition key for.

    Example:
        >>> trust = OpenIdConnect(
        ...     issuer="agent.buildkite.com",
        ...     audiences=("sts.amazonaws.com",),
        ...     subjects=("organization:acme:pipeline:app:ref:refs/heads/main:*",),
        ... )
        >>> [condition.operator for condition in trust.statements()[0].conditions]
        ['StringEquals', 'StringLike']

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
    """

    issuer: str
    audiences: tuple[str, ...]
    subjects: tuple[str, ...]
    claims: tuple[OidcClaim, ...] = ()
    role_session_names: tuple[str, ...] = ()
    source_identity: SourceIdentity | None = None
    session_tags: tuple[SessionTag, ...] = ()

    def __post_init__(self) -> None:
        check_issuer(self.issuer)
        fields = {
            "audiences": check_exact("audiences", self.audiences),
            "subjects": check_values("subjects", self.subjects),
            "claims": check_claims(self.issuer, self.claims),
            "session_tags": check_session_content(self.source_identity, self.session_tags),
        }
        if self.role_session_names:
            fields["role_session_names"] = check_exact(
                "role_session_names", self.role_session_names
            )
        for name, content in fields.items():
            object.__setattr__(self, name, content)
        check_tenant(self.issuer, self.subjects, self.claims)
        if self.issuer.lower().rstrip("/") == SENTINEL and not self.role_session_names:
            raise InvalidTrustError(
                f"role_session_names must be given with {self.issuer}, whose customers differ by "
                "nothing else; try ('MicrosoftSentinel_WORKSPACE_ID',)"
            )

    def statements(self) -> tuple[Statement, ...]:
        named = self.role_session_names
        return web_identity_statements(
            issuer=self.issuer,
            audiences=self.audiences,
            subjects=self.subjects,
            claims=self.claims,
            further=(Condition.of("StringEquals", "sts:RoleSessionName", *named),) if named else (),
            source_identity=self.source_identity,
            session_tags=self.session_tags,
        )
