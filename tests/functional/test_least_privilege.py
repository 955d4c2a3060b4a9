# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each module works with exactly the rights that the documentation gives it, and names the one that is missing."""

from __future__ import annotations

import dataclasses
import json
import re
import typing as t

import pytest
from docs.parts import with_part
from functional import pins, rights, security_results
from functional.scenarios import SCENARIOS, everything
from functional.support import BEIJING, HOME, MAIN, ONE, Lab
from internal import INTERNAL

pytestmark = pytest.mark.slow

RELEASES = list(rights.release_rights())
ACTIONS = [(module, action) for module, granted in rights.RIGHTS.items() for action in granted]


@pytest.fixture
def grant(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> t.Callable[[t.Mapping[str, list[str]]], None]:
    """Make a user with these rights the one whose keys the environment holds."""

    def make(granted: t.Mapping[str, list[str]]) -> None:
        key = {"id": "simulator-narrow-key", "secret": "simulator-narrow-secret"}
        lab.plant("users", name="narrow", account=MAIN, policies=[rights.policy(granted)], access_keys=[key])
        monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", key["id"])
        monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", key["secret"])
        monkeypatch.setenv("ALIBABA_CLOUD_ECS_ENDPOINT", lab.sim.endpoint)
        monkeypatch.setenv("ALIBABA_CLOUD_STS_ENDPOINT", lab.sim.endpoint)

    return make


def test_the_pages_print_these_rights() -> None:
    for path, text in rights.pages().items():
        assert path.read_text(encoding="utf-8") == text, "run python tests/security policies"


def test_every_module_and_lookup_is_on_the_page() -> None:
    plugins = rights.PAGES.parents[2] / "plugins"
    modules = {path.stem for path in (plugins / "modules").glob("[!_]*.py")}
    lookups_ = {f"lookup {path.stem}" for path in (plugins / "lookup").glob("[!_]*.py")}
    assert set(rights.RIGHTS) == (modules - INTERNAL) | lookups_
    page = rights.PAGE.read_text(encoding="utf-8")
    for name, granted in rights.RIGHTS.items():
        (document,) = re.findall(rf"(?s)\n{name}\n\^+\n.*?\n(    {{\n.*?\n    }}\n)", page)
        allowed = json.loads(document)["Statement"]
        assert {action for one in allowed for action in one["Action"]} == set(granted), name


def test_a_page_without_its_marks_is_an_error() -> None:
    with pytest.raises(ValueError, match="0 parts with the marks of policies"):
        with_part(".. policies: begin\n\n", "policies", "text")
    assert with_part(".. a: begin\n\n.. a: end\n", "a", "b\n\n") == ".. a: begin\n\nb\n\n.. a: end\n"


@pins.rights_asked
@pytest.mark.parametrize("module", SCENARIOS)
def test_a_module_works_with_exactly_its_rights(lab: Lab, grant: t.Any, module: str) -> None:
    grant(rights.RIGHTS[module])
    with security_results.tried("rights", module=module, without=None):
        for outcome in everything(lab, module):
            assert not outcome.result.get("failed"), outcome.result


@pins.rights_asked
@pytest.mark.parametrize(("module", "action"), ACTIONS)
def test_a_missing_right_is_named(lab: Lab, grant: t.Any, module: str, action: str) -> None:
    grant({other: resources for other, resources in rights.RIGHTS[module].items() if other != action})
    with security_results.tried("rights", module=module, without=action):
        failed = [outcome for outcome in everything(lab, module) if outcome.result.get("failed")]
        assert failed, f"nothing failed without {action}"
        assert action in failed[0].said, failed[0].said


@pins.rights_asked
@pytest.mark.parametrize(
    "action", [None, RELEASES[0], *(pytest.param(action, marks=pytest.mark.extra) for action in RELEASES[1:])]
)
def test_the_policy_of_a_release(lab: Lab, grant: t.Any, action: str | None) -> None:
    """It is enough for each of its modules, and without any one action the first that fails names that one."""
    granted = {other: resources for other, resources in rights.release_rights().items() if other != action}
    with security_results.tried("rights", module="release", without=action):
        for module in rights.modules_of_a_release():
            lab.sim.reset(dataclasses.asdict(lab.sim.settings))
            grant(granted)
            for outcome in everything(lab, module):
                if outcome.result.get("failed"):
                    assert action and action in outcome.said, outcome.said
                    return
        assert action is None, f"nothing failed without {action}"


BLIND: tuple[tuple[str, dict[str, t.Any]], ...] = (
    ("ecs_image_info", {"regions": [HOME, BEIJING]}),
    ("ecs_image_retire", {"regions": [HOME, BEIJING], "families": ["base"]}),
    ("ecs_image_copy_cancel", {"regions": [HOME, BEIJING], "all_marked": True}),
    ("ecs_image_share", {"regions": [HOME, BEIJING], "all_own": True, "accounts": [ONE], "state": "absent"}),
    ("ecs_image_share_info", {"regions": [BEIJING], "source_region": BEIJING, "source_image_id": "m-1"}),
    ("ecs_image", {"region": HOME, "name": "golden", "state": "absent"}),
    ("ecs_image_copy", {"region": HOME, "image_id": "m-1", "destination_regions": [BEIJING]}),
)


@pins.blind
@pytest.mark.parametrize("answer", ["empty", "refused"])
@pytest.mark.parametrize(("module", "params"), BLIND, ids=[module for module, _params in BLIND])
def test_who_may_not_look_is_told_so_whatever_the_api_answers(
    lab: Lab, module: str, params: dict[str, t.Any], answer: str
) -> None:
    lab.source()
    lab.setting(rights_describe_images=answer)
    lab.plant("users", name="blind", access_keys=[{"id": "simulator-blind-key", "secret": "simulator-blind-secret"}])
    outcome = lab(module, who="blind", **params)
    told = " ".join([*outcome.warnings, outcome.said, *map(str, outcome.result.get("shares", []))])
    assert "ecs:DescribeImages" in told and lab.writes() == []
    if answer == "refused":
        assert outcome.code == 1, "a refusal is no empty list"
