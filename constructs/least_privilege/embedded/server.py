"""The server process: `python -m least_privilege.embedded.server`, started by `process.py`.

It reads its settings from the first line of standard input, answers with its ports on standard
output, and ends when standard input closes.
"""

import asyncio
import json
import os
import shutil
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import Any

from least_privilege.errors import EmbeddedAwsError


def main() -> None:
    """Run until told to end, or until the parent is gone."""
    settings: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
    answer = _take_standard_output()
    folder = Path.cwd()
    api, metadata = _listen(), _listen()
    remove = folder if settings["remove_folder"] else None
    threading.Thread(target=_end_with_parent, args=(remove,), daemon=True).start()
    _configure_emulator(folder, api.getsockname()[1], settings)
    _serve(api, metadata, settings, answer)


def _listen() -> socket.socket:
    # The kernel picks the port, and the socket is ours from then on: nobody can take the port
    # between choosing and binding it.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    return listener


def _take_standard_output() -> int:
    # Standard output belongs to the parent; whatever else is printed here goes to the log.
    answer = os.dup(1)
    os.dup2(2, 1)
    return answer


def _end_with_parent(remove: Path | None) -> None:
    while sys.stdin.buffer.read(1024):
        pass
    if remove is not None:
        shutil.rmtree(remove, ignore_errors=True)
    # The functions it runs are in its process group.
    os.killpg(os.getpgrp(), signal.SIGKILL)


def _configure_emulator(folder: Path, port: int, settings: dict[str, Any]) -> None:
    """Set what the emulator reads from its environment when its modules are imported."""
    for name in ("state", "s3", "tmp"):
        (folder / name).mkdir(exist_ok=True)
    endpoint, authority = f"https://127.0.0.1:{port}", settings["authority"]
    os.environ.pop("PYTHONPATH", None)  # For this process alone, not for the functions it runs.
    os.environ.update(
        {
            "AUTH": "true",
            "USE_SSL": "1",
            "MINISTACK_SSL_CERT": settings["certificate"],
            "MINISTACK_SSL_KEY": settings["key"],
            "MINISTACK_HOST": "127.0.0.1",
            "MINISTACK_REGION": settings["region"],
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "LAMBDA_EXECUTOR": "local",
            # No containers, even where a Docker daemon runs.
            "DOCKER_HOST": f"unix://{folder}/no-docker",
            "STATE_DIR": str(folder / "state"),
            "S3_DATA_DIR": str(folder / "s3"),
            "TMPDIR": str(folder / "tmp"),
            # For the functions it runs, which inherit these.
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_CA_BUNDLE": authority,
            "REQUESTS_CA_BUNDLE": authority,
            "SSL_CERT_FILE": authority,
            "NODE_EXTRA_CA_CERTS": authority,
            "AWS_EC2_METADATA_DISABLED": "true",
        }
    )


def _serve(
    api: socket.socket, metadata: socket.socket, settings: dict[str, Any], answer: int
) -> None:
    from least_privilege.embedded.emulator import extended_application

    ports = {"api": api.getsockname()[1], "instance_metadata": metadata.getsockname()[1]}

    def ready() -> None:
        os.write(answer, json.dumps(ports).encode() + b"\n")
        os.close(answer)

    try:
        application = extended_application(token=settings["token"], ready=ready)
    except EmbeddedAwsError as error:
        sys.exit(str(error))

    from hypercorn.asyncio import serve
    from hypercorn.config import Config

    config = Config()
    config.bind = [f"fd://{api.detach()}"]
    config.insecure_bind = [f"fd://{metadata.detach()}"]
    config.certfile, config.keyfile = settings["certificate"], settings["key"]
    config.keep_alive_timeout = 75
    # No state outlives the server, so SIGTERM simply ends it.
    asyncio.run(serve(application, config, shutdown_trigger=_never))


async def _never() -> None:
    await asyncio.Event().wait()


if __name__ == "__main__":
    main()
