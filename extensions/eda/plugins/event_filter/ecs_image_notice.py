# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Event filter of ansible-rulebook: CloudMonitor's notices about images in the shape of the event source's events."""

from __future__ import annotations

import os
import sys
import typing as t
from pathlib import Path

DOCUMENTATION = r"""
---
module: ecs_image_notice
short_description: CloudMonitor's notices about images in the shape of the event source's events
version_added: 2.0.0
description:
  - CloudMonitor pushes C(Image:StateChange) to a webhook, with the id of an image and its new state, and with a time in
    UTC+8. This filter makes of it what the event source C(imageops.alicloud.ecs_image) tells, with
    C(happened_at) in UTC.
  - A notice that came before, or that is older than what was told of the image, is dropped. All other events pass.
  - The image is looked up, because a notice has no name. C(looked_up) says whether the look has shown what the notice
    says, C(reason) why not. An image that is gone has none of what only a look tells.
  - Whoever reaches the webhook may send notices. Take what C(looked_up) has confirmed, and compare C(account_id).
  - Takes the connection options of the modules too, and the same variables of the environment.
author:
  - imageops.alicloud contributors (@imageops)
options:
  look_up:
    description: Whether to look at the image.
    type: bool
    default: true
  state_file:
    description: Where to keep what was told of each image, one file for each filter. Without it each start begins anew.
    type: path
"""

EXAMPLES = r"""
- eda.builtin.webhook:
    host: 0.0.0.0
    port: 5000
    token: "{{ webhook_token }}"
  filters:
    - imageops.alicloud.ecs_image_notice:
        state_file: /var/lib/rulebook/notices.json
"""

# ansible-rulebook runs this file by its path, and knows of no collection around it.
for folder in Path(os.path.abspath(__file__)).parents:
    if folder.name == "ansible_collections":
        sys.path.append(str(folder.parent))
from ansible_collections.imageops.alicloud.plugins.plugin_utils._events import _events  # noqa: E402

FILTERS: dict[str, t.Any] = {}  # by their arguments, each of which connects once


def main(event: t.Any, **args: t.Any) -> t.Any:
    """Called by ansible-rulebook for each event."""
    key = repr(sorted(args.items()))
    if key not in FILTERS:
        FILTERS[key] = _events.NoticeFilter(args)
    return FILTERS[key].filtered(event)
