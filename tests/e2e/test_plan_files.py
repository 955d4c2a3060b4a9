# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of a plan: that of an earlier run is never taken for this one's, whatever becomes of this run."""

from __future__ import annotations

import json
import typing as t

import pytest

from .releases import BEIJING, HOME, ONE, release

if t.TYPE_CHECKING:
    from .conftest import Data, Stage

pytestmark = pytest.mark.slow

FILES = {"image_release_plan_file": "plan.json", "plan_markdown": "plan.md"}
ENTERED = "was entered in the middle"


def planned(stage: Stage) -> Data:
    """A release that was planned, and the plans that are there. The variables of its next plan."""
    given = release(stage, "base-1", stage.image(name="base-1"), **FILES)
    stage.playbook("plan", given)
    plan, page = plans(stage)
    assert (plan["changes"], plan["failures"]) == (True, []) and "There is something to do." in page
    return given


def plans(stage: Stage) -> tuple[Data, str]:
    return json.loads((stage.folder / "plan.json").read_text()), (stage.folder / "plan.md").read_text()


def withdrawn(stage: Stage) -> bool:
    return not [name for name in ("plan.json", "plan.md") if (stage.folder / name).exists()]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"image_release_accounts": [ONE], "image_release_max_accounts": 0}, "1 accounts are more than the 0"),
        ({"image_release_destinations": [{"region": "cn-nowhere"}]}, "cn-nowhere"),
        ({"plan_exit_code": 3}, "plan_exit_code is 3"),
    ],
    ids=["refused variables", "refused by a look", "refused by the playbook"],
)
def test_the_plan_of_an_earlier_run_is_withdrawn(stage: Stage, wrong: Data, why: str) -> None:
    """Every host had failed early: it stayed as it was, and could be approved."""
    given = planned(stage)
    assert why in " ".join(stage.playbook("plan", {**given, **wrong}, code=2).out.split())
    assert withdrawn(stage)
    stage.playbook("plan", given)
    assert plans(stage)[0]["changes"] is True and stage.writes() == []


def test_a_run_without_the_playbook_withdraws_it_as_well(stage: Stage) -> None:
    given = planned(stage)
    wrong = {**given, "image_release_max_accounts": 0, "image_release_accounts": [ONE]}
    del wrong["plan_markdown"]
    before = (stage.folder / "plan.json").read_text()
    stage.playbook("create_copy_share", wrong, code=2)
    assert (stage.folder / "plan.json").read_text() == before  # it makes no plan
    stage.playbook("create_copy_share", wrong, "--check", code=2)
    assert not (stage.folder / "plan.json").exists()


@pytest.mark.parametrize(
    "task",
    [
        *("Copy the image", "Keep the plan", "Report failures"),
        "Write the plan as Markdown, and say by the exit code that there is something to do",
    ],
)
def test_entering_in_the_middle_ends_in_one_sentence_and_leaves_no_plan(stage: Stage, task: str) -> None:
    """It ended with a variable that is not defined."""
    given = planned(stage)
    done = stage.playbook("plan", given, "--start-at-task", task, code=2)
    assert ENTERED in done.out and "undefined" not in done.out + done.err, done.out
    assert withdrawn(stage)


def test_what_is_no_plan_stays_as_it_was(stage: Stage) -> None:
    given = release(stage, "base-1", stage.image(name="base-1"))
    stage.playbook("create_copy_share", given)
    (stage.folder / "notes.md").write_text("what I must not forget")
    kept = {name: (stage.folder / name).read_text() for name in ("base-1.json", "notes.md")}
    given |= {"image_release_plan_file": "base-1.json", "plan_markdown": "notes.md"}
    stage.playbook("plan", given, code=2)
    assert {name: (stage.folder / name).read_text() for name in kept} == kept


def test_the_plan_of_others_says_why_a_host_has_none(stage: Stage) -> None:
    planned(stage)
    source: Data = {"region": HOME, "image_id": stage.image(name="golden")}
    hosts: Data = {name: {"image_release_name": name, "image_release_source": source} for name in ("good", "bad")}
    hosts["bad"]["image_release_max_accounts"] = 0
    shared = {"image_release_destinations": [{"region": BEIJING}], "image_release_accounts": [ONE]}
    shared["plan_markdown"] = FILES["plan_markdown"]
    (stage.folder / "hosts.json").write_text(json.dumps({"all": {"hosts": hosts, "vars": shared}}))
    stage.playbook("plan", {"image_release_hosts": "all", "image_release_manifest": ""}, "-i", "hosts.json", code=2)
    page = plans(stage)[1]
    assert "## Plan for good\n\nThere is something to do." in page and "base-1" not in page
    assert "## Plan for bad\n\nIt could not be made.\n\n> " in page and "1 accounts are more" in page
