"""The statements that every trust in tokens comes to."""

from __future__ import annotations

from collections.abc import Sequence

from ...policy import Condition, Statement
from ..sessions import SessionTag, SourceIdentity, session_statements
from .claims import ASSUME_WITH_WEB_IDENTITY, OidcClaim, equals
from .issuers import issuer_principal


def web_identity_statements(
    *,
    issuer: str,
    audiences: tuple[str, ...],
    subjects: tuple[str, ...],
    claims: Sequence[OidcClaim] = (),
    further: Sequence[Condition] = (),
    source_identity: SourceIdentity | None = None,
    session_tags: Sequence[SessionTag] = (),
) -> tuple[Statement, ...]:
    """Tokens of this issuer, for these audiences, with these subjects and all of these claims.

    Audience and subject are demanded always: an operator that passes over a key which is not there
    (`...IfExists`, `ForAllValues`) has no place here.
    """
    return session_statements(
        action=ASSUME_WITH_WEB_IDENTITY,
        principals=(issuer_principal(issuer),),
        conditions=(
            equals(f"{issuer}:aud", audiences),
            equals(f"{issuer}:sub", subjects),
            *(claim.condition(issuer) for claim in claims),
            *further,
        ),
        source_identity=source_identity,
        session_tags=session_tags,
    )
