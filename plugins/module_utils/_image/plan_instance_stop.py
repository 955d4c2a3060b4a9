# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stopping an instance while an image is made of it, and starting it again: the next step, by what is seen. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import age, markers
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import Refused
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import (
    RUNNING,
    SETTLED,
    STOPPED,
    STOPPING,
    Data,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image
from ansible_collections.imageops.alicloud.plugins.module_utils._image.options import Options

Step = t.Literal["mark and stop", "stop", "start", "unmark", "wait", "none"]


def is_ours(instance: Data, image_name: str) -> bool:
    """Whether the instance is, or was about to be, stopped for the image of that name."""
    return bool(instance["tags"].get(markers.STOPPED_BY) == image_name)


def step_to_stop(instance: Data, image_name: str) -> Step:
    """What brings the instance nearer to Stopped. It is marked before, so that the next run knows who stopped it."""
    if instance["status"] == STOPPED:
        return "none"
    if instance["status"] != RUNNING:
        return "wait"
    return "stop" if is_ours(instance, image_name) else "mark and stop"


def step_to_start(instance: Data, image_name: str) -> Step:
    """What gives the instance back as it was found. One that was stopped by somebody else stays so."""
    if not is_ours(instance, image_name):
        return "none"
    return {RUNNING: "unmark", STOPPED: "start"}.get(instance["status"], "wait")  # type: ignore[return-value]


def would_be_stopped(instance: Data) -> bool:
    """Whether a run would have to stop it."""
    return instance["status"] not in (STOPPED, STOPPING)


def would_be_started(instance: Data, image_name: str) -> bool:
    """Whether a run would have to start it."""
    return is_ours(instance, image_name) and instance["status"] in (STOPPED, STOPPING)


def refusal_to_stop(instance: Data, image_name: str) -> Refused | None:
    """Why the instance can't be stopped for this image, or None."""
    other = instance["tags"].get(markers.STOPPED_BY)
    if other is None or other == image_name:
        return None
    return Refused(
        "InstanceTaken",
        f"instance {instance['instance_id']} in {instance['region']} is {instance['status']} and was stopped for the "
        f"image {other!r}",
        f"Wait for that run, or run it again with that name. If nobody does, start the instance and remove its tag "
        f"{markers.STOPPED_BY}.",
    )


def must_stay_stopped(image: Image | None, instance_id: str, now: float) -> bool:
    """Whether an image of the asked name may still be made of the instance. Till its end the API wants that left alone.

    :param now: seconds since the epoch. The tags of a new image may show only when it is finished.
    """
    if image is None or image["status"] in SETTLED:
        return False
    return image["tags"].get(markers.CREATED_FROM) == instance_id or age.may_lack_tags(image, now)


def validate(options: Options) -> list[str]:
    """What is wrong with the options about stopping."""
    faults = []
    if options.consistency == "stopped" and options.state == "present":
        if not options.instance_id:
            faults.append("consistency=stopped needs instance_id: only an instance can be stopped")
        if not options.wait:
            faults.append("consistency=stopped needs wait=true: the instance is started when the image is finished")
    return faults
