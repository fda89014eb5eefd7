"""What the tests of permission values share: statements as AWS reads them, and the evaluator."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from least_privilege.access import AccessRequest, Decision, PolicySet, Principal, evaluate
from least_privilege.permissions import Permission
from least_privilege.permissions.reference_checks import check_against_reference
from least_privilege.policy import PolicyDocument, PolicyKind, service_reference

ACCOUNT = "111122223333"
OTHER_ACCOUNT = "444455556666"
REGION = "eu-central-1"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"
OTHER_KEY = KEY.replace("1111-2222", "9999-2222")

_DEPLOYED = {
    "${AWS::Partition}": "aws",
    "${AWS::Region}": REGION,
    "${AWS::AccountId}": ACCOUNT,
    "${AWS::URLSuffix}": "amazonaws.com",
}
_ROLE = Principal.role_session(f"arn:aws:iam::{ACCOUNT}:role/Worker", "run")
_LETS_ITS_ACCOUNTS_DECIDE = PolicyDocument.parse(
    {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            "Action": "*",
            "Resource": "*",
        },
    },
    PolicyKind.RESOURCE,
)


def allow(action: str | list[str], resource: str | list[str], **condition: Any) -> dict[str, Any]:
    """A statement as it stands in a policy."""
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return statement | ({"Condition": condition} if condition else {})


def said(permission: Permission) -> list[dict[str, Any]]:
    """The statements of a permission as they stand in a policy."""
    return [each.to_dict() for each in permission.statements()]


def is_allowed(
    permission: Permission,
    action: str,
    resource: str = "*",
    context: Mapping[str, Any] | None = None,
) -> bool:
    """Whether a role with this permission alone may do this.

    The policy of the resource, in this account or another, lets the role's account decide, so that
    the permission is what the answer hangs on.
    """
    text = json.dumps({"Version": "2012-10-17", "Statement": said(permission)})
    for placeholder, value in _DEPLOYED.items():
        text = text.replace(placeholder, value)
    policies = PolicySet(
        identity=[PolicyDocument.parse(text)],
        resource=_LETS_ITS_ACCOUNTS_DECIDE if resource != "*" else None,
    )
    request = AccessRequest(
        principal=_ROLE, action=action, resource=resource, context=dict(context or {})
    )
    return evaluate(request, policies).decision is Decision.ALLOWED


def check_is_known_to_aws(permission: Permission) -> None:
    """AWS lists every action, for the kinds of resource and with the keys that are used."""
    for statement in permission.statements():
        unknown = [each for each in statement.actions if not service_reference.action_details(each)]
        assert not unknown
        check_against_reference(statement.actions, statement.resources, statement.conditions)
