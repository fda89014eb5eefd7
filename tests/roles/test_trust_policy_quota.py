"""Trust policies within the quota in force, and tokens looked at once they are known."""

from __future__ import annotations

import jsii
import pytest
from aws_cdk import Environment, IStableStringProducer, Lazy, Stack, aws_iam as iam
from aws_cdk.assertions import Template

from least_privilege.errors import InvalidSettingError, QuotaExceededError
from least_privilege.roles import TrustedRole
from least_privilege.trust import AwsAccount, AwsRoles, SamlProvider, Trust
from tests.conftest import ACCOUNT, OTHER_ACCOUNT, new_app, new_stack, only

SETTING = "least-privilege:role-trust-policy-length"


def many(count: int) -> list[AwsRoles]:
    names = tuple(f"role-number-{number:03}" for number in range(count))
    return [AwsRoles(account_id=OTHER_ACCOUNT, role_names=names)]


def stack_with(quota: object) -> Stack:
    app = new_app()
    app.node.set_context(SETTING, quota)
    return new_stack(app=app)


def test_past_the_quota_the_error_says_by_how_much_and_what_to_do(stack: Stack) -> None:
    with pytest.raises(QuotaExceededError) as raised:
        TrustedRole(stack, "Role", trusted_by=many(60))
    said = str(raised.value)
    assert said.startswith("Stack/Role: trusted_by makes a trust policy of ")
    assert "the quota is 2,048 (" in said
    assert "trust an Organization with unit_paths" in said
    assert SETTING in said
    assert not stack.node.children


@pytest.mark.parametrize("quota", [4096, "4096", 4096.0])
def test_a_quota_that_aws_has_raised_is_a_setting(quota: object) -> None:
    stack = stack_with(quota)
    TrustedRole(stack, "Role", trusted_by=many(60))
    with pytest.raises(QuotaExceededError, match="the quota is 4,096"):
        TrustedRole(stack, "Other", trusted_by=many(90))


@pytest.mark.parametrize("quota", [1000, 9000, "much", True, [4096]])
def test_a_quota_that_aws_does_not_give_is_refused(quota: object) -> None:
    with pytest.raises(InvalidSettingError, match=f"{SETTING} must be from 2,048 to 4,096"):
        TrustedRole(stack_with(quota), "Role", trusted_by=many(60))


@jsii.implements(IStableStringProducer)
class Later:
    """A text that is known when the app is synthesized."""

    def __init__(self, text: str) -> None:
        self._text = text

    def produce(self) -> str:
        return self._text


def known_later(text: str) -> str:
    return str(Lazy.string(Later(text)))


@pytest.mark.parametrize(
    ("trust", "says"),
    [
        (lambda: AwsAccount(account_id=known_later("123")), "account_id must be 12 digits"),
        (
            lambda: AwsAccount(account_id=OTHER_ACCOUNT, external_ids=(known_later("x"),)),
            "2 to 1,224",
        ),
        (
            lambda: AwsAccount(account_id=known_later(ACCOUNT), external_ids=("abc",)),
            "role's own account",
        ),
        (
            lambda: AwsRoles(
                account_id=OTHER_ACCOUNT,
                role_arns=(known_later(f"arn:aws:iam::{OTHER_ACCOUNT}:user/alice"),),
            ),
            "role_arns must be an ARN like",
        ),
        (
            lambda: AwsRoles(account_id=OTHER_ACCOUNT, role_names=(known_later("*"),)),
            "no wildcard",
        ),
        (
            lambda: AwsRoles(
                account_id=OTHER_ACCOUNT,
                role_names=tuple(known_later(f"{each:064}") for each in range(25)),
            ),
            "the quota is 2,048",
        ),
    ],
)
def test_what_was_not_known_in_the_constructor_is_checked_when_it_is(trust, says: str) -> None:  # type: ignore[no-untyped-def]
    app = new_app()
    stack = new_stack(app=app)
    TrustedRole(stack, "Role", trusted_by=[trust()])
    with pytest.raises(RuntimeError, match=rf"\[Stack/Role\] .*{says}"):
        app.synth()


def test_what_turns_out_right_is_deployed_as_it_is() -> None:
    app = new_app()
    stack = new_stack(app=app)
    TrustedRole(
        stack,
        "Role",
        trusted_by=[AwsRoles(account_id=known_later(OTHER_ACCOUNT), role_names=("A",))],
    )
    app.synth()
    (statement,) = only(stack, "AWS::IAM::Role")["AssumeRolePolicyDocument"]["Statement"]
    assert OTHER_ACCOUNT in str(statement["Principal"])


def test_roles_of_the_cdk_and_imported_ones_are_trusted_as_they_are() -> None:
    app = new_app()
    stack = new_stack(app=app)
    own = iam.Role(stack, "Own", assumed_by=iam.AccountRootPrincipal())
    imported = iam.Role.from_role_arn(
        stack, "Imported", f"arn:aws:iam::{OTHER_ACCOUNT}:role/team/Auditor"
    )
    named = TrustedRole(
        Stack(app, "Other", env=Environment(account=OTHER_ACCOUNT, region="eu-central-1")),
        "Named",
        role_name="Named",
        path="/team/",
        trusted_by=[SamlProvider(provider_name="Okta")],
    )
    trusted: list[Trust] = [AwsRoles.of(each) for each in (own, imported, named)]
    TrustedRole(stack, "Role", trusted_by=trusted)
    (role,) = [
        each["Properties"]
        for each in Template.from_stack(stack).find_resources("AWS::IAM::Role").values()
        if "aws:PrincipalArn" in str(each)
    ]
    (statement,) = [
        each
        for each in role["AssumeRolePolicyDocument"]["Statement"]
        if OTHER_ACCOUNT in str(each["Principal"])
    ]
    arns = str(statement["Condition"]["ArnEquals"]["aws:PrincipalArn"])
    assert f":iam::{OTHER_ACCOUNT}:role/team/Auditor" in arns
    assert f":iam::{OTHER_ACCOUNT}:role/team/Named" in arns
    assert "Fn::GetAtt" in str(role)
