"""Settings come from CDK context; a wrong one is named, with the mend."""

from __future__ import annotations

from typing import Any

import pytest

from least_privilege.errors import InvalidSettingError
from least_privilege.roles import PolicyType
from least_privilege.validation import NagPack
from stacks import Settings

GOOD = {
    "app:account": "111122223333",
    "app:audit_account": "444455556666",
    "app:region": "eu-central-1",
    "app:audit_external_id": "audit-firm-4711",
}


def test_settings_are_read_from_context() -> None:
    settings = Settings.from_context(
        GOOD | {"app:tags": {"team": "platform"}, "@aws-cdk/core:some-flag": True}
    )
    assert settings.account == "111122223333"
    assert settings.tags == {"team": "platform"}
    assert settings.termination_protection
    assert settings.nag_packs == (NagPack.AWS_SOLUTIONS,)


def test_the_command_line_can_set_each_kind_of_setting() -> None:
    settings = Settings.from_context(
        GOOD
        | {
            "app:termination_protection": "false",
            "app:nag_packs": "AwsSolutions,NIST.800.53.R5",
            "app:policy_type": "customer managed",
            "app:app_origins": "https://a.example.com, https://b.example.com",
        }
    )
    assert not settings.termination_protection
    assert settings.nag_packs == (NagPack.AWS_SOLUTIONS, NagPack.NIST_800_53_R5)
    assert settings.policy_type is PolicyType.CUSTOMER_MANAGED
    assert settings.app_origins == ("https://a.example.com", "https://b.example.com")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"app:account": "12345"}, "app:account must be 12 digits, got '12345'"),
        ({"app:account": 111122223333}, "app:account must be a string in quotes"),
        ({"app:audit_account": "11112222333x"}, "app:audit_account must be 12 digits"),
        ({"app:audit_account": "111122223333"}, "app:audit_account must be another account"),
        ({"app:region": "eu-centrall-1"}, "did you mean eu-central-1"),
        ({"app:region": ""}, "app:region must be a region of AWS"),
        ({"app:organization_id": "o-1"}, "app:organization_id must be 'o-' and 10 to 32"),
        ({"app:audit_external_id": "x"}, "app:audit_external_id must each be 2 to 1,224"),
        ({"app:alarm_email": "nobody"}, "app:alarm_email must be an e-mail address"),
        ({"app:app_origins": ["http://app.example.com"]}, "app:app_origins must each be an origin"),
        ({"app:app_origins": ["*"]}, "app:app_origins must each be an origin"),
        ({"app:nag_packs": ["NIST"]}, "app:nag_packs must be some of AwsSolutions"),
        ({"app:policy_type": "managed"}, "app:policy_type must be one of inline, customer managed"),
        ({"app:termination_protection": "no"}, "must be true or false"),
        ({"app:tags": "team"}, "app:tags must be an object"),
        ({"app:acount": "1"}, "app:acount is no setting; did you mean app:account"),
        ({"app:deploying": True}, "still AWS's example numbers"),
        ({"app:account": "123456789012"}, "must both be yours, or both AWS's example numbers"),
        (
            {
                "app:account": "123456789012",
                "app:audit_account": "210987654321",
                "app:audit_external_id": "audit-firm-customer-4711",
            },
            "app:audit_external_id must be yours",
        ),
        ({"app:boundary": "arn:foo"}, "app:boundary must be an ARN like"),
        ({"app:region": "cn-north-1"}, "app:user_access must be false in cn-north-1"),
    ],
)
def test_a_wrong_setting_is_named_with_its_mend(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidSettingError, match=r"^app:") as caught:
        Settings.from_context(GOOD | wrong)
    assert message in str(caught.value)


@pytest.mark.parametrize("missing", sorted(GOOD))
def test_a_setting_without_default_must_be_given(missing: str) -> None:
    given = {name: value for name, value in GOOD.items() if name != missing}
    with pytest.raises(InvalidSettingError, match=f"{missing} must be set in cdk.json or with -c"):
        Settings.from_context(given)
