"""Which names of services are taken, whose row is theirs, and what is proposed for a slip."""

from __future__ import annotations

import pytest

from least_privilege.access import Principal
from least_privilege.errors import InvalidServicePrincipalError
from least_privilege.trust import AwsService
from tests.trust.kit import OTHER, OWN, assuming


def test_the_service_of_one_region_is_trusted_alone_and_known_by_its_row() -> None:
    trust = AwsService(principal="redshift.us-west-2.amazonaws.com")
    regional, everywhere = map(Principal.service, (trust.principal, "redshift.amazonaws.com"))
    assert assuming(trust, regional, {"aws:SourceAccount": OWN}).is_allowed
    assert not assuming(trust, regional, {"aws:SourceAccount": OTHER}).is_allowed
    assert not assuming(trust, everywhere, {"aws:SourceAccount": OWN}).is_allowed


@pytest.mark.parametrize(
    "principal",
    [
        "ec2.eu-central-1.amazonaws.com",
        "ec2.us-gov-west-1.amazonaws.com",
        "ec2.cn-north-1.amazonaws.com.cn",
        "ec2.amazonaws.com.cn",
        "ec2.amazonaws.eu",
        "ec2.c2s.ic.gov",
        "ec2.${AWS::URLSuffix}",
        "${Token[ec2.amazonaws.com.10]}",
        "ec2.${Token[AWS.URLSuffix.4]}",
        "ec2.${Token[AWS.Region.3]}.amazonaws.com",
    ],
)
def test_every_form_of_a_name_is_known_by_its_row_and_kept_as_written(principal: str) -> None:
    trust = AwsService(principal=principal)
    assert trust.statements()[0].principals[0].identifier == principal
    with pytest.raises(InvalidServicePrincipalError, match=r"source_account cannot be demanded"):
        AwsService(
            principal=principal,
            source_account=True,
            unlisted_reason="a reason does not make it send the key",
        )


@pytest.mark.parametrize(
    "principal",
    ["lexv2.aws.internal", "new.amazonaws.eu", "${Token[TOKEN.7]}", "${Token[T.7]}.amazonaws.com"],
)
def test_a_name_that_is_not_in_the_table_needs_a_reason(principal: str) -> None:
    with pytest.raises(InvalidServicePrincipalError, match=r"say so in unlisted_reason"):
        AwsService(principal=principal)
    trust = AwsService(principal=principal, unlisted_reason="the guide of the service names it")
    assert trust.statements()[0].principals[0].identifier == principal


NAMES = [
    ("lamda.amazonaws.com", "did you mean 'lambda.amazonaws.com'; if the service is newer"),
    ("lamda.eu-central-1.amazonaws.com", "did you mean 'lambda.amazonaws.com'"),
    ("Lambda.amazonaws.com", "like .*, got .*; did you mean 'lambda.amazonaws.com'$"),
    ("lambda.amazonaws.com ", "did you mean 'lambda.amazonaws.com'$"),
    ("lambda", "did you mean 'lambda.amazonaws.com'$"),
    ("*", r"must be a service principal like 'lambda.amazonaws.com', got '\*'$"),
    ("", "must be a service principal like 'lambda.amazonaws.com', got ''$"),
    ("x.example.com", "must be a service principal like"),
    ("eu-central-1.amazonaws.com", "is no known service principal"),
    ("${Token[T.1]}*", "must be a service principal like"),
    ("${Token[T.1]}", "is known at deployment only, .* write its name"),
    (7, "principal must be a string like 'lambda.amazonaws.com', got 7"),
]


@pytest.mark.parametrize(("principal", "says"), NAMES)
def test_what_is_no_name_is_refused_with_the_nearest_one(principal: str, says: str) -> None:
    with pytest.raises(InvalidServicePrincipalError, match=says):
        AwsService(principal=principal)


def test_no_name_is_proposed_that_has_only_the_domain_in_common() -> None:
    with pytest.raises(InvalidServicePrincipalError) as refused:
        AwsService(principal="brand-new-thing.amazonaws.com")
    assert "did you mean" not in str(refused.value)
