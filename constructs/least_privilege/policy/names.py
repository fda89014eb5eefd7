"""What IAM accepts as a name, a path, a tag, a description, an account ID.

Each function returns the value that it was given, or raises an error that names the argument,
the value, the limit and the mend. A token passes, as what it stands for is not known yet; what
stands beside it is checked.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
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
from .tokens import beside_tokens, is_token, known_length

_NAME = re.compile(r"[A-Za-z0-9+=,.@_-]*")
_PATH = re.compile(r"/(?:[\x21-\x7e]+/)?")
_EXTERNAL_ID = re.compile(r"[A-Za-z0-9+=,.@:/_-]*")
_ORGANIZATION = re.compile(r"o-[a-z0-9]{10,32}")
_DESCRIPTION = re.compile(r"[\t\n\r\x20-\x7e\xa1-\xff]*")
_TAG = re.compile(r"[\w \xa0.:/=+@-]*")


def check_account_id(account_id: str, *, argument: str = "account_id") -> str:
    """Twelve digits, as a string: a number would lose its leading zeros.

    Example:
        >>> check_account_id("012345678901")
        '012345678901'

    Source: https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html
    """
    if not isinstance(account_id, str):
        raise InvalidAccountIdError(
            f"{argument} must be a string of 12 digits, got {account_id!r}; put it in quotes"
        )
    if not is_token(account_id) and not re.fullmatch(r"[0-9]{12}", account_id):
        digits = account_id.replace("-", "")
        hint = f"; try {digits!r}" if re.fullmatch(r"[0-9]{12}", digits) else ""
        raise InvalidAccountIdError(
            f"{argument} must be 12 digits, got {account_id!r} ({len(account_id)} characters){hint}"
        )
    return account_id


def check_organization_id(organization_id: str, *, argument: str = "organization_id") -> str:
    """`o-` and 10 to 32 lower-case letters or digits.

    Example:
        >>> check_organization_id("o-exampleorgid")
        'o-exampleorgid'

    Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html
    """
    _check_text(argument, organization_id, InvalidOrganizationIdError)
    if not is_token(organization_id) and not _ORGANIZATION.fullmatch(organization_id):
        raise InvalidOrganizationIdError(
            f"{argument} must be 'o-' and 10 to 32 lower-case letters or digits, "
            f"got {organization_id!r}"
        )
    return organization_id


def check_role_name(name: str, *, argument: str = "role_name") -> str:
    """At most 64 characters of the set that IAM accepts in names.

    Example:
        >>> check_role_name("ReportReader")
        'ReportReader'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    return _check_name(name, quotas.ROLE_NAME, argument)


def check_policy_name(name: str, *, argument: str = "policy_name") -> str:
    """At most 128 characters of the set that IAM accepts in names.

    Example:
        >>> check_policy_name("Ceiling")
        'Ceiling'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    return _check_name(name, quotas.POLICY_NAME, argument)


def _check_name(name: str, limit: int, argument: str) -> str:
    _check_text(argument, name, InvalidNameError)
    if known_length(name) > limit:
        raise InvalidNameError(
            f"{argument} must be at most {limit} characters, got {len(name)}: {name!r}"
        )
    if not name or not _NAME.fullmatch(beside_tokens(name)):
        raise InvalidNameError(
            f"{argument} must be letters, digits and any of +=,.@_- (at least one), got {name!r}"
        )
    return name


def check_path(path: str, *, argument: str = "path") -> str:
    """`/`, or something between two slashes; at most 512 characters.

    Example:
        >>> check_path("/team/")
        '/team/'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    """
    _check_text(argument, path, InvalidPathError)
    if known_length(path) > quotas.PATH:
        raise InvalidPathError(
            f"{argument} must be at most {quotas.PATH} characters, got {len(path)}"
        )
    if not is_token(path) and not _PATH.fullmatch(beside_tokens(path, "x")):
        raise InvalidPathError(
            f"{argument} must begin and end with '/' and hold no blanks, got {path!r}; "
            f"try '/{path.strip('/ ').replace(' ', '-') or 'team'}/'"
        )
    return path


def check_description(description: str) -> str:
    """At most 1,000 printable characters; IAM takes Latin-1 and no more.

    Example:
        >>> check_description("Reads the reports")
        'Reads the reports'

    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
    """
    _check_text("description", description, InvalidNameError)
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
    """At most 50 tags, keys of 1 to 128 and values of at most 256 characters, no `aws:` keys.

    Example:
        >>> check_tags({"team": "payments"})
        {'team': 'payments'}

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
    """
    if not isinstance(tags, Mapping):
        raise InvalidTagError(f"tags must be a mapping of keys to values, got {tags!r}")
    if len(tags) > quotas.TAGS_PER_ROLE:
        raise InvalidTagError(
            f"tags must be at most {quotas.TAGS_PER_ROLE} for one role, got {len(tags)}"
        )
    seen: dict[str, str] = {}
    for key, value in tags.items():
        if not isinstance(key, str) or not isinstance(value, str):
            raise InvalidTagError(f"tags must be strings, got {key!r}: {value!r}")
        if (
            not len(key) >= 1
            or known_length(key) > quotas.TAG_KEY
            or (known_length(value) > quotas.TAG_VALUE)
        ):
            raise InvalidTagError(
                f"tags must have keys of 1 to {quotas.TAG_KEY} and values of at most "
                f"{quotas.TAG_VALUE} characters, got {key!r}: {value!r}"
            )
        if key.lower().startswith("aws:"):
            raise InvalidTagError(f"tags must not begin with 'aws:', which AWS keeps, got {key!r}")
        if key.lower() in seen:
            raise InvalidTagError(
                f"tags must differ by more than case, which IAM ignores in keys, got "
                f"{seen[key.lower()]!r} and {key!r}"
            )
        seen[key.lower()] = key
        if not all(_TAG.fullmatch(beside_tokens(text)) for text in (key, value)):
            raise InvalidTagError(
                f"tags must be letters, digits, blanks and any of _.:/=+-@, got {key!r}: {value!r}"
            )
    return dict(tags)


def check_session_duration(duration: timedelta, *, argument: str = "session_duration") -> timedelta:
    """One to twelve hours, in whole seconds.

    Example:
        >>> check_session_duration(timedelta(hours=2))
        datetime.timedelta(seconds=7200)

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-settings.html
    """
    check_timedelta(duration, argument=argument)
    if not quotas.SESSION_MINIMUM <= duration <= quotas.SESSION_MAXIMUM or duration.microseconds:
        raise InvalidDurationError(
            f"{argument} must be from 1 to 12 hours in whole seconds, got {duration}; callers may "
            "still ask for shorter sessions, from 15 minutes"
        )
    return duration


def check_timedelta(duration: timedelta, *, argument: str) -> timedelta:
    """A duration of Python, not of the CDK, and not a number of something."""
    if not isinstance(duration, timedelta):
        raise InvalidDurationError(
            f"{argument} must be a datetime.timedelta, not the CDK's Duration and not a number, "
            f"got {duration!r}; try timedelta(hours=1)"
        )
    return duration


def check_external_ids(
    external_ids: Sequence[str], *, argument: str = "external_ids"
) -> tuple[str, ...]:
    """Each of 2 to 1,224 characters of the set that STS accepts.

    Example:
        >>> check_external_ids(["customer-4711"])
        ('customer-4711',)

    Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    """
    external_ids = check_strings(external_ids, argument=argument, error=InvalidExternalIdError)
    for external_id in external_ids:
        if is_token(external_id):
            continue
        if len(external_id) not in quotas.EXTERNAL_ID or not _EXTERNAL_ID.fullmatch(
            beside_tokens(external_id)
        ):
            raise InvalidExternalIdError(
                f"{argument} must each be 2 to 1,224 letters, digits or any of +=,.@:/_- , "
                f"got {external_id!r}"
            )
    return external_ids


def check_prefix(prefix: str) -> str:
    """The beginning of an object key: no leading slash, no wildcard, a slash at its end.

    A key `a/b` does not begin with a slash in S3; a prefix with one would match nothing. A `*` or
    `?` would match other people's keys. Policy variables may stand in it.

    Example:
        >>> check_prefix("originals/")
        'originals/'

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-prefixes.html
    """
    _check_text("prefix", prefix, InvalidPrefixError)
    if prefix.startswith("/"):
        raise InvalidPrefixError(
            f"prefix must not begin with '/', as keys in S3 do not, got {prefix!r}; "
            f"try {prefix.lstrip('/')!r}"
        )
    if not prefix.isprintable():
        raise InvalidPrefixError(f"prefix must be printable characters, got {prefix!r}")
    if any(wildcard in prefix for wildcard in "*?"):
        raise InvalidPrefixError(
            f"prefix must not hold a wildcard, got {prefix!r}; everything under it is meant already"
        )
    if beside_tokens(prefix) and not beside_tokens(prefix, "/").endswith("/"):
        raise InvalidPrefixError(
            f"prefix must end with '/', or {prefix!r} would match {prefix + '-other'!r} too; "
            f"try {prefix + '/'!r}"
        )
    return prefix


def check_strings(
    values: Sequence[str], *, argument: str, error: type[Exception]
) -> tuple[str, ...]:
    """Several strings, as a tuple; one string alone is a slip."""
    if isinstance(values, str):
        raise error(f"{argument} must be a list, got the string {values!r}; put it in brackets")
    if not isinstance(values, Sequence):
        raise error(f"{argument} must be a list of strings, got {values!r}")
    values = tuple(values)
    for value in values:
        if not isinstance(value, str):
            raise error(f"{argument} must be strings, got {value!r}")
    return values


def _check_text(argument: str, value: object, error: type[Exception]) -> None:
    if not isinstance(value, str):
        raise error(f"{argument} must be a string, got {value!r}")
