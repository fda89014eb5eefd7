"""Templates in, principals and policies out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import chain
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from ..errors import InvalidInputError, InvalidTemplateError
from .assembly import MANIFEST, is_assembly, stack_artifacts
from .building import Builder, Given
from .files import Assets, Files, is_file
from .findings import Finding
from .folder import nested_files, templates
from .reading import Reading
from .source import (
    MARKS_REFUSED,
    MAXIMUM_BYTES,
    MAXIMUM_DEPTH,
    Source,
    check_depth,
    has_marks,
    read_file,
    read_text,
)
from .static_checks import check_sections

_END = object()


def read_template(
    template: str | Path | Mapping[str, Any],
    *,
    stack_name: str | None = None,
    account: str | None = None,
    region: str | None = None,
    partition: str | None = None,
    parameters: Mapping[str, Any] | None = None,
) -> Reading:
    """Read one CloudFormation template, whoever wrote it.

    Args:
        template: the path of a file (JSON or YAML, at most 5 MB), its text (a string of several
            lines, or one that begins with `{`), or what its text was read to.
        stack_name: the name of the stack; without it, the file's name in front of its suffix.
        account: the 12 digits of the account; unknown without it, as the next two are.
        region: such as `eu-central-1`; the partition follows from it.
        partition: such as `aws`.
        parameters: values of parameters, by name or `STACK:NAME`. Without one, a parameter has
            its default, or else it is not known.

    Raises:
        InvalidTemplateError: the template is broken, is none of CloudFormation, or would be
            refused; the text names file and place.

    Example:
        >>> reading = read_template('''
        ... Resources:
        ...   Reader:
        ...     Type: AWS::IAM::Role
        ...     Properties:
        ...       RoleName: Reader
        ...       AssumeRolePolicyDocument:
        ...         Version: 2012-10-17
        ...         Statement:
        ...           Effect: Allow
        ...           Principal: {Service: !Sub "lambda.${AWS::URLSuffix}"}
        ...           Action: sts:AssumeRole
        ... ''', account="111122223333", region="eu-central-1")
        >>> reading.roles[0].trust.statements[0].principals[0].identifier
        'lambda.amazonaws.com'

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
    """
    given = Given(
        account=account,
        region=region,
        partition=partition,
        parameters={} if parameters is None else parameters,
    )
    files: Files | None = None
    folder: Path | None = None
    if stack_name is not None and (not isinstance(stack_name, str) or has_marks(stack_name)):
        what = MARKS_REFUSED if isinstance(stack_name, str) else "must be a string"
        raise InvalidInputError(f"stack_name: {what}, got {stack_name!r:.80}")
    if isinstance(template, Mapping):
        source = _plain(template)
    elif isinstance(template, str) and ("\n" in template or template.lstrip().startswith("{")):
        source = read_text(template, file="template")
    else:
        path = _path(template, "template", ", the text of a template, or a mapping")
        source, folder = read_file(path), path.parent
        files = Files(folder)
    name = stack_name or (Path(template).name.split(".")[0] if folder else "template")  # type: ignore[arg-type]
    reader = Builder([source], given, files)
    check_sections(source)
    reader.add(source, identifier=name, name=name, folder=folder)
    return reader.gather()


def read_assembly(
    path: str | Path,
    *,
    account: str | None = None,
    region: str | None = None,
    partition: str | None = None,
    parameters: Mapping[str, Any] | None = None,
) -> Reading:
    """Read a cloud assembly of the CDK: every stack, stage and nested stack.

    Args:
        path: the folder with `manifest.json`, such as `cdk.out`. Nothing outside of it is read.
        account: the account of stacks that do not name one.
        region: the region of stacks that do not name one.
        partition: the partition of stacks that do not name a region.
        parameters: values of parameters, by name or `STACK:NAME` as `cdk deploy` takes them.

    Raises:
        InvalidTemplateError: a file is broken, missing, or outside of the folder; the text names
            file and place.

    Example:
        >>> read_assembly("nowhere")
        Traceback (most recent call last):
        least_privilege.errors.InvalidTemplateError: nowhere: manifest.json: is not there; give \
the folder that `cdk synth` writes

    Source: https://docs.aws.amazon.com/cdk/v2/guide/deploy.html#deploy-how-synth-assemblies
    """
    root = _path(path, "path")
    if not is_file(root / MANIFEST):
        raise InvalidTemplateError(
            f"{root}: {MANIFEST}: is not there; give the folder that `cdk synth` writes"
        )
    files, assets = Files(root), Assets()
    artifacts = list(stack_artifacts(files, root, assets))
    if not artifacts:
        raise InvalidTemplateError(
            f"{root / MANIFEST}: artifacts: holds no stack; give the folder of an app that has one"
        )
    given = Given(
        account=account,
        region=region,
        partition=partition,
        parameters={} if parameters is None else parameters,
    )
    reader = Builder([each.source for each in artifacts], given, files, assets)
    for each in artifacts:
        check_sections(each.source, may_be_empty=True)
        reader.add(
            each.source,
            # `Prod/Api (prod-api)`: the CDK adds a name that was chosen.
            identifier=each.display_name.partition(" (")[0],
            name=each.name,
            folder=each.path.parent,
            account=each.account,
            region=each.region,
            parameters=each.parameters,
            display_name=each.display_name,
            construct_paths=each.construct_paths,
        )
    return reader.gather()


def read_directory(
    path: str | Path,
    *,
    account: str | None = None,
    region: str | None = None,
    partition: str | None = None,
    parameters: Mapping[str, Any] | None = None,
) -> Reading:
    """Read all templates in a folder and those below it, as stacks of one account and region.

    A folder with a cloud assembly's `manifest.json` is read by `read_assembly`. Files with the
    suffixes `.json`, `.yaml`, `.yml` and `.template`, in any case, are looked at; those that are
    no templates are named in `findings`, broken ones too unless they hold a section of a template.
    Hidden folders and `node_modules` are left out, links are not
    followed. A stack has the name of its file in front of its suffix.

    Args:
        path: the folder; at most 2,000 files are looked at.
        account: the 12 digits of the account; unknown without it, as the next two are.
        region: such as `eu-central-1`; the partition follows from it.
        partition: such as `aws`.
        parameters: values of parameters, by name or `STACK:NAME`.

    Raises:
        InvalidTemplateError: a file is broken, a template would be refused, or there is none; the
            text names file and place.

    Example:
        >>> read_directory("nowhere")
        Traceback (most recent call last):
        least_privilege.errors.InvalidTemplateError: nowhere: folder: is not there; give a folder \
with templates

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
    """
    root = _path(path, "path")
    if not _is_folder(root):
        raise InvalidTemplateError(f"{root}: folder: is not there; give a folder with templates")
    files = Files(root)
    if is_file(root / MANIFEST) and is_assembly(files.json(root / MANIFEST).data):
        return read_assembly(
            root, account=account, region=region, partition=partition, parameters=parameters
        )
    given = Given(
        account=account,
        region=region,
        partition=partition,
        parameters={} if parameters is None else parameters,
    )
    skipped: list[Finding] = []
    sources = templates(root, skipped)
    if not sources:
        raise InvalidTemplateError(f"{root}: folder: holds no template of CloudFormation")
    reader = Builder([source for _, source in sources], given, files)
    nested = nested_files(sources)
    # Those that others nest come with them, with the parameters that are handed in.
    for file, source in sources:
        if file.resolve() not in nested:
            check_sections(source)
            name = file.name.split(".")[0]
            identifier = str(file.relative_to(root).with_name(name).as_posix())
            reader.add(source, identifier=identifier, name=name, folder=file.parent)
    for finding in skipped:
        reader.context.findings.put(finding)
    return reader.gather()


def _path(given: object, name: str, others: str = "") -> Path:
    if not isinstance(given, str | PathLike) or not isinstance(fspath(given), str) or not given:
        raise InvalidInputError(f"{name} must be a path{others}, got {given!r:.80}")
    return Path(given)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _check_size(template: Mapping[str, Any]) -> None:
    """Refuse what would be too long a text, since the same value can be in many places of it."""
    size = 0
    left: list[Iterator[Any]] = [iter((template,))]
    while left and len(left) <= 2 * MAXIMUM_DEPTH:
        value = next(left[-1], _END)
        if value is _END:
            left.pop()
            continue
        size += 1 + (len(value) if isinstance(value, str) else 0)
        if size > MAXIMUM_BYTES:
            raise InvalidTemplateError(
                f"template: written as JSON it is longer than {MAXIMUM_BYTES:,} characters, "
                "as no template is"
            )
        if isinstance(value, Mapping):
            left.append(chain.from_iterable(value.items()))
        elif isinstance(value, list | tuple):
            left.append(iter(value))


def _plain(template: Mapping[str, Any]) -> Source:
    """What a template's text was read to, held to be plain JSON."""
    _check_size(template)
    try:
        data = json.loads(json.dumps(dict(template), allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidTemplateError(f"template: is not plain JSON: {error}") from None
    check_depth("template", data)
    return Source(file="template", data=data)
