"""Every snippet and every command in README and docs runs, or is run by a test that is named."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from aws_cdk.assertions import Template

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]

RUN_ELSEWHERE = {
    "make demo": "tests/end_to_end/test_deployment.py",
    "make test": ".ci/run",
    "make setup": "Makefile",
    "make unit": "Makefile",
    "make lint": ".ci/run",
    "pip install '.[cdk]'": "tests/end_to_end/test_wheel.py",
    "pip install '.[embedded]'": "tests/end_to_end/test_wheel.py",
    "pip install '.[aws]'": "tests/end_to_end/test_wheel.py",
    "least-privilege profiles cdk.out": "tests/roles/test_cross_account_access.py",
    "least-privilege revoke-sessions Reader": "tests/embedded/test_embedded_revocation.py",
    "least-privilege revoke-sessions Reader --apply": "tests/embedded/test_embedded_revocation.py",
    "least-privilege revoke-sessions Reader --before 2026-11-24T09:30:00Z --apply --yes": (
        "tests/commands/test_revoke_sessions.py"
    ),
}


def _blocks(document: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", document.read_text("utf-8"), re.M | re.S)


def _id(document: Path) -> str:
    return str(document.relative_to(ROOT))


def _runs(document: Path) -> list[tuple[str, str | None]]:
    """Each Python block, with the text block that follows it, if one does."""
    return [
        (code, text or None)
        for code, text in re.findall(
            r"^```python\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?",
            document.read_text("utf-8"),
            re.M | re.S,
        )
    ]


@pytest.mark.parametrize("document", [d for d in DOCUMENTS if _runs(d)], ids=_id)
def test_the_python_of_a_document_runs_and_prints_what_is_shown(
    document: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The snippets of one document belong together, one after the other."""
    monkeypatch.setenv("JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION", "1")
    names: dict[str, Any] = {}
    for code, shown in _runs(document):
        capsys.readouterr()
        exec(compile(code, str(document), "exec"), names)  # noqa: S102 - it is our own text
        if shown is not None:
            assert capsys.readouterr().out == shown
    if "stack" in names:
        assert Template.from_stack(names["stack"]).to_json()["Resources"]


def test_the_policy_in_the_readme_is_what_comes_out() -> None:
    readme = ROOT / "README.md"
    names: dict[str, Any] = {}
    exec(_blocks(readme, "python")[0], names)  # noqa: S102 - it is our own text
    (shown,) = _blocks(readme, "json")
    roles = Template.from_stack(names["stack"]).find_resources("AWS::IAM::Role")
    ((policy,),) = (role["Properties"]["Policies"] for role in roles.values())
    assert policy["PolicyDocument"]["Statement"] == json.loads(shown)


@pytest.mark.parametrize("document", DOCUMENTS, ids=_id)
def test_every_command_of_a_document_is_run_somewhere(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    text = document.read_text("utf-8")
    for block in _blocks(document, "sh"):
        for line in block.splitlines():
            command = line.split("#")[0].strip()
            where = RUN_ELSEWHERE[command]
            assert (ROOT / where).exists()
    for target in re.findall(r"`make ([a-z]+)", text):
        assert target in targets, f"make {target}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=_id)
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    for target, section in re.findall(r"\]\(([^)#]*)#?([^)]*)\)", document.read_text("utf-8")):
        if target.startswith("https://"):
            continue
        other = document.parent / target if target else document
        assert other.exists(), target
        assert not section or section in _sections(other), f"{target}#{section}"


def _sections(document: Path) -> set[str]:
    """The names that a link can have after its `#`, as GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.*)$", document.read_text("utf-8"), re.M)
    return {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}


def test_the_table_of_commands_in_the_readme_says_what_make_runs() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for target, first in re.findall(r"^\| `make ([a-z]+)` \| `([^`]+)`", readme, re.M):
        shown = subprocess.run(
            ["make", "--dry-run", "--always-make", target],
            cwd=ROOT, capture_output=True, text=True, check=True,
            env=os.environ | {"MAKEFLAGS": ""},
        ).stdout  # fmt: skip
        assert first in shown, target


def test_every_setting_is_documented() -> None:
    from stacks.settings import PREFIX, Settings

    documented = set(re.findall(r"`app:([a-z_]+)` \|", (ROOT / "docs/deploying.md").read_text()))
    assert documented == set(Settings.__slots__), PREFIX
