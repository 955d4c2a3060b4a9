# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Probes that cost nothing: they read, or they are refused whatever the answer."""

from __future__ import annotations

import time
import typing as t

from simulator.switches import READ

from ansible_collections.imageops.alicloud.plugins.module_utils._client.endpoints import is_loopback
from live.caller import Reply
from live.probe.bench import Bench
from live.probe.scenes import same, tells

# Ids of the right form that nobody has.
NO_IMAGE, NO_SNAPSHOT = "m-0imageops0probe0000", "s-0imageops0probe0000"
PLAIN = "imageops-probe-nothing"
BIG_PAGE = 100
# Types with NVMe disks alone.
NVME_TYPES = {"ecs.g9i.large", "ecs.c9i.large", "ecs.r9i.large", "ecs.c8i.large"}

_OWN = (
    "mapping_encrypted", "image_owner_id", "self_shared_form", "detection_unchecked", "finished_progress",
    "features_shown", "image_ids_with_commas",
)  # fmt: skip


@tells(READ, *_OWN)
def own_image(bench: Bench) -> None:
    """How an image of one's own looks: settled, not shared, never checked."""
    image, reply, found = bench.own, bench.own_reply, bench.found
    if image is None:
        for name in _OWN:
            found.hid(name, "the account has no image of its own here")
        return
    disk = (image.get("DiskDeviceMappings", {}).get("DiskDeviceMapping") or [{}])[0]
    found.saw("mapping_encrypted", "sent" if "Encrypted" in disk else "absent", reply)
    found.saw("image_owner_id", "always" if "ImageOwnerId" in image else "others", reply)
    forms = {"false": "lower", "False": "capital", "": "empty"}
    shared = image.get("IsSelfShared")
    if shared in forms:
        found.saw("self_shared_form", forms[shared], reply)
    found.hid("self_shared_form", f"the image is shared, or says {shared!r}", reply)
    _detection(bench, image, reply)
    progress = {"100%": "full", "": "empty", None: "absent"}
    if disk.get("Progress") in progress:
        found.saw("finished_progress", progress[disk.get("Progress")], reply)
    found.hid("finished_progress", f"the disk says {disk.get('Progress')!r}", reply)
    features = image.get("Features") or {}
    found.saw("features_shown", "all" if len(features) > 2 else "nvme", reply)
    twice = bench.ask("DescribeImages", ImageId=f"{image['ImageId']},{image['ImageId']}")
    several = bool(twice.entries("Images", "Image"))
    found.saw("image_ids_with_commas", "several" if several else "one", twice)


def _detection(bench: Bench, image: dict[str, t.Any], reply: Reply | None) -> None:
    options = image.get("DetectionOptions")
    if options and options.get("Status"):
        bench.found.hid("detection_unchecked", "the image was checked when it was made", reply)
        return
    bench.found.saw("detection_unchecked", "absent" if options is None else "object" if options else "empty", reply)


_SNAPSHOT = ("source_disk_size", "snapshot_name_unset", "snapshot_fields", "lock_describe_mixed")


@tells(READ, *_SNAPSHOT)
def own_snapshot(bench: Bench) -> None:
    reply, found = bench.ask("DescribeSnapshots", MaxResults=BIG_PAGE), bench.found
    snapshots = reply.entries("Snapshots", "Snapshot")
    if not snapshots:
        for name in _SNAPSHOT:
            found.hid(name, "the account has no snapshot here", reply)
        return
    size = snapshots[0].get("SourceDiskSize")
    found.saw("source_disk_size", "text" if isinstance(size, str) else "number", reply)
    found.saw("snapshot_fields", "all" if "RegionId" in snapshots[0] else "few", reply)
    unnamed = [one for one in snapshots if not one.get("SnapshotName")]
    if unnamed:
        found.saw("snapshot_name_unset", "empty" if "SnapshotName" in unnamed[0] else "absent", reply)
    found.hid("snapshot_name_unset", "every snapshot here has a name", reply)
    locked = bench.ask("DescribeLockedSnapshots", SnapshotIds=[snapshots[0]["SnapshotId"]])
    if locked.ok and locked.entries("LockedSnapshotsInfo"):
        found.hid("lock_describe_mixed", "the snapshot has a lock", locked)
    found.by_code("lock_describe_mixed", locked, {"": "shown", "InvalidSnapshotLock.NotFound": "refused"})


@tells(READ, "recommend", "gateway_headers", "delete_unknown_image", "delete_unknown_snapshot")
def refusals(bench: Bench) -> None:
    """Errors as such, and the deletion of what nobody has."""
    found = bench.found
    error = bench.ask("DescribeRegions", InstanceChargeType="imageops")
    error = error if error.code else bench.caller.unsigned(bench.home, "DescribeRegions")
    said = error.data.get("Recommend")
    sites = {"https://api.alibabacloud.com/": "international", "https://api.aliyun.com/": "china"}
    kind = "absent" if said is None else "empty" if not said else ""
    kind = kind or next((word for site, word in sites.items() if str(said).startswith(site)), "")
    if kind:
        found.saw("recommend", kind, error)
    found.hid("recommend", "it leads to another site", error)
    found.saw("gateway_headers", "x-acs-trace-id" in error.headers, error)
    for name, action, field, gone in (
        ("delete_unknown_image", "DeleteImage", {"ImageId": NO_IMAGE}, "InvalidImageId.NotFound"),
        ("delete_unknown_snapshot", "DeleteSnapshot", {"SnapshotId": NO_SNAPSHOT}, "InvalidSnapshotId.NotFound"),
    ):
        found.by_code(name, bench.ask(action, **field), {"": "ignored", gone: "refused"})


@tells(READ, "empty_list", "snapshot_ids_malformed", "snapshot_ids_empty", "unknown_parameters", "lt_page_max")
def questions(bench: Bench) -> None:
    """Lists of nothing, and parameters that mean nothing."""
    found = bench.found
    none = bench.ask("DescribeImages", ImageId=NO_IMAGE)
    found.saw("empty_list", "shown" if "Images" in none.data else "request_id", none)
    codes = ("InvalidSnapshotIds.Malformed", "InvalidParameter")
    found.by_code("snapshot_ids_malformed", bench.ask("DescribeSnapshots", SnapshotIds="x"), same(codes))
    empty = bench.ask("DescribeSnapshots", SnapshotIds="")
    found.by_code("snapshot_ids_empty", empty, {"": "all", **dict.fromkeys(codes, "refused")})
    odd = bench.ask("DescribeRegions", ImageopsProbe="1")
    if odd.code.startswith("Forbidden"):
        found.hid("unknown_parameters", f"the call itself is refused: {odd.code}", odd)
    # At this machine's own addresses there is a simulator, and nothing tells its default from a stricter one.
    refused = "refused_here" if is_loopback(bench.caller.host(bench.home)) else "refused"
    found.saw("unknown_parameters", "ignored" if odd.ok else refused, odd)
    page = bench.ask("DescribeLaunchTemplates", PageSize=BIG_PAGE, PageNumber=1)
    if page.code.startswith("Forbidden"):
        found.hid("lt_page_max", f"the call itself is refused: {page.code}", page)
    found.saw("lt_page_max", BIG_PAGE if page.ok else BIG_PAGE // 2, page)


@tells(READ, "support_minds_nvme")
def types_of_own_image(bench: Bench) -> None:
    """Whether the types that an image is said to run on are those that its disks can be found on."""
    image, found = bench.own, bench.found
    if image is None:
        found.hid("support_minds_nvme", "the account has no image of its own here")
        return
    if (image.get("Features") or {}).get("NvmeSupport") == "supported":
        found.hid("support_minds_nvme", "the image supports NVMe")
        return
    reply = bench.ask("DescribeImageSupportInstanceTypes", ImageId=image["ImageId"])
    types = {one.get("InstanceTypeId") for one in reply.entries("InstanceTypes", "InstanceType")}
    if not types:
        found.hid("support_minds_nvme", f"no types were told: {reply.code or 'an empty list'}", reply)
        return
    found.saw("support_minds_nvme", not types & NVME_TYPES, reply)


@tells(READ, "unsigned_code", "timestamp_milliseconds", "action_case")
def signatures(bench: Bench) -> None:
    codes = ("MissingParameter", "IncompleteSignature")
    bench.found.by_code("unsigned_code", bench.caller.unsigned(bench.home, "DescribeRegions"), same(codes))
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
    older = bench.caller.older(bench.home, "DescribeRegions", stamp)
    known = {"": "accepted", "InvalidTimeStamp.Format": "refused", "IllegalTimestamp": "refused"}
    bench.found.by_code("timestamp_milliseconds", older, known)
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    small = bench.caller.older(bench.home, "describeRegions", stamp)
    bench.found.by_code("action_case", small, {"": "any", "InvalidApi.NotFound": "exact"})


@tells(READ, "tag_value_omitted", "dry_run_checks", "token_of_failed", "copy_checks_first")
def of_nothing(bench: Bench) -> None:
    """Calls with an image that nobody has: what is looked at before that shows."""
    found, gone = bench.found, "InvalidImageId.NotFound"
    tags = bench.ask("TagResources", ResourceType="image", ResourceId=[NO_IMAGE], Tag=[{"Key": "imageops-probe"}])
    known = {"InvalidTag.Mismatch": "refused", "InvalidResourceId.NotFound": "accepted"}
    found.by_code("tag_value_omitted", tags, known)
    copy = {"ImageId": NO_IMAGE, "DestinationRegionId": bench.other}
    dry = bench.ask("CopyImage", **copy, DestinationImageName=PLAIN, DryRun=True)
    found.by_code("dry_run_checks", dry, {"DryRunOperation": "documented", gone: "full"})
    token = bench.token()
    bench.ask("CopyImage", **copy, DestinationImageName=PLAIN, ClientToken=token)
    again = bench.ask("CopyImage", **copy, DestinationImageName=f"{PLAIN}-2", ClientToken=token)
    mismatch = ("IdempotentParameterMismatch", "InvalidIdempotenceParameter.Mismatch", "IdempotenceParamNotMatch")
    found.by_code("token_of_failed", again, {gone: "forgotten", **dict.fromkeys(mismatch, "remembered")})
    both = bench.ask("CopyImage", **copy, DestinationImageName="1", DestinationDescription="imageops")
    found.by_code("copy_checks_first", both, {"InvalidImageName.Malformed": "request", gone: "source"})


@tells(READ, "copy_key_without_encryption_code", "copy_destination_omitted")
def refused_copies(bench: Bench) -> None:
    """Copies into their own region without encryption: refused, whatever else is wrong with them."""
    found = bench.found
    if bench.own is None:
        found.hid("copy_key_without_encryption_code", "the account has no image of its own here")
        found.hid("copy_destination_omitted", "the account has no image of its own here")
        return
    image, key = bench.own["ImageId"], "00000000-0000-0000-0000-000000000000"
    # A plain copy that is asked for as one: no reading of the other fields can make it.
    copy = {"ImageId": image, "DestinationImageName": PLAIN, "Encrypted": False}
    reply = bench.ask("CopyImage", **copy, DestinationRegionId=bench.home, KMSKeyId=key)
    codes = ("InvalidParameter.EncryptedIllegal", "InvalidEncrypted.NotMatchKmsKeyId")
    found.by_code("copy_key_without_encryption_code", reply, same(codes))
    nowhere = bench.ask("CopyImage", **copy)
    known = {"MissingParameter": "refused", "IncorrectDestinationRegion": "same"}
    found.by_code("copy_destination_omitted", nowhere, known)
