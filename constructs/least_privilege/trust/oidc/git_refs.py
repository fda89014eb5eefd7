"""Names of branches and tags, as git takes them.

Source: https://git-scm.com/docs/git-check-ref-format
"""

from __future__ import annotations

from collections.abc import Sequence

from ...errors import InvalidTrustError
from ...policy.names import check_strings
from ...policy.tokens import beside_tokens

_REFUSED = frozenset(" ~^:\\[\x7f")


def check_refs(argument: str, names: Sequence[str]) -> tuple[str, ...]:
    """Names without `refs/heads/`; git has no `*` and `?` in them, so those are wildcards."""
    names = check_strings(names, argument=argument, error=InvalidTrustError)
    for name in names:
        known = beside_tokens(name, "x")
        if known.startswith("refs/"):
            raise InvalidTrustError(
                f"{argument} must be names without refs/..., got {name!r}; "
                f"try {'/'.join(name.split('/')[2:])!r}"
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
