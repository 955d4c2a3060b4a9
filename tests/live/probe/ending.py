# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Probes of further copies: their names and tags, their end before time, encryption, snapshots."""

from __future__ import annotations

from simulator.switches import COPY

from live.keeper import TAG
from live.probe.bench import LONGEST, SLOW_STEP, SOON, STEP, Bench, Data, Unfit, knows_it, rounded
from live.probe.scenes import same, tells

UNKNOWN_ACCOUNT = "9999999999999999"


def first_copy(bench: Bench) -> str:
    if "first" not in bench.notes:
        raise Unfit("the first copy could not be made")
    return str(bench.notes["first"])


@tells(COPY, "cancel_seconds", "cancel_repeated", "copy_cancelled_snapshots", "token_of_gone")
def cancelled(bench: Bench) -> None:
    found, token = bench.found, bench.token()
    fields = {"ClientToken": token}
    source = first_copy(bench)
    reply = bench.copy(bench.other, bench.home, source, "cancelled", **fields)
    copy = bench.made(reply, "a copy to cancel")
    ids = bench.disks(bench.home, copy)
    # Their lists may be late, and a list without them must mean that they are gone.
    bench.await_(lambda: bench.snapshots(bench.home, ids), "the copy's snapshots listed")
    bench.insist(bench.home, "CancelCopyImage", ImageId=copy)
    again = bench.ask("CancelCopyImage", ImageId=copy)
    if again.code == "InvalidImageId.NotFound":
        found.hid("cancel_repeated", "the copy was gone before the second call", again)
    found.by_code("cancel_repeated", again, {"": "accepted", "IncorrectImageStatus": "refused"})
    seconds, dummy = bench.until(lambda: bench.image(bench.home, copy) is None)
    if seconds is None:
        raise Unfit(f"a cancelled copy was still there after {SOON:g} s")
    found.saw("cancel_seconds", seconds)
    left = bench.snapshots(bench.home, ids)
    found.saw("copy_cancelled_snapshots", "left" if left else "removed")
    repeat = bench.copy(bench.other, bench.home, source, "cancelled", **fields)
    if not repeat.ok:
        found.by_code("token_of_gone", repeat, {})
        return
    other = bench.made(repeat, "the same copy again")
    found.saw("token_of_gone", "remembered" if other == copy else "anew", repeat)
    if other != copy:
        bench.stop(bench.home, other)


@tells(COPY, "copy_name_omitted", "copy_tags_from_source", "family_newest")
def back_again(bench: Bench) -> None:
    """The first copy back where it came from, without a name; meanwhile an image is made that is done earlier."""
    found, clock = bench.found, bench.caller.clock
    reply = bench.copy(bench.other, bench.home, first_copy(bench), None)
    back = bench.made(reply, "a copy without a name")
    bench.notes["back"] = back
    clock.sleep(2.0)
    made = bench.keeper.make(bench.home, "CreateImage", "quick", {}, SnapshotId=bench.source_snapshot())
    quick = bench.made(made, "an image of a snapshot")
    bench.notes["quick"] = quick
    bench.disks(bench.home, back)
    bench.until(lambda: bench.is_available(bench.home, quick), LONGEST, SLOW_STEP)
    image = bench.image(bench.home, back) or {}
    is_later = image.get("Status") != "Available"
    name = image.get("ImageName")
    named = {bench.keeper.name("first"): "source", back: "made_up"}
    if name in named:
        found.saw("copy_name_omitted", named[name], reply)
    found.hid("copy_name_omitted", f"it is called otherwise: {name}", reply)
    bench.await_available(bench.home, back)
    tags = bench.await_(lambda: _marked(bench, back), "the copy's own tag shown", SOON)
    found.saw("copy_tags_from_source", "imageops-probe-copied" in tags, reply)
    _newest(bench, back, quick, is_later)


def _marked(bench: Bench, image_id: str) -> dict[str, str]:
    tags = bench.tags(bench.home, "image", image_id)
    return tags if TAG in tags else {}


def _newest(bench: Bench, back: str, quick: str, is_later: bool) -> None:
    """`back` was begun first; it tells only if it was also done last."""
    if not is_later:
        bench.found.hid("family_newest", "the copy was done as early as the image")
        return
    family = bench.keeper.name("family")
    for image_id in (back, quick):
        bench.ask("ModifyImageAttribute", ImageId=image_id, ImageFamily=family)
    reply = bench.ask("DescribeImageFromFamily", ImageFamily=family)
    newest = (reply.data.get("Image") or {}).get("ImageId")
    known = {quick: "created", back: "available"}
    if newest in known:
        bench.found.saw("family_newest", known[newest], reply)
    bench.found.hid("family_newest", f"the newest is said to be {newest}", reply)


@tells(COPY, "copy_encrypted_omitted", "copy_same_region_code", "share_checks_first", "snapshots_encrypted_omitted")
def encrypted(bench: Bench) -> None:
    """A copy under the service key, and what can be done with it."""
    found = bench.found
    reply = bench.copy(bench.other, bench.home, first_copy(bench), "secret", Encrypted=True)
    secret = bench.made(reply, "an encrypted copy")
    ids = bench.disks(bench.home, secret)
    bench.await_available(bench.home, secret)
    bench.await_(lambda: bench.snapshots(bench.home, ids, Encrypted=True), "encrypted snapshots listed")
    shown = bench.snapshots(bench.home, ids)
    found.saw("snapshots_encrypted_omitted", "all" if shown else "plain")
    share = bench.ask("ModifyImageSharePermission", ImageId=secret, AddAccount=[UNKNOWN_ACCOUNT])
    by_image = "InvalidOperation.ServiceKeyEncryptedImageUnsupported"
    found.by_code("share_checks_first", share, {by_image: "image", "InvalidAccount.NotFound": "accounts"})
    within = bench.copy(bench.home, bench.home, secret, "within", Encrypted=False)
    if within.ok:
        bench.stop(bench.home, bench.made(within, "a copy"))
    codes = ("OperationDeined.EncryptedSnapshot", "IncorrectDestinationRegion")
    found.by_code("copy_same_region_code", within, same(codes))
    plain = bench.copy(bench.home, bench.other, secret, "plain")
    if plain.ok:
        bench.stop(bench.other, bench.made(plain, "a copy"))
    found.by_code("copy_encrypted_omitted", plain, {"": "source", "OperationDeined.EncryptedSnapshot": "false"})


@tells(COPY, "snapshot_copy_disk_id")
def snapshot_copied(bench: Bench) -> None:
    found, source = bench.found, bench.source_snapshot()
    disk = next((one.get("SourceDiskId") for one in bench.snapshots(bench.home, [source])), "")
    fields = {"SnapshotId": source, "DestinationRegionId": bench.other}
    fields["DestinationSnapshotDescription"] = "made by a probe"
    reply = bench.keeper.make(bench.home, "CopySnapshot", "snapshot", {}, **fields)
    copy = bench.made(reply, "a copy of a snapshot")
    seen = _timed(bench, copy)
    if not disk:
        found.hid("snapshot_copy_disk_id", "the snapshot itself is of no disk that is known", reply)
    found.saw("snapshot_copy_disk_id", "kept" if seen[0].get("SourceDiskId") == disk else "empty", reply)


def _timed(bench: Bench, copy: str) -> list[Data]:
    """When a copied snapshot is listed, and when it can be copied itself, which is refused as it is not done."""
    began, at = bench.caller.clock.now(), dict[str, float]()
    more = {"SnapshotId": copy, "DestinationRegionId": bench.home, "DestinationSnapshotDescription": "made by a probe"}
    while True:
        now, shown = bench.caller.clock.now() - began, bench.snapshots(bench.other, [copy])
        if shown:
            at.setdefault("listed", rounded(now))
        if "found" not in at and knows_it(bench.keeper.make(bench.other, "CopySnapshot", "snapshot-2", {}, **more)):
            at["found"] = rounded(now)
        if len(at) == 2 or now > SOON:
            break
        bench.caller.clock.sleep(STEP)
    if len(at) < 2:
        raise Unfit(f"of the copy of a snapshot was seen in time: {', '.join(at) or 'nothing'}")
    bench.notes.setdefault("listed", {})["CopySnapshot"] = at["listed"]
    bench.notes.setdefault("found", {})["CopySnapshot"] = at["found"]
    return shown


@tells(COPY, "delete_source_while_copying")
def source_deleted(bench: Bench) -> None:
    """With a source that is of no more use; it comes last but for the slots."""
    back = bench.notes.get("back")
    if back is None:
        raise Unfit("there is no image to spare")
    bench.await_available(bench.home, back)
    copy = bench.made(bench.copy(bench.home, bench.other, back, "of-gone"), "a copy")
    reply = bench.ask("DeleteImage", ImageId=back)
    known = {"": "allowed", "OperationDenied.ImageCopying": "refused"}
    bench.found.by_code("delete_source_while_copying", reply, known)
    bench.stop(bench.other, copy)
