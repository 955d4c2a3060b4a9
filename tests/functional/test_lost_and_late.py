# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One copy, whatever is lost on the way, whatever shows late, and whoever asks for it in the same moment."""

from __future__ import annotations

import pytest
from functional.support import BEIJING, FRANKFURT, HOME, Lab, Outcome

COPY = "ecs_image_copy"
LATE = {"listed_late": {"CopyImage": 20}, "tags_shown_late": {"CopyImage": 25}}


def accepted(lab: Lab) -> list[str]:
    """The images that CopyImage has made. An answer that was kept for a repeat is no second one."""
    return sorted({call["image_id"] for call in lab.calls("CopyImage") if call["image_id"]})


@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize("token_seconds", [None, 0.001])
@pytest.mark.parametrize("speed", [0.5, 50])
@pytest.mark.parametrize("kind", ["reset_after", "truncate"])
def test_a_lost_answer_to_a_copy_that_is_listed_late(
    lab: Lab, kind: str, speed: float, token_seconds: float | None, wait: bool
) -> None:
    source = lab.source()
    lab.setting(**LATE, copy_gib_per_second=speed, token_seconds=token_seconds)
    lab.fault(kind, "CopyImage", times=1)
    outcome = lab.ok(COPY, region=HOME, image_id=source, destination_regions=[BEIJING], wait=wait)
    made = lab.one(BEIJING).image_id
    assert accepted(lab) == [made]
    assert outcome.result["images"] == {BEIJING: made}


@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize("speed", [0.5, 50])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("held", [1, 2])
def test_two_tasks_at_the_same_destinations(lab: Lab, held: int, when: str, speed: float, wait: bool) -> None:
    """The second one does all that it does while one call of the first is under way."""
    source = lab.source()
    lab.setting(**LATE, copy_gib_per_second=speed)
    asked = {"region": HOME, "image_id": source, "destination_regions": [BEIJING, FRANKFURT], "wait": wait}
    second: list[Outcome] = []
    lab.fault("hold", "CopyImage", nth=held, when=when)
    other = lab.when_held(lambda: second.append(lab(COPY, **asked)))
    first = lab(COPY, **asked)
    other.join(60)
    made = {region: lab.one(region).image_id for region in (BEIJING, FRANKFURT)}
    assert accepted(lab) == sorted(made.values())
    for outcome in (first, *second):
        assert outcome.code == 0, outcome.msg
        assert outcome.result["images"] == made
    assert [*first.actions.values(), *second[0].actions.values()].count("started") == 2
