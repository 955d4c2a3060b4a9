# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source and the event filter: each event once, over restarts too, and nothing that is not so."""

from __future__ import annotations

import datetime
import json
import shutil
import typing as t
from pathlib import Path
from unittest import mock

import pytest
from functional import pins
from functional.support import BEIJING, HOME, MAIN, ONE, Data, Lab

from ansible_collections.imageops.alicloud.plugins.module_utils._base import clock as clocks
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ImageOpsError
from ansible_collections.imageops.alicloud.plugins.plugin_utils._base import _files
from ansible_collections.imageops.alicloud.plugins.plugin_utils._events import _events


@pytest.fixture
def source(lab: Lab) -> t.Iterator[t.Callable[..., _events.Source]]:
    def make(**args: t.Any) -> _events.Source:
        return _events.Source({**lab.connection(args.pop("who", "main")), "regions": [HOME, BEIJING], **args})

    with mock.patch.object(clocks, "Clock", lambda: lab.clock):
        yield make


def told(events: t.Sequence[Data]) -> list[tuple[str, str]]:
    return [(one["change"], one["image_id"]) for one in events]


@pins.shown_at_once
def test_a_copy_that_becomes_available(lab: Lab, source: t.Any) -> None:
    image = lab.source()
    watching = source()
    assert watching.look() == []  # what was there before is no event
    lab.ok("ecs_image_copy", region=HOME, image_id=image, destination_regions=[BEIJING], wait=False)
    copy = lab.one(BEIJING).image_id
    (appeared,) = watching.look()
    assert (appeared["change"], appeared["region"], appeared["image_id"]) == ("appeared", BEIJING, copy)
    assert appeared["status"] in ("Waiting", "Creating")
    assert watching.look() == []
    lab.pass_time(3600)
    (available,) = watching.look()
    facts = {
        "change": "available",
        "image_id": copy,
        "copied_from": f"{HOME}/{image}",
        "account_id": MAIN,
        "name": "golden",
    }
    assert {key: available[key] for key in facts} == facts and available["type"] == "imageops.image"
    assert watching.look() == [] and appeared["id"] != available["id"]


def test_images_that_fail_come_and_go(lab: Lab, source: t.Any) -> None:
    watching = source()
    watching.look()
    good, bad = lab.source(name="good"), lab.source(name="bad", status="CreateFailed")
    assert sorted(told(watching.look())) == sorted(
        [("appeared", good), ("available", good), ("appeared", bad), ("failed", bad)]
    )
    lab.ok("ecs_image", region=HOME, image_id=bad, state="absent")
    assert watching.look() == []  # one look proves nothing
    (gone,) = watching.look()
    assert told([gone]) == [("gone", bad)] and gone["name"] == "bad"
    lab.ok("ecs_image", region=HOME, image_id=good, state="deprecated")
    assert told(watching.look()) == [("deprecated", good)]
    lab.ok("ecs_image", region=HOME, image_id=good, state="present")
    assert told(watching.look()) == [("available", good)]


def test_who_sees_nothing_calls_nothing_gone(lab: Lab, source: t.Any) -> None:
    image = lab.source()
    watching = source()
    watching.look()
    rule = lab.fault("error", "DescribeImages", region=HOME, code="Forbidden.RAM", status=403)
    assert [watching.look() for _time in range(3)] == [[], [], []]
    lab.sim.faults.remove(rule)
    lab.ok("ecs_image", region=HOME, image_id=image, state="absent")
    assert [watching.look() for _time in range(3)] == [[], [], []]  # nothing at all is to be seen
    other = lab.source(region=BEIJING)
    assert told(watching.look()) == [("appeared", other), ("available", other)]
    assert told(watching.look()) == [("gone", image)]


def test_each_event_once_over_restarts(lab: Lab, source: t.Any, tmp_path: Path) -> None:
    state = str(tmp_path / "state.json")
    first = source(state_file=state)
    first.look()
    image = lab.source()
    events = first.look()
    first.told(events[0])
    # Killed here: what was written down and not struck out is told by the next one, and nothing else.
    second = source(state_file=state)
    assert second.pending() == events[1:] and told(second.pending()) == [("available", image)]
    assert second.look() == []
    second.told(events[1])
    meanwhile = lab.source(name="meanwhile")
    third = source(state_file=state)
    assert third.pending() == [] and told(third.look()) == [("appeared", meanwhile), ("available", meanwhile)]
    assert Path(state).stat().st_mode & 0o777 == 0o600


def test_what_could_not_be_written_down_is_told_once_it_can(lab: Lab, source: t.Any, tmp_path: Path) -> None:
    folder = tmp_path / "states"
    folder.mkdir()
    watching = source(state_file=str(folder / "images.json"))
    notices = _events.NoticeFilter({**lab.connection(), "state_file": str(folder / "notices.json")})
    watching.look()
    image = lab.source()
    shutil.rmtree(folder)
    for tell in (watching.look, lambda: notices.filtered(notice(image, "Available"))):
        with pytest.raises(_files.FileFault, match="can't be written"):
            tell()
    folder.mkdir()
    assert told(watching.look()) == [("appeared", image), ("available", image)]
    assert notices.filtered(notice(image, "Available"))["change"] == "available"


@pytest.mark.parametrize(
    "text", ['{"my": "file"}', "no JSON", '{"imageops_events": 1, "account_id": "1", "owner": "self"}']
)
def test_a_file_that_is_no_state_of_this_source_is_not_overwritten(source: t.Any, tmp_path: Path, text: str) -> None:
    (tmp_path / "state.json").write_text(text)
    with pytest.raises(ImageOpsError, match="is not overwritten"):
        source(state_file=str(tmp_path / "state.json"))
    assert (tmp_path / "state.json").read_text() == text


_KNOWN: Data = {"word": "available", "missed": 0, "count": 1, "facts": {}}


@pytest.mark.parametrize(
    "held",
    [
        {"seen": {HOME: []}, "pending": []},
        {"seen": {HOME: {"m-1": None}}, "pending": []},
        *({"seen": {HOME: {"m-1": {**_KNOWN, name: None}}}, "pending": []} for name in _KNOWN),
        {"seen": {}, "pending": [1]},
        {"seen": {}, "pending": [{"change": "gone"}]},
        {"last": {"m-1": 5}},
        {"last": {"m-1": {"change": 1, "happened_at": ""}}},
    ],
)
def test_a_file_with_the_right_names_and_strange_values_is_refused(
    lab: Lab, source: t.Any, tmp_path: Path, held: Data
) -> None:
    state = tmp_path / "state.json"
    of = {"watches": "notices"} if "last" in held else {"watches": "images", "account_id": MAIN, "owner": "self"}
    state.write_text(json.dumps({"imageops_events": 1, **of, **held}))
    with pytest.raises(ImageOpsError, match="is not overwritten"):
        if "last" in held:
            _events.NoticeFilter({**lab.connection(), "state_file": str(state)})
        else:
            source(state_file=str(state))


@pytest.mark.parametrize("strange", [{"interval": "nan"}, {"interval": "inf"}, {"regions": ""}])
def test_what_no_source_can_go_by_is_refused(source: t.Any, strange: Data) -> None:
    with pytest.raises(ImageOpsError, match=r"interval must be|regions has an empty entry"):
        source(**strange)


def test_what_is_wrong_is_told_at_once(source: t.Any) -> None:
    with pytest.raises(ImageOpsError) as caught:
        source(owner="somebody", interval=1)
    assert "owner must be" in caught.value.msg and "interval must be from 5" in caught.value.msg
    with pytest.raises(ImageOpsError, match="regoin"):
        source(regoin=HOME)


@pins.shared_at_once
def test_an_image_that_another_account_shares(lab: Lab, source: t.Any) -> None:
    image = lab.source()
    watching = source(who="consumer-one", owner=MAIN)
    watching.look()
    lab.ok("ecs_image_share", region=HOME, image_id=image, accounts=[ONE])
    events = watching.look()
    assert told(events) == [("appeared", image), ("available", image)]
    assert (events[0]["owner_id"], events[0]["owner_alias"], events[0]["account_id"]) == (MAIN, "others", ONE)


@pins.shared_at_once
def test_an_image_that_is_shared_again_has_events_of_its_own(lab: Lab, source: t.Any, tmp_path: Path) -> None:
    """They had the ids of the first ones, so that who knew those by their ids missed the second time."""
    image, state = lab.source(), str(tmp_path / "state.json")
    lab.source(name="stays", shares=[ONE])
    source(who="consumer-one", owner=MAIN, state_file=state).look()
    events = []
    for _time in range(3):
        for wanted in ("present", "absent"):
            lab.ok("ecs_image_share", region=HOME, image_id=image, accounts=[ONE], state=wanted)
            watching = source(who="consumer-one", owner=MAIN, state_file=state)
            events += watching.pending() + watching.look() + watching.look()
            for event in events:
                watching.told(event)
    assert told(events) == [("appeared", image), ("available", image), ("gone", image)] * 3
    assert len({event["id"] for event in events}) == len(events)


@pins.list_counted
def test_one_call_for_each_region_and_look(lab: Lab, source: t.Any) -> None:
    lab.source()
    watching = source()
    lab.sim.journal.clear()
    for _time in range(3):
        watching.look()
    assert lab.actions() == ["DescribeImages"] * 6


def notice(image: str, state: str, at: str = "20240410T160101.922+0800", **other: t.Any) -> Data:
    content = {"imageId": image, "currentState": state}
    payload = {"product": "ECS", "name": "Image:StateChange", "regionId": HOME, "userId": MAIN, "eventTime": at}
    return {"payload": {**payload, "content": content, **other}, "meta": {"source": "hook"}}


@pytest.mark.parametrize(
    "event",
    [
        {"payload": {"name": "Other"}},
        {"payload": "text"},
        "text",
        notice("../../etc", "Available"),
        notice("m-1", "Strange"),
        notice("m-1", "Available", "yesterday"),
        notice("m-1", "Available", regionId="evil.example/"),
        notice("m-1", "Available", content=["m-1"]),
    ],
)
def test_what_is_no_notice_passes_as_it_is_and_nothing_is_asked(lab: Lab, event: t.Any) -> None:
    watching = _events.NoticeFilter(lab.connection())
    lab.sim.journal.clear()
    assert watching.filtered(event) == event and lab.calls() == []


def test_what_was_told_of_an_image_is_not_told_again(lab: Lab, tmp_path: Path) -> None:
    image = lab.source()
    args = {**lab.connection(), "state_file": str(tmp_path / "notices.json")}
    watching = _events.NoticeFilter(args)
    assert watching.filtered(notice(image, "Available"))["change"] == "available"
    assert watching.filtered(notice(image, "Available", "20240410T160102.000+0800")) == []
    assert watching.filtered(notice(image, "Creating", "20240410T160000+0800")) == []
    assert _events.NoticeFilter(args).filtered(notice(image, "Available")) == []
    lab.ok("ecs_image", region=HOME, image_id=image, state="deprecated")
    assert watching.filtered(notice(image, "Deprecated", "20240412T000000.000+0800"))["change"] == "deprecated"


@pytest.mark.parametrize("ahead", [0, 400, -400])
def test_a_notice_from_the_future_hides_none_that_comes_later(lab: Lab, ahead: float) -> None:
    """Whoever reaches the webhook dates what he sends."""
    lab.setting(clock_ahead=ahead)
    image = lab.source()
    for args in ({**lab.connection(), "region": HOME}, {"look_up": False}):
        notices = _events.NoticeFilter(args)
        far = notices.filtered(notice(image, "Available", "99980101T000000.000+0800"))
        assert far["change"] == "available"
        soon = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=ahead + 60)
        later = notices.filtered(notice(image, "Deprecated", soon.strftime("%Y%m%dT%H%M%S.000+0000")))
        assert later and later["change"] == "deprecated"


@pytest.mark.parametrize(
    ("made_up", "reason"), [("Deleted", "is Available"), ("CreateFailed", "is Available"), ("Deprecated", "is Avail")]
)
def test_a_notice_that_a_look_contradicts_is_not_confirmed_and_hides_nothing(
    lab: Lab, made_up: str, reason: str
) -> None:
    image = lab.source()
    watching = _events.NoticeFilter(lab.connection())
    event = watching.filtered(notice(image, made_up, "99981231T000000Z"))
    assert event["looked_up"] is False and reason in event["reason"]
    assert watching.filtered(notice(image, "Available"))["looked_up"] is True
    event = watching.filtered(notice("m-madeup", "Available"))
    assert event["looked_up"] is False and "no such image" in event["reason"]
    assert watching.filtered(notice("m-gone", "Deleted"))["looked_up"] is True


@pytest.mark.parametrize("at", ["00010101T000000+0800", "99991231T235959-1200"])
def test_a_time_beyond_the_calendar_is_no_notice(lab: Lab, at: str) -> None:
    event = notice("m-1", "Available", at)
    assert _events.NoticeFilter(lab.connection()).filtered(event) == event


def test_a_look_that_fails_does_not_lose_the_notice(lab: Lab) -> None:
    watching = _events.NoticeFilter(lab.connection())
    lab.fault("error", "DescribeImages", code="Forbidden.RAM", status=403)
    event = watching.filtered(notice("m-bp1", "Available"))
    assert event["looked_up"] is False and "Forbidden.RAM" in event["reason"]
    blind = _events.NoticeFilter({"look_up": False})
    assert blind.filtered(notice("m-bp1", "CreateFailed"))["change"] == "failed"
    assert json.dumps(event)
