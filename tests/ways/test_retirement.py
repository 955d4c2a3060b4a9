# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What goes and what stays: the same order for all who decide by age, and the pipeline month after month."""

from __future__ import annotations

import typing as t

import pytest
from ways.plays import BEIJING, HOME, made_by_1_0, play, role, shown, told

if t.TYPE_CHECKING:
    from e2e.conftest import Stage

pytestmark = pytest.mark.slow

Data = dict[str, t.Any]
KIND = "What stays and what goes; new keys"
MADE = "imageops:created-from"


def month(number: int) -> str:
    return f"2026-{number:02}-01T00:00:00Z"


def copy_tags(source: str, name: str, created: str) -> Data:
    return {
        "imageops:copied-from": f"{HOME}/{source}",
        "imageops:copied-as": name,
        "imageops:source-created": created,
    }


def version(stage: Stage, number: int, status: str = "Available", copied: int = 10, **more: t.Any) -> tuple[str, str]:
    """An image of a family and its copy, which was made later, in the order that is given."""
    name = f"base-{number}"
    common: Data = {"name": name, "family": "base", "status": status, **more}
    image = stage.image(created=month(number), tags={MADE: f"i-{number}"}, **common)
    tags = copy_tags(image, name, month(number))
    copy = stage.image(region=BEIJING, created=month(copied), is_copied=True, tags=tags, **common)
    return image, copy


def left(stage: Stage) -> dict[str, list[str]]:
    return {
        region: sorted(image["name"] for image in stage.in_region(region) if image["family"] == "base")
        for region in (HOME, BEIJING)
    }


RETIRE: Data = {"regions": [HOME, BEIJING], "families": ["base"], "grace_days": 0}


def test_a_version_to_fall_back_to_stays_in_every_region(stage: Stage) -> None:
    """Only Available images counted, so that the predecessor that a promotion had deprecated was deleted at once."""
    for number in (1, 2, 3, 4):
        version(stage, number, "Available" if number == 4 else "Deprecated")
    # One that failed and one of nobody's fill no place.
    stage.image(name="base-5", family="base", created=month(5), status="CreateFailed", tags={MADE: "i-5"})
    play(stage, role(which="image_retire", **RETIRE, keep=2))
    kept = left(stage)
    assert kept[BEIJING] == ["base-3", "base-4"] and {"base-3", "base-4"} <= {*kept[HOME]}
    assert not {"base-1", "base-2"} & {*kept[HOME]}


def test_a_retirement_that_is_only_foretold_hands_nothing_on(stage: Stage) -> None:
    """The check mode of a task was not known: what would be done was told as done, and handed on."""
    for number in (1, 2):
        version(stage, number)
    planned = play(stage, role(apply={"check_mode": True}, which="image_retire", **RETIRE, keep=1))
    assert "would be deleted" in told(planned) and stage.writes() == []
    assert not [one for one in planned.results if "ansible_stats" in one["result"]]


def test_nothing_goes_that_would_leave_a_region_without_an_available_image(stage: Stage) -> None:
    """The newest here is Deprecated: the older one, which is Available, stays, whatever keep says."""
    version(stage, 1)
    version(stage, 2, "Deprecated")
    version(stage, 3, "Deprecated")
    done = play(stage, role(which="image_retire", **RETIRE, keep=1))
    assert all("base-1" in names and "base-3" in names for names in left(stage).values()), done.out


def test_all_who_decide_by_age_agree(stage: Stage) -> None:
    """2.0 was copied first and 1.9 later: newest, the lookup and retire took each another one for the newest."""
    version(stage, 1, copied=11)
    (_image, newest) = version(stage, 2, copied=10)
    region = {"region": BEIJING, "family": "base"}
    info = {"imageops.alicloud.ecs_image_info": {**region, "newest": 1}, "register": "found"}
    lookup = f"lookup('imageops.alicloud.ecs_image', region='{BEIJING}', family='base')"
    retire = role(apply={"check_mode": True}, which="image_retire", regions=BEIJING, families="base", keep=1)
    done = play(stage, info, shown("found.images[0].image_id"), shown(lookup), retire)
    assert told(done).count(f"SHOWN {newest}") == 2
    (result,) = done.of("ecs_image_retire")
    assert [one["image_id"] for one in result["kept"]] == [newest]


def test_a_refusal_that_is_ignored_retires_nothing(stage: Stage) -> None:
    """The manifest could not be read, and the images of the manifest before it were deleted."""
    made = made_by_1_0(stage)
    usual: Data = {"families": ["base"], "keep": 1, "min_age_days": 0, "grace_days": 0, "shared": True}
    planned = role(apply={"check_mode": True}, which="image_retire", from_manifest=["base-1.json"], **usual)
    wrong: list[Data] = [{"from_manifest": ["none.json"]}, {"regions": [HOME], "orphans": "none"}]
    ignored = [{"block": [role(which="image_retire", **usual, **one)], "ignore_errors": True} for one in wrong]
    done = play(stage, planned, *ignored, code=None)
    assert stage.writes() == [] and len(stage.images()) == len(made)
    assert "none.json: there is no such file" in told(done) and "would be deleted" in told(done)
    assert "image_retire_orphans has 'none'" in told(done) and "no attribute" not in told(done)
