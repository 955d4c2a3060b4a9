# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the playbooks' variables come to."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.imageops.alicloud.plugins.module_utils._cancel import plan as cancel_plan
from ansible_collections.imageops.alicloud.plugins.plugin_utils._work import _works, _works_told

SETTINGS = {"regions": ["cn-beijing"], "source_region": None, "source_image_id": None, "manifests": []}
RECORDED = {"sources": [{"region": "cn-hangzhou", "image_id": "m-1", "regions": ["cn-beijing"]}], "copies": []}


@pytest.mark.parametrize("recorded", [{}, RECORDED], ids=["by regions", "by manifests"])
@pytest.mark.parametrize("accepted", [True, False])
def test_suspects_are_accepted_as_the_caller_says(recorded: dict[str, t.Any], accepted: bool) -> None:
    calls = _works.WORKS["stop_copies"].calls({**SETTINGS, "accept_suspects": accepted}, recorded)
    assert [call["accept_suspects"] for call in calls] == [accepted]


ALL = ", out of all copies of this collection"
COPY = {
    "region": "cn-beijing",
    "image_id": "m-2",
    "snapshot_id": None,
    "name": "base",
    "reason": cancel_plan.UNKNOWN,
}


def test_a_copy_that_was_stopped_before_does_not_go_on() -> None:
    """It was said of every copy that it goes on or is finished, with the reason as results name it."""
    results = [{"results": [{"cancelled": [], "not_cancelled": [{**COPY, "snapshots_left": ["s-1"]}]}]}]
    lines = _works_told.stopped({"check": False, "calls": [], "recorded": {}}, results).lines
    assert lines == [
        "cn-beijing m-2 base is not there: it was stopped before, or is gone, and s-1 is left of it",
        f"0 copies were stopped{ALL}",
    ]


@pytest.mark.parametrize(
    ("later", "lines"),
    [
        ([], ["m-2 base was stopped at 5 %", f"1 copy was stopped{ALL}"]),
        ([COPY], ["m-2 base was stopped at 5 %", f"1 copy was stopped{ALL}"]),
        (
            [{**COPY, "reason": cancel_plan.COMPLETED}],
            ["m-2 base is finished, and stays", f"0 copies were stopped{ALL}"],
        ),
        (
            [{**COPY, "image_id": None, "name": None, "reason": cancel_plan.NOT_LOOKED_AT}],
            [
                "m-2 base was told to stop, and whether it has could not be seen",
                "could not be looked at",
                f"0 copies were stopped{ALL}",
            ],
        ),
    ],
    ids=["not listed any more", "gone", "finished after all", "not seen again"],
)
def test_a_copy_that_was_told_to_stop_is_told_as_it_ended(later: list[dict[str, t.Any]], lines: list[str]) -> None:
    """All are told to stop before any is waited for, and the last look counts."""
    first = {"cancelled": [{**COPY, "reason": None, "progress": 5}], "not_cancelled": []}
    last = {"cancelled": [], "not_cancelled": later}
    told = _works_told.stopped({"check": False, "calls": [], "recorded": {}}, [{"told": first}, last]).lines
    assert [line.removeprefix("cn-beijing ") for line in told] == lines


@pytest.mark.parametrize(
    "name", ["UNKNOWN", "COMPLETED", "FAILED", "NOT_A_COPY", "STILL_RUNNING", "SUSPECT", "NOT_LOOKED_AT"]
)
def test_every_reason_is_told_in_words(name: str) -> None:
    assert getattr(cancel_plan, name) in _works_told.NOT_STOPPED


def test_a_new_key_is_tried_where_it_is_said_to_be() -> None:
    """A misspelt region was passed over: the old images were withdrawn, and no new one had been booted."""
    place = {"region": "cn-beijng", "instance_type": ["ecs.g7.large"], "vswitch_id": [], "security_group_id": "sg-1"}
    settings = {"manifests": ["base.json"], "name": "keyed", "keys": {"cn-beijing": "k"}, "verify": [place, {}]}
    images = [{"region": "cn-beijing", "image_id": "m-1", "name": "base"}]
    assert _works.WORKS["image_rekey"].faults(settings, {"images": images}) == [
        "image_rekey_verify: there is no image in cn-beijng, only in cn-beijing",
        "image_rekey_verify: vswitch_id is empty in cn-beijng",
    ]


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({}, {}),
        ({"wait_timeout": 0.0, "timeout": 9.0}, {"wait_timeout": 0.0}),  # no time, and not as if none were given
        ({"wait_timeout": None, "timeout": 9.0, "secure_boot": None}, {"wait_timeout": 9.0}),
    ],
)
def test_a_new_key_hands_its_module_the_time_of_a_test_boot(given: dict[str, t.Any], wanted: dict[str, t.Any]) -> None:
    place = {"region": "r", "instance_type": ["ecs.g7.large"], "vswitch_id": ["v"], "security_group_id": "sg-1"}
    settled = _works.WORKS["image_rekey"].settled({"verify": [{**place, **given}]})
    assert settled == {"verify": [{**place, **wanted}]}


def test_two_hosts_write_no_file_between_them_unless_it_is_one_run() -> None:
    def told(run: str, path: str) -> list[str]:
        other = {"run": run, "files": {"image_audit_report": path}}
        return _works.clashes_between({"run": "1", "files": {"image_audit_file": "/m/a.json"}}, {"other": other})

    (fault,) = told("2", "/m/a.json")
    assert fault.startswith("image_audit_file: host other writes /m/a.json too.")
    assert told("1", "/m/a.json") == told("2", "/m/b.json") == []


def test_copies_of_manifests_without_a_source_are_named_themselves() -> None:
    """Those of image_rekey, and what was made of them. A copy that never got an id is told."""
    copies = [{key: COPY[key] for key in ("region", "image_id", "name")}] * 2
    recorded = {"sources": [], "copies": [*copies, {**copies[0], "image_id": None}]}
    work, settings = (
        _works.WORKS["stop_copies"],
        {**SETTINGS, "regions": [], "manifests": ["m"], "accept_suspects": True},
    )
    assert work.faults(settings, recorded) == []
    assert work.calls(settings, recorded) == [{"region": "cn-beijing", "image_id": "m-2"}]
    (fault,) = work.faults(settings, {**recorded, "copies": recorded["copies"][2:]})
    assert "no copy by its id" in fault
    lines = _works_told.stopped({"check": True, "calls": [], "recorded": recorded}, []).lines
    assert lines[0].startswith("cn-beijing base has no id in its manifest")
