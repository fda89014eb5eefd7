"""What is taken for granted: requests are looked at in parts, so that keys follow from others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..rules import without_permission
from . import patterns, tokens
from .atoms import ACTION, RESOURCE, Atoms, Literal
from .callers import ACCOUNT_KEY, Caller
from .keys import Domain
from .lifting import Lift
from .patterns import Pattern, PatternSet
from .terms import Setting
from .tokens import ANY_TEXT, COLON, IN_SEGMENT, SEGMENT_TEXT, Token

RESOURCE_ACCOUNT = "aws:resourceaccount"
OF_S3 = "s3:resourceaccount"
OF_KMS = "kms:calleraccount"
REGION = "aws:requestedregion"
ALWAYS_BOOL = frozenset(
    {"aws:multifactorauthpresent", "aws:principalisawsservice", "aws:securetransport",
     "aws:viaawsservice"}
)  # fmt: skip

_SEGMENT = (IN_SEGMENT, SEGMENT_TEXT)
_SPLIT = Token(COLON)
_TO_REGION = (*tokens.signs("arn:"), *_SEGMENT, _SPLIT, *_SEGMENT, _SPLIT)
_REGION = Lift(
    RESOURCE, _TO_REGION, COLON, True,
    (_SPLIT, SEGMENT_TEXT, _SPLIT, tokens.ANY, ANY_TEXT),
)  # fmt: skip
_ACCOUNT = Lift(
    RESOURCE, (*_TO_REGION, SEGMENT_TEXT, _SPLIT), tokens.DIGITS, False,
    (_SPLIT, tokens.ANY, ANY_TEXT),
)  # fmt: skip
_TWELVE = (Token(tokens.DIGITS),) * 12
_HAS_REGION = _REGION.whole(_SEGMENT)
_HAS_ACCOUNT = _ACCOUNT.whole(_TWELVE)
ACCOUNTS = PatternSet([Pattern("an account", _TWELVE)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A setting, and whether a witness in it says less than it seems to."""

    setting: Setting
    doubt: str = ""
    """Why what is found there may be impossible in AWS."""


def parts(
    caller: Caller,
    mentioned: frozenset[str],
    lists: Iterable[str],
    atoms: Atoms,
    demands: tuple[Literal, ...] = (),
) -> Iterator[Part]:
    """All requests of a caller, in parts in which each key is free, or follows from another."""
    bools = ALWAYS_BOOL & mentioned
    domains = {
        **{key: Domain(is_bool=True, is_list=key in set(lists)) for key in bools},
        **caller.domains(),
    }
    if "aws:viaawsservice" in mentioned:
        domains["aws:viaawsservice"] = Domain(is_bool=True, may_be_absent=False)
    allowed_anyway = without_permission(caller.principal)
    if allowed_anyway:
        free = atoms.of_patterns(ACTION, tuple(map(patterns.action, allowed_anyway)))
        demands = (*demands, (ACTION, free, False))
    start = Setting(
        fixed=caller.fixed(mentioned), domains=domains, lifts=caller.lifts(), demands=demands
    )
    found = [Part(setting=start)]
    if OF_KMS in mentioned and caller.principal.account:
        found = [part for each in found for part in _by_kms(each, caller, atoms)]
    if OF_S3 in mentioned:
        found = [part for each in found for part in _by_s3(each, atoms)]
    if RESOURCE_ACCOUNT in mentioned or OF_S3 in mentioned:
        found = [part for each in found for part in _by_account(each, caller, atoms)]
    if REGION in mentioned:
        found = [part for each in found for part in _by_region(each, caller, atoms)]
    for part in sorted(found, key=lambda each: bool(each.doubt)):
        known = {
            key: value
            for key, value in part.setting.fixed.items()
            if value is None or isinstance(value, str)
        }
        yield Part(setting=_changed(part.setting, known=known), doubt=part.doubt)


def _changed(setting: Setting, **more: object) -> Setting:
    fields = {
        "fixed": setting.fixed, "known": setting.known, "domains": setting.domains,
        "lifts": setting.lifts, "aliases": setting.aliases, "demands": setting.demands,
    }  # fmt: skip
    return Setting(**{**fields, **more})  # type: ignore[arg-type]


def _with(part: Part, literal: Literal, *, doubt: str = "", **more: object) -> Part:
    changed = _changed(part.setting, demands=(*part.setting.demands, literal), **more)
    return Part(setting=changed, doubt=part.doubt or doubt)


def _by_kms(part: Part, caller: Caller, atoms: Atoms) -> Iterator[Part]:
    """KMS alone says which account calls."""
    of_kms = atoms.of_patterns(ACTION, (patterns.action("kms:*"),))
    if caller.has_any_account:
        aliases = {**part.setting.aliases, OF_KMS: ACCOUNT_KEY}
        yield _with(part, (ACTION, of_kms, True), aliases=aliases)
    else:
        yield _with(part, (ACTION, of_kms, True))
    fixed = {key: value for key, value in part.setting.fixed.items() if key != OF_KMS}
    yield _with(part, (ACTION, of_kms, False), fixed=fixed)


def _by_s3(part: Part, atoms: Atoms) -> Iterator[Part]:
    """S3 has a name of its own for the account of the resource."""
    of_s3 = atoms.of_patterns(ACTION, (patterns.action("s3:*"),))
    aliases = {**part.setting.aliases, OF_S3: RESOURCE_ACCOUNT}
    yield _with(part, (ACTION, of_s3, True), aliases=aliases)
    yield _with(part, (ACTION, of_s3, False))


def _by_account(part: Part, caller: Caller, atoms: Atoms) -> Iterator[Part]:
    """The account is in the ARN of the resource, or nowhere."""
    has_account = atoms.of_patterns(RESOURCE, _HAS_ACCOUNT)
    lifts = {**part.setting.lifts, RESOURCE_ACCOUNT: _ACCOUNT}
    yield _with(part, (RESOURCE, has_account, True), lifts=lifts)
    domain = Domain(universe=ACCOUNTS, may_be_absent=not caller.principal.account)
    domains = {**part.setting.domains, RESOURCE_ACCOUNT: domain}
    yield _with(part, (RESOURCE, has_account, False), domains=domains)


_OTHER_REGION = (
    "only where aws:RequestedRegion is not the region that follows from the action and the "
    "resource, which few services allow"
)


def _by_region(part: Part, caller: Caller, atoms: Atoms) -> Iterator[Part]:
    """A regional resource is asked for in its region, as a rule, and IAM in one for all."""
    has_region = atoms.of_patterns(RESOURCE, _HAS_REGION)
    of_iam = atoms.of_patterns(ACTION, (patterns.action("iam:*"),))
    others = part
    if caller.principal.partition == "aws":
        fixed = {**part.setting.fixed, REGION: "us-east-1"}
        yield _with(part, (ACTION, of_iam, True), fixed=fixed)
        yield _with(part, (ACTION, of_iam, True), doubt=_OTHER_REGION)
        others = _with(part, (ACTION, of_iam, False))
    lifts = {**part.setting.lifts, REGION: _REGION}
    yield _with(others, (RESOURCE, has_region, True), lifts=lifts)
    yield _with(others, (RESOURCE, has_region, False))
    yield _with(others, (RESOURCE, has_region, True), doubt=_OTHER_REGION)
