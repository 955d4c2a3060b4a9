# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is shared with an organisation: another service's doing, of which the image calls say little."""

from __future__ import annotations

from ..state.images import Image
from .call import Answer, Call
from .common import bad_value, token_page


def _shared(call: Call) -> list[Image]:
    """All images of the caller that are shared so, in whatever region."""
    if call.text("ResourceOwner") not in ("Self", "OtherAccounts"):
        raise call.error("InvalidParameter", "ResourceOwner")
    if call.text("ResourceOwner") != "Self" or call.text("ResourceType") not in ("", "Image"):
        return []
    images = [image for image in call.world.all_images() if image.organisation and image.account_id == call.account_id]
    return sorted(images, key=lambda image: (image.image_id, image.region))


def _page(call: Call, name: str, entries: list[dict[str, str]]) -> Answer:
    asked = call.number("MaxResults")
    size = 20 if asked is None else asked
    if not 1 <= size <= 100:
        raise bad_value(call, "MaxResults")
    shown, paging = token_page(call, entries, size, bad_value(call, "NextToken"), lambda entry: tuple(entry.values()))
    return {**paging, name: shown}


def list_shared_resources(call: Call) -> Answer:
    ids, target = call.items("ResourceIds"), call.text("Target")
    entries = [
        {"ResourceId": image.image_id, "ResourceShareId": f"rs-{image.image_id[2:]}", "ResourceType": "Image"}
        for image in _shared(call)
        if (not ids or image.image_id in ids) and (not target or target in image.organisation)
    ]
    return _page(call, "SharedResources", entries)


def list_shared_targets(call: Call) -> Answer:
    wanted, targets = call.text("ResourceId"), call.items("Targets")
    pairs = {
        (target, f"rs-{image.image_id[2:]}")
        for image in _shared(call)
        for target in image.organisation
        if wanted in ("", image.image_id) and (not targets or target in targets)
    }
    return _page(
        call, "SharedTargets", [{"TargetId": target, "ResourceShareId": share} for target, share in sorted(pairs)]
    )
