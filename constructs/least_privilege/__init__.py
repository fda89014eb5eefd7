"""Least-privilege AWS IAM roles: defined, checked and proven.

Each folder is a public surface of its own, so that the analysis loads without the CDK:
`from least_privilege.roles import InstanceRole` loads it, `from least_privilege.policy import
PolicyDocument` does not.
"""
