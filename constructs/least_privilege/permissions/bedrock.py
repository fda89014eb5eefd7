"""Amazon Bedrock: asking one model, in one region or through an inference profile.

Source: https://docs.aws.amazon.com/bedrock/latest/userguide/geographic-cross-region-inference.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol, Self

from ..errors import InvalidPermissionError
from ..policy import ACCOUNT, PARTITION, REGION, Condition, Statement, check_account_id
from ..policy.names import check_strings
from ..policy.tokens import TOKEN, beside_tokens
from ._regional import Environment, check_construct, check_region, check_resource_arn, region_of
from .base import Permission

_MODEL = re.compile(r"[a-z0-9-]{1,63}\.[A-Za-z0-9.-]{1,63}(:[A-Za-z0-9.]{1,63}){0,2}")
_GEOGRAPHY = re.compile(r"(global|us|us-gov|eu|apac|jp|au|ca|sa|me|af|uk|in)\.")
_PROFILE = re.compile(r"(application-)?inference-profile/[A-Za-z0-9.:-]+")
_GUARDRAIL = re.compile(r"guardrail/[a-z0-9]+")
_VERSION = re.compile(r"DRAFT|[1-9][0-9]{0,7}")
_PROFILE_EXAMPLE = (
    "arn:aws:bedrock:eu-central-1:111122223333:inference-profile/"
    "eu.anthropic.claude-sonnet-4-5-20250929-v1:0"
)


class _Profile(Protocol):
    """What `of` reads of an inference profile of the CDK."""

    @property
    def attr_inference_profile_arn(self) -> str: ...
    @property
    def env(self) -> Environment: ...


def _model_arn(region: str, model_id: str) -> str:
    return f"arn:{PARTITION}:bedrock:{region}::foundation-model/{model_id}"


def _check_model(model_id: str) -> None:
    known = beside_tokens(model_id, "x.x") if isinstance(model_id, str) else ""
    if not _MODEL.fullmatch(known):
        raise InvalidPermissionError(
            "model_id must be the ID of one foundation model, like "
            f"'anthropic.claude-sonnet-4-5-20250929-v1:0', without wildcards, got {model_id!r}"
        )
    if _GEOGRAPHY.match(known):
        raise InvalidPermissionError(
            f"model_id must be the ID of a foundation model, got {model_id!r}, which is an "
            "inference profile; say BedrockInvokeProfile for it, and here what follows the first "
            "dot"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Invoking(Permission):
    """`streaming` also allows answers in pieces. With `guardrail_arn`, every request has to use
    that guardrail, in the version `guardrail_version` (`DRAFT`, or a number)."""

    model_id: str
    region: str = REGION
    streaming: bool = False
    guardrail_arn: str | None = None
    guardrail_version: str = "DRAFT"

    def __post_init__(self) -> None:
        _check_model(self.model_id)
        check_region(self.region)
        if not isinstance(self.streaming, bool):
            raise InvalidPermissionError(f"streaming must be True or False, got {self.streaming!r}")
        if self.guardrail_arn is not None:
            check_resource_arn(
                self.guardrail_arn,
                service="bedrock",
                form=_GUARDRAIL,
                argument="guardrail_arn",
                example="arn:aws:bedrock:eu-central-1:111122223333:guardrail/abcdefghij12",
            )
        version = self.guardrail_version
        if not isinstance(version, str) or not _VERSION.fullmatch(beside_tokens(version, "1")):
            raise InvalidPermissionError(
                f"guardrail_version must be 'DRAFT' or a number like '1', got {version!r}"
            )

    @property
    def _actions(self) -> tuple[str, ...]:
        whole = ("bedrock:InvokeModel",)
        return (*whole, "bedrock:InvokeModelWithResponseStream") if self.streaming else whole

    def _with_guardrail(self, *conditions: Condition) -> tuple[Condition, ...]:
        if self.guardrail_arn is None:
            return conditions
        version = "" if self.guardrail_version == "DRAFT" else f":{self.guardrail_version}"
        return *conditions, Condition.of(
            "StringEquals", "bedrock:GuardrailIdentifier", f"{self.guardrail_arn}{version}"
        )

    def _guardrail(self) -> tuple[Statement, ...]:
        if self.guardrail_arn is None:
            return ()
        return (Statement(actions=("bedrock:ApplyGuardrail",), resources=(self.guardrail_arn,)),)


@dataclass(frozen=True, slots=True, kw_only=True)
class BedrockInvoke(_Invoking):
    """Ask one foundation model in one region; the operation Converse takes the same permission.

    `streaming` also allows answers in pieces. With `guardrail_arn`, every request has to use that
    guardrail, in the version `guardrail_version`: `DRAFT`, or a number. Callers of
    `InvokeModel` can still exempt parts of their prompt with input tags.

    Example:
        >>> ask = BedrockInvoke(model_id="amazon.nova-lite-v1:0", region="us-east-1")
        >>> ask.statements()[0].resources
        ('arn:${AWS::Partition}:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0',)

    Source: https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-permissions-id.html
    """

    def statements(self) -> tuple[Statement, ...]:
        ask = Statement(
            actions=self._actions,
            resources=(_model_arn(self.region, self.model_id),),
            conditions=self._with_guardrail(),
        )
        return ask, *self._guardrail()


@dataclass(frozen=True, slots=True, kw_only=True)
class BedrockInvokeProfile(_Invoking):
    """Ask one foundation model through one inference profile, which spreads requests over regions.

    AWS checks the profile, and the model in the region of the caller and in each region that the
    profile sends requests to: `regions` are those (`aws bedrock get-inference-profile` lists them).
    The model can be asked through this profile alone, and not directly. For a profile that AWS
    names `global.` say `worldwide=True` and no regions: AWS checks the model without a region then,
    and the caller's own. `region` counts where the ARN is known at deployment only.

    Raises `InvalidPermissionError` where the model is not that of the profile.

    Example:
        >>> ask = BedrockInvokeProfile(
        ...     profile_arn="arn:aws:bedrock:us-east-1:111122223333:inference-profile/"
        ...     "us.amazon.nova-lite-v1:0",
        ...     model_id="amazon.nova-lite-v1:0",
        ...     regions=("us-east-1", "us-east-2", "us-west-2"),
        ... )
        >>> len(ask.statements()[1].resources)
        3

    Source: https://docs.aws.amazon.com/bedrock/latest/userguide/geographic-cross-region-inference.html
    """

    profile_arn: str
    regions: tuple[str, ...] = ()
    worldwide: bool = False

    def __post_init__(self) -> None:
        # The short super() does not know the class that slots=True makes.
        _Invoking.__post_init__(self)
        check_resource_arn(
            self.profile_arn,
            service="bedrock",
            form=_PROFILE,
            argument="profile_arn",
            example=_PROFILE_EXAMPLE,
        )
        regions = check_strings(self.regions, argument="regions", error=InvalidPermissionError)
        for region in regions:
            check_region(region)
        object.__setattr__(self, "regions", regions)
        if not isinstance(self.worldwide, bool):
            raise InvalidPermissionError(f"worldwide must be True or False, got {self.worldwide!r}")
        if bool(regions) == self.worldwide:
            raise InvalidPermissionError(
                "regions must name each region that the profile sends requests to, as "
                "'aws bedrock get-inference-profile' lists them, or worldwide must be True, and "
                f"not both; got regions={regions!r}, worldwide={self.worldwide!r}"
            )
        self._check_profile()

    def _check_profile(self) -> None:
        _, found, profile_id = self.profile_arn.partition(":inference-profile/")
        if not found or TOKEN.search(profile_id):
            return
        if self.worldwide is not profile_id.startswith("global."):
            raise InvalidPermissionError(
                "worldwide must be True for a profile that AWS names 'global.', and for no other "
                f"of AWS's own, got {self.worldwide!r} for {profile_id!r}"
            )
        model_id = profile_id.partition(".")[2]
        if not TOKEN.search(self.model_id) and self.model_id != model_id:
            raise InvalidPermissionError(
                f"model_id must be the model of the profile, {model_id!r}, got {self.model_id!r}"
            )

    @classmethod
    def named(
        cls,
        profile_id: str,
        *,
        regions: tuple[str, ...] = (),
        streaming: bool = False,
        guardrail_arn: str | None = None,
        guardrail_version: str = "DRAFT",
        region: str = REGION,
        account_id: str = ACCOUNT,
    ) -> Self:
        """For the ID of a profile of AWS's own, like `eu.amazon.nova-lite-v1:0`, which names its
        model; one that begins with `global.` takes no `regions`."""
        if not isinstance(profile_id, str) or not _GEOGRAPHY.match(profile_id):
            raise InvalidPermissionError(
                "profile_id must be the ID of an inference profile of AWS's own, like "
                f"'eu.amazon.nova-lite-v1:0', got {profile_id!r}; for one of yours say profile_arn="
            )
        check_region(region)
        check_account_id(account_id)
        return cls(
            profile_arn=(
                f"arn:{PARTITION}:bedrock:{region}:{account_id}:inference-profile/{profile_id}"
            ),
            model_id=profile_id.partition(".")[2],
            regions=regions,
            worldwide=profile_id.startswith("global."),
            streaming=streaming,
            guardrail_arn=guardrail_arn,
            guardrail_version=guardrail_version,
            region=region,
        )

    @classmethod
    def of(
        cls,
        profile: _Profile,
        *,
        model_id: str,
        regions: tuple[str, ...] = (),
        worldwide: bool = False,
        streaming: bool = False,
        guardrail_arn: str | None = None,
        guardrail_version: str = "DRAFT",
    ) -> Self:
        """For an application inference profile of the CDK (`CfnApplicationInferenceProfile`)."""
        check_construct(
            profile,
            attributes=("attr_inference_profile_arn", "env"),
            kind="an inference profile",
            argument="profile_arn",
        )
        return cls(
            profile_arn=profile.attr_inference_profile_arn,
            model_id=model_id,
            region=profile.env.region,
            regions=regions,
            worldwide=worldwide,
            streaming=streaming,
            guardrail_arn=guardrail_arn,
            guardrail_version=guardrail_version,
        )

    def statements(self) -> tuple[Statement, ...]:
        home = region_of(self.profile_arn, self.region)
        through = Condition.of("StringEquals", "bedrock:InferenceProfileArn", self.profile_arn)
        profile = Statement(
            actions=self._actions,
            resources=(self.profile_arn,),
            conditions=self._with_guardrail(),
        )
        models = Statement(
            actions=self._actions,
            resources=tuple(
                _model_arn(region, self.model_id) for region in dict.fromkeys((home, *self.regions))
            ),
            conditions=self._with_guardrail(through),
        )
        anywhere = Statement(
            actions=self._actions,
            resources=(_model_arn("", self.model_id),),
            conditions=self._with_guardrail(
                Condition.of("StringEquals", "aws:RequestedRegion", "unspecified"), through
            ),
        )
        return profile, models, *([anywhere] if self.worldwide else []), *self._guardrail()
