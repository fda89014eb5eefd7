"""What an OpenID Connect trust refuses, and what it says then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from least_privilege.errors import InvalidTagError, InvalidTrustError
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
)

ID = "11111111-2222-3333-4444-555555555555"
CLUSTER = "oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE"
GHE = "token.actions.octo.ghe.com/octo"
GITHUB = "token.actions.githubusercontent.com"
TOKEN = "${Token[Cluster.Issuer.7]}"

RIGHT: dict[Callable[..., object], dict[str, Any]] = {
    OpenIdConnect: {
        "issuer": "auth.example.com", "audiences": ("app",), "subjects": ("worker",),
    },
    GitHubActions: {
        "repository": "octo-org/app", "owner_id": "1", "repository_id": "2", "branches": ("main",),
    },
    GitLab: {"project": "acme/app", "branches": ("main",)},
    CircleCi: {
        "organization_id": ID, "project_id": ID, "repository": "github.com/acme/app",
        "branches": ("main",),
    },
    BitbucketPipelines: {
        "workspace": "acme", "workspace_id": ID, "repository_id": ID,
        "deployment_environment_ids": (ID,),
    },
    TerraformCloud: {
        "organization": "acme", "project": "web", "workspaces": ("app",),
        "run_phases": (TerraformRunPhase.PLAN,),
    },
    EksServiceAccount: {
        "issuer": CLUSTER, "namespace": "payments", "service_accounts": ("reader",),
    },
    OidcClaim: {"name": "email", "values": ("a@example.com",)},
}  # fmt: skip

NAMES = {"subject_format": GitHubSubject.NAMES}
NO_IDS = {"owner_id": "", "repository_id": ""}


def of(issuer: str, *subjects: str) -> dict[str, Any]:
    return {"issuer": issuer, "subjects": subjects}


REFUSED: list[tuple[Callable[..., object], dict[str, Any], str]] = [
    # Issuers
    (OpenIdConnect, {"issuer": "https://auth.example.com/a/"},
     "issuer must leave out https://, .* try 'auth.example.com/a/'"),
    (OpenIdConnect, {"issuer": "http://auth.example.com"}, "issuer must leave out http://"),
    (OpenIdConnect, {"issuer": "arn:aws:iam::111122223333:oidc-provider/auth.example.com"},
     "not the ARN of its provider, .* try 'auth.example.com'"),
    (OpenIdConnect, {"issuer": ""}, "issuer must be a host"),
    (OpenIdConnect, {"issuer": "localhost"}, "issuer must be a host"),
    (OpenIdConnect, {"issuer": "auth.example.com:8443"}, "no port"),
    (OpenIdConnect, {"issuer": "auth.example.com?tenant=1"}, "no port, query or wildcard"),
    (OpenIdConnect, {"issuer": "*.example.com"}, "wildcard"),
    (OpenIdConnect, {"issuer": "auth.example.com/a b"}, "issuer must be a host"),
    (OpenIdConnect, {"issuer": "a" * 240 + ".example.com"}, "at most 247 characters, got 252"),
    (OpenIdConnect, {"issuer": None}, "issuer must be a string"),
    (OpenIdConnect, {"issuer": TOKEN}, "issuer must be written out.*EksPodIdentity"),
    (OpenIdConnect, {"issuer": f"auth.example.com/{TOKEN}"}, "issuer must be written out"),
    (EksServiceAccount, {"issuer": TOKEN}, "issuer must be written out.*EksPodIdentity"),
    (OpenIdConnect, {"issuer": "cognito-identity.amazonaws.com"}, "say IdentityPool"),
    (OpenIdConnect, {"issuer": "www.amazon.com"}, "keys of its own; let a Cognito identity pool"),
    (OpenIdConnect, {"issuer": "graph.facebook.com"}, "keys of its own"),
    # Audiences
    (OpenIdConnect, {"audiences": ()}, "audiences must name at least one"),
    (OpenIdConnect, {"audiences": "app"}, "audiences must be a list, got the string 'app'"),
    (OpenIdConnect, {"audiences": ("",)}, "audiences must not be empty"),
    (OpenIdConnect, {"audiences": ("*",)}, "audiences must not begin with a wildcard"),
    (OpenIdConnect, {"audiences": ("app-*",)}, "audiences must hold no wildcard, got 'app-\\*'"),
    (OpenIdConnect, {"audiences": ("app", "app")}, "audiences must each be named once"),
    (GitHubActions, {"audiences": ()}, "audiences must name at least one"),
    (EksServiceAccount, {"audiences": ("sts.*",)}, "audiences must hold no wildcard"),
    # Subjects
    (OpenIdConnect, {"subjects": ()}, "subjects must name at least one"),
    (OpenIdConnect, {"subjects": "worker"}, "subjects must be a list"),
    (OpenIdConnect, {"subjects": ("",)}, "subjects must not be empty"),
    (OpenIdConnect, {"subjects": (" ",)}, "subjects must not be empty"),
    (OpenIdConnect, {"subjects": (1,)}, "subjects must be strings, got 1"),
    (OpenIdConnect, {"subjects": ("*",)}, "subjects must not begin with a wildcard.*strangers"),
    (OpenIdConnect, {"subjects": ("**",)}, "subjects must not begin with a wildcard"),
    (OpenIdConnect, {"subjects": ("?*",)}, "subjects must not begin with a wildcard"),
    (OpenIdConnect, {"subjects": ("worker", "*:worker")}, "subjects must not begin with a"),
    (OpenIdConnect, {"subjects": ("worker ",)}, "no blanks around them"),
    (OpenIdConnect, {"subjects": ("a\nb",)}, "subjects must be printable"),
    (OpenIdConnect, {"subjects": ("${aws:username}",)}, "subjects must hold no policy variable"),
    (OpenIdConnect, {"subjects": ("worker${*}",)}, "subjects must hold no policy variable"),
    # Subjects that others could have
    (OpenIdConnect, of(GITHUB, "repo:*"), "subjects must begin like 'repo:.*try GitHubActions"),
    (OpenIdConnect, of(GITHUB, "repo:octo-org/*"),
     "every repository of the same owner.*name each repository: try GitHubActions"),
    (OpenIdConnect, of(GITHUB, "repo:octo-org@1/*:environment:prod"), "every repository of the"),
    (OpenIdConnect, of(GITHUB, "environment:prod"), "workloads of others.*a claim repository_id"),
    (OpenIdConnect, of(GITHUB, "environment:prod:repo:octo-org/app*"), "workloads of others"),
    (OpenIdConnect, of(GITHUB, "environment:*:repo:octo-org/app"), "workloads of others"),
    (OpenIdConnect, of(GITHUB, "workflow:ci:repo:octo-org/app"), "workloads of others"),
    (OpenIdConnect, of(GITHUB, "repository_owner_id:1:environment:prod"), "workloads of others"),
    (OpenIdConnect,
     of(GITHUB, "environment:prod")
     | {"claims": (OidcClaim(name="repository_id", values=("2*",)),)}, "workloads of others"),
    (OpenIdConnect,
     of(GITHUB, "environment:prod")
     | {"claims": (OidcClaim(name="repository_owner_id", values=("1",)),)}, "workloads of others"),
    (OpenIdConnect, of(GITHUB, "repo:octo-org*/app:*"), "try GitHubActions"),
    (OpenIdConnect, of(GITHUB, "repo:octo-org/app*"), "try GitHubActions"),
    (OpenIdConnect, of(GITHUB, "repo:octo-org/app@*"), "try GitHubActions"),
    (OpenIdConnect, of(GITHUB, "repo:octo-org@*/app@1:*"), "try GitHubActions"),
    (OpenIdConnect, of(GITHUB, "repo:octo-org/app:*", "r*"), "got 'r\\*'.*try GitHubActions"),
    (OpenIdConnect, of(GITHUB, "repository_owner:octo-org"), "try GitHubActions"),
    (OpenIdConnect, of(GITHUB, "job_workflow_ref:o/r/.github/workflows/x.yml@main"), "try GitHub"),
    (OpenIdConnect, of(f"{GITHUB}/octo", "repo:octo-org/*"), "try GitHubActions"),
    (OpenIdConnect, of("token.actions.octo.ghe.com", "repo:octo-org/*"), "try GitHubActions"),
    (OpenIdConnect, of("github.example.com/_services/token", "repo:a*"), "try GitHubActions"),
    (OpenIdConnect, of("gitlab.com", "project_path:acme/*"), "name each project: try GitLab"),
    (OpenIdConnect, of("gitlab.com/", "project_path:acme/*"), "name each project: try GitLab"),
    (OpenIdConnect, of("app.terraform.io/", "organization:acme:*"), "try TerraformCloud"),
    (OpenIdConnect,
     of("app.terraform.io", "organization:acme:project:web:workspace:*:run_phase:apply"),
     "every workspace of the same owner.*name each workspace: try TerraformCloud"),
    (OpenIdConnect, of("scalr.io/", "account:a*"), "subjects must hold no wildcard"),
    (OpenIdConnect, of("STS.Windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/", "1"),
     "role_session_names must be given"),
    (OpenIdConnect, of("gitlab.com", "project_path:acme/app*:ref_type:branch:ref:main"), "GitLab"),
    (OpenIdConnect, of("GitLab.com", "project_path:*"), "try GitLab"),
    (OpenIdConnect, of(f"oidc.circleci.com/org/{ID}", f"org/{ID}/project/*"), "try CircleCi"),
    (OpenIdConnect,
     of("api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc", "{1*}:x"),
     "try BitbucketPipelines"),
    (OpenIdConnect, of("app.terraform.io", "organization:acme:*"), "try TerraformCloud"),
    (OpenIdConnect, of("app.terraform.io", "organization:acme:project:web:*"), "TerraformCloud"),
    (OpenIdConnect, of("app.eu.terraform.io", "organization:*"), "try TerraformCloud"),
    (OpenIdConnect, of(CLUSTER, "system:serviceaccount:*:reader"), "try EksServiceAccount"),
    (OpenIdConnect, of("gitlab.example.com", "project_path:acme/*"), "try GitLab"),
    (OpenIdConnect, of("gitlab.example.com", "p*"), "try GitLab"),
    (OpenIdConnect, of("forge.example.com", "repo:acme/*"), "try GitHubActions"),
    (OpenIdConnect, of("kubernetes.example.com", "system:*:reader"), "try EksServiceAccount"),
    (OpenIdConnect, of("agent.buildkite.com", "organization:acme:*"), "write what is yours in"),
    (OpenIdConnect, of("Agent.Buildkite.com", "organization:acme:*"), "write what is yours in"),
    (OpenIdConnect, of("agent.buildkite.com", "organization:acme:pipeline:app*"), "every pipeline"),
    (OpenIdConnect, of("oidc.codefresh.io", "account:1:*"), "account:ACCOUNT_ID:pipeline"),
    (OpenIdConnect, of("api.pulumi.com/oidc", "pulumi:deploy:org:*"), "pulumi:environments:org"),
    (OpenIdConnect, of("oidc.vercel.com", "owner:*"), "owner:acme:project"),
    (OpenIdConnect, of("oidc.vercel.com/acme", "owner:acme:*"), "owner:acme:project"),
    (OpenIdConnect, of("oidc-configuration.audit-log.githubusercontent.com",
                       "https://github.com/*"), "octo-enterprise"),
    (OpenIdConnect, of("scalr.io", "account:a*"), "subjects must hold no wildcard.*shared by many"),
    (OpenIdConnect, of("accounts.google.com", "1*"), "subjects must hold no wildcard"),
    (OpenIdConnect, of("sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d", "1"),
     "role_session_names must be given"),
    (OpenIdConnect, {"role_session_names": ("a*",)}, "role_session_names must hold no wildcard"),
    # Claims
    (OpenIdConnect, {"claims": (OidcClaim(name="groups", values=("ops",)),)},
     "got 'groups' of auth.example.com: AWS documents no condition key auth.example.com:groups"),
    (OpenIdConnect,
     of("gitlab.com", "project_path:acme/app:*")
     | {"claims": (OidcClaim(name="environment", values=("prod",)),)},
     "no condition key gitlab.com:environment, so it would never match"),
    (OpenIdConnect, {"claims": OidcClaim(name="email", values=("a",))}, "claims must be a list"),
    (OpenIdConnect, {"claims": ("email",)}, "got 'email' in it; try OidcClaim"),
    (OpenIdConnect, {"claims": (OidcClaim(name="email", values=("a",)),) * 2},
     "claims must name each claim once"),
    *(
        (OidcClaim, {"name": name}, "demanded always; give its values as")
        for name in ("Sub", "SUB", "Aud")
    ),
    (OpenIdConnect,
     {"claims": (OidcClaim(name="email", values=("a",)), OidcClaim(name="Email", values=("b",)))},
     "claims must name each claim once"),
    (OidcClaim, {"values": ("a ",)}, "values must be printable"),
    (OidcClaim, {"name": "aud"}, "demanded always; give its values as audiences"),
    (OidcClaim, {"name": "sub"}, "demanded always; give its values as subjects"),
    (OidcClaim, {"name": ""}, "name must be that of a claim"),
    (OidcClaim, {"values": ()}, "values must name at least one"),
    (OidcClaim, {"values": ("*",)}, "values must not begin with a wildcard"),
    (OidcClaim, {"values": ("",)}, "values must not be empty"),
    # GitHub
    (GitHubActions, {"repository": "octo-org"}, "repository must be OWNER/NAME"),
    (GitHubActions, {"repository": "octo-org/*"}, "repository must hold no wildcard"),
    (GitHubActions, {"repository": "octo-*/app"}, "repository must hold no wildcard"),
    (GitHubActions, {"repository": "octo-org/ap?"}, "repository must hold no wildcard"),
    (GitHubActions, {"repository": "https://github.com/octo-org/app"}, "must be OWNER/NAME"),
    (GitHubActions, {"repository": "octo-org/app.git"}, "try 'octo-org/app'"),
    (GitHubActions, {"repository": "octo-org/.git"}, "repository must be OWNER/NAME"),
    (GitHubActions, {"repository": f"{'o' * 40}/app"}, "repository must be OWNER/NAME"),
    (GitHubActions, {"repository": f"octo-org/{'a' * 101}"}, "repository must be OWNER/NAME"),
    (GitHubActions, {"repository": "octo-org/app:ref"}, "repository must be OWNER/NAME"),
    (GitHubActions, {"repository": "octo-org@1/app@2"}, "repository must be OWNER/NAME"),
    (GitHubActions, {"repository": "-octo/app"}, "repository must be OWNER/NAME"),
    (GitHubActions, {"repository": "octo/.."}, "repository must be OWNER/NAME"),
    (GitHubActions, {"repository": "a/b/c"}, "repository must be OWNER/NAME"),
    (GitHubActions, {"repository": None}, "repository must be a string"),
    (GitHubActions, {"branches": ()}, "one of branches, tags, environments and pull_requests"),
    (GitHubActions, {"branches": "main"}, "branches must be a list, got the string 'main'"),
    (GitHubActions, {"branches": ("refs/heads/main",)}, "without refs/..., .* try 'main'"),
    (GitHubActions, {"branches": ("release/",)}, "must not end with '/', .* try release/\\*"),
    (GitHubActions, {"branches": ("",)}, "branches must be names that git accepts"),
    (GitHubActions, {"branches": ("main:environment",)}, "names that git accepts"),
    (GitHubActions, {"branches": ("a..b",)}, "names that git accepts"),
    (GitHubActions, {"branches": ("a b",)}, "names that git accepts"),
    (GitHubActions, {"branches": ("${aws:x}",)}, "names that git accepts"),
    *(
        (GitHubActions, {"branches": (name,)}, "branches must be names that git accepts")
        for name in ("/a", ".x", "a/.x", "x.", "x.lock", "a//b", "a@{b", "a^b", "a~b", "a\\b",
                     "a[b", "a\tb", "a\x7fb")
    ),
    (GitHubActions, {"branches": ("${AWS::StackName}",)}, r"branches must hold no \$.*StackName}"),
    (OpenIdConnect, {"subjects": ("a-${AWS::Nonsense}",)}, "subjects must hold no .* aws_cdk.Aws"),
    (GitHubActions, {"branches": ("main", "main")}, "branches must each be named once"),
    (GitHubActions, {"tags": ("refs/tags/v1",)}, "got 'refs/tags/v1'; try 'v1'$"),
    (GitHubActions, {"branches": ("refs/tags/v1",)}, "try 'v1' in tags$"),
    (GitHubActions, {"tags": ("refs/heads/main",)}, "try 'main' in branches$"),
    (GitHubActions, {"branches": ("refs/pull/1/merge",)}, "other refs have no place in it"),
    (GitHubActions, {"branches": ("refs/heads/",)}, "other refs have no place in it"),
    (GitHubActions, {"environments": ""}, "environments must be a list, got the string ''"),
    (GitHubActions, {"environments": 0}, "environments must be a list of strings, got 0"),
    (GitHubActions, {"environments": None}, "environments must be a list of strings, got None"),
    (GitHubActions, {"environments": ("prod", "prod")}, "environments must each be named once"),
    (GitHubActions, {"environments": ("${aws:x}",)}, "environments must hold no policy variable"),
    (GitHubActions, {"reusable_workflows": ""}, "reusable_workflows must be a list"),
    (GitHubActions, {"reusable_workflows": None}, "reusable_workflows must be a list"),
    (GitHubActions, {"environments": ("",)}, "environments must not be empty"),
    (GitHubActions, {"environments": "prod"}, "environments must be a list"),
    (GitHubActions, {"environments": ("x" * 256,)}, "at most 255 characters, got 256"),
    (GitHubActions, {"pull_requests": "yes"}, "pull_requests must be True or False"),
    (GitHubActions, {"whole_repository": True}, "give it alone, or leave it out"),
    (GitHubActions, NO_IDS, "owner_id and repository_id must be given .*GitHubSubject.NAMES"),
    (GitHubActions, {"owner_id": ""}, "owner_id and repository_id must be given"),
    (GitHubActions, {"owner_id": 1}, "owner_id must be digits in quotes"),
    (GitHubActions, {"repository_id": "1*"}, "repository_id must be digits"),
    (GitHubActions, {"subject_format": "new"}, "subject_format must be a GitHubSubject"),
    (GitHubActions, {"issuer": "github.example.com/_services/token"},
     "must be GitHubSubject.NAMES with GitHub Enterprise Server"),
    (GitHubActions, NAMES | {"issuer": "github.example.com/_services/token"},
     "repository_id must be left out with github.example.com/_services/token: AWS documents no "
     "condition key github.example.com/_services/token:repository_id"),
    (GitHubActions, NAMES | {"issuer": GHE, "repository_id": ""}, "owner_id must be left out with"),
    (GitHubActions, {"issuer": GHE, "subject_format": GitHubSubject.BOTH},
     "subject_format must not be GitHubSubject.BOTH with token.actions.octo.ghe.com/octo"),
    (GitHubActions, {"issuer": GHE} | NO_IDS, "owner_id and repository_id must be given"),
    (GitHubActions, {"issuer": GHE, "claims": (OidcClaim(name="ref", values=("x",)),)},
     "no condition key token.actions.octo.ghe.com/octo:ref"),
    (GitHubActions,
     NAMES | NO_IDS | {
         "issuer": "github.example.com/_services/token",
         "reusable_workflows": ("a/b/.github/workflows/x.yml@refs/heads/main",),
     },
     "reusable_workflows must be left out with .* no condition key "
     "github.example.com/_services/token:job_workflow_ref"),
    (GitHubActions, {"issuer": "auth.example.com"}, "or 'HOST/_services/token', got"),
    (GitHubActions, {"issuer": f"{GITHUB}/octo/x"}, "or 'HOST/_services/token', got"),
    (GitHubActions, {"issuer": f"{GITHUB}/"}, "or 'HOST/_services/token', got"),
    (GitHubActions, {"issuer": f"https://{GITHUB}"}, "issuer must leave out https://"),
    (GitHubActions, {"reusable_workflows": ("a/b/.github/workflows/x.yml",)}, "FILE.yml@REF"),
    (GitHubActions, {"reusable_workflows": ("a/*/.github/workflows/x.yml@v1",)}, "FILE.yml@REF"),
    (GitHubActions, {"reusable_workflows": ("a/b/.github/workflows/*@v1",)}, "FILE.yml@REF"),
    *(
        (GitHubActions, {"reusable_workflows": (f"a/b/.github/workflows/x.yml@{ref}",)},
         f"as GitHub sends them, got .* try {mend}$")
        for ref, mend in (
            ("*", r"refs/tags/v\*"), ("**", r"refs/tags/v\*"), ("?*", r"refs/tags/v\*"),
            ("*?", r"refs/tags/v\*"), ("r*", r"refs/tags/v\*"), ("refs/*", r"refs/tags/v\*"),
            ("refs/heads/", r"refs/tags/v\*"), ("refs/pull/1/merge", r"refs/tags/v\*"),
            ("", r"refs/tags/v\*"), ("v1", "refs/tags/v1"), ("v*", r"refs/tags/v\*"),
            ("1.2", "refs/tags/1.2"), ("main", "refs/heads/main"), ("0123abc", "refs/.*/0123abc"),
        )
    ),
    (GitHubActions, {"reusable_workflows": ("a/b/.github/workflows/x.yml@refs/tags/v1",) * 2},
     "reusable_workflows must each be named once"),
    (GitHubActions, {"claims": (OidcClaim(name="event_name", values=("push",)),)},
     "no condition key token.actions.githubusercontent.com:event_name"),
    (GitHubActions, {"claims": (OidcClaim(name="repository_id", values=("2",)),)},
     "claims must name each claim once"),
    (GitHubActions, {"claims": "ref"}, "claims must be a list of values of OidcClaim"),
    # GitLab
    (GitLab, {"claims": (OidcClaim(name="environment", values=("prod",)),)},
     "no condition key gitlab.com:environment"),
    (GitLab, {"project": "app"}, "path of a project with its groups"),
    (GitLab, {"project": "acme/*"}, "without a wildcard"),
    (GitLab, {"project": "https://gitlab.com/acme/app"}, "path of a project"),
    (GitLab, {"project": "acme/app/"}, "path of a project"),
    (GitLab, {"branches": ()}, "whole_project=True alone, must be given"),
    (GitLab, {"whole_project": True}, "whole_project=True alone, must be given"),
    (GitLab, {"branches": ("main:x",)}, "names that git accepts"),
    (GitLab, {"project_id": 20}, "project_id must be digits in quotes"),
    (GitLab, {"issuer": "gitlab.example.com", "protected_refs_only": True},
     "protected_refs_only must be left out with gitlab.example.com: AWS documents no condition key "
     "gitlab.example.com:ref_protected"),
    (GitLab, {"issuer": "gitlab.example.com", "project_id": "20"}, "project_id must be left out"),
    (GitLab, {"issuer": "gitlab.example.com", "namespace_id": "2"}, "namespace_id must be left"),
    (GitLab, {"issuer": "https://gitlab.com"}, "issuer must leave out https://"),
    # CircleCI
    (CircleCi, {"organization_id": "acme"}, "organization_id must be an ID"),
    (CircleCi, {"organization_id": "*"}, "organization_id must be a host"),
    (CircleCi, {"organization_id": TOKEN}, "organization_id must be written out"),
    (CircleCi, {"project_id": "*"}, "project_id must be an ID"),
    (CircleCi, {"project_id": ID.replace("1", "A")}, "in lower case"),
    (CircleCi, {"repository": ""}, "repository must be that of the branches and tags"),
    (CircleCi, {"repository": "github.com/acme/*"}, "repository must be that of"),
    (CircleCi, {"repository": "acme/app"}, "like 'github.com/acme/app'"),
    (CircleCi, {"branches": ()}, "whole_project=True alone"),
    (CircleCi, {"branches": (), "whole_project": True}, "repository must be left out"),
    # Bitbucket
    (BitbucketPipelines, {"workspace": "*"}, "workspace must be a host"),
    (BitbucketPipelines, {"workspace": None}, "workspace must be the name in its address"),
    (BitbucketPipelines, {"deployment_environment_ids": (ID, ID)}, "must each be named once"),
    (BitbucketPipelines, {"workspace": "Acme"}, "workspace must be the name in its address"),
    (BitbucketPipelines, {"workspace_id": "acme"}, "workspace_id must be an ID"),
    (BitbucketPipelines, {"repository_id": f"{{{ID}}}"}, "repository_id must be an ID"),
    (BitbucketPipelines, {"deployment_environment_ids": ("prod",)}, "must be an ID"),
    (BitbucketPipelines, {"deployment_environment_ids": ()}, "whole_repository=True alone"),
    (BitbucketPipelines, {"whole_repository": True}, "whole_repository=True alone"),
    # HCP Terraform
    (TerraformCloud, {"organization": "*"}, "organization must be a name"),
    (TerraformCloud, {"organization": "acme:project:x"}, "no wildcard and no colon"),
    *(
        (TerraformCloud, {"project": name}, "project must be a name")
        for name in ("*", "web*", "web:workspace:app", "web ", "a  b")
    ),
    (TerraformCloud, {"workspaces": ()}, "workspaces must name at least one"),
    (TerraformCloud, {"workspaces": ("app-*",)}, "workspaces must be a name"),
    (TerraformCloud, {"workspaces": "app"}, "workspaces must be a list"),
    (TerraformCloud, {"workspaces": ("app", "app")}, "workspaces must each be named once"),
    (TerraformCloud, {"run_phases": ()}, "run_phases must name at least one"),
    (TerraformCloud, {"run_phases": ("*",)}, "plan or apply, got '\\*'"),
    # EKS
    (EksServiceAccount, {"issuer": f"https://{CLUSTER}"}, "issuer must leave out https://"),
    (EksServiceAccount, {"issuer": "oidc.eks.eu-central-1.amazonaws.com"}, "that of one cluster"),
    (EksServiceAccount, {"service_accounts": ("reader", "reader")}, "must each be named once"),
    (EksServiceAccount, {"namespace": "n" * 64}, "as Kubernetes has them"),
    (EksServiceAccount, {"service_accounts": ("a" * 254,)}, "as Kubernetes has them"),
    (EksServiceAccount, {"namespace": "*"}, "namespace must hold no wildcard, got '\\*'$"),
    (EksServiceAccount, {"namespace": "pay*"}, "namespace must hold no wildcard"),
    (EksServiceAccount, {"namespace": "Payments"}, "as Kubernetes has them"),
    (EksServiceAccount, {"namespace": ""}, "as Kubernetes has them"),
    (EksServiceAccount, {"namespace": "a:b"}, "as Kubernetes has them"),
    (EksServiceAccount, {"service_accounts": ("*",)}, "whole_namespace=True admits all of one"),
    (EksServiceAccount, {"service_accounts": ("read_er",)}, "as Kubernetes has them"),
    (EksServiceAccount, {"service_accounts": "reader"}, "service_accounts must be a list"),
    (EksServiceAccount, {"service_accounts": ()}, "whole_namespace=True alone"),
    (EksServiceAccount, {"whole_namespace": True}, "whole_namespace=True alone"),
    # Switches: any text would count as True
    *(
        (kind, {flag: value} | rest, f"{flag} must be True or False, got {value!r}")
        for value in ("false", "no", 0, 1, None)
        for kind, flag, rest in (
            (GitHubActions, "pull_requests", {}),
            (GitHubActions, "whole_repository", {"branches": ()}),
            (GitLab, "whole_project", {"branches": ()}),
            (GitLab, "protected_refs_only", {}),
            (CircleCi, "whole_project", {"branches": (), "repository": ""}),
            (BitbucketPipelines, "whole_repository", {"deployment_environment_ids": ()}),
            (EksServiceAccount, "whole_namespace", {"service_accounts": ()}),
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize("kind", RIGHT)
def test_what_the_wrong_ones_are_made_from_is_right(kind: Callable[..., object]) -> None:
    assert kind(**RIGHT[kind]) is not None


@pytest.mark.parametrize(("kind", "wrong", "says"), REFUSED)
def test_a_token_that_could_be_a_strangers_is_refused(
    kind: Callable[..., object], wrong: dict[str, Any], says: str
) -> None:
    with pytest.raises(InvalidTrustError, match=says):
        kind(**(RIGHT[kind] | wrong))


def test_a_session_tag_is_a_value_of_its_kind() -> None:
    with pytest.raises(InvalidTagError, match="must be a list of values of SessionTag"):
        OpenIdConnect(**(RIGHT[OpenIdConnect] | {"session_tags": ("team",)}))


OF_REPOSITORY = {"claims": (OidcClaim(name="Repository_ID", values=("2",)),)}
NARROW = [
    of(GITHUB, "repo:octo-org/app:*"),
    of(GITHUB, "repo:octo-org@1/app@2:environment:prod:job_workflow_ref:o/r/x.yml@refs/tags/*"),
    of(GITHUB, "repo:octo-org/app"),
    of(GITHUB, "repository_id:456789"),
    of(GITHUB, "repository_owner_id:1:repository_id:2:environment:prod"),
    of(GITHUB, "repository_owner_id:1:repository_id:2:*"),
    of(GITHUB, "repository:octo-org/app:environment:prod"),
    of(GITHUB, "environment:prod:repo:octo-org/app"),
    of(GITHUB, "pull_request:repo:octo-org/app"),
    of(GITHUB, "ref:refs/heads/main:repo:octo-org@1/app@2:workflow:ci"),
    of(GITHUB, "repository_owner:octo-org:environment:prod") | OF_REPOSITORY,
    of(GITHUB, "job_workflow_ref:o/r/.github/workflows/x.yml@refs/heads/main") | OF_REPOSITORY,
    of(GITHUB, "environment:*")
    | {"claims": (OidcClaim(name="repository", values=("octo-org/app",)),)},
    of("gitlab.com", "project_path:acme/web/app:ref_type:branch:ref:main:ref_protected:true"),
    of("app.terraform.io", "organization:acme:project:web:stack:app:deployment:prod:*"),
    of("app.terraform.io", "organization:acme:module:vpc:operation:test_run"),
    of("agent.buildkite.com", "organization:acme:pipeline:app:*"),
    of("oidc.codefresh.io", "account:1:pipeline:2:*"),
    of("api.pulumi.com/oidc", "pulumi:deploy:org:acme:project:web:*"),
    of("oidc.vercel.com", "owner:acme:project:web:environment:production"),
    of("oidc-configuration.audit-log.githubusercontent.com", "https://github.com/acme"),
    of("scalr.io", "account:acme:environment:prod"),
    of(CLUSTER, "system:serviceaccount:payments:reader-*"),
    of("gitlab.example.com", "project_path:acme/app:*"),
    of("auth.example.com", "report-*"),
    of("auth.example.com", "p"),
]


@pytest.mark.parametrize("narrow", NARROW)
def test_a_subject_that_is_narrow_enough_passes(narrow: dict[str, Any]) -> None:
    assert OpenIdConnect(**(RIGHT[OpenIdConnect] | narrow)).subjects == narrow["subjects"]


SHARED_BY_STRANGERS = [
    "token.actions.githubusercontent.com",
    "vstoken.actions.githubusercontent.com",
    "oidc-configuration.audit-log.githubusercontent.com",
    "gitlab.com",
    "app.terraform.io",
    "agent.buildkite.com",
    "oidc.codefresh.io",
    "api.pulumi.com/oidc",
    "oidc.vercel.com",
    "scalr.io",
    "sandboxes.cloud",
    "studio.datachain.ai/api",
    "tokens.cloud.shisho.dev",
    "proidc.upbound.io",
    "accounts.google.com",
    "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d",
    "rh-oidc.s3.us-east-1.amazonaws.com/22ejnvnnturfmt6km08idd0nt4hekbn7",
    "rh-oidc.s3.us-east-1.amazonaws.com/23e3sd27sju1hoou6ohfs68vbno607tr",
    "rh-oidc.s3.us-east-1.amazonaws.com/23ne21h005qjl3n33d8dui5dlrmv2tmg",
    "rh-oidc.s3.us-east-1.amazonaws.com/24jrf12m5dj7ljlfb4ta2frhrcoadm26",
    "oidc.op1.openshiftapps.com/2c51blsaqa9gkjt0o9rt11mle8mmropu",
    "oidc.op1.openshiftapps.com/2f785sojlpb85i7402pk3qogugim5nfb",
]
"""Each signs tokens for many customers; most are on the list of AWS.

Source: https://github.com/aws-samples/data-perimeter-policy-examples
"""


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("issuer", SHARED_BY_STRANGERS)
@pytest.mark.parametrize("subject", ["s*", "system:serviceaccount:turbonomic:*"])
def test_a_shared_issuer_takes_no_subject_that_its_other_customers_could_have(
    issuer: str, subject: str, slash: str
) -> None:
    with pytest.raises(InvalidTrustError, match="subjects must"):
        OpenIdConnect(issuer=issuer + slash, audiences=("app",), subjects=(subject,))


@pytest.mark.parametrize("issuer", [each for each in SHARED_BY_STRANGERS if "openshift" in each])
def test_a_whole_subject_of_a_shared_issuer_passes(issuer: str) -> None:
    subject = "system:serviceaccount:turbonomic:t8c-operator"
    assert OpenIdConnect(issuer=issuer, audiences=("app",), subjects=(subject,))


@pytest.mark.parametrize(
    "host",
    [
        "oidc.eks.cn-north-1.amazonaws.com.cn",
        "oidc.eks.us-gov-west-1.amazonaws.com",
        "oidc.eks.eusc-de-east-1.amazonaws.eu",
        "oidc.eks.us-iso-east-1.c2s.ic.gov",
    ],
)
def test_a_cluster_may_be_of_any_partition(host: str) -> None:
    trust = EksServiceAccount(
        issuer=f"{host}/id/EXAMPLE1", namespace="payments", service_accounts=("reader",)
    )
    assert trust.statements()


@pytest.mark.parametrize("ref", ["refs/tags/v*", "refs/heads/*", "a" * 40, TOKEN])
def test_a_reusable_workflow_may_be_named_at_any_whole_ref(ref: str) -> None:
    workflow = f"acme/ci/.github/workflows/deploy.yml@{ref}"
    trust = GitHubActions(**(RIGHT[GitHubActions] | {"reusable_workflows": (workflow,)}))
    assert trust.statements()[0].conditions[-1].values == (workflow,)


def test_an_id_may_be_known_at_deployment_only() -> None:
    trust = CircleCi(**(RIGHT[CircleCi] | {"project_id": TOKEN}))
    assert trust.statements()[0].conditions[-1].values == (TOKEN,)


def test_a_list_claim_is_one_in_any_case() -> None:
    assert OidcClaim(name="AMR", values=("mfa",)).condition("auth.example.com").operator == (
        "ForAnyValue:StringEquals"
    )
