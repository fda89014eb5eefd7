"""Lambda functions: a role that trusts Lambda, and events that the function's policy admits."""

import logging
from typing import Any

from ministack.core import iam_evaluator, lambda_runtime
from ministack.services import lambda_svc, s3, sts

from least_privilege.embedded.emulator import bundles
from least_privilege.embedded.emulator.sessions import (
    CONDITION_KEYS,
    check_trusts_service,
    role_of,
)

_LAMBDA = "lambda.amazonaws.com"
_S3 = "s3.amazonaws.com"
_log = logging.getLogger("embedded")


def install() -> None:
    """Check what the emulator takes for granted when a function runs."""
    bundles.install()
    execution_credentials = lambda_runtime.execution_credentials
    deliver = s3._deliver_event_to_lambda

    def checked_credentials(config: dict[str, Any]) -> dict[str, str]:
        account, role = role_of(config["Role"])
        check_trusts_service(role, _LAMBDA)
        keys: dict[str, str] = execution_credentials(config)
        session = sts._sessions[keys["AWS_ACCESS_KEY_ID"]]
        session["AccountId"] = account
        session["UserId"] = f"{role['RoleId']}:{config['FunctionName']}"
        session[CONDITION_KEYS] = {"lambda:sourcefunctionarn": config["FunctionArn"]}
        return keys

    def deliver_if_permitted(arn: str, event_payload: dict[str, Any], bucket_region: str) -> None:
        bucket = event_payload["Records"][0]["s3"]["bucket"]["name"]
        if _may_invoke(arn, bucket):
            deliver(arn, event_payload, bucket_region)
        else:
            _log.warning("the policy of %s does not let S3 invoke it for %s", arn, bucket)

    lambda_runtime.execution_credentials = checked_credentials
    lambda_svc.execution_credentials = checked_credentials
    s3._deliver_event_to_lambda = deliver_if_permitted


def _may_invoke(function_arn: str, bucket: str) -> bool:
    found = lambda_svc.function_policy_for_arn(function_arn)
    context = iam_evaluator.EvalContext(
        principal_arn=_S3,
        principal_type="Service",
        principal_account="",
        action="lambda:InvokeFunction",
        resource_arn=function_arn,
        region=function_arn.split(":")[3],
        service_context={
            "aws:sourcearn": f"arn:aws:s3:::{bucket}",
            "aws:sourceaccount": s3._bucket_owner_account(bucket),
        },
    )
    policy = found[0] if found else None
    decision = iam_evaluator.evaluate_resource_policy(policy, context, service=_S3)
    return bool(decision.decision == "Allow")
