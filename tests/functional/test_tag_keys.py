# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keys of tags that differ in case only: the API refuses them on one resource, and check mode says so beforehand."""

from __future__ import annotations

import pytest
from functional import pins
from functional.support import BEIJING, HOME, Data, Lab


@pytest.fixture
def copied(lab: Lab) -> Data:
    """The arguments of a copy that is there, with a tag that differs in case from the one that is asked for."""
    source = lab.source()
    lab.twin(source, BEIJING, tags={"Stage": "prod"})
    return {"region": HOME, "image_id": source, "destination_regions": [BEIJING], "tags": {"stage": "prod"}}


def test_a_copy_says_so_in_check_mode_and_writes_nothing(lab: Lab, copied: Data) -> None:
    predicted = lab.fails("ecs_image_copy", check=True, **copied)
    lab.sim.journal.clear()
    real = lab.fails("ecs_image_copy", **copied)
    assert lab.writes() == []
    for outcome in (predicted, real):
        assert outcome.copy_in(BEIJING)["error"]["code"] == "TagKey.Duplication"
        assert "'Stage' and 'stage'" in outcome.msg


def test_purging_takes_the_other_key_away_first(lab: Lab, copied: Data) -> None:
    predicted = lab.ok("ecs_image_copy", check=True, purge_tags=True, **copied)
    real = lab.ok("ecs_image_copy", purge_tags=True, **copied)
    assert predicted.actions == real.actions
    tags = lab.one(BEIJING).tags
    assert tags["stage"] == "prod" and "Stage" not in tags


@pytest.mark.parametrize("check", [True, False])
def test_an_image_says_so_too(lab: Lab, check: bool) -> None:
    image = lab.source(tags={"Stage": "prod"})
    outcome = lab.fails(
        "ecs_image", "'Stage' and 'stage'", region=HOME, image_id=image, tags={"stage": "x"}, check=check
    )
    assert outcome.result["error"]["code"] == "TagKey.Duplication"
    assert lab.writes() == []


@pins.tags_at_once
def test_a_snapshot_copy_foretells_what_comes(lab: Lab) -> None:
    snapshot = lab.image(lab.source()).disks[0].snapshot_id
    asked: Data = {"region": HOME, "snapshot_id": snapshot, "destinations": [{"region": BEIJING}]}
    lab.ok("ecs_snapshot_copy", **asked, tags={"Stage": "prod"})
    predicted = lab("ecs_snapshot_copy", check=True, **asked, tags={"stage": "prod"})
    real = lab("ecs_snapshot_copy", **asked, tags={"stage": "prod"})
    assert (predicted.code, predicted.changed) == (real.code, real.changed), real.result
