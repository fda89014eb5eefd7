"""What GitHub has as names of repositories, environments and reusable workflows.

Source: https://docs.github.com/en/actions/reference/security/oidc
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...errors import InvalidTrustError
from ...policy.tokens import TOKEN, beside_tokens, is_token, known_length
from .claims import check_texts, is_wild

_OWNER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,38}")
_NAME = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}")
_WORKFLOW = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9_-]*/[A-Za-z0-9._-]+/\.github/workflows/[^@*?:\s]+\.ya?ml"
)
_REF = re.compile(r"refs/(heads|tags)/\S+|[0-9a-f]{40}")
_VERSION = re.compile(r"v?[0-9*?]\S*|v")
_COLON_OR_TOKEN = re.compile(rf"{TOKEN.pattern}|:")
_LONGEST_ENVIRONMENT = 255


def check_repository(repository: str) -> None:
    """OWNER/NAME, without a wildcard."""
    if not isinstance(repository, str):
        raise InvalidTrustError(f"repository must be a string, got {repository!r}")
    owner, slash, name = beside_tokens(repository, "x").partition("/")
    if is_wild(repository):
        raise InvalidTrustError(
            f"repository must hold no wildcard, got {repository!r}: it would admit repositories "
            "that others can make; trust each by its name"
        )
    if not slash or not _OWNER.fullmatch(owner) or not _NAME.fullmatch(name) or name == ".git":
        raise InvalidTrustError(
            f"repository must be OWNER/NAME like 'octo-org/app', got {repository!r}"
        )
    if name.endswith(".git"):
        raise InvalidTrustError(
            f"repository must be a name, got {repository!r}; "
            f"try {repository.removesuffix('.git')!r}"
        )


def check_environments(environments: Sequence[str]) -> tuple[str, ...]:
    """A wildcard may stand anywhere: the repository stands before it in the subject."""
    environments = check_texts("environments", environments)
    for environment in environments:
        if known_length(environment) > _LONGEST_ENVIRONMENT:
            raise InvalidTrustError(
                f"environments must be at most {_LONGEST_ENVIRONMENT} characters, got "
                f"{len(environment)}"
            )
    return environments


def check_workflows(workflows: Sequence[str]) -> tuple[str, ...]:
    """OWNER/NAME/.github/workflows/FILE.yml@REF, where REF is whole, as GitHub sends it."""
    workflows = check_texts("reusable_workflows", workflows)
    for workflow in workflows:
        path, at, ref = workflow.partition("@")
        if not at or not _WORKFLOW.fullmatch(beside_tokens(path, "x")):
            raise InvalidTrustError(
                "reusable_workflows must be OWNER/NAME/.github/workflows/FILE.yml@REF, with a "
                "wildcard in REF at most, like 'acme/ci/.github/workflows/deploy.yml@refs/tags/v*',"
                f" got {workflow!r}"
            )
        if not is_token(ref) and not _REF.fullmatch(beside_tokens(ref, "x")):
            raise InvalidTrustError(
                "reusable_workflows must end with @refs/heads/BRANCH, @refs/tags/TAG or the 40 "
                f"digits of a commit, as GitHub sends them, got {workflow!r}; try {_whole(ref)}"
            )
    return workflows


def _whole(ref: str) -> str:
    if not ref or ref[0] in "*?" or ref.startswith("r"):
        return "refs/tags/v*"
    return f"refs/tags/{ref}" if _VERSION.fullmatch(ref) else f"refs/heads/{ref}"


def without_colons(environment: str) -> str:
    """GitHub writes a colon as `%3A` in a subject, so that nobody can add a part to it."""
    return _COLON_OR_TOKEN.sub(lambda found: "%3A" if found[0] == ":" else found[0], environment)
