# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated provider as a whole: all objects, look-ups, and the events that time brings."""

from __future__ import annotations

import copy
import heapq
import itertools
import random
import string
import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ..settings import Settings
from .accounts import AccessKey, Account, KmsKey, Role, User
from .clock import Clock
from .images import Image
from .instances import Disk, Instance
from .networks import KeyPair, SecurityGroup, VSwitch
from .snapshots import Snapshot
from .sources import OidcProvider, SignIn
from .tasks import Bucket, Task
from .templates import LaunchTemplate, ScalingGroup

_ALPHABET = string.ascii_lowercase + string.digits
Event = Callable[[float], None]
Tagged = Image | Snapshot | Instance | Disk


@dataclass
class RememberedToken:
    """What a ClientToken was used for."""

    params: dict[str, str]
    answer: dict[str, object] | None
    """None: the call was refused."""
    at: float


class World:
    """All state. Events run in time order whenever a call comes in, so nothing needs a thread."""

    def __init__(self, settings: Settings, clock: Clock, seed: int = 1) -> None:
        self.settings = settings
        self.clock = clock
        self._random = random.Random(seed)
        # Of its own, so that ids of objects do not depend on how often a role was assumed.
        self.secrets = random.Random(f"secrets:{seed}")
        self._events: list[tuple[float, int, Event]] = []
        self._order = itertools.count()
        self.settled = clock.now()
        self.accounts: dict[str, Account] = {}
        self.access_keys: dict[str, AccessKey] = {}
        self.users: dict[tuple[str, str], User] = {}
        self.roles: dict[str, Role] = {}
        self.oidc_providers: dict[str, OidcProvider] = {}
        self.sign_ins: dict[str, SignIn] = {}
        self.instance_role: Role | None = None
        self.kms_keys: dict[str, KmsKey] = {}
        self.resource_groups: dict[str, str] = {}
        self.images: dict[str, dict[str, Image]] = {}
        self.snapshots: dict[str, Snapshot] = {}
        self.instances: dict[str, Instance] = {}
        self.disks: dict[str, Disk] = {}
        self.vswitches: dict[str, VSwitch] = {}
        self.buckets: dict[str, Bucket] = {}
        self.tasks: dict[str, Task] = {}
        self.templates: dict[str, LaunchTemplate] = {}
        self.scaling_groups: dict[str, ScalingGroup] = {}
        self.key_pairs: dict[str, KeyPair] = {}
        self.security_groups: dict[str, SecurityGroup] = {}
        self.copy_queue: list[Image] = []
        self.running_copies: list[Image] = []
        self.tokens: dict[tuple[str, str, str, str], RememberedToken] = {}
        self.nonces: OrderedDict[tuple[str, str], float] = OrderedDict()
        self.demo: dict[str, object] = {}

    def __deepcopy__(self, memo: dict[int, Any]) -> World:
        """What no call changes, or what is the same at all times, is shared: copies are made for every stale read."""
        new = World.__new__(World)
        memo[id(self)] = new
        constant = (self.settings, self.clock, self.accounts, self.access_keys, self.users, self.roles, self.demo)
        unchanging = (self.vswitches, self.security_groups, self.secrets, self.nonces)
        provided = [image for image in self.all_images() if image.alias != "self"]
        memo.update((id(shared), shared) for shared in (*constant, *unchanging, *provided))
        for name, value in self.__dict__.items():
            setattr(new, name, copy.deepcopy(value, memo))
        return new

    def rehearsal(self) -> World:
        """A copy that objects can be planted in without a trace here; what planting never changes is shared."""
        new = copy.copy(self)
        for name in ("accounts", "users", "roles", "kms_keys", "images"):
            setattr(new, name, {key: copy.copy(value) for key, value in getattr(self, name).items()})
        for name in ("access_keys", "oidc_providers", "sign_ins", "resource_groups", "vswitches", "security_groups"):
            setattr(new, name, dict(getattr(self, name)))
        new.snapshots, new.instances, new.disks = dict(self.snapshots), dict(self.instances), dict(self.disks)
        new._random = copy.copy(self._random)
        return new

    # Time

    def now(self) -> float:
        """Time as of the last settling, so that all parts of one call see one moment."""
        return self.settled

    def settle(self) -> float:
        """Let everything happen that is due."""
        target = self.clock.now()
        while self._events and self._events[0][0] <= target:
            at, dummy, event = heapq.heappop(self._events)
            self.settled = max(self.settled, at)
            event(self.settled)
        self.settled = max(self.settled, target)
        return self.settled

    def at(self, when: float, event: Event) -> None:
        """Have an event happen at a time."""
        heapq.heappush(self._events, (when, next(self._order), event))

    # Identifiers

    def new_id(self, prefix: str) -> str:
        return prefix + "".join(self._random.choices(_ALPHABET, k=20))

    def new_uuid(self) -> str:
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    # Images

    def region_images(self, region: str) -> dict[str, Image]:
        return self.images.setdefault(region, {})

    def add_image(self, image: Image) -> Image:
        self.region_images(image.region)[image.image_id] = image
        return image

    def drop_image(self, image: Image) -> None:
        self.region_images(image.region).pop(image.image_id, None)

    def all_images(self) -> Iterator[Image]:
        for images in self.images.values():
            yield from images.values()

    def own_image(self, account_id: str, region: str, image_id: str) -> Image | None:
        """An image that the account may change."""
        image = self.region_images(region).get(image_id)
        if image is None or image.account_id != account_id or image.alias != "self" or image.deleting:
            return None
        return image

    def own_images(self, account_id: str, region: str) -> list[Image]:
        return [
            image
            for image in self.region_images(region).values()
            if image.account_id == account_id and image.alias == "self"
        ]

    def readable_image(self, account_id: str, region: str, image_id: str) -> Image | None:
        """An image that the account may use: own, shared with it, public or the provider's."""
        image = self.region_images(region).get(image_id)
        if image is None or image.deleting:
            return None
        if image.account_id == account_id or image.alias != "self" or image.is_public:
            return image
        return image if account_id in image.accounts() else None

    def image_of_name(self, account_id: str, region: str, name: str) -> Image | None:
        """Names are held by images in every state, unfinished copies included."""
        return next((image for image in self.own_images(account_id, region) if image.name == name), None)

    def instances_of(self, image: Image) -> list[Instance]:
        return [
            instance
            for instance in self.instances.values()
            if instance.image_id == image.image_id
            and instance.region == image.region
            and (self.settings.usage_counts_recipients or instance.account_id == image.account_id)
        ]

    # Disks, snapshots and keys

    def disks_of(self, instance_id: str) -> list[Disk]:
        return sorted(
            (disk for disk in self.disks.values() if disk.instance_id == instance_id), key=lambda disk: disk.device
        )

    def image_snapshots(self, image: Image) -> list[Snapshot]:
        return [self.snapshots[disk.snapshot_id] for disk in image.disks if disk.snapshot_id in self.snapshots]

    def images_using(self, snapshot_id: str) -> list[Image]:
        return [image for image in self.all_images() if any(disk.snapshot_id == snapshot_id for disk in image.disks)]

    def disks_from(self, snapshot_id: str) -> list[Disk]:
        return [disk for disk in self.disks.values() if disk.source_snapshot_id == snapshot_id]

    def key(self, account_id: str, region: str, key_id: str) -> KmsKey | None:
        key = self.kms_keys.get(key_id)
        return key if key and key.account_id == account_id and key.region == region else None

    def service_key(self, account_id: str, region: str) -> KmsKey:
        """The provider's own key of an account in a region; it comes into being with its first use."""
        for key in self.kms_keys.values():
            if key.account_id == account_id and key.region == region and key.kind == "service":
                return key
        key = KmsKey(self.new_uuid(), account_id, region, "service")
        self.kms_keys[key.key_id] = key
        return key

    def default_group(self, account_id: str) -> str:
        return next(group for group, owner in self.resource_groups.items() if owner == account_id)

    def owns_group(self, account_id: str, group_id: str) -> bool:
        return self.resource_groups.get(group_id) == account_id
