"""The reference app, deployed to the AWS on this machine by the CDK CLI itself."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from least_privilege.embedded import EmbeddedAws

from .commands import Commands

ROOT = Path(__file__).parent.parent
OURS, AUDIT, STRANGER = "111122223333", "444455556666", "777788889999"
"""Example accounts: that of the app, that of the audit firm, and one that has no business here."""

REGION = "eu-central-1"
EXTERNAL_ID = "audit-firm-customer-4711"
SETTINGS = {
    # Said here, so that the demo works whatever numbers somebody has put into cdk.json.
    "app:account": OURS,
    "app:audit_account": AUDIT,
    "app:audit_external_id": EXTERNAL_ID,
    "app:region": REGION,
    "app:organization_id": "",
    "app:operators": "",
    "app:github_repository": "",
    "app:termination_protection": "false",
    "app:retain_data": "false",
}


class DeploymentError(RuntimeError):
    """A command of the CDK CLI failed; holds what it printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """A deployed app: where it is, and what its stacks gave out."""

    aws: EmbeddedAws
    outputs: Mapping[str, Mapping[str, str]]

    def output(self, stack: str, name: str) -> str:
        """An output of a stack, by the beginning of its name."""
        return next(value for key, value in self.outputs[stack].items() if key.startswith(name))


@dataclass(frozen=True, slots=True, kw_only=True)
class CdkCli:
    """The CDK CLI, for one AWS on loopback, with its work in one folder."""

    aws: EmbeddedAws
    folder: Path
    commands: Commands = field(default_factory=Commands)

    @property
    def assembly(self) -> Path:
        """What was synthesized."""
        return self.folder / "cdk.out"

    def synth(self, **settings: str) -> None:
        """Synthesize and check the app."""
        context = SETTINGS | {f"app:{name}": value for name, value in settings.items()}
        self._run(
            "synth", "--quiet", "--output", str(self.assembly),
            *(part for key, value in context.items() for part in ("--context", f"{key}={value}")),
        )  # fmt: skip

    def bootstrap(self) -> None:
        """Prepare both accounts; the audit account trusts ours to deploy its stack."""
        # From an empty folder, the CLI needs no app for it.
        empty = self.folder / "empty"
        empty.mkdir(exist_ok=True)
        for account in (OURS, AUDIT):
            trust = ("--trust", OURS) if account != OURS else ()
            self._run(
                "bootstrap", f"aws://{account}/{REGION}", *trust,
                "--cloudformation-execution-policies",
                "arn:aws:iam::aws:policy/AdministratorAccess",
                account=account, folder=empty,
            )  # fmt: skip

    def deploy(self) -> Deployment:
        """Deploy all stacks."""
        outputs = self.folder / "outputs.json"
        self._run(
            "deploy", "--all", "--app", str(self.assembly), "--require-approval", "never",
            "--concurrency", "4", "--outputs-file", str(outputs),
        )  # fmt: skip
        return Deployment(aws=self.aws, outputs=json.loads(outputs.read_text("utf-8")))

    def diff(self) -> str:
        """How the app differs from what is deployed."""
        return self._run("diff", "--app", str(self.assembly))

    def destroy(self) -> None:
        """Delete all stacks."""
        self._run("destroy", "--all", "--app", str(self.assembly), "--force")

    def _run(self, *arguments: str, account: str = OURS, folder: Path = ROOT) -> str:
        environment = self.aws.environment(account, region=REGION)
        # What an interrupted command leaves behind goes away with the folder.
        temporary = self.folder / "tmp"
        temporary.mkdir(exist_ok=True)
        environment["TMPDIR"] = str(temporary)
        done = self.commands.run(("cdk", *arguments), environment, folder)
        if done.returncode:
            raise DeploymentError(f"cdk {' '.join(arguments)}\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr


def replacements(difference: str) -> list[str]:
    """The lines of a `cdk diff` by which a resource is, or may be, replaced."""
    return [
        line
        for line in difference.splitlines()
        if re.search(r"\b(replaced?|replacement)\b", line) and not line.startswith("Hold on")
    ]


def deploy(cdk: CdkCli, tell: Callable[[str], None]) -> Deployment:
    """Bootstrap, synthesize and deploy, telling of each step as it begins."""
    tell("cdk bootstrap (two accounts) and cdk synth (with all checks)")
    with ThreadPoolExecutor() as both:
        steps = [both.submit(cdk.bootstrap), both.submit(cdk.synth)]
        try:
            for step in steps:
                step.result()
        except BaseException:
            cdk.commands.stop("another step failed, or the demo was interrupted")
            raise
    tell("cdk deploy --all")
    return cdk.deploy()
