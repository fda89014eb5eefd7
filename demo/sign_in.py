"""A user of the app signs in as a browser would, and gets temporary credentials."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import Any

import boto3
import pyotp
from botocore import UNSIGNED
from botocore.config import Config
from pycognito.aws_srp import AWSSRP

from least_privilege.embedded import Credentials

from .deployment import OURS, REGION, Deployment


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedInUser:
    """Who signed in: the identity that stands in their prefix, and their credentials."""

    identity_id: str
    credentials: Credentials


def sign_in_new_user(deployment: Deployment, name: str) -> SignedInUser:
    """An administrator makes a user; the user signs in with a password and a second factor."""
    email, password = f"{name}@example.com", f"{secrets.token_urlsafe(16)}aA1!"
    administrator = _client(deployment, "cognito-idp", account=OURS)
    pool = deployment.output("UserAccess", "UserPoolId")
    administrator.admin_create_user(
        UserPoolId=pool, Username=email, TemporaryPassword=password, MessageAction="SUPPRESS"
    )
    administrator.admin_set_user_password(
        UserPoolId=pool, Username=email, Password=password, Permanent=True
    )
    token = _sign_in(deployment, pool, email, password)
    return _exchange(deployment, f"cognito-idp.{REGION}.amazonaws.com/{pool}", token)


def _sign_in(deployment: Deployment, pool: str, email: str, password: str) -> str:
    browser = _client(deployment, "cognito-idp")
    client_id = deployment.output("UserAccess", "UserPoolClientId")
    srp = AWSSRP(
        username=email, password=password, pool_id=pool, client_id=client_id, client=browser
    )
    parameters = srp.get_auth_params()
    asked = browser.initiate_auth(
        AuthFlow="USER_SRP_AUTH", AuthParameters=parameters, ClientId=client_id
    )
    asked = browser.respond_to_auth_challenge(
        ClientId=client_id,
        ChallengeName="PASSWORD_VERIFIER",
        ChallengeResponses=srp.process_challenge(asked["ChallengeParameters"], parameters),
    )
    # The pool requires MFA, so the first sign-in sets the second factor up.
    device = browser.associate_software_token(Session=asked["Session"])
    verified = browser.verify_software_token(
        Session=device["Session"], UserCode=pyotp.TOTP(device["SecretCode"]).at(int(time.time()))
    )
    signed_in = browser.respond_to_auth_challenge(
        ClientId=client_id,
        ChallengeName="MFA_SETUP",
        Session=verified["Session"],
        ChallengeResponses={"USERNAME": email},
    )
    token: str = signed_in["AuthenticationResult"]["IdToken"]
    return token


def _exchange(deployment: Deployment, provider: str, token: str) -> SignedInUser:
    browser = _client(deployment, "cognito-identity")
    logins = {provider: token}
    identity = browser.get_id(
        IdentityPoolId=deployment.output("UserAccess", "IdentityPoolId"), Logins=logins
    )["IdentityId"]
    given = browser.get_credentials_for_identity(IdentityId=identity, Logins=logins)["Credentials"]
    return SignedInUser(
        identity_id=identity,
        credentials=Credentials(
            access_key_id=given["AccessKeyId"],
            secret_access_key=given["SecretKey"],
            session_token=given["SessionToken"],
        ),
    )


def _client(deployment: Deployment, service: str, *, account: str = "") -> Any:
    """A client of an administrator of the account, or of a browser, which signs nothing."""
    signing: dict[str, Any] = {"config": Config(signature_version=UNSIGNED)}
    if account:
        signing = {"aws_access_key_id": account, "aws_secret_access_key": "test"}
    return boto3.client(
        service,
        region_name=REGION,
        endpoint_url=deployment.aws.endpoint,
        verify=str(deployment.aws.ca_bundle),
        **signing,
    )
