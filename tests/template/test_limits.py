"""Small templates that stand for endless work are read in few steps, or refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from least_privilege.errors import InvalidTemplateError
from least_privilege.template import is_symbolic, read_directory, read_template
from least_privilege.template.steps import FIRST_STEPS, OF_RESOURCE, TRIES
from tests.template.kit import ACCOUNT, REGION, document, read, resource, role, statement

LEVELS = 40
STEPS = "the limit of [0-9,]+ steps is reached"


def chain(link: Callable[[str], Any], end: Any) -> dict[str, Any]:
    """N0 made of N1, which is made of N2, and so on."""
    return {**{f"N{at}": link(f"N{at + 1}") for at in range(LEVELS)}, f"N{LEVELS}": end}


@pytest.mark.parametrize("last", ["x", {"Ref": "Stage"}])
def test_a_condition_that_is_named_twice_is_worked_out_once(last: Any) -> None:
    conditions = chain(
        lambda name: {"Fn::And": [{"Condition": name}, {"Condition": name}]},
        {"Fn::Equals": ["x", last]},
    )
    reading = read(
        {"Bucket": {"Type": "AWS::S3::Bucket", "Condition": "N0"}},
        Conditions=conditions,
        Parameters={"Stage": {"Type": "String"}},
    )
    assert reading.resources[0].is_conditional is (last != "x")


@pytest.mark.parametrize(
    ("link", "end"),
    [
        (lambda name: {"Fn::Sub": f"${{{name}}}${{{name}}}"}, ""),
        (lambda name: {"Fn::Select": [0, [{"Ref": name}, {"Ref": name}]]}, "x"),
    ],
)
def test_a_name_that_is_named_twice_is_worked_out_once(link: Any, end: str) -> None:
    def bucket(name: Any) -> dict[str, Any]:
        return resource("AWS::S3::Bucket", BucketName=name)

    reading = read(chain(lambda name: bucket(link(name)), bucket(end)))
    assert {each.properties["BucketName"] for each in reading.resources} == {end}


def test_a_text_that_doubles_is_refused_while_it_grows() -> None:
    buckets = chain(
        lambda name: resource(
            "AWS::S3::Bucket", BucketName={"Fn::Join": ["", [{"Ref": name}] * 9]}
        ),
        resource("AWS::S3::Bucket", BucketName="x"),
    )
    with pytest.raises(InvalidTemplateError, match="makes a string of 4,782,969 characters"):
        read(buckets)


def test_lists_that_double_from_export_to_export_are_refused(tmp_path: Path) -> None:
    for at in range(LEVELS):
        value = [{"Fn::ImportValue": f"e{at + 1}"}] * 2
        content = {
            "Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}},
            "Outputs": {"Out": {"Value": value, "Export": {"Name": f"e{at}"}}},
        }
        (tmp_path / f"s{at:02}.json").write_text(json.dumps(content))
    with pytest.raises(InvalidTemplateError, match=STEPS):
        read_directory(tmp_path, account=ACCOUNT, region=REGION)


def test_long_texts_that_are_written_out_again_and_again_are_refused() -> None:
    with pytest.raises(InvalidTemplateError, match=STEPS):
        read(
            {"Bucket": resource("AWS::S3::Bucket")},
            Parameters={"Long": {"Type": "String", "Default": "x," * 200_000}},
            Outputs={f"O{at}": {"Value": {"Fn::Sub": "${Long}${Long}"}} for at in range(200)},
        )


def test_the_limit_of_steps_grows_with_the_templates() -> None:
    names = [f"arn:aws:s3:::bucket-{at}" for at in range(60)]
    reading = read({f"R{at}": role(document(statement(names))) for at in range(200)})
    assert len(reading.roles) == 200
    assert OF_RESOURCE * 50_000 > FIRST_STEPS > TRIES


def test_labels_do_not_grow_from_unknown_to_unknown() -> None:
    value: Any = {"Ref": "Stage"}
    for _ in range(20):
        value = {"Fn::ImportValue": {"Fn::Sub": ["${A}${A}", {"A": value}]}}
    reading = read(
        {"Role": role(document(statement(value)))}, Parameters={"Stage": {"Type": "String"}}
    )
    assert max(map(len, reading.symbols)) < 250


def test_values_that_python_shares_are_counted_wherever_they_stand() -> None:
    value: Any = "x" * 100_000
    for _ in range(60):
        value = [value, value]
    with pytest.raises(InvalidTemplateError, match="template: written as JSON it is longer"):
        read({"Any": resource("AWS::X::Y", Value=value)})


def test_stacks_that_nest_the_next_one_twice_are_refused(tmp_path: Path) -> None:
    for at in range(18):
        nested = resource("AWS::CloudFormation::Stack", TemplateURL=f"s{at + 1}.json")
        (tmp_path / f"s{at}.json").write_text(json.dumps({"Resources": {"A": nested, "B": nested}}))
    (tmp_path / "s18.json").write_text(json.dumps({"Resources": {"B": resource("AWS::X::Y")}}))
    with pytest.raises(InvalidTemplateError, match="nests more stacks than are read"):
        read_template(tmp_path / "s0.json", account=ACCOUNT, region=REGION)


def test_one_large_template_nested_often_is_refused(tmp_path: Path) -> None:
    nested = resource("AWS::CloudFormation::Stack", TemplateURL="child.json")
    around = {"Resources": {f"N{at}": nested for at in range(200)}}
    child = {"Resources": {f"R{at}": resource("AWS::X::Y") for at in range(100)}}
    (tmp_path / "top.json").write_text(json.dumps(around))
    (tmp_path / "child.json").write_text(json.dumps(child))
    with pytest.raises(InvalidTemplateError, match=STEPS):
        read_template(tmp_path / "top.json", account=ACCOUNT, region=REGION)


def test_conditions_without_end_are_unknown_and_do_not_keep_others_from_being_read() -> None:
    names = [f"C{at}" for at in range(10)]
    nothing = {"Ref": "AWS::NoValue"}
    statements = [{"Fn::If": [name, statement(f"arn:aws:s3:::{name}"), nothing]} for name in names]
    one = {"Fn::If": ["C0", statement(), nothing]}
    reading = read(
        {
            **{f"Many{at}": role(document(*statements)) for at in range(3)},
            "One": role(document(statement(), one)),
        },
        Parameters={name: {"Type": "String"} for name in names},
        Conditions={name: {"Fn::Equals": [{"Ref": name}, "x"]} for name in names},
    )
    assert not any(each.is_complete for each in reading.roles)
    assert reading.role("One").policies[0].document is not None
    assert "more conditions than can be read" in str(reading.role("Many0").unknowns[0])


@pytest.mark.parametrize(
    "piece", ["@unknown.", "unknown-", "aws-unknown.", "${Token[unknown.", "unknown-a."]
)
def test_long_texts_are_searched_for_stand_ins_in_one_pass(piece: str) -> None:
    text = piece * 100_000
    assert is_symbolic(text) is (piece == "aws-unknown.")
    assert is_symbolic(f"{text}unknown-x.amazonaws.com")
    assert is_symbolic(f"{text} ${{Token[unknown.App.Port]}}")
