"""Least-privilege AWS IAM roles: defined, checked and tried out.

Each folder is a public surface of its own, so that values load without the CDK:
`from least_privilege.roles import InstanceRole` loads it, `from least_privilege.policy import
PolicyDocument` does not.
"""
