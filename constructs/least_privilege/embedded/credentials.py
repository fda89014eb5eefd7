"""Temporary credentials as AWS STS hands them out."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """The credentials of one session.

    `arn` is the caller that AWS sees: `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`.
    """

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str = field(repr=False)
    arn: str = ""
