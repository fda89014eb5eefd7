"""Objects encrypted with a KMS key: reading takes `kms:Decrypt`, writing `kms:GenerateDataKey`.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
"""

from collections.abc import Mapping
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import get_account_id
from ministack.services import kms, s3

_KEY_HEADER = "x-amz-server-side-encryption-aws-kms-key-id"
_BUCKETS = "arn:aws:s3:::"

# Method and headers of the request, for what its resource does not say.
_request: ContextVar[tuple[str, Mapping[str, str]]] = ContextVar(
    "embedded_request", default=("", MappingProxyType({}))
)


def install() -> None:
    """Judge the use of the key after the use of the object."""
    extract_iam_action = iam_actions.extract_iam_action
    enforce = iam_evaluator.enforce

    def extract_noting_request(
        service: str,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query_params: dict[str, Any],
    ) -> Any:
        _request.set((method, headers))
        return extract_iam_action(service, method, path, headers, body, query_params)

    def enforce_with_key(
        access_key_id: str,
        iam_action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        service_context: dict[str, Any] | None = None,
    ) -> Any:
        denied = enforce(
            access_key_id,
            iam_action,
            service,
            region,
            resource_arn=resource_arn,
            service_context=service_context,
        )
        needed = None if denied or not access_key_id else _needed(iam_action, resource_arn)
        if needed is None:
            return denied
        action, key_arn, encrypted = needed
        refused = enforce(
            access_key_id,
            action,
            "kms",
            region,
            resource_arn=key_arn,
            service_context={
                "kms:CallerAccount": get_account_id(),
                "kms:EncryptionContext:aws:s3:arn": encrypted,
                "kms:EncryptionContextKeys": ["aws:s3:arn"],
                "kms:ViaService": f"s3.{region}.amazonaws.com",
            },
        )
        if not isinstance(refused, iam_evaluator.EvalResult):
            return refused
        message = iam_actions.identity_denial_message(
            action, refused.principal_arn, key_arn, refused.decision == "Deny"
        )
        return iam_evaluator.AuthError("AccessDenied", message)

    iam_actions.extract_iam_action = extract_noting_request
    iam_evaluator.enforce = enforce_with_key


def _needed(iam_action: str, resource_arn: str) -> tuple[str, str, str] | None:
    """The action on the key, the key, and what its encryption context names."""
    method, headers = _request.get()
    bucket, _, key = resource_arn.removeprefix(_BUCKETS).partition("/")
    if not key or bucket not in s3._buckets:
        return None
    if iam_action in ("s3:GetObject", "s3:GetObjectVersion") and method != "HEAD":
        stored = s3._buckets[bucket]["objects"].get(key) or {}
        action, key_id = "kms:Decrypt", s3._stored_sse_headers(stored).get(_KEY_HEADER)
    elif iam_action == "s3:PutObject":
        written, _error = s3._resolve_sse_write_headers(headers, bucket)
        action, key_id = "kms:GenerateDataKey", (written or {}).get(_KEY_HEADER)
    else:
        return None
    record = kms._resolve_key(key_id)
    if record is None:
        return None
    shared = "<BucketKeyEnabled>true" in (s3._bucket_encryption.get(bucket) or "")
    return action, record["Arn"], f"{_BUCKETS}{bucket}" if shared else resource_arn
