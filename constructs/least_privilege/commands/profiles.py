"""`least-privilege profiles PATH`: what callers put into ~/.aws/config to assume the roles.

Source: https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-role.html
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from ..template import Reading, Role, is_symbolic
from ..trust import profiles, switch_role_link
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
    sections = [section for role in roles for section in _sections(role, reading)]
    print("\n\n".join(sections) or "# no role here is assumed by principals of AWS accounts")
    return 0


def _sections(role: Role, reading: Reading) -> Iterator[str]:
    if role.trust is None:
        return
    statements = role.trust.statements
    arn = role.arn
    found = profiles(
        role_name=role.logical_id if is_symbolic(role.name) else role.name,
        role_arn=arn,
        statements=statements,
        duration=role.session_duration,
        region="" if is_symbolic(role.region) else role.region,
        partition=reading.stack(role.stack).partition,
    )
    if not found:
        return
    unknown = _unknown(role)
    if unknown:
        yield f"# {role.construct_path or role.logical_id}: {unknown}"
        return
    link = switch_role_link(
        role_name=role.name,
        path=role.path,
        account=role.account,
        partition=reading.stack(role.stack).partition,
        statements=statements,
    )
    console = f"# in the console: {link}\n" if link else ""
    for profile in found:
        yield f"{console}{profile}"


def _unknown(role: Role) -> str:
    """What a profile needs and the template does not say."""
    if is_symbolic(role.account):
        return "its account is not known here; give --account"
    if is_symbolic(role.name):
        return "it has no role_name, so its ARN is known at deployment; see the stack's outputs"
    if is_symbolic(role.arn):
        return "its partition is not known here; give --region"
    if role.trust_unknowns:
        return f"who may assume it is not known: {role.trust_unknowns[0].reason}"
    return ""
