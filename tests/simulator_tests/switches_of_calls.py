# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Switches around calls as such, and around what two faults at once are answered with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator.switches.copies import LOSABLE
from simulator_tests.error_lab import BEIJING, Lab
from simulator_tests.helpers import HOME, MAIN, Raw, now
from simulator_tests.switches_of_copies import OK, SwitchCase, code, copied, shown


def answered(status: int, answer: Any) -> str:
    return OK if status == 200 else str(answer["Code"])


def with_a_parameter_of_its_own(lab: Lab) -> Any:
    asked = {"on": "ribeRegions"}
    here = answered(*lab.raw.v1("DescribeRegions", asked))
    return here, answered(*lab.raw.v1("DescribeRegions", asked, host="ecs.aliyuncs.com"))


def unsigned(lab: Lab) -> Any:
    headers = {"x-acs-action": "DescribeRegions", "x-acs-version": "2014-05-26"}
    return answered(*lab.raw.send("POST", "/", headers))


def with_milliseconds(lab: Lab) -> Any:
    return answered(*lab.raw.v1("DescribeRegions", Timestamp=now().replace("Z", ".123Z")))


def in_small_letters(lab: Lab) -> Any:
    first, second = (answered(*sign("describeRegions", {"RegionId": HOME})) for sign in (lab.raw.v1, lab.raw.v3))
    assert first == second
    return first


def tag_without_value(lab: Lab) -> Any:
    asked = {"RegionId": HOME, "ResourceType": "image", "ResourceId.1": lab.image(), "Tag.1.Key": "a"}
    return answered(*lab.raw.v1("TagResources", asked))


def token_of_a_refused_call(lab: Lab) -> Any:
    asked = {**lab.of_copy(), "ClientToken": "t"}
    first = answered(*lab.raw.v1("CopyImage", {**asked, "ImageId": "m-none"}))
    return first, answered(*lab.raw.v1("CopyImage", asked))


def no_snapshot_ids(lab: Lab) -> Any:
    lab.snapshot()
    return answered(*lab.raw.v1("DescribeSnapshots", {"RegionId": HOME, "SnapshotIds": ""}))


def odd_snapshot_ids(lab: Lab) -> Any:
    return answered(*lab.raw.v1("DescribeSnapshots", {"RegionId": HOME, "SnapshotIds": "x"}))


def two_image_ids(lab: Lab) -> Any:
    ids = f"{lab.image(name='one')},{lab.image(name='two')}"
    return len(lab.ok("DescribeImages", RegionId=HOME, ImageId=ids)["Images"]["Image"])


def by_default_group(lab: Lab) -> Any:
    lab.image(name="ours")
    group = lab.sim.world.default_group(MAIN)
    return len(lab.ok("DescribeImages", RegionId=HOME, ResourceGroupId=group, ImageName="ours")["Images"]["Image"])


def copy_with_two_faults(lab: Lab) -> Any:
    return code(lab, "CopyImage", ImageId="m-none", DestinationImageName="1")


def plain_copy_within(lab: Lab) -> Any:
    lab.image(disks=[{"size": 20, "encrypted": True}])
    return code(lab, "CopyImage", DestinationRegionId=HOME, Encrypted="false", DestinationImageName="copy")


def text_of_a_taken_name(lab: Lab) -> Any:
    lab.copy()
    answer = lab.raw.v1("CopyImage", lab.of_copy())[1]
    assert answer["Code"] == "InvalidImageName.Duplicated"
    return str(answer["Message"]).partition(" in the target region")[0]


def secure_boot_of_an_image_without(lab: Lab) -> Any:
    place = {"VSwitchId": f"vsw-simulator-{HOME}", "SecurityGroupId": f"sg-simulator-{HOME}", "SnapshotId": "-"}
    place |= dict.fromkeys(("DestinationRegionId", "DestinationSnapshotName", "DestinationSnapshotDescription"), "-")
    image = {"ImageId": lab.image(), "InstanceType": "ecs.g7.large", "SecurityOptions__EnableSecureBoot": "true"}
    return code(lab, "RunInstances", **place, **image)


def share_with_two_faults(lab: Lab) -> Any:
    lab.image(disks=[{"size": 20, "encrypted": True}])
    return code(lab, "ModifyImageSharePermission", AddAccount__1="9")


def copy_by_a_user(lab: Lab) -> Any:
    """Who may copy any image but the one of the call."""
    image = lab.image()
    allow = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    deny = {"Effect": "Deny", "Action": "ecs:CopyImage", "Resource": f"acs:ecs:*:*:image/{image}"}
    policies = [{"Version": "1", "Statement": [allow, deny]}]
    lab.plant("users", name="copier", policies=policies, access_keys=[{"id": "k-copier", "secret": "s"}])
    lab.raw = Raw(lab.sim, "k-copier", "s")
    return code(lab, "CopyImage", ImageId=image)


def name_of_a_nameless_copy(lab: Lab) -> Any:
    image = copied(lab)
    return "source's" if image["ImageName"] == "golden" else image["ImageName"] == image["ImageId"]


def attributes_of_copy(lab: Lab) -> Any:
    lab.image(license_type="BYOL", version="7", secure_boot="supported", login_as_non_root=True)
    image = copied(lab)
    boot = image["SecureBootOptions"]["SecureBootSupport"]
    flags = image["IsSupportCloudinit"], image["LoginAsNonRootSupported"]
    return image["LicenseType"], image["ImageVersion"], boot, *flags


def delete_while_it_is_made(lab: Lab) -> Any:
    image = lab.ok("CreateImage", **lab.defaults("CreateImage"))["ImageId"]
    said = code(lab, "DeleteImage", ImageId=image)
    lab.sim.clock.advance(60)
    return said, shown(lab, image) is not None


def deletions_by_tag(lab: Lab) -> Any:
    """By who may delete what has a tag, also one that does not show yet, and by who may delete all but that."""
    tag = {"StringLike": {"acs:ResourceTag/ours": "?*"}}
    every = {"Effect": "Allow", "Action": "ecs:DeleteImage", "Resource": "*"}
    may, may_not = [{**every, "Condition": tag}], [every, {**every, "Effect": "Deny", "Condition": tag}]
    said = []
    for name, statements, late in (("may", may, 0), ("late", may, 60), ("may-not", may_not, 0)):
        image, keys = lab.image(name=name, tags={"ours": "1"}), [{"id": f"k-{name}", "secret": "s"}]
        lab.sim.world.region_images(HOME)[image].hold_tags(["ours"], lab.sim.clock.now() + late)
        lab.plant("users", name=name, policies=[{"Version": "1", "Statement": statements}], access_keys=keys)
        asked = {"RegionId": HOME, "ImageId": image}
        said.append(answered(*Raw(lab.sim, f"k-{name}", "s").v1("DeleteImage", asked)))
    return tuple(said)


def list_without_the_right(action: str) -> Callable[[Lab], Any]:
    def look(lab: Lab) -> Any:
        lab.copy()
        lab.plant("users", name="nobody", policies=[], access_keys=[{"id": "k-nobody", "secret": "s"}])
        return answered(*Raw(lab.sim, "k-nobody", "s").v1(action, {"RegionId": BEIJING}))

    return look


REFUSED_403 = "Forbidden.RAM"
CALL_SWITCHES: list[SwitchCase] = [
    ("unknown_parameters", with_a_parameter_of_its_own, ("InvalidParameter", OK),
     {"refused": ("InvalidParameter", "InvalidParameter"), "ignored": (OK, OK)}),
    ("action_case", in_small_letters, OK, {"exact": "InvalidApi.NotFound"}),
    ("unsigned_code", unsigned, "MissingParameter", {"IncompleteSignature": "IncompleteSignature"}),
    ("timestamp_milliseconds", with_milliseconds, OK, {"refused": "InvalidTimeStamp.Format"}),
    ("tag_value_omitted", tag_without_value, "InvalidTag.Mismatch", {"accepted": OK}),
    ("token_of_failed", token_of_a_refused_call, ("InvalidImageId.NotFound", "IdempotentParameterMismatch"),
     {"forgotten": ("InvalidImageId.NotFound", OK)}),
    ("snapshot_ids_empty", no_snapshot_ids, "InvalidSnapshotIds.Malformed", {"all": OK}),
    ("snapshot_ids_malformed", odd_snapshot_ids, "InvalidSnapshotIds.Malformed",
     {"InvalidParameter": "InvalidParameter"}),
    ("image_ids_with_commas", two_image_ids, 0, {"several": 2}),
    ("default_group_filter", by_default_group, 0, {"everything": 1}),
    ("copy_checks_first", copy_with_two_faults, "InvalidImageName.Malformed", {"source": "InvalidImageId.NotFound"}),
    ("share_checks_first", share_with_two_faults, "InvalidOperation.ServiceKeyEncryptedImageUnsupported",
     {"accounts": "InvalidAccount.NotFound"}),
    ("copy_same_region_code", plain_copy_within, "OperationDeined.EncryptedSnapshot",
     {"IncorrectDestinationRegion": "IncorrectDestinationRegion"}),
    ("secure_boot_unsupported", secure_boot_of_an_image_without, "InvalidParameter", {"ignored": OK}),
    ("copy_duplicated_text", text_of_a_taken_name, "The specified image name is already in use",
     {"older": "The destination image is exist."}),
    ("copy_rights", copy_by_a_user, OK, {"both": "Forbbiden"}),
    ("copy_name_omitted", name_of_a_nameless_copy, "source's", {"made_up": True}),
    ("attributes_lost_on_copy", attributes_of_copy, ("Auto", "", "unsupported", True, True),
     {(): ("BYOL", "7", "supported", True, True), LOSABLE: ("Auto", "", "unsupported", False, False)}),
    ("delete_while_creating", delete_while_it_is_made, ("ImageIsCreating", True), {"allowed": (OK, False)}),
    ("rights_by_resource_tag", deletions_by_tag, (OK, OK, REFUSED_403),
     {"by_shown": (OK, REFUSED_403, REFUSED_403), "absent": (REFUSED_403, REFUSED_403, OK)}),
    ("rights_describe_images", list_without_the_right("DescribeImages"), OK, {"refused": REFUSED_403}),
    ("rights_describe_snapshots", list_without_the_right("DescribeSnapshots"), OK, {"refused": REFUSED_403}),
    ("rights_describe_instances", list_without_the_right("DescribeInstances"), REFUSED_403, {"empty": OK}),
    ("rights_describe_instance_status", list_without_the_right("DescribeInstanceStatus"), OK,
     {"refused": REFUSED_403}),
    ("rights_describe_disks", list_without_the_right("DescribeDisks"), REFUSED_403, {"empty": OK}),
]  # fmt: skip
