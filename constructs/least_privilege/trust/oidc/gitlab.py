"""Trust in jobs of GitLab CI/CD.

Source: https://docs.gitlab.com/ci/cloud_services/aws/
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...errors import InvalidTrustError
from ...policy import Statement
from ...policy.tokens import beside_tokens, is_token
from ..base import Trust
from .claims import OidcClaim, check_claims, check_comparable, check_exact, is_wild
from .flags import check_flags
from .git_refs import check_refs
from .issuers import check_issuer
from .statements import web_identity_statements

_PATH = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_.-]*(/[A-Za-z0-9_.][A-Za-z0-9_.-]*)+")
_ID = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class GitLab(Trust):
    """Jobs of one GitLab project, given with its groups as `group/subgroup/project`.

    A job may assume the role if it runs for one of the `branches` or `tags`, which may hold `?` and
    `*`, which matches `/` too; `whole_project=True` admits every job. A merge request's pipeline
    runs for its source branch: keep fork pipelines out of the parent project, or say
    `protected_refs_only=True`.

    `project_id` and `namespace_id` are numbers that stay when names are given to others;
    `protected_refs_only` admits jobs of protected branches and tags alone; `claims` narrow it by
    `pipeline_source`, `runner_environment`, `user_access_level`, `user_email`, `user_id` or
    `user_login`. AWS can compare all of these for gitlab.com, and not for other instances.

    `issuer` is the host of the instance. `audiences` is what the job asks for (`id_tokens: aud:`),
    the address of the instance unless given. The subject holds no environment unless the project
    changes its form (`ci_id_token_sub_claim_components`): write such a form with `OpenIdConnect`.

    Raises `InvalidTrustError` for a wildcard in the project, for no way in, and for claims that AWS
    cannot compare.

    Example:
        >>> trust = GitLab(project="acme/web/app", branches=("main",), protected_refs_only=True)
        >>> trust.statements()[0].conditions[1].values
        ('project_path:acme/web/app:ref_type:branch:ref:main',)

    Source: https://docs.gitlab.com/ci/secrets/id_token_authentication/
    """

    project: str
    branches: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    whole_project: bool = False
    project_id: str = ""
    namespace_id: str = ""
    protected_refs_only: bool = False
    claims: tuple[OidcClaim, ...] = ()
    audiences: tuple[str, ...] = ()
    issuer: str = "gitlab.com"

    def __post_init__(self) -> None:
        if not isinstance(self.project, str) or is_wild(self.project):
            raise InvalidTrustError(
                f"project must be the path of one project, without a wildcard, got {self.project!r}"
            )
        if not is_token(self.project) and not _PATH.fullmatch(beside_tokens(self.project, "x")):
            raise InvalidTrustError(
                "project must be the path of a project with its groups, like 'acme/web/app', got "
                f"{self.project!r}"
            )
        check_issuer(self.issuer)
        audiences = self.audiences or (f"https://{self.issuer}",)
        object.__setattr__(self, "audiences", check_exact("audiences", audiences))
        object.__setattr__(self, "branches", check_refs("branches", self.branches))
        object.__setattr__(self, "tags", check_refs("tags", self.tags))
        check_flags(whole_project=self.whole_project, protected_refs_only=self.protected_refs_only)
        if bool(self.branches or self.tags) == self.whole_project:
            raise InvalidTrustError(
                "branches and tags, or whole_project=True alone, must be given: whole_project "
                "admits every job of the project"
            )
        for argument in ("project_id", "namespace_id"):
            value = getattr(self, argument)
            if not isinstance(value, str) or (
                value and not is_token(value) and not _ID.fullmatch(value)
            ):
                raise InvalidTrustError(f"{argument} must be digits in quotes, got {value!r}")
        object.__setattr__(self, "claims", check_claims(self.issuer, self.claims))
        check_comparable(self.issuer, {name: claim for name, claim, _ in self._demanded()})
        check_claims(self.issuer, self._all_claims())

    def _demanded(self) -> tuple[tuple[str, str, str], ...]:
        """By argument: the claim that it comes to, and its value."""
        demanded = (
            ("project_id", "project_id", self.project_id),
            ("namespace_id", "namespace_id", self.namespace_id),
            ("protected_refs_only", "ref_protected", "true" if self.protected_refs_only else ""),
        )
        return tuple(each for each in demanded if each[2])

    def _all_claims(self) -> tuple[OidcClaim, ...]:
        return (
            *(OidcClaim(name=claim, values=(value,)) for _, claim, value in self._demanded()),
            *self.claims,
        )

    def statements(self) -> tuple[Statement, ...]:
        contexts = (
            *(f"ref_type:branch:ref:{branch}" for branch in self.branches),
            *(f"ref_type:tag:ref:{tag}" for tag in self.tags),
            *(("*",) if self.whole_project else ()),
        )
        return web_identity_statements(
            issuer=self.issuer,
            audiences=self.audiences,
            subjects=tuple(f"project_path:{self.project}:{context}" for context in contexts),
            claims=self._all_claims(),
        )
