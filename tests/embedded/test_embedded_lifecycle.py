"""Starting and stopping; what is listened on; what a shell gets."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import least_privilege
from least_privilege.embedded import EmbeddedAws, EmbeddedAwsError
from tests.embedded.kit import Clients

SOURCE_ROOT = Path(least_privilege.__path__[0]).parent


def _is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def _wait_until_gone(pid: int) -> bool:
    for _ in range(100):
        if not _is_running(pid):
            return True
        time.sleep(0.05)
    return False


def _listening(pid: int) -> Iterator[tuple[str, int]]:
    inodes = {
        os.readlink(entry).removeprefix("socket:[").removesuffix("]")
        for entry in Path(f"/proc/{pid}/fd").iterdir()
        if os.readlink(entry).startswith("socket:")
    }
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            is_open = fields[3] == "0A" or (table.startswith("udp") and fields[3] == "07")
            if is_open and fields[9] in inodes:
                address, port = fields[1].split(":")
                yield address, int(port, 16)


def test_it_starts_answers_and_leaves_nothing_behind() -> None:
    started = time.monotonic()
    with EmbeddedAws.start() as aws:
        assert time.monotonic() - started < 15
        port = int(aws.endpoint.rsplit(":", 1)[1])
        socket.create_connection(("127.0.0.1", port)).close()
        assert aws.ca_bundle.is_file()
        pid, folder = aws.pid, aws.folder
    assert _wait_until_gone(pid)
    assert not folder.exists()


def test_stopping_twice_is_no_error_and_a_given_folder_stays(tmp_path: Path) -> None:
    aws = EmbeddedAws.start(tmp_path / "aws")
    aws.stop()
    aws.stop()
    assert (tmp_path / "aws" / "server.log").is_file()


def test_several_run_side_by_side_and_share_nothing(aws: EmbeddedAws, clients: Clients) -> None:
    clients.root("s3").create_bucket(
        Bucket="only-here", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    with EmbeddedAws.start() as other:
        assert other.endpoint != aws.endpoint
        assert other.folder != aws.folder
        theirs = type(clients)(other).root("s3")
        assert theirs.list_buckets()["Buckets"] == []


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_it_listens_on_loopback_alone_and_on_two_ports(aws: EmbeddedAws) -> None:
    listening = set(_listening(aws.pid))
    assert {address for address, _ in listening} == {"0100007F"}
    assert len(listening) == 2
    assert 443 not in {port for _, port in listening}


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_it_dies_with_its_parent_even_one_that_is_killed() -> None:
    code = (
        "from least_privilege.embedded import EmbeddedAws; import sys\n"
        "aws = EmbeddedAws.start()\n"
        "print(aws.pid, aws.folder, flush=True)\n"
        "sys.stdin.read()"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(SOURCE_ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    pid, folder = parent.stdout.readline().split()
    assert _is_running(int(pid))
    parent.send_signal(signal.SIGKILL)
    parent.communicate()
    assert _wait_until_gone(int(pid))
    assert not Path(folder).exists()


def test_a_failed_start_shows_the_end_of_the_log(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho the disk is on fire >&2\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))
    with pytest.raises(EmbeddedAwsError, match=r"(?s)exit code 3 .*the disk is on fire"):
        EmbeddedAws.start()


def test_nothing_of_the_callers_own_aws_settings_shows_through(
    aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "real")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "https://s3.eu-central-1.amazonaws.com")
    environment = aws.environment("111122223333", region="eu-west-1")
    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3"} & environment.keys()
    assert environment["AWS_ENDPOINT_URL"] == aws.endpoint
    assert environment["AWS_REGION"] == environment["AWS_DEFAULT_REGION"] == "eu-west-1"
    assert environment["AWS_EC2_METADATA_DISABLED"] == "true"
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        assert not Path(environment[name]).exists()
    assert environment["PATH"] == os.environ["PATH"]


def test_an_account_that_is_not_twelve_digits_is_refused(aws: EmbeddedAws) -> None:
    with pytest.raises(EmbeddedAwsError, match="twelve digits, got '123'"):
        aws.environment("123")
