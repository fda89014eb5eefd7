"""The type of resource that an ARN is of, or an error that says how to name it.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html#resources_table
"""

from __future__ import annotations

from ..errors import InvalidPermissionError
from ..policy import Arn
from ..policy.service_reference import (
    ResourceType,
    is_of_type,
    resource_type,
    resource_types_of,
    resource_types_of_arn,
)
from ..policy.tokens import beside_tokens
from .nearest import did_you_mean, listed, nearest

_STANDS_FOR_THE_START = "\0"


def type_of(service: str, arn: str, *, place: str, named: str = "") -> ResourceType:
    """The type of an ARN: the one that is named, or the one that the ARN's form tells.

    Where the form fits several types, the one whose format says most of the ARN is meant, as an
    ARN of an object in S3 has the form of a bucket's too. Where AWS gives several the same format,
    and where a token hides the form, it must be named.
    """
    known = resource_types_of(service)
    if not known:
        raise InvalidPermissionError(
            f"{place}: {service} has no types of resources, so its actions take '*' alone; leave "
            "the ARN out, and give without_resource_reason"
        )
    if named:
        return _named(service, arn, named, place)
    found = resource_types_of_arn(service, arn)
    if len(found) == 1:
        return found[0]
    if found:
        raise InvalidPermissionError(
            f"{place}: {arn!r} has the form of several types of {service}; name one with "
            f"resource_type=, one of {listed(each.name for each in found)}"
        )
    if beside_tokens(arn, _STANDS_FOR_THE_START).startswith(_STANDS_FOR_THE_START) or (
        beside_tokens(arn) != arn and any(is_of_type(arn, each) for each in known)
    ):
        raise InvalidPermissionError(
            f"{place}: the type of {arn!r} is known at deployment only; name it with "
            f"resource_type=, one of {listed(each.name for each in known)}"
        )
    raise InvalidPermissionError(
        f"{place}: {arn!r} is no ARN of a resource of {service}; {_nearest_format(arn, known)}"
    )


def _named(service: str, arn: str, named: str, place: str) -> ResourceType:
    found = resource_type(service, named)
    if found is None:
        names = [each.name for each in resource_types_of(service)]
        raise InvalidPermissionError(
            f"resource_type: {service} has no type {named!r}; {did_you_mean(named, names)}"
        )
    if not is_of_type(arn, found):
        raise InvalidPermissionError(
            f"{place}: {arn!r} is no ARN of type {found.name}; they are like "
            f"{' or '.join(found.arn_patterns)}"
        )
    return found


def _nearest_format(arn: str, known: tuple[ResourceType, ...]) -> str:
    by_format = {each: one.name for one in known for each in one.arn_patterns}
    try:
        given = Arn.parse(arn)
    except ValueError:
        return f"an ARN is like {next(iter(by_format))}"
    by_resource = {each.split(":", 5)[5]: each for each in by_format}
    # What differs in every ARN would drown what is wrong in this one, so words come first.
    words = {first for each in by_resource if "$" not in (first := _first_word(each))}
    word = nearest(_first_word(given.resource), words)
    same_word = [each for each in by_resource if _first_word(each) == word]
    depth = _depth(given.resource)
    as_deep = [each for each in same_word or by_resource if _depth(each) == depth]
    candidates = as_deep or same_word or list(by_resource)
    near = nearest(given.resource, candidates) or (candidates[0] if same_word else "")
    found = by_resource.get(near)
    if found is None or given.service != found.split(":")[2]:
        return f"its types: {listed(f'{name} ({each})' for each, name in by_format.items())}"
    return f"did you mean {found} ({by_format[found]})?"


def _depth(resource: str) -> int:
    return resource.count("/") + resource.count(":")


def _first_word(resource: str) -> str:
    return resource.replace(":", "/").partition("/")[0]
