"""The statements of each OpenID Connect trust, word by word."""

from __future__ import annotations

from typing import Any

import pytest

from least_privilege.policy import PolicyDocument
from least_privilege.trust import (
    BitbucketPipelines,
    CircleCi,
    EksServiceAccount,
    GitHubActions,
    GitHubSubject,
    GitLab,
    OidcClaim,
    OpenIdConnect,
    SessionTag,
    SourceIdentity,
    TerraformCloud,
    TerraformRunPhase,
    Trust,
)

ORGANIZATION = "11111111-2222-3333-4444-555555555555"
PROJECT = "66666666-7777-8888-9999-000000000000"
CLUSTER = "oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE"
SENTINEL = "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d"
GITHUB = "token.actions.githubusercontent.com"
SERVER = "github.example.com/_services/token"
CIRCLE = f"oidc.circleci.com/org/{ORGANIZATION}"
BITBUCKET = "api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc"
ANY_USER = "????????-????-????-????-????????????"


def allow(
    issuer: str, equals: dict[str, Any], like: dict[str, Any] | None = None, **rest: Any
) -> dict[str, Any]:
    condition = {}
    for operator, keys in (("StringEquals", equals), ("StringLike", like)):
        if keys:
            condition[operator] = {f"{issuer}:{claim}": value for claim, value in keys.items()}
    provider = f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:oidc-provider/{issuer}"
    return {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": condition,
    } | rest


SAID: list[tuple[Trust, dict[str, Any]]] = [
    (
        OpenIdConnect(
            issuer="Auth.example.com/a/", audiences=("one", "two"), subjects=("worker",)
        ),
        allow("Auth.example.com/a/", {"aud": ["one", "two"], "sub": "worker"}),
    ),
    (
        OpenIdConnect(
            issuer="gitlab.com",
            audiences=("one",),
            subjects=("project_path:acme/app:ref_type:branch:ref:main", "project_path:acme/b:*"),
            claims=(
                OidcClaim(name="user_access_level", values=("maintainer", "owner")),
                OidcClaim(name="user_login", values=("bot-*",)),
            ),
        ),
        allow(
            "gitlab.com",
            {"aud": "one", "user_access_level": ["maintainer", "owner"]},
            {
                "sub": [
                    "project_path:acme/app:ref_type:branch:ref:main",
                    "project_path:acme/b:*",
                ],
                "user_login": "bot-*",
            },
        ),
    ),
    (
        OpenIdConnect(issuer="accounts.google.com", audiences=("app",), subjects=("1234567890",)),
        allow(
            "accounts.google.com",
            {"aud": "app", "sub": "1234567890"},
            Principal={"Federated": "accounts.google.com"},
        ),
    ),
    (
        GitHubActions(
            repository="octo-org/app",
            owner_id="123456",
            repository_id="456789",
            branches=["main"],  # type: ignore[arg-type] # as most people write it
            environments=("prod:v1",),
        ),
        allow(
            GITHUB,
            {
                "aud": "sts.amazonaws.com",
                "sub": [
                    "repo:octo-org@123456/app@456789:ref:refs/heads/main",
                    "repo:octo-org@123456/app@456789:environment:prod%3Av1",
                ],
                "repository_id": "456789",
                "repository_owner_id": "123456",
            },
        ),
    ),
    (
        GitHubActions(
            repository="octo-org/app",
            owner_id="123456",
            repository_id="456789",
            subject_format=GitHubSubject.BOTH,
            tags=("v*",),
            pull_requests=True,
            reusable_workflows=("acme/ci/.github/workflows/x.yml@refs/heads/main",),
        ),
        allow(
            GITHUB,
            {
                "aud": "sts.amazonaws.com",
                "repository_id": "456789",
                "repository_owner_id": "123456",
                "job_workflow_ref": "acme/ci/.github/workflows/x.yml@refs/heads/main",
            },
            {
                "sub": [
                    "repo:octo-org@123456/app@456789:ref:refs/tags/v*",
                    "repo:octo-org@123456/app@456789:pull_request",
                    "repo:octo-org/app:ref:refs/tags/v*",
                    "repo:octo-org/app:pull_request",
                ]
            },
        ),
    ),
    (
        GitHubActions(
            repository="octo-org/app",
            subject_format=GitHubSubject.NAMES,
            whole_repository=True,
            issuer=SERVER,
            audiences=("aws",),
        ),
        allow(SERVER, {"aud": "aws"}, {"sub": "repo:octo-org/app:*"}),
    ),
    (
        GitLab(project="acme/web/app", tags=("v*",), project_id="20", protected_refs_only=True),
        allow(
            "gitlab.com",
            {"aud": "https://gitlab.com", "project_id": "20", "ref_protected": "true"},
            {"sub": "project_path:acme/web/app:ref_type:tag:ref:v*"},
        ),
    ),
    (
        GitLab(project="acme/app", branches=("main",), issuer="gitlab.example.com"),
        allow(
            "gitlab.example.com",
            {
                "aud": "https://gitlab.example.com",
                "sub": "project_path:acme/app:ref_type:branch:ref:main",
            },
        ),
    ),
    (
        CircleCi(
            organization_id=ORGANIZATION,
            project_id=PROJECT,
            repository="github.com/acme/app",
            branches=("main",),
        ),
        allow(
            CIRCLE,
            {"aud": ORGANIZATION, "oidc.circleci.com/project-id": PROJECT},
            {
                "sub": f"org/{ORGANIZATION}/project/{PROJECT}/user/{ANY_USER}"
                "/vcs-origin/github.com/acme/app/vcs-ref/refs/heads/main"
            },
        ),
    ),
    (
        BitbucketPipelines(
            workspace="acme",
            workspace_id=ORGANIZATION,
            repository_id=PROJECT,
            deployment_environment_ids=(ORGANIZATION,),
        ),
        allow(
            BITBUCKET,
            {"aud": f"ari:cloud:bitbucket::workspace/{ORGANIZATION}"},
            {"sub": f"{{{PROJECT}}}:{{{ORGANIZATION}}}:*"},
        ),
    ),
    (
        TerraformCloud(
            organization="acme",
            project="Default Project",
            workspaces=("app",),
            run_phases=(TerraformRunPhase.PLAN, TerraformRunPhase.APPLY),
        ),
        allow(
            "app.terraform.io",
            {
                "aud": "aws.workload.identity",
                "sub": [
                    "organization:acme:project:Default Project:workspace:app:run_phase:plan",
                    "organization:acme:project:Default Project:workspace:app:run_phase:apply",
                ],
            },
        ),
    ),
    (
        EksServiceAccount(issuer=CLUSTER, namespace="payments", service_accounts=("reader",)),
        allow(
            CLUSTER, {"aud": "sts.amazonaws.com", "sub": "system:serviceaccount:payments:reader"}
        ),
    ),
    (
        EksServiceAccount(issuer=CLUSTER, namespace="payments", whole_namespace=True),
        allow(
            CLUSTER, {"aud": "sts.amazonaws.com"}, {"sub": "system:serviceaccount:payments:*"}
        ),
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    "trust",
    [
        GitLab(project="acme/app", branches=("main",), audiences=("aws",)),
        CircleCi(
            organization_id=ORGANIZATION, project_id=PROJECT, whole_project=True, audiences=("aws",)
        ),
        BitbucketPipelines(
            workspace="acme",
            workspace_id=ORGANIZATION,
            repository_id=PROJECT,
            whole_repository=True,
            audiences=("aws",),
        ),
    ],
)
def test_an_audience_of_ones_own_takes_the_place_of_the_usual_one(trust: Trust) -> None:
    assert trust.statements()[0].conditions[0].values == ("aws",)


@pytest.mark.parametrize(("trust", "statement"), SAID)
def test_a_trust_in_tokens_says_exactly_this(trust: Trust, statement: dict[str, Any]) -> None:
    assert [each.to_dict() for each in trust.statements()] == [statement]


@pytest.mark.parametrize(("trust", "statement"), SAID)
def test_a_trust_in_tokens_is_a_value(trust: Trust, statement: dict[str, Any]) -> None:
    assert hash(trust) == hash(trust)
    assert trust in {trust}


def test_tags_and_a_source_identity_of_the_token_are_admitted_where_they_are_named() -> None:
    trust = OpenIdConnect(
        issuer="auth.example.com",
        audiences=("app",),
        subjects=("worker",),
        source_identity=SourceIdentity(values=("alice",)),
        session_tags=(SessionTag(key="team", values=("red",)),),
    )
    (statement,) = trust.statements()
    assert statement.actions == (
        "sts:AssumeRoleWithWebIdentity",
        "sts:SetSourceIdentity",
        "sts:TagSession",
    )
    keys = [condition.key for condition in statement.conditions]
    assert keys[:2] == ["auth.example.com:aud", "auth.example.com:sub"]
    assert {"sts:SourceIdentity", "aws:RequestTag/team"} <= set(keys)


def test_the_customers_of_sentinel_are_told_apart_by_the_name_of_the_session() -> None:
    trust = OpenIdConnect(
        issuer=SENTINEL,
        audiences=("api://1462b192-27f7-4cb9-8523-0f4ecb54b47e",),
        subjects=("d4230588-5f84-4281-a9c7-2c15194b28f7",),
        role_session_names=("MicrosoftSentinel_1",),
    )
    condition = trust.statements()[0].conditions[-1]
    assert (condition.operator, condition.key, condition.values) == (
        "StringEquals",
        "sts:RoleSessionName",
        ("MicrosoftSentinel_1",),
    )


def test_a_claim_of_several_values_is_asked_for_one_of_them() -> None:
    """Without `ForAnyValue`, a key with several values is compared with none."""
    claim = OidcClaim(name="amr", values=("authenticated", "mfa*"))
    assert claim.condition("auth.example.com").operator == "ForAnyValue:StringLike"


def test_conditions_of_one_provider_never_reach_another() -> None:
    document = PolicyDocument.of(*(each for trust, _ in SAID for each in trust.statements()))
    for statement in document.to_dict()["Statement"]:
        issuer = statement["Principal"]["Federated"].rpartition(":oidc-provider/")[2]
        keys = [key for keys in statement["Condition"].values() for key in keys]
        assert all(key.startswith(f"{issuer}:") for key in keys)


def test_what_is_known_at_deployment_only_passes_where_it_is_a_value() -> None:
    trust = GitHubActions(
        repository="octo-org/${Token[Name.1]}",
        owner_id="${Token[Owner.2]}",
        repository_id="${Token[Repository.3]}",
        environments=("${Token[AWS.StackName.4]}:x",),
    )
    assert trust.statements()[0].conditions[1].values == (
        "repo:octo-org@${Token[Owner.2]}/${Token[Name.1]}@${Token[Repository.3]}"
        ":environment:${Token[AWS.StackName.4]}%3Ax",
    )
