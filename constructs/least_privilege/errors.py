"""Every exception that a caller can catch.

LeastPrivilegeError
+-- InvalidInputError (also a ValueError)
|   +-- InvalidAccountIdError
|   +-- InvalidAcknowledgementError
|   +-- InvalidArnError
|   +-- InvalidDurationError
|   +-- InvalidExternalIdError
|   +-- InvalidNameError
|   +-- InvalidOrganizationIdError
|   +-- InvalidPathError
|   +-- InvalidPermissionError
|   +-- InvalidPolicyError
|   +-- InvalidPrefixError
|   +-- InvalidRequestError
|   +-- InvalidServicePrincipalError
|   +-- InvalidSettingError
|   +-- InvalidTagError
|   +-- InvalidTemplateError
|   +-- InvalidTrustError
|   +-- QuotaExceededError
+-- EmbeddedAwsError (also a RuntimeError)
"""

from __future__ import annotations

from typing import Self


class LeastPrivilegeError(Exception):
    """The root of them all."""

    def at(self, place: str) -> Self:
        """The same error, with the place in front: `Payments/Reader: role_name must ...`."""
        return type(self)(f"{place}: {self}")


class InvalidInputError(LeastPrivilegeError, ValueError):
    """An argument that AWS would refuse, or that would make a role less safe than it looks."""


class InvalidAccountIdError(InvalidInputError):
    """An account ID that is not twelve digits."""


class InvalidAcknowledgementError(InvalidInputError):
    """An acknowledgement without a rule, or without a reason that a reviewer could accept."""


class InvalidArnError(InvalidInputError):
    """Not an ARN, or the ARN of another kind of resource than the one asked for."""


class InvalidDurationError(InvalidInputError):
    """A duration outside of AWS's limits."""


class InvalidExternalIdError(InvalidInputError):
    """An external ID that STS refuses, or one that protects nothing."""


class InvalidNameError(InvalidInputError):
    """A name with characters that IAM refuses, or past its length."""


class InvalidOrganizationIdError(InvalidInputError):
    """Not the ID of an organization in AWS Organizations."""


class InvalidPathError(InvalidInputError):
    """An IAM path that does not begin and end with `/`, or past its length."""


class InvalidPermissionError(InvalidInputError):
    """A permission that names no action, no resource, or a wildcard without a reason."""


class InvalidPolicyError(InvalidInputError):
    """A policy that AWS would not accept; the text names the place in it."""


class InvalidPrefixError(InvalidInputError):
    """A bucket prefix that would not match what it seems to."""


class InvalidRequestError(InvalidInputError):
    """A request that nobody could make: no principal, no action, or a context that is none."""


class InvalidServicePrincipalError(InvalidInputError):
    """Not the principal of an AWS service, or a condition that the service does not support."""


class InvalidSettingError(InvalidInputError):
    """A setting of the app that is missing, unknown or wrong."""


class InvalidTagError(InvalidInputError):
    """A tag past IAM's limits."""


class InvalidTemplateError(InvalidInputError):
    """Not a template of CloudFormation, or one that it would refuse; the text says where."""


class InvalidTrustError(InvalidInputError):
    """A trust policy that trusts nobody, or that contradicts itself."""


class QuotaExceededError(InvalidInputError):
    """More than a quota of IAM allows."""


class EmbeddedAwsError(LeastPrivilegeError, RuntimeError):
    """The AWS on loopback did not start, or refused what it was asked for."""
