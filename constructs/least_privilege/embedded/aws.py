"""`EmbeddedAws`: what tests and the demo hold in their hands."""

import os
import re
import secrets
import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from least_privilege.embedded.certificates import write_certificates
from least_privilege.embedded.control import Control
from least_privilege.embedded.credentials import Credentials
from least_privilege.embedded.environment import DEFAULT_REGION, Shell
from least_privilege.embedded.process import ServerProcess
from least_privilege.errors import EmbeddedAwsError


class EmbeddedAws:
    """An AWS on loopback, running until `stop()` or until this process ends.

    It holds any number of accounts: an account is there as soon as somebody names it. Several
    can run side by side; they share nothing.

        with EmbeddedAws.start() as aws:
            client = boto3.client("iam", endpoint_url=aws.endpoint, verify=str(aws.ca_bundle), ...)
    """

    @classmethod
    def start(cls, folder: str | os.PathLike[str] | None = None) -> Self:
        """Start an embedded AWS and wait until it answers (1 to 3 s).

        Args:
            folder: Where it keeps its state, its log and its certificate; made if missing, and
                left alone by `stop()`. A temporary folder, removed by `stop()`, if not given.
                State of an earlier run is not read.

        Raises:
            EmbeddedAwsError: It did not start; the message ends with the tail of its log.
        """
        return cls(folder)

    def __init__(self, folder: str | os.PathLike[str] | None = None) -> None:
        self._temporary = folder is None
        if folder is None:
            self.folder = Path(tempfile.mkdtemp(prefix="embedded-aws-"))
        else:
            self.folder = Path(folder).absolute()
            self.folder.mkdir(parents=True, exist_ok=True)
        try:
            self._start()
        except BaseException:
            self._remove_temporary_folder()
            raise

    def _start(self) -> None:
        certificates = write_certificates(self.folder)
        token = secrets.token_urlsafe(32)
        self._server = ServerProcess(
            self.folder,
            {
                "token": token,
                "region": DEFAULT_REGION,
                "authority": str(certificates.authority),
                "certificate": str(certificates.certificate),
                "key": str(certificates.key),
                "remove_folder": self._temporary,
            },
        )
        ports = self._server.ports
        self.endpoint = f"https://127.0.0.1:{ports.api}"
        self.ca_bundle = certificates.authority
        self._control = Control(port=ports.api, authority=self.ca_bundle, token=token)
        self._shell = Shell(
            endpoint=self.endpoint,
            metadata_endpoint=f"http://127.0.0.1:{ports.instance_metadata}",
            authority=self.ca_bundle,
            folder=self.folder,
        )

    def stop(self) -> None:
        """End the server and remove its temporary folder. Does nothing the second time."""
        self._server.stop()
        self._remove_temporary_folder()

    def wait(self) -> None:
        """Return when the server has ended, whoever ended it."""
        self._server.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.folder / "server.log"

    @property
    def pid(self) -> int:
        """The process ID of the server."""
        return self._server.pid

    def environment(self, account_id: str, *, region: str = DEFAULT_REGION) -> dict[str, str]:
        """The environment of a command that runs as the root of an account.

        Raises:
            EmbeddedAwsError: `account_id` is not twelve digits.
        """
        if not re.fullmatch(r"\d{12}", account_id):
            raise EmbeddedAwsError(f"account_id must be twelve digits, got {account_id!r}")
        return self._shell.as_root(account_id, region)

    def environment_with(
        self, credentials: Credentials, *, region: str = DEFAULT_REGION
    ) -> dict[str, str]:
        """The environment of a command that runs with the credentials of a session."""
        return self._shell.with_credentials(credentials, region)

    def instance_environment(
        self, instance_id: str, *, region: str = DEFAULT_REGION
    ) -> dict[str, str]:
        """The environment of a command that runs on an EC2 instance.

        There are no credentials in it. The AWS CLI and the SDKs ask the instance metadata service
        (IMDSv2), which has those of the role in the instance profile attached at that moment.
        """
        return self._shell.on_instance(instance_id, region)

    def service_session(
        self,
        role_arn: str,
        service: str = "lambda.amazonaws.com",
        *,
        session_name: str = "service",
        source_account: str | None = None,
        source_arn: str | None = None,
    ) -> Credentials:
        """The credentials that an AWS service gets when it assumes a role.

        Args:
            role_arn: The role, with its path.
            service: The service principal that assumes it.
            session_name: How the session is called; a service has its own way of naming it.
            source_account: What the service sends as `aws:SourceAccount`, if it sends it.
            source_arn: What the service sends as `aws:SourceArn`, if it sends it.

        Raises:
            EmbeddedAwsError: There is no such role, or its trust policy does not admit `service`.
        """
        keys = {"aws:SourceAccount": source_account, "aws:SourceArn": source_arn}
        answer = self._control.call(
            "service-session",
            role_arn=role_arn,
            service=service,
            session_name=session_name,
            keys={key: value for key, value in keys.items() if value is not None},
        )
        return Credentials(**answer)

    def _remove_temporary_folder(self) -> None:
        if self._temporary:
            shutil.rmtree(self.folder, ignore_errors=True)
