"""What IAM accepts as a name, a path, a tag, a description, an account ID.

Each function returns the value that it was given, or raises an error that names the argument,
the value, the limit and the mend. Tokens pass: what they stand for is not known yet.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

from ..errors import (
    InvalidAccountIdError,
    InvalidDurationError,
    InvalidExternalIdError,
    InvalidNameError,
    InvalidOrganizationIdError,
    InvalidPathError,
    InvalidPrefixError,
    InvalidTagError,
    QuotaExceededError,
)
from . import quotas
from .tokens import holds_token, known_length

_NAME = re.compile(r"[A-Za-z0-9+=,.@_-]*")
_PATH = re.compile(r"/(?:[\x21-\x7e]+/)?")
_EXTERNAL_ID = re.compile(r"[A-Za-z0-9+=,.@:/_-]*")
_ORGANIZATION = re.compile(r"o-[a-z0-9]{10,32}")
_DESCRIPTION = re.compile(r"[\t\n\r\x20-\x7e\xa1-\xff]*")
_TAG = re.compile(r"[\w\s.:/=+@-]*")


def check_account_id(account_id: str, *, argument: str = "account_id") -> str:
    """Twelve digits, as a string: a number would lose its leading zeros."""
    if not isinstance(account_id, str):
        raise InvalidAccountIdError(
            f"{argument} must be a string of 12 digits, got {account_id!r}; put it in quotes"
        )
    if not holds_token(account_id) and not re.fullmatch(r"[0-9]{12}", account_id):
        raise InvalidAccountIdError(f"{argument} must be 12 digits, got {account_id!r}")
    return account_id


def check_organization_id(organization_id: str, *, argument: str = "organization_id") -> str:
    """`o-` and 10 to 32 lower-case letters or digits."""
    if not holds_token(organization_id) and not _ORGANIZATION.fullmatch(organization_id):
        raise InvalidOrganizationIdError(
            f"{argument} must be 'o-' and 10 to 32 lower-case letters or digits, "
            f"got {organization_id!r}"
        )
    return organization_id


def check_role_name(name: str, *, argument: str = "role_name") -> str:
    """At most 64 characters of the set that IAM accepts in names."""
    return _check_name(name, quotas.ROLE_NAME, argument)


def check_policy_name(name: str, *, argument: str = "policy_name") -> str:
    """At most 128 characters of the set that IAM accepts in names."""
    return _check_name(name, quotas.POLICY_NAME, argument)


def _check_name(name: str, limit: int, argument: str) -> str:
    if known_length(name) > limit:
        raise InvalidNameError(
            f"{argument} must be at most {limit} characters, got {len(name)}: {name!r}"
        )
    if not name or (not holds_token(name) and not _NAME.fullmatch(name)):
        raise InvalidNameError(
            f"{argument} must be letters, digits and any of +=,.@_- (at least one), got {name!r}"
        )
    return name


def check_path(path: str) -> str:
    """`/`, or something between two slashes; at most 512 characters."""
    if known_length(path) > quotas.PATH:
        raise InvalidPathError(f"path must be at most {quotas.PATH} characters, got {len(path)}")
    if not holds_token(path) and not _PATH.fullmatch(path):
        raise InvalidPathError(
            f"path must begin and end with '/' and hold no blanks, got {path!r}; "
            f"try '/{path.strip('/ ') or 'team'}/'"
        )
    return path


def check_description(description: str) -> str:
    """At most 1,000 printable characters; IAM takes Latin-1 and no more."""
    if known_length(description) > quotas.DESCRIPTION:
        raise QuotaExceededError(
            f"description must be at most {quotas.DESCRIPTION} characters, got {len(description)}"
        )
    if not _DESCRIPTION.fullmatch(description):
        raise InvalidNameError(
            f"description must be printable Latin-1 characters, got {description!r}; "
            "IAM refuses other letters and typographic dashes or quotes"
        )
    return description


def check_tags(tags: Mapping[str, str]) -> dict[str, str]:
    """At most 50 tags, keys of 1 to 128 and values of at most 256 characters, no `aws:` keys."""
    if len(tags) > quotas.TAGS_PER_ROLE:
        raise InvalidTagError(
            f"tags must be at most {quotas.TAGS_PER_ROLE} for one role, got {len(tags)}"
        )
    for key, value in tags.items():
        if not 1 <= known_length(key) <= quotas.TAG_KEY or known_length(value) > quotas.TAG_VALUE:
            raise InvalidTagError(
                f"tags must have keys of 1 to {quotas.TAG_KEY} and values of at most "
                f"{quotas.TAG_VALUE} characters, got {key!r}: {value!r}"
            )
        if key.lower().startswith("aws:"):
            raise InvalidTagError(f"tags must not begin with 'aws:', which AWS keeps, got {key!r}")
        if not all(holds_token(text) or _TAG.fullmatch(text) for text in (key, value)):
            raise InvalidTagError(
                f"tags must be letters, digits, blanks and any of _.:/=+-@, got {key!r}: {value!r}"
            )
    return dict(tags)


def check_session_duration(duration: timedelta, *, argument: str = "session_duration") -> timedelta:
    """One to twelve hours, in whole seconds."""
    if not quotas.SESSION_MINIMUM <= duration <= quotas.SESSION_MAXIMUM or duration.microseconds:
        raise InvalidDurationError(
            f"{argument} must be from 1 to 12 hours in whole seconds, got {duration}; callers may "
            "still ask for shorter sessions, from 15 minutes"
        )
    return duration


def check_external_ids(external_ids: tuple[str, ...]) -> tuple[str, ...]:
    """Each of 2 to 1,224 characters of the set that STS accepts.

    Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    """
    if isinstance(external_ids, str):
        raise InvalidExternalIdError(
            f"external_ids must be a list, got the string {external_ids!r}; put it in brackets"
        )
    for external_id in external_ids:
        if holds_token(external_id):
            continue
        if len(external_id) not in quotas.EXTERNAL_ID or not _EXTERNAL_ID.fullmatch(external_id):
            raise InvalidExternalIdError(
                "external_ids must each be 2 to 1,224 letters, digits or any of +=,.@:/_- , "
                f"got {external_id!r}"
            )
    return tuple(external_ids)


def check_prefix(prefix: str) -> str:
    """The beginning of an object key: no leading slash, no wildcard, no policy variable by mistake.

    A key `a/b` does not begin with a slash in S3; a prefix with one would match nothing. A `*` or
    `?` would match other people's keys.
    """
    if prefix.startswith("/"):
        raise InvalidPrefixError(
            f"prefix must not begin with '/', as keys in S3 do not, got {prefix!r}; "
            f"try {prefix.lstrip('/')!r}"
        )
    if any(wildcard in prefix for wildcard in "*?"):
        raise InvalidPrefixError(
            f"prefix must not hold a wildcard, got {prefix!r}; everything under it is meant already"
        )
    if prefix and not prefix.endswith("/") and not holds_token(prefix):
        raise InvalidPrefixError(
            f"prefix must end with '/', or {prefix!r} would match {prefix + '-other'!r} too; "
            f"try {prefix + '/'!r}"
        )
    return prefix
