# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API as the flows see it: what one account has, kind by kind, through the same calls."""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._api.calls import Calls
from ansible_collections.imageops.alicloud.plugins.module_utils._api.images import Images
from ansible_collections.imageops.alicloud.plugins.module_utils._api.instances import Instances
from ansible_collections.imageops.alicloud.plugins.module_utils._api.snapshots import Snapshots
from ansible_collections.imageops.alicloud.plugins.module_utils._api.tags import Tagging
from ansible_collections.imageops.alicloud.plugins.module_utils._base import models, regions
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ImageOpsError
from ansible_collections.imageops.alicloud.plugins.module_utils._base.fields import CALLER, shaped
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data, text
from ansible_collections.imageops.alicloud.plugins.module_utils._base.retry import Retry
from ansible_collections.imageops.alicloud.plugins.module_utils._client.sdk import ECS, Client


class EcsApi:
    """What one account has, kind by kind.

    :param consistency_wait: seconds for which what was just made may be invisible
    """

    def __init__(self, client: Client, retry: Retry, consistency_wait: float = 0.0) -> None:
        self._client = client
        self._retry = retry
        self._consistency_wait = consistency_wait
        self._calls = self.calls()
        self.snapshots = Snapshots(self._calls)
        self.images = Images(self._calls, self.snapshots)
        self.instances = Instances(self._calls)
        self.tags = Tagging(self._calls)

    def calls(self, service: str = ECS) -> Calls:
        """Calls for the kinds that few flows need, which compose them: what is imported here, every module ships.

        :param service: whose calls they are, as the client names it
        """
        return Calls(self._client, self._retry, service, self._consistency_wait)

    @property
    def deadline(self) -> float:
        """Clock time after which nothing is repeated any more."""
        return self._retry.deadline

    def until(self, moment: float) -> contextlib.AbstractContextManager[None]:
        """Another deadline for work that has its own time, such as to put an end to something."""
        return self._retry.until(moment)

    def without_retries(self) -> EcsApi:
        """The same API for what is tried once: whatever goes wrong, no call is repeated."""
        return EcsApi(self._client, self._retry.once())

    def briefly(self) -> EcsApi:
        """The same API for looks that need not succeed, and must not hold up what does not need them."""
        return EcsApi(self._client, self._retry.briefly())

    def as_role(self, role_arn: str) -> EcsApi:
        """The same API in the account of a role, which these credentials take on in place of any other."""
        return EcsApi(self._client.as_role(role_arn), self._retry)

    def caller(self) -> Data:
        """Whose credentials these are: ``account_id``, ``arn``, ``type``."""
        answer = self._retry.retry_idempotent("sts", "sts", self._client.caller_identity)
        return shaped(CALLER, answer)

    @property
    def time(self) -> float:
        """What tells how old something is: the provider's time, in seconds since the epoch.

        The provider dates what it has, and this machine's clock may be wrong. It counts until the first answer alone.
        """
        return self._client.time

    def unreachable(self, regions: t.Iterable[str]) -> list[str]:
        """What is wrong with regions that have no endpoint in this network, as sentences."""
        return self._client.unreachable(regions)

    @property
    def warnings(self) -> list[str]:
        """What a person should know of how the calls went."""
        return [*self._retry.warnings, *([self._client.clock_warning] if self._client.clock_warning else [])]

    def blind_in(self, regions: t.Iterable[str], what: str) -> tuple[list[str], list[str]]:
        """Where these credentials see nothing of their own. Who asks may have done its work, so that no failure counts.

        :param what: ``image`` or ``snapshot``
        :returns: those regions, and a sentence about each that could not be looked at
        """
        sees = {"image": self.images.are_visible, "snapshot": self.snapshots.are_visible}[what]
        blind: list[str] = []
        unknown: list[str] = []
        for region in regions:
            try:
                blind += [] if sees(region) else [region]
            except ImageOpsError as error:
                unknown.append(f"Whether own {what}s are visible in {region} is not known: {error.msg}")
        return blind, unknown

    def region_ids(self, region: str | None) -> list[str]:
        """The ids of all regions that the API names, sorted.

        :param region: one that is known, if there is one
        """
        answer = self._calls.read("list the regions", region or regions.HOME, "DescribeRegions")
        return sorted(text(entry.get("RegionId")) for entry in models.items(answer, "Regions", "Region"))
