"""Trust in runs of HCP Terraform (Terraform Cloud) and Terraform Enterprise.

Source: https://developer.hashicorp.com/terraform/cloud-docs/dynamic-provider-credentials/aws-configuration
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ...errors import InvalidTrustError
from ...policy import Statement
from ...policy.names import check_strings
from ...policy.tokens import beside_tokens
from ..base import Trust
from .claims import check_exact
from .issuers import check_issuer
from .statements import web_identity_statements

_NAME = re.compile(r"[A-Za-z0-9_-]+")
_PROJECT = re.compile(r"[A-Za-z0-9_-]+( [A-Za-z0-9_-]+)*")


class TerraformRunPhase(StrEnum):
    """What a run does with the role.

    Example:
        >>> TerraformRunPhase("plan").name
        'PLAN'

    Source: https://developer.hashicorp.com/terraform/cloud-docs/dynamic-provider-credentials/workload-identity-tokens
    """

    PLAN = "plan"
    APPLY = "apply"


@dataclass(frozen=True, slots=True, kw_only=True)
class TerraformCloud(Trust):
    """Runs of HCP Terraform in these workspaces of one project, in these phases.

    Whoever may plan can have the provider do what the role allows: give the plan a role that reads,
    and the apply one that writes. `issuer` is the host: `app.terraform.io`, `app.eu.terraform.io`,
    or that of Terraform Enterprise. `audiences` is what `TFC_AWS_WORKLOAD_IDENTITY_AUDIENCE` says.
    Stacks and module tests have subjects of another form: `OpenIdConnect`.

    Raises `InvalidTrustError` for names with a wildcard or a colon, and for no workspace or phase.

    Example:
        >>> trust = TerraformCloud(
        ...     organization="acme",
        ...     project="Default Project",
        ...     workspaces=("app",),
        ...     run_phases=(TerraformRunPhase.APPLY,),
        ... )
        >>> trust.statements()[0].conditions[1].values
        ('organization:acme:project:Default Project:workspace:app:run_phase:apply',)

    Source: https://developer.hashicorp.com/terraform/cloud-docs/dynamic-provider-credentials/aws-configuration
    """

    organization: str
    project: str
    workspaces: tuple[str, ...]
    run_phases: tuple[TerraformRunPhase, ...]
    audiences: tuple[str, ...] = ("aws.workload.identity",)
    issuer: str = "app.terraform.io"

    def __post_init__(self) -> None:
        check_issuer(self.issuer)
        _check_name("organization", self.organization, _NAME)
        _check_name("project", self.project, _PROJECT)
        workspaces = _named("workspaces", self.workspaces)
        for workspace in workspaces:
            _check_name("workspaces", workspace, _NAME)
        phases = _named("run_phases", self.run_phases)
        for phase in phases:
            if phase not in tuple(TerraformRunPhase):
                raise InvalidTrustError(
                    "run_phases must be values of TerraformRunPhase, plan or apply, got "
                    f"{str(phase)!r}"
                )
        object.__setattr__(self, "workspaces", workspaces)
        object.__setattr__(self, "run_phases", tuple(TerraformRunPhase(each) for each in phases))
        object.__setattr__(self, "audiences", check_exact("audiences", self.audiences))

    def statements(self) -> tuple[Statement, ...]:
        project = f"organization:{self.organization}:project:{self.project}"
        return web_identity_statements(
            issuer=self.issuer,
            audiences=self.audiences,
            subjects=tuple(
                f"{project}:workspace:{workspace}:run_phase:{phase}"
                for workspace in self.workspaces
                for phase in self.run_phases
            ),
        )


def _named(argument: str, names: Sequence[str]) -> tuple[str, ...]:
    names = check_strings(names, argument=argument, error=InvalidTrustError)
    if not names:
        raise InvalidTrustError(f"{argument} must name at least one; without any, nobody is meant")
    if len(set(names)) < len(names):
        raise InvalidTrustError(f"{argument} must each be named once, got {names!r}")
    return names


def _check_name(argument: str, name: str, grammar: re.Pattern[str]) -> None:
    if not isinstance(name, str) or not grammar.fullmatch(beside_tokens(name, "x")):
        raise InvalidTrustError(
            f"{argument} must be a name as HCP Terraform has it, with no wildcard and no colon, "
            f"got {name!r}"
        )
