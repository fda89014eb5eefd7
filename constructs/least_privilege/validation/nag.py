"""The packs of cdk-nag, as validation plugins of the CDK.

Source: https://github.com/cdklabs/cdk-nag
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum

import cdk_nag
from aws_cdk import App, IPolicyValidationPlugin, Validations

from ..errors import InvalidInputError


class NagPack(StrEnum):
    """A rule pack of cdk-nag, by the name that its findings begin with.

    Example:
        >>> NagPack.AWS_SOLUTIONS.value
        'AwsSolutions'

    Source: https://github.com/cdklabs/cdk-nag/blob/main/RULES.md
    """

    AWS_SOLUTIONS = "AwsSolutions"
    HIPAA_SECURITY = "HIPAA.Security"
    NIST_800_53_R5 = "NIST.800.53.R5"
    PCI_DSS_321 = "PCI.DSS.321"


_PACKS: dict[NagPack, Callable[[App], IPolicyValidationPlugin]] = {
    NagPack.AWS_SOLUTIONS: cdk_nag.AwsSolutionsChecks,
    NagPack.HIPAA_SECURITY: cdk_nag.HIPAASecurityChecks,
    NagPack.NIST_800_53_R5: cdk_nag.NIST80053R5Checks,
    NagPack.PCI_DSS_321: cdk_nag.PCIDSS321Checks,
}


def check_with(app: App, packs: Sequence[NagPack]) -> None:
    """Run these packs in every synth of the app; an error that nobody acknowledged fails it.

    The few rules of cdk-nag that warn are shown, and fail nothing.

    Example:
        >>> from aws_cdk import App
        >>> check_with(App(), [NagPack.AWS_SOLUTIONS])

    Source: https://docs.aws.amazon.com/cdk/v2/guide/policy-validation-synthesis.html
    """
    if isinstance(packs, str) or not all(pack in tuple(NagPack) for pack in packs):
        raise InvalidInputError(
            f"packs must be a list of some of {', '.join(map(str, NagPack))}, got {packs!r}"
        )
    Validations.of(app).add_plugins(*(_PACKS[NagPack(pack)](app) for pack in packs))
