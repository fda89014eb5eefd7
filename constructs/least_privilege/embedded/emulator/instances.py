"""EC2 instances through the API: what is asked for is there, or it is refused."""

from typing import Any
from xml.sax.saxutils import escape

from ministack.services import ec2


def install() -> None:
    """Check RunInstances, and show the metadata options of an instance."""
    run_instances = ec2._run_instances
    instance_xml = ec2._instance_xml

    def run_checked(p: dict[str, Any]) -> Any:
        if any(name.startswith("LaunchTemplate.") for name in p):
            message = "the embedded AWS takes launch templates from CloudFormation alone"
            return ec2._error("UnsupportedOperation", message, 400)
        _profile, error = ec2._resolve_iam_instance_profile(
            iam_arn=ec2._p(p, "IamInstanceProfile.Arn"),
            iam_name=ec2._p(p, "IamInstanceProfile.Name"),
        )
        return error or run_instances(p)

    def instance_xml_with_options(inst: dict[str, Any]) -> str:
        options = _DEFAULT_OPTIONS | (inst.get("MetadataOptions") or {})
        shown = "".join(
            f"<{tag}>{escape(str(options[name]))}</{tag}>" for name, tag in _OPTION_TAGS.items()
        )
        head, closing, _ = instance_xml(inst).rpartition("</item>")
        return f"{head}<metadataOptions>{shown}</metadataOptions>{closing}"

    ec2._ACTION_MAP["RunInstances"] = run_checked
    ec2._instance_xml = instance_xml_with_options


_DEFAULT_OPTIONS = {
    "State": "applied",
    "HttpTokens": "required",
    "HttpEndpoint": "enabled",
    "HttpPutResponseHopLimit": 2,
}
_OPTION_TAGS = {
    "State": "state",
    "HttpTokens": "httpTokens",
    "HttpEndpoint": "httpEndpoint",
    "HttpPutResponseHopLimit": "httpPutResponseHopLimit",
}
