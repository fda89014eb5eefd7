"""The reference app: settings in, stacks and checks out."""

from __future__ import annotations

import sys

from aws_cdk import App, Tags

from least_privilege.errors import InvalidSettingError
from least_privilege.validation import check_with
from stacks import (
    AuditProgram,
    InstanceAccess,
    OperatorAccess,
    PictureStorage,
    PipelineAccess,
    ReportAccess,
    RoleActivity,
    ServiceAccess,
    Settings,
    UserAccess,
)


def compose(app: App) -> App:
    """Put the stacks together."""
    settings = Settings.from_context(app.node.get_all_context())
    check_with(app, settings.nag_packs)
    for key, value in settings.tags.items():
        Tags.of(app).add(key, value)

    storage = PictureStorage(app, "PictureStorage", settings=settings)
    InstanceAccess(app, "InstanceAccess", settings=settings, pictures=storage.bucket)
    ServiceAccess(app, "ServiceAccess", settings=settings, pictures=storage.bucket)
    if settings.user_access:
        UserAccess(app, "UserAccess", settings=settings, pictures=storage.bucket)
    if settings.operators:
        OperatorAccess(app, "OperatorAccess", settings=settings, pictures=storage.bucket)
    if settings.github_repository:
        PipelineAccess(app, "PipelineAccess", settings=settings)
    reports = ReportAccess(app, "ReportAccess", settings=settings)
    AuditProgram(app, "AuditProgram", settings=settings)
    RoleActivity(
        app,
        "RoleActivity",
        settings=settings,
        watched_roles={"ReportReader": reports.role.role_arn},
    )
    return app


if __name__ == "__main__":
    try:
        compose(App()).synth()
    except InvalidSettingError as error:
        sys.exit(f"error: {error}")
    except RuntimeError as error:
        # The findings are printed already; the CDK's own stack trace would bury them.
        if "ValidationFailed" not in str(error):
            raise
        sys.exit(f"error: {error}")
