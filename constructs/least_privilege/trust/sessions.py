"""What a caller may, or must, write into the session: session tags and a source identity.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import InvalidTagError, InvalidTrustError
from ..policy import Condition, NamedPrincipal, Statement, check_tags
from ..policy.names import check_strings
from ..policy.tokens import beside_tokens, is_token

_SOURCE_IDENTITY = re.compile(r"[\w+=,.@*?-]{2,64}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionTag:
    """A tag that the caller passes into the session, where policies read it as
    `aws:PrincipalTag/KEY`.

    `values` are those that it may have, any if there are none. A `required` tag must be passed; a
    tag that is not listed cannot be passed at all. A `transitive` one may be kept through role
    chaining, where it wins over the tags of the next role.

    Example:
        >>> SessionTag(key="team", values=("red", "blue")).required
        True

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
    """

    key: str
    values: tuple[str, ...] = ()
    required: bool = True
    transitive: bool = False

    def __post_init__(self) -> None:
        values = check_strings(self.values, argument="values", error=InvalidTagError)
        object.__setattr__(self, "values", values)
        for value in values or ("",):
            check_tags({self.key: value})
        if any(sign in self.key for sign in "*?"):
            raise InvalidTagError(f"key must hold no wildcard, got {self.key!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceIdentity:
    """The name of the person or program behind the session, which the caller has to set.

    It stays the same through role chaining and stands in CloudTrail with each event. `values` are
    those that it may have (2 to 64 characters, wildcards allowed), any if there are none. The
    console cannot set one. Each role that a session with a source identity assumes later has to
    allow `sts:SetSourceIdentity` too.

    Example:
        >>> SourceIdentity(values=("*@example.com",)).conditions()[0].key
        'sts:SourceIdentity'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
    """

    values: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        values = check_strings(self.values, argument="values", error=InvalidTrustError)
        object.__setattr__(self, "values", values)
        for value in values:
            if not is_token(value) and not _SOURCE_IDENTITY.fullmatch(beside_tokens(value, "xx")):
                raise InvalidTrustError(
                    "values of a source identity must be 2 to 64 letters, digits or any of "
                    f"_+=,.@- (and the wildcards * and ?), got {value!r}"
                )

    def conditions(self) -> tuple[Condition, ...]:
        """An absent source identity matches no pattern, so it has to be set."""
        values = self.values or ("*",)
        wild = any(sign in value for value in values for sign in "*?")
        operator = "StringLike" if wild else "StringEquals"
        return (Condition.of(operator, "sts:SourceIdentity", *values),)


def check_session_content(
    source_identity: SourceIdentity | None, session_tags: Sequence[SessionTag]
) -> tuple[SessionTag, ...]:
    """Raise for what is neither; the tags come back as a tuple."""
    if source_identity is not None and not isinstance(source_identity, SourceIdentity):
        raise InvalidTrustError(
            "source_identity must be a SourceIdentity like SourceIdentity(values=('alice',)), got "
            f"{source_identity!r}"
        )
    if isinstance(session_tags, (str, SessionTag)) or not isinstance(session_tags, Sequence):
        raise InvalidTagError(
            f"session_tags must be a list of values of SessionTag, got {session_tags!r}"
        )
    for tag in session_tags:
        if not isinstance(tag, SessionTag):
            raise InvalidTagError(
                f"session_tags must be a list of values of SessionTag, got {tag!r} in it; try "
                "SessionTag(key='team')"
            )
    if session_tags:
        check_tags({tag.key: "" for tag in session_tags})
    if len({tag.key.lower() for tag in session_tags}) < len(session_tags):
        raise InvalidTagError("session_tags must name each key once; keys differ by more than case")
    return tuple(session_tags)


def session_statements(
    *,
    action: str,
    principals: tuple[NamedPrincipal, ...],
    conditions: Sequence[Condition],
    source_identity: SourceIdentity | None = None,
    session_tags: Sequence[SessionTag] = (),
) -> tuple[Statement, ...]:
    """The statements that let `principals` call `action` under `conditions`, with what they may
    write into the session.

    STS asks for `sts:TagSession` as soon as tags are passed. Where a tag is required, one statement
    demands it of both actions; where none is, the tags have a statement of their own, so that a
    call without tags passes.
    """
    conditions = tuple(conditions)
    actions: tuple[str, ...] = (action,)
    if source_identity is not None:
        actions += ("sts:SetSourceIdentity",)
        conditions += source_identity.conditions()
    if not session_tags:
        return (Statement(actions=actions, principals=principals, conditions=conditions),)
    tagging = _tag_conditions(session_tags)
    if any(tag.required for tag in session_tags):
        return (
            Statement(
                actions=(*actions, "sts:TagSession"),
                principals=principals,
                conditions=conditions + tagging,
            ),
        )
    # `ForAllValues` holds where no tag is passed; then nobody may tag, as nothing is tagged.
    tagging += (Condition.of("Null", "aws:TagKeys", "false"),)
    return (
        Statement(actions=actions, principals=principals, conditions=conditions),
        Statement(
            actions=("sts:TagSession",),
            principals=principals,
            conditions=(*conditions, *tagging),
        ),
    )


def _tag_conditions(session_tags: Sequence[SessionTag]) -> tuple[Condition, ...]:
    transitive = tuple(tag.key for tag in session_tags if tag.transitive)
    return (
        *(_value_condition(tag) for tag in session_tags if tag.required or tag.values),
        Condition.of("ForAllValues:StringEquals", "aws:TagKeys", *(t.key for t in session_tags)),
        Condition.of("ForAllValues:StringEquals", "sts:TransitiveTagKeys", *transitive)
        if transitive
        else Condition.of("Null", "sts:TransitiveTagKeys", "true"),
    )


def _value_condition(tag: SessionTag) -> Condition:
    key = f"aws:RequestTag/{tag.key}"
    if not tag.required:
        return Condition.of("StringEqualsIfExists", key, *tag.values)
    if not tag.values:
        return Condition.of("StringLike", key, "*")
    return Condition.of("StringEquals", key, *tag.values)
