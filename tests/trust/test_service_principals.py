"""The table of service principals: its form, and what becomes of its rows."""

from __future__ import annotations

import re

from least_privilege.trust import AwsService, service_principals

TABLE = service_principals()
KNOWN_OF = ("source_account", "source_arn", "external_id", "principal_tags", "actions")
ROW = {
    "source_account": (bool, type(None)),
    "source_arn": (bool, type(None)),
    "source_arn_form": (str,),
    "external_id": (bool,),
    "principal_tags": (bool,),
    "actions": (list,),
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
        (statement,) = AwsService(principal=name).statements()
        keys = [condition.key for condition in statement.conditions]
        assert keys == (["aws:SourceAccount"] if row.get("source_account") else []), name


def test_the_china_form_of_a_principal_is_known_by_its_row() -> None:
    (statement,) = AwsService(principal="ec2.amazonaws.com.cn").statements()
    assert statement.principals[0].identifier == "ec2.amazonaws.com.cn"
