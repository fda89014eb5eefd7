"""Trust in workflows of GitHub Actions.

Source: https://docs.github.com/en/actions/reference/security/oidc
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from ...errors import InvalidTrustError
from ...policy import Statement
from ...policy.tokens import is_token
from ..base import Trust
from .claims import OidcClaim, can_compare, check_claims, check_comparable, check_exact
from .flags import check_flags
from .git_refs import check_refs
from .github_names import check_environments, check_repository, check_workflows, without_colons
from .issuers import check_issuer
from .statements import web_identity_statements

_ON_GITHUB = "token.actions.githubusercontent.com"
_ISSUER = re.compile(
    r"token\.actions\.(githubusercontent|[A-Za-z0-9-]+\.ghe)\.com(/[A-Za-z0-9_-]+)?"
    r"|[^/]+/_services/token"
)
_ID = re.compile(r"[0-9]+")


class GitHubSubject(StrEnum):
    """How the subject of a token names the repository.

    `IMMUTABLE` (`repo:owner@id/name@id:...`) is the default of repositories created, renamed or
    transferred since 15 July 2026; older ones opt in. `NAMES` (`repo:owner/name:...`) is that of
    the others, and of GitHub Enterprise Server. `BOTH` is for the time in which one moves.

    Example:
        >>> GitHubSubject("names").name
        'NAMES'

    Source: https://docs.github.com/en/actions/reference/security/oidc#immutable-subject-claims
    """

    IMMUTABLE = "immutable"
    NAMES = "names"
    BOTH = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class GitHubActions(Trust):
    """Workflows of one GitHub repository, given as `owner/name` in GitHub's upper and lower case.

    A job may assume the role if it runs for one of the `branches` or `tags`, or names one of the
    `environments`, or, with `pull_requests=True`, if a pull request started it. Each is a way of
    its own: the subject of a job that names an environment holds no branch. Branches, tags and
    environments may hold `*`, which matches `/` too, and `?`; nothing else of GitHub's patterns
    means more than itself, `!main` neither. `whole_repository=True` admits every job, those of pull
    requests too.

    A branch says whose workflow file runs, and not who started it: the tokens of
    `pull_request_target` and `workflow_run` carry the base branch, also for a pull request of a
    fork, and AWS cannot compare the event. Give such workflows no `id-token: write`, or an
    environment that somebody has to approve. A merge queue runs for branches of its own,
    `gh-readonly-queue/main/*`, which `main` does not admit.

    `owner_id` and `repository_id` (`gh api repos/OWNER/NAME --jq '.owner.id, .id'`) go into the
    subject, see `GitHubSubject`, and are demanded as claims: who takes over a name later gets
    nothing. With `GitHubSubject.NAMES` they can be left out. `reusable_workflows` admits only jobs
    of these, like `acme/workflows/.github/workflows/deploy.yml@refs/heads/main`: after the `@`
    stands a whole ref, which may hold a wildcard, or a commit. `claims` narrow it further, as
    `OidcClaim(name="ref", values=("refs/heads/main",))` does beside an environment; AWS can compare
    `actor`, `actor_id`, `enterprise_id`, `environment`, `ref`, `repository` and `workflow`, and not
    the event.

    `issuer` differs for an enterprise with an issuer of its own
    (`token.actions.githubusercontent.com/ENTERPRISE`), on GHE.com
    (`token.actions.SUBDOMAIN.ghe.com`) and for GitHub Enterprise Server (`HOST/_services/token`).
    On the server, and on GHE.com with `/ENTERPRISE`, AWS can compare no other claims; the subject
    alone holds the IDs there, on a server nothing does. Subjects of another form: `OpenIdConnect`.

    Raises `InvalidTrustError` for a wildcard in the repository, for no way in, for missing IDs, and
    for what the issuer does not have.

    Example:
        >>> trust = GitHubActions(
        ...     repository="octo-org/app",
        ...     owner_id="123456",
        ...     repository_id="456789",
        ...     environments=("production",),
        ... )
        >>> trust.statements()[0].conditions[1].values
        ('repo:octo-org@123456/app@456789:environment:production',)

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html#idp_oidc_Create_GitHub
    """

    repository: str
    branches: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    pull_requests: bool = False
    whole_repository: bool = False
    owner_id: str = ""
    repository_id: str = ""
    subject_format: GitHubSubject = GitHubSubject.IMMUTABLE
    reusable_workflows: tuple[str, ...] = ()
    claims: tuple[OidcClaim, ...] = ()
    audiences: tuple[str, ...] = ("sts.amazonaws.com",)
    issuer: str = _ON_GITHUB

    def __post_init__(self) -> None:
        check_repository(self.repository)
        check_issuer(self.issuer)
        if not _ISSUER.fullmatch(self.issuer):
            raise InvalidTrustError(
                f"issuer must be {_ON_GITHUB!r}, the same with '/ENTERPRISE', "
                "'token.actions.SUBDOMAIN.ghe.com' or 'HOST/_services/token', "
                f"got {self.issuer!r}"
            )
        fields = {
            "branches": check_refs("branches", self.branches),
            "tags": check_refs("tags", self.tags),
            "environments": check_environments(self.environments),
            "audiences": check_exact("audiences", self.audiences),
            "reusable_workflows": check_workflows(self.reusable_workflows),
        }
        for name, content in fields.items():
            object.__setattr__(self, name, content)
        self._check_ways_in()
        self._check_format()
        object.__setattr__(self, "claims", check_claims(self.issuer, self.claims))
        check_comparable(self.issuer, {argument: claim for argument, claim, _ in self._demanded()})
        check_claims(self.issuer, self._all_claims())

    def _check_ways_in(self) -> None:
        named = (*self.branches, *self.tags, *self.environments)
        check_flags(pull_requests=self.pull_requests, whole_repository=self.whole_repository)
        if not (named or self.pull_requests or self.whole_repository):
            raise InvalidTrustError(
                "one of branches, tags, environments and pull_requests must be given; "
                "whole_repository=True admits every job of the repository"
            )
        if self.whole_repository and (named or self.pull_requests):
            raise InvalidTrustError(
                "whole_repository admits every branch, tag, environment and pull request already; "
                "give it alone, or leave it out"
            )

    def _check_format(self) -> None:
        if self.subject_format not in tuple(GitHubSubject):
            raise InvalidTrustError(
                "subject_format must be a GitHubSubject like GitHubSubject.IMMUTABLE, "
                f"got {self.subject_format!r}"
            )
        for argument in ("owner_id", "repository_id"):
            value = getattr(self, argument)
            if not isinstance(value, str) or (
                value and not is_token(value) and not _ID.fullmatch(value)
            ):
                raise InvalidTrustError(
                    f"{argument} must be digits in quotes, as GitHub's API gives it, got {value!r}"
                )
        if self.subject_format != GitHubSubject.NAMES:
            self._check_holds_ids()

    def _check_holds_ids(self) -> None:
        if self.issuer.endswith("/_services/token"):
            raise InvalidTrustError(
                "subject_format must be GitHubSubject.NAMES with GitHub Enterprise Server, "
                f"whose subjects hold no IDs, got {self.subject_format!r}"
            )
        if not (self.owner_id and self.repository_id):
            raise InvalidTrustError(
                f"owner_id and repository_id must be given for {self.repository!r}, whose "
                "subjects hold them; see gh api repos/OWNER/NAME --jq '.owner.id, .id'; for a "
                "repository from before 15 July 2026 that keeps the old form, say "
                "subject_format=GitHubSubject.NAMES"
            )
        if self.subject_format == GitHubSubject.BOTH and not can_compare(
            self.issuer, "repository_id"
        ):
            raise InvalidTrustError(
                f"subject_format must not be GitHubSubject.BOTH with {self.issuer}, of which AWS "
                "can compare no IDs beside the subject; trust each form by a value of its own"
            )

    def _demanded(self) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        """By argument: the claim that it comes to, and its values."""
        demanded: list[tuple[str, str, tuple[str, ...]]] = [
            ("repository_id", "repository_id", (self.repository_id,)),
            ("owner_id", "repository_owner_id", (self.owner_id,)),
        ]
        if self.subject_format == GitHubSubject.IMMUTABLE:
            # The subject holds them already.
            demanded = [each for each in demanded if can_compare(self.issuer, each[1])]
        demanded.append(("reusable_workflows", "job_workflow_ref", self.reusable_workflows))
        return tuple(each for each in demanded if any(each[2]))

    def _all_claims(self) -> tuple[OidcClaim, ...]:
        return (
            *(OidcClaim(name=claim, values=values) for _, claim, values in self._demanded()),
            *self.claims,
        )

    def _subjects(self) -> tuple[str, ...]:
        contexts = (
            *(f"ref:refs/heads/{branch}" for branch in self.branches),
            *(f"ref:refs/tags/{tag}" for tag in self.tags),
            *(f"environment:{without_colons(each)}" for each in self.environments),
            *(("pull_request",) if self.pull_requests else ()),
            *(("*",) if self.whole_repository else ()),
        )
        owner, _, name = self.repository.partition("/")
        repositories = []
        if self.subject_format != GitHubSubject.NAMES:
            repositories.append(f"{owner}@{self.owner_id}/{name}@{self.repository_id}")
        if self.subject_format != GitHubSubject.IMMUTABLE:
            repositories.append(self.repository)
        return tuple(f"repo:{each}:{context}" for each in repositories for context in contexts)

    def statements(self) -> tuple[Statement, ...]:
        return web_identity_statements(
            issuer=self.issuer,
            audiences=self.audiences,
            subjects=self._subjects(),
            claims=self._all_claims(),
        )
