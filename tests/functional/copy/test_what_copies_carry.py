# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an image was is what its copies are: licence, secure boot and version, whichever way they are made."""

from __future__ import annotations

import dataclasses
import json
import re
import typing as t

import pytest
from functional import pins
from functional.support import BEIJING, HOME, Lab, four_steps
from simulator.switches.copies import LOSABLE
from simulator.wire.envelope import Reply

SHANGHAI = "cn-shanghai"
COPY, IMAGE, INFO = "ecs_image_copy", "ecs_image", "ecs_image_info"


def windows(lab: Lab) -> str:
    """A Windows image with a licence of one's own, secure boot and a version."""
    kind = {"platform": "Windows Server 2022", "os_type": "windows"}
    return lab.source(
        license_type="BYOL",
        secure_boot="supported",
        version="7.1",
        login_as_non_root=True,
        features={"NvmeSupport": "supported", "CpuOnlineUpgrade": "supported"},
        **kind,
    )


@pins.tags_at_once
@pytest.mark.parametrize("lost", [(), ("SecureBootSupport",), ("ImageVersion", "LicenseType"), LOSABLE])
@pytest.mark.parametrize("method", ["image", "snapshots"])
def test_a_copy_keeps_what_its_source_was_or_names_it(lab: Lab, method: str, lost: tuple[str, ...]) -> None:
    # What the API does not show, nobody can name.
    lab.setting(attributes_lost_on_copy=list(lost), features_shown="all")
    source = windows(lab)
    there: dict[str, t.Any] = {"region": HOME, "image_id": source, "destination_regions": [BEIJING], "method": method}
    outcome = lab.ok(COPY, **there)
    copy = lab.one(BEIJING)
    assert copy.license_type == "BYOL"
    carried = {
        "secure boot": copy.secure_boot == "supported",
        "version": copy.version == "7.1",
        "cloud-init": copy.cloudinit,
        "login as another user than root": copy.login_as_non_root,
        "cpu_online_upgrade": copy.features["CpuOnlineUpgrade"] == "supported",
    }
    for what, is_carried in carried.items():
        told = [warning for warning in outcome.warnings if f" has {what} " in warning]
        assert is_carried != bool(told), "carried, or named"
    if method == "snapshots":
        assert carried["secure boot"] and carried["version"], "CreateImage takes both"
    elif not lost:
        assert all(carried.values()) and outcome.warnings == []
    again = lab.ok(COPY, **there)
    assert not again.changed


@pins.at_defaults("attributes_lost_on_copy")
def test_one_sentence_names_all_copies_that_differ_alike(lab: Lab) -> None:
    there: dict[str, t.Any] = {"region": HOME, "image_id": windows(lab), "destination_regions": [BEIJING, SHANGHAI]}
    outcome = lab.ok(COPY, **there)
    (told,) = [warning for warning in outcome.warnings if "secure boot" in warning]
    assert re.search(rf"the copies m-\w+ in {BEIJING}, m-\w+ in {SHANGHAI} have secure boot", told)


@pins.tags_at_once
def test_by_snapshots_the_licence_is_foretold(lab: Lab) -> None:
    there: dict[str, t.Any] = {"region": HOME, "image_id": windows(lab), "destination_regions": [BEIJING]}
    four_steps(lab, COPY, method="snapshots", **there)
    assert lab.one(BEIJING).license_type == "BYOL"


def test_what_a_copy_lost_and_can_not_get_back_is_named(lab: Lab) -> None:
    source = windows(lab)
    lab.twin(source, BEIJING, platform="Windows Server 2022", os_type="windows")
    there: dict[str, t.Any] = {"region": HOME, "image_id": source, "destination_regions": [BEIJING]}
    outcome = lab.ok(COPY, **there)
    assert lab.one(BEIJING).license_type == "BYOL", "put back"
    for words in ("secure boot unsupported, the source supported", "version none, the source 7.1"):
        assert any(words in warning for warning in outcome.warnings)


@pins.tags_at_once
def test_an_image_is_made_with_secure_boot_and_shows_it(lab: Lab) -> None:
    wanted = {
        "region": HOME,
        "name": "secure",
        "instance_id": lab.demo("instances", "demo"),
        "secure_boot": "supported",
    }
    predicted = lab(IMAGE, check=True, **wanted)
    made = lab.ok(IMAGE, **wanted)
    assert predicted.result["image"]["secure_boot"] == made.result["image"]["secure_boot"] == "supported"
    assert lab.one(HOME).secure_boot == "supported"
    assert not lab.ok(IMAGE, **wanted).changed
    other = lab.ok(IMAGE, **{**wanted, "secure_boot": "unsupported"})
    assert any("secure_boot supported, asked for is unsupported" in warning for warning in other.warnings)


def test_they_are_shown(lab: Lab) -> None:
    windows(lab)
    (image,) = lab.ok(INFO, region=HOME).result["images"]
    assert (image["license_type"], image["secure_boot"], image["version"]) == ("BYOL", "supported", "7.1")
    assert image["cloud_init"] is image["login_as_non_root"] is True


# Locks


def test_a_removal_says_beforehand_which_snapshots_are_locked(lab: Lab) -> None:
    source = lab.source()
    (disk,) = lab.image(source).disks
    lab.lock(disk.snapshot_id)
    gone: dict[str, t.Any] = {"region": HOME, "image_id": source, "state": "absent", "delete_snapshots": "all"}
    told = lab(IMAGE, check=True, **gone).result
    done = lab.ok(IMAGE, **gone)
    for result in (told, done.result):
        (kept,) = result["snapshots_kept"]
        assert kept["snapshot_id"] == disk.snapshot_id and "locked until 2" in kept["reason"]
        assert result["snapshots"] == []
    assert lab.calls("DeleteSnapshot") == [] and done.warnings == []
    assert disk.snapshot_id in lab.sim.world.snapshots


def test_a_locked_snapshot_of_an_image_that_is_gone_is_said_to_stay(lab: Lab) -> None:
    source = lab.source()
    (disk,) = lab.image(source).disks
    lab.sim.world.snapshots[disk.snapshot_id].tags["imageops:snapshot-of"] = source
    lab.lock(disk.snapshot_id)
    gone: dict[str, t.Any] = {"region": HOME, "image_id": source, "state": "absent", "delete_snapshots": "own"}
    lab.ok(IMAGE, **gone)
    lab.pass_time(5)
    for check in (True, False):
        again = lab.ok(IMAGE, **gone, check=check)
        (kept,) = again.result["snapshots_kept"]
        assert (kept["snapshot_id"], again.result["snapshots"], again.changed) == (disk.snapshot_id, [], False)
        assert "locked until 2" in kept["reason"]
    assert lab.calls("DeleteSnapshot") == []


def test_who_may_not_see_locks_deletes_what_can_be_deleted(lab: Lab) -> None:
    source = lab.source()
    (disk,) = lab.image(source).disks
    lab.fault("error", "DescribeLockedSnapshots", code="Forbidden.RAM", status=403, times=None)
    lab.ok(IMAGE, region=HOME, image_id=source, state="absent", delete_snapshots="all")
    assert disk.snapshot_id not in lab.sim.world.snapshots


def test_a_list_of_locks_without_an_end_is_an_error_before_anything_is_deleted(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = lab.source()
    (disk,) = lab.image(source).disks
    lab.lock(disk.snapshot_id)
    reply = lab.sim._dispatcher.reply
    pages: list[Reply] = []

    def endless(exchange: t.Any) -> Reply:
        if exchange.action != "DescribeLockedSnapshots":
            return reply(exchange)
        if not pages:
            given = reply(exchange)
            more = json.dumps({**json.loads(given.body), "NextToken": "more"}).encode()
            pages.append(dataclasses.replace(given, body=more))
        return pages[0]

    monkeypatch.setattr(lab.sim._dispatcher, "reply", endless)
    lab.fails(IMAGE, "look for locked snapshots", region=HOME, image_id=source, state="absent", delete_snapshots="all")
    assert lab.writes() == [] and lab.image(source).status == "Available"


@pins.tags_at_once
@pytest.mark.parametrize("method", ["image", "snapshots"])
def test_a_copy_of_a_copy_is_as_old_as_the_first_source(lab: Lab, method: str) -> None:
    """It was as old as the copy that it was made of, and so looked younger than releases since."""
    born = "2026-01-01T00:00:00Z"
    lab.ok(COPY, region=HOME, image_id=lab.source(created=born), destination_regions=[BEIJING])
    copy = lab.one(BEIJING)
    again: dict[str, t.Any] = {"region": BEIJING, "image_id": copy.image_id, "destination_regions": [SHANGHAI]}
    four_steps(lab, COPY, **again, method=method, name="again")
    made = lab.one(SHANGHAI)
    assert made.tags["imageops:source-created"] == copy.tags["imageops:source-created"] == born
    assert made.tags["imageops:copied-from"] == f"{BEIJING}/{copy.image_id}"
