"""Every way to reach the pictures, tried by those who may and by those who may not."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from least_privilege.embedded import Credentials

from .attempts import Attempt, Outcome, Result, make
from .commands import Commands
from .deployment import AUDIT, EXTERNAL_ID, OURS, STRANGER, Deployment
from .sign_in import sign_in_new_user

ALLOWED, DENIED = Outcome.ALLOWED, Outcome.DENIED

Scenario = Callable[["Walkthrough"], Iterator[Result]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Walkthrough:
    """The attempts on one deployment; `folder` is for the files that they move about."""

    deployment: Deployment
    folder: Path
    commands: Commands = field(default_factory=Commands)
    names: dict[str, str] = field(default_factory=dict)
    """What AWS or this run named, and how it is shown."""

    def run(self, tell: Callable[[str], None] = print) -> dict[str, list[Result]]:
        """All scenarios, side by side; the results in the order in which one reads them."""
        self._prepare()
        with ThreadPoolExecutor(len(SCENARIOS)) as pool:
            running = {
                title: pool.submit(self._run, title, scenario, tell)
                for title, scenario in SCENARIOS.items()
            }
            try:
                return {title: scenario.result() for title, scenario in running.items()}
            except BaseException:
                self.commands.stop("another attempt failed, or the demo was interrupted")
                raise

    def _run(self, title: str, scenario: Scenario, tell: Callable[[str], None]) -> list[Result]:
        try:
            results = list(scenario(self))
        except Exception:
            self.commands.check()  # What failed because all was stopped is no failure of its own.
            raise
        tell(
            f"  {title}: {sum(each.as_expected for each in results)} of {len(results)} as expected"
        )
        return results

    def _prepare(self) -> None:
        """As the administrator: something to read, and a picture to upload."""
        self.names[f"{self.folder}/"] = ""
        self.names.update({self.pictures: "$PICTURES", self.reports: "$REPORTS"})
        Image.new("RGB", (640, 480), "teal").save(self.picture)
        self.administrator(
            "s3", "cp", str(self.picture), f"s3://{self.pictures}/originals/first.png"
        )
        self.report.write_text("all is well\n", "utf-8")
        self.administrator("s3", "cp", str(self.report), f"s3://{self.reports}/reports/2026.txt")
        self.administrator("s3", "cp", str(self.report), f"s3://{self.reports}/drafts/2027.txt")

    @property
    def picture(self) -> Path:
        """A picture on this machine."""
        return self.folder / "picture.png"

    @property
    def report(self) -> Path:
        """A report on this machine."""
        return self.folder / "report.txt"

    @property
    def pictures(self) -> str:
        """The bucket of pictures."""
        return self.deployment.output("PictureStorage", "BucketName")

    @property
    def reports(self) -> str:
        """The bucket of reports."""
        return self.deployment.output("ReportAccess", "BucketName")

    def administrator(self, *arguments: str) -> str:
        """Do something that sets the scene."""
        done = self.commands.run(("aws", *arguments), self.deployment.aws.environment(OURS))
        if done.returncode:
            raise RuntimeError(f"aws {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout.strip()

    def session(self, credentials: Credentials) -> dict[str, str]:
        """The environment of somebody with these credentials."""
        return self.deployment.aws.environment_with(credentials)

    def attempt(
        self,
        who: str,
        environment: Mapping[str, str],
        expected: Outcome,
        why: str,
        *command: str,
        program: str = "aws",
    ) -> Result:
        """Try a command of the AWS CLI, or of another program."""
        tried = Attempt(who=who, command=(program, *command), expected=expected, why=why)
        return make(tried, environment, self.commands)


def instance_role(walk: Walkthrough) -> Iterator[Result]:
    """The tutorial: an instance without credentials, until a profile is attached to it."""
    running = walk.deployment.output("InstanceAccess", "InstanceId")
    image = walk.administrator(
        "ec2", "describe-instances", "--instance-ids", running,
        "--query", "Reservations[0].Instances[0].ImageId", "--output", "text",
    )  # fmt: skip
    instance = walk.administrator(
        "ec2", "run-instances", "--image-id", image, "--instance-type", "t3.micro",
        "--subnet-id", walk.deployment.output("InstanceAccess", "SubnetId"),
        "--query", "Instances[0].InstanceId", "--output", "text",
    )  # fmt: skip
    there = walk.deployment.aws.instance_environment(instance)
    bucket = f"s3://{walk.pictures}"

    walk.names[instance] = "$INSTANCE"
    yield walk.attempt("instance, no profile", there, DENIED, "no credentials", "s3", "ls")
    profile = walk.deployment.output("InstanceAccess", "InstanceProfileName")
    walk.names[profile] = "$PROFILE"
    yield walk.attempt(
        "administrator", walk.deployment.aws.environment(OURS), ALLOWED,
        "attached to the running instance",
        "ec2", "associate-iam-instance-profile", "--instance-id", instance,
        "--iam-instance-profile", f"Name={profile}",
    )  # fmt: skip
    who = "instance, profile"
    yield walk.attempt(who, there, ALLOWED, "s3:ListAllMyBuckets", "s3", "ls")
    yield walk.attempt(who, there, ALLOWED, "s3:ListBucket", "s3", "ls", bucket)
    yield walk.attempt(
        who, there, ALLOWED, "s3:GetObject", "s3", "cp", f"{bucket}/originals/first.png", "-"
    )
    yield walk.attempt(
        who, there, DENIED, "no s3:PutObject",
        "s3", "cp", str(walk.picture), f"{bucket}/originals/mine.png",
    )  # fmt: skip
    yield walk.attempt(who, there, DENIED, "another bucket", "s3", "ls", f"s3://{walk.reports}")


def service_role(walk: Walkthrough) -> Iterator[Result]:
    """The thumbnail function's role, and the function itself."""
    function = walk.session(
        walk.deployment.aws.service_session(
            walk.deployment.output("ServiceAccess", "RoleArn"), "lambda.amazonaws.com"
        )
    )
    bucket, who = f"s3://{walk.pictures}", "Lambda function's role"
    yield walk.attempt(
        who, function, ALLOWED, "reads originals",
        "s3", "cp", f"{bucket}/originals/first.png", "-",
    )  # fmt: skip
    yield walk.attempt(
        who, function, ALLOWED, "writes thumbnails",
        "s3", "cp", str(walk.picture), f"{bucket}/thumbnails/tried.png",
    )  # fmt: skip
    yield walk.attempt(
        who, function, DENIED, "writes no originals",
        "s3", "cp", str(walk.picture), f"{bucket}/originals/forged.png",
    )  # fmt: skip
    yield walk.attempt(
        who, function, DENIED, "reads no thumbnails",
        "s3", "cp", f"{bucket}/thumbnails/tried.png", "-",
    )  # fmt: skip
    yield walk.attempt(who, function, DENIED, "lists nothing", "s3", "ls", bucket)
    yield walk.attempt(
        "Lambda function", walk.deployment.aws.environment(OURS), ALLOWED,
        "made this thumbnail when the original came",
        "s3api", "wait", "object-exists", "--bucket", walk.pictures,
        "--key", "thumbnails/first.png",
    )  # fmt: skip


def cross_account_role(walk: Walkthrough) -> Iterator[Result]:
    """The audit firm's program, in its own account, and a stranger."""
    program = walk.session(
        walk.deployment.aws.service_session(
            walk.deployment.output("AuditProgram", "RoleArn"),
            "ecs-tasks.amazonaws.com",
            source_account=AUDIT,
        )
    )
    reader = walk.deployment.output("ReportAccess", "RoleArn")
    walk.names[reader] = "$REPORT_READER"
    assume = ("sts", "assume-role", "--role-arn", reader, "--role-session-name", "audit")
    who = "audit program"
    yield walk.attempt(
        who, program, DENIED, "not before it assumes the role", "s3", "ls", f"s3://{walk.reports}"
    )
    yield walk.attempt(who, program, DENIED, "no external ID", *assume)
    yield walk.attempt(
        who, program, DENIED, "wrong external ID", *assume, "--external-id", "customer-4712"
    )
    yield walk.attempt(
        "third account", walk.deployment.aws.environment(STRANGER), DENIED, "not trusted",
        *assume, "--external-id", EXTERNAL_ID,
    )  # fmt: skip
    assumed = walk.attempt(
        who, program, ALLOWED, "right external ID", *assume, "--external-id", EXTERNAL_ID
    )
    yield assumed
    if not assumed.as_expected:
        return
    session = _session(walk, assumed)
    who, bucket = "audit program as reader", f"s3://{walk.reports}"
    yield walk.attempt(who, session, ALLOWED, "lists reports", "s3", "ls", f"{bucket}/reports/")
    yield walk.attempt(
        who, session, ALLOWED, "reads reports", "s3", "cp", f"{bucket}/reports/2026.txt", "-"
    )
    yield walk.attempt(
        who, session, DENIED, "drafts are no reports",
        "s3", "cp", f"{bucket}/drafts/2027.txt", "-",
    )  # fmt: skip
    yield walk.attempt(
        who, session, DENIED, "no s3:DeleteObject", "s3", "rm", f"{bucket}/reports/2026.txt"
    )
    yield walk.attempt(
        "administrator", walk.deployment.aws.environment(OURS), ALLOWED, "ends every session of it",
        "revoke-sessions", "ReportReader", "--apply", "--yes", program="least-privilege",
    )  # fmt: skip
    yield walk.attempt(
        who, session, DENIED, "the session was ended", "s3", "ls", f"{bucket}/reports/"
    )
    time.sleep(2)  # IAM counts sessions by whole seconds.
    again = walk.attempt(
        "audit program", program, ALLOWED, "it is still trusted",
        *assume, "--external-id", EXTERNAL_ID,
    )  # fmt: skip
    yield again
    if again.as_expected:
        yield walk.attempt(
            who, _session(walk, again), ALLOWED, "a new session", "s3", "ls", f"{bucket}/reports/"
        )


def _session(walk: Walkthrough, assumed: Result) -> dict[str, str]:
    """The environment of the session that AssumeRole gave."""
    given = json.loads(assumed.said)["Credentials"]
    return walk.session(
        Credentials(
            access_key_id=given["AccessKeyId"],
            secret_access_key=given["SecretAccessKey"],
            session_token=given["SessionToken"],
        )
    )


def app_users(walk: Walkthrough) -> Iterator[Result]:
    """Two users of the app, who signed in with MFA, and somebody who did not."""
    alice = sign_in_new_user(walk.deployment, "alice")
    bob = sign_in_new_user(walk.deployment, "bob")
    walk.names.update({alice.identity_id: "$ALICE", bob.identity_id: "$BOB"})
    session, bucket = walk.session(alice.credentials), f"s3://{walk.pictures}"
    own = f"{bucket}/originals/{alice.identity_id}"
    yield walk.attempt(
        "user alice", session, ALLOWED, "her own prefix",
        "s3", "cp", str(walk.picture), f"{own}/profile.png",
    )  # fmt: skip
    yield walk.attempt(
        "user alice", session, ALLOWED, "her own picture", "s3", "cp", f"{own}/profile.png", "-"
    )
    yield walk.attempt(
        "user alice", session, DENIED, "bob's prefix",
        "s3", "cp", str(walk.picture), f"{bucket}/originals/{bob.identity_id}/profile.png",
    )  # fmt: skip
    yield walk.attempt(
        "user bob", walk.session(bob.credentials), DENIED, "alice's picture",
        "s3", "cp", f"{own}/profile.png", "-",
    )  # fmt: skip
    yield walk.attempt("user alice", session, DENIED, "lists nothing", "s3", "ls", bucket)
    pool = walk.deployment.output("UserAccess", "IdentityPoolId")
    walk.names[pool] = "$IDENTITY_POOL"
    yield walk.attempt(
        "nobody signed in", walk.deployment.aws.environment(OURS), DENIED, "there is no guest role",
        "cognito-identity", "get-id", "--no-sign-request", "--identity-pool-id", pool,
    )  # fmt: skip


SCENARIOS: Mapping[str, Scenario] = {
    "EC2 instance role": instance_role,
    "Service to service: a Lambda function": service_role,
    "Cross-account access, with an external ID": cross_account_role,
    "Users of an app, through Cognito": app_users,
}
