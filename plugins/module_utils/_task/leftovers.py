# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The snapshots of a copy that has failed or is cancelled. They can only be deleted after their image.

So they are tagged before it goes: a run that is killed between the two leaves snapshots that say what they are.
"""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._api.ecs import EcsApi
from ansible_collections.imageops.alicloud.plugins.module_utils._base import markers
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ApiError, sentence_of
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image, Snapshot


def mark(
    api: EcsApi,
    image: Image,
    carried: t.Mapping[str, str],
    mark_changed: t.Callable[[], None],
    seen: t.Mapping[str, Snapshot] | None = None,
) -> str | None:
    """Tag the snapshots of a copy that is about to go, with its id and its pair of markers, as far as it has them.

    :param carried: the markers of the copy, among other tags or not
    :param mark_changed: is called if the API has accepted it
    :param seen: the snapshots by id, as they were looked at: those that have the tags already are left alone
    :returns: a warning if they can't be tagged, which must not hold up what comes next
    """
    tags = {
        markers.LEFTOVER_OF: image["image_id"],
        **{key: carried[key] for key in markers.PAIR if key in carried},
    }
    shown = {snapshot_id: snapshot["tags"] for snapshot_id, snapshot in (seen or {}).items()}
    unmarked = [
        snapshot_id for snapshot_id in image["snapshot_ids"] if not tags.items() <= shown.get(snapshot_id, {}).items()
    ]
    if not unmarked:
        return None
    try:
        api.tags.put(image["region"], "snapshot", unmarked, tags)
        mark_changed()
    except ApiError as error:
        if error.in_doubt:
            mark_changed()
        return _warning(image, "tagged as its leftovers", error)
    return None


def unmark(api: EcsApi, image: Image) -> str | None:
    """The copy stays after all.

    :returns: a warning if the tags can't be taken off
    """
    try:
        for snapshot_id in image["snapshot_ids"]:
            api.tags.remove(image["region"], "snapshot", snapshot_id, [markers.LEFTOVER_OF, *markers.PAIR])
    except ApiError as error:
        return _warning(image, "cleared of the tags of leftovers", error)
    return None


def _warning(image: Image, what: str, error: ApiError) -> str:
    return (
        f"the snapshots of {image['image_id']} in {image['region']} could not be {what}: {sentence_of(error.as_dict())}"
    )


def left_behind(snapshots: t.Iterable[Snapshot], tags: t.Mapping[str, str]) -> dict[str, list[str]]:
    """Those of the snapshots that carry these tags and are left of a copy, by its id.

    Whatever an image uses is not, nor what a finished image was made of: a cancelling that was refused or killed may
    have marked it, and whoever removed that image since has kept it on purpose.
    """
    found: dict[str, list[str]] = {}
    for snapshot in snapshots:
        owner = snapshot["tags"].get(markers.LEFTOVER_OF)
        # Compared again, so that nothing is touched by a loose match.
        is_free = snapshot["usage"] == "none" and markers.SNAPSHOT_OF not in snapshot["tags"]
        if owner and is_free and all(snapshot["tags"].get(key) == value for key, value in tags.items()):
            found.setdefault(owner, []).append(snapshot["snapshot_id"])
    return found


def clear(api: EcsApi, image: Image, wanted: t.Mapping[str, str], mark_changed: t.Callable[[], None]) -> list[str]:
    """Delete what is left of failed copies with the same pair of markers as a finished one.

    :param wanted: the markers of the finished one
    :param mark_changed: is called after each write that was accepted
    :returns: the finished copy's own snapshots that are called leftovers
    """
    pair = {key: wanted[key] for key in markers.PAIR}
    found = api.snapshots.tagged(image["region"], pair)
    own = set(image["snapshot_ids"])
    for snapshot_ids in left_behind(found, pair).values():
        for snapshot_id in sorted(set(snapshot_ids) - own):
            if api.snapshots.delete(image["region"], snapshot_id):
                mark_changed()
    return [
        snapshot["snapshot_id"]
        for snapshot in found
        if snapshot["snapshot_id"] in own and markers.LEFTOVER_OF in snapshot["tags"]
    ]
