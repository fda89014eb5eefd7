"""An evaluation in words: what decided, and what nearly did."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..policy import Condition, PolicyKind
from .conditions import CompiledCondition
from .matching import ContextValues
from .rules import counting_layers
from .statements import CompiledStatement, Layer

if TYPE_CHECKING:
    from .evaluation import Evaluation

_MOST_OF_A_KIND = 8
"""More statements that nearly matched are counted, not shown."""


def explain(evaluation: Evaluation) -> str:
    """The decision, why, and every statement that comes near."""
    request = evaluation.request
    lines = [
        f"{evaluation.decision}: {request.action} on {request.resource} by {request.caller}",
        *_why(evaluation),
    ]
    for layer in counting_layers(request, evaluation.policies):
        lines += _of_layer(layer, evaluation)
    return "\n".join(lines)


def _why(evaluation: Evaluation) -> Iterator[str]:
    kinds = ", ".join(_with_article(kind) for kind in evaluation.denied_by)
    match evaluation.decision.name:
        case "EXPLICITLY_DENIED":
            yield f"  a Deny applies in {kinds}"
        case "IMPLICITLY_DENIED":
            yield f"  an Allow that applies is missing in {kinds}"
        case "UNKNOWN":
            yield f"  the answer hangs on {', '.join(evaluation.unknown_keys)}"
        case _:
            return


def _with_article(kind: PolicyKind) -> str:
    return f"{'an' if str(kind)[0] in 'aeiou' else 'a'} {kind}"


def _of_layer(layer: Layer, evaluation: Evaluation) -> Iterator[str]:
    if not layer.statements:
        yield f"  {layer.kind}: none is attached"
        return
    near = 0
    nothing = True
    for statement in layer.statements:
        verdict, applies = _verdict(statement, evaluation)
        if not verdict:
            continue
        nothing = False
        if not applies:
            near += 1
            if near > _MOST_OF_A_KIND:
                continue
        effect = "Deny" if statement.denies else "Allow"
        yield f"  {statement.place} ({effect}): {verdict}"
    if near > _MOST_OF_A_KIND:
        yield f"  {layer.kind}: {near - _MOST_OF_A_KIND} more statements nearly apply"
    if nothing:
        yield f"  {layer.kind}: no statement is about {evaluation.request.action}"


def _verdict(statement: CompiledStatement, evaluation: Evaluation) -> tuple[str, bool]:
    """What is to say of a statement, and whether it applies; nothing if it is far off."""
    request = evaluation.request
    context = request.context_values
    if not statement.is_about_action(request.action.lower()):
        return "", False
    has_boundary = evaluation.policies.boundary is not None
    if statement.names_principals and not statement.reach(
        request.caller, has_boundary=has_boundary
    ):
        return f"does not apply: it does not mean {request.caller}", False
    if not statement.is_about_resource(request.resource, context):
        return f"does not apply: it is not about {request.resource}", False
    failing = [each for each in statement.conditions if not each.holds(context)]
    if failing:
        return "does not apply: " + "; ".join(_why_not(each, context) for each in failing), False
    return "applies", True


def _why_not(condition: CompiledCondition, context: ContextValues) -> str:
    value = context.get(condition.key)
    shown = (
        "the request does not have the key"
        if value is None or value == ()
        else f"the request has {_listed(value)}"
    )
    return f"{in_words(condition.condition)}, but {shown}"


def in_words(condition: Condition) -> str:
    """A condition in one line.

    >>> in_words(Condition.of("StringEquals", "aws:PrincipalTag/team", "red", "blue"))
    "StringEquals wants aws:PrincipalTag/team to be 'red' or 'blue'"
    """
    values = " or ".join(repr(value) for value in condition.values)
    return f"{condition.operator} wants {condition.key} to be {values}"


def _listed(value: object) -> str:
    return ", ".join(map(repr, value)) if isinstance(value, tuple) else repr(value)
