"""One embedded AWS for all end-to-end tests, with the reference app deployed to it once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.deployment import CdkCli, Deployment
from least_privilege.embedded import EmbeddedAws


@pytest.fixture(scope="session")
def aws() -> Iterator[EmbeddedAws]:
    with EmbeddedAws.start() as started:
        yield started


@pytest.fixture(scope="session")
def cdk(aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory) -> CdkCli:
    cli = CdkCli(aws=aws, folder=tmp_path_factory.mktemp("reference-app"))
    cli.bootstrap()
    return cli


@pytest.fixture(scope="session")
def deployment(cdk: CdkCli) -> Deployment:
    cdk.synth()
    return cdk.deploy()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path
