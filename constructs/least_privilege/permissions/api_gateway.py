"""Amazon API Gateway: call one method of an API that asks for IAM authorization.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from ..errors import InvalidPermissionError
from ..policy import ACCOUNT, PARTITION, REGION, Statement, check_account_id
from ..policy.tokens import beside_tokens
from ._regional import check_region
from .base import Permission

_API = re.compile(r"[a-z0-9]{1,64}")
_STAGE = re.compile(r"\$default|[A-Za-z0-9_-]{1,128}")
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_PARAMETER = re.compile(r"\{[A-Za-z0-9._:-]+\+?\}")
_PATH = re.compile(r"/([A-Za-z0-9._~:@!&'()+,;=%-]+(/[A-Za-z0-9._~:@!&'()+,;=%-]+)*/?)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiGatewayInvoke(Permission):
    """Call one method on one path of one stage of a REST or HTTP API.

    `path` is that of the resource or route. What a path parameter like `{id}` or `{proxy+}` stands
    for, the caller chooses; write the value in its place to allow that one alone. API Gateway asks
    for this permission only on methods with IAM authorization: all others are open, or have other
    guards. Region and account are those that the role is deployed to, unless given.

    Example:
        >>> ApiGatewayInvoke(
        ...     api_id="a1b2c3d4e5", stage="prod", method="GET", path="/pets/{id}"
        ... ).statements()[0].resources[0].rpartition(":")[2]
        'a1b2c3d4e5/prod/GET/pets/*'

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
    """

    api_id: str
    stage: str
    method: str
    path: str
    region: str = REGION
    account_id: str = ACCOUNT

    def __post_init__(self) -> None:
        for argument, form, example in (
            ("api_id", _API, "a1b2c3d4e5"),
            ("stage", _STAGE, "prod"),
        ):
            value = getattr(self, argument)
            if not isinstance(value, str) or not form.fullmatch(beside_tokens(value, "x")):
                raise InvalidPermissionError(
                    f"{argument} must name one, like {example!r}, got {value!r}"
                )
        if self.method not in _METHODS:
            raise InvalidPermissionError(
                f"method must be one of {', '.join(_METHODS)}, got {self.method!r}; a caller of an "
                "ANY method still uses one of them"
            )
        known = _PARAMETER.sub("x", beside_tokens(self.path, "x")) if _is_text(self.path) else ""
        if not _PATH.fullmatch(known):
            raise InvalidPermissionError(
                "path must be that of one resource or route, like '/pets' or '/pets/{id}', "
                f"without wildcards, got {self.path!r}"
            )
        check_region(self.region)
        check_account_id(self.account_id)

    @classmethod
    def of(cls, api: Any, *, method: str, path: str, stage: str = "") -> Self:
        """For a REST or HTTP API of the CDK; its deployed or default stage unless one is given.

        The CDK does not know the stages of an imported API: give `stage` then.
        """
        api_id = getattr(api, "rest_api_id", None) or getattr(api, "api_id", None)
        if not isinstance(api_id, str) or hasattr(api, "is_websocket_api"):
            raise InvalidPermissionError(
                f"of() takes a REST or HTTP API of the CDK, got {api!r}; for an ID say api_id="
            )
        if not stage:
            stage = _stage_of(api)
        return cls(
            api_id=api_id,
            stage=stage,
            method=method,
            path=path,
            region=api.env.region,
            account_id=api.env.account,
        )

    @property
    def _resource(self) -> str:
        path = _PARAMETER.sub("*", self.path)
        return (
            f"arn:{PARTITION}:execute-api:{self.region}:{self.account_id}:"
            f"{self.api_id}/{self.stage}/{self.method}{path}"
        )

    def statements(self) -> tuple[Statement, ...]:
        return (Statement(actions=("execute-api:Invoke",), resources=(self._resource,)),)

    def wildcard_reasons(self) -> Mapping[str, str]:
        parameters = _PARAMETER.findall(self.path)
        if not parameters:
            return {}
        return {
            self._resource: f"Callers choose what {' and '.join(parameters)} stands for; API "
            "Gateway compares the path of the request, and a wildcard covers further slashes too."
        }


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _stage_of(api: Any) -> str:
    # An imported REST API raises where it has no deployed stage.
    for attribute in ("deployment_stage", "default_stage"):
        try:
            found = getattr(api, attribute, None)
        except RuntimeError:
            found = None
        if found is not None:
            name: str = found.stage_name
            return name
    raise InvalidPermissionError(
        f"stage must be given, as {api!r} does not tell a deployed or default stage"
    )
