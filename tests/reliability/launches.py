# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Launch templates of two regions that get another image together, and lose their old versions."""

from __future__ import annotations

import typing as t

from functional.support import BEIJING, HOME, Lab

Data = dict[str, t.Any]
Report = t.Callable[[Data], None]

TEMPLATES = 1
DATA = {"ImageId": "m-former", "InstanceType": "ecs.g7.large", "SystemDisk.Size": 40, "UserData": "IyEvYmluL3NoCg=="}


def prepare(lab: Lab) -> None:
    """An image and a template in each region, and a scaling group that names the oldest version of one of them."""
    lab.setting(lt_extra_field="absent")
    for region in (HOME, BEIJING):
        lab.plant("images", region=region, name="golden")
        versions = [{**DATA, "HostName": f"web-{number}"} for number in (1, 2, 3)]
        web = lab.plant("launch_templates", region=region, name="web", versions=versions, default=3)
        if region == HOME:
            lab.plant("scaling_groups", region=region, name="pinned", launch_template=web, version="1")


def give(lab: Lab, report: Report) -> None:
    """Both, and all but the two newest versions go."""
    images = {region: lab.one(region).image_id for region in (HOME, BEIJING)}
    entries = [
        {"region": region, "launch_template_name": "web", "image_id": image_id} for region, image_id in images.items()
    ]
    outcome = lab("ecs_launch_template_image", launch_templates=entries, keep_versions=2)
    report({"module": "ecs_launch_template_image", "code": outcome.code, "result": outcome.result})
