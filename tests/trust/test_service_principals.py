"""The table of service principals: its form, and what becomes of its rows."""

from __future__ import annotations

import re

from least_privilege.trust import AwsService, service_principals

TABLE = service_principals()
ROW = {
    "source_account": (bool, type(None)),
    "source_arn": (bool, type(None)),
    "source_arn_form": (str,),
    "page": (str,),
    "note": (str,),
}


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
        if any(row.get(key) is not None for key in ("source_account", "source_arn")):
            assert row.get("page", "").startswith("https://"), name


def test_a_service_is_trusted_with_the_account_where_it_is_known_to_send_it() -> None:
    for name, row in TABLE.items():
        (statement,) = AwsService(principal=name).statements()
        keys = [condition.key for condition in statement.conditions]
        assert keys == (["aws:SourceAccount"] if row.get("source_account") else []), name


def test_the_china_form_of_a_principal_is_known_by_its_row() -> None:
    (statement,) = AwsService(principal="ec2.amazonaws.com.cn").statements()
    assert statement.principals[0].identifier == "ec2.amazonaws.com.cn"
