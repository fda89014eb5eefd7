"""ARNs taken apart and put together."""

from __future__ import annotations

import pytest

from least_privilege.errors import InvalidAccountIdError, InvalidArnError
from least_privilege.policy import Arn, check_arn, role_arn, split_name_and_path


@pytest.mark.parametrize(
    "text",
    [
        "arn:aws:s3:::pictures",
        "arn:aws-cn:iam::111122223333:role/team/Reader",
        "arn:aws-us-gov:logs:us-gov-west-1:111122223333:log-group:/a:log-stream:b",
    ],
)
def test_an_arn_comes_back_as_it_was(text: str) -> None:
    assert str(Arn.parse(text)) == text


def test_the_resource_keeps_its_colons() -> None:
    arn = Arn.parse("arn:aws:logs:eu-central-1:111122223333:log-group:/a:log-stream:b")
    assert (arn.service, arn.account) == ("logs", "111122223333")
    assert arn.resource == "log-group:/a:log-stream:b"


@pytest.mark.parametrize(
    "text", ["", "pictures", "arn:aws:s3", "arn:aws::::x", "arn:aws:s3:::", "ARN:aws:s3:::x"]
)
def test_what_is_no_arn_is_refused(text: str) -> None:
    with pytest.raises(InvalidArnError, match=r"where must be an ARN like arn:PARTITION"):
        Arn.parse(text, argument="where")


@pytest.mark.parametrize("partition", ["", "*", "amazon", "aws-", "AWS"])
def test_an_arn_of_no_partition_is_refused(partition: str) -> None:
    with pytest.raises(InvalidArnError, match="must name a partition like 'aws'"):
        Arn.parse(f"arn:{partition}:s3:::pictures")


def test_the_arn_of_another_kind_is_refused_with_an_example() -> None:
    with pytest.raises(InvalidArnError, match=r"key must be an ARN like arn:aws:kms:\.\.\.:key/"):
        check_arn("arn:aws:kms:x:1:alias/a", service="kms", resource="key/", argument="key")


def test_the_arn_of_a_role_has_the_partition_of_the_deployment() -> None:
    assert role_arn(role_name="Reader") == (
        "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/Reader"
    )


def test_the_arn_of_a_role_is_taken_apart_again() -> None:
    """The placeholders of partition, account and region hold colons of their own."""
    arn = role_arn(role_name="Reader")
    assert check_arn(arn, service="iam", resource="role/", argument="role_arn") == arn


def test_the_arn_of_a_role_of_no_account_is_refused() -> None:
    with pytest.raises(InvalidAccountIdError):
        role_arn(role_name="Reader", account="123")


@pytest.mark.parametrize(
    ("text", "name", "path"),
    [
        ("Reader", "Reader", "/"),
        ("team/Reader", "Reader", "/team/"),
        ("/team/ops/Reader", "Reader", "/team/ops/"),
    ],
)
def test_a_path_may_stand_in_front_of_a_name(text: str, name: str, path: str) -> None:
    assert split_name_and_path(text) == (name, path)
