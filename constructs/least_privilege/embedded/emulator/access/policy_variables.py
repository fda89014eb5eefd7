"""Policy variables, such as `${aws:username}`, which the emulator takes literally.

They are replaced before a statement is matched: in `Resource` and `NotResource`, and in the
values of conditions, of identity policies, resource policies and trust policies alike.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

import re
from dataclasses import replace
from typing import Any

from ministack.core import iam_evaluator

_VARIABLE = re.compile(r"\$\{\s*([^},]+?)\s*(?:,\s*'([^']*)'\s*)?\}")
_LITERALS = {"*": "?", "?": "?", "$": "$"}


def install() -> None:
    """Replace variables wherever the emulator matches a statement."""
    first_match = iam_evaluator._first_match
    conditions_met = iam_evaluator._conditions_met

    def first_match_replacing(ctx: Any, stmts: list[Any], effect: str) -> Any:
        return first_match(ctx, [_resources_replaced(stmt, ctx) for stmt in stmts], effect)

    def conditions_met_replacing(conditions: dict[str, Any], ctx: Any) -> bool:
        return bool(conditions_met(_conditions_replaced(conditions, ctx), ctx))

    iam_evaluator._first_match = first_match_replacing
    iam_evaluator._conditions_met = conditions_met_replacing


def replaced(text: str, ctx: Any) -> str:
    """`text` with its variables replaced by what the request has.

    A variable without a value and without a default stays as it is: no ARN and no value of a
    request is equal to it, which is what AWS does with it.
    """
    return _VARIABLE.sub(lambda found: _value(found, ctx), text)


def _value(found: re.Match[str], ctx: Any) -> str:
    name, default = found[1], found[2]
    if name in _LITERALS:
        return _LITERALS[name]
    value = iam_evaluator._resolve_condition_key(name, ctx)
    if isinstance(value, list):
        value = None  # A key with several values is no variable.
    if value is None:
        return found[0] if default is None else default
    # A wildcard in the value is no wildcard of the policy. The emulator cannot escape one; the
    # narrowest pattern that it has for it is one character.
    return re.sub(r"[*?]", "?", str(value))


def _resources_replaced(stmt: Any, ctx: Any) -> Any:
    patterns = (*stmt.resources, *stmt.not_resources)
    if not any("${" in pattern for pattern in patterns):
        return stmt
    return replace(
        stmt,
        resources=[replaced(pattern, ctx) for pattern in stmt.resources],
        not_resources=[replaced(pattern, ctx) for pattern in stmt.not_resources],
    )


def _conditions_replaced(conditions: dict[str, Any], ctx: Any) -> dict[str, Any]:
    if "${" not in str(conditions):
        return conditions
    return {
        operator: {key: _values_replaced(values, ctx) for key, values in block.items()}
        if isinstance(block, dict)
        else block
        for operator, block in conditions.items()
    }


def _values_replaced(values: Any, ctx: Any) -> Any:
    if isinstance(values, list):
        return [_values_replaced(value, ctx) for value in values]
    return replaced(values, ctx) if isinstance(values, str) else values
