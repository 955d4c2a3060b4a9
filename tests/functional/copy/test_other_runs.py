# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ecs_image_copy meets another run between its look and its call."""

from __future__ import annotations

import pytest
from functional import pins
from functional.copy.copying import copy, start_by_another_run
from functional.support import BEIJING, Lab


@pins.shown_at_once
@pins.tags_at_once
@pytest.mark.parametrize("before_name", [False, True], ids=["name first", "conflict first"])
@pytest.mark.parametrize("code", ["OperationDenied.ImageCopyConflict", "OperationDenied.ImageCopying"])
def test_two_runs_at_once_make_one_copy(lab: Lab, before_name: bool, code: str) -> None:
    lab.setting(copy_conflict_before_name=before_name, copy_conflict_code=code)
    source = lab.source()
    lab.fault("hold", "CopyImage", when="before")
    other = lab.when_held(lambda: start_by_another_run(lab, source))
    outcome = copy(lab, source)
    other.join(5)
    assert outcome.code == 0, outcome.result
    assert outcome.actions == {BEIJING: "adopted"}
    assert len(lab.own(BEIJING)) == 1


def test_a_name_that_is_taken_between_look_and_copy_is_refused(lab: Lab) -> None:
    source = lab.source()
    lab.fault("hold", "CopyImage", when="before")
    other = lab.when_held(lambda: lab.plant("images", region=BEIJING, name="golden"))
    outcome = copy(lab, source)
    other.join(5)
    assert outcome.copy_in(BEIJING)["error"]["code"] == "NameTaken"


def test_a_deleted_image_s_name_is_free_again_soon(lab: Lab) -> None:
    """The look shows nothing any more while the API still holds the name."""
    source = lab.source()
    lab.fault("error", "CopyImage", code="InvalidImageName.Duplicated", status=400, times=3)
    outcome = copy(lab, source)
    assert outcome.code == 0, outcome.result
    assert lab.one(BEIJING).status == "Available"
