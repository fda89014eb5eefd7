"""Assemblies and folders of templates: stages, nested stacks, references between stacks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from least_privilege.errors import InvalidInputError, InvalidTemplateError
from least_privilege.template import (
    FindingKind,
    Reading,
    read_assembly,
    read_directory,
    read_template,
)
from tests.template.kit import (
    ACCOUNT,
    REGION,
    document,
    resource,
    resources_of,
    role,
    statement,
    trust,
)

OTHER_ACCOUNT = "444455556666"
HERE = f"aws://{ACCOUNT}/{REGION}"


def template(**resources: Any) -> dict[str, Any]:
    return {"Resources": resources}


def stack(name: str, environment: str = HERE, **properties: Any) -> dict[str, Any]:
    return {
        "type": "aws:cloudformation:stack",
        "environment": environment,
        "properties": {"templateFile": f"{name}.template.json", **properties},
        "displayName": properties.get("stackName", name),
    }


def assembly(
    folder: Path, templates: dict[str, Any], artifacts: dict[str, Any] | None = None
) -> Path:
    """An assembly of these templates, all in one account and region unless told otherwise."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in templates.items():
        (folder / f"{name}.template.json").write_text(json.dumps(content))
    manifest = {
        "version": "55.0.0",
        "artifacts": {name: stack(name) for name in templates} | (artifacts or {}),
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def reader_of(arn: Any) -> dict[str, Any]:
    return template(Reader=role(document(statement(arn))))


def bucket_with(**outputs: Any) -> dict[str, Any]:
    return {
        "Resources": {"Bucket": resource("AWS::S3::Bucket", BucketName="pictures")},
        "Outputs": outputs,
    }


BUCKET_ARN = {"Value": {"Fn::GetAtt": ["Bucket", "Arn"]}}
EXPORT = {"Arn": BUCKET_ARN | {"Export": {"Name": {"Fn::Sub": "${AWS::StackName}-arn"}}}}


def found(reading: Reading) -> str:
    """The resource that the one role may read."""
    (only,) = resources_of(reading.role("Reader").policies[0].document)
    return only


def test_an_import_is_what_another_stack_exports(tmp_path: Path) -> None:
    reading = read_assembly(
        assembly(
            tmp_path,
            {
                "Consumer": reader_of({"Fn::ImportValue": "Storage-arn"}),
                "Storage": bucket_with(**EXPORT),
            },
        )
    )
    assert found(reading) == "arn:aws:s3:::pictures"
    assert reading.is_complete
    assert [each.id for each in reading.stacks] == ["Consumer", "Storage"]


def test_exports_of_another_account_are_not_imported(tmp_path: Path) -> None:
    reading = read_assembly(
        assembly(
            tmp_path,
            {
                "Consumer": reader_of({"Fn::ImportValue": "Storage-arn"}),
                "Storage": bucket_with(**EXPORT),
            },
            {"Storage": stack("Storage", f"aws://{OTHER_ACCOUNT}/{REGION}")},
        )
    )
    assert found(reading) == "arn:aws:unknown:::@unknown.import.Storage-arn@"
    (finding,) = reading.role("Reader").unknowns
    assert "hangs on the export Storage-arn, which no template here has" in str(finding)


def test_an_export_that_two_stacks_have_is_not_known(tmp_path: Path) -> None:
    export = {"Arn": BUCKET_ARN | {"Export": {"Name": "arn"}}}
    reading = read_assembly(
        assembly(
            tmp_path,
            {
                "Consumer": reader_of({"Fn::ImportValue": "arn"}),
                "One": bucket_with(**export),
                "Two": bucket_with(**export),
            },
        )
    )
    assert "the export arn, which two stacks have" in str(reading.role("Reader").unknowns[0])


@pytest.mark.parametrize(
    ("more", "environment"),
    [
        ({}, HERE),
        ({"Region": "us-east-1"}, f"aws://{ACCOUNT}/us-east-1"),
        (
            {"Region": "us-east-1", "RoleArn": f"arn:aws:iam::{OTHER_ACCOUNT}:role/Outputs"},
            f"aws://{OTHER_ACCOUNT}/us-east-1",
        ),
    ],
)
def test_an_output_of_another_stack_is_found_by_its_place(
    more: dict[str, str], environment: str, tmp_path: Path
) -> None:
    value = {"Fn::GetStackOutput": {"StackName": "storage", "OutputName": "Arn", **more}}
    artifacts = {"Storage": stack("Storage", environment, stackName="storage")}
    templates = {"Consumer": reader_of(value), "Storage": bucket_with(Arn=BUCKET_ARN)}
    assert found(read_assembly(assembly(tmp_path, templates, artifacts))) == "arn:aws:s3:::pictures"


def test_references_of_the_cdk_across_regions_are_followed(tmp_path: Path) -> None:
    name = "/cdk/exports/Consumer/Arn"
    storage = bucket_with()
    storage["Resources"]["Writer"] = resource(
        "Custom::CrossRegionExportWriter",
        WriterProps={
            "region": REGION,
            "exports": {name: {"Fn::GetAtt": ["Bucket", "Arn"]}},
        },
    )
    consumer = reader_of({"Fn::GetAtt": ["Imports", name]})
    consumer["Resources"]["Imports"] = resource("Custom::CrossRegionExportReader")
    templates = {"Consumer": consumer, "Storage": storage}
    artifacts = {"Storage": stack("Storage", f"aws://{ACCOUNT}/us-east-1")}
    assert found(read_assembly(assembly(tmp_path, templates, artifacts))) == "arn:aws:s3:::pictures"


def test_stacks_that_import_from_each_other_are_refused(tmp_path: Path) -> None:
    def stack_of(name: str, other: str) -> dict[str, Any]:
        value = {"Value": {"Fn::ImportValue": other}, "Export": {"Name": name}}
        return reader_of({"Fn::ImportValue": other}) | {"Outputs": {"Out": value}}

    folder = assembly(tmp_path, {"A": stack_of("a", "b"), "B": stack_of("b", "a")})
    with pytest.raises(InvalidTemplateError, match="is a circular reference, export"):
        read_assembly(folder)


def test_policies_reach_roles_of_other_stacks_by_name(tmp_path: Path) -> None:
    policy = resource(
        "AWS::IAM::ManagedPolicy", Roles=["Reader"], PolicyDocument=document(statement())
    )
    templates = {
        "Roles": template(Reader=role(RoleName="Reader")),
        "Same": template(P=policy),
        "Other": template(P=policy),
    }
    artifacts = {"Other": stack("Other", f"aws://{OTHER_ACCOUNT}/{REGION}")}
    reading = read_assembly(assembly(tmp_path, templates, artifacts))
    assert [each.stack for each in reading.role("Reader").policies] == ["Same"]
    (finding,) = reading.findings
    assert f"the role 'Reader' of account {OTHER_ACCOUNT}" in finding.reason


def test_stages_are_read_with_their_stacks(tmp_path: Path) -> None:
    inner = tmp_path / "assembly-Prod"
    assembly(inner, {"ProdApi": template(Reader=role())})
    (inner / "manifest.json").write_text(
        json.dumps(
            {
                "version": "55.0.0",
                "artifacts": {
                    "ProdApi": stack("ProdApi", stackName="prod-api")
                    | {"displayName": "Prod/Api (prod-api)"}
                },
            }
        )
    )
    stage = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Prod"}}
    reading = read_assembly(assembly(tmp_path, {}, {"assembly-Prod": stage}))
    (only,) = reading.stacks
    assert (only.id, only.name) == ("Prod/Api", "prod-api")
    assert reading.stack("Prod/Api (prod-api)") == reading.stack("prod-api") == only


def test_the_same_stack_in_two_regions_has_two_buckets(tmp_path: Path) -> None:
    content = template(Bucket=resource("AWS::S3::Bucket"))
    artifacts = {
        "One": stack("One", stackName="app"),
        "Two": stack("Two", f"aws://{ACCOUNT}/us-east-1", stackName="app"),
    }
    reading = read_assembly(assembly(tmp_path, {"One": content, "Two": content}, artifacts))
    one, two = (each.arn for each in reading.resources)
    assert one != two
    assert one.startswith("arn:aws:s3:::app-bucket-@generated.")


def test_names_that_are_made_up_are_the_same_in_another_reading(tmp_path: Path) -> None:
    """So that two readings, before a change and after it, can be compared."""
    content = template(Bucket=resource("AWS::S3::Bucket"))
    first = read_assembly(assembly(tmp_path / "a", {"App": content}))
    more = template(Key=resource("AWS::KMS::Key"), **content["Resources"])
    second = read_assembly(assembly(tmp_path / "b", {"App": more, "Another": content}))
    arns = {each.arn for each in second.resources}
    assert first.resources[0].arn in arns


def nesting(url: Any, **more: Any) -> dict[str, Any]:
    return template(
        Bucket=resource("AWS::S3::Bucket", BucketName="pictures"),
        Nested=resource(
            "AWS::CloudFormation::Stack",
            TemplateURL=url,
            Parameters={"BucketArn": {"Fn::GetAtt": ["Bucket", "Arn"]}},
        )
        | more,
        Outer=role(
            AssumeRolePolicyDocument=trust({"AWS": {"Fn::GetAtt": ["Nested", "Outputs.ReaderArn"]}})
        ),
    )


NESTED = reader_of({"Ref": "BucketArn"}) | {
    "Parameters": {"BucketArn": {"Type": "String"}},
    "Outputs": {"ReaderArn": {"Value": {"Fn::GetAtt": ["Reader", "Arn"]}}},
}


def check_nested(reading: Reading) -> None:
    reader, outer = reading.role("Reader"), reading.role("Outer")
    assert found(reading) == "arn:aws:s3:::pictures"
    assert outer.trust is not None
    assert outer.trust.statements[0].principals[0].identifier == reader.arn
    nested = reading.stack(reader.stack)
    assert nested.parent == outer.stack
    assert nested.id == f"{outer.stack}/Nested"
    assert nested.name.startswith("App-Nested-@generated.")
    assert reader.is_complete


def test_a_nested_stack_gets_parameters_and_gives_outputs(tmp_path: Path) -> None:
    (tmp_path / "nested.json").write_text(json.dumps(NESTED))
    (tmp_path / "App.json").write_text(json.dumps(nesting("./nested.json")))
    check_nested(read_template(tmp_path / "App.json", account=ACCOUNT, region=REGION))
    check_nested(read_directory(tmp_path, account=ACCOUNT, region=REGION))


def test_a_nested_stack_is_found_by_the_asset_that_its_url_means(tmp_path: Path) -> None:
    digest = "a" * 64
    url = {"Fn::Join": ["", ["https://s3.x.", {"Ref": "AWS::URLSuffix"}, f"/assets/{digest}.json"]]}
    assets = {
        "files": {
            digest: {
                "source": {"path": "nested.json"},
                "destinations": {"here": {"objectKey": f"{digest}.json"}},
            }
        }
    }
    manifest = {"type": "cdk:asset-manifest", "properties": {"file": "App.assets.json"}}
    folder = assembly(tmp_path, {"App": nesting(url)}, {"App.assets": manifest})
    (folder / "nested.json").write_text(json.dumps(NESTED))
    (folder / "App.assets.json").write_text(json.dumps(assets))
    check_nested(read_assembly(folder))


def test_a_nested_stack_is_found_by_the_asset_of_its_metadata(tmp_path: Path) -> None:
    metadata = {"aws:asset:path": "nested.json", "aws:asset:property": "TemplateURL"}
    folder = assembly(tmp_path, {"App": nesting("https://x/y.json", Metadata=metadata)})
    (folder / "nested.json").write_text(json.dumps(NESTED))
    check_nested(read_assembly(folder))


def test_a_nested_stack_that_is_not_here_makes_its_stack_incomplete(tmp_path: Path) -> None:
    folder = assembly(tmp_path, {"App": nesting("https://s3.amazonaws.com/other/x.json")})
    reading = read_assembly(folder)
    (finding,) = [each for each in reading.findings if each.kind is FindingKind.UNSUPPORTED]
    assert finding.place == "Resources.Nested.Properties.TemplateURL"
    assert "the nested template is not here" in finding.reason
    assert finding in reading.role("Outer").unknowns
    assert "the output ReaderArn of the nested stack" in str(
        reading.role("Outer").trust_unknowns[0]
    )


OUTSIDE = "../outside.json"


@pytest.mark.parametrize(
    ("artifacts", "templates", "message"),
    [
        (
            {"App": stack("../App")},
            {},
            "artifacts.App.properties.templateFile (line 1): names the file '../App",
        ),
        (
            {"App": stack("/etc/App")},
            {},
            "names the file '/etc/App.template.json', which lies outside",
        ),
        ({"App": stack("Gone")}, {}, "Gone.template.json, which is not there"),
        (
            {"S": {"type": "cdk:cloud-assembly", "properties": {"directoryName": ".."}}},
            {},
            "lies outside",
        ),
        (
            {"S": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "."}}},
            {},
            "in a circle",
        ),
        ({"S": {"type": "cdk:asset-manifest", "properties": {"file": "../x"}}}, {}, "lies outside"),
        (
            {"S": {"type": "cdk:asset-manifest", "properties": {"file": "x"}}},
            {},
            "which is not there",
        ),
        ({"S": {"type": "cdk:asset-manifest"}}, {}, "must be the name of a file, got ''"),
        ({"S": 1}, {}, "artifacts.S (line 1): must be a mapping"),
        (
            {},
            {"App": nesting(OUTSIDE)},
            "TemplateURL (line 1): names the file '../outside.json', which lies",
        ),
        ({}, {"App": nesting("link.json")}, "names the file 'link.json', which lies outside"),
        (
            {},
            {"App": nesting("App.template.json")},
            "in which it is nested itself; break the circle",
        ),
        (
            {},
            {"App": nesting("nested.json") | {"Extra": {}}},
            "App.template.json: Extra (line 1): is no section",
        ),
        (
            {},
            {
                "App": nesting(
                    "https://x/y",
                    Metadata={"aws:asset:property": "TemplateURL", "aws:asset:path": OUTSIDE},
                )
            },
            "Metadata.aws:asset:path (line 1): names the file '../outside.json', which lies",
        ),
        (
            {},
            {
                "App": template(
                    N=resource(
                        "AWS::CloudFormation::Stack",
                        TemplateURL="nested.json",
                        Parameters={"Bucket": "x"},
                    )
                )
            },
            "Parameters.Bucket (line 1): is no parameter of",
        ),
        (
            {},
            {
                "App": template(
                    N=resource("AWS::CloudFormation::Stack", TemplateURL="nested.json"),
                    R=role(document(statement({"Fn::GetAtt": ["N", "Outputs.Reader"]}))),
                )
            },
            "names 'Reader', which is no output of App/N; did you mean 'ReaderArn'?",
        ),
    ],
)
def test_a_broken_assembly_is_refused_and_nothing_outside_of_it_is_read(
    artifacts: dict[str, Any], templates: dict[str, Any], message: str, tmp_path: Path
) -> None:
    (tmp_path / "outside.json").write_text(json.dumps(NESTED))
    folder = assembly(tmp_path / "cdk.out", templates, artifacts)
    (folder / "nested.json").write_text(json.dumps(NESTED))
    (folder / "link.json").symlink_to(tmp_path / "outside.json")
    with pytest.raises(InvalidTemplateError) as caught:
        read_assembly(folder)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        ("{", "is not JSON"),
        ("[]", "must be an object"),
        ("{}", "is not the manifest of a cloud assembly: it has no artifacts"),
    ],
)
def test_a_broken_manifest_is_refused(manifest: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(InvalidTemplateError, match=message):
        read_assembly(tmp_path)


def test_a_stack_without_resources_is_read_in_an_assembly(tmp_path: Path) -> None:
    reading = read_assembly(assembly(tmp_path, {"Empty": {"Rules": {}}}))
    assert reading.stacks[0].id == "Empty"
    assert not reading.roles


def test_an_unknown_environment_can_be_given(tmp_path: Path) -> None:
    artifacts = {"App": stack("App", "aws://unknown-account/unknown-region")}
    folder = assembly(tmp_path, {"App": template(Reader=role(RoleName="R"))}, artifacts)
    assert read_assembly(folder).stacks[0].partition == "aws-unknown"
    given = read_assembly(folder, account=ACCOUNT, region="cn-north-1")
    assert given.roles[0].arn == f"arn:aws-cn:iam::{ACCOUNT}:role/R"
    for name, value in (("account", "1"), ("region", "x"), ("partition", "AWS")):
        with pytest.raises(InvalidInputError, match=name):
            read_assembly(folder, **{name: value})  # type: ignore[arg-type]


def test_a_folder_is_read_with_its_templates_and_says_what_it_leaves_out(tmp_path: Path) -> None:
    files = {
        "storage.yaml": "Resources: {B: {Type: AWS::S3::Bucket, Properties: {BucketName: b}}}\n"
        "Outputs: {Arn: {Value: !GetAtt B.Arn, Export: {Name: arn}}}\n",
        "roles/reader.json": json.dumps(reader_of({"Fn::ImportValue": "arn"})),
        "package.json": '{"name": "x"}',
        ".hidden/x.json": "{",
        "node_modules/x.json": "{",
        "notes.txt": "{",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "link.yaml").symlink_to(tmp_path / "storage.yaml")
    reading = read_directory(tmp_path, account=ACCOUNT, region=REGION)
    assert found(reading) == "arn:aws:s3:::b"
    assert [each.id for each in reading.stacks] == ["storage", "roles/reader"]
    skipped = {Path(each.file).name: each.reason for each in reading.findings}
    assert skipped == {
        "link.yaml": "is a link, which is not followed",
        "package.json": "is no template of CloudFormation",
    }


def test_a_folder_with_a_broken_file_or_without_templates_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidTemplateError, match="holds no template of CloudFormation"):
        read_directory(tmp_path)
    (tmp_path / "broken.yaml").write_text("Resources: [\n")
    with pytest.raises(InvalidTemplateError, match=r"broken\.yaml: line 2, column 1: is not YAML"):
        read_directory(tmp_path)


def test_a_folder_with_an_assembly_is_read_as_one(tmp_path: Path) -> None:
    folder = assembly(tmp_path, {"App": template(Reader=role())})
    assert read_directory(folder) == read_assembly(folder)
