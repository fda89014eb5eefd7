"""Who may do what: sessions of services, variables, boundaries, PassRole, MFA, anonymity."""

from __future__ import annotations

import hashlib
import http.client
import io
import json
import ssl
import zipfile
from typing import Any

import pytest

from least_privilege.embedded import Credentials, EmbeddedAws, EmbeddedAwsError
from tests.embedded.kit import (
    ACCOUNT,
    OTHER_ACCOUNT,
    REGION,
    Clients,
    RunAws,
    allow,
    error_code,
    make_role,
    make_user,
    one_time_code,
    trust,
)

IN_REGION = {"LocationConstraint": REGION}


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """A name that no other test uses."""
    digest = hashlib.sha256(request.node.nodeid.encode()).hexdigest()
    return f"t-{digest[:20]}"


def test_a_service_gets_a_session_of_a_role_that_trusts_it(
    aws: EmbeddedAws, clients: Clients, run_aws: RunAws, name: str
) -> None:
    arn = make_role(
        clients, name, trust(Service="lambda.amazonaws.com"), allow("s3:ListAllMyBuckets")
    )
    session = aws.service_session(arn, session_name="thumbnails")
    assert session.arn == f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/thumbnails"
    assert "secret" not in repr(session)
    assert clients.session("sts", session).get_caller_identity()["Arn"] == session.arn
    assert error_code(clients.session("s3", session).list_buckets) == "allowed"
    assert error_code(clients.session("iam", session).list_users) == "AccessDenied"
    assert run_aws(aws.environment_with(session), "s3", "ls").returncode == 0


def test_a_service_that_the_role_does_not_trust_is_refused(
    aws: EmbeddedAws, clients: Clients, name: str
) -> None:
    arn = make_role(clients, name, trust(Service="ec2.amazonaws.com"))
    with pytest.raises(EmbeddedAwsError, match=r"does not let lambda\.amazonaws\.com assume it"):
        aws.service_session(arn)
    with pytest.raises(EmbeddedAwsError, match="there is no role"):
        aws.service_session(f"arn:aws:iam::{OTHER_ACCOUNT}:role/{name}")
    with pytest.raises(EmbeddedAwsError, match="not the ARN of a role"):
        aws.service_session("nonsense")


def test_a_service_passes_the_conditions_of_the_trust_with_what_it_sends(
    aws: EmbeddedAws, clients: Clients, name: str
) -> None:
    guarded = trust(Service="config.amazonaws.com")
    guarded["Statement"][0]["Condition"] = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    arn = make_role(clients, name, guarded)
    service = "config.amazonaws.com"
    aws.service_session(arn, service, source_account=ACCOUNT)
    for account in (None, OTHER_ACCOUNT):
        with pytest.raises(EmbeddedAwsError, match="does not let"):
            aws.service_session(arn, service, source_account=account)


def test_only_the_parent_process_can_ask_for_sessions(aws: EmbeddedAws) -> None:
    context = ssl.create_default_context(cafile=str(aws.ca_bundle))
    port = int(aws.endpoint.rsplit(":", 1)[1])
    for path in ("/_embedded/service-session", "/_ministack/reset"):
        connection = http.client.HTTPSConnection("127.0.0.1", port, context=context)
        connection.request("POST", path, body="{}", headers={"x-embedded-token": "guess"})
        assert connection.getresponse().status == 403


def test_a_policy_variable_scopes_each_caller_to_their_own(clients: Clients, name: str) -> None:
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "s3:PutObject",
                "Resource": f"arn:aws:s3:::{name}/home/${{aws:username}}/*",
            },
            {
                "Effect": "Allow",
                "Action": "s3:ListBucket",
                "Resource": f"arn:aws:s3:::{name}",
                "Condition": {"StringLike": {"s3:prefix": "home/${aws:username}/*"}},
            },
            {
                "Effect": "Allow",
                "Action": "s3:PutObject",
                "Resource": f"arn:aws:s3:::{name}/${{aws:PrincipalTag/team, 'nobody'}}/*",
            },
        ],
    }
    clients.root("s3").create_bucket(Bucket=name, CreateBucketConfiguration=IN_REGION)
    s3 = clients.with_keys("s3", *make_user(clients, name, policy), None)

    def put(key: str) -> str:
        return error_code(s3.put_object, Bucket=name, Key=key, Body=b"")

    assert put(f"home/{name}/file") == "allowed"
    assert put("home/somebody-else/file") == "AccessDenied"
    assert put("home/${aws:username}/file") == "AccessDenied"
    assert put("nobody/file") == "allowed"
    own, other = f"home/{name}/x", "home/y/x"
    assert error_code(s3.list_objects_v2, Bucket=name, Prefix=own) == "allowed"
    assert error_code(s3.list_objects_v2, Bucket=name, Prefix=other) == "AccessDenied"


def test_a_boundary_limits_what_a_role_can_do(
    aws: EmbeddedAws, clients: Clients, name: str
) -> None:
    boundary = clients.root("iam").create_policy(
        PolicyName=name, PolicyDocument=json.dumps(allow("s3:ListAllMyBuckets"))
    )["Policy"]["Arn"]
    trusting = trust(Service="lambda.amazonaws.com")
    arn = make_role(clients, name, trusting, allow("*"), PermissionsBoundary=boundary)
    session = aws.service_session(arn)
    assert error_code(clients.session("s3", session).list_buckets) == "allowed"
    assert error_code(clients.session("iam", session).list_users) == "AccessDenied"


def test_a_caller_without_credentials_cannot_list_or_make_buckets(clients: Clients) -> None:
    s3 = clients.unsigned("s3")
    assert error_code(s3.list_buckets) == "AccessDenied"
    made = {"Bucket": "anonymous-bucket", "CreateBucketConfiguration": IN_REGION}
    assert error_code(s3.create_bucket, **made) == "AccessDenied"


def test_handing_a_role_to_a_service_takes_pass_role(clients: Clients, name: str) -> None:
    service = make_role(clients, f"{name}-role", trust(Service="lambda.amazonaws.com"))
    creating = {
        "FunctionName": name,
        "Runtime": "python3.13",
        "Handler": "index.handler",
        "Role": service,
        "Code": {"ZipFile": _zip("def handler(event, context): pass")},
    }
    key = make_user(clients, name, allow("lambda:CreateFunction"))
    functions = clients.with_keys("lambda", *key, None)
    with pytest.raises(functions.exceptions.ClientError, match="iam:PassRole on resource"):
        functions.create_function(**creating)
    passing = allow(
        ["lambda:CreateFunction", "iam:PassRole"],
        "*",
        StringEqualsIfExists={"iam:PassedToService": "lambda.amazonaws.com"},
    )
    clients.root("iam").put_user_policy(
        UserName=name, PolicyName="p", PolicyDocument=json.dumps(passing)
    )
    assert error_code(functions.create_function, **creating) == "allowed"


def test_a_trust_that_names_a_user_of_the_account_suffices_and_one_that_names_root_does_not(
    clients: Clients, name: str
) -> None:
    key = make_user(clients, name)
    user = f"arn:aws:iam::{ACCOUNT}:user/{name}"
    named = make_role(clients, f"{name}-named", trust(AWS=user))
    delegated = make_role(clients, f"{name}-root", trust(AWS=f"arn:aws:iam::{ACCOUNT}:root"))
    sts = clients.with_keys("sts", *key, None)
    assert error_code(sts.assume_role, RoleArn=named, RoleSessionName="test") == "allowed"
    assert error_code(sts.assume_role, RoleArn=delegated, RoleSessionName="test") == "AccessDenied"


def test_a_session_lasts_no_longer_than_the_role_allows(clients: Clients, name: str) -> None:
    arn = make_role(
        clients, name, trust(AWS=ACCOUNT), allow("sts:AssumeRole"), MaxSessionDuration=7200
    )
    sts = clients.root("sts")

    def assume(sts: Any, seconds: int) -> str:
        asked = {"RoleArn": arn, "RoleSessionName": "test", "DurationSeconds": seconds}
        return error_code(sts.assume_role, **asked)

    assert assume(sts, 7200) == "allowed"
    assert assume(sts, 7201) == "ValidationError"
    given = sts.assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    chained = clients.with_keys(
        "sts", given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]
    )
    assert assume(chained, 3600) == "allowed"
    assert assume(chained, 3601) == "ValidationError"


def test_a_role_that_asks_for_mfa_takes_a_one_time_code(clients: Clients, name: str) -> None:
    iam = clients.root("iam")
    key = make_user(clients, name, allow("sts:AssumeRole"))
    guarded = trust(AWS=ACCOUNT)
    guarded["Statement"][0]["Condition"] = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    arn = make_role(clients, f"{name}-role", guarded, allow("s3:ListAllMyBuckets"))
    made = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]
    serial, seed = made["SerialNumber"], made["Base32StringSeed"].decode()
    enabling = {"UserName": name, "SerialNumber": serial}
    wrong = {"AuthenticationCode1": "000000", "AuthenticationCode2": "000000"}
    assert error_code(iam.enable_mfa_device, **enabling, **wrong) == "InvalidAuthenticationCode"
    iam.enable_mfa_device(
        **enabling,
        AuthenticationCode1=one_time_code(seed, -1),
        AuthenticationCode2=one_time_code(seed),
    )
    sts = clients.with_keys("sts", *key, None)
    asked = {"RoleArn": arn, "RoleSessionName": "test"}
    assert error_code(sts.assume_role, **asked) == "AccessDenied"
    guess = "000000" if one_time_code(seed) != "000000" else "111111"
    refused = error_code(sts.assume_role, **asked, SerialNumber=serial, TokenCode=guess)
    assert refused == "AccessDenied"
    code = one_time_code(seed)
    assert error_code(sts.assume_role, **asked, SerialNumber=serial, TokenCode=code) == "allowed"

    given = sts.get_session_token(SerialNumber=serial, TokenCode=code)["Credentials"]
    with_mfa = clients.with_keys(
        "sts", given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]
    )
    assert error_code(with_mfa.assume_role, **asked) == "allowed"
    given = sts.get_session_token()["Credentials"]
    without = clients.with_keys(
        "sts", given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]
    )
    assert error_code(without.assume_role, **asked) == "AccessDenied"


def test_a_role_of_another_account_asks_for_its_external_id(
    aws: EmbeddedAws, clients: Clients, name: str
) -> None:
    guarded = trust(AWS=f"arn:aws:iam::{OTHER_ACCOUNT}:root")
    guarded["Statement"][0]["Condition"] = {"StringEquals": {"sts:ExternalId": "shared"}}
    arn = make_role(clients, name, guarded, allow("s3:ListAllMyBuckets"))
    sts = clients.root("sts", OTHER_ACCOUNT)
    asked = {"RoleArn": arn, "RoleSessionName": "test"}
    assert error_code(sts.assume_role, **asked) == "AccessDenied"
    given = sts.assume_role(**asked, ExternalId="shared")["Credentials"]
    session = Credentials(
        access_key_id=given["AccessKeyId"],
        secret_access_key=given["SecretAccessKey"],
        session_token=given["SessionToken"],
        arn="",
    )
    assert clients.session("sts", session).get_caller_identity()["Account"] == ACCOUNT


def test_the_callers_own_policy_can_ask_for_the_external_id(clients: Clients, name: str) -> None:
    arn = make_role(clients, name, trust(AWS=f"arn:aws:iam::{OTHER_ACCOUNT}:root"))
    iam = clients.root("iam", OTHER_ACCOUNT)
    iam.create_user(UserName=name)
    policy = allow("sts:AssumeRole", arn, StringEquals={"sts:ExternalId": "shared"})
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    sts = clients.with_keys("sts", key["AccessKeyId"], key["SecretAccessKey"], None)
    asked = {"RoleArn": arn, "RoleSessionName": "test"}
    assert error_code(sts.assume_role, **asked) == "AccessDenied"
    assert error_code(sts.assume_role, **asked, ExternalId="other") == "AccessDenied"
    assert error_code(sts.assume_role, **asked, ExternalId="shared") == "allowed"
    refused = error_code(sts.assume_role, **asked, ExternalId="shared", SourceIdentity="me")
    assert refused == "ValidationError"


def _zip(code: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("index.py", code)
    return buffer.getvalue()
