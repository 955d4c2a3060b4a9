# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tags of images, snapshots and instances."""

from __future__ import annotations

import functools
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._api.calls import Calls, Tags, tag_list
from ansible_collections.imageops.alicloud.plugins.module_utils._base import error_codes

BATCH_TAGGED = 50  # resources that one TagResources call takes


class Tagging:
    """The tags of what one account has."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def put(self, region: str, kind: str, ids: t.Sequence[str], tags: Tags) -> None:
        """Set tags, overwriting equal keys.

        :param kind: ``image``, ``snapshot`` or ``instance``
        """
        for start in range(0, len(ids), BATCH_TAGGED):
            batch = list(ids[start : start + BATCH_TAGGED])
            operation = f"tag {kind} {', '.join(batch)} in {region}"
            self._calls.when_known(
                error_codes.NO_SUCH_RESOURCE,
                functools.partial(
                    self._calls.write_again,
                    operation,
                    region,
                    "TagResources",
                    ResourceType=kind,
                    ResourceId=batch,
                    Tag=tag_list(tags),
                ),
            )

    def remove(self, region: str, kind: str, resource_id: str, keys: t.Sequence[str]) -> None:
        """Take tags off, by their keys."""
        operation = f"remove tags from {kind} {resource_id} in {region}"
        self._calls.write_again(
            operation, region, "UntagResources", ResourceType=kind, ResourceId=[resource_id], TagKey=sorted(keys)
        )
