# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which instance types an image runs on: asked beforehand, or found out by a call that would start or change one."""

from __future__ import annotations

from ..state.images import Image
from ..state.instance_types import INSTANCE_TYPES
from .call import Answer, Call


def describe_image_support_instance_types(call: Call) -> Answer:
    """All types that an image runs on, in one answer. An image that is not Available is not found."""
    if call.text("ActionType") not in ("", "CreateEcs", "ChangeOS"):
        raise call.error("InvalidParamter")
    image = call.world.readable_image(call.account_id, call.here, call.text("ImageId"))
    if image is None or image.status != "Available" or not call.finds(image):
        raise call.error("InvalidImageId.NotFound")
    minds_nvme = call.world.settings.support_minds_nvme
    found = [
        {
            "InstanceTypeId": one.type_id,
            "InstanceTypeFamily": one.family,
            "CpuCoreCount": one.cores,
            "MemorySize": float(one.memory),
        }
        for one in INSTANCE_TYPES.values()
        if one.has_architecture(image) and (one.has_disks_for(image) or not minds_nvme)
    ]
    return {"RegionId": call.here, "ImageId": image.image_id, "InstanceTypes": {"InstanceType": found}}


def check_type(call: Call, image: Image, type_id: str) -> None:
    """Refuse an instance of a type that the image does not run on."""
    kind = INSTANCE_TYPES.get(type_id)
    if kind is None or not kind.has_architecture(image):
        raise call.error("ImageNotSupportInstanceType")
    if not kind.has_disks_for(image):
        raise call.error("InvalidParameter.NotMatch", f"The instance type {type_id} requires NVMe.")
