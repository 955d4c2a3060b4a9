# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether an image may be removed or withdrawn, and which of its snapshots go with it. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import age, error_codes, markers
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import Refused
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import SETTLED, Data, is_own
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image, Snapshot
from ansible_collections.imageops.alicloud.plugins.module_utils._image.options import RemoveOptions


def refusal_of_owner(image: Image) -> Refused | None:
    """Why another account's image can't be changed, or None for one's own."""
    if is_own(image):
        return None
    return Refused(
        "NotOwn",
        f"image {image['image_id']} in {image['region']} belongs to account {image['owner_id']}",
        "Only that account can change it: use its credentials, or an image of your own.",
    )


def refusal_to_remove(
    image: Image, shared_with: t.Sequence[str], options: RemoveOptions, instances: t.Sequence[Data] = ()
) -> Refused | None:
    """Why an image can't be removed, or None. Judged before anything is changed.

    :param instances: made from it, as far as they are to be seen
    """
    where = f"image {image['image_id']} in {image['region']}"
    foreign = refusal_of_owner(image)
    if foreign:
        return foreign
    if image["status"] not in SETTLED:
        way = "Cancel the copy with ecs_image_copy_cancel." if image["is_copied"] else "Wait until it is finished."
        return Refused("StillRunning", f"{where} is {image['status']}", way)
    if instances and not options.force:
        users = ", ".join(instance["instance_id"] for instance in instances)
        return Refused(
            error_codes.IN_USE,
            f"{where} is used by instances: {users}",
            "Set force=true to delete it all the same: they go on, but can't be set up anew.",
        )
    return refusal_to_withdraw(image, shared_with, options)


def refusal_of_keep(image: Image, ignore: bool, now: float) -> Refused | None:
    """Why an image must not be removed because of its tag ``imageops:keep``, or None.

    :param now: seconds since the epoch
    """
    reason = None if ignore else age.kept(image, now)
    if not reason:
        return None
    hint = f"Set ignore_keep=true to delete it all the same, or take the tag {markers.KEEP} off."
    return Refused("Kept", f"image {image['image_id']} in {image['region']} is kept: {reason}", hint)


def refusal_for_copies(image: Image, copies: t.Sequence[Image]) -> Refused | None:
    """
    :param copies: of the image, which are being made. It can't be removed before they are there.
    """
    if not copies:
        return None
    running = ", ".join(f"{copy['image_id']} in {copy['region']}" for copy in copies)
    return Refused(
        error_codes.IS_COPIED,
        f"image {image['image_id']} in {image['region']} is being copied: {running}",
        "Wait until the copies are finished, or cancel them with ecs_image_copy_cancel.",
    )


def refusal_to_withdraw(image: Image, shared_with: t.Sequence[str], options: RemoveOptions) -> Refused | None:
    """Why an image that others may be using can't be taken from them, or None."""
    where = f"image {image['image_id']} in {image['region']}"
    hint = "Set unshare=true to take it from them."
    if options.unshare:
        return None
    if shared_with:
        return Refused("ImageUseShared", f"{where} is shared with {', '.join(shared_with)}", hint)
    if image["is_public"]:
        return Refused("ImageIsPublic", f"{where} is a public community image", hint)
    return None


def split_snapshots(image_id: str, snapshots: t.Sequence[Snapshot], which: str) -> tuple[list[str], list[Data]]:
    """Which of an image's snapshots to delete, and which to keep and why.

    :param which: ``none``, ``own`` (made for this image, by their tag) or ``all``
    """
    delete, kept = [], []
    for snapshot in snapshots:
        own = snapshot["tags"].get(markers.SNAPSHOT_OF) == image_id
        if which == "all" or (which == "own" and own):
            delete.append(snapshot["snapshot_id"])
        else:
            reason = "delete_snapshots=none" if which == "none" else "not made for this image"
            kept.append({"snapshot_id": snapshot["snapshot_id"], "reason": reason})
    return delete, kept


def without_locked(snapshot_ids: t.Sequence[str], locked: t.Mapping[str, str]) -> tuple[list[str], list[Data]]:
    """Which of the snapshots to delete nobody has locked, and which stay because of that.

    :param locked: until when, by the id of the snapshot
    """
    kept = [
        {
            "snapshot_id": snapshot_id,
            "reason": f"locked until {locked[snapshot_id] or 'its lock ends'}: nobody can delete it before",
        }
        for snapshot_id in snapshot_ids
        if snapshot_id in locked
    ]
    return [snapshot_id for snapshot_id in snapshot_ids if snapshot_id not in locked], kept


def is_left(snapshot: t.Mapping[str, t.Any], which: str) -> bool:
    """Whether a snapshot that says whose leftover it is may go.

    :param which: ``own`` or ``all``, as of ``split_snapshots``. Whoever asks for ``own`` keeps what a run before was to
        delete with ``all``.
    """
    tags = snapshot["tags"]
    owner = tags.get(markers.SNAPSHOT_OF)
    own = owner is not None and tags.get(markers.LEFTOVER_OF, owner) == owner
    return "image" not in snapshot["usage"] and (own or which == "all")
