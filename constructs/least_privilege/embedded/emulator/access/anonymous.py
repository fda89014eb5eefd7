"""Requests without a signature: the emulator takes those to S3 that name no bucket for root's."""

from typing import Any

from ministack.core import iam_evaluator

_NEVER_ANONYMOUS = frozenset({"s3:ListAllMyBuckets", "s3:CreateBucket"})
_BUCKET = "arn:aws:s3:::"


def install() -> None:
    """Refuse them. A bucket opened to everyone stays open: the emulator judges those itself."""
    enforce = iam_evaluator.enforce

    def enforce_signed(
        access_key_id: str,
        iam_action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        service_context: dict[str, Any] | None = None,
    ) -> Any:
        anonymous = service == "s3" and not access_key_id and iam_evaluator._anonymous.get()
        if anonymous and (iam_action in _NEVER_ANONYMOUS or not resource_arn.startswith(_BUCKET)):
            return iam_evaluator.AuthError("MissingAuthenticationToken", "Access Denied")
        return enforce(
            access_key_id,
            iam_action,
            service,
            region,
            resource_arn=resource_arn,
            service_context=service_context,
        )

    iam_evaluator.enforce = enforce_signed
