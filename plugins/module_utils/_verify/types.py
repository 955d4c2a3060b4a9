# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The instance types that an image can run on: asked before an instance is started, which costs money."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ApiError, Refused, with_hint
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import Task
from ansible_collections.imageops.alicloud.plugins.module_utils._verify import plan as verify_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._verify.plan import Options

REASON = "the API does not name it among the types that the image runs on"


def look(run: Task[Options]) -> tuple[list[str], list[str]]:
    """Ask which of the types the image can run on.

    :returns: those that it can't run on, and a warning if the API does not tell, so that each is tried
    :raises Refused: if it can run on none of them
    """
    wanted = run.options.instance_type
    try:
        told = run.api.images.instance_types(run.options.region, run.options.image_id)
    except ApiError as error:
        if not error.refused:
            raise
        why = with_hint(f"{error.code}: {error.message}", error.hint)
        return [], [f"Whether the image runs on {', '.join(wanted)} is not known before the start: {why}"]
    passed_over = verify_plan.unsuitable(wanted, told)
    if len(passed_over) == len(wanted):
        raise _none_fits(run, told)
    return passed_over, []


def _none_fits(run: Task[Options], told: t.Sequence[Data]) -> Refused:
    options = run.options
    types = ", ".join(options.instance_type)
    fits = ", ".join(verify_plan.nearest(options.instance_type, told))
    return Refused(
        "UnsuitableInstanceType",
        f"image {options.image_id} in {options.region} can't run on {types}: nothing was started",
        f"Name another instance_type: of the {len(told)} that it runs on, {fits} are the nearest.",
        unsuitable=[{"instance_type": instance_type, "reason": REASON} for instance_type in options.instance_type],
    )


def warnings(run: Task[Options], passed_over: t.Sequence[Data]) -> list[str]:
    """A warning for each type that was passed over."""
    image = run.options.image_id
    return [f"{entry['instance_type']} is passed over for image {image}: {entry['reason']}" for entry in passed_over]
