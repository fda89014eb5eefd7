"""Odd values, names and arguments are refused as such; no other exception comes through."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from least_privilege.errors import InvalidInputError, InvalidTemplateError
from least_privilege.template import read_assembly, read_directory, read_template
from tests.template.kit import ACCOUNT, REGION, read, resource

MARK = "\ue0000\ue001"
BUCKET = {"Bucket": resource("AWS::S3::Bucket")}
LONG = "x" * 300


@pytest.mark.parametrize("given", [{"a": 1}, [["x"]], [None], 5])
def test_what_a_resource_depends_on_is_named(given: Any) -> None:
    with pytest.raises(InvalidTemplateError, match=r"Bucket.DependsOn: must be a logical ID"):
        read({"Bucket": {"Type": "AWS::S3::Bucket", "DependsOn": given}})


@pytest.mark.parametrize("given", [None, 5, True])
def test_the_variables_of_sub_are_a_mapping(given: Any) -> None:
    with pytest.raises(InvalidTemplateError, match="must be a string, or a list of a string"):
        read({"Any": resource("AWS::X::Y", Value={"Fn::Sub": ["${Bucket}", given]}), **BUCKET})


@pytest.mark.parametrize(
    "type_",
    [
        "AWS::Lambda::Permission", "AWS::Lambda::LayerVersionPermission",
        "AWS::Events::EventBusPolicy",
    ],
)  # fmt: skip
def test_permissions_from_a_macro_are_unknown(type_: str) -> None:
    include = {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://a/b"}}}
    (policy,) = read({"Any": {"Type": type_, "Properties": include}}).resource_policies
    assert policy.document is None
    assert not policy.is_complete


@pytest.mark.parametrize("name", ["Key", "Type"])
@pytest.mark.parametrize("given", [5, None, [], {}])
def test_an_odd_condition_of_an_event_bus_is_invalid(name: str, given: Any) -> None:
    condition = {"Key": "aws:PrincipalOrgID", "Type": "StringEquals", "Value": "o-1", name: given}
    policy = resource(
        "AWS::Events::EventBusPolicy", StatementId="A", Action="events:PutEvents", Principal="*",
        Condition=condition,
    )  # fmt: skip
    reading = read({"Any": policy})
    assert reading.findings


@pytest.mark.parametrize(
    "sections",
    [
        {"Parameters": {"Stage": {"Type": "String", "Default": MARK}}},
        {"Transform": MARK},
        {"Conditions": {"C": {"Fn::Equals": [{"Ref": MARK}, "x"]}}, "Transform": "Some"},
        {"Outputs": {MARK: {"Value": 1}}},
        {"Outputs": {"O": {"Value": {"Fn::Join": [MARK, ["a", "b"]]}}}},
    ],
)
def test_the_signs_of_the_reader_are_refused_wherever_they_are_read(sections: Any) -> None:
    with pytest.raises(InvalidTemplateError, match=r"holds U\+E000"):
        read(BUCKET, **sections)


def test_the_signs_of_the_reader_may_stand_where_nobody_reads() -> None:
    read({"Bucket": {"Type": "AWS::S3::Bucket", "Metadata": {"x": MARK}}}, Description=MARK)


@pytest.mark.parametrize(
    "given",
    [{"stack_name": MARK}, {"parameters": {"Stage": MARK}}, {"parameters": {"Stage": [MARK]}}],
)
def test_the_signs_of_the_reader_are_refused_in_arguments(given: Any) -> None:
    with pytest.raises(InvalidInputError, match=r"holds U\+E000"):
        read(BUCKET, Parameters={"Stage": {"Type": "String"}}, **given)


@pytest.mark.parametrize(
    "value", [{"Fn::ImportValue": "\ud800"}, "{{resolve:ssm:\ud800}}", {"Fn::Base64": "\ud800"}]
)
def test_halves_of_characters_do_not_stop_the_reader(value: Any) -> None:
    assert read({"Any": resource("AWS::X::Y", Value=value)}).resources


@pytest.mark.parametrize("url", ["\ud800", "a\0b", LONG, "\ud800/a.json"])
def test_templates_that_no_file_can_be_named_like_are_refused(tmp_path: Path, url: str) -> None:
    nested = {"Nested": resource("AWS::CloudFormation::Stack", TemplateURL=url)}
    file = tmp_path / "top.json"
    file.write_text(json.dumps({"Resources": nested}))
    with pytest.raises(InvalidTemplateError, match=r"Resources\.Nested\.Properties\.TemplateURL"):
        read_template(file)
    with pytest.raises(InvalidTemplateError, match=r"Resources\.Nested\.Properties\.TemplateURL"):
        read_directory(tmp_path)


def test_an_asset_without_a_path_is_refused(tmp_path: Path) -> None:
    nested = resource("AWS::CloudFormation::Stack")
    nested["Metadata"] = {"aws:asset:property": "TemplateURL"}
    file = tmp_path / "top.json"
    file.write_text(json.dumps({"Resources": {"Nested": nested}}))
    with pytest.raises(InvalidTemplateError, match=r"aws:asset:path.*must be the name of a file"):
        read_template(file)


@pytest.mark.parametrize("given", [None, 5, b"", b"x", ["a"], ""])
def test_a_template_is_a_path_a_text_or_a_mapping(given: Any) -> None:
    with pytest.raises(InvalidInputError, match="template must be a path"):
        read_template(given)
    for folder in (read_assembly, read_directory):
        with pytest.raises(InvalidInputError, match="path must be a path"):
            folder(given)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"account": 5}, "account must be a string, got 5"),
        ({"region": 5}, "region must be a string, got 5"),
        ({"partition": 5}, "partition must be a string, got 5"),
        ({"stack_name": 5}, "stack_name: must be a string, got 5"),
        ({"parameters": ["a"]}, "parameters must be a mapping"),
        ({"parameters": {1: "a"}}, "parameters must have strings as names, got 1"),
        ({"parameters": {"a": {"b": 1}}}, "parameters: a: must be a string, a number or a list"),
    ],
)
def test_odd_arguments_are_refused(given: Any, text: str) -> None:
    with pytest.raises(InvalidInputError, match=text):
        read(BUCKET, **given)


def assembly(folder: Path, *, template: str = "App.json", **artifact: Any) -> Path:
    folder.mkdir()
    (folder / "App.json").write_text(json.dumps({"Resources": BUCKET}))
    stack = {
        "type": "aws:cloudformation:stack",
        "environment": f"aws://{ACCOUNT}/{REGION}",
        "properties": {"templateFile": template},
        **artifact,
    }
    manifest = {"version": "36.0.0", "artifacts": {"App": stack}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


@pytest.mark.parametrize(
    ("artifact", "text"),
    [
        ({"template": LONG}, r"App\.properties\.templateFile.*which is not there"),
        ({"environment": "aws://123/eu"}, r"App\.environment.*must be 12 digits, got '123'"),
        ({"environment": f"aws://{ACCOUNT}/eu"}, r"App\.environment.*region must be one like"),
        ({"displayName": MARK}, r"App\.displayName.*holds U\+E000"),
        ({"type": ["x"]}, r"manifest\.json: artifacts: holds no stack"),
    ],
)
def test_odd_manifests_are_refused_with_their_place(
    tmp_path: Path, artifact: Any, text: str
) -> None:
    with pytest.raises(InvalidTemplateError, match=rf"manifest\.json.*{text}|{text}"):
        read_assembly(assembly(tmp_path / "out", **artifact))


def test_a_manifest_that_is_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    folder = assembly(tmp_path / "out")
    (folder / "manifest.json").rename(tmp_path / "manifest.json")
    (folder / "manifest.json").symlink_to(tmp_path / "manifest.json")
    for read_folder in (read_assembly, read_directory):
        with pytest.raises(InvalidTemplateError, match=r"manifest\.json: file: is a link that"):
            read_folder(folder)


def test_a_pipe_in_a_folder_is_named_and_not_opened(tmp_path: Path) -> None:
    (tmp_path / "top.json").write_text(json.dumps({"Resources": BUCKET}))
    os.mkfifo(tmp_path / "pipe.yaml")
    (finding,) = read_directory(tmp_path).findings
    assert finding.file.endswith("pipe.yaml")


def test_the_package_loads_what_reads_templates_when_it_is_asked_for() -> None:
    code = (
        "import sys, least_privilege.template as t; early = set(sys.modules);"
        "names = [getattr(t, each) for each in t.__all__];"
        "print(*({'yaml', 'gzip', 'least_privilege.template.reader',"
        " 'least_privilege.access.escalation'} & early), len(names))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip().isdecimal()
