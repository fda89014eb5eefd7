"""`least-privilege profiles PATH`: what callers put into ~/.aws/config to assume the roles.

Source: https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-role.html
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from ..template import Reading, Role, is_symbolic
from ..trust import Profile, profiles, switch_role_link
from ..trust.callers import assuming_statements
from ..trust.profiles import with_names_of_their_own
from .reading import add_source, read

NAME = "profiles"
HELP = "print the profiles for ~/.aws/config by which the roles of templates are assumed"

_EXAMPLES = """\
examples:
  least-privilege profiles cdk.out
      a profile for each who may assume a role, of all stacks
  least-privilege profiles cdk.out --role ReportReader >> ~/.aws/config
      that of one role

Roles that services and identity providers assume have none.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Of `profiles`."""
    parser.epilog = _EXAMPLES
    add_source(parser)
    parser.add_argument("--role", help="name, ARN, logical ID or construct path of one role")


def run(arguments: argparse.Namespace) -> int:
    """Print them; nothing is asked of AWS."""
    reading = read(arguments)
    roles = reading.roles if arguments.role is None else (reading.role(arguments.role),)
    notes = [note for role in roles if (note := _note(role))]
    found = [
        (profile, role) for role in roles if not _note(role) for profile in _profiles(role, reading)
    ]
    named = with_names_of_their_own((profile, _apart(role, roles)) for profile, role in found)
    sections = [
        f"{_console(role, reading)}{profile}"
        for profile, (_, role) in zip(named, found, strict=True)
    ]
    print("\n\n".join((*notes, *sections)) or f"# {_NOBODY}")
    return 0


_NOBODY = "no role here is assumed by principals of AWS accounts"


def _apart(role: Role, roles: Sequence[Role]) -> str:
    """What tells a role from another of its name."""
    accounts = [each.account for each in roles if each.name == role.name]
    return role.stack if accounts.count(role.account) > 1 else role.account


def _profiles(role: Role, reading: Reading) -> tuple[Profile, ...]:
    return profiles(
        role_name=role.logical_id if is_symbolic(role.name) else role.name,
        role_arn=role.arn,
        statements=role.trust.statements if role.trust else (),
        duration=role.session_duration,
        region="" if is_symbolic(role.region) else role.region,
        partition=reading.stack(role.stack).partition,
    )


def _console(role: Role, reading: Reading) -> str:
    link = switch_role_link(
        role_name=role.name,
        path=role.path,
        account=role.account,
        partition=reading.stack(role.stack).partition,
        statements=role.trust.statements if role.trust else (),
    )
    return f"# in the console: {link}\n" if link else ""


def _note(role: Role) -> str:
    """A line instead of the profiles that cannot be given."""
    if role.trust is not None and not any(
        callers for callers, _ in assuming_statements(role.trust.statements)
    ):
        return ""
    unknown = _unknown(role)
    return f"# {role.construct_path or role.logical_id}: {unknown}" if unknown else ""


def _unknown(role: Role) -> str:
    """What a profile needs and the template does not say."""
    if role.trust is None or role.trust_unknowns:
        reason = role.trust_unknowns[0].reason if role.trust_unknowns else "no trust policy"
        return f"who may assume it is not known: {reason}"
    if is_symbolic(role.account):
        return "its account is not known here; give --account"
    if is_symbolic(role.name):
        return "it has no role_name, so its ARN is known at deployment; see the stack's outputs"
    if is_symbolic(role.arn):
        return "its partition is not known here; give --region"
    return ""
