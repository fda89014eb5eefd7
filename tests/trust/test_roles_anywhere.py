"""Which certificates get a role by IAM Roles Anywhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from aws_cdk import Aws, Stack, aws_rolesanywhere as rolesanywhere

from least_privilege import errors
from least_privilege.access import Decision, Principal
from least_privilege.roles import TrustedRole
from least_privilege.trust import CertificateAttribute, RolesAnywhere
from tests.conftest import new_stack, only

from .kit import OTHER, OWN, assuming

ANCHOR = (
    f"arn:aws:rolesanywhere:eu-central-1:{OWN}:trust-anchor/11111111-2222-3333-4444-555555555555"
)
SERVICE = Principal.service("rolesanywhere.amazonaws.com")
ACTIONS = ("sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity")
REASON = "The CA issues certificates to this one fleet alone"
PAYMENTS = CertificateAttribute(name="x509Subject/OU", values=("payments", "ledger"))

BACKUP = RolesAnywhere(trust_anchor_arn=ANCHOR, common_names=("backup-1", "backup-2"))
SPIFFE = RolesAnywhere(trust_anchor_arn=ANCHOR, uris=("spiffe://example.com/ns/a/sa/b",))
UNIT = RolesAnywhere(
    trust_anchor_arn=ANCHOR, dns_names=("a.example.com",), attributes=(PAYMENTS,)
)  # fmt: skip
ANY = RolesAnywhere(trust_anchor_arn=ANCHOR, any_certificate_reason=REASON)


def said(**tags: Any) -> dict[str, Any]:
    condition: dict[str, Any] = {"ArnEquals": {"aws:SourceArn": ANCHOR}}
    if tags:
        condition["StringEquals"] = {
            f"aws:PrincipalTag/{key.replace('__', '/')}": value for key, value in tags.items()
        }
    return {
        "Effect": "Allow",
        "Principal": {"Service": "rolesanywhere.amazonaws.com"},
        "Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
        "Condition": condition,
    }


SAID: list[tuple[RolesAnywhere, dict[str, Any]]] = [
    (BACKUP, said(x509Subject__CN=["backup-1", "backup-2"])),
    (SPIFFE, said(x509SAN__URI="spiffe://example.com/ns/a/sa/b")),
    (UNIT, said(x509SAN__DNS="a.example.com", x509Subject__OU=["payments", "ledger"])),
    (ANY, said()),
    (
        RolesAnywhere(
            trust_anchor_arn=ANCHOR,
            attributes=(CertificateAttribute(name="x509Issuer/CN", values=("Plant 4",)),),
            any_certificate_reason=REASON,
        ),
        said(x509Issuer__CN="Plant 4"),
    ),
]


@pytest.mark.parametrize(("trust", "statement"), SAID)
def test_it_says_exactly_this(trust: RolesAnywhere, statement: dict[str, Any]) -> None:
    assert [each.to_dict() for each in trust.statements()] == [statement]


def certificate(anchor: str | None = ANCHOR, **changed: str | None) -> dict[str, Any]:
    """What Roles Anywhere sends of a certificate; what is changed to None is not in it."""
    attributes = {
        "x509Subject/CN": "backup-1",
        "x509Subject/OU": "payments",
        "x509Issuer/CN": "Example CA",
        "x509SAN/DNS": "a.example.com",
        "x509SAN/URI": "spiffe://example.com/ns/a/sa/b",
    } | {key.replace("__", "/"): value for key, value in changed.items()}
    context: dict[str, Any] = {
        f"aws:PrincipalTag/{key}": value for key, value in attributes.items() if value is not None
    }
    context["sts:SourceIdentity"] = f"CN={attributes['x509Subject/CN']}"
    return context | ({"aws:SourceArn": anchor, "aws:SourceAccount": OWN} if anchor else {})


GET_IN: list[tuple[RolesAnywhere, dict[str, Any]]] = [
    (BACKUP, certificate()),
    (BACKUP, certificate(x509Subject__CN="backup-2", x509Subject__OU=None)),
    (SPIFFE, certificate()),
    (UNIT, certificate()),
    (UNIT, certificate(x509Subject__OU="ledger", x509Subject__CN="anything")),
    (ANY, certificate(x509Subject__CN="anything")),
]


@pytest.mark.parametrize(("trust", "context"), GET_IN)
def test_the_named_certificates_get_in(trust: RolesAnywhere, context: dict[str, Any]) -> None:
    assert assuming(trust, SERVICE, context, actions=ACTIONS).is_allowed


NEAR_MISSES: list[tuple[RolesAnywhere, dict[str, Any]]] = [
    (BACKUP, certificate(x509Subject__CN="backup-3")),
    (BACKUP, certificate(x509Subject__CN="backup-10")),
    (BACKUP, certificate(x509Subject__CN="Backup-1")),
    (BACKUP, certificate(x509Subject__CN=None)),
    (BACKUP, certificate(x509Subject__CN="x", x509Issuer__CN="backup-1", x509SAN__DNS="backup-1")),
    (BACKUP, certificate(ANCHOR.replace("11111111-", "99999999-"))),
    (BACKUP, certificate(ANCHOR.replace(OWN, OTHER))),
    (BACKUP, certificate(ANCHOR.replace("eu-central-1", "eu-west-1"))),
    (BACKUP, certificate(anchor=None)),
    (SPIFFE, certificate(x509SAN__URI="spiffe://example.com/ns/a/sa/b2")),
    (SPIFFE, certificate(x509SAN__URI="spiffe://example.org/ns/a/sa/b")),
    (SPIFFE, certificate(x509SAN__URI=None)),
    (UNIT, certificate(x509Subject__OU="sales")),
    (UNIT, certificate(x509Subject__OU=None)),
    (UNIT, certificate(x509SAN__DNS="b.example.com")),
    (UNIT, certificate(x509SAN__DNS=None)),
    (ANY, certificate(ANCHOR.replace("11111111-", "99999999-"))),
    (ANY, certificate(ANCHOR.replace(OWN, OTHER))),
    (ANY, certificate(anchor=None)),
]


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize(("trust", "context"), NEAR_MISSES)
def test_others_do_not(trust: RolesAnywhere, context: dict[str, Any], action: str) -> None:
    answer = assuming(trust, SERVICE, context, actions=(action,))
    assert answer.decision is Decision.IMPLICITLY_DENIED


@pytest.mark.parametrize(
    "caller",
    [
        Principal.service("ec2.amazonaws.com"),
        Principal.role_session(f"arn:aws:iam::{OWN}:role/Admin"),
        Principal.user(f"arn:aws:iam::{OTHER}:user/mallory"),
    ],
)
def test_nobody_but_roles_anywhere_brings_a_certificate(caller: Principal) -> None:
    assert not assuming(BACKUP, caller, certificate()).is_allowed


def test_what_is_demanded_is_known_by_name() -> None:
    assert UNIT.demanded_attributes == ("x509SAN/DNS", "x509Subject/OU")
    assert ANY.demanded_attributes == ()


def test_the_workload_chooses_the_length_of_its_sessions(stack: Stack) -> None:
    assert BACKUP.longest_session == timedelta(hours=12)
    TrustedRole(stack, "Role", trusted_by=[BACKUP], session_duration=timedelta(hours=8))
    assert only(stack, "AWS::IAM::Role")["MaxSessionDuration"] == 28_800


def test_a_trust_anchor_of_the_same_app_is_a_reference(stack: Stack) -> None:
    anchor = rolesanywhere.CfnTrustAnchor(
        stack,
        "Anchor",
        name="CA",
        source={
            "sourceType": "CERTIFICATE_BUNDLE",
            "sourceData": {"x509CertificateData": "-----BEGIN CERTIFICATE-----"},
        },
    )
    trust = RolesAnywhere(trust_anchor_arn=anchor.attr_trust_anchor_arn, common_names=("backup-1",))
    TrustedRole(stack, "Role", trusted_by=[trust])
    (statement,) = only(stack, "AWS::IAM::Role")["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Condition"]["ArnEquals"] == {"aws:SourceArn": "${Anchor.TrustAnchorArn}"}


def test_a_trust_anchor_of_another_account_is_refused_where_the_account_is_known(
    stack: Stack,
) -> None:
    elsewhere = RolesAnywhere(
        trust_anchor_arn=ANCHOR.replace(OWN, OTHER), common_names=("backup-1",)
    )
    with pytest.raises(errors.InvalidTrustError, match=f"own account {OWN}"):
        TrustedRole(stack, "Role", trusted_by=[elsewhere])
    assert not stack.node.children
    TrustedRole(new_stack("Elsewhere", account=OTHER), "Role", trusted_by=[elsewhere])
    TrustedRole(new_stack("Anywhere", account=Aws.ACCOUNT_ID), "Role", trusted_by=[elsewhere])


NO_ATTRIBUTE = "every certificate of the CA could assume the role"
REFUSED: list[tuple[dict[str, Any], type[errors.InvalidInputError], str]] = [
    ({"trust_anchor_arn": "anchor"}, errors.InvalidArnError, "ARN of one trust anchor"),
    ({"trust_anchor_arn": None}, errors.InvalidArnError, "got None"),
    ({"trust_anchor_arn": ""}, errors.InvalidArnError, "got ''"),
    ({"trust_anchor_arn": ANCHOR.replace("trust-anchor", "profile")}, errors.InvalidArnError,
     "like arn:aws:rolesanywhere"),
    ({"trust_anchor_arn": ANCHOR.replace("rolesanywhere", "acm-pca")}, errors.InvalidArnError,
     "trust anchor"),
    ({"trust_anchor_arn": f"arn:aws:rolesanywhere:eu-central-1:{OWN}:trust-anchor/*"},
     errors.InvalidArnError, r"trust-anchor/\*"),
    ({"trust_anchor_arn": ANCHOR.replace(OWN, "*")}, errors.InvalidArnError, "one trust anchor"),
    ({"trust_anchor_arn": ANCHOR.replace(OWN, "")}, errors.InvalidArnError, "one trust anchor"),
    ({"common_names": ()}, errors.InvalidTrustError, NO_ATTRIBUTE),
    ({"common_names": (), "any_certificate_reason": "needed"}, errors.InvalidTrustError,
     "a sentence of at least 20 characters"),
    ({"common_names": (), "any_certificate_reason": None}, errors.InvalidTrustError, NO_ATTRIBUTE),
    ({"common_names": (),
      "attributes": (CertificateAttribute(name="x509Issuer/CN", values=("CA",)),)},
     errors.InvalidTrustError, NO_ATTRIBUTE),
    ({"any_certificate_reason": REASON}, errors.InvalidTrustError,
     "any_certificate_reason must be left out beside x509Subject/CN"),
    ({"common_names": "backup"}, errors.InvalidTrustError, "got the string 'backup'"),
    ({"common_names": ""}, errors.InvalidTrustError, "got the string ''"),
    ({"common_names": ("*",)}, errors.InvalidTrustError, "common_names must be .* wildcards"),
    ({"common_names": ("backup-?",)}, errors.InvalidTrustError, "without wildcards"),
    ({"common_names": ("Smith (4711)",)}, errors.InvalidTrustError, "Roles Anywhere can map"),
    ({"common_names": ("${aws:username}",)}, errors.InvalidTrustError, "common_names must be"),
    ({"common_names": ("",)}, errors.InvalidTrustError, "1 to 256"),
    ({"common_names": ("x" * 257,)}, errors.InvalidTrustError, "1 to 256"),
    ({"common_names": (1,)}, errors.InvalidTrustError, "must be strings"),
    ({"dns_names": ("*.example.com",)}, errors.InvalidTrustError, "dns_names must be"),
    ({"uris": ("spiffe://example.com/ns/*/sa/b",)}, errors.InvalidTrustError, "uris must be"),
    ({"attributes": PAYMENTS}, errors.InvalidTrustError, "list of values of CertificateAttribute"),
    ({"attributes": ("OU",)}, errors.InvalidTrustError, "list of values of CertificateAttribute"),
    ({"attributes": (PAYMENTS, PAYMENTS)}, errors.InvalidTrustError, "each attribute once"),
    ({"attributes": (PAYMENTS, CertificateAttribute(name="x509Subject/ou", values=("sales",)))},
     errors.InvalidTrustError, "each attribute once"),
    ({"attributes": (CertificateAttribute(name="x509Subject/cn", values=("b",)),)},
     errors.InvalidTrustError, "must not hold x509Subject/cn; common_names says it"),
    ({"common_names": ("a", "a")}, errors.InvalidTrustError, "common_names must each be named"),
    ({"attributes": (CertificateAttribute(name="x509SAN/DNS", values=("a",)),)},
     errors.InvalidTrustError, "must not hold x509SAN/DNS; dns_names says it"),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "error", "says"), REFUSED)
def test_a_trust_that_would_not_hold_is_refused(
    changed: dict[str, Any], error: type[errors.InvalidInputError], says: str
) -> None:
    sound: dict[str, Any] = {"trust_anchor_arn": ANCHOR, "common_names": ("backup-1",)}
    with pytest.raises(error, match=says):
        RolesAnywhere(**sound | changed)


@pytest.mark.parametrize(
    ("name", "values", "says"),
    [
        ("OU", ("a",), "'x509Subject/OU'"),
        ("x509Subject/*", ("a",), "name must be an attribute of a certificate"),
        ("x509SAN/Email", ("a",), "name must be an attribute of a certificate"),
        ("x509Subject/OU/CN", ("a",), "name must be an attribute of a certificate"),
        (None, ("a",), "got None"),
        ("x509Subject/OU", ("a", "a"), "must each be named once"),
        ("x509Subject/OU", (), "values of x509Subject/OU must be at least one"),
        ("x509Subject/OU", "payments", "got the string"),
        ("x509Subject/OU", ("pay*",), "without wildcards"),
    ],
)
def test_an_attribute_that_would_not_hold_is_refused(name: Any, values: Any, says: str) -> None:
    with pytest.raises(errors.InvalidTrustError, match=says):
        CertificateAttribute(name=name, values=values)
