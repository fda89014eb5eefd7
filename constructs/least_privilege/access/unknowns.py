"""What a decision hangs on when parts of the context are not known.

Each condition on an unknown key is a question with two answers. A truth value is then a table of
all combinations of answers, held in an integer: a bit for each combination. With no question the
table is one bit, so that a decision in a known context is the same computation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from ..policy import Condition
from ..policy.values import binary, number
from .conditions import POSITIVE_OPERATORS, CompiledCondition
from .matching import ContextValues
from .statements import CompiledStatement
from .variables import keys

T = TypeVar("T")

MAXIMUM_QUESTIONS = 14
"""More would take tables of more than 16,384 combinations."""


class TooManyQuestionsError(Exception):
    """A decision hangs on more than can be gone through."""


@dataclass(frozen=True, slots=True)
class Question:
    """Something that is not known of a request."""

    keys: tuple[str, ...]
    """The context keys it is about, in lower case."""
    condition: Condition | None
    """The condition that it asks about, where it is one."""
    resources: tuple[str, ...] = ()
    """The patterns with policy variables that it asks about, where it is these."""


class Known:
    """A context in which everything is known: every truth value is a single bit."""

    __slots__ = ("context",)
    all = 1
    is_settled = True

    def __init__(self, context: ContextValues) -> None:
        self.context = context

    def applies(self, statement: CompiledStatement, resource: str) -> int:
        """Whether a statement applies to a resource, its principal apart."""
        context = self.context
        if not statement.is_about_resource(resource, context):
            return 0
        for condition in statement.conditions:
            if not condition.holds(context):
                return 0
        return 1


class Unknowns:
    """A context with keys that are not known; it numbers the questions as they come up."""

    __slots__ = ("_is_sent", "_is_unknown", "_numbers", "_spelled", "all", "context", "is_settled")

    def __init__(
        self,
        context: ContextValues,
        *,
        is_unknown: Callable[[str], bool],
        is_sent: Callable[[str], bool],
    ) -> None:
        self.context = context
        self._is_unknown = is_unknown
        self._is_sent = is_sent
        self._numbers: dict[Question, int] = {}
        self._spelled: dict[str, str] = {}
        self.is_settled = False
        self.all = 1

    def settled(self, ask: Callable[[], T]) -> T:
        """What a computation gives in all combinations.

        The tables depend on how many questions there are. So it runs twice: first to collect
        them, then to answer.
        """
        ask()
        if len(self._numbers) > MAXIMUM_QUESTIONS:
            raise TooManyQuestionsError
        self.is_settled = True
        self.all = (1 << (1 << len(self._numbers))) - 1
        return ask()

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys that came up."""
        return tuple(dict.fromkeys(key for question in self._numbers for key in question.keys))

    def keys_behind(self, table: int) -> tuple[str, ...]:
        """The keys whose values make a difference to a truth value."""
        return tuple(
            dict.fromkeys(
                key
                for number, question in enumerate(self._numbers)
                if self.hangs_on(table, number)
                for key in question.keys
            )
        )

    def hangs_on(self, table: int, number: int) -> bool:
        """Whether the answer to a question makes a difference to a truth value."""
        yes = self.table(number)
        return (table & yes) >> (1 << number) != table & (self.all ^ yes)

    @property
    def questions(self) -> tuple[Question, ...]:
        """All that came up, by number."""
        return tuple(self._numbers)

    def table(self, number: int) -> int:
        """The combinations in which the answer to a question is yes."""
        block = 1 << number
        ones = ((1 << block) - 1) << block
        count = (1 << len(self._numbers)) // (2 * block)
        return sum(ones << (2 * block * index) for index in range(count))

    def applies(self, statement: CompiledStatement, resource: str) -> int:
        """In which combinations a statement applies to a resource, its principal apart."""
        about = self._about_resource(statement, resource)
        for condition in statement.conditions:
            if about == 0:
                return 0
            about &= self._holds(condition)
        return about

    @property
    def possible(self) -> int:
        """The combinations that can be: a key has no two values at once."""
        found = self.all
        questions = self.questions
        for one, first in enumerate(questions):
            for two in range(one + 1, len(questions)):
                if _exclude_each_other(first, questions[two]):
                    found &= self.all ^ (self.table(one) & self.table(two))
        return found

    def _about_resource(self, statement: CompiledStatement, resource: str) -> int:
        certain = statement.may_be_about_resource(resource)
        if certain is not None:
            return self.all if certain else 0
        assert statement.resources is not None
        unknown = self._unknown_among(
            key for parts in statement.resources.with_variables for key in keys(parts)
        )
        if not unknown:
            return self.all if statement.is_about_resource(resource, self.context) else 0
        patterns = statement.statement.resources or statement.statement.not_resources
        varying = tuple(each for each in patterns if "${" in each)
        return self._ask(
            Question(unknown, None, varying), is_opposite=not statement.statement.resources
        )

    def _holds(self, condition: CompiledCondition) -> int:
        unknown = self._unknown_among((condition.key, *condition.variables))
        if not unknown:
            return self.all if condition.holds(self.context) else 0
        sent = unknown == (condition.key,) and self._is_sent(condition.key)
        if condition.operator == "Null":
            wanted = {each.lower() for each in condition.condition.values}
            if len(wanted) > 1:
                return self.all
            if sent:
                return self.all if wanted == {"false"} else 0
        key = self._spelled.setdefault(condition.key, condition.condition.key)
        asked, is_opposite = _positive(condition, key, sent=sent)
        return self._ask(Question(unknown, asked), is_opposite=is_opposite)

    def _unknown_among(self, asked: Iterable[str]) -> tuple[str, ...]:
        return tuple(
            dict.fromkeys(key for key in asked if key not in self.context and self._is_unknown(key))
        )

    def _ask(self, question: Question, *, is_opposite: bool) -> int:
        if not self.is_settled:
            self._numbers.setdefault(question, len(self._numbers))
            return self.all
        yes = self.table(self._numbers[question])
        return self.all ^ yes if is_opposite else yes


_READ: dict[str, Callable[[str], object]] = {
    "BinaryEquals": binary,
    "Bool": str.lower,
    "NumericEquals": number,
    "StringEquals": str,
}


def _exclude_each_other(first: Question, second: Question) -> bool:
    """Whether two conditions on one key can never hold together."""
    if first.keys != second.keys or first.condition is None or second.condition is None:
        return False
    operators = {first.condition.operator, second.condition.operator}
    if "Null" in operators:
        # Asked as `"Null": "true"`; what other conditions want is a value.
        return len(operators) == 2 and operators <= {"Null", *POSITIVE_OPERATORS}
    if len(operators) > 1 or not operators <= set(_READ):
        return False
    values = (*first.condition.values, *second.condition.values)
    if any("${" in value for value in values):
        return False
    read = _READ[first.condition.operator]
    return not {read(each) for each in first.condition.values} & {
        read(each) for each in second.condition.values
    }


def _positive(condition: CompiledCondition, key: str, *, sent: bool) -> tuple[Condition, bool]:
    """The condition to ask about, and whether the given one is its opposite.

    A condition and its opposite are one question. With `IfExists` or a quantifier they are not
    opposites, unless the key is sent in any case.
    """
    given = condition.condition
    values = tuple(sorted(set(given.values)))
    if condition.quantifier is None and (sent or not condition.if_exists):
        if condition.operator == "Null" and len(values) == 1:
            opposite = values[0].lower() == "false"
            return Condition.of("Null", key, "true"), opposite
        if sent and condition.operator == "Bool" and len(values) == 1:
            opposite = values[0].lower() == "false"
            return Condition.of("Bool", key, "true"), opposite
        return Condition.of(condition.operator, key, *values), condition.negated
    return Condition.of(given.operator, key, *values), False
