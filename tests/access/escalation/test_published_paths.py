"""Each published path, with exactly what it needs, and with a piece of that missing."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from least_privilege.access.escalation import (
    EscalationVerdict,
    PublishedPath,
    escalations,
    published_paths,
)
from least_privilege.access.escalation.catalogue import Shape, templates
from least_privilege.policy.service_reference import action_details, resource_type
from tests.access.escalation.scenes import (
    Scene,
    Statement,
    deny,
    policies,
    scene_of,
    statements_for,
)

pytestmark = pytest.mark.thorough

PATHS = list(published_paths().values())
STEPS = [
    pytest.param(path, action.name, id=f"{path.id}: {action.name}")
    for path in PATHS
    for action in path.actions
]
HANGING_ON_TARGETS = [
    path
    for path in PATHS
    if path.shape
    in (
        Shape.PASSED_ROLE,
        Shape.EXISTING_WORKLOAD,
        Shape.ANOTHER_GROUP,
        Shape.ANOTHER_ROLE,
        Shape.ANOTHER_USER,
    )
]


def _by_id(path: PublishedPath) -> str:
    return path.id


def _verdict(
    path: PublishedPath, scene: Scene, statements: list[Statement], **more: Any
) -> EscalationVerdict:
    """The strongest verdict for a path."""
    boundary = more.pop("boundary", scene.boundary)
    report = escalations(policies(*statements, boundary=boundary), **scene.known | more)
    verdicts = {each.verdict for each in report.paths if each.id == path.id}
    for verdict in EscalationVerdict:
        if verdict in verdicts:
            return verdict
    return EscalationVerdict.NONE


@pytest.mark.parametrize("path", PATHS, ids=_by_id)
def test_a_path_is_found_where_all_it_needs_is_allowed(path: PublishedPath) -> None:
    expected = EscalationVerdict.UNKNOWN if path.unknown else EscalationVerdict.FOUND
    assert _verdict(path, scene_of(path), statements_for(path)) is expected


@pytest.mark.parametrize(("path", "missing"), STEPS)
def test_a_path_is_not_there_without_one_of_its_actions(path: PublishedPath, missing: str) -> None:
    statements = statements_for(path, without=missing)
    assert _verdict(path, scene_of(path), statements) is EscalationVerdict.NONE


@pytest.mark.parametrize(("path", "denied"), STEPS)
def test_a_path_is_not_there_where_one_of_its_actions_is_denied(
    path: PublishedPath, denied: str
) -> None:
    statements = [*statements_for(path), deny(denied)]
    assert _verdict(path, scene_of(path), statements) is EscalationVerdict.NONE


@pytest.mark.parametrize(("path", "outside"), STEPS)
def test_a_path_is_not_there_where_a_boundary_leaves_one_of_its_actions_out(
    path: PublishedPath, outside: str
) -> None:
    boundary = ({"Effect": "Allow", "NotAction": outside, "Resource": "*"},)
    verdict = _verdict(path, scene_of(path), statements_for(path), boundary=boundary)
    assert verdict is EscalationVerdict.NONE


@pytest.mark.parametrize("path", HANGING_ON_TARGETS, ids=_by_id)
@pytest.mark.parametrize("targets", [None, []], ids=["no targets known", "others may be there"])
def test_a_path_to_targets_that_are_not_known_is_unknown(
    path: PublishedPath, targets: list[Any] | None
) -> None:
    verdict = _verdict(path, scene_of(path), statements_for(path), targets=targets)
    assert verdict is EscalationVerdict.UNKNOWN


@pytest.mark.parametrize("path", PATHS, ids=_by_id)
def test_a_path_shows_its_steps_the_statements_and_the_source(path: PublishedPath) -> None:
    scene = scene_of(path)
    report = escalations(policies(*statements_for(path), boundary=scene.boundary), **scene.known)
    way = next(each for each in report.paths if each.id == path.id)
    actions = [step.action for step in way.steps]
    assert [action.name for action in path.actions if action.name in actions] == [
        action.name for action in path.actions
    ]
    for step in way.steps:
        assert step.allowed_by, step
    assert way.gain or path.unknown
    assert f"source: {way.sources[0]}" in way.explain()


def test_the_table_has_the_public_catalogue_and_more() -> None:
    """The 65 paths of the catalogue as it was, 23 later ones, and 24 published elsewhere."""
    numbered = [path for path in PATHS if path.id[-3:].isdigit()]
    assert len(numbered) == 88
    assert len(PATHS) == 112
    services = Counter(path.id.rpartition("-")[0] for path in numbered)
    assert (services["iam"], services["lambda"], services["ec2"], services["ssm"]) == (21, 6, 4, 3)
    for path in numbered:
        assert f"https://pathfinding.cloud/paths/{path.id}" in path.sources


@pytest.mark.parametrize("path", PATHS, ids=_by_id)
def test_every_path_names_who_published_it(path: PublishedPath) -> None:
    assert path.sources
    assert all(source.startswith("https://") for source in path.sources)


@pytest.mark.parametrize("path", PATHS, ids=_by_id)
def test_every_action_is_in_the_service_reference_with_its_resources(path: PublishedPath) -> None:
    for action in path.actions:
        details = action_details(action.name)
        assert details is not None, action.name
        for kind in action.on:
            if kind == "ssm:shell-document":
                continue
            service, _, name = kind.partition(":")
            known = resource_type(service, name)
            assert known is not None, kind
            assert templates(kind)[0] in known.arn_patterns, kind
