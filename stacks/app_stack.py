"""What every stack of the app has."""

from __future__ import annotations

from aws_cdk import Environment, RemovalPolicy, Stack
from constructs import Construct

from least_privilege.boundary import RoleBoundary

from .settings import Settings


class AppStack(Stack):
    """A stack where, and protected as, the settings say."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        description: str,
        environment: Environment | None = None,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env=environment or settings.environment,
            termination_protection=settings.termination_protection,
            description=description,
        )
        self.settings = settings
        if settings.boundary is not None and environment is None:
            # Over all roles, those that constructs of the CDK make too.
            RoleBoundary.from_existing(self, "Boundary", policy=settings.boundary).lay_over(self)
        self.removal_policy = (
            # What a first deployment that failed has made is not kept: its name would be taken.
            RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
            if settings.retain_data
            else RemovalPolicy.DESTROY
        )
