"""Templates are read from JSON and YAML; what is broken is refused, with file and place."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from least_privilege.errors import InvalidTemplateError
from least_privilege.template import read_template

YAML = """
AWSTemplateFormatVersion: 2010-09-09
Parameters:
  Stage: {Type: String, Default: dev}
Conditions:
  IsDev: !Equals [!Ref Stage, dev]
  IsBoth: !And [!Condition IsDev, !Not [!Equals [a, b]]]
Mappings:
  Owners: {dev: {Account: "012345678901"}}
Resources:
  Bucket:
    Type: AWS::S3::Bucket
  Reader:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Join ["-", [!Select [0, !Split [".", a.b]], !Ref Stage]]
      MaxSessionDuration: 7200
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement:
          - Effect: Allow
            Principal: {AWS: !FindInMap [Owners, !Ref Stage, Account]}
            Action: sts:AssumeRole
      Policies:
        - PolicyName: !Sub "${Stage}-read"
          PolicyDocument:
            Version: 2012-10-17
            Statement:
              - Effect: Allow
                Action: s3:GetObject
                Resource: !If [IsBoth, !Sub "${Bucket.Arn}/*", "*"]
                Condition:
                  Bool: {aws:SecureTransport: yes}
                  StringLike: {aws:PrincipalArn: !Sub ["arn:${P}:*", {P: !Ref AWS::Partition}]}
      Tags: [{Key: size, Value: !Length [1, 2]}, {Key: b, Value: !Base64 x}]
Outputs:
  Arn: {Value: !GetAtt Reader.Arn, Export: {Name: !Sub "${AWS::StackName}-arn"}}
"""


def test_short_forms_read_as_the_long_ones() -> None:
    reading = read_template(YAML, account="111122223333", region="eu-central-1")
    (role,) = reading.roles
    assert role.name == "a-dev"
    assert role.trust is not None
    assert role.trust.version == "2012-10-17"
    assert role.trust.statements[0].principals[0].identifier == "012345678901"
    (policy,) = role.policies
    assert policy.name == "dev-read"
    assert policy.document is not None
    (statement,) = policy.document.statements
    assert statement.resources[0].endswith("/*")
    assert [each.values for each in statement.conditions] == [("true",), ("arn:aws:*",)]
    assert role.session_duration is not None
    assert role.session_duration.total_seconds() == 7200
    assert role.tags == {"size": "2", "b": "eA=="}
    assert reading.stacks[0].outputs["Arn"] == "arn:aws:iam::111122223333:role/a-dev"
    assert reading.is_complete


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2012-10-17", "2012-10-17"),
        ("012345678901", "012345678901"),
        ("111122223333", 111122223333),
        ("12:30:00", "12:30:00"),
        ("0x1f", "0x1f"),
        ("yes", True),
        ("'yes'", "yes"),
        ("null", None),
        ("1.5", 1.5),
        ("!!str 5", "5"),
        ('!!int "5"', 5),
        ("|\n        a\n        b", "a\nb\n"),
    ],
)
def test_scalars_are_what_cloudformation_takes_them_for(written: str, read: object) -> None:
    reading = read_template(
        f"Resources:\n  A:\n    Type: X::Y::Z\n    Properties:\n      V: {written}\n"
    )
    assert reading.resources[0].properties["V"] == read
    assert type(reading.resources[0].properties["V"]) is type(read)


def test_anchors_and_merges_are_written_out() -> None:
    reading = read_template("""
Resources:
  A:
    Type: X::Y::Z
    Properties: &all {One: 1, Two: &two [a]}
  B:
    Type: X::Y::Z
    Properties: {<<: *all, One: 2, Three: *two}
""")
    assert reading.resources[1].properties == {"One": 2, "Two": ["a"], "Three": ["a"]}


BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{last}'] * 10)}]\n"
    for last, name in zip("abcdef", "bcdefg", strict=True)
)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1: is empty"),
        ("Resources: {", "is not YAML"),
        ("Resources:\n\t- a", "line 2, column 1: is not YAML"),
        ("Resources:\n  A: 1\n  A: 2\n", "Resources.A (line 3): the key 'A' stands there twice"),
        ("Resources: !Foo x\n", "Resources (line 1): the tag '!Foo' is none of CloudFormation's"),
        ("Resources: !!python/object:os.system x\n", "is none of CloudFormation's short forms"),
        ("Resources: !!binary aGk=\n", "is none of CloudFormation's short forms"),
        ("a: *x\n", "a (line 1): *x stands for nothing that ends before it"),
        ("a: &a [*a]\n", "*a stands for nothing that ends before it"),
        ("a: {<<: 1}\n", "a merge must be one of mappings"),
        ("? [a]\n: b\n", "a key must be a string"),
        ("--- {}\n--- {}\n", "begins a second document"),
        ("- a\n", "must be a mapping with Resources"),
        (BOMB, "holds more than 250,000 values once its aliases are written out"),
        ("a: " + "[" * 200 + "]" * 200 + "\n", "nests deeper than 100 levels"),
        ("a: \x00\n", "is not YAML"),
        ("a: b\n", "is not a template of CloudFormation: it has no Resources"),
        ("Resource: {}\nResources: {}\n", "is no section of a CloudFormation template; did you"),
        ("Resources: []\n", "Resources (line 1): must be a mapping"),
        ("Resources: {A: 1}\n", "Resources.A (line 1): must be a mapping with a Type"),
        ("Resources: {A: {Type: 1}}\n", "must be a mapping with a Type"),
        ("Resources: {A-B: {Type: X}}\n", "letters and digits alone"),
        ("Resources: {A: {Type: X, Properties: []}}\n", "Resources.A.Properties (line 1): must"),
        ("Resources: {A: {Type: X, DependsOn: B}}\n", "names 'B', which is no resource there"),
        ("Outputs: {A: 1}\nResources: {}\n", "Outputs.A (line 1): must be a mapping"),
        (
            "Conditions: {A: yes}\nResources: {B: {Type: X, Condition: A}}\n",
            "Conditions.A (line 1): must be one of Condition, Fn::And",
        ),
        (
            "Conditions: {A: !Equals [a]}\nResources: {B: {Type: X, Condition: A}}\n",
            "Conditions.A.Fn::Equals (line 1): must be a list of 2 values",
        ),
    ],
)
def test_broken_yaml_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(InvalidTemplateError) as caught:
        read_template(text if "\n" in text else f"{text}\n")
    assert message in str(caught.value)
    assert str(caught.value).startswith("template: ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"Resources": }', "line 1, column 15: is not JSON"),
        ('{"Resources": {\n "A": {"Type": "X"},\n "A": {}}}', "Resources.A (line 3): the key 'A'"),
        ('{"Resources": NaN}', "it holds NaN"),
        ('{"a": ' + "[" * 300 + "]" * 300 + "}", "nests deeper than 100 levels"),
        ('{"a": ' + "[" * 300_000, "nests deeper than any template"),
        (
            '{"Resources": {\n  "A": {\n    "Type": "X",\n    "Properties": 1}}}',
            "Resources.A.Properties (line 4): must be a mapping",
        ),
        (
            '{"Resources": {\n"A": {"Type": "X", "Properties": {\n"V": [1,\n{"Ref": "B"}]}}}}',
            "Resources.A.Properties.V[1].Ref (line 4): names 'B'",
        ),
    ],
)
def test_broken_json_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(InvalidTemplateError) as caught:
        read_template(text)
    assert message in str(caught.value)


def test_an_error_names_the_file(tmp_path: Path) -> None:
    file = tmp_path / "app.yaml"
    file.write_text("Resources:\n  A:\n    Type: X\n    Properties: !Fooo x\n")
    with pytest.raises(InvalidTemplateError, match=r"app\.yaml: Resources\.A\.Properties \(line 4"):
        read_template(file)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfe", "is not UTF-8"),
        (b" " * 5_000_001, "has 5,000,001 bytes, at most 5,000,000 are read"),
        (None, "is not there"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(
    content: bytes | None, message: str, tmp_path: Path
) -> None:
    file = tmp_path / "app.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InvalidTemplateError, match=message):
        read_template(file)


def test_a_file_is_read_by_its_suffix_or_its_first_sign(tmp_path: Path) -> None:
    for name, text in (
        ("a.json", '{"Resources": {"A": {"Type": "X"}}}'),
        ("a.yaml", "Resources: {A: {Type: X}}"),
        ("a.template", '\n {"Resources": {"A": {"Type": "X"}}}'),
        ("b.template", "Resources: {A: {Type: X}}"),
        ("bom.json", '\ufeff{"Resources": {"A": {"Type": "X"}}}'),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert read_template(tmp_path / name).resources[0].logical_id == "A"


def test_the_yaml_library_is_loaded_for_yaml_alone() -> None:
    program = (
        "import sys\n"
        "from least_privilege.template import read_template\n"
        'read_template(\'{"Resources": {"A": {"Type": "X"}}}\')\n'
        "assert 'yaml' not in sys.modules\n"
        "read_template('Resources: {A: {Type: X}}\\n')\n"
        "assert 'yaml' in sys.modules\n"
        "assert not {'aws_cdk', 'jsii', 'boto3', 'moto'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@given(st.text() | st.text(alphabet="{}[]:,\"'&*!|>-# \n abcRef", max_size=60))
def test_nothing_but_invalid_template_errors_comes_of_any_text(text: str) -> None:
    with suppress(InvalidTemplateError):
        assert read_template(f"{text}\n").stacks
