# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Switches around everything but copies: what to do, and how it ends with the default and with every other value."""

from __future__ import annotations

import http.client
from typing import Any

from simulator_tests.error_lab import BEIJING, Lab
from simulator_tests.helpers import HOME, ONE, PATIENCE
from simulator_tests.switches_of_copies import OK, SwitchCase, code, copied, shown

EMPTIED = ("ImageName", "Description")


def made(lab: Lab, seconds: float) -> Any:
    """A new image of the demo instance, which is to be checked when it is Available, after a while."""
    image = lab.ok("CreateImage", **lab.defaults("CreateImage"), DetectionStrategy="Standard")["ImageId"]
    lab.sim.clock.advance(seconds)
    return shown(lab, image)


def unpublish_with_accounts(lab: Lab) -> Any:
    return code(lab, "ModifyImageSharePermission", IsPublic="false")


def unpublish(lab: Lab) -> Any:
    return code(lab, "ModifyImageSharePermission", IsPublic="false", AddAccount__1="-")


def publish(lab: Lab) -> Any:
    lab.account(community_terms=True)
    return code(lab, "ModifyImageSharePermission", IsPublic="true", AddAccount__1="-")


def share_again(lab: Lab) -> Any:
    lab.image(shares=[ONE])
    return code(lab, "ModifyImageSharePermission")


def delete_unknown_image(lab: Lab) -> Any:
    return code(lab, "DeleteImage", ImageId="m-none")


def delete_unknown_snapshot(lab: Lab) -> Any:
    return code(lab, "DeleteSnapshot", SnapshotId="s-none")


def delete_source(lab: Lab) -> Any:
    lab.copy()
    return code(lab, "DeleteImage")


def empty_values(lab: Lab) -> Any:
    image = lab.image(description="as it was")
    codes = [lab.raw.v1("ModifyImageAttribute", {"RegionId": HOME, "ImageId": image, name: ""})[0] for name in EMPTIED]
    return codes, shown(lab, image)["ImageName"], shown(lab, image)["Description"]


def used_by_recipient(lab: Lab) -> Any:
    image = lab.image()
    lab.instance(account=ONE, image_id=image)
    return shown(lab, image)["Usage"], code(lab, "DeleteImage")


def deleted(lab: Lab) -> Any:
    image = lab.image()
    lab.ok("DeleteImage", RegionId=HOME, ImageId=image)
    return shown(lab, image) is not None


def two_snapshots_of_a_disk(lab: Lab) -> Any:
    lab.set(create_gib_per_second=100.0)
    disk = next(iter(lab.sim.world.disks))
    codes = []
    for dummy in range(2):
        status, answer = lab.raw.v1("CreateSnapshot", {"DiskId": disk})
        codes.append(OK if status == 200 else answer["Code"])
        lab.sim.clock.advance(60)
    return codes[1]


def metadata_without_token(lab: Lab) -> Any:
    role = lab.plant("roles", name="machine", trust=["ecs.aliyuncs.com"])
    lab.plant("instance_roles", role=role)
    connection = http.client.HTTPConnection(lab.sim.endpoint.removeprefix("http://"), timeout=PATIENCE)
    connection.request("GET", "/latest/meta-data/ram/security-credentials/")
    answer = connection.getresponse()
    connection.close()
    return answer.status


def progress_of_making(lab: Lab) -> Any:
    return made(lab, 1)["Progress"]


def check_of_image(lab: Lab) -> Any:
    return made(lab, 5)["DetectionOptions"]["Status"]


def findings_of_check(lab: Lab) -> Any:
    return [item["Name"] for item in made(lab, 60)["DetectionOptions"]["Items"]["Item"]]


def stop(lab: Lab) -> Any:
    """What the demo instance is half a second after it was told to stop, or why it was not."""
    instance = lab.defaults("CreateImage")["InstanceId"]
    status, answer = lab.raw.v1("StopInstance", {"InstanceId": instance})
    lab.sim.clock.advance(0.5)
    return lab.sim.world.instances[instance].status if status == 200 else answer["Code"]


def stop_while_snapshots_are_made(lab: Lab) -> Any:
    lab.ok("CreateImage", **lab.defaults("CreateImage"))
    return stop(lab)


def newest_of_family(lab: Lab) -> Any:
    lab.image(name="golden")
    slow = copied(lab)
    lab.sim.clock.advance(1)
    lab.image(region=BEIJING, name="quick", family="web")
    lab.sim.clock.advance(10)
    lab.ok("ModifyImageAttribute", RegionId=BEIJING, ImageId=slow["ImageId"], ImageFamily="web")
    return lab.ok("DescribeImageFromFamily", RegionId=BEIJING, ImageFamily="web")["Image"]["ImageName"]


OTHER_SWITCHES: list[SwitchCase] = [
    ("create_gib_per_second", progress_of_making, "25%", {10.0: "50%"}),
    ("detection_seconds", check_of_image, "Processing", {0.5: "Finished"}),
    ("detection_items", findings_of_check, ["Nvme"], {(): []}),
    ("instance_seconds", stop, "Stopping", {0.1: "Stopped"}),
    ("instance_while_snapshots", stop_while_snapshots_are_made, "IncorrectInstanceStatus", {"allowed": "Stopping"}),
    ("is_public_with_accounts", unpublish_with_accounts, "InvalidParameter.IsPublic", {"true_refused": OK}),
    ("unpublish_regular", unpublish, "Image.NotPublic", {"ignored": OK}),
    ("community_regions", publish, "CurrentRegion.NotSupportPublicImage", {(HOME,): OK}),
    ("share_present", share_again, OK, {"refused": "InvalidAccount.NotFound"}),
    ("delete_unknown_image", delete_unknown_image, "InvalidImageId.NotFound", {"ignored": OK}),
    ("delete_unknown_snapshot", delete_unknown_snapshot, "InvalidSnapshotId.NotFound", {"ignored": OK}),
    ("delete_source_while_copying", delete_source, "OperationDenied.ImageCopying", {"allowed": OK}),
    ("modify_empty_value", empty_values, ([400, 400], "golden", "as it was"),
     {"kept": ([200, 200], "golden", "as it was"), "cleared": ([200, 200], "golden", "")}),
    ("usage_counts_recipients", used_by_recipient, ("instance", "ImageUsingByInstance"), {False: ("none", OK)}),
    ("delete_seconds", deleted, True, {0.0: False}),
    ("snapshots_per_disk", two_snapshots_of_a_disk, OK, {1: "QuotaExceed.Snapshot"}),
    ("metadata_tokens", metadata_without_token, 403, {"optional": 200}),
    ("family_newest", newest_of_family, "quick", {"available": "golden"}),
]  # fmt: skip
