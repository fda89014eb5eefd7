"""`iam:PassRole`: handing a role to a service takes a permission of its own.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from contextvars import ContextVar
from typing import Any

from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import get_account_id
from ministack.services import iam

from least_privilege.embedded.emulator.access.parameters import parameters

# By action: the service that gets the role, and the parameters that name it.
_PASSING = {
    "cloudformation:CreateChangeSet": ("cloudformation.amazonaws.com", ("RoleARN",)),
    "cloudformation:CreateStack": ("cloudformation.amazonaws.com", ("RoleARN",)),
    "cloudformation:DeleteStack": ("cloudformation.amazonaws.com", ("RoleARN",)),
    "cloudformation:UpdateStack": ("cloudformation.amazonaws.com", ("RoleARN",)),
    "cloudtrail:CreateTrail": ("cloudtrail.amazonaws.com", ("CloudWatchLogsRoleArn",)),
    "cloudtrail:UpdateTrail": ("cloudtrail.amazonaws.com", ("CloudWatchLogsRoleArn",)),
    "ec2:AssociateIamInstanceProfile": ("ec2.amazonaws.com", ()),
    "ec2:CreateFlowLogs": ("vpc-flow-logs.amazonaws.com", ("DeliverLogsPermissionArn",)),
    "ec2:ReplaceIamInstanceProfileAssociation": ("ec2.amazonaws.com", ()),
    "ec2:RunInstances": ("ec2.amazonaws.com", ()),
    "iam:AddRoleToInstanceProfile": ("ec2.amazonaws.com", ("RoleName",)),
    "lambda:CreateFunction": ("lambda.amazonaws.com", ("Role",)),
    "lambda:UpdateFunctionConfiguration": ("lambda.amazonaws.com", ("Role",)),
}

# The roles that the request hands over, and the service that gets them.
_passed: ContextVar[tuple[tuple[str, str], ...]] = ContextVar("embedded_passed", default=())


def install() -> None:
    """Note the roles where the emulator reads the action, and judge them with the action."""
    extract_iam_action = iam_actions.extract_iam_action
    enforce = iam_evaluator.enforce

    def extract_noting_roles(
        service: str,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        query_params: dict[str, Any],
    ) -> Any:
        action = extract_iam_action(service, method, path, headers, body, query_params)
        _passed.set(_roles(action, body, query_params))
        return action

    def enforce_with_roles(
        access_key_id: str, iam_action: str, service: str, region: str, **details: Any
    ) -> Any:
        denied = enforce(access_key_id, iam_action, service, region, **details)
        passed = _passed.get()
        if denied or not passed or iam_action not in _PASSING:
            return denied
        _passed.set(())
        for role, receiver in passed:
            refused = enforce(
                access_key_id,
                "iam:PassRole",
                "iam",
                region,
                resource_arn=role,
                service_context={"iam:PassedToService": receiver},
            )
            if isinstance(refused, iam_evaluator.EvalResult):
                return _refusal(refused, role)
        return None

    iam_actions.extract_iam_action = extract_noting_roles
    iam_evaluator.enforce = enforce_with_roles


def _refusal(refused: Any, role: str) -> Any:
    # A plain denial would name the action that is allowed.
    message = iam_actions.identity_denial_message(
        "iam:PassRole", refused.principal_arn, role, refused.decision == "Deny"
    )
    return iam_evaluator.AuthError("AccessDenied", message)


def _roles(
    action: str | None, body: bytes, query_params: dict[str, Any]
) -> tuple[tuple[str, str], ...]:
    if action not in _PASSING:
        return ()
    receiver, names = _PASSING[action]
    request = parameters(body, query_params)
    given = [request[name] for name in names if request.get(name)]
    given += _roles_of_profile(request)
    return tuple((_arn(role), receiver) for role in given)


def _roles_of_profile(request: dict[str, Any]) -> list[str]:
    profile = iam._lookup_instance_profile(
        name=request.get("IamInstanceProfile.Name", ""),
        arn=request.get("IamInstanceProfile.Arn", ""),
    )
    return list(profile["Roles"]) if profile else []


def _arn(role: str) -> str:
    if role.startswith("arn:"):
        return role
    record = iam._roles.get(role) or {}
    return str(record.get("Arn") or f"arn:aws:iam::{get_account_id()}:role/{role}")
