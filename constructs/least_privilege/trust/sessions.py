"""What a caller may, or must, write into the session: session tags and a source identity.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import InvalidTagError, InvalidTrustError
from ..policy import Condition, NamedPrincipal, Statement, check_tags, quotas
from ..policy.names import check_strings
from ..policy.tokens import beside_tokens, is_token

_SOURCE_IDENTITY = re.compile(r"[\w+=,.@*?-]{2,64}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionTag:
    """A tag that the caller passes into the session, where policies read it as
    `aws:PrincipalTag/KEY`.

    `values` are those that it may have, any if there are none. A `required` tag must be passed; a
    tag that is not listed cannot be passed at all. A `transitive` one may be kept through role
    chaining: it wins over the tags of the next role, and the caller cannot pass it there again. A
    session that has transitive tags can assume other roles only if both sides allow
    `sts:TagSession` there: those that trust it list the same tags, with `required=False`.

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
        _check_flags(required=self.required, transitive=self.transitive)
        for value in values or ("",):
            check_tags({self.key: value})


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceIdentity:
    """The name of the person or program behind the session, which the caller has to set.

    It stays the same through role chaining and stands in CloudTrail with each event. `values` are
    those that it may have (2 to 64 characters, wildcards allowed), any if there are none. With
    `required=False` it may be left out. The console cannot set one. A session that has one can
    assume other roles only if both sides allow `sts:SetSourceIdentity` there: those that trust it
    need a `SourceIdentity` as well.

    Example:
        >>> SourceIdentity(values=("*@example.com",)).conditions()[0].key
        'sts:SourceIdentity'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
    """

    values: tuple[str, ...] = ()
    required: bool = True

    def __post_init__(self) -> None:
        values = check_strings(self.values, argument="values", error=InvalidTrustError)
        object.__setattr__(self, "values", values)
        _check_flags(required=self.required)
        for value in values:
            if value == "*":
                raise InvalidTrustError("values must not be '*'; leave values out for any")
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
    if len(session_tags) > quotas.TAGS_PER_ROLE:
        raise InvalidTagError(
            f"session_tags must be at most {quotas.TAGS_PER_ROLE} for one session, got "
            f"{len(session_tags)}"
        )
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

    STS asks for `sts:TagSession` as soon as tags are passed or inherited, and for
    `sts:SetSourceIdentity` likewise. What is required is demanded of all actions in one statement;
    what is not has a statement of its own, so that a call without it passes. `ForAllValues` holds
    there where no tag is passed, and then nothing is tagged.
    """
    demanded = tuple(conditions)
    actions: tuple[str, ...] = (action,)
    optional: list[tuple[str, tuple[Condition, ...]]] = []
    if source_identity is not None:
        if source_identity.required:
            actions += ("sts:SetSourceIdentity",)
            demanded += source_identity.conditions()
        else:
            optional.append(("sts:SetSourceIdentity", source_identity.conditions()))
    if session_tags:
        if any(tag.required for tag in session_tags):
            actions += ("sts:TagSession",)
            demanded += _tag_conditions(session_tags)
        else:
            optional.append(("sts:TagSession", _tag_conditions(session_tags)))
    return (
        Statement(actions=actions, principals=principals, conditions=demanded),
        *(
            Statement(actions=(other,), principals=principals, conditions=demanded + more)
            for other, more in optional
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


def _check_flags(**flags: bool) -> None:
    for name, flag in flags.items():
        if not isinstance(flag, bool):
            raise InvalidTrustError(f"{name} must be True or False, got {flag!r}")
