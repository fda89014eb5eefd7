"""Issuers whose tokens go to many customers: a subject has to say whose workload it is.

IAM itself refuses a role that does not look at the subject (of some, the audience) of those that it
knows; it does not look whether the subject is narrow. This does.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ...errors import InvalidTrustError
from ...policy.tokens import beside_tokens
from .claims import OidcClaim, is_wild

_PART = r"[^*?:/]+"


@dataclass(frozen=True, slots=True)
class _Shared:
    """How the subjects of an issuer begin that mean one repository, project or pipeline."""

    issuer: str
    beginning: str
    example: str
    known_as: str = ""
    form: str = ""
    """How its subjects begin, if those of other hosts with the same software do so too."""
    own: str = ""
    """How those begin that nobody else can have, but several workloads of the same owner can."""
    kind: str = ""
    """What differs among these."""
    narrowing: frozenset[str] = frozenset()
    """Claims that say whose workload it is, whatever the subject says."""

    def is_meant(self, issuer: str, subject: str) -> bool:
        if re.fullmatch(self.issuer, issuer.rstrip("/"), re.IGNORECASE):
            return True
        known = re.split(r"[*?]", beside_tokens(subject, "x"), maxsplit=1)
        return bool(self.form) and (
            known[0].startswith(self.form) or (len(known) > 1 and self.form.startswith(known[0]))
        )

    def admits(self, subject: str, claims: Sequence[OidcClaim]) -> bool:
        narrowed = any(
            claim.name.lower() in self.narrowing and not any(map(is_wild, claim.values))
            for claim in claims
        )
        return narrowed or re.match(self.beginning, beside_tokens(subject, "x")) is not None

    def refusal(self, subject: str) -> str:
        mend = (
            f"try {self.known_as}"
            if self.known_as
            else "write what is yours in full; a wildcard may follow it"
        )
        if self.own and re.match(self.own, beside_tokens(subject, "x")):
            return (
                f"every {self.kind} of the same owner that it matches would get in, those that are "
                f"made later too; name each {self.kind}: {mend}"
            )
        return f"workloads of others could have such a subject too; {mend}"


_GITHUB_PARTS = (
    r"(?:(?:actor|actor_id|base_ref|enterprise|enterprise_id|environment|event_name|head_ref|ref"
    r"|ref_protected|ref_type|repository_owner|repository_owner_id|repository_visibility"
    r"|runner_environment|sha):[^*?:]+:|pull_request:)*"
)
"""What may stand before the repository in a customized subject: claims whose values hold no colon,
so that nobody can write the rest of the subject into one. A workflow's name could, on a server that
does not escape it."""

_SHARED = (
    _Shared(
        r"(vs)?token\.actions\.githubusercontent\.com(/.*)?|token\.actions\.[^/]+\.ghe\.com(/.*)?"
        r"|[^/]+/_services/token",
        # A colon has to follow at once, or an `@` and the ID: `octo-org/app` begins the name of
        # `octo-org/app-of-others` too.
        rf"{_GITHUB_PARTS}(repo:{_PART}/{_PART}|repository:{_PART}/{_PART}|repository_id:[0-9]+)"
        r"(:|$)",
        "repo:octo-org@123456/app@456789:environment:production",
        "GitHubActions, or hold repo:OWNER/NAME or repository_id:ID, or add a claim repository_id",
        form="repo:",
        own=rf"repo:{_PART}/",
        kind="repository",
        narrowing=frozenset({"repository", "repository_id"}),
    ),
    _Shared(
        r"oidc-configuration\.audit-log\.githubusercontent\.com",
        rf"https://github\.com/{_PART}$",
        "https://github.com/octo-enterprise",
    ),
    _Shared(
        r"gitlab\.com",
        rf"project_path:{_PART}(/{_PART})+(:|$)",
        "project_path:acme/app:ref_type:branch:ref:main",
        "GitLab",
        form="project_path:",
        own=rf"project_path:{_PART}/",
        kind="project",
    ),
    _Shared(
        r"oidc\.circleci\.com/org/.*",
        rf"org/{_PART}/project/{_PART}/user/",
        "org/ORGANIZATION_ID/project/PROJECT_ID/user/*",
        "CircleCi",
        own=rf"org/{_PART}/",
        kind="project",
    ),
    _Shared(
        r"api\.bitbucket\.org/.*",
        r"\{[^*?:}]+\}:",
        "{REPOSITORY_ID}:{ENVIRONMENT_ID}:*",
        "BitbucketPipelines",
    ),
    _Shared(
        r"app(\.eu)?\.terraform\.io",
        rf"organization:{_PART}:(project:{_PART}:(workspace|stack)|module):{_PART}(:|$)",
        "organization:acme:project:web:workspace:app:run_phase:apply",
        "TerraformCloud",
        own=rf"organization:{_PART}:",
        kind="workspace",
    ),
    _Shared(
        r"oidc[.-]eks\..*",
        rf"system:serviceaccount:{_PART}:",
        "system:serviceaccount:payments:reader",
        "EksServiceAccount",
        form="system:serviceaccount:",
        own="system:serviceaccount:",
        kind="namespace",
    ),
    _Shared(
        r"agent\.buildkite\.com",
        rf"organization:{_PART}:pipeline:{_PART}(:|$)",
        "organization:acme:pipeline:app:ref:refs/heads/main:*",
        own=rf"organization:{_PART}:",
        kind="pipeline",
    ),
    _Shared(
        r"oidc\.codefresh\.io",
        rf"account:{_PART}:pipeline:{_PART}(:|$)",
        "account:ACCOUNT_ID:pipeline:PIPELINE_ID:*",
        own=rf"account:{_PART}:",
        kind="pipeline",
    ),
    _Shared(
        r"api\.pulumi\.com/oidc",
        rf"pulumi:[a-z]+:org:{_PART}:(project|env):[^*?:]+(:|$)",
        "pulumi:environments:org:acme:env:app/production",
        own=rf"pulumi:[a-z]+:org:{_PART}:",
        kind="project or environment",
    ),
    _Shared(
        r"oidc\.vercel\.com(/.*)?",
        rf"owner:{_PART}:project:{_PART}:",
        "owner:acme:project:web:environment:production",
        own=rf"owner:{_PART}:",
        kind="project",
    ),
)  # fmt: skip

_EXACT_ALONE = re.compile(
    r"scalr\.io|sandboxes\.cloud|studio\.datachain\.ai/api|tokens\.cloud\.shisho\.dev"
    r"|proidc\.upbound\.io|sts\.windows\.net/.*|accounts\.google\.com"
    # IBM Turbonomic.
    r"|rh-oidc\.s3\.us-east-1\.amazonaws\.com/(22ejnvnnturfmt6km08idd0nt4hekbn7"
    r"|23e3sd27sju1hoou6ohfs68vbno607tr|23ne21h005qjl3n33d8dui5dlrmv2tmg"
    r"|24jrf12m5dj7ljlfb4ta2frhrcoadm26)"
    r"|oidc\.op1\.openshiftapps\.com/(2f785sojlpb85i7402pk3qogugim5nfb"
    r"|2c51blsaqa9gkjt0o9rt11mle8mmropu)",
    re.IGNORECASE,
)
"""Shared ones whose subjects have no documented form that could be checked for width."""

SENTINEL = "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d"
"""Microsoft Sentinel: one subject for all its customers, who differ by the session's name."""


def check_tenant(issuer: str, subjects: tuple[str, ...], claims: Sequence[OidcClaim] = ()) -> None:
    """Raise for a subject that a stranger's repository, project or pipeline could have too, unless
    a claim says whose it is."""
    for subject in subjects:
        if _EXACT_ALONE.fullmatch(issuer.rstrip("/")) and is_wild(subject):
            raise InvalidTrustError(
                f"subjects must hold no wildcard, got {subject!r}: {issuer} is shared by many "
                "customers of its owner; write the whole subject"
            )
        for shared in _SHARED:
            if shared.is_meant(issuer, subject) and not shared.admits(subject, claims):
                raise InvalidTrustError(
                    f"subjects must begin like {shared.example!r} with {issuer}, got {subject!r}: "
                    f"{shared.refusal(subject)}"
                )
