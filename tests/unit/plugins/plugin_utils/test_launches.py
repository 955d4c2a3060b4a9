# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a release asks for its launch templates, and tells of them."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.imageops.alicloud.plugins.plugin_utils._family import _launches

Data = dict[str, t.Any]

HOME, BEIJING = "cn-hangzhou", "cn-beijing"
WEB = {"region": HOME, "name": "web"}


def faults(*entries: Data, promotes: bool = True, everywhere: bool = False) -> list[str]:
    return _launches.faults({"launch_templates": list(entries)}, [HOME], promotes, everywhere)


@pytest.mark.parametrize(
    ("entries", "word"),
    [
        ([{"region": HOME}], "give either id or name"),
        ([{**WEB, "id": "lt-1"}], "give either id or name"),
        ([{**WEB, "region": BEIJING}], "the release has no image there, only in cn-hangzhou"),
        ([{**WEB, "keep_versions": 0}], "keep_versions is 0"),
        ([WEB, WEB], "is named twice"),
    ],
)
def test_what_is_wrong_is_told(entries: list[Data], word: str) -> None:
    (fault,) = faults(*entries)
    assert word in fault


def test_what_is_right_and_what_needs_a_promotion() -> None:
    assert faults(WEB, {"region": HOME, "id": "lt-1", "keep_versions": 30}) == []
    assert faults({**WEB, "region": BEIJING}, everywhere=True) == []
    (fault,) = faults(WEB, promotes=False)
    assert "image_release_promote=true" in fault
    assert faults(promotes=False) == []


def settings(**more: t.Any) -> Data:
    return {
        "source": {"region": HOME, "image_id": None},
        "name": "base-1",
        "destinations": [],
        "launch_templates": [WEB],
        **more,
    }


def test_images_that_are_still_to_be_made_are_known_by_name() -> None:
    copies = [{"region": BEIJING}, {"region": "eu-central-1", "name": "base-1-eu"}]
    found = _launches.foreseen(settings(destinations=copies), {})
    assert [(one["region"], one["name"]) for one in found] == [
        (HOME, "base-1"),
        (BEIJING, "base-1"),
        ("eu-central-1", "base-1-eu"),
    ]


def test_an_image_that_is_there_lends_its_name_to_its_copies() -> None:
    looked = {"result": [{"image_id": "m-1", "name": "golden"}, {"image_id": "m-2", "name": "other"}]}
    given = settings(source={"region": HOME, "image_id": "m-1"}, name=None, destinations=[{"region": BEIJING}])
    home, copy = _launches.foreseen(given, looked)
    assert (home["image_id"], copy["image_id"], copy["name"]) == ("m-1", None, "golden")


def test_an_encrypted_copy_at_home_takes_the_place_of_its_source() -> None:
    at_home = [{"region": HOME, "name": "secret", "encrypted": True}]
    assert _launches.foreseen(settings(destinations=at_home), {}) == [
        {"region": HOME, "image_id": None, "name": "secret"}
    ]
    images = [{"region": HOME, "image_id": "m-source"}, {"region": HOME, "image_id": "m-copy"}]
    call = _launches.call([WEB], images, planned=False)
    assert call is not None and call["launch_templates"][0]["image_id"] == "m-copy"


def test_a_template_without_an_image_is_not_asked_for() -> None:
    assert _launches.call([WEB], [{"region": BEIJING, "image_id": "m-1"}], planned=False) is None


def test_versions_are_made_first_and_nothing_else() -> None:
    entries = [{**WEB, "keep_versions": 3}]
    images = [{"region": HOME, "image_id": "m-1", "name": "base-1"}]
    made = _launches.call(entries, images, planned=False, only_made=True)
    whole = _launches.call(entries, images, planned=False)
    common = {"region": HOME, "launch_template_name": "web", "image_id": "m-1", "planned": False}
    assert made == {"launch_templates": [{**common, "set_default": False}]}
    assert whole == {"launch_templates": [{**common, "set_default": True, "keep_versions": 3}]}
    kept = _launches.call([{**WEB, "set_default": False}], images, planned=False)
    assert kept is not None and kept["launch_templates"][0]["set_default"] is False


TOLD = {
    "region": HOME,
    "launch_template_id": "lt-1",
    "launch_template_name": "web",
    "image_id": None,
    "previous_image_id": "m-0",
    "action": "created",
    "switched": True,
    "version": None,
    "default_version": 1,
    "deleted_versions": [1, 2],
    "scaling_groups": [{"group_id": "asg-1", "name": "eager", "template_id": "lt-1", "version": "Latest"}],
    "error": None,
}


def test_the_plan_names_who_takes_a_version_early() -> None:
    lines = _launches.plan_lines({"launch_templates": [TOLD]})
    assert any("eager is on Latest" in line for line in lines) and any("(1, 2)" in line for line in lines)
    unseen = _launches.plan_lines({"launch_templates": [{**TOLD, "scaling_groups": None}]})
    assert any("was not looked at" in line for line in unseen)
    assert _launches.plan_lines({"launch_templates": [{**TOLD, "error": {"code": "X"}}]}) == []


def test_a_record_holds_how_templates_are_and_not_how_they_came_to_it() -> None:
    now = {**TOLD, "image_id": "m-1", "version": 2, "default_version": 2}
    again = {**now, "action": "present", "switched": False, "deleted_versions": []}
    first = _launches.facts({"launch_templates": [now]}, {})
    assert first == _launches.facts({"launch_templates": [again]}, {})
    assert _launches.facts({}, {"launch_templates": [now]}) == first
    assert _launches.facts({}, {}) is None
    assert _launches.lines(first or []) == [f"{HOME}: launch template web has m-1 in version 2, its default"]
    recorded = [{"region": HOME, "id": "lt-1", "ignore_missing": True}]
    assert _launches.recorded([{"launch_templates": first}, {}]) == recorded


def test_a_template_without_a_version_is_as_it_was_and_one_that_is_gone_is_told_once() -> None:
    other = {**TOLD, "launch_template_id": "lt-2", "version": 3, "default_version": 3, "image_id": "m-2"}
    before = _launches.facts({"launch_templates": [{**TOLD, "version": 2, "image_id": "m-1"}, other]}) or []
    stopped = _launches.facts({"launch_templates": [{**TOLD, "action": None}, {**other, "error": {"code": "X"}}]}) or []
    assert _launches.together(before, stopped) == before
    gone = _launches.facts({"launch_templates": [{**TOLD, "action": "missing"}]}) or []
    assert "is not there any more" in " ".join(_launches.lines(gone))
    assert [entry["launch_template_id"] for entry in _launches.together(before, gone)] == ["lt-2"]
