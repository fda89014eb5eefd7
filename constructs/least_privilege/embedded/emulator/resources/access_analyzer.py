"""AWS::AccessAnalyzer::Analyzer. A stack can hold one; there is no API and it finds nothing."""

# ruff: noqa: ARG002 - a type need not use all that CloudFormation tells it.

from ministack.core.responses import AccountRegionScopedDict, get_account_id, get_region

from least_privilege.embedded.emulator.resources.handler import (
    Attributes,
    Properties,
    ResourceType,
    generated_name,
)

# Whether a name is taken is all that is known about an analyzer.
_analyzers = AccountRegionScopedDict()


class Analyzer(ResourceType):
    name = "AWS::AccessAnalyzer::Analyzer"
    create_only = ("AnalyzerName", "Type")
    custom_name = "AnalyzerName"
    tagged = True

    def create(self, logical_id: str, properties: Properties, stack: str) -> tuple[str, Attributes]:
        name = properties.get("AnalyzerName") or generated_name(stack, logical_id)
        where = f"{get_region()}:{get_account_id()}"
        arn = f"arn:aws:access-analyzer:{where}:analyzer/{name}"
        if arn in _analyzers:
            raise ValueError(f"Analyzer {name} already exists.")
        _analyzers[arn] = dict(properties)
        return arn, {"Arn": arn}

    def update(self, physical_id: str, old: Properties, new: Properties) -> Attributes:
        _analyzers[physical_id] = dict(new)
        return {"Arn": physical_id}

    def delete(self, physical_id: str, properties: Properties) -> None:
        _analyzers.pop(physical_id, None)
