"""Which resources a policy protects, by the ARNs, names or URLs that its template gives."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .context import Context
from .findings import Finding, FindingKind
from .references import own_arn, physical_name, properties_of
from .scope import Scope
from .source import Place
from .symbols import MARK

_FIELD = re.compile(r"\{([A-Za-z]+)\}")
_QUEUE_URLS = (
    re.compile(r"https://sqs\.(?P<region>[^./]+)\.[^/]+/(?P<account>[^/]+)/(?P<name>[^/]+)"),
    # The older form, which AWS still takes.
    re.compile(r"https://(?P<region>[^./]+)\.queue\.[^/]+/(?P<account>[^/]+)/(?P<name>[^/]+)"),
)
_NAMED = "AWS::SecretsManager::Secret"


@dataclass(frozen=True, slots=True, kw_only=True)
class Protected:
    """A resource that a policy protects, its ARN with marks."""

    arn: str
    is_sure: bool = True
    """Whether the policy is on it in any case."""
    unknowns: tuple[Finding, ...] = ()


def protected_resources(
    context: Context, scope: Scope, logical_id: str, of: str
) -> list[Protected]:
    """What a document protects; where that is not known, the findings say so."""
    where = scope.environment
    known = {"partition": where.partition, "region": where.region, "account": where.account}

    def filled(text: str) -> str:
        values = {**known, "own": own_arn(scope, logical_id) if "{own}" in of else ""}
        return _FIELD.sub(lambda found: values.get(found[1], text), of)

    names = [name for name in _FIELD.findall(of) if name not in (*known, "own")]
    if not names:
        return [Protected(arn=filled(""))]
    (name,) = names
    place: Place = ("Resources", logical_id, "Properties", name)
    given = properties_of(scope, logical_id).get(name)
    each, why = context.each(scope, given, place)
    found = []
    for text, is_sure in each:
        if of == f"{{{name}}}":
            arn, more = _as_arn(context, scope, text, place)
        else:
            # A name is expected; where an ARN is given, its last part is the name.
            arn, more = filled(text.split(":")[-1] if text.startswith("arn:") else text), ()
        found.append(Protected(arn=arn, is_sure=is_sure, unknowns=(*why, *more)))
    if not found and not why:
        what = "must name what the policy protects; it is on nothing"
        context.findings.add(FindingKind.INVALID, scope, place, what)
    return found


def _as_arn(
    context: Context, scope: Scope, text: str, place: Place
) -> tuple[str, tuple[Finding, ...]]:
    """The ARN that a text means, and why it may not be the one."""
    where = scope.environment
    for form in _QUEUE_URLS:
        queue = form.fullmatch(text)
        if queue:
            # A queue's URL does not tell its partition; it is that of the stack.
            here = f"arn:{where.partition}:sqs:{queue['region']}:{queue['account']}"
            return f"{here}:{queue['name']}", ()
    if text.startswith("arn:") or MARK.match(text):
        return text, ()
    if place[-1] == "SecretId":
        secrets = _secrets(context, scope, text)
        if secrets:
            return secrets[0], ()
        head = f"arn:{where.partition}:secretsmanager:{where.region}:{where.account}:secret"
        what = f"names the secret {text!r}, which no template here holds; its ARN is not known"
        mend = "name it by its ARN, or read the template that has it as well"
        return f"{head}:{text}", (
            context.findings.add(FindingKind.UNKNOWN, scope, place, what, mend),
        )
    what = f"names {text!r}, which is no ARN; what the policy protects is not known"
    mend = "name the resource by its ARN, and a queue by its URL"
    return text, (context.findings.add(FindingKind.UNKNOWN, scope, place, what, mend),)


def _secrets(context: Context, scope: Scope, name: str) -> list[str]:
    """The ARNs of the secrets of a name in the account and region of a stack."""
    return [
        own_arn(owner, logical_id)
        for owner, logical_id in context.resources(_NAMED)
        if owner.environment == scope.environment and physical_name(owner, logical_id) == name
    ]
