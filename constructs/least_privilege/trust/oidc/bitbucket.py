"""Trust in steps of Bitbucket Pipelines.

Source: https://support.atlassian.com/bitbucket-cloud/docs/integrate-pipelines-with-resource-servers-using-oidc/
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...errors import InvalidTrustError
from ...policy import Statement
from ...policy.names import check_strings
from ..base import Trust
from .claims import check_exact
from .flags import check_flags
from .issuers import check_issuer
from .statements import web_identity_statements
from .uuids import check_uuid

_WORKSPACE = re.compile(r"[a-z0-9][a-z0-9_-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class BitbucketPipelines(Trust):
    """Steps of the pipelines of one Bitbucket repository.

    `workspace` is the name in the address of the workspace; the IDs stand in the repository's
    settings under OpenID Connect, without the braces here. A step may assume the role if it deploys
    to one of the deployment environments; `whole_repository=True` admits every step. A subject of
    Bitbucket holds no branch: restrict the branches of the deployment environment there.

    `audiences` is `ari:cloud:bitbucket::workspace/WORKSPACE_ID` unless a step asks for another.

    Raises `InvalidTrustError` for what is no ID, and for no way in.

    Example:
        >>> trust = BitbucketPipelines(
        ...     workspace="acme",
        ...     workspace_id="11111111-2222-3333-4444-555555555555",
        ...     repository_id="66666666-7777-8888-9999-000000000000",
        ...     deployment_environment_ids=("aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",),
        ... )
        >>> trust.statements()[0].conditions[1].values[0][-40:]
        '{aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee}:*'

    Source: https://support.atlassian.com/bitbucket-cloud/docs/deploy-on-aws-using-bitbucket-pipelines-openid-connect/
    """

    workspace: str
    workspace_id: str
    repository_id: str
    deployment_environment_ids: tuple[str, ...] = ()
    whole_repository: bool = False
    audiences: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_issuer(self._issuer, argument="workspace")
        if not isinstance(self.workspace, str) or not _WORKSPACE.fullmatch(self.workspace):
            raise InvalidTrustError(
                "workspace must be the name in its address, in lower case, like 'acme', got "
                f"{self.workspace!r}"
            )
        check_uuid("workspace_id", self.workspace_id)
        check_uuid("repository_id", self.repository_id)
        environments = check_strings(
            self.deployment_environment_ids,
            argument="deployment_environment_ids",
            error=InvalidTrustError,
        )
        for environment in environments:
            check_uuid("deployment_environment_ids", environment)
        if len(set(environments)) < len(environments):
            raise InvalidTrustError(
                f"deployment_environment_ids must each be named once, got {environments!r}"
            )
        object.__setattr__(self, "deployment_environment_ids", environments)
        audiences = self.audiences or (f"ari:cloud:bitbucket::workspace/{self.workspace_id}",)
        object.__setattr__(self, "audiences", check_exact("audiences", audiences))
        check_flags(whole_repository=self.whole_repository)
        if bool(environments) == self.whole_repository:
            raise InvalidTrustError(
                "deployment_environment_ids, or whole_repository=True alone, must be given: "
                "whole_repository admits every step of the repository's pipelines"
            )

    @property
    def _issuer(self) -> str:
        return f"api.bitbucket.org/2.0/workspaces/{self.workspace}/pipelines-config/identity/oidc"

    def statements(self) -> tuple[Statement, ...]:
        # The step's ID comes last, and is another in every run.
        repository = f"{{{self.repository_id}}}"
        return web_identity_statements(
            issuer=self._issuer,
            audiences=self.audiences,
            subjects=(
                *(f"{repository}:{{{each}}}:*" for each in self.deployment_environment_ids),
                *((f"{repository}:*",) if self.whole_repository else ()),
            ),
        )
