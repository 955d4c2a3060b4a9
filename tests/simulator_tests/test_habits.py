# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Habits of a real cloud: what shows late, is told wrong, shifts, does nothing, or never answers."""

from __future__ import annotations

import http.client
import socket
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from simulator import Simulator
from simulator_tests.error_lab import BEIJING, Lab
from simulator_tests.helpers import HOME, MAIN, PATIENCE, STS, Raw
from simulator_tests.switches_of_copies import code, keys, shown


@pytest.fixture
def lab(sim: Simulator) -> Lab:
    return Lab(sim)


def ids(lab: Lab, region: str = HOME, **params: str) -> list[str]:
    answer = lab.ok("DescribeImages", RegionId=region, Status="ALL", **params)
    return [image["ImageId"] for image in answer["Images"]["Image"]]


def test_a_copy_is_listed_late_and_found_at_once(lab: Lab) -> None:
    lab.set(found_late={}, listed_late={"CopyImage": 6})
    image = lab.copy()
    snapshots = lab.ok("DescribeSnapshots", RegionId=BEIJING)["Snapshots"]["Snapshot"]
    assert (shown(lab, image, BEIJING), snapshots) == (None, [])
    lab.ok("TagResources", RegionId=BEIJING, ResourceType="image",
           **{"ResourceId.1": image, "Tag.1.Key": "a", "Tag.1.Value": ""})  # fmt: skip
    lab.sim.clock.advance(6)
    assert keys(shown(lab, image, BEIJING)) == ["a"]


def test_only_what_that_action_made_is_listed_late(lab: Lab) -> None:
    lab.set(listed_late={"CreateImage": 6, "CreateSnapshot": 6, "RunInstances": 6})
    assert shown(lab, lab.copy(), BEIJING) is not None
    assert shown(lab, lab.ok("CreateImage", **lab.defaults("CreateImage"))["ImageId"]) is None
    disk = next(disk for disk in lab.sim.world.disks.values() if disk.kind == "data" or disk.region != HOME)
    snapshot = lab.ok("CreateSnapshot", DiskId=disk.disk_id)["SnapshotId"]
    answer = lab.ok("DescribeSnapshots", RegionId=disk.region, SnapshotIds=f'["{snapshot}"]')
    assert answer["Snapshots"]["Snapshot"] == []


def test_a_repeat_by_token_does_not_hide_what_is_shown(lab: Lab) -> None:
    lab.set(listed_late={"CopyImage": 6})
    image = lab.copy(ClientToken="t")
    lab.sim.clock.advance(6)
    assert lab.copy(ClientToken="t") == image
    assert shown(lab, image, BEIJING) is not None


def test_an_action_finds_a_new_image_late(lab: Lab) -> None:
    lab.set(found_late={"TagResources": 2, "ModifyImageSharePermission": 2, "CancelCopyImage": 2})
    there, image = lab.image(), lab.copy()
    tag = {"ResourceType": "image", "Tag.1.Key": "a", "Tag.1.Value": ""}
    made = {**tag, "RegionId": BEIJING, "ResourceId.1": image}
    assert lab.raw.v1("TagResources", made)[1]["Code"] == "InvalidResourceId.NotFound"
    assert lab.raw.v1("TagResources", {**tag, "RegionId": HOME, "ResourceId.1": there})[0] == 200, "it is not new"
    assert code(lab, "CancelCopyImage", RegionId=BEIJING, ImageId=image) == "InvalidImageId.NotFound"
    lab.ok("UntagResources", RegionId=BEIJING, ResourceType="image", **{"ResourceId.1": image, "TagKey.1": "a"})
    lab.sim.clock.advance(2)
    assert lab.raw.v1("TagResources", made)[0] == 200
    assert code(lab, "CancelCopyImage", RegionId=BEIJING, ImageId=image) == "ok"


def tagged(lab: Lab, image: str, region: str = HOME) -> list[str]:
    asked = {"RegionId": region, "ResourceType": "image", "ResourceId.1": image}
    listed = [tag["TagKey"] for tag in lab.ok("ListTagResources", **asked)["TagResources"]["TagResource"]]
    assert listed == keys(shown(lab, image, region))
    return listed


def test_tags_show_late(lab: Lab) -> None:
    lab.set(tags_shown_late={"CopyImage": 3, "TagResources": 5})
    image = lab.copy(**{"Tag.1.Key": "mark"})
    assert tagged(lab, image, BEIJING) == []
    assert ids(lab, BEIJING, **{"Tag.1.Key": "mark"}) == []
    lab.sim.clock.advance(3)
    assert tagged(lab, image, BEIJING) == ["mark"]
    lab.ok("TagResources", RegionId=BEIJING, ResourceType="image",
           **{"ResourceId.1": image, "Tag.1.Key": "more", "Tag.1.Value": ""})  # fmt: skip
    assert tagged(lab, image, BEIJING) == ["mark"]
    lab.sim.clock.advance(5)
    assert tagged(lab, image, BEIJING) == ["mark", "more"]


def test_tags_show_late_after_the_image_is_available(lab: Lab) -> None:
    lab.set(tags_shown_late={"CopyImage": 6}, tags_late_from="available")
    image = lab.copy(**{"Tag.1.Key": "mark"})
    lab.sim.clock.advance(7)
    assert (shown(lab, image, BEIJING)["Status"], tagged(lab, image, BEIJING)) == ("Available", [])
    lab.sim.clock.advance(6)
    assert tagged(lab, image, BEIJING) == ["mark"]


@pytest.mark.parametrize("action", ["CopyImage", "CreateImage"])
def test_a_status_that_no_page_names(lab: Lab, action: str) -> None:
    lab.sim.faults.add({"kind": "odd_status", "action": action, "status_text": "Verifying", "seconds": 10})
    region = BEIJING if action == "CopyImage" else HOME
    image = lab.ok(action, **lab.defaults(action))["ImageId"]
    lab.sim.clock.advance(10)
    assert shown(lab, image, region)["Status"] == "Verifying"
    assert ids(lab, region, ImageId=image) == [image]
    lab.sim.clock.advance(100)
    assert shown(lab, image, region)["Status"] == "Available"


def test_a_status_that_no_page_names_for_good(lab: Lab) -> None:
    lab.sim.faults.add({"kind": "odd_status", "action": "CopyImage", "status_text": "Quarantined"})
    image = lab.copy()
    lab.sim.clock.advance(100_000)
    found = shown(lab, image, BEIJING)
    assert (found["Status"], found["Usable"], found["Progress"]) == ("Quarantined", False, "100%")
    assert code(lab, "DeleteImage", RegionId=BEIJING, ImageId=image) == "ok"


@pytest.mark.parametrize(("word", "told"), [("half", 3), ("double", 14), ("zero", 0), ("absent", None), ("right", 7)])
def test_a_wrong_total(lab: Lab, word: str, told: int | None) -> None:
    lab.set(total_count=word)
    for number in range(7):
        lab.image(region="eu-west-1", name=f"image-{number}")
    answer = lab.ok("DescribeImages", RegionId="eu-west-1", ImageOwnerAlias="self", PageSize="4", PageNumber="2")
    assert answer.get("TotalCount") == told
    assert len(answer["Images"]["Image"]) == 3


def pages(lab: Lab) -> list[str]:
    """All entries of two pages, as they are told."""
    found: list[str] = []
    for page in ("1", "2"):
        found += ids(lab, "eu-west-1", ImageOwnerAlias="self", PageSize="3", PageNumber=page)
    return found


def test_a_list_shifts_between_two_pages(lab: Lab) -> None:
    known = [
        lab.image(region="eu-west-1", name=f"image-{number}", created="2026-01-01T00:00:00Z") for number in range(4)
    ]
    rule = {"kind": "list_shifts", "action": "DescribeImages", "nth": 2}
    lab.sim.faults.add({**rule, "shift": "in"})
    told = pages(lab)
    assert len(told) == 5 and len(set(told)) == 4, "one is told twice"
    lab.sim.faults.add({**rule, "shift": "out"})
    told = pages(lab)
    assert set(known) - set(told), "one is missing"
    assert set(ids(lab, "eu-west-1", ImageOwnerAlias="self")) == set(known)


def test_a_cancel_that_does_nothing(lab: Lab) -> None:
    lab.sim.faults.add({"kind": "cancel_ignored", "action": "CopyImage", "region": BEIJING})
    image = lab.copy()
    assert code(lab, "CancelCopyImage", RegionId=BEIJING, ImageId=image) == "ok"
    lab.sim.clock.advance(100)
    assert shown(lab, image, BEIJING)["Status"] == "Available"


# Clocks


def date_of(sim: Simulator) -> float:
    connection = http.client.HTTPConnection(sim.endpoint.removeprefix("http://"), timeout=PATIENCE)
    connection.request("GET", "/?Action=DescribeRegions")
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return parsedate_to_datetime(answer.headers["Date"]).timestamp()


def test_the_date_is_the_simulators(lab: Lab) -> None:
    before = date_of(lab.sim)
    lab.sim.clock.advance(90 * 86400)
    assert date_of(lab.sim) - before == 90 * 86400


@pytest.mark.parametrize("ahead", [400, -400])
def test_the_providers_clock_is_another(lab: Lab, ahead: int) -> None:
    before = date_of(lab.sim)
    lab.set(clock_ahead=ahead)
    assert date_of(lab.sim) - before == ahead
    role: Any = lab.plant("roles", name="late", trust=[MAIN])
    lab.plant("users", name="taker", policies=[{"Version": "1", "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}]}],
        access_keys=[{"id": "k-taker", "secret": "s"}])  # fmt: skip
    releaser = Raw(lab.sim, "k-taker", "s")
    asked = {"RoleArn": role, "RoleSessionName": "one", "DurationSeconds": "900"}
    status, answer = releaser.v1("AssumeRole", asked, Version=STS)
    assert status == 200, answer
    expires = datetime.strptime(answer["Credentials"]["Expiration"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert abs(expires.timestamp() - datetime.now(UTC).timestamp() - 900 - ahead) < 30


def test_a_time_stamp_is_judged_by_the_providers_clock(lab: Lab) -> None:
    lab.set(clock_ahead=600)
    old = datetime.fromtimestamp(datetime.now(UTC).timestamp() - 400, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert lab.raw.v1("DescribeRegions", Timestamp=old)[1]["Code"] == "InvalidTimeStamp.Expired"
    assert lab.raw.v1("DescribeRegions")[0] == 200


# Places that never answer


def test_a_region_that_never_answers(lab: Lab) -> None:
    lab.set(silent_regions=["eu-central-1"])
    connection = http.client.HTTPConnection(lab.sim.endpoint.removeprefix("http://"), timeout=0.3)
    connection.request("GET", "/?Action=DescribeImages&RegionId=eu-central-1")
    with pytest.raises(TimeoutError):
        connection.getresponse()
    connection.close()
    assert [(entry["action"], entry["fault"], entry["status"]) for entry in lab.sim.journal.entries(0)][-1] == (
        None,
        "silent",
        None,
    )
    assert lab.raw.v1("DescribeImages", {"RegionId": HOME})[0] == 200


def test_a_region_that_never_answers_by_the_proxy() -> None:
    with Simulator(front=True, settings={"silent_regions": ["eu-central-1"]}) as sim:
        host, port = sim.proxy.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=0.3) as line:
            line.sendall(b"CONNECT ecs.eu-central-1.aliyuncs.com:443 HTTP/1.1\r\n\r\n")
            with pytest.raises(TimeoutError):
                line.recv(100)
        with socket.create_connection((host, int(port)), timeout=PATIENCE) as line:
            line.sendall(b"CONNECT ecs.cn-beijing.aliyuncs.com:443 HTTP/1.1\r\n\r\n")
            assert b" 200 " in line.recv(100)


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "odd_status", "action": "CopyImage"},
        {"kind": "throttle", "status_text": "Odd"},
        {"kind": "list_shifts", "action": "DescribeDisks"},
        {"kind": "list_shifts", "action": "DescribeImages", "shift": "up"},
    ],
)
def test_rules_that_could_do_nothing_are_refused(sim: Simulator, rule: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        sim.faults.add(rule)


def test_pages_by_token_do_not_shift(lab: Lab) -> None:
    """What comes first or goes meanwhile makes no other entry told twice or missed."""
    old = {"region": "eu-west-1", "created": "2026-01-01T00:00:00Z"}
    known = [lab.snapshot(**old) for dummy in range(5)]
    asked = {"RegionId": "eu-west-1", "MaxResults": "3"}
    first = lab.ok("DescribeSnapshots", **asked)
    seen = [entry["SnapshotId"] for entry in first["Snapshots"]["Snapshot"]]
    lab.snapshot(region="eu-west-1")
    lab.ok("DeleteSnapshot", SnapshotId=seen[0])
    second = lab.ok("DescribeSnapshots", **asked, NextToken=first["NextToken"])
    seen += [entry["SnapshotId"] for entry in second["Snapshots"]["Snapshot"]]
    assert (sorted(seen), second["NextToken"], "TotalCount" in second) == (sorted(known), "", False)
