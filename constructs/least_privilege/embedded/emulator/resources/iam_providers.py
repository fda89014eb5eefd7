"""AWS::IAM::OIDCProvider and AWS::IAM::SAMLProvider."""

# ruff: noqa: ARG002 - a type need not use all that CloudFormation tells it.

import uuid

from ministack.services import iam

from least_privilege.embedded.emulator.resources.handler import (
    Attributes,
    Properties,
    ResourceType,
    call,
    call_unless_gone,
    element,
    flat,
    generated_name,
)


class OidcProvider(ResourceType):
    name = "AWS::IAM::OIDCProvider"
    create_only = ("Url",)
    tagged = True

    def create(self, logical_id: str, properties: Properties, stack: str) -> tuple[str, Attributes]:
        parameters = {
            "Url": properties["Url"],
            **flat("ClientIDList", properties.get("ClientIdList"), member="member."),
            **flat("ThumbprintList", properties.get("ThumbprintList"), member="member."),
            **flat("Tags", properties.get("Tags"), member="member."),
        }
        arn = element(call(iam._create_oidc_provider, **parameters), "OpenIDConnectProviderArn")
        return arn, {"Arn": arn}

    def update(self, physical_id: str, old: Properties, new: Properties) -> Attributes:
        provider = iam._oidc_providers[physical_id]
        provider["ClientIDList"] = list(new.get("ClientIdList") or [])
        provider["ThumbprintList"] = list(new.get("ThumbprintList") or [])
        provider["Tags"] = list(new.get("Tags") or [])
        return {"Arn": physical_id}

    def delete(self, physical_id: str, properties: Properties) -> None:
        call_unless_gone(iam._delete_oidc_provider, OpenIDConnectProviderArn=physical_id)


class SamlProvider(ResourceType):
    name = "AWS::IAM::SAMLProvider"
    create_only = ("Name",)
    custom_name = "Name"
    tagged = True

    def create(self, logical_id: str, properties: Properties, stack: str) -> tuple[str, Attributes]:
        parameters = {
            "Name": properties.get("Name") or generated_name(stack, logical_id),
            "SAMLMetadataDocument": properties["SamlMetadataDocument"],
            **flat("Tags", properties.get("Tags"), member="member."),
        }
        arn = element(call(iam._create_saml_provider, **parameters), "SAMLProviderArn")
        return arn, self._attributes(arn)

    def update(self, physical_id: str, old: Properties, new: Properties) -> Attributes:
        call(
            iam._update_saml_provider,
            SAMLProviderArn=physical_id,
            SAMLMetadataDocument=new["SamlMetadataDocument"],
        )
        iam._saml_providers[physical_id]["Tags"] = list(new.get("Tags") or [])
        return self._attributes(physical_id)

    def delete(self, physical_id: str, properties: Properties) -> None:
        call_unless_gone(iam._delete_saml_provider, SAMLProviderArn=physical_id)

    def _attributes(self, arn: str) -> Attributes:
        return {"Arn": arn, "SamlProviderUUID": str(uuid.uuid5(uuid.NAMESPACE_URL, arn))}
