"""Stacks that are there by a setting: operators with MFA, and a pipeline without keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App

from app import compose
from least_privilege.access import AccessRequest, PolicySet, Principal, evaluate
from least_privilege.errors import InvalidSettingError
from least_privilege.permissions import AssumeRole
from least_privilege.policy import PolicyDocument, PolicyKind
from least_privilege.template import Reading, read_assembly
from least_privilege.trust import AwsAccount, trust_policy
from stacks.settings import Settings
from tests.stacks.conftest import EXAMPLES, context

Templates = Callable[..., Mapping[str, Any]]

ACCOUNT = EXAMPLES["app:account"]
REGION = EXAMPLES["app:region"]
GITHUB = "token.actions.githubusercontent.com"
PIPELINE = {
    "github_repository": "octo-org/app",
    "github_owner_id": "123456",
    "github_repository_id": "456789",
}


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Reading:
    outdir = tmp_path_factory.mktemp("assembly")
    settings = context(operators=["alice", "ops/bob"], **PIPELINE)
    app = App(
        context=settings | {"aws:cdk:bundling-stacks": []},
        analytics_reporting=False,
        outdir=str(outdir),
    )
    compose(app).synth()
    return read_assembly(Path(outdir))


def test_without_a_setting_there_is_neither(templates: Templates) -> None:
    assert not {"OperatorAccess", "PipelineAccess"} & set(templates())


@pytest.mark.parametrize(
    ("user", "mfa_age", "allowed"),
    [
        ("alice", 60, True),
        ("ops/bob", 3600, True),
        ("alice", 3601, False),
        ("alice", None, False),
        ("bob", 60, False),
    ],
)
def test_operators_assume_their_role_after_mfa(
    user: str, mfa_age: int | None, allowed: bool, reading: Reading
) -> None:
    role = reading.role("OperatorAccess/Operator")
    mfa = {"aws:MultiFactorAuthPresent": True, "aws:MultiFactorAuthAge": mfa_age}
    request = AccessRequest(
        principal=f"arn:aws:iam::{ACCOUNT}:user/{user}",
        action="sts:AssumeRole",
        resource=role.arn,
        context={} if mfa_age is None else mfa,
    )
    policies = PolicySet(identity=_may_assume(role.arn), resource=role.trust)
    assert evaluate(request, policies).is_allowed is allowed


def _may_assume(arn: str) -> list[PolicyDocument]:
    document = PolicyDocument.of(*AssumeRole(role_arn=arn).statements())
    return [PolicyDocument.parse(document.to_dict())]


@pytest.mark.parametrize(
    ("subject", "audience", "allowed"),
    [
        ("repo:octo-org@123456/app@456789:environment:production", "sts.amazonaws.com", True),
        ("repo:octo-org@123456/app@456789:environment:staging", "sts.amazonaws.com", False),
        ("repo:octo-org@123456/app@456789:ref:refs/heads/main", "sts.amazonaws.com", False),
        ("repo:octo-org@123456/app@456789:pull_request", "sts.amazonaws.com", False),
        ("repo:octo-org@123456/app@456789:environment:production", "another", False),
        ("repo:fork@999999/app@111111:environment:production", "sts.amazonaws.com", False),
    ],
)
def test_the_environment_of_the_repository_alone_deploys(
    subject: str, audience: str, allowed: bool, reading: Reading
) -> None:
    role = reading.role("PipelineAccess/Deployer")
    request = AccessRequest(
        principal=Principal.federated(f"arn:aws:iam::{ACCOUNT}:oidc-provider/{GITHUB}"),
        action="sts:AssumeRoleWithWebIdentity",
        resource=role.arn,
        context={
            f"{GITHUB}:sub": subject,
            f"{GITHUB}:aud": audience,
            f"{GITHUB}:repository_id": "456789",
            f"{GITHUB}:repository_owner_id": "123456",
        },
    )
    evaluation = evaluate(request, PolicySet(resource=role.trust))
    assert evaluation.is_allowed is allowed, evaluation.explain()


def roles_of_the_bootstrap(reading_folder: Path) -> set[str]:
    """What `cdk deploy` of this assembly assumes, in every account."""
    files = (reading_folder / "manifest.json", *reading_folder.glob("*.assets.json"))
    found = re.findall(
        r'"(?:assumeRoleArn|arn)": "(arn:[^"]+:role/cdk-[^"]+)"',
        " ".join(each.read_text("utf-8") for each in files),
    )
    return {each.replace("${AWS::Partition}", "aws") for each in found}


def test_a_deployment_assumes_what_the_bootstrap_made_for_it(reading: Reading) -> None:
    role = reading.role("PipelineAccess/Deployer")
    needed = roles_of_the_bootstrap(Path(reading.stacks[0].file).parent)
    assert {each.split(":")[4] for each in needed} == {ACCOUNT, EXAMPLES["app:audit_account"]}
    for arn in (*needed, *(each.replace("-deploy-role-", "-cfn-exec-role-") for each in needed)):
        request = AccessRequest(principal=role.session(), action="sts:AssumeRole", resource=arn)
        allowed = evaluate(request, role.policy_set(resource=_trusting_ours())).is_allowed
        assert allowed is (arn in needed), arn


def test_the_pipeline_assumes_no_role_of_the_app(reading: Reading) -> None:
    role = reading.role("PipelineAccess/Deployer")
    request = AccessRequest(
        principal=role.session(),
        action="sts:AssumeRole",
        resource=f"arn:aws:iam::{ACCOUNT}:role/ReportReader",
    )
    assert not evaluate(request, role.policy_set(resource=_trusting_ours())).is_allowed


def _trusting_ours() -> PolicyDocument:
    """As a bootstrap with --trust makes its roles."""
    text = trust_policy([AwsAccount(account_id=ACCOUNT)]).to_json()
    return PolicyDocument.parse(text.replace("${AWS::Partition}", "aws"), PolicyKind.TRUST)


def test_an_identity_provider_that_exists_is_not_made_again(templates: Templates) -> None:
    for exists in (True, False):
        found = templates(existing_github_provider=exists, **PIPELINE)["PipelineAccess"]
        types = [each["Type"] for each in found["Resources"].values()]
        assert ("AWS::IAM::OIDCProvider" in types) is not exists


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"operators": "al*ce"}, "app:operators: user_names must hold no wildcard"),
        (
            {"github_repository": "octo-org/app"},
            "app:github_repository: owner_id and repository_id",
        ),
        (
            PIPELINE | {"github_repository": "octo-org/*"},
            "app:github_repository: repository must",
        ),
        (
            PIPELINE | {"github_environment": "*"},
            "app:github_environment must name one environment",
        ),
    ],
)
def test_settings_that_would_admit_strangers_are_refused(
    settings: dict[str, str], says: str
) -> None:
    with pytest.raises(InvalidSettingError, match=f"^{says}"):
        Settings.from_context(context(**settings))
