"""A finding accepted: which one exactly, on which construct, and why.

Source: https://docs.aws.amazon.com/cdk/v2/guide/policy-validation-synthesis.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from .errors import InvalidAcknowledgementError
from .policy.reasons import MINIMUM_REASON, is_reason

if TYPE_CHECKING:
    from constructs import IConstruct


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """One exact finding, and the reason that a security reviewer would accept.

    `rule` is a rule of cdk-nag (`AwsSolutions-IAM5`), or `PLUGIN::RULE` for another plugin. Rules
    that find several things on one construct tell them apart by what they found: then `resource`
    or `action` names it as the policy has it; tokens are resolved when the app is validated, so
    that a bucket of another stack can be named too.

    Example:
        >>> Acknowledgement(
        ...     rule="AwsSolutions-IAM5",
        ...     resource="arn:aws:s3:::pictures/*",
        ...     reason="the keys of pictures are not known at deployment",
        ... ).qualified_rule
        'AwsSolutions::AwsSolutions-IAM5'

    Source: https://docs.aws.amazon.com/cdk/v2/guide/policy-validation-synthesis.html
    """

    rule: str
    reason: str
    resource: str = ""
    action: str = ""

    def __post_init__(self) -> None:
        plugin, _, rule = (
            self.rule.rpartition("::") if "::" in self.rule else (self.rule.rpartition("-"))
        )
        if not plugin or not rule:
            raise InvalidAcknowledgementError(
                "rule must be the ID of a rule with its pack or plugin, like 'AwsSolutions-IAM5' "
                f"or 'Plugin::Rule', got {self.rule!r}"
            )
        if not is_reason(self.reason):
            raise InvalidAcknowledgementError(
                f"reason must say in a sentence (at least {MINIMUM_REASON} characters) why "
                f"{self.rule} is accepted, got {self.reason!r}"
            )
        if self.resource and self.action:
            raise InvalidAcknowledgementError(
                "resource and action are two findings; acknowledge them one by one"
            )

    @property
    def qualified_rule(self) -> str:
        """The rule with its plugin in front, as the CDK wants it."""
        if "::" in self.rule:
            return self.rule
        return f"{self.rule.rpartition('-')[0]}::{self.rule}"


def acknowledge(construct: IConstruct, *acknowledgements: Acknowledgement) -> None:
    """Accept these findings on the construct and what is below it.

    Done when the app is validated: only then are references between stacks resolved, and a
    finding's ID names the resource that it was found on.

    Example:
        >>> from aws_cdk import App, Stack, aws_s3 as s3
        >>> logs = s3.Bucket(Stack(App(), "Storage"), "AccessLogs")
        >>> acknowledge(
        ...     logs,
        ...     Acknowledgement(
        ...         rule="AwsSolutions-S1",
        ...         reason="This bucket holds access logs; logging the logging would never end.",
        ...     ),
        ... )

    Source: https://docs.aws.amazon.com/cdk/v2/guide/policy-validation-synthesis.html
    """
    for each in acknowledgements:
        if not isinstance(each, Acknowledgement):
            raise InvalidAcknowledgementError(
                f"{construct.node.path}: acknowledge takes values of Acknowledgement, one after "
                f"the other, got {each!r}"
            )
    acknowledge_below(construct.node.root, construct, *acknowledgements)


def acknowledge_below(
    root: IConstruct, construct: IConstruct, *acknowledgements: Acknowledgement
) -> None:
    """The same, where the root of the app is known already."""
    _pending_of(root).extend((construct, each) for each in acknowledgements)


_Pending = list[tuple["IConstruct", Acknowledgement]]
_pending: WeakKeyDictionary[Any, _Pending] = WeakKeyDictionary()


def _pending_of(root: IConstruct) -> _Pending:
    if root not in _pending:
        # Loaded here so that the values above can be read without the CDK.
        from ._acknowledging import AcknowledgeAtValidation

        _pending[root] = []
        root.node.add_validation(AcknowledgeAtValidation(_pending[root]))
    return _pending[root]
