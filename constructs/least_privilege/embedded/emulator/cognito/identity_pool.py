"""Identity pools: guests only where they are on, and credentials of a role that trusts the pool.

The emulator gives credentials to everybody, under a made-up role if the pool has none.
"""

import json
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import get_region
from ministack.services import cognito, sts

from least_privilege.embedded.emulator.cognito.answers import Response, content, refusal
from least_privilege.embedded.emulator.cognito.role_mapping import role_arn
from least_privilege.embedded.emulator.sessions import SessionRefusedError, role_of

_COGNITO = "cognito-identity.amazonaws.com"
_ASSUME_ROLE = "sts:AssumeRoleWithWebIdentity"
_TAG_SESSION = "sts:TagSession"
_DEFAULT_TAGS = {"username": "sub", "client": "aud"}
_SESSION_NAME = "CognitoIdentityCredentials"
_NO_GUESTS = "Unauthenticated access is not supported for this identity pool."


def install() -> None:
    """Take the place of the operations that hand out identities and credentials."""
    get_id = cognito._get_id
    get_credentials = cognito._get_credentials_for_identity

    def get_id_checked(request: dict[str, Any]) -> Response:
        pool = cognito._identity_pools.get(request.get("IdentityPoolId"))
        if pool and not request.get("Logins") and not pool.get("AllowUnauthenticatedIdentities"):
            return refusal(_NO_GUESTS)
        response: Response = get_id(request)
        return response

    def get_credentials_checked(request: dict[str, Any]) -> Response:
        response: Response = get_credentials(request)
        given = content(response)
        if not given:
            return response
        access_key = given["Credentials"]["AccessKeyId"]
        session = sts._sessions[access_key]
        try:
            _assume_role(session, request.get("CustomRoleArn"))
        except SessionRefusedError as error:
            del sts._sessions[access_key]
            return refusal(str(error))
        return response

    cognito._get_id = get_id_checked
    cognito._get_credentials_for_identity = get_credentials_checked


def _assume_role(session: dict[str, Any], custom_role_arn: str | None) -> None:
    """Make the emulator's session one of the role that AWS would choose, if it trusts the pool."""
    pool = cognito._identity_pools.get(session["_identity_pool_id"])
    if pool is None:
        raise SessionRefusedError("there is no such identity")
    logins = session["_logins"]
    if not logins and not pool.get("AllowUnauthenticatedIdentities"):
        raise SessionRefusedError(_NO_GUESTS)
    arn = role_arn(pool, logins, custom_role_arn)
    if not arn:
        raise SessionRefusedError("Invalid identity pool configuration. Check assigned IAM roles.")
    account, role = role_of(arn)
    tags = _principal_tags(pool, logins)
    _check_trust(role, session, tags)
    session["Arn"] = f"arn:aws:sts::{account}:assumed-role/{role['RoleName']}/{_SESSION_NAME}"
    session["UserId"] = f"{role['RoleId']}:{_SESSION_NAME}"
    session["AccountId"] = account
    session["SessionTags"] = [{"Key": key, "Value": value} for key, value in tags.items()]


def _principal_tags(pool: dict[str, Any], logins: dict[str, str]) -> dict[str, str]:
    """Attributes for access control: claims of the login that become tags of the session."""
    tags: dict[str, str] = {}
    for provider, token in logins.items():
        mapping = (pool.get("_principal_tags") or {}).get(provider)
        if mapping is None:
            continue
        claims = cognito._token_claims(token)
        wanted = _DEFAULT_TAGS if mapping["UseDefaults"] else mapping["PrincipalTags"]
        tags |= {tag: str(claims[claim]) for tag, claim in wanted.items() if claim in claims}
    return tags


def _check_trust(role: dict[str, Any], session: dict[str, Any], tags: dict[str, str]) -> None:
    context = iam_evaluator.EvalContext(
        principal_arn=_COGNITO,
        principal_type="WebIdentityUser",
        principal_account="",
        action=_ASSUME_ROLE,
        resource_arn=role["Arn"],
        region=get_region(),
        request_tags=tags,
        tag_keys=list(tags),
        service_context={
            f"{_COGNITO}:aud": session["_identity_pool_id"],
            f"{_COGNITO}:sub": session["_identity_id"],
            f"{_COGNITO}:amr": session["_cognito_amr"],
        },
    )
    trust = json.loads(role["AssumeRolePolicyDocument"])
    for action in (_ASSUME_ROLE, _TAG_SESSION) if tags else (_ASSUME_ROLE,):
        if not iam_evaluator.evaluate_trust_policy(_about(trust, action), _COGNITO, context):
            raise SessionRefusedError(
                f"the trust policy of {role['Arn']} does not let this identity do {action}"
            )


def _about(trust: dict[str, Any], action: str) -> dict[str, Any]:
    """The statements about an action, spelled as if they were about assuming the role.

    The emulator looks for a federated principal in a request of that one action alone.
    """
    statements = trust["Statement"]
    return {
        "Statement": [
            {**statement, "Action": _ASSUME_ROLE}
            for statement in (statements if isinstance(statements, list) else [statements])
            if iam_evaluator._action_matches(action, _texts(statement, "Action"), [])
        ]
    }


def _texts(statement: dict[str, Any], element: str) -> list[str]:
    value = statement.get(element, "*")
    return [value] if isinstance(value, str) else list(value)
