"""Whether a policy grants what another one does not."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from math import prod

from ...errors import InvalidPolicyError
from ...policy.grammar import split_operator
from ..matching import Value
from ..variables import OLD_VERSION
from .assignments import MAXIMUM_CHOICES, aligned_texts, assigned, every_value
from .atoms import Atoms, Literal
from .automaton import Steps, TooManyStepsError
from .callers import TIED, Caller, identity_callers
from .mentions import texts_in, variables_in
from .named import Named
from .patterns import PatternSet, exact
from .search import Search, State
from .settings import Part, parts
from .sides import Compared, Kind, Policies
from .terms import Translator
from .verdict import Comparison, Verdict
from .witness import Confirmed, Confirmer

_TOO_MANY_STEPS = "the policies are too intricate to be gone through"


def compare(reference: Policies, candidate: Policies) -> Comparison:
    """Prove that a candidate grants nothing new, or show a request that only it allows.

    Each argument is a policy document, a sequence of identity policies that count together, or a
    `PolicySet`. Identity policies are taken to grant what they allow wherever nobody else stands
    in the way; a resource or trust policy what it allows to callers whose own policies allow it.
    An explicit `Deny`, a boundary, session policies and those of an organization narrow what is
    granted. What is not decided is `UNKNOWN`, with the reason.

    Raises `InvalidPolicyError` for what is no policy, and for an identity policy compared with a
    resource or trust policy.

    Example:
        >>> from least_privilege.policy import PolicyDocument, Statement
        >>> before = PolicyDocument.of(
        ...     Statement(actions=("s3:Get*",), resources=("arn:aws:s3:::pictures/*",))
        ... )
        >>> after = PolicyDocument.of(
        ...     Statement(actions=("s3:GetObject",), resources=("arn:aws:s3:::pictures/a/*",))
        ... )
        >>> compare(before, after).verdict
        <Verdict.NO_NEW_ACCESS: 'no new access'>
        >>> compare(after, before).verdict
        <Verdict.NEW_ACCESS: 'new access'>

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-custom-policy-checks.html
    """
    return _Comparing(Compared("reference", reference), Compared("candidate", candidate)).answer()


class _Comparing:
    """One comparison."""

    def __init__(self, reference: Compared, candidate: Compared) -> None:
        self._reference, self._candidate = reference, candidate
        self._steps = Steps()
        self._found: Confirmed | None = None

    def answer(self) -> Comparison:
        kinds = {self._reference.kind, self._candidate.kind} - {Kind.EITHER}
        if Kind.BOTH in kinds:
            return self._unknown(f"a set holds {Kind.BOTH}; compare each side of it on its own")
        if len(kinds) == 2:
            raise InvalidPolicyError(
                f"reference is {self._reference.kind} and candidate is {self._candidate.kind}; "
                "compare policies of one kind"
            )
        self._kind = kinds.pop() if kinds else Kind.IDENTITY
        if self._reference.policies == self._candidate.policies:
            return self._proven()
        self._read()
        try:
            doubt = self._search()
        except (TooManyStepsError, RecursionError):
            doubt = _TOO_MANY_STEPS
        if self._found is not None:
            return Comparison(
                verdict=Verdict.NEW_ACCESS,
                witness=self._found.request,
                reference_policies=self._found.reference,
                candidate_policies=self._found.candidate,
                steps=self._steps.taken,
            )
        return self._unknown(doubt) if doubt else self._proven()

    def _proven(self) -> Comparison:
        return Comparison(
            verdict=Verdict.NO_NEW_ACCESS,
            reference_policies=self._reference.policies,
            candidate_policies=self._candidate.policies,
            steps=self._steps.taken,
        )

    def _unknown(self, reason: str) -> Comparison:
        return Comparison(
            verdict=Verdict.UNKNOWN,
            reason=reason,
            reference_policies=self._reference.policies,
            candidate_policies=self._candidate.policies,
            steps=self._steps.taken,
        )

    def _read(self) -> None:
        """Which keys, variables and principals the policies speak of."""
        placed = [
            *self._candidate.placed(self._kind), *self._reference.placed(self._kind)
        ]  # fmt: skip
        self._statements = list(dict.fromkeys(each.statement for each in placed))
        self._versioned = list(dict.fromkeys((each.statement, each.version) for each in placed))
        self._atoms = Atoms()
        names: dict[str, str] = {}
        lists: set[str] = set()
        variables: set[str] = set()
        for statement, version in self._versioned:
            for condition in statement.conditions:
                key = condition.key.lower()
                names.setdefault(key, condition.key)
                operator = split_operator(condition.operator)
                if operator is not None and operator[0] is not None:
                    lists.add(key)
                if version != OLD_VERSION:
                    variables |= variables_in(condition.values)
            if version != OLD_VERSION:
                variables |= variables_in((*statement.resources, *statement.not_resources))
        self._lists = frozenset(lists)
        self._variables = frozenset(variables)
        self._mentioned = frozenset(names) | self._variables
        self._named = Named(
            chain.from_iterable((*s.principals, *s.not_principals) for s in self._statements),
            texts_in(self._statements, everything=bool(variables & TIED)),
        )
        self._confirmer = Confirmer(
            reference=self._reference.policies,
            candidate=self._candidate.policies,
            is_resource=self._kind is Kind.RESOURCE,
            statements=self._statements,
            key_names=names,
            accounts=self._named.accounts,
        )

    def _groups(self) -> list[list[Caller]]:
        """The callers, those together whom nothing in the policies tells apart."""
        names_principals = any(s.principals or s.not_principals for s in self._statements)
        if self._kind is Kind.RESOURCE or names_principals:
            services = [
                value
                for statement in self._statements
                for condition in statement.conditions
                if condition.key.lower().startswith("aws:principalservicename")
                for value in condition.values
            ]
            callers = list(self._named.callers(services))
            if self._kind is not Kind.RESOURCE:
                callers = [each for each in callers if each.principal.has_identity_policies]
        else:
            all_kinds = bool(self._mentioned & TIED)
            callers = list(
                identity_callers(
                    self._named.partitions,
                    all_kinds=all_kinds,
                    in_sessions=bool(self._candidate.policies.session),
                )
            )
        groups: dict[object, list[Caller]] = {}
        tied = sorted(self._mentioned)
        for caller in callers:
            fixed = caller.fixed(tied)
            signature = (
                self._mask(self._candidate, caller), self._mask(self._reference, caller),
                tuple((key, fixed.get(key, _FREE)) for key in tied),
                self._free(caller),
            )  # fmt: skip
            groups.setdefault(signature, []).append(caller)
        return list(groups.values())

    def _free(self, caller: Caller) -> object:
        """What tells apart callers with an open ARN."""
        if not self._mentioned & TIED:
            return None
        if caller.arns is None:
            return caller.principal.account == ""
        excluded = caller.excluded and caller.excluded[0].patterns
        return caller.arns.patterns[0].tokens, excluded

    def _mask(self, compared: Compared, caller: Caller) -> tuple[bool, ...]:
        return compared.mask(self._kind, caller.principal)

    def _search(self) -> str:
        """Look everywhere; the reason where there is neither a witness nor a proof."""
        doubts: dict[str, None] = {}
        for group in self._groups():
            caller = group[0]
            masks = self._mask(self._candidate, caller), self._mask(self._reference, caller)
            if not any(masks[0]) and self._kind is Kind.RESOURCE:
                continue
            doubt = self._search_group(group, masks)
            if self._found is not None:
                return ""
            if doubt:
                doubts[doubt] = None
        return "; ".join(doubts)

    def _search_group(
        self, group: list[Caller], masks: tuple[tuple[bool, ...], tuple[bool, ...]]
    ) -> str:
        doubts: dict[str, None] = {}
        for part in parts(group[0], self._mentioned, self._lists, self._atoms):
            undecided, open_variables = self._search_part(part, group, masks)
            if self._found is not None:
                return ""
            if not undecided:
                continue
            if part.doubt:
                doubts[part.doubt] = None
                continue
            if open_variables:
                self._search_with_values(group, open_variables)
                if self._found is not None or self._is_proven_by_values(group[0], open_variables):
                    return ""
                shown = ", ".join(f"${{{key}}}" for key in sorted(open_variables))
                doubts[f"the answer hangs on what {shown} stands for"] = None
            else:
                doubts[
                    "conditions on one key that are of different kinds, or keys that hang on each "
                    "other, leave open whether a request can meet them"
                ] = None
        return "; ".join(doubts)

    def _search_with_values(self, group: list[Caller], variables: frozenset[str]) -> None:
        texts = aligned_texts(self._versioned)
        taken = " ".join(texts_in(self._statements, everything=True))
        for caller in assigned(group, variables, texts, taken):
            masks = self._mask(self._candidate, caller), self._mask(self._reference, caller)
            for part in parts(caller, self._mentioned, self._lists, self._atoms):
                if not part.doubt:
                    self._search_part(part, [caller], masks)
                if self._found is not None:
                    return

    def _is_proven_by_values(self, caller: Caller, variables: frozenset[str]) -> bool:
        """Whether there is a proof for each value that conditions compare a variable's key with."""
        literals: dict[str, list[str]] = {}
        for statement in self._statements:
            for condition in statement.conditions:
                key = condition.key.lower()
                if key in variables and key not in self._lists and "Equals" in condition.operator:
                    literals.setdefault(key, []).extend(
                        value for value in condition.values if "${" not in value
                    )
        literals = {key: list(dict.fromkeys(found)) for key, found in literals.items() if found}
        if not literals or prod(len(each) + 1 for each in literals.values()) > MAXIMUM_CHOICES:
            return False
        for each, others in every_value(caller, literals):
            demands = tuple(self._other_than(each, key, literals[key]) for key in others)
            masks = self._mask(self._candidate, each), self._mask(self._reference, each)
            for part in parts(each, self._mentioned, self._lists, self._atoms, demands):
                undecided, _ = self._search_part(part, [each], masks)
                if undecided or self._found is not None:
                    return False
        return True

    def _other_than(self, caller: Caller, key: str, values: list[str]) -> Literal:
        """The demand that a key has none of these values."""
        found, component = tuple(map(exact, values)), key
        lift = caller.lifts().get(key)
        if lift is not None:
            found, component = lift(PatternSet(found)) or (), lift.component
        return component, self._atoms.of_patterns(component, found), False

    def _search_part(
        self,
        part: Part,
        group: list[Caller],
        masks: tuple[tuple[bool, ...], tuple[bool, ...]],
    ) -> tuple[bool, frozenset[str]]:
        translator = Translator(self._atoms, part.setting)
        candidate = self._candidate.side(self._kind, masks[0], translator, self._atoms)
        reference = self._reference.side(self._kind, masks[1], translator, self._atoms)

        def confirm(state: State, values: Mapping[str, Value | None]) -> bool:
            if part.doubt:
                return False
            self._found = self._confirmer.confirm(group, state, values)
            return self._found is not None

        search = Search(setting=part.setting, lists=self._lists, steps=self._steps, confirm=confirm)
        search.run(candidate, reference)
        return search.undecided, self._variables - frozenset(part.setting.known)


_FREE = object()
