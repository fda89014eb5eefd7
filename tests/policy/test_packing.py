"""Statements laid into policies: all of them, none too long, and none moved by a later one."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from least_privilege.access import Verdict, compare
from least_privilege.errors import QuotaExceededError
from least_privilege.policy import Condition, PolicyDocument, Statement, quotas
from least_privilege.policy.packing import Packing, pack

INLINE, MANAGED = quotas.INLINE_POLICIES_OF_A_ROLE, quotas.MANAGED_POLICY


def reading(number: int, length: int = 100) -> Statement:
    """One action on one bucket, whose ARN has about this many characters."""
    return Statement(actions=("s3:GetObject",), resources=(f"arn:aws:s3:::{number:0{length}}",))


def documents(packing: Packing) -> list[PolicyDocument]:
    return [*([packing.inline] if packing.inline else []), *packing.managed]


@pytest.mark.parametrize(
    ("count", "inline_room", "managed"),
    [(1, INLINE, 0), (55, INLINE, 0), (80, INLINE, 1), (200, INLINE, 4), (1, 0, 1), (80, 0, 3)],
)
def test_what_fits_stays_inline_and_the_rest_goes_into_managed_policies(
    count: int, inline_room: int, managed: int
) -> None:
    packing = pack(
        [reading(number) for number in range(count)],
        inline_room=inline_room,
        managed_room=MANAGED,
    )
    assert (packing.inline is not None) is bool(inline_room)
    assert len(packing.managed) == managed
    assert packing.inline is None or packing.inline.size <= INLINE
    assert all(each.size <= MANAGED for each in packing.managed)
    assert sum(len(each.statements) for each in documents(packing)) == count


def test_a_statement_of_many_resources_becomes_several() -> None:
    wide = Statement(
        actions=("s3:GetObject", "s3:PutObject"),
        resources=tuple(f"arn:aws:s3:::{number:063}/*" for number in range(300)),
        conditions=(Condition.of("Bool", "aws:SecureTransport", "true"),),
    )
    packing = pack([wide], inline_room=INLINE, managed_room=MANAGED)
    pieces = [each for document in documents(packing) for each in document.statements]
    assert sorted(each for piece in pieces for each in piece.resources) == sorted(wide.resources)
    assert {(piece.actions, piece.conditions) for piece in pieces} == {
        (wide.actions, wide.conditions)
    }


def test_a_statement_that_cannot_be_split_is_refused_with_its_size() -> None:
    long = Statement(
        actions=("s3:GetObject",),
        resources=("arn:aws:s3:::pictures/*",),
        conditions=(
            Condition.of("StringEquals", "aws:PrincipalTag/a", *(f"{n:090}" for n in range(120))),
        ),
    )
    with pytest.raises(QuotaExceededError, match=r"s3:GetObject on .* cannot be split"):
        pack([long], inline_room=INLINE, managed_room=MANAGED)


def test_tokens_count_at_their_longest() -> None:
    statements = [
        Statement(actions=("s3:GetObject",), resources=(f"${{Token[TOKEN.{number}]}}",))
        for number in range(60)
    ]
    short = pack(statements, inline_room=0, managed_room=MANAGED)
    long = pack(
        statements,
        inline_room=0,
        managed_room=MANAGED,
        weigh=lambda text: len(text) + 200 * text.count("${Token["),
    )
    assert len(short.managed) < len(long.managed)


def test_one_that_is_added_later_moves_no_earlier_one() -> None:
    statements = [reading(number, length=60 + number % 40) for number in range(150)]
    before = pack(statements[:-1], inline_room=INLINE, managed_room=MANAGED)
    after = pack(statements, inline_room=INLINE, managed_room=MANAGED)
    for earlier, later in zip(documents(before), documents(after), strict=False):
        assert later.statements[: len(earlier.statements)] == earlier.statements


STATEMENTS = st.builds(
    lambda actions, resources, secure: Statement(
        actions=tuple(actions),
        resources=tuple(f"arn:aws:s3:::{each}" for each in resources),
        conditions=(Condition.of("Bool", "aws:SecureTransport", "true"),) if secure else (),
    ),
    st.lists(
        st.sampled_from(("s3:GetObject", "s3:PutObject", "s3:DeleteObject")),
        min_size=1,
        unique=True,
    ),
    st.lists(st.text("abc", min_size=3, max_size=40), min_size=1, max_size=4, unique=True),
    st.booleans(),
)


@pytest.mark.thorough
@given(st.lists(STATEMENTS, min_size=1, max_size=5), st.sampled_from((0, 300, 600)))
def test_packed_statements_allow_the_same(statements: list[Statement], room: int) -> None:
    packing = pack(statements, inline_room=room, managed_room=300)
    assert packing.inline is None or packing.inline.size <= room
    assert all(each.size <= 300 for each in packing.managed)
    one = [PolicyDocument.of(*statements)]
    for before, after in ((one, documents(packing)), (documents(packing), one)):
        assert compare(before, after).verdict is Verdict.NO_NEW_ACCESS
