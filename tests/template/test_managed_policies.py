"""AWS's own managed policies: every document can be read, and says where it comes from."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest

from least_privilege.policy import Effect, PolicyDocument
from least_privilege.policy.service_reference import expand_actions, expand_not_actions
from least_privilege.template.managed_policies import (
    managed_policies_date,
    managed_policies_notice,
    managed_policy_document,
    managed_policy_names,
)


def document_of(name: str, partition: str = "aws") -> PolicyDocument:
    found = managed_policy_document(f"arn:{partition}:iam::aws:policy/{name}")
    assert found is not None
    return found


def actions_of(document: PolicyDocument) -> set[str]:
    return set(expand_actions(action for each in document.statements for action in each.actions))


def test_every_document_is_read_and_few_of_them_only_deny() -> None:
    names = managed_policy_names()
    assert len(names) > 1_500
    assert list(names) == sorted(set(names))
    only_deny = {
        name
        for name in names
        if {each.effect for each in document_of(name).statements} == {Effect.DENY}
    }
    assert {"AWSDenyAll", "AWSCompromisedKeyQuarantineV3"} <= only_deny
    assert len(only_deny) < 20


def test_the_actions_of_all_of_them_expand() -> None:
    """Those that allow nothing known are of services that AWS retired."""
    allowed = dict.fromkeys(managed_policy_names(), 0)
    for name in allowed:
        for each in document_of(name).statements:
            expanded = (
                expand_actions(each.actions)
                if each.actions
                else expand_not_actions(each.not_actions)
            )
            allowed[name] += len(expanded)
    assert allowed["AdministratorAccess"] > 20_000
    assert sum(count == 0 for count in allowed.values()) < 20


@pytest.mark.parametrize(
    ("name", "there", "not_there"),
    [
        ("AmazonS3ReadOnlyAccess", "s3:GetObject", "s3:PutObject"),
        ("IAMFullAccess", "iam:CreateRole", "s3:GetObject"),
        ("service-role/AWSLambdaBasicExecutionRole", "logs:PutLogEvents", "logs:DeleteLogGroup"),
        ("job-function/ViewOnlyAccess", "s3:ListAllMyBuckets", "s3:GetObject"),
        ("AmazonSSMManagedInstanceCore", "ssmmessages:OpenDataChannel", "ssm:SendCommand"),
    ],
)
def test_a_known_policy_has_its_actions(name: str, there: str, not_there: str) -> None:
    found = actions_of(document_of(name))
    assert there in found
    assert not_there not in found


def test_power_users_get_all_but_some() -> None:
    first = document_of("PowerUserAccess").statements[0]
    assert {"iam:*", "organizations:*"} <= set(first.not_actions)


@pytest.mark.parametrize(
    "arn",
    [
        "",
        "AdministratorAccess",
        "arn:aws:iam::aws:policy/",
        "arn:aws:iam::aws:policy/NoSuchPolicy",
        "arn:aws:iam::aws:policy/administratoraccess",
        "arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole",
        "arn:aws:iam::111122223333:policy/AdministratorAccess",
        "arn:aws:s3:::aws:policy/AdministratorAccess",
        "arn:aws-unknown:iam::aws:policy/AdministratorAccess",
        "arn::iam::aws:policy/AdministratorAccess",
        "urn:aws:iam::aws:policy/AdministratorAccess",
    ],
)
def test_any_other_arn_has_no_document(arn: str) -> None:
    assert managed_policy_document(arn) is None


@pytest.mark.parametrize("partition", ["aws-cn", "aws-us-gov"])
def test_another_partition_is_in_the_arns_of_the_document(partition: str) -> None:
    name = "service-role/AWSLambdaVPCAccessExecutionRole"
    assert document_of(name, partition) == document_of(name)  # It names no ARN.
    name = "AmazonDynamoDBFullAccess_v2"
    here, there = document_of(name).to_json(), document_of(name, partition).to_json()
    assert '"arn:aws:' in here
    assert '"arn:aws:' not in there
    assert there.replace(f'"arn:{partition}:', '"arn:aws:') == here


def test_the_data_says_of_when_it_is_and_where_it_comes_from() -> None:
    assert date(2026, 9, 1) <= managed_policies_date() < date(2100, 1, 1)
    notice = managed_policies_notice()
    assert "https://github.com/getmoto/moto/" in notice
    assert "Apache License, Version 2.0" in notice
    assert "Copyright" in notice


def test_the_data_is_not_read_by_an_import() -> None:
    program = (
        "from least_privilege.template import managed_policies as m\n"
        "before = m._content.cache_info().currsize\n"
        "m.managed_policies_date()\n"
        "print(before, m._content.cache_info().currsize)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["0", "1"]
