"""What `compare` takes, answers and says."""

from __future__ import annotations

import random
from typing import Any

import pytest

from least_privilege.access import PolicySet, evaluate
from least_privilege.access.comparison import Comparison, Verdict, compare, comparing
from least_privilege.access.comparison.automaton import MAXIMUM_STEPS, Steps
from least_privilege.errors import InvalidPolicyError
from least_privilege.policy import PolicyDocument, PolicyKind

HERE, THERE = "111122223333", "444455556666"
ROLE = f"arn:aws:iam::{HERE}:role/Reader"


def identity(*statements: dict[str, Any], version: str | None = "2012-10-17") -> PolicyDocument:
    source: dict[str, Any] = {"Statement": list(statements)}
    return PolicyDocument.parse(source if version is None else {"Version": version, **source})


def resource(*statements: dict[str, Any], kind: PolicyKind = PolicyKind.RESOURCE) -> PolicyDocument:
    return PolicyDocument.parse({"Version": "2012-10-17", "Statement": list(statements)}, kind)


def allow(action: Any, on: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": on, **more}


def deny(action: Any, on: Any = "*", **more: Any) -> dict[str, Any]:
    return {**allow(action, on, **more), "Effect": "Deny"}


def trust(principal: Any, action: Any = "sts:AssumeRole", **more: Any) -> PolicyDocument:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, **more}
    return resource(statement, kind=PolicyKind.TRUST)


def is_confirmed_as_given(found: Comparison, candidate: PolicySet, reference: PolicySet) -> bool:
    assert found.witness is not None
    return (
        evaluate(found.witness, candidate).is_allowed
        and not evaluate(found.witness, reference).is_allowed
    )


class TestWhatIsCompared:
    def test_a_sequence_of_policies_counts_together(self) -> None:
        parts = [identity(allow("s3:GetObject")), identity(allow("s3:PutObject"))]
        whole = identity(allow(["s3:GetObject", "s3:PutObject"]))
        assert compare(parts, whole).verdict is Verdict.NO_NEW_ACCESS
        assert compare(parts[:1], whole).verdict is Verdict.NEW_ACCESS

    def test_no_policies_grant_nothing(self) -> None:
        assert compare([], []).is_proven
        assert compare(identity(allow("s3:*")), []).is_proven
        assert compare([], identity(allow("s3:*"))).verdict is Verdict.NEW_ACCESS

    def test_no_policy_can_be_compared_with_a_resource_policy(self) -> None:
        bucket = resource(allow("s3:GetObject", Principal="*"))
        assert compare(PolicySet(), bucket).verdict is Verdict.NEW_ACCESS
        assert compare(bucket, PolicySet()).is_proven

    def test_an_identity_policy_is_not_compared_with_a_resource_policy(self) -> None:
        with pytest.raises(InvalidPolicyError, match="compare policies of one kind"):
            compare(identity(allow("s3:*")), resource(allow("s3:*", Principal="*")))

    def test_both_sides_at_once_are_left_open(self) -> None:
        both = PolicySet(
            identity=[identity(allow("s3:*"))], resource=resource(allow("s3:*", Principal="*"))
        )
        found = compare(both, both)
        assert found.verdict is Verdict.UNKNOWN
        assert "each side" in found.reason

    @pytest.mark.parametrize("given", ["*", b"{}", {"Statement": []}, None, 7])
    def test_what_is_no_policy_is_refused(self, given: Any) -> None:
        with pytest.raises(InvalidPolicyError, match="candidate must be a PolicyDocument"):
            compare(identity(allow("s3:*")), given)

    def test_a_policy_without_a_version_has_no_variables(self) -> None:
        home = allow("s3:*", "arn:aws:s3:::b/${aws:username}/*")
        old, new = identity(home, version=None), identity(home)
        assert compare(old, new).verdict is Verdict.NEW_ACCESS
        assert compare(new, old).verdict is Verdict.NEW_ACCESS
        assert compare(identity(allow("s3:*", "arn:aws:s3:::b/*")), old).is_proven


class TestTheWitness:
    def test_a_role_of_the_account_that_owns_the_resource_asks(self) -> None:
        queue = f"arn:aws:sqs:eu-west-1:{THERE}:q"
        candidate = identity(allow("sqs:SendMessage", queue))
        found = compare([], candidate)
        assert found.witness is not None
        assert found.witness.caller.account == THERE
        assert found.witness.resource == queue
        assert is_confirmed_as_given(found, PolicySet(identity=[candidate]), PolicySet())

    def test_an_action_of_a_policy_is_shown_as_it_is_written(self) -> None:
        found = compare(identity(allow("s3:Get*")), identity(allow(["s3:Get*", "s3:PutObject"])))
        assert found.witness is not None
        assert found.witness.action == "s3:PutObject"

    def test_an_action_that_exists_is_shown_for_a_wildcard(self) -> None:
        found = compare(identity(allow("s3:Get*")), identity(allow("s3:*")))
        assert found.witness is not None
        assert found.witness.action in ("s3:PutObject", "s3:DeleteObject")

    def test_a_key_that_is_needed_has_a_value(self) -> None:
        mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
        found = compare(identity(allow("s3:*", Condition=mfa)), identity(allow("s3:*")))
        assert found.witness is not None
        assert found.witness.context == {"aws:MultiFactorAuthPresent": "false"}

    def test_a_key_policy_cooperates_where_aws_needs_one(self) -> None:
        key = f"arn:aws:kms:eu-west-1:{HERE}:key/abc"
        found = compare([], identity(allow("kms:Decrypt", key)))
        assert found.verdict is Verdict.NEW_ACCESS
        assert found.candidate_policies.resource is not None
        assert is_confirmed_as_given(found, found.candidate_policies, found.reference_policies)

    def test_a_trust_policy_cooperates_where_aws_needs_one(self) -> None:
        found = compare([], identity(allow("sts:AssumeRole", ROLE)))
        assert found.verdict is Verdict.NEW_ACCESS
        assert found.reference_policies.resource is not None

    def test_the_root_user_of_another_account_stands_for_it(self) -> None:
        bucket = resource(allow("s3:GetObject", Principal={"AWS": f"arn:aws:iam::{HERE}:root"}))
        found = compare(PolicySet(), bucket)
        assert found.witness is not None
        assert found.witness.caller.arn == f"arn:aws:iam::{HERE}:root"
        assert found.witness.resource_account != HERE
        assert is_confirmed_as_given(found, PolicySet(resource=bucket), PolicySet())

    def test_a_root_user_cannot_assume_a_role(self) -> None:
        found = compare(trust({"AWS": ROLE}), trust({"AWS": HERE}))
        assert found.witness is not None
        assert str(found.witness.caller.kind) == "role session"
        assert found.witness.caller.identifier != ROLE

    def test_a_named_role_needs_nothing_else_in_its_account(self) -> None:
        candidate = trust({"AWS": ROLE})
        found = compare(PolicySet(), candidate)
        assert found.witness is not None
        assert found.witness.caller.identifier == ROLE
        assert is_confirmed_as_given(found, PolicySet(resource=candidate), PolicySet())

    @pytest.mark.parametrize(
        ("principal", "action", "shown"),
        [
            ({"Service": "ec2.amazonaws.com"}, "sts:AssumeRole", "AWS service ec2.amazonaws.com"),
            (
                {"Federated": "accounts.google.com"},
                "sts:AssumeRoleWithWebIdentity",
                "identity provider's user accounts.google.com",
            ),
            ("*", "sts:AssumeRoleWithWebIdentity", "anonymous caller"),
        ],
    )
    def test_others_stand_for_themselves(self, principal: Any, action: str, shown: str) -> None:
        candidate = trust(principal, action)
        found = compare(PolicySet(), candidate)
        assert found.witness is not None
        assert str(found.witness.caller) == shown
        assert is_confirmed_as_given(found, PolicySet(resource=candidate), PolicySet())

    def test_a_caller_has_the_arn_that_a_condition_wants(self) -> None:
        condition = {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{THERE}:role/ops/*"}}
        found = compare([], identity(allow("s3:*", Condition=condition)))
        assert found.witness is not None
        assert found.witness.caller.identifier.startswith(f"arn:aws:iam::{THERE}:role/ops/")

    def test_a_role_is_not_taken_for_one_of_its_sessions(self) -> None:
        session = f"arn:aws:sts::{HERE}:assumed-role/Reader/session"
        found = compare(
            resource(allow("s3:GetObject", Principal={"AWS": session})),
            resource(allow("s3:GetObject", Principal={"AWS": ROLE})),
        )
        assert found.witness is not None
        assert found.witness.caller.session_name != "session"

    def test_a_role_behind_its_unique_id_is_another_than_one_by_its_name(self) -> None:
        by_id = resource(allow("s3:GetObject", Principal={"AWS": "AROAEXAMPLE1234567890"}))
        by_name = resource(allow("s3:GetObject", Principal={"AWS": ROLE}))
        assert compare(by_name, by_id).verdict is Verdict.NEW_ACCESS
        assert compare(by_id, by_name).verdict is Verdict.NEW_ACCESS


class TestWhatIsLeftOpen:
    def test_a_variable_that_nothing_pins_down_is_named(self) -> None:
        # No word is known that a variable can be for the first and not for the others.
        condition = {"StringLike": {"aws:PrincipalTag/a": "${aws:PrincipalTag/b}x"}}
        other = {"StringLike": {"aws:PrincipalTag/a": ["${aws:PrincipalTag/b}?", "*y"]}}
        found = compare(
            identity(allow("s3:*", Condition=other)), identity(allow("s3:*", Condition=condition))
        )
        assert found.verdict is not Verdict.NEW_ACCESS

    def test_another_region_than_that_of_the_resource_is_a_doubt(self) -> None:
        queue = f"arn:aws:sqs:eu-west-1:{HERE}:q"
        condition = {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}
        found = compare(
            identity(allow("sqs:*", queue, Condition=condition)), identity(allow("sqs:*", queue))
        )
        assert found.verdict is Verdict.UNKNOWN
        assert "aws:RequestedRegion" in found.reason

    def test_too_much_work_is_given_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(comparing, "Steps", lambda: Steps(maximum=3))
        found = compare(identity(allow("s3:Get*"), allow("s3:Put*")), identity(allow("s3:*")))
        assert found.verdict is Verdict.UNKNOWN
        assert "too intricate" in found.reason

    def test_intricate_wildcards_end_in_bounded_work(self) -> None:
        chance = random.Random(3)  # noqa: S311
        letters = "abcdef"

        def wild() -> str:
            a, b, c = chance.choices(letters, k=3)
            return f"arn:aws:s3:::*{a}{b}*{c}*"

        reference = identity(*(allow("s3:*", [wild() for _ in range(6)]) for _ in range(40)))
        candidate = identity(
            allow("s3:*", ["arn:aws:s3:::*abc*abc*", "arn:aws:s3:::*a?b*"]),
            *(statement.to_dict() for statement in reference.statements[:3]),
        )
        found = compare(reference, candidate)
        assert found.verdict is not Verdict.NO_NEW_ACCESS
        assert found.steps < 2 * MAXIMUM_STEPS


class TestItsWords:
    def test_what_is_new_is_told_line_by_line(self) -> None:
        condition = {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}
        found = compare(
            identity(allow("s3:GetObject", "arn:aws:s3:::b/*", Condition=condition)),
            identity(allow("s3:GetObject", "arn:aws:s3:::b/*")),
        )
        assert found.explain() == str(found)
        assert found.explain().splitlines() == [
            "new access: only the candidate allows",
            "  role session arn:aws:sts::111122223333:assumed-role/Example/session",
            "  to do s3:GetObject",
            "  on arn:aws:s3:::b/example",
            "  with aws:SourceIp = 203.0.113.10",
        ]

    def test_a_proof_is_short(self) -> None:
        assert str(compare([], [])) == "no new access"

    def test_a_doubt_comes_with_its_reason(self) -> None:
        both = PolicySet(
            identity=[identity(allow("s3:*"))], resource=resource(allow("s3:*", Principal="*"))
        )
        assert str(compare(both, both)).startswith("unknown: a set holds")


class TestLargePolicies:
    """80 KB: more than the policies of any role."""

    def test_a_large_set_of_policies_takes_bounded_work(self) -> None:
        large = [large_statement(number) for number in range(420)]
        reference = identity(*large)
        assert len(reference.to_json()) > 80_000
        turned = compare(reference, identity(*large[::-1]))
        assert turned.verdict is Verdict.NO_NEW_ACCESS
        assert turned.steps < 10_000
        narrower = [{**each, "Action": each["Action"][:1]} for each in large]
        proven = compare(reference, identity(*narrower))
        assert proven.verdict is Verdict.NO_NEW_ACCESS
        assert proven.steps < 10_000
        wider = compare(reference, identity(*large, allow("s3:*", "arn:aws:s3:::*")))
        assert wider.verdict is Verdict.NEW_ACCESS
        assert wider.steps < 10_000


def large_statement(number: int) -> dict[str, Any]:
    service, names = (
        ("s3", ("GetObject", "PutObject", "ListBucket", "DeleteObject", "Get*")),
        ("dynamodb", ("GetItem", "PutItem", "Query", "Scan", "Batch*")),
        ("sqs", ("SendMessage", "ReceiveMessage", "DeleteMessage", "Get*")),
    )[number % 3]
    actions = [f"{service}:{name}" for name in names[: 2 + number % 4]]
    if service == "s3":
        on = [f"arn:aws:s3:::bucket-{number}/*", f"arn:aws:s3:::bucket-{number}"]
    else:
        on = [f"arn:aws:{service}:*:{HERE}:name-{number}-{part}*" for part in "ab"]
    condition = {"StringEquals": {"aws:PrincipalTag/team": f"team-{number % 5}"}}
    return allow(actions, on, **({"Condition": condition} if number % 4 == 0 else {}))
