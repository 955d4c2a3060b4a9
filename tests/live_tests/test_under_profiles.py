# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules are for works under every reading of the assumptions: done once, and found done by the next run."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest
from functional.support import BEIJING, FRANKFURT, HOME, ONE, VALLEY, Lab, Outcome
from live.probe.run import LEVEL_COPY, profile
from live_tests.account import REGIONS, Account
from live_tests.sample import one_of_each
from simulator import Simulator, profiles
from simulator.settings import Settings

IMAGE, SNAPSHOT = "m-bp1golden0000000000", "s-bp1data00000000000"
LATE = 10.0  # seconds by which everything that is late shows
BEFORE = "2026-01-01T00:00:00Z"
WORLD = {
    "images": [{"id": IMAGE, "region": HOME, "name": "golden", "created": BEFORE, "tags": {"stage": "release"}}],
    "snapshots": [{"id": SNAPSHOT, "region": HOME, "name": "data", "created": BEFORE}],
}
DRAWN = [f"random-{number}" for number in range(1, 21)]
WORDS = one_of_each([*profiles.names(), *DRAWN], lambda word: word.partition("-")[0])


def twice(lab: Lab, module: str, **params: t.Any) -> Outcome:
    """Check, run, run again, check again: the first two say that something changes, the others write nothing."""
    foretold = lab.ok(module, check=True, **params)
    before = len(lab.sim.journal.writes())
    first = lab.ok(module, **params)
    assert foretold.changed and first.changed
    assert len(lab.sim.journal.writes()) > before
    lab.clock.sleep(LATE)
    before = len(lab.sim.journal.writes())
    again, checked = lab.ok(module, **params), lab.ok(module, check=True, **params)
    assert not again.changed and not checked.changed
    assert len(lab.sim.journal.writes()) == before
    return first


def shows_tags(settings: Settings) -> bool:
    """Whether a copy shows its tags while it is being made."""
    late = settings.tags_shown_late and settings.tags_late_from == "available"
    return not late and settings.copy_tags_visible == "at_once"


def work(lab: Lab) -> None:
    """Each module that changes something, and one that looks."""
    key = lab.sim.world.demo["kms_keys"][FRANKFURT]  # type: ignore[index]
    encrypted = {"region": FRANKFURT, "name": "golden-europe", "encrypted": True, "kms_key_id": key}
    copies = twice(lab, "ecs_image_copy", region=HOME, image_id=IMAGE, destinations=[{"region": BEIJING}, encrypted])
    assert {copy["status"] for copy in copies.result["copies"]} == {"Available"}
    twice(lab, "ecs_image_share", region=HOME, image_id=IMAGE, accounts=[ONE])
    twice(lab, "ecs_snapshot_copy", region=HOME, snapshot_id=SNAPSHOT, destinations=[{"region": BEIJING}])
    instance = lab.sim.world.demo["instances"]["demo"]  # type: ignore[index]
    twice(lab, "ecs_image", region=HOME, instance_id=instance, name="made", family="made", tags={"stage": "test"})
    found = lab.ok("ecs_image_info", regions=[HOME, BEIJING], name_regex="^golden$")
    assert [image["region"] for image in found.result["images"]] in ([HOME, BEIJING], [BEIJING, HOME])
    running = lab.ok("ecs_image_copy", region=HOME, image_id=IMAGE, destination_regions=[VALLEY], wait=False)
    lab.clock.sleep(LATE)  # what is not listed yet can't be found to be cancelled
    by_tags = {"source_region": HOME, "source_image_id": IMAGE, "regions": [VALLEY]}
    # A copy that shows no tags is found by its id alone.
    by_id = {"region": VALLEY, "image_id": running.copy_in(VALLEY)["image_id"]}
    gone = twice(lab, "ecs_image_copy_cancel", **(by_tags if shows_tags(lab.sim.settings) else by_id))
    assert len(gone.result["cancelled"]) == 1 and lab.own(VALLEY) == []
    twice(lab, "ecs_image", region=HOME, name="made", state="absent", delete_snapshots="own")


def in_world(folder: Path, settings: t.Mapping[str, t.Any]) -> None:
    # Copies that take longer than things show late, as in a real account.
    slow = {"copy_gib_per_second": 0.5, "create_gib_per_second": 1.0}
    with Simulator(clock="manual", settings={**slow, **settings}, objects=WORLD) as sim:
        folder.mkdir(exist_ok=True)
        work(Lab(sim, folder))


@pytest.mark.parametrize("word", WORDS)
def test_the_modules_do_their_work(tmp_path: Path, word: str) -> None:
    in_world(tmp_path, profiles.profile(word))


def test_they_do_it_where_a_probe_has_been(tmp_path: Path) -> None:
    """The whole round: an account is probed, and what was seen is what the modules are tried on."""
    found = Account(tmp_path, profiles.profile("random-21")).probed()
    file = tmp_path / "probe.json"
    file.write_text(json.dumps(profile(found, REGIONS, LEVEL_COPY, {})), encoding="utf-8")
    in_world(tmp_path / "modules", profiles.profile(str(file)))
