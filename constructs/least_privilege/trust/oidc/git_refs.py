"""Names of branches and tags, as git takes them.

Source: https://git-scm.com/docs/git-check-ref-format
"""

from __future__ import annotations

from collections.abc import Sequence

from ...errors import InvalidTrustError
from ...policy.names import check_strings
from ...policy.tokens import beside_tokens
from .claims import check_placeholders

_REFUSED = frozenset(" ~^:\\[\x7f")
_KINDS = {"refs/heads/": "branches", "refs/tags/": "tags"}


def check_refs(argument: str, names: Sequence[str]) -> tuple[str, ...]:
    """Names without `refs/heads/`; git has no `*` and `?` in them, so those are wildcards."""
    names = check_strings(names, argument=argument, error=InvalidTrustError)
    for name in names:
        check_placeholders(argument, name)
        known = beside_tokens(name, "x")
        if known.startswith("refs/"):
            raise InvalidTrustError(
                f"{argument} must be names without refs/..., got {name!r}; {_mend(argument, name)}"
            )
        if known.endswith("/"):
            raise InvalidTrustError(
                f"{argument} must not end with '/', got {name!r}; for all below it, try {name}*"
            )
        if (
            not known
            or known.startswith(("/", "."))
            or known.endswith((".", ".lock"))
            or any(sign in _REFUSED or sign < " " for sign in known)
            or any(part in known for part in ("..", "//", "/.", "@{", "${"))
        ):
            raise InvalidTrustError(
                f"{argument} must be names that git accepts, like 'main' or 'release/*', "
                f"got {name!r}"
            )
    if len(set(names)) < len(names):
        raise InvalidTrustError(f"{argument} must each be named once, got {names!r}")
    return names


def _mend(argument: str, name: str) -> str:
    for beginning, kind in _KINDS.items():
        bare = name.removeprefix(beginning)
        if bare not in ("", name):
            return f"try {bare!r}" + (f" in {kind}" if kind != argument else "")
    return "other refs have no place in it"
