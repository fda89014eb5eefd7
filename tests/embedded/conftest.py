"""One embedded AWS for all tests here."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from least_privilege.embedded import EmbeddedAws
from tests.embedded.kit import Clients, Stack


@pytest.fixture(scope="session")
def aws() -> Iterator[EmbeddedAws]:
    with EmbeddedAws.start() as running:
        yield running


@pytest.fixture(scope="session")
def clients(aws: EmbeddedAws) -> Clients:
    return Clients(aws)


@pytest.fixture
def stack(clients: Clients, request: pytest.FixtureRequest) -> Stack:
    name = request.node.name.replace("_", "-").replace("[", "-").replace("]", "")
    return Stack(clients.root("cloudformation"), name[:100])


@pytest.fixture(scope="session")
def aws_cli() -> str:
    beside = Path(sys.executable).parent / "aws"
    found = str(beside) if beside.exists() else shutil.which("aws")
    if found is None:
        pytest.skip("the AWS CLI is not installed")
    return found


@pytest.fixture(scope="session")
def run_aws(aws_cli: str) -> Callable[..., subprocess.CompletedProcess[str]]:
    def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [aws_cli, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run
