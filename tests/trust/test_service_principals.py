"""The table of service principals: its form, and what becomes of its rows."""

from __future__ import annotations

import re
from typing import Any

from least_privilege import trust as library
from least_privilege.policy import Condition
from least_privilege.trust import AwsService, SessionAction, Trust, service_principals

TABLE = service_principals()
KNOWN_OF = ("source_account", "source_arn", "external_id", "principal_tags", "actions",
            "optional_actions", "narrowed_by")  # fmt: skip
ROW = {
    "source_account": (bool, type(None)),
    "source_arn": (bool, type(None)),
    "source_arn_form": (str,),
    "external_id": (bool,),
    "principal_tags": (bool,),
    "source_arn_only": (bool,),
    "actions": (list,),
    "optional_actions": (list,),
    "actions_page": (str,),
    "instead": (str,),
    "narrowed_by": (list,),
    "page": (str,),
    "note": (str,),
}
OF_AWS = "https://docs.aws.amazon.com/"


def test_every_name_is_a_service_principal_without_a_partition() -> None:
    odd = [name for name in TABLE if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com", name)]  # noqa: E501 # fmt: skip
    assert not odd
    assert list(TABLE) == sorted(TABLE)


def test_every_row_says_what_it_knows_in_known_words() -> None:
    for name, row in TABLE.items():
        assert set(row) <= set(ROW), name
        for key, value in row.items():
            assert isinstance(value, ROW[key]), (name, key)


def test_what_is_said_of_a_service_names_its_page() -> None:
    for name, row in TABLE.items():
        if any(row.get(key) is not None for key in KNOWN_OF):
            assert row.get("page", "").startswith("https://"), name


def test_what_a_service_sends_is_known_from_the_documentation_of_aws() -> None:
    """That it sends nothing is known from those whose roles broke, too; then the reason is told."""
    for name, row in TABLE.items():
        if False in (row.get("source_account"), row.get("source_arn")):
            assert row["note"], name
        elif "page" in row:
            assert row["page"].startswith(OF_AWS), name


def test_a_key_that_is_sent_is_shown_as_an_arn_of_one_service() -> None:
    for name, row in TABLE.items():
        assert bool(row.get("source_arn")) == ("source_arn_form" in row), name
        if "source_arn_form" in row:
            form = row["source_arn_form"]
            assert re.fullmatch(
                r"arn:\$\{Partition\}:[a-z0-9-]+:(\$\{Region\}|\*|):\$\{Account\}:.+", form
            ), name


def test_a_service_sends_both_keys_or_neither_if_it_is_known_to_send_none() -> None:
    for name, row in TABLE.items():
        assert (row.get("source_account") is False) == (row.get("source_arn") is False), name


def test_a_service_is_trusted_with_the_account_where_it_is_known_to_send_it() -> None:
    for name, row in TABLE.items():
        narrow = [
            Condition.of("StringEquals", f"{key}x", "a") for key in row.get("narrowed_by", ())
        ]
        (statement,) = AwsService(principal=name, conditions=tuple(narrow)).statements()
        keys = [each.key for each in statement.conditions if each not in narrow]
        assert keys == (["aws:SourceAccount"] if row.get("source_account") else []), name


def rows_with(key: str) -> dict[str, dict[str, Any]]:
    rows = {name: row for name, row in TABLE.items() if key in row}
    assert rows
    return rows


def test_what_a_service_needs_besides_is_a_session_action_and_named_once() -> None:
    for name, row in TABLE.items():
        always = row.get("actions", ["sts:AssumeRole"])
        assert always[0] == "sts:AssumeRole", name
        more = always[1:] + row.get("optional_actions", [])
        assert set(more) <= set(SessionAction), name
        assert len(more) == len(set(more)), name


def test_a_page_of_its_own_for_actions_is_of_aws_and_is_there_for_actions() -> None:
    for name, row in rows_with("actions_page").items():
        assert row["actions_page"].startswith(OF_AWS), name
        assert row["actions_page"] != row["page"], name
        assert "actions" in row or "optional_actions" in row, name


def test_a_form_that_is_the_only_one_is_there_and_ends_with_the_wildcard() -> None:
    for name, row in rows_with("source_arn_only").items():
        assert row["source_arn_only"] is True, name
        assert re.search(r"[:/]\*$", row["source_arn_form"]), name


def test_a_service_that_has_a_value_of_its_own_says_which_and_what_narrows_it() -> None:
    for name, row in rows_with("instead").items():
        assert issubclass(getattr(library, row["instead"]), Trust), name
        assert row["narrowed_by"], name
    assert set(rows_with("instead")) == set(rows_with("narrowed_by"))


def test_services_that_act_for_several_accounts_are_not_held_to_one() -> None:
    assert TABLE["datazone.amazonaws.com"]["source_account"] is None


def test_services_whose_pages_show_both_keys_are_held_to_the_account() -> None:
    for name in (
        "gameliftstreams",
        "lookoutmetrics",
        "lookoutequipment",
        "application-autoscaling",
    ):
        assert TABLE[f"{name}.amazonaws.com"]["source_account"] is True, name


def test_the_china_form_of_a_principal_is_known_by_its_row() -> None:
    (statement,) = AwsService(principal="ec2.amazonaws.com.cn").statements()
    assert statement.principals[0].identifier == "ec2.amazonaws.com.cn"
