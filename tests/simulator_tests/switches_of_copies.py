# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Switches around copies: what to do, and how it ends with the default and with every other value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator_tests.error_lab import BEIJING, Lab
from simulator_tests.helpers import HOME

OK = "ok"
Look = Callable[[Lab], Any]
SwitchCase = tuple[str, Look, Any, dict[Any, Any]]


def code(lab: Lab, action: str, **params: str) -> str:
    """The error code of a call with the usual parameters and these: two underscores are a dot, "-" leaves one out."""
    given = {**lab.defaults(action), **{name.replace("__", "."): value for name, value in params.items()}}
    status, answer = lab.raw.v1(action, {name: value for name, value in given.items() if value != "-"})
    return OK if status == 200 else str(answer["Code"])


def copied(lab: Lab, seconds: float = 0, **params: str) -> Any:
    """A new copy as its owner sees it after a while; None if it is not shown."""
    image_id = lab.copy(**params)
    lab.sim.clock.advance(seconds)
    return shown(lab, image_id, params.get("DestinationRegionId", BEIJING))


def shown(lab: Lab, image_id: str, region: str = HOME) -> Any:
    images = lab.ok("DescribeImages", RegionId=region, ImageId=image_id, Status="ALL")["Images"]["Image"]
    return images[0] if images else None


def keys(image: Any) -> list[str]:
    return sorted(tag["TagKey"] for tag in image["Tags"]["Tag"])


def copy_of_encrypted(lab: Lab) -> Any:
    lab.image(disks=[{"size": 20, "encrypted": True}])
    return code(lab, "CopyImage")


def copy_without_destination(lab: Lab) -> Any:
    lab.image(disks=[{"size": 20}])
    return code(lab, "CopyImage", DestinationRegionId="-", DestinationImageName="copy", Encrypted="true")


def copy_of_tagged(lab: Lab) -> Any:
    lab.image(tags={"team": "web", "Stage": "raw"})
    return keys(copied(lab, 0, **{"Tag.1.Key": "stage", "Tag.1.Value": "done"}))


def features_of_copy(lab: Lab) -> Any:
    lab.image(features={"NvmeSupport": "supported", "ImdsSupport": "v2"})
    features = copied(lab)["Features"]
    return features["NvmeSupport"], features["ImdsSupport"]


def disk_of_snapshot_copy(lab: Lab) -> Any:
    lab.snapshot(disk_id="d-source")
    copy = lab.ok("CopySnapshot", **lab.defaults("CopySnapshot"))["SnapshotId"]
    found = lab.ok("DescribeSnapshots", RegionId=BEIJING, SnapshotIds=f'["{copy}"]')["Snapshots"]["Snapshot"]
    return found[0]["SourceDiskId"]


def usable_when_available(lab: Lab) -> Any:
    image = copied(lab, 4)
    return image["Status"], image["Usable"]


def failed_copy(lab: Lab) -> Any:
    lab.sim.faults.add({"kind": "copy_fails", "action": "CopyImage", "percent": 50})
    image = copied(lab, 10)
    return (image and image["Status"]), code(lab, "CopyImage")


def token_with_other_parameters(lab: Lab) -> Any:
    lab.copy(ClientToken="t")
    status, answer = lab.raw.v1("CopyImage", {**lab.of_copy(), "ClientToken": "t", "DestinationImageName": "other"})
    return status, answer["Code"]


def token_of_cancelled_copy(lab: Lab) -> Any:
    first = lab.copy(ClientToken="t")
    lab.ok("CancelCopyImage", RegionId=BEIJING, ImageId=first)
    lab.sim.clock.advance(5)
    again = lab.copy(ClientToken="t")
    return again == first, shown(lab, again, BEIJING) is not None


def token_of_deleted_snapshot(lab: Lab) -> Any:
    asked = {"DiskId": next(iter(lab.sim.world.disks)), "ClientToken": "t"}
    first = lab.ok("CreateSnapshot", **asked)["SnapshotId"]
    lab.sim.clock.advance(60)
    assert lab.ok("CreateSnapshot", **asked)["SnapshotId"] == first, "it is still there"
    lab.ok("DeleteSnapshot", SnapshotId=first)
    return lab.ok("CreateSnapshot", **asked)["SnapshotId"] == first


def progress_of_copy(lab: Lab) -> Any:
    return copied(lab, 1)["Progress"]


def blind_repeat(lab: Lab) -> Any:
    lab.copy()
    return code(lab, "CopyImage")


def tags_of_running_copy(lab: Lab) -> Any:
    return keys(copied(lab, 0, **{"Tag.1.Key": "mark"}))


def tags_of_failed_copy(lab: Lab) -> Any:
    lab.sim.faults.add({"kind": "copy_fails", "action": "CopyImage", "percent": 50})
    return keys(copied(lab, 10, **{"Tag.1.Key": "mark"}))


def origin_of_copied_snapshot(lab: Lab) -> Any:
    copied(lab)
    (snapshot,) = lab.ok("DescribeSnapshots", RegionId=BEIJING)["Snapshots"]["Snapshot"]
    return snapshot["SourceRegionId"], bool(snapshot["SourceSnapshotId"])


def cancelled_twice(lab: Lab) -> Any:
    lab.copy()
    return [code(lab, "CancelCopyImage") for dummy in range(2)]


def snapshots_of_cancelled_copy(lab: Lab) -> Any:
    code(lab, "CancelCopyImage")
    lab.sim.clock.advance(5)
    return [one["Status"] for one in lab.ok("DescribeSnapshots", RegionId=BEIJING)["Snapshots"]["Snapshot"]]


def copy_half_a_second_after_its_cancellation(lab: Lab) -> Any:
    image = lab.copy()
    lab.ok("CancelCopyImage", RegionId=BEIJING, ImageId=image)
    lab.sim.clock.advance(0.5)
    return shown(lab, image, BEIJING) is not None


COPY_SWITCHES: list[SwitchCase] = [
    ("copy_gib_per_second", progress_of_copy, "25%", {10.0: "50%"}),
    ("copy_conflict_before_name", blind_repeat, "InvalidImageName.Duplicated",
     {True: "OperationDenied.ImageCopyConflict"}),
    ("copy_tags_visible", tags_of_running_copy, ["mark"], {"when_available": []}),
    ("copy_tags_after_failure", tags_of_failed_copy, [], {"kept": ["mark"]}),
    ("copy_snapshot_links", origin_of_copied_snapshot, ("", False), {True: (HOME, True)}),
    ("copy_cancelled_snapshots", snapshots_of_cancelled_copy, ["failed"], {"removed": []}),
    ("cancel_repeated", cancelled_twice, [OK, "IncorrectImageStatus"], {"accepted": [OK, OK]}),
    ("cancel_seconds", copy_half_a_second_after_its_cancellation, True, {0.1: False}),
    ("copy_encrypted_omitted", copy_of_encrypted, "OperationDeined.EncryptedSnapshot", {"source": OK}),
    ("copy_destination_omitted", copy_without_destination, "MissingParameter", {"same": OK}),
    ("copy_tags_from_source", copy_of_tagged, ["stage"], {True: ["stage", "team"]}),
    ("features_lost_on_copy", features_of_copy, ("unsupported", "v2"), {("ImdsSupport",): ("supported", "v1")}),
    ("snapshot_copy_disk_id", disk_of_snapshot_copy, "", {"kept": "d-source"}),
    ("usable_seconds", usable_when_available, ("Available", True), {5.0: ("Available", False)}),
    ("copy_failed_record", failed_copy, ("CreateFailed", "InvalidImageName.Duplicated"), {"removed": (None, OK)}),
    ("token_mismatch_code", token_with_other_parameters, (400, "IdempotentParameterMismatch"),
     {"InvalidIdempotenceParameter.Mismatch": (403, "InvalidIdempotenceParameter.Mismatch")}),
    ("token_of_gone", token_of_cancelled_copy, (True, False), {"anew": (False, True)}),
    ("token_of_gone", token_of_deleted_snapshot, True, {"anew": False}),
]  # fmt: skip
