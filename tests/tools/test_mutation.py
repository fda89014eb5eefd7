"""What mutation testing changes is the code that runs, decorators or not."""

from __future__ import annotations

import pytest

from tools.mutation import MODULES, ROOT, undecorated

SOURCE = '''
class Box:
    """Something."""

    @property
    def size(self) -> int:
        """How much is in it."""
        return len(self.items)

    @classmethod
    def empty(cls) -> "Box":
        return cls()


@lru_cache(maxsize=4)
def double(number: int) -> int:
    return 2 * number
'''


def test_properties_are_made_by_calls_and_caches_are_gone() -> None:
    lines = [line for line in undecorated(SOURCE).splitlines() if line]
    assert lines == [
        "class Box:",
        '    """Something."""',
        "    def size(self) -> int:",
        '        """How much is in it."""',
        "        return len(self.items)",
        "    size = property(size)",
        "    @classmethod",
        '    def empty(cls) -> "Box":',
        "        return cls()",
        "def double(number: int) -> int:",
        "    return 2 * number",
    ]


@pytest.mark.parametrize("module", MODULES)
def test_every_module_is_there_and_compiles_without_decorators(module: str) -> None:
    file = ROOT / "constructs" / "least_privilege" / MODULES[module]
    source = undecorated(file.read_text("utf-8"))
    compile(source, str(file), "exec")
    assert "@property" not in source
    assert "@lru_cache" not in source
