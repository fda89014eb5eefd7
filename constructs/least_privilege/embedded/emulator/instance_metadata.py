"""The instance metadata service, version 2 alone, with a path prefix for each instance.

`http://127.0.0.1:PORT/i-.../latest/...` is to a shell what http://169.254.169.254/latest/... is
on that instance. Its credentials are those of the role in the instance profile attached NOW.
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
"""

import json
import secrets
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ministack.services import ec2, iam

from least_privilege.embedded.emulator.sessions import (
    SessionRefusedError,
    check_trusts_service,
    role_session,
)

_TOKEN_PATH = "latest/api/token"  # noqa: S105 (a path, not a secret)
_CREDENTIALS = "latest/meta-data/iam/security-credentials"
_LONGEST_TTL = 21_600
_TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP response in plain text."""

    status: int
    text: str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Host:
    """An instance and where it lives."""

    account: str
    region: str
    instance: dict[str, Any]


class InstanceMetadata:
    """The metadata services of all instances."""

    def __init__(self) -> None:
        # Token to instance and expiry: a token of one instance is worth nothing on another.
        self._tokens: dict[str, tuple[str, float]] = {}

    def answer(self, method: str, path: str, headers: dict[str, str]) -> Answer:
        """Answer a request; `headers` have names in lower case."""
        instance_id, _, rest = path.lstrip("/").partition("/")
        host = _find(instance_id)
        if host is None:
            return Answer(404, f"there is no running instance {instance_id}")
        if (host.instance.get("MetadataOptions") or {}).get("HttpEndpoint") == "disabled":
            return Answer(403, "Forbidden")
        if rest == _TOKEN_PATH:
            return self._token(method, instance_id, headers)
        if not self._admits(instance_id, headers.get("x-aws-ec2-metadata-token", "")):
            return Answer(401, "Unauthorized")
        if method != "GET":
            return Answer(405, "Method Not Allowed")
        text = _document(host, rest.rstrip("/"))
        return Answer(404, "Not Found") if text is None else Answer(200, text)

    def _token(self, method: str, instance_id: str, headers: dict[str, str]) -> Answer:
        if method != "PUT":
            return Answer(405, "Method Not Allowed")
        asked = headers.get("x-aws-ec2-metadata-token-ttl-seconds", "")
        if not asked.isdigit() or not 1 <= int(asked) <= _LONGEST_TTL:
            return Answer(400, "Bad Request")
        token = secrets.token_urlsafe(40)
        self._tokens[token] = (instance_id, time.time() + int(asked))
        return Answer(200, token, {"x-aws-ec2-metadata-token-ttl-seconds": asked})

    def _admits(self, instance_id: str, token: str) -> bool:
        owner, expires = self._tokens.get(token, ("", 0.0))
        return owner == instance_id and time.time() < expires


def _find(instance_id: str) -> _Host | None:
    for (account, region, key), instance in ec2._instances.all_items():
        if key == instance_id and instance["State"]["Name"] == "running":
            return _Host(account, region, instance)
    return None


def _document(host: _Host, path: str) -> str | None:
    role = _role(host)
    if path == _CREDENTIALS:
        return role["RoleName"] if role else None
    if path.startswith(f"{_CREDENTIALS}/"):
        name = path.removeprefix(f"{_CREDENTIALS}/")
        return _credentials(host, role) if role and name == role["RoleName"] else None
    instance = host.instance
    zone = instance["Placement"]["AvailabilityZone"]
    documents = {
        "latest/meta-data/ami-id": instance["ImageId"],
        "latest/meta-data/instance-id": instance["InstanceId"],
        "latest/meta-data/instance-type": instance["InstanceType"],
        "latest/meta-data/local-hostname": instance["PrivateDnsName"],
        "latest/meta-data/local-ipv4": instance["PrivateIpAddress"],
        "latest/meta-data/placement/availability-zone": zone,
        "latest/meta-data/placement/region": host.region,
        "latest/dynamic/instance-identity/document": _identity_document(host),
    }
    if role:
        documents["latest/meta-data/iam/info"] = _profile_information(host)
    return documents.get(path)


def _role(host: _Host) -> dict[str, Any] | None:
    """The role in the instance profile that is attached now."""
    attached = host.instance.get("IamInstanceProfile") or {}
    for (account, _name), profile in iam._instance_profiles.to_dict().items():
        if account == host.account and profile["Arn"] == attached.get("Arn") and profile["Roles"]:
            role: dict[str, Any] | None = iam._roles.get_scoped(account, None, profile["Roles"][0])
            return role
    return None


def _credentials(host: _Host, role: dict[str, Any]) -> str:
    instance_id = host.instance["InstanceId"]
    now = datetime.now(UTC).strftime(_TIME)
    try:
        check_trusts_service(role, "ec2.amazonaws.com")
    except SessionRefusedError as error:
        refusal = {"Code": "AssumeRoleUnauthorizedAccess", "Message": str(error)}
        return json.dumps({**refusal, "LastUpdated": now})
    arn = f"arn:aws:ec2:{host.region}:{host.account}:instance/{instance_id}"
    keys = {"ec2:RoleDelivery": "2.0", "ec2:SourceInstanceArn": arn}
    session = role_session(host.account, role, instance_id, keys)
    return json.dumps(
        {
            "Code": "Success",
            "LastUpdated": now,
            "Type": "AWS-HMAC",
            "AccessKeyId": session["access_key_id"],
            "SecretAccessKey": session["secret_access_key"],
            "Token": session["session_token"],
            "Expiration": session["expires"].strftime(_TIME),
        }
    )


def _profile_information(host: _Host) -> str:
    attached = host.instance["IamInstanceProfile"]
    return json.dumps(
        {
            "Code": "Success",
            "LastUpdated": datetime.now(UTC).strftime(_TIME),
            "InstanceProfileArn": attached["Arn"],
            "InstanceProfileId": attached["Id"],
        }
    )


def _identity_document(host: _Host) -> str:
    return json.dumps(
        {
            "accountId": host.account,
            "architecture": host.instance["Architecture"],
            "availabilityZone": host.instance["Placement"]["AvailabilityZone"],
            "imageId": host.instance["ImageId"],
            "instanceId": host.instance["InstanceId"],
            "instanceType": host.instance["InstanceType"],
            "pendingTime": host.instance["LaunchTime"],
            "privateIp": host.instance["PrivateIpAddress"],
            "region": host.region,
            "version": "2017-09-30",
        }
    )
