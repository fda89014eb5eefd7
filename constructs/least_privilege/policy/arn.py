"""ARNs, taken apart and put together without writing a partition by hand.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..errors import InvalidArnError
from .names import check_account_id, check_path, check_role_name
from .tokens import ACCOUNT, PARTITION, TOKEN, beside_tokens, holds_token, is_token

_PARTITION = re.compile(r"aws(-[a-z]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arn:
    """An ARN in its six parts.

    Example:
        >>> Arn.parse("arn:aws:iam::111122223333:role/team/Reader").resource
        'role/team/Reader'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
    """

    partition: str
    service: str
    region: str
    account: str
    resource: str

    @classmethod
    def parse(cls, text: str, *, argument: str = "arn") -> Arn:
        """Take an ARN apart; raises `InvalidArnError` for what is none."""
        if not isinstance(text, str) or not text.isprintable():
            raise InvalidArnError(
                f"{argument} must be a string of printable characters, got {text!r}"
            )
        # Placeholders such as ${AWS::Region} hold colons of their own.
        tokens = TOKEN.findall(text)
        parts = [_restored(part, tokens) for part in TOKEN.sub("\0", text).split(":", 5)]
        if len(parts) != 6 or parts[0] != "arn" or not parts[2] or not parts[5]:
            raise InvalidArnError(
                f"{argument} must be an ARN like arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE, "
                f"got {text!r}"
            )
        _, partition, service, region, account, resource = parts
        if not holds_token(partition) and not _PARTITION.fullmatch(partition):
            raise InvalidArnError(f"{argument} must name a partition like 'aws', got {text!r}")
        return cls(
            partition=partition, service=service, region=region, account=account, resource=resource
        )

    def __str__(self) -> str:
        return ":".join(
            ("arn", self.partition, self.service, self.region, self.account, self.resource)
        )


def _restored(part: str, tokens: list[str]) -> str:
    while "\0" in part:
        part = part.replace("\0", tokens.pop(0), 1)
    return part


def check_arn(
    text: str, *, service: str, resource: str = "", argument: str, example: str = ""
) -> str:
    """The ARN of one resource of this service (and kind), or a token that may become one.

    Example:
        >>> check_arn("arn:aws:s3:::pictures", service="s3", argument="bucket_arn")
        'arn:aws:s3:::pictures'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
    """
    if isinstance(text, str) and TOKEN.match(text):
        _check_no_wildcard(text, argument)
        return text
    arn = Arn.parse(text, argument=argument)
    kind_known = beside_tokens(arn.resource).startswith(resource) or is_token(arn.resource)
    if arn.service != service or not kind_known:
        wanted = example or f"arn:aws:{service}:...:{resource}..."
        raise InvalidArnError(f"{argument} must be an ARN like {wanted}, got {text!r}")
    _check_no_wildcard(text, argument)
    return text


def _check_no_wildcard(text: str, argument: str) -> None:
    if any(sign in beside_tokens(text) for sign in ("*", "?", "${")):
        raise InvalidArnError(
            f"{argument} must name one resource, without wildcards or policy variables, "
            f"got {text!r}"
        )


def role_arn(*, role_name: str, account: str = ACCOUNT, path: str = "/") -> str:
    """The ARN of a role in this deployment's partition.

    Example:
        >>> role_arn(role_name="Reader", account="111122223333", path="/team/")
        'arn:${AWS::Partition}:iam::111122223333:role/team/Reader'

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    """
    check_account_id(account)
    return f"arn:{PARTITION}:iam::{account}:role{check_path(path)}{check_role_name(role_name)}"


def split_name_and_path(name_with_path: str) -> tuple[str, str]:
    """`team/Reader` as name `Reader` and path `/team/`.

    Example:
        >>> split_name_and_path("team/Reader")
        ('Reader', '/team/')

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    """
    path, _, name = name_with_path.strip("/").rpartition("/")
    return name, f"/{path}/" if path else "/"
