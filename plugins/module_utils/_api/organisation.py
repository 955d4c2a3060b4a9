# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is shared with an organisation, which is another service's doing: share lists of images do not tell it."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._api.calls import Calls
from ansible_collections.imageops.alicloud.plugins.module_utils._api.ecs import EcsApi
from ansible_collections.imageops.alicloud.plugins.module_utils._base import fields
from ansible_collections.imageops.alicloud.plugins.module_utils._base.fields import shaped


class Organisation:
    """The resource shares of one account."""

    def __init__(self, calls: Calls) -> None:
        """:param calls: of the service Resource Sharing"""
        self._calls = calls

    @classmethod
    def of(cls, api: EcsApi) -> Organisation:
        """Those that an API's credentials reach."""
        return cls(api.calls("resourcesharing"))

    def image_shares(self, region: str) -> dict[str, list[str]]:
        """Whom images are shared with so: accounts, folders and resource directories, by image. Two calls at most.

        Answers name no region, so that images of another one may be among them.
        """
        resources = self._list(region, "ListSharedResources", "SharedResources", fields.SHARED_RESOURCE)
        if not resources:
            return {}
        targets = self._list(region, "ListSharedTargets", "SharedTargets", fields.SHARED_TARGET)
        by_share: dict[str, list[str]] = {}
        for shared in targets:
            by_share.setdefault(shared["share_id"], []).append(shared["target"])
        found: dict[str, set[str]] = {}
        for resource in resources:
            found.setdefault(resource["resource_id"], set()).update(by_share.get(resource["share_id"], []))
        return {image_id: sorted(names) for image_id, names in found.items()}

    def _list(self, region: str, action: str, name: str, shape: t.Mapping[str, fields.Field]) -> list[fields.Data]:
        operation = f"look for what is shared with an organisation in {region}"
        entries = self._calls.by_tokens(operation, region, action, (name,), ResourceOwner="Self", ResourceType="Image")
        return [shaped(shape, entry) for entry in entries]
