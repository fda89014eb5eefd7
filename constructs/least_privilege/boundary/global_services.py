"""Services and actions that answer from one region for the whole partition.

A limit on `aws:RequestedRegion` would switch them off. AWS lists what it exempts from such a limit
itself. Services with an endpoint in each region (KMS, ACM, Config, WAF v2, Access Analyzer) are on
that list for the sake of CloudFront, and are not here: they stay within the allowed regions.

Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html#example-scp-deny-region
"""

from __future__ import annotations

from collections.abc import Iterable

GLOBAL_SERVICES = frozenset(
    {
        "account", "aws-marketplace", "aws-marketplace-management", "aws-portal", "billing",
        "billingconductor", "budgets", "ce", "chatbot", "chime", "cloudfront", "cur", "devicefarm",
        "ecr-public", "globalaccelerator", "health", "iam", "importexport", "networkmanager",
        "organizations", "pricing", "route53", "route53domains", "route53-recovery-cluster",
        "route53-recovery-control-config", "route53-recovery-readiness", "shield", "sts", "support",
        "trustedadvisor", "waf",
    }
)  # fmt: skip
"""STS is among them: unless told otherwise, a client may ask its global endpoint, which counts as
`us-east-1`."""

GLOBAL_ACTIONS = {
    "ec2": ("ec2:DescribeRegions", "ec2:DescribeTransitGateways", "ec2:DescribeVpnGateways"),
    "s3": (
        "s3:GetAccountPublicAccessBlock",
        "s3:ListAllMyBuckets",
        "s3:ListMultiRegionAccessPoints",
        "s3:PutAccountPublicAccessBlock",
    ),
}
"""Of services that are regional otherwise."""


def beyond_regions(services: Iterable[str]) -> tuple[str, ...]:
    """The actions of these services that a limit of regions must leave out.

    Example:
        >>> beyond_regions(["dynamodb", "route53", "s3"])[:2]
        ('route53:*', 's3:GetAccountPublicAccessBlock')

    Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html#example-scp-deny-region
    """
    found: list[str] = []
    for service in services:
        if service in GLOBAL_SERVICES:
            found.append(f"{service}:*")
        found += GLOBAL_ACTIONS.get(service, ())
    return tuple(found)
