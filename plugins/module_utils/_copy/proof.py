# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whose an image is that holds a copy's name: its tags may show later than it does, and nobody is told of it before."""

from __future__ import annotations

from ansible_collections.imageops.alicloud.plugins.module_utils._base import age
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import Refused
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image
from ansible_collections.imageops.alicloud.plugins.module_utils._copy import plan as copy_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._copy.destination import Destination, Ended
from ansible_collections.imageops.alicloud.plugins.module_utils._copy.plan import Decision
from ansible_collections.imageops.alicloud.plugins.module_utils._task import waiter


def decide(destination: Destination) -> Decision:
    """Decide when it is known whose the image is that holds the name: its tags may show later than it does."""
    decision = destination.decide()
    if not _is_unproved(destination, decision):
        return decision

    def proved(seen: Decision) -> bool:
        return not _is_unproved(destination, seen)

    return waiter.shown(destination.run, destination.decide, proved) or decision


def _is_unproved(destination: Destination, decision: Decision) -> bool:
    """Whether an image was refused that may be ours all the same."""
    image = decision.image
    return bool(decision.refusal and image and _may_be_ours(destination, image))


def _may_be_ours(destination: Destination, image: Image) -> bool:
    run = destination.run
    known = destination.knows(image["image_id"]) or destination.run.options.adopt_unmarked
    return not known and age.may_lack_tags(image, run.api.time)


def with_its_tags(destination: Destination, image: Image) -> Image:
    """A copy that was waited for because it holds the name, when its tags show."""
    if not _may_be_ours(destination, image):
        return image
    shown = waiter.shown(
        destination.run,
        lambda: destination.look_at(image["image_id"]),
        lambda seen: not _may_be_ours(destination, seen),
    )
    return shown or image


def prove(destination: Destination, image: Image) -> None:
    """Tell nobody the id of an image that only holds the name: it may be a stranger's, or another release's copy.

    This run has started it, or its markers say what it is. They may show a little later than the image.

    :raises Ended: if they don't show within ``consistency_wait``
    """
    image_id, status = image["image_id"], image["status"]
    if destination.knows(image_id):
        return
    waiter.shown(destination.run, lambda: destination.look_at(image_id), destination.has_identity_tags)
    if destination.knows(image_id):
        return
    what = f"the name {destination.wanted.name!r} in {destination.region} is held by {image_id}, which is {status}"
    refusal = Refused(
        "NotProved",
        f"{what} and not proved to be ours: its tags don't show",
        "Run again when it is finished, or with wait=true, which judges it then.",
    )
    raise Ended(copy_plan.REFUSED, refusal)
