"""What callers of functions and APIs may do."""

from __future__ import annotations

from typing import Any

import pytest
from aws_cdk import (
    Stack,
    aws_apigateway as apigateway,
    aws_apigatewayv2 as http,
    aws_lambda as lambda_,
)

from least_privilege.errors import InvalidArnError, InvalidInputError, InvalidPermissionError
from least_privilege.permissions import ApiGatewayInvoke, LambdaInvoke, Permission
from tests.permissions.kit import (
    ACCOUNT,
    OTHER_ACCOUNT,
    REGION,
    allow,
    check_is_known_to_aws,
    is_allowed,
    said,
)

FUNCTION = "arn:aws:lambda:eu-central-1:111122223333:function:resize"
API = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:a1b2c3d4e5"
DEPLOYED_API = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:a1b2c3d4e5"


def call(**arguments: Any) -> ApiGatewayInvoke:
    given = {"api_id": "a1b2c3d4e5", "stage": "prod", "method": "GET", "path": "/pets"}
    return ApiGatewayInvoke(**given | arguments)


INVOKE = LambdaInvoke(function_arn=FUNCTION)
LIVE = LambdaInvoke(function_arn=f"{FUNCTION}:live")
ANY = LambdaInvoke(function_arn=FUNCTION, any_qualifier=True)
PET = call(path="/pets/{id}/photo")

SAID: list[tuple[Permission, list[dict[str, Any]]]] = [
    (INVOKE, [allow("lambda:InvokeFunction", FUNCTION)]),
    (LIVE, [allow("lambda:InvokeFunction", f"{FUNCTION}:live")]),
    (
        LambdaInvoke(function_arn=f"{FUNCTION}:$LATEST"),
        [allow("lambda:InvokeFunction", f"{FUNCTION}:$LATEST")],
    ),
    (ANY, [allow("lambda:InvokeFunction", [FUNCTION, f"{FUNCTION}:*"])]),
    (call(), [allow("execute-api:Invoke", f"{DEPLOYED_API}/prod/GET/pets")]),
    (PET, [allow("execute-api:Invoke", f"{DEPLOYED_API}/prod/GET/pets/*/photo")]),
    (
        call(stage="$default", method="POST", region=REGION, account_id=OTHER_ACCOUNT),
        [
            allow(
                "execute-api:Invoke",
                f"arn:${{AWS::Partition}}:execute-api:{REGION}:{OTHER_ACCOUNT}:"
                "a1b2c3d4e5/$default/POST/pets",
            )
        ],
    ),
]


@pytest.mark.parametrize(("permission", "statements"), SAID)
def test_it_says_exactly_this(permission: Permission, statements: list[dict[str, Any]]) -> None:
    assert said(permission) == statements
    check_is_known_to_aws(permission)


@pytest.mark.parametrize(
    ("permission", "resource"),
    [
        (INVOKE, FUNCTION),
        (LIVE, f"{FUNCTION}:live"),
        (ANY, FUNCTION),
        (ANY, f"{FUNCTION}:live"),
        (ANY, f"{FUNCTION}:17"),
    ],
)
def test_a_function_may_be_invoked(permission: LambdaInvoke, resource: str) -> None:
    assert is_allowed(permission, "lambda:InvokeFunction", resource)
    assert not is_allowed(permission, "lambda:InvokeFunctionUrl", resource)
    assert not is_allowed(permission, "lambda:UpdateFunctionCode", resource)
    assert not is_allowed(permission, "lambda:GetFunction", resource)


@pytest.mark.parametrize(
    ("permission", "resource"),
    [
        (INVOKE, f"{FUNCTION}:live"),
        (INVOKE, f"{FUNCTION}:$LATEST"),
        (INVOKE, f"{FUNCTION}-2"),
        (INVOKE, FUNCTION.replace(ACCOUNT, OTHER_ACCOUNT)),
        (LIVE, FUNCTION),
        (LIVE, f"{FUNCTION}:beta"),
        (LIVE, f"{FUNCTION}:live2"),
        (ANY, f"{FUNCTION}-2"),
        (ANY, f"{FUNCTION}-2:live"),
    ],
)
def test_the_neighbour_may_not_be_invoked(permission: LambdaInvoke, resource: str) -> None:
    assert not is_allowed(permission, "lambda:InvokeFunction", resource)


@pytest.mark.parametrize(
    ("permission", "resource"),
    [
        (call(), f"{API}/prod/GET/pets"),
        (PET, f"{API}/prod/GET/pets/a1b2/photo"),
        (call(path="/files/{proxy+}"), f"{API}/prod/GET/files/a/b/c"),
        (call(path="/pets/a1b2"), f"{API}/prod/GET/pets/a1b2"),
        (call(path="/"), f"{API}/prod/GET/"),
    ],
)
def test_a_method_may_be_called(permission: ApiGatewayInvoke, resource: str) -> None:
    assert is_allowed(permission, "execute-api:Invoke", resource)
    assert not is_allowed(permission, "execute-api:InvalidateCache", resource)
    assert not is_allowed(permission, "execute-api:ManageConnections", resource)


@pytest.mark.parametrize(
    ("permission", "resource"),
    [
        (call(), f"{API}/prod/GET/pets/a1b2"),
        (call(), f"{API}/prod/GET/"),
        (call(), f"{API}/prod/GET/pets2"),
        (call(), f"{API}/prod/POST/pets"),
        (call(), f"{API}/test/GET/pets"),
        (call(), f"{API}/prod2/GET/pets"),
        (call(), f"{API.replace('a1b2', 'z1b2')}/prod/GET/pets"),
        (call(), f"{API.replace(ACCOUNT, OTHER_ACCOUNT)}/prod/GET/pets"),
        (call(), f"{API.replace(REGION, 'eu-west-1')}/prod/GET/pets"),
        (PET, f"{API}/prod/GET/pets/a1b2"),
        (PET, f"{API}/prod/DELETE/pets/a1b2/photo"),
        (PET, f"{API}/prod/GET/owners/a1b2/photo"),
        (call(path="/pets/a1b2"), f"{API}/prod/GET/pets/a1b3"),
        (call(path="/"), f"{API}/prod/GET/pets"),
    ],
)
def test_the_neighbour_may_not_be_called(permission: ApiGatewayInvoke, resource: str) -> None:
    assert not is_allowed(permission, "execute-api:Invoke", resource)


def test_the_reason_of_a_wildcard_names_the_parameters() -> None:
    (reason,) = call(path="/pets/{id}/{proxy+}").wildcard_reasons().values()
    assert "{id} and {proxy+}" in reason
    assert call().wildcard_reasons() == {}


# Of the CDK's own resources --------------------------------------------------------------------


def function_of(stack: Stack) -> lambda_.Function:
    return lambda_.Function(
        stack,
        "Function",
        runtime=lambda_.Runtime.PYTHON_3_13,
        handler="index.handler",
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
    )


def test_of_a_function_an_alias_and_a_version_it_takes_that_one_alone(stack: Stack) -> None:
    function = function_of(stack)
    version = function.current_version
    alias = lambda_.Alias(stack, "Live", alias_name="live", version=version)
    for each in (function, version, alias):
        assert LambdaInvoke.of(each).statements()[0].resources == (each.function_arn,)
    anything = LambdaInvoke.of(function, any_qualifier=True)
    assert anything.statements()[0].resources == (
        function.function_arn,
        f"{function.function_arn}:*",
    )
    for qualified in (version, alias):
        with pytest.raises(InvalidPermissionError, match="take its function"):
            LambdaInvoke.of(qualified, any_qualifier=True)


def test_an_imported_function_is_taken_by_its_arn(stack: Stack) -> None:
    imported = lambda_.Function.from_function_arn(stack, "Imported", FUNCTION)
    assert LambdaInvoke.of(imported) == INVOKE
    version = lambda_.Version.from_version_arn(stack, "Version", f"{FUNCTION}:7")
    assert LambdaInvoke.of(version).function_arn == f"{FUNCTION}:7"


def test_of_a_rest_api_it_takes_the_deployed_stage(stack: Stack) -> None:
    api = apigateway.RestApi(stack, "Api")
    api.root.add_resource("pets").add_method("GET")
    invoke = ApiGatewayInvoke.of(api, method="GET", path="/pets")
    stage = api.deployment_stage.stage_name
    assert (invoke.api_id, invoke.stage) == (api.rest_api_id, stage)
    assert (invoke.region, invoke.account_id) == (api.env.region, api.env.account)
    assert ApiGatewayInvoke.of(api, method="GET", path="/pets", stage="test").stage == "test"


def test_of_an_http_api_it_takes_the_default_stage(stack: Stack) -> None:
    api = http.HttpApi(stack, "Api")
    invoke = ApiGatewayInvoke.of(api, method="GET", path="/pets")
    assert (invoke.api_id, invoke.stage) == (api.api_id, "$default")


def test_an_imported_api_has_no_stage_to_take(stack: Stack) -> None:
    rest = apigateway.RestApi.from_rest_api_id(stack, "Rest", "a1b2c3d4e5")
    other = http.HttpApi.from_http_api_attributes(stack, "Http", http_api_id="a1b2c3d4e5")
    for api in (rest, other):
        with pytest.raises(InvalidPermissionError, match="stage must be given"):
            ApiGatewayInvoke.of(api, method="GET", path="/pets")
        invoke = ApiGatewayInvoke.of(api, method="GET", path="/pets", stage="prod")
        assert (invoke.api_id, invoke.stage) == ("a1b2c3d4e5", "prod")


def test_of_takes_its_own_kind_of_resource_alone(stack: Stack) -> None:
    function = function_of(stack)
    web_socket = http.WebSocketApi(stack, "WebSocket")
    for other in (function, web_socket, "a1b2c3d4e5"):
        with pytest.raises(InvalidPermissionError, match=r"of\(\) takes a REST or HTTP API"):
            ApiGatewayInvoke.of(other, method="GET", path="/")
    with pytest.raises(InvalidPermissionError, match="for an ARN say function_arn="):
        LambdaInvoke.of(web_socket)  # type: ignore[arg-type]


# Bad input -------------------------------------------------------------------------------------

REFUSED_FUNCTIONS: list[tuple[dict[str, Any], type[InvalidInputError], str]] = [
    ({"function_arn": "resize"}, InvalidArnError, "function_arn must be an ARN like"),
    ({"function_arn": f"{FUNCTION}:*"}, InvalidArnError, "must name one resource"),
    ({"function_arn": f"{FUNCTION}:live:2"}, InvalidArnError, "must be an ARN like"),
    ({"function_arn": FUNCTION.replace("function:", "layer:")}, InvalidArnError, "an ARN like"),
    ({"function_arn": f"{FUNCTION}:live", "any_qualifier": True}, InvalidPermissionError,
     "any_qualifier must be left out"),
    ({"function_arn": FUNCTION, "any_qualifier": "yes"}, InvalidPermissionError, "True or False"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "error", "says"), REFUSED_FUNCTIONS)
def test_what_does_not_name_one_function_is_refused(
    arguments: dict[str, Any], error: type[InvalidInputError], says: str
) -> None:
    with pytest.raises(error, match=says):
        LambdaInvoke(**arguments)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"api_id": "*"}, "api_id must name one"),
        ({"api_id": f"{API}/prod"}, "api_id must name one"),
        ({"stage": "*"}, "stage must name one"),
        ({"stage": ""}, "stage must name one"),
        ({"stage": None}, "stage must name one"),
        ({"method": "*"}, "method must be one of GET"),
        ({"method": "get"}, "method must be one of GET"),
        ({"method": "ANY"}, "a caller of an ANY method still uses one of them"),
        ({"path": "pets"}, "path must be that of one resource"),
        ({"path": "/*"}, "without wildcards"),
        ({"path": "/pets/{id}*"}, "without wildcards"),
        ({"path": "/pets?"}, "without wildcards"),
        ({"path": "/pets//a"}, "path must be"),
        ({"path": "/pets/${aws:username}"}, "path must be"),
        ({"path": None}, "path must be"),
        ({"region": "*"}, "region must name one region"),
        ({"account_id": "1"}, "12 digits"),
    ],
)
def test_what_does_not_name_one_method_is_refused(arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidInputError, match=says):
        call(**arguments)
