# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each module is to do while it is lied to, and what stands beside and must stay as it is."""

from __future__ import annotations

import dataclasses
import typing as t

from functional.support import BEIJING, FRANKFURT, HOME, MAIN, ONE, TWO, Lab
from functional.test_export import plant_archive
from functional.test_image_import import plant_bucket

Data = dict[str, t.Any]

# What a module may do, beside what it makes itself.
NOTHING: frozenset[str] = frozenset()


@dataclasses.dataclass(frozen=True)
class Case:
    """
    :param params: makes the module's options, and may plant what they name
    :param may_change: the names of things that the module is told to work on
    """

    module: str
    params: t.Callable[[Lab, str], Data]
    may_change: frozenset[str] = NOTHING
    makes: bool = True  # whether anything may be there afterwards that was not there before


def _base(image_id: str, **more: t.Any) -> Data:
    return {"region": HOME, "image_id": image_id, "wait_timeout": 2000, **more}


def _place() -> Data:
    return {"vswitch_id": f"vsw-simulator-{HOME}", "security_group_id": f"sg-simulator-{HOME}"}


def _made(lab: Lab, image_id: str) -> Data:
    instance = lab.demo("instances", "demo")
    more = {"instance_id": instance, "tags": {"x": "y"}, "nvme_support": "unsupported", "wait_timeout": 2000}
    return {"region": HOME, "name": "base", **more}


def _retired(lab: Lab, image_id: str) -> Data:
    old = lab.stamp(lab.clock.wall() - 90 * 86400)
    ours = {"family": "base", "tags": {"imageops:created-from": "i-1"}}
    lab.plant("images", region=HOME, name="new", **ours)
    for name in ("old", "older"):
        lab.plant("images", region=HOME, name=name, created=old, **ours)
    return {"region": HOME, "families": ["base"], "keep": 1, "shared": True, "grace_days": 0}


def _cancelled(lab: Lab, image_id: str) -> Data:
    lab.ok("ecs_image_copy", **_base(image_id, destination_regions=[BEIJING]), wait=False)
    lab.sim.journal.clear()
    return {"regions": [BEIJING], "all_marked": True}


def _snapshot_copied(lab: Lab, image_id: str) -> Data:
    snapshot = lab.plant("snapshots", region=HOME, size=20, name="backup")
    return {"region": HOME, "snapshot_id": snapshot, "destinations": [{"region": BEIJING}], "wait_timeout": 2000}


def _launched(lab: Lab, image_id: str) -> Data:
    versions = [{"ImageId": f"m-{number}", "SystemDisk.Size": 40} for number in range(3)]
    template = lab.plant("launch_templates", region=HOME, name="web", versions=versions, default=3)
    lab.plant("scaling_groups", region=HOME, name="web", launch_template=template, version="Default")
    return {"region": HOME, "launch_template_id": template, "image_id": image_id, "keep_versions": 2}


def _imported(lab: Lab, image_id: str) -> Data:
    plant_bucket(lab)
    disk = {"bucket": "builds", "object": "base.qcow2"}
    return {"region": HOME, "name": "imported", "import_from": [disk], "family": "base", "wait_timeout": 2000}


def _exported(lab: Lab, image_id: str) -> Data:
    plant_archive(lab)
    return {"region": HOME, "image_id": image_id, "bucket": "archive", "wait_timeout": 2000}


def _looked_at(lab: Lab, image_id: str) -> Data:
    copy = {"source_region": HOME, "source_image_id": image_id, "destination_regions": [FRANKFURT]}
    return {"copy": copy, "share": {"images": {HOME: image_id}, "accounts": [ONE]}, "wait_timeout": 2000}


WORLDS = {
    "copy": Case(
        "ecs_image_copy",
        lambda lab, image: _base(image, destination_regions=[BEIJING, FRANKFURT], tags={"q": "1"}),
        frozenset(["golden"]),
    ),
    "copy by snapshots": Case(
        "ecs_image_copy", lambda lab, image: _base(image, destination_regions=[BEIJING], method="snapshots")
    ),
    "cancel": Case("ecs_image_copy_cancel", _cancelled, frozenset(["golden"]), makes=False),
    "create": Case("ecs_image", _made, frozenset(["demo"])),
    "remove": Case(
        "ecs_image",
        lambda lab, image: _base(image, state="absent", unshare=True, delete_snapshots="own"),
        frozenset(["golden"]),
        makes=False,
    ),
    "import": Case("ecs_image", _imported),
    "export": Case("ecs_image_export", _exported, frozenset(["golden"]), makes=False),
    "info": Case(
        "ecs_image_info",
        lambda lab, image: {"regions": [HOME, BEIJING], "share_lists": True, "newest": 3},
        makes=False,
    ),
    "look": Case("image_release_look", _looked_at, makes=False),
    "launch": Case("ecs_launch_template_image", _launched, frozenset(["web"]), makes=False),
    "retire": Case("ecs_image_retire", _retired, frozenset(["old", "older"]), makes=False),
    "share": Case(
        "ecs_image_share",
        lambda lab, image: {"region": HOME, "image_id": image, "accounts": [TWO], "purge_accounts": True},
        frozenset(["golden"]),
        makes=False,
    ),
    "audit": Case("ecs_image_audit_info", lambda lab, image: {"regions": [HOME, BEIJING]}, makes=False),
    "usage info": Case("ecs_image_usage_info", lambda lab, image: {"region": HOME, "image_ids": [image]}, makes=False),
    "share info": Case("ecs_image_share_info", lambda lab, image: {"region": HOME, "image_id": image}, makes=False),
    "verify": Case(
        "ecs_image_verify",
        lambda lab, image: {"region": HOME, "image_id": image, "instance_type": "ecs.g7.large", **_place()},
    ),
    "copy a snapshot": Case("ecs_snapshot_copy", _snapshot_copied),
}


class World:
    """One case in a fresh world, with things beside it that look like its own."""

    def __init__(self, lab: Lab, case: Case) -> None:
        self.lab, self.case, self.module = lab, case, case.module
        source = lab.source(tags={"a": "b"}, shares=[ONE])
        lab.twin(source, FRANKFURT)
        lab.plant("images", region=HOME, name="bystander", family="base", tags={"z": "1"}, shares=[ONE])
        lab.plant("images", region=BEIJING, name="bystander", tags={"imageops:copied-from": "cn-hangzhou/m-other"})
        lab.plant("snapshots", region=BEIJING, size=20, name="bystander", tags={"stage": "test"})
        lab.plant("instances", region=HOME, name="bystander")
        lab.plant("launch_templates", region=HOME, name="bystander", versions=[{"ImageId": "m-1"}] * 4)
        self.params = case.params(lab, source)
        self._before = self._things()
        lab.sim.journal.clear()

    def _things(self) -> dict[str, tuple[str, str]]:
        """Everything of the account: id → name, and how it is but for what time does to it."""
        with self.lab.sim.lock:
            world = self.lab.sim.world
            found = {
                image.image_id: (image.name, f"{sorted(image.accounts())} {sorted(image.tags.items())} {image.family}")
                for image in world.all_images()
                if image.account_id == MAIN
            }
            for snapshot in world.snapshots.values():
                found[snapshot.snapshot_id] = (self._snapshot_name(snapshot), f"{sorted(snapshot.tags.items())}")
            for template in world.templates.values():
                found[template.template_id] = (template.name, f"{template.default} {sorted(template.versions)}")
            for instance in world.instances.values():
                found[instance.instance_id] = (instance.name, f"{instance.status} {sorted(instance.tags.items())}")
            return found

    def _snapshot_name(self, snapshot: t.Any) -> str:
        """A snapshot behind an image goes by the image's name."""
        behind = [
            image.name
            for image in self.lab.sim.world.all_images()
            if snapshot.snapshot_id in [disk.snapshot_id for disk in image.disks]
        ]
        return behind[0] if behind else snapshot.name

    def damage(self) -> list[str]:
        """What has changed, gone or come that the module was not told to touch."""
        now = self._things()
        found = [
            f"{name} ({thing}) was {before!r} and is {now.get(thing)!r}"
            for thing, (name, before) in self._before.items()
            if name not in self.case.may_change and now.get(thing, ("", ""))[1] != before
        ]
        if not self.case.makes:
            found += [f"{now[thing][0]} ({thing}) was made" for thing in now if thing not in self._before]
        if not (self.case.makes or self.case.may_change):
            found += [f"{call['action']} is a write" for call in self.lab.writes()]
        return found
