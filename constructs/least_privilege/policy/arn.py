"""ARNs, taken apart and put together without writing a partition by hand.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..errors import InvalidArnError
from .names import check_account_id, check_path, check_role_name
from .tokens import ACCOUNT, PARTITION, holds_token

_PARTITION = re.compile(r"aws(-[a-z]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arn:
    """An ARN in its six parts.

    Example:
        >>> Arn.parse("arn:aws:iam::111122223333:role/team/Reader").resource
        'role/team/Reader'
    """

    partition: str
    service: str
    region: str
    account: str
    resource: str

    @classmethod
    def parse(cls, text: str, *, argument: str = "arn") -> Arn:
        """Take an ARN apart; raises `InvalidArnError` for what is none."""
        parts = text.split(":", 5)
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


def check_arn(
    text: str, *, service: str, resource: str = "", argument: str, example: str = ""
) -> str:
    """The ARN of a resource of this service (and kind), or a token that may become one."""
    if text.startswith("${Token["):
        return text
    # `${AWS::Partition}` holds colons of its own.
    arn = Arn.parse(text.replace(PARTITION, "aws"), argument=argument)
    if arn.service != service or not arn.resource.startswith(resource):
        wanted = example or f"arn:aws:{service}:...:{resource}..."
        raise InvalidArnError(f"{argument} must be an ARN like {wanted}, got {text!r}")
    return text


def role_arn(*, role_name: str, account: str = ACCOUNT, path: str = "/") -> str:
    """The ARN of a role in this deployment's partition.

    Example:
        >>> role_arn(role_name="Reader", account="111122223333", path="/team/")
        'arn:${AWS::Partition}:iam::111122223333:role/team/Reader'
    """
    check_account_id(account)
    return f"arn:{PARTITION}:iam::{account}:role{check_path(path)}{check_role_name(role_name)}"


def split_name_and_path(name_with_path: str) -> tuple[str, str]:
    """`team/Reader` as name `Reader` and path `/team/`."""
    path, _, name = name_with_path.strip("/").rpartition("/")
    return name, f"/{path}/" if path else "/"
