# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Event source of ansible-rulebook: copies that become Available or fail, and images that come and go."""

from __future__ import annotations

import asyncio
import os
import sys
import typing as t
from pathlib import Path

DOCUMENTATION = r"""
---
module: ecs_image
short_description: Copies that become Available or fail, images that come and go
version_added: 2.0.0
description:
  - Looks at images again and again, with a call for each region, and tells what has happened since the look before.
  - Each event is told once. With O(state_file) that holds over restarts, too. Only one that was being told when the
    process was killed is told again, under the same C(id).
  - An event has C(type), V(imageops.image), C(change), which is V(appeared), V(available), V(failed), V(deprecated) or
    V(gone), C(region), C(image_id), C(account_id), C(id), and of the image C(name), C(family), C(status), C(owner_id),
    C(owner_alias), C(is_copied), C(copied_from), C(created_at) and C(tags).
  - An image that is new and finished is told as V(appeared) and as V(available).
  - An image is V(gone) once two looks in a row have not shown it. If a look shows no image at all, none is called gone.
  - Takes the connection options of the modules too, and the same variables of the environment.
author:
  - imageops.alicloud contributors (@imageops)
options:
  regions:
    description: Where to look, the region of the environment if unset. V(all) alone means every region of the account.
    type: list
    elements: str
  owner:
    description: >-
      V(self) for the account's own images, V(others) for those of others that it may use, or the id of an account whose
      shared images are watched.
    type: str
    default: self
  interval:
    description: Seconds between two looks, at least 5.
    type: float
    default: 60
  initial:
    description: Whether images that are there at the first look ever are told, as V(appeared) and with their state.
    type: bool
    default: false
  state_file:
    description: Where to keep what was seen, one file for each source. Without it each start begins anew.
    type: path
"""

EXAMPLES = r"""
- imageops.alicloud.ecs_image:
    regions: [cn-hangzhou, cn-beijing]
    state_file: /var/lib/rulebook/images.json
"""

# ansible-rulebook runs this file by its path, and knows of no collection around it.
for folder in Path(os.path.abspath(__file__)).parents:
    if folder.name == "ansible_collections":
        sys.path.append(str(folder.parent))
from ansible_collections.imageops.alicloud.plugins.plugin_utils._events import _events  # noqa: E402


async def main(queue: asyncio.Queue[t.Any], args: dict[str, t.Any]) -> None:
    """Called by ansible-rulebook, for as long as it runs."""
    source = await asyncio.to_thread(_events.Source, args)
    events = source.pending()
    while True:
        events += await asyncio.to_thread(source.look)
        for event in events:
            await queue.put(event)
            await asyncio.to_thread(source.told, event)
        events = []
        await asyncio.sleep(source.options.interval)
