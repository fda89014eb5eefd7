"""Trust in jobs of CircleCI.

Source: https://circleci.com/docs/guides/permissions-authentication/openid-connect-tokens/
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...errors import InvalidTrustError
from ...policy import Statement
from ...policy.tokens import beside_tokens, is_token
from ..base import Trust
from .claims import OidcClaim, check_exact
from .flags import check_flags
from .git_refs import check_refs
from .issuers import check_issuer
from .statements import web_identity_statements
from .uuids import ANY_UUID, check_uuid

_REPOSITORY = re.compile(r"[a-z0-9.-]+\.[a-z]+(/[A-Za-z0-9._-]+){2,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleCi(Trust):
    """Jobs of one CircleCI project, given by the IDs of its organization and of itself.

    A job may assume the role if it runs for one of the `branches` or `tags` (which may hold `*` and
    `?`) of `repository`, given as CircleCI has it: `github.com/acme/app`. A build of a fork has the
    fork's repository and is kept out. The job has to pass `$CIRCLE_OIDC_TOKEN_V2`, as the other
    token holds neither. `whole_project=True` admits every job, those of forks too if the project
    passes secrets to them.

    AWS compares one more claim of CircleCI, the project's ID, and it is demanded; contexts, or
    whether a job was rerun with SSH, it cannot compare. `audiences` is the organization's ID unless
    the job asks for another.

    Raises `InvalidTrustError` for what is no ID, for no way in, and for branches or tags without
    their repository.

    Example:
        >>> trust = CircleCi(
        ...     organization_id="11111111-2222-3333-4444-555555555555",
        ...     project_id="66666666-7777-8888-9999-000000000000",
        ...     repository="github.com/acme/app",
        ...     branches=("main",),
        ... )
        >>> trust.statements()[0].conditions[1].values[0].partition("/vcs-origin/")[2]
        'github.com/acme/app/vcs-ref/refs/heads/main'

    Source: https://circleci.com/docs/guides/permissions-authentication/openid-connect-tokens/
    """

    organization_id: str
    project_id: str
    repository: str = ""
    branches: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    whole_project: bool = False
    audiences: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_issuer(f"oidc.circleci.com/org/{self.organization_id}", argument="organization_id")
        check_uuid("organization_id", self.organization_id)
        check_uuid("project_id", self.project_id)
        audiences = self.audiences or (self.organization_id,)
        object.__setattr__(self, "audiences", check_exact("audiences", audiences))
        object.__setattr__(self, "branches", check_refs("branches", self.branches))
        object.__setattr__(self, "tags", check_refs("tags", self.tags))
        check_flags(whole_project=self.whole_project)
        if bool(self.branches or self.tags) == self.whole_project:
            raise InvalidTrustError(
                "branches and tags, or whole_project=True alone, must be given: whole_project "
                "admits every job of the project"
            )
        if self.whole_project and self.repository:
            raise InvalidTrustError(
                "repository must be left out with whole_project, which does not look at it"
            )
        if not self.whole_project and not self._repository_is_one():
            raise InvalidTrustError(
                "repository must be that of the branches and tags, like 'github.com/acme/app', "
                f"got {self.repository!r}"
            )

    def _repository_is_one(self) -> bool:
        return isinstance(self.repository, str) and (
            is_token(self.repository)
            or _REPOSITORY.fullmatch(beside_tokens(self.repository, "x")) is not None
        )

    def statements(self) -> tuple[Statement, ...]:
        beginning = f"org/{self.organization_id}/project/{self.project_id}/user"
        # A `*` for the user could run on to a branch whose name holds the rest of the subject.
        of_repository = f"{beginning}/{ANY_UUID}/vcs-origin/{self.repository}/vcs-ref/refs"
        return web_identity_statements(
            issuer=f"oidc.circleci.com/org/{self.organization_id}",
            audiences=self.audiences,
            subjects=(
                *(f"{of_repository}/heads/{branch}" for branch in self.branches),
                *(f"{of_repository}/tags/{tag}" for tag in self.tags),
                *((f"{beginning}/*",) if self.whole_project else ()),
            ),
            claims=(OidcClaim(name="oidc.circleci.com/project-id", values=(self.project_id,)),),
        )
