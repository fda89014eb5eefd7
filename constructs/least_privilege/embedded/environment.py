"""What a shell needs to be somebody in the embedded AWS."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from least_privilege.embedded.credentials import Credentials

DEFAULT_REGION = "eu-central-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """Makes environments for the AWS CLI, boto3 and the CDK CLI.

    The caller's own `AWS_*` variables and configuration files never show through: a command that
    goes to the embedded AWS by mistake of nobody must not reach a real account.
    """

    endpoint: str
    metadata_endpoint: str
    authority: Path
    folder: Path

    def as_root(self, account_id: str, region: str) -> dict[str, str]:
        """The root of an account; the server takes a 12-digit access key for it."""
        keys = {"AWS_ACCESS_KEY_ID": account_id, "AWS_SECRET_ACCESS_KEY": "test"}
        return self._environment(region) | keys | _NO_INSTANCE_METADATA

    def with_credentials(self, credentials: Credentials, region: str) -> dict[str, str]:
        """A session."""
        keys = {
            "AWS_ACCESS_KEY_ID": credentials.access_key_id,
            "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key,
            "AWS_SESSION_TOKEN": credentials.session_token,
        }
        return self._environment(region) | keys | _NO_INSTANCE_METADATA

    def on_instance(self, instance_id: str, region: str) -> dict[str, str]:
        """A shell on an EC2 instance: credentials come from instance metadata or not at all."""
        return self._environment(region) | {
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": f"{self.metadata_endpoint}/{instance_id}/",
            "AWS_EC2_METADATA_V1_DISABLED": "true",
        }

    def _environment(self, region: str) -> dict[str, str]:
        return _without_aws(os.environ) | {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_CA_BUNDLE": str(self.authority),
            "NODE_EXTRA_CA_CERTS": str(self.authority),
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "AWS_CONFIG_FILE": str(self.folder / "no-config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(self.folder / "no-credentials"),
            "AWS_PAGER": "",
            # The CDK CLI remembers which account an access key belongs to.
            "CDK_HOME": str(self.folder / "cdk-home"),
            "CDK_DISABLE_CLI_TELEMETRY": "true",
            "NO_PROXY": _with_loopback(os.environ.get("NO_PROXY", "")),
            "no_proxy": _with_loopback(os.environ.get("no_proxy", "")),
        }


_NO_INSTANCE_METADATA = {"AWS_EC2_METADATA_DISABLED": "true"}


def _without_aws(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if not name.startswith("AWS_")}


def _with_loopback(hosts: str) -> str:
    return f"{hosts},127.0.0.1".lstrip(",")
