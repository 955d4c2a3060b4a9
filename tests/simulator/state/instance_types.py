# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The instance types there are, and which images run on them. The same in all regions."""

from __future__ import annotations

from dataclasses import dataclass

from .images import Image

ARM = "arm64"
# GiB of memory for each core.
_MEMORY = {"c": 2, "g": 4, "r": 8}
_GENERATIONS = ("5", "6", "7", "7a", "8a", "8i", "9i", "6r", "8y")
_SHARED = {"t6-c1m1": 1, "t6-c1m2": 2, "e-c1m1": 1, "e-c1m2": 2, "e-c1m4": 4, "u1-c1m2": 2, "u1-c1m4": 4, "u1-c1m8": 8}
_CORES = {"large": 2, "xlarge": 4, "2xlarge": 8, "4xlarge": 16, "8xlarge": 32}
_ARM_GENERATIONS = ("6r", "8y")
_NVME_FAMILIES = ("ecs.c8i", "ecs.c9i", "ecs.g9i", "ecs.r9i")


@dataclass(frozen=True)
class InstanceType:
    """One type; `memory` is in GiB."""

    type_id: str
    family: str
    cores: int
    memory: int

    @property
    def is_arm(self) -> bool:
        return self.family.endswith(_ARM_GENERATIONS)

    def has_architecture(self, image: Image) -> bool:
        return self.is_arm == (image.architecture == ARM)

    def has_disks_for(self, image: Image) -> bool:
        """Whether the image finds its disks there: some families have NVMe disks alone."""
        return self.family not in _NVME_FAMILIES or image.features.get("NvmeSupport") == "supported"


def _family(name: str, ratio: int) -> list[InstanceType]:
    family = f"ecs.{name}"
    return [InstanceType(f"{family}.{size}", family, cores, cores * ratio) for size, cores in _CORES.items()]


_FAMILIES = {**{f"{kind}{age}": ratio for kind, ratio in _MEMORY.items() for age in _GENERATIONS}, **_SHARED}
INSTANCE_TYPES = {one.type_id: one for name, ratio in _FAMILIES.items() for one in _family(name, ratio)}
