"""`least-privilege profiles`: from any templates, and honest about what they do not say."""

from __future__ import annotations

import configparser
import json
from pathlib import Path
from typing import Any

import pytest

from least_privilege import cli

WHERE = ("--account", "111122223333", "--region", "eu-central-1")


def trusting(
    principal: Any,
    action: str = "sts:AssumeRole",
    condition: dict[str, Any] | None = None,
    **properties: Any,
) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    if condition:
        statement["Condition"] = condition
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {"AssumeRolePolicyDocument": document, **properties},
    }


def template(folder: Path, **roles: dict[str, Any]) -> str:
    path = folder / "app.template.json"
    path.write_text(json.dumps({"Resources": roles}), "utf-8")
    return str(path)


NAMED = trusting({"AWS": "444455556666"}, RoleName="Reader", MaxSessionDuration=7200)


@pytest.mark.parametrize(
    ("role", "arguments", "says"),
    [
        (NAMED, WHERE, "role_arn = arn:aws:iam::111122223333:role/Reader"),
        (NAMED, WHERE, "duration_seconds = 7200"),
        (NAMED, WHERE, "# in the console: https://signin.aws.amazon.com/switchrole?account=1111"),
        (NAMED, WHERE[:2], "# Role: its partition is not known here; give --region"),
        (NAMED, (), "# Role: its account is not known here; give --account"),
        (
            trusting({"AWS": "444455556666"}),
            WHERE,
            "# Role: it has no role_name, so its ARN is known at deployment",
        ),
        (
            trusting({"Service": "ec2.amazonaws.com"}),
            WHERE,
            "# no role here is assumed by principals of AWS accounts",
        ),
        (
            trusting(
                {"AWS": "arn:aws:sts::444455556666:assumed-role/Auditor/nightly"}, RoleName="R"
            ),
            WHERE,
            "source_profile = Auditor",
        ),
    ],
)
def test_a_profile_says_what_the_template_says(
    role: dict[str, Any],
    arguments: tuple[str, ...],
    says: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["profiles", template(tmp_path, Role=role), *arguments]) == 0
    assert says in capsys.readouterr().out


def test_a_folder_of_templates_is_read_and_one_role_chosen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = trusting({"AWS": "444455556666"}, RoleName="Other")
    template(tmp_path, Role=NAMED, Other=other)
    assert cli.main(["profiles", str(tmp_path), *WHERE, "--role", "Other"]) == 0
    assert capsys.readouterr().out.count("[profile ") == 1


def test_roles_of_one_name_get_profiles_of_names_that_differ(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two sections of one name, and the AWS CLI reads nothing of the file any more."""
    for stage in ("dev", "prod"):
        (tmp_path / f"{stage}.template.json").write_text(
            json.dumps({"Resources": {"Role": NAMED}}), "utf-8"
        )
    assert cli.main(["profiles", str(tmp_path), *WHERE]) == 0
    parser = configparser.RawConfigParser()
    parser.read_string(capsys.readouterr().out)
    assert len(parser.sections()) == 2


def test_a_trust_policy_that_is_none_is_said_to_be_unknown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    role = trusting({"AWS": "444455556666"}, RoleName="Reader")
    role["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]["Effect"] = "Maybe"
    assert cli.main(["profiles", template(tmp_path, Role=role), *WHERE]) == 0
    assert "# Role: who may assume it is not known: " in capsys.readouterr().out


def test_a_deny_is_for_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    role = trusting({"AWS": "444455556666"}, RoleName="Reader")
    role["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]["Effect"] = "Deny"
    assert cli.main(["profiles", template(tmp_path, Role=role), *WHERE]) == 0
    assert "# no role here is assumed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("path", "more", "says"),
    [("nowhere", (), "nowhere"), (".", ("--role", "Nobody"), "'Nobody'; there are Role")],
)
def test_what_is_not_there_is_told_in_one_line(
    path: str,
    more: tuple[str, ...],
    says: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    template(tmp_path, Role=NAMED)
    assert cli.main(["profiles", str(tmp_path / path), *more]) == cli.WRONG_INPUT
    said = capsys.readouterr().err
    assert said.startswith("least-privilege profiles: ")
    assert says in said
    assert said.count("\n") == 1
