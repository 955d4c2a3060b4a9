# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each module works with exactly the rights that the documentation gives it, and names the one that is missing."""

from __future__ import annotations

import typing as t

import pytest
from functional import rights
from functional.support import BEIJING, HOME, MAIN, ONE, VALLEY, Lab, Outcome

Calls = t.Iterator[Outcome]


def image_life(lab: Lab) -> Calls:
    base = {"region": HOME, "name": "base"}
    made = {"instance_id": lab.demo("instances", "demo"), "tags": {"stage": "test"}}
    # Without the right to look at disks nothing fails but the size that check mode foretells, which is its only use.
    foretold = lab("ecs_image", check=True, who=None, **base, **made)
    if not (foretold.result.get("image") or {"size": 1})["size"]:
        foretold.result.update(failed=True, msg="no size without ecs:DescribeDisks")
    yield foretold
    yield lab("ecs_image", who=None, **base, **made)
    yield lab("ecs_image", who=None, **base, description="changed", tags={"new": "one"}, purge_tags=True)
    for image in lab.own(HOME):
        lab.ok("ecs_image_share", region=HOME, image_id=image.image_id, accounts=[ONE])
    removed = lab("ecs_image", who=None, **base, state="absent", unshare=True, delete_snapshots="own")
    if removed.warnings:
        removed.result.update(failed=True, msg=" ".join(removed.warnings))
    yield removed


def copies(lab: Lab) -> Calls:
    source = lab.source()
    base = {"region": HOME, "image_id": source}
    yield lab("ecs_image_copy", who=None, **base, destination_regions=[BEIJING], tags={"stage": "test"})
    yield lab("ecs_image_copy", who=None, **base, destination_regions=[BEIJING], tags={"a": "b"}, purge_tags=True)
    lab.twin(source, VALLEY, status="CreateFailed")
    yield lab("ecs_image_copy", who=None, **base, destination_regions=[VALLEY])
    yield lab("ecs_image_copy", who=None, **base, destination_regions=["cn-shanghai"], method="snapshots")
    late = lab(
        "ecs_image_copy", who=None, **base, destination_regions=["eu-west-1"], wait_timeout=1, on_timeout="cancel"
    )
    # To run out of time is what this one is for; any other failure counts.
    if [copy["error"]["code"] for copy in late.result.get("copies", [])] == ["TimedOut"]:
        late.result.update(failed=False)
    yield late


def cancels(lab: Lab) -> Calls:
    source = lab.source()
    base = {"region": HOME, "image_id": source, "destination_regions": [BEIJING, VALLEY], "wait": False}
    lab.ok("ecs_image_copy", **base)
    lab.ok("ecs_image_copy", **{**base, "destination_regions": ["cn-shanghai"]}, method="snapshots")
    regions = [BEIJING, VALLEY, "cn-shanghai"]
    for region in regions:
        lab.plant("snapshots", region=region, size=1)
    outcome = lab("ecs_image_copy_cancel", who=None, regions=regions, all_marked=True, delete_snapshots=True)
    if outcome.warnings:  # which is how it tells that something may have stayed out of sight
        outcome.result.update(failed=True, msg=" ".join(outcome.warnings))
    yield outcome


def looks(lab: Lab) -> Calls:
    source = lab.source(shares=[ONE])
    outcome = lab("ecs_image_info", who=None, region=HOME, image_ids=[source], share_lists=True)
    if outcome.code == 0 and not outcome.result["images"]:
        outcome.result.update(failed=True, msg=" ".join(outcome.warnings))
    yield outcome


def shares(lab: Lab) -> Calls:
    yield lab("ecs_image_share", who=None, region=HOME, image_id=lab.source(), accounts=[ONE])


def share_looks(lab: Lab) -> Calls:
    yield lab("ecs_image_share_info", who=None, region=HOME, image_id=lab.source(shares=[ONE]))


def snapshot_copies(lab: Lab) -> Calls:
    snapshot = lab.plant("snapshots", region=HOME, size=20, name="backup")
    yield lab(
        "ecs_snapshot_copy",
        who=None,
        region=HOME,
        snapshot_id=snapshot,
        destinations=[{"region": BEIJING}],
        wait_timeout=600,
    )


SCENARIOS = {
    "ecs_image": image_life,
    "ecs_image_copy": copies,
    "ecs_image_copy_cancel": cancels,
    "ecs_image_info": looks,
    "ecs_image_share": shares,
    "ecs_image_share_info": share_looks,
    "ecs_snapshot_copy": snapshot_copies,
}
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


def test_the_page_prints_these_rights() -> None:
    page = rights.PAGE.read_text()
    assert page == rights.page_with_blocks(page), "run python tests/functional/rights.py"


@pytest.mark.parametrize("module", SCENARIOS)
def test_a_module_works_with_exactly_its_rights(lab: Lab, grant: t.Any, module: str) -> None:
    grant(rights.RIGHTS[module])
    for outcome in SCENARIOS[module](lab):
        assert not outcome.result.get("failed"), outcome.result


@pytest.mark.parametrize(("module", "action"), ACTIONS)
def test_a_missing_right_is_named(lab: Lab, grant: t.Any, module: str, action: str) -> None:
    grant({other: resources for other, resources in rights.RIGHTS[module].items() if other != action})
    failed = [outcome for outcome in SCENARIOS[module](lab) if outcome.result.get("failed")]
    assert failed, f"nothing failed without {action}"
    assert action in failed[0].said, failed[0].said
