# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tags of images, snapshots and instances."""

from __future__ import annotations

import functools
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._api.calls import Calls, Tags, tag_list
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ApiError
from ansible_collections.imageops.alicloud.plugins.module_utils._base.retry import LAST_LOOK, Backoff

BATCH_TAGGED = 50  # resources that one TagResources call takes


class Tagging:
    """
    :param consistency_wait: seconds for which what was just made may not be known everywhere
    """

    def __init__(self, calls: Calls, consistency_wait: float) -> None:
        self._calls = calls
        self._consistency_wait = consistency_wait

    def put(self, region: str, kind: str, ids: t.Sequence[str], tags: Tags) -> None:
        """Set tags, overwriting equal keys.

        :param kind: ``image``, ``snapshot`` or ``instance``
        """
        for start in range(0, len(ids), BATCH_TAGGED):
            batch = list(ids[start : start + BATCH_TAGGED])
            operation = f"tag {kind} {', '.join(batch)} in {region}"
            self._when_seen(
                functools.partial(
                    self._calls.write_again,
                    operation,
                    region,
                    "TagResources",
                    ResourceType=kind,
                    ResourceId=batch,
                    Tag=tag_list(tags),
                )
            )

    def _when_seen(self, call: t.Callable[[], t.Any]) -> None:
        """Make a call on what was just made, which the API need not know of everywhere yet."""
        ends, backoff = self._calls.retry.clock.now() + self._consistency_wait, Backoff()
        while True:
            try:
                call()
                return
            except ApiError as error:
                if error.code != "InvalidResourceId.NotFound" or self._calls.retry.clock.now() >= ends:
                    raise
            self._calls.retry.clock.sleep(min(backoff.pause(), max(LAST_LOOK, ends - self._calls.retry.clock.now())))

    def remove(self, region: str, kind: str, resource_id: str, keys: t.Sequence[str]) -> None:
        """Take tags off, by their keys."""
        operation = f"remove tags from {kind} {resource_id} in {region}"
        self._calls.write_again(
            operation, region, "UntagResources", ResourceType=kind, ResourceId=[resource_id], TagKey=sorted(keys)
        )
