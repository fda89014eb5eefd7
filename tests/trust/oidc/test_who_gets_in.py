"""For each provider: the tokens that get a role, and those next to them that do not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from least_privilege.trust import (
    BitbucketPipelines,
    CircleCi,
    EksServiceAccount,
    GitHubActions,
    GitHubSubject,
    GitLab,
    OidcClaim,
    OpenIdConnect,
    TerraformCloud,
    TerraformRunPhase,
    Trust,
)
from tests.trust.kit import OTHER
from tests.trust.oidc.tokens import Token

ORGANIZATION = "11111111-2222-3333-4444-555555555555"
PROJECT = "66666666-7777-8888-9999-000000000000"
USER = "99999999-8888-7777-6666-555555555555"
STEP = "12345678-1234-1234-1234-123456789012"

GITHUB = "token.actions.githubusercontent.com"
IDS = {"owner_id": "123456", "repository_id": "456789"}
ID_CLAIMS = {"repository_id": "456789", "repository_owner_id": "123456"}
APP = "repo:octo-org@123456/app@456789"
WORKFLOW = "octo-org/ci/.github/workflows/deploy.yml"
COMMIT = "0123456789abcdef0123456789abcdef01234567"

on_github = Token(iss=GITHUB, sub=f"{APP}:ref:refs/heads/main", claims=ID_CLAIMS)


def github(**ways: Any) -> GitHubActions:
    return GitHubActions(**({"repository": "octo-org/app"} | IDS | ways))


def says(sub: str, **claims: str) -> Token:
    return replace(on_github, sub=sub, claims=ID_CLAIMS | claims)


NAMED = github(subject_format=GitHubSubject.NAMES, branches=("main",))
WITHOUT_IDS = github(
    owner_id="", repository_id="", subject_format=GitHubSubject.NAMES, branches=("main",)
)
MOVING = github(subject_format=GitHubSubject.BOTH, branches=("main",))
REUSING = github(
    branches=("main",),
    reusable_workflows=(
        f"{WORKFLOW}@refs/heads/main",
        f"{WORKFLOW}@refs/tags/v*",
        f"{WORKFLOW}@{COMMIT}",
    ),
)
EVERYTHING = github(whole_repository=True)
SERVER = "github.example.com/_services/token"
ON_SERVER = GitHubActions(
    repository="octo-org/app",
    branches=("main",),
    subject_format=GitHubSubject.NAMES,
    issuer=SERVER,
)
ON_GHE = github(branches=("main",), issuer="token.actions.octo.ghe.com/octo")


def says_on_ghe(sub: str = on_github.sub) -> Token:
    return replace(on_github, iss="token.actions.octo.ghe.com/octo", sub=sub)


FROM_MAIN = github(
    environments=("prod",), claims=(OidcClaim(name="ref", values=("refs/heads/main",)),)
)
RELEASES = github(branches=("release/*",))

CASES: dict[str, tuple[Trust, Token, bool]] = {
    "branch": (github(branches=("main",)), on_github, True),
    "one of two branches": (github(branches=("dev", "main")), on_github, True),
    "other branch": (github(branches=("main",)), says(f"{APP}:ref:refs/heads/dev"), False),
    "branch that begins so": (github(branches=("main",)), says(f"{APP}:ref:refs/heads/main2"),
                              False),
    "other upper and lower case": (github(branches=("main",)), says(f"{APP}:ref:refs/heads/Main"),
                                   False),
    "tag of that name": (github(branches=("main",)), says(f"{APP}:ref:refs/tags/main"), False),
    "pull request": (github(branches=("main",)), says(f"{APP}:pull_request"), False),
    "environment": (github(branches=("main",)), says(f"{APP}:environment:main"), False),
    "branch below": (RELEASES, says(f"{APP}:ref:refs/heads/release/1/2"), True),
    "branch not below": (RELEASES, says(f"{APP}:ref:refs/heads/releases"), False),
    "tag below": (RELEASES, says(f"{APP}:ref:refs/tags/release/1"), False),
    "any branch": (github(branches=("*",)), says(f"{APP}:ref:refs/heads/a/b"), True),
    "any branch, a pull request": (github(branches=("*",)), says(f"{APP}:pull_request"), False),
    "any branch, an environment": (github(branches=("*",)), says(f"{APP}:environment:x"), False),
    "any branch, a tag": (github(branches=("*",)), says(f"{APP}:ref:refs/tags/v1"), False),
    "branch named like another subject": (
        github(branches=("main",)),
        says(f"{APP}:ref:refs/heads/x/{APP}:ref:refs/heads/main"), False),
    "environment named like a branch": (
        github(branches=("main",)), says(f"{APP}:environment:x%3Aref%3Arefs/heads/main"), False),
    "its tag": (github(tags=("v*",)), says(f"{APP}:ref:refs/tags/v1"), True),
    "other tag": (github(tags=("v*",)), says(f"{APP}:ref:refs/tags/1"), False),
    "branch like the tag": (github(tags=("v*",)), says(f"{APP}:ref:refs/heads/v1"), False),
    "its environment": (github(environments=("prod",)), says(f"{APP}:environment:prod"), True),
    "other environment": (github(environments=("prod",)), says(f"{APP}:environment:production"),
                          False),
    "its environment, from its branch": (
        FROM_MAIN, says(f"{APP}:environment:prod", ref="refs/heads/main"), True),
    "its environment, from another branch": (
        FROM_MAIN, says(f"{APP}:environment:prod", ref="refs/heads/dev"), False),
    "its environment, from a pull request": (
        FROM_MAIN, says(f"{APP}:environment:prod", ref="refs/pull/1/merge"), False),
    "its branch without the environment": (
        FROM_MAIN, says(on_github.sub, ref="refs/heads/main"), False),
    "no environment": (github(environments=("prod",)), on_github, False),
    "environment with a colon": (
        github(environments=("prod:v1",)), says(f"{APP}:environment:prod%3Av1"), True),
    "its pull request": (github(pull_requests=True), says(f"{APP}:pull_request"), True),
    "push instead": (github(pull_requests=True), on_github, False),
    "everything, pull request": (EVERYTHING, says(f"{APP}:pull_request"), True),
    "everything, environment": (EVERYTHING, says(f"{APP}:environment:x"), True),
    "everything, other repository": (
        EVERYTHING, says("repo:octo-org@123456/app-of-others@456789:pull_request"), False),
    "other repository": (
        github(branches=("main",)), says("repo:octo-org@123456/other@456789:ref:refs/heads/main"),
        False),
    "other owner": (
        github(branches=("main",)), says("repo:mallory@123456/app@456789:ref:refs/heads/main"),
        False),
    "fork": (
        github(branches=("main",)),
        says("repo:mallory@66/app@77:ref:refs/heads/main", repository_id="77",
             repository_owner_id="66"), False),
    "same names after a rename, another repository": (
        github(branches=("main",)),
        says("repo:octo-org@123456/app@999:ref:refs/heads/main", repository_id="999"), False),
    "same names after a rename, another owner": (
        github(branches=("main",)),
        says("repo:octo-org@999/app@456789:ref:refs/heads/main", repository_owner_id="999"), False),
    "subject right, ID wrong": (
        github(branches=("main",)), says(on_github.sub, repository_id="999"), False),
    "old form where the new one is meant": (
        github(branches=("main",)), says("repo:octo-org/app:ref:refs/heads/main"), False),
    "old form": (NAMED, says("repo:octo-org/app:ref:refs/heads/main"), True),
    "old form, name taken over": (
        NAMED, says("repo:octo-org/app:ref:refs/heads/main", repository_id="999"), False),
    "old form, owner taken over": (
        NAMED, says("repo:octo-org/app:ref:refs/heads/main", repository_owner_id="999"), False),
    "old form, no claim of the ID": (
        NAMED, replace(on_github, sub="repo:octo-org/app:ref:refs/heads/main", claims={}), False),
    "old form where no ID is known": (
        WITHOUT_IDS, replace(on_github, sub="repo:octo-org/app:ref:refs/heads/main", claims={}),
        True),
    "new form where the old one is meant": (NAMED, on_github, False),
    "moving, old": (MOVING, says("repo:octo-org/app:ref:refs/heads/main"), True),
    "moving, new": (MOVING, on_github, True),
    "moving, new with another ID": (
        MOVING, says("repo:octo-org@123456/app@9:ref:refs/heads/main", repository_id="9"), False),
    "its workflow": (REUSING, says(on_github.sub, job_workflow_ref=f"{WORKFLOW}@refs/heads/main"),
                     True),
    "its workflow at a version": (
        REUSING, says(on_github.sub, job_workflow_ref=f"{WORKFLOW}@refs/tags/v2"), True),
    "its workflow at a commit": (
        REUSING, says(on_github.sub, job_workflow_ref=f"{WORKFLOW}@{COMMIT}"), True),
    "its workflow at a branch named like the version": (
        REUSING, says(on_github.sub, job_workflow_ref=f"{WORKFLOW}@refs/heads/v2"), False),
    "its workflow at another branch": (
        REUSING, says(on_github.sub, job_workflow_ref=f"{WORKFLOW}@refs/heads/dev"), False),
    "other workflow": (
        REUSING,
        says(on_github.sub, job_workflow_ref="octo-org/x/.github/workflows/x.yml@refs/tags/v2"),
        False),
    "its workflow, called by another branch": (
        REUSING,
        says(f"{APP}:ref:refs/heads/dev", job_workflow_ref=f"{WORKFLOW}@refs/heads/main"), False),
    "no workflow": (REUSING, on_github, False),
    "other audience": (github(branches=("main",)), replace(on_github, aud="sigstore"), False),
    "default audience of GitHub": (
        github(branches=("main",)), replace(on_github, aud="https://github.com/octo-org"), False),
    "no audience": (github(branches=("main",)), replace(on_github, aud=None), False),
    "other issuer": (github(branches=("main",)), replace(on_github, iss="gitlab.com"), False),
    "issuer of an enterprise": (
        github(branches=("main",)), replace(on_github, iss=f"{GITHUB}/octo"), False),
    "its enterprise": (
        github(branches=("main",), issuer=f"{GITHUB}/octo"),
        replace(on_github, iss=f"{GITHUB}/octo"), True),
    "GitHub instead of its enterprise": (
        github(branches=("main",), issuer=f"{GITHUB}/octo"), on_github, False),
    "GHE.com": (
        github(branches=("main",), issuer="token.actions.octo.ghe.com"),
        replace(on_github, iss="token.actions.octo.ghe.com"), True),
    "GHE.com, an enterprise of it": (ON_GHE, says_on_ghe(), True),
    "GHE.com, an enterprise of it, other repository of that name": (
        ON_GHE, says_on_ghe("repo:octo-org@123456/app@9:ref:refs/heads/main"), False),
    "GHE.com instead of its enterprise": (
        ON_GHE, replace(on_github, iss="token.actions.octo.ghe.com"), False),
    "any environment": (github(environments=("*",)), says(f"{APP}:environment:prod"), True),
    "any environment, a branch": (github(environments=("*",)), on_github, False),
    "any environment, other repository": (
        github(environments=("*",)),
        says("repo:octo-org@123456/app2@9:environment:prod", repository_id="9"), False),
    "environments that end so": (
        github(environments=("*-prod",)), says(f"{APP}:environment:eu-prod"), True),
    "environment that ends otherwise": (
        github(environments=("*-prod",)), says(f"{APP}:environment:eu-dev"), False),
    "merge queue of the branch": (
        github(branches=("main",)), says(f"{APP}:ref:refs/heads/gh-readonly-queue/main/pr-1-a"),
        False),
    "merge queue": (
        github(branches=("gh-readonly-queue/main/*",)),
        says(f"{APP}:ref:refs/heads/gh-readonly-queue/main/pr-1-a"), True),
    "not that branch, which IAM cannot say": (
        github(branches=("!main",)), says(f"{APP}:ref:refs/heads/dev"), False),
    "its server": (ON_SERVER, Token(iss=SERVER, sub="repo:octo-org/app:ref:refs/heads/main"), True),
    "GitHub instead of its server": (
        ON_SERVER, Token(iss=GITHUB, sub="repo:octo-org/app:ref:refs/heads/main"), False),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_workflow_of_github_gets_the_role_if_it_is_the_one_that_is_meant(case: str) -> None:
    trust, token, gets = CASES[case]
    assert token.gets(trust) is gets


def test_the_provider_of_another_account_does_not_count() -> None:
    assert not on_github.gets(github(branches=("main",)), account=OTHER)


CIRCLE = f"oidc.circleci.com/org/{ORGANIZATION}"
OF_CIRCLE = f"org/{ORGANIZATION}/project/{PROJECT}/user/{USER}"
OF_APP = f"{OF_CIRCLE}/vcs-origin/github.com/acme/app/vcs-ref/refs"
circle = CircleCi(
    organization_id=ORGANIZATION,
    project_id=PROJECT,
    repository="github.com/acme/app",
    branches=("main",),
    tags=("v*",),
)
circle_project = CircleCi(organization_id=ORGANIZATION, project_id=PROJECT, whole_project=True)
on_circle = Token(
    iss=CIRCLE,
    aud=ORGANIZATION,
    sub=f"{OF_APP}/heads/main",
    claims={"oidc.circleci.com/project-id": PROJECT},
)

BITBUCKET = "api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc"
bitbucket = BitbucketPipelines(
    workspace="acme",
    workspace_id=ORGANIZATION,
    repository_id=PROJECT,
    deployment_environment_ids=(USER,),
)
bitbucket_repository = BitbucketPipelines(
    workspace="acme", workspace_id=ORGANIZATION, repository_id=PROJECT, whole_repository=True
)
on_bitbucket = Token(
    iss=BITBUCKET,
    aud=f"ari:cloud:bitbucket::workspace/{ORGANIZATION}",
    sub=f"{{{PROJECT}}}:{{{USER}}}:{{{STEP}}}",
)

gitlab = GitLab(project="acme/web/app", branches=("main", "release/*"), tags=("v*",))
gitlab_strict = GitLab(
    project="acme/web/app",
    branches=("main",),
    project_id="20",
    namespace_id="72",
    protected_refs_only=True,
)
gitlab_pushes = GitLab(
    project="acme/web/app",
    branches=("main",),
    claims=(OidcClaim(name="pipeline_source", values=("push", "web")),),
)
gitlab_project = GitLab(project="acme/web/app", whole_project=True)
OF_GITLAB = "project_path:acme/web/app:ref_type"
on_gitlab = Token(
    iss="gitlab.com",
    aud="https://gitlab.com",
    sub=f"{OF_GITLAB}:branch:ref:main",
    claims={"project_id": "20", "namespace_id": "72", "ref_protected": "true"},
)

terraform = TerraformCloud(
    organization="acme",
    project="Default Project",
    workspaces=("app", "web"),
    run_phases=(TerraformRunPhase.PLAN,),
)
OF_TERRAFORM = "organization:acme:project:Default Project"
on_terraform = Token(
    iss="app.terraform.io",
    aud="aws.workload.identity",
    sub=f"{OF_TERRAFORM}:workspace:app:run_phase:plan",
)

CLUSTER = "oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE"
eks = EksServiceAccount(issuer=CLUSTER, namespace="payments", service_accounts=("reader", "a.b"))
eks_namespace = EksServiceAccount(issuer=CLUSTER, namespace="payments", whole_namespace=True)
on_eks = Token(iss=CLUSTER, sub="system:serviceaccount:payments:reader")

AUTH = "Tenant.auth.example.com/Realms/A/"
any_issuer = OpenIdConnect(
    issuer=AUTH, audiences=("app-1", "app-2"), subjects=("worker-1", "batch/*")
)
on_auth = Token(iss=AUTH, aud="app-2", sub="worker-1")
mail = OpenIdConnect(
    issuer=AUTH,
    audiences=("app-1",),
    subjects=("worker-1",),
    claims=(OidcClaim(name="email", values=("ops@example.com", "dev-?@example.com")),),
)
on_mail = Token(iss=AUTH, aud="app-1", sub="worker-1", claims={"email": "dev-1@example.com"})

OTHERS: dict[str, tuple[Trust, Token, bool]] = {
    "CircleCI": (circle, on_circle, True),
    "CircleCI, tag": (circle, replace(on_circle, sub=f"{OF_APP}/tags/v1"), True),
    "CircleCI, other branch": (circle, replace(on_circle, sub=f"{OF_APP}/heads/dev"), False),
    "CircleCI, old token": (circle, replace(on_circle, sub=OF_CIRCLE), False),
    "CircleCI, fork": (
        circle,
        replace(on_circle, sub=on_circle.sub.replace("acme/app", "mallory/app")), False),
    "CircleCI, branch of a fork named like the rest of the subject": (
        circle,
        replace(
            on_circle,
            sub=f"{OF_CIRCLE}/vcs-origin/github.com/mallory/app/vcs-ref/refs/heads/"
            "x/vcs-origin/github.com/acme/app/vcs-ref/refs/heads/main",
        ), False),
    "CircleCI, other project": (
        circle, replace(on_circle, sub=on_circle.sub.replace(PROJECT, USER)), False),
    "CircleCI, other project in the claim": (
        circle, replace(on_circle, claims={"oidc.circleci.com/project-id": USER}), False),
    "CircleCI, other audience": (circle, replace(on_circle, aud=PROJECT), False),
    "CircleCI, other organization": (
        circle, replace(on_circle, iss=f"oidc.circleci.com/org/{USER}"), False),
    "CircleCI, whole project": (circle_project, replace(on_circle, sub=OF_CIRCLE), True),
    "CircleCI, whole project, any branch": (
        circle_project, replace(on_circle, sub=f"{OF_APP}/heads/x"), True),
    "CircleCI, whole project, another": (
        circle_project, replace(on_circle, sub=OF_CIRCLE.replace(PROJECT, USER)), False),
    "Bitbucket": (bitbucket, on_bitbucket, True),
    "Bitbucket, no environment": (
        bitbucket, replace(on_bitbucket, sub=f"{{{PROJECT}}}:{{{STEP}}}"), False),
    "Bitbucket, step with the environment's ID": (
        bitbucket, replace(on_bitbucket, sub=f"{{{PROJECT}}}:{{{USER}}}"), False),
    "Bitbucket, other environment": (
        bitbucket, replace(on_bitbucket, sub=f"{{{PROJECT}}}:{{{STEP}}}:{{{STEP}}}"), False),
    "Bitbucket, other repository": (
        bitbucket, replace(on_bitbucket, sub=f"{{{STEP}}}:{{{USER}}}:{{{STEP}}}"), False),
    "Bitbucket, other audience": (
        bitbucket, replace(on_bitbucket, aud=f"ari:cloud:bitbucket::workspace/{USER}"), False),
    "Bitbucket, other workspace": (
        bitbucket, replace(on_bitbucket, iss=BITBUCKET.replace("acme", "mallory")), False),
    "Bitbucket, whole repository": (
        bitbucket_repository, replace(on_bitbucket, sub=f"{{{PROJECT}}}:{{{STEP}}}"), True),
    "Bitbucket, whole repository, another": (
        bitbucket_repository, replace(on_bitbucket, sub=f"{{{USER}}}:{{{STEP}}}"), False),
    "GitLab": (gitlab, on_gitlab, True),
    "GitLab, branch below": (
        gitlab, replace(on_gitlab, sub=f"{OF_GITLAB}:branch:ref:release/1"), True),
    "GitLab, other branch": (gitlab, replace(on_gitlab, sub=f"{OF_GITLAB}:branch:ref:dev"), False),
    "GitLab, tag": (gitlab, replace(on_gitlab, sub=f"{OF_GITLAB}:tag:ref:v1"), True),
    "GitLab, tag like the branch": (
        gitlab, replace(on_gitlab, sub=f"{OF_GITLAB}:tag:ref:main"), False),
    "GitLab, fork": (
        gitlab,
        replace(on_gitlab, sub="project_path:mallory/app:ref_type:branch:ref:main"), False),
    "GitLab, project of another group": (
        gitlab,
        replace(on_gitlab, sub="project_path:acme/app:ref_type:branch:ref:main"), False),
    "GitLab, other audience": (gitlab, replace(on_gitlab, aud="https://vault.example.com"), False),
    "GitLab, other instance": (
        gitlab, replace(on_gitlab, iss="gitlab.example.com"), False),
    "GitLab, strict": (gitlab_strict, on_gitlab, True),
    "GitLab, not protected": (
        gitlab_strict,
        replace(on_gitlab, claims=on_gitlab.claims | {"ref_protected": "false"}), False),
    "GitLab, name taken over": (
        gitlab_strict, replace(on_gitlab, claims=on_gitlab.claims | {"project_id": "21"}), False),
    "GitLab, group's name taken over": (
        gitlab_strict, replace(on_gitlab, claims=on_gitlab.claims | {"namespace_id": "7"}), False),
    "GitLab, no such claims": (gitlab_strict, replace(on_gitlab, claims={}), False),
    "GitLab, pushed": (
        gitlab_pushes, replace(on_gitlab, claims={"pipeline_source": "push"}), True),
    "GitLab, merge request whose source branch has the name": (
        gitlab_pushes, replace(on_gitlab, claims={"pipeline_source": "merge_request_event"}),
        False),
    "GitLab, whole project": (
        gitlab_project, replace(on_gitlab, sub=f"{OF_GITLAB}:branch:ref:x"), True),
    "GitLab, whole project, another": (
        gitlab_project,
        replace(on_gitlab, sub="project_path:acme/web/app2:ref_type:branch:ref:x"), False),
    "Terraform": (terraform, on_terraform, True),
    "Terraform, other workspace of the list": (
        terraform, replace(on_terraform, sub=f"{OF_TERRAFORM}:workspace:web:run_phase:plan"), True),
    "Terraform, apply": (
        terraform, replace(on_terraform, sub=f"{OF_TERRAFORM}:workspace:app:run_phase:apply"),
        False),
    "Terraform, other workspace": (
        terraform, replace(on_terraform, sub=f"{OF_TERRAFORM}:workspace:app2:run_phase:plan"),
        False),
    "Terraform, other project": (
        terraform,
        replace(on_terraform, sub=on_terraform.sub.replace("Default Project", "Other")), False),
    "Terraform, other organization": (
        terraform, replace(on_terraform, sub=on_terraform.sub.replace("acme", "mallory")), False),
    "Terraform, other audience": (terraform, replace(on_terraform, aud="vault"), False),
    "Terraform, other host": (terraform, replace(on_terraform, iss="app.eu.terraform.io"), False),
    "EKS": (eks, on_eks, True),
    "EKS, second": (eks, replace(on_eks, sub="system:serviceaccount:payments:a.b"), True),
    "EKS, other service account": (
        eks, replace(on_eks, sub="system:serviceaccount:payments:default"), False),
    "EKS, other namespace": (
        eks, replace(on_eks, sub="system:serviceaccount:default:reader"), False),
    "EKS, namespace that begins so": (
        eks_namespace, replace(on_eks, sub="system:serviceaccount:payments2:reader"), False),
    "EKS, whole namespace": (
        eks_namespace, replace(on_eks, sub="system:serviceaccount:payments:default"), True),
    "EKS, other cluster": (
        eks, replace(on_eks, iss=CLUSTER.replace("EXAMPLED", "EXAMPLEE")), False),
    "EKS, other audience": (eks, replace(on_eks, aud="https://kubernetes.default.svc"), False),
    "EKS, no audience": (eks, replace(on_eks, aud=None), False),
    "any issuer": (any_issuer, on_auth, True),
    "any issuer, by wildcard": (any_issuer, replace(on_auth, sub="batch/1"), True),
    "any issuer, a subject without a wildcard is exact": (
        any_issuer, replace(on_auth, sub="worker-12"), False),
    "any issuer, other audience": (any_issuer, replace(on_auth, aud="app-3"), False),
    "any issuer, no audience": (any_issuer, replace(on_auth, aud=None), False),
    "any issuer, without the slash at its end": (
        any_issuer, replace(on_auth, iss=AUTH.rstrip("/")), False),
    "a claim": (mail, on_mail, True),
    "a claim, other value": (
        mail, replace(on_mail, claims={"email": "ops@example.org"}), False),
    "a claim, none": (mail, replace(on_mail, claims={}), False),
}  # fmt: skip


@pytest.mark.parametrize("case", OTHERS)
def test_a_token_gets_the_role_if_it_is_one_that_is_meant(case: str) -> None:
    trust, token, gets = OTHERS[case]
    assert token.gets(trust) is gets


@pytest.mark.parametrize("case", [case for case, (_, _, gets) in OTHERS.items() if gets])
def test_every_token_that_gets_in_has_an_audience(case: str) -> None:
    trust, token, _ = OTHERS[case]
    assert not replace(token, aud=None).gets(trust)


TRUSTED = [trust for trust, _, _ in (*CASES.values(), *OTHERS.values())]


def test_no_condition_passes_over_a_key_that_is_not_there() -> None:
    operators = {
        condition.operator
        for trust in TRUSTED
        for statement in trust.statements()
        for condition in statement.conditions
    }
    assert operators == {"StringEquals", "StringLike"}


def test_audience_and_subject_are_demanded_always() -> None:
    for trust in TRUSTED:
        for statement in trust.statements():
            names = {condition.key.rpartition(":")[2] for condition in statement.conditions}
            assert {"aud", "sub"} <= names
