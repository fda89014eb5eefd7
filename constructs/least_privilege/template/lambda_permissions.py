"""Permissions of Lambda functions and layers, as the statements that AWS makes of them.

Source: https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html
"""

from __future__ import annotations

import re
from typing import Any

from .context import Context
from .references import properties_of
from .scope import NO_VALUE, Scope, text_of
from .symbols import SymbolKind

PERMISSION = "AWS::Lambda::Permission"
LAYER_PERMISSION = "AWS::Lambda::LayerVersionPermission"
_CONDITIONS = {
    "SourceArn": ("ArnLike", "aws:SourceArn"),
    "SourceAccount": ("StringEquals", "aws:SourceAccount"),
    "PrincipalOrgID": ("StringEquals", "aws:PrincipalOrgID"),
    "FunctionUrlAuthType": ("StringEquals", "lambda:FunctionUrlAuthType"),
    "EventSourceToken": ("StringEquals", "lambda:EventSourceToken"),
    "InvokedViaFunctionUrl": ("Bool", "lambda:InvokedViaFunctionUrl"),
}


def lambda_resource(context: Context, scope: Scope, logical_id: str) -> str:
    """The ARN, with marks, of the function or layer version that a permission is for."""
    is_layer = scope.resources[logical_id]["Type"] == LAYER_PERMISSION
    name = "LayerVersionArn" if is_layer else "FunctionName"
    place = ("Resources", logical_id, "Properties", name)
    text = text_of(scope.resolve(properties_of(scope, logical_id).get(name, ""), place))
    where = scope.environment
    if text.startswith("arn:") or is_layer:
        return text
    if re.match(r"\d{12}:function:", text):
        return f"arn:{where.partition}:lambda:{where.region}:{text}"
    alone = context.symbols.alone(text)
    if alone is not None and alone.kind is SymbolKind.ARN:
        return text
    return f"arn:{where.partition}:lambda:{where.region}:{where.account}:function:{text}"


def permission_document(given: dict[str, Any], resource: str, partition: str) -> dict[str, Any]:
    """The policy with the one statement that `AddPermission` writes, its values still marked."""
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": _principal(text_of(given.get("Principal", "")), partition),
        "Action": given.get("Action", ""),
        "Resource": resource,
    }
    conditions: dict[str, dict[str, str]] = {}
    for name, (operator, key) in _CONDITIONS.items():
        value = given.get(name)
        if value is not None and value is not NO_VALUE:
            conditions.setdefault(operator, {})[key] = text_of(value)
    if conditions:
        statement["Condition"] = conditions
    return {"Version": "2012-10-17", "Statement": [statement]}


def layer_document(given: dict[str, Any], resource: str, partition: str) -> dict[str, Any]:
    """The policy that `AddLayerVersionPermission` writes."""
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": _principal(text_of(given.get("Principal", "")), partition),
        "Action": given.get("Action", ""),
        "Resource": resource,
    }
    organization = given.get("OrganizationId")
    if organization:
        statement["Condition"] = {"StringEquals": {"aws:PrincipalOrgID": text_of(organization)}}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _principal(text: str, partition: str) -> Any:
    if text == "*":
        return "*"
    if re.fullmatch(r"\d{12}", text):
        return {"AWS": f"arn:{partition}:iam::{text}:root"}
    # A mark alone may be an account or a service; services are written out in practice.
    is_service = "." in text and not text.startswith("arn:")
    return {"Service" if is_service else "AWS": text}
