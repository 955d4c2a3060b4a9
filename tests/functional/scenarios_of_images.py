# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules do for which they need rights: those that make, copy, cancel, export and retire images."""

from __future__ import annotations

import typing as t

from functional.support import BEIJING, HOME, ONE, VALLEY, Lab, Outcome
from functional.test_export import plant_archive, plant_export
from functional.test_image_import import plant_bucket

Calls = t.Iterator[Outcome]
OURS = {"imageops:created-from": "i-1"}


def that_sees_locks(lab: Lab, outcome: Outcome) -> Outcome:
    """Without the right to look at locks nothing fails but what is told beforehand, which is its only use."""
    if any(call["code"] for call in lab.calls("DescribeLockedSnapshots")):
        outcome.result.update(failed=True, msg="no locks without ecs:DescribeLockedSnapshots")
    return outcome


def image_life(lab: Lab) -> Calls:
    base = {"region": HOME, "name": "base"}
    made = {"instance_id": lab.demo("instances", "demo"), "tags": {"stage": "test"}}
    # Without the right to look at disks nothing fails but the size that check mode foretells, which is its only use.
    foretold = lab("ecs_image", check=True, who=None, **base, **made)
    if not (foretold.result.get("image") or {"size": 1})["size"]:
        foretold.result.update(failed=True, msg="no size without ecs:DescribeDisks")
    yield foretold
    yield lab("ecs_image", who=None, **base, **made, consistency="stopped")
    yield lab("ecs_image", who=None, **base, description="changed", tags={"new": "one"}, purge_tags=True)
    for image in lab.own(HOME):
        lab.ok("ecs_image_share", region=HOME, image_id=image.image_id, accounts=[ONE])
    removed = lab("ecs_image", who=None, **base, state="absent", unshare=True, delete_snapshots="own")
    if removed.warnings:
        removed.result.update(failed=True, msg=" ".join(removed.warnings))
    yield that_sees_locks(lab, removed)
    yield from imports(lab)


def imports(lab: Lab) -> Calls:
    plant_bucket(lab)
    base = {"region": HOME, "import_from": [{"bucket": "builds", "object": "base.qcow2"}]}
    yield lab("ecs_image", who=None, **base, name="imported")
    broken = [{"bucket": "builds", "object": "broken.raw"}]
    failed = lab("ecs_image", who=None, region=HOME, import_from=broken, name="broken")
    # That it fails is what this one is for, with the reason that only its task tells.
    if (failed.result.get("error") or {}).get("code") == "ImportFailed":
        failed.result.update(failed=False)
    yield failed
    lab("ecs_image", who=None, **base, name="cancelled", wait=False)
    lab.pass_time(3)
    yield lab("ecs_image", who=None, region=HOME, name="cancelled", state="absent")


def exports(lab: Lab) -> Calls:
    base = {"region": HOME, "image_id": plant_export(lab)}
    yield lab("ecs_image_export", who=None, **base, bucket="archive")
    lab("ecs_image_export", who=None, **base, bucket="other", wait=False)
    lab.pass_time(3)
    yield lab("ecs_image_export", who=None, **base, state="absent")


def copies(lab: Lab) -> Calls:
    source = lab.source()
    base = {"region": HOME, "image_id": source}
    yield lab("ecs_image_copy", who=None, **base, destination_regions=[BEIJING], tags={"stage": "test"})
    yield lab("ecs_image_copy", who=None, **base, destination_regions=[BEIJING], tags={"a": "b"}, purge_tags=True)
    lab.twin(source, VALLEY, status="CreateFailed")
    yield lab("ecs_image_copy", who=None, **base, destination_regions=[VALLEY])
    yield lab("ecs_image_copy", who=None, **base, destination_regions=["cn-shanghai"], method="snapshots")
    late = lab(
        "ecs_image_copy", who=None, **base, destination_regions=["eu-west-1"], wait_timeout=1, on_timeout="cancel"
    )
    # To run out of time is what this one is for; any other failure counts.
    if [copy["error"]["code"] for copy in late.result.get("copies", [])] == ["TimedOut"]:
        late.result.update(failed=False)
    yield late


def cancels(lab: Lab) -> Calls:
    source = lab.source()
    base = {"region": HOME, "image_id": source, "destination_regions": [BEIJING, VALLEY], "wait": False}
    lab.ok("ecs_image_copy", **base)
    lab.ok("ecs_image_copy", **{**base, "destination_regions": ["cn-shanghai"]}, method="snapshots")
    regions = [BEIJING, VALLEY, "cn-shanghai"]
    for region in regions:
        lab.plant("snapshots", region=region, size=1)
    outcome = lab("ecs_image_copy_cancel", who=None, regions=regions, all_marked=True, delete_snapshots=True)
    if outcome.warnings:  # which is how it tells that something may have stayed out of sight
        outcome.result.update(failed=True, msg=" ".join(outcome.warnings))
    yield outcome
    # A copy that finishes just when it is to be cancelled.
    lab.ok("ecs_image_copy", **{**base, "destination_regions": ["eu-west-1"]})
    lab.fault("hold", "CancelCopyImage", when="before")
    other = lab.when_held(lambda: lab.pass_time(200))
    late = lab("ecs_image_copy_cancel", who=None, region="eu-west-1", image_id=lab.one("eu-west-1").image_id)
    other.join(5)
    if late.warnings:
        late.result.update(failed=True, msg=" ".join(late.warnings))
    yield late


def retirements(lab: Lab) -> Calls:
    old = lab.stamp(lab.clock.wall() - 90 * 86400)
    lab.plant("images", region=HOME, name="new", family="base", tags={**OURS, "imageops:deprecated-at": old})
    for name in ("old", "older"):
        image = lab.plant("images", region=HOME, name=name, family="base", created=old, tags=OURS, shares=[ONE])
        for disk in lab.image(image).disks:
            lab.sim.world.snapshots[disk.snapshot_id].tags["imageops:snapshot-of"] = image
    # What an earlier run was to delete with its image is to stay now.
    kept = lab.plant("images", region=BEIJING, name="kept", family="base", created=old, tags=OURS)
    lab.plant("images", region=BEIJING, name="new", family="base", tags=OURS)
    for disk in lab.image(kept).disks:
        lab.sim.world.snapshots[disk.snapshot_id].tags["imageops:leftover-of"] = kept
    lab.plant("launch_templates", region=HOME, name="web", versions=[{"ImageId": "m-other"}])
    plant_archive(lab)
    export = {"buckets": {HOME: "archive"}}
    base = {"region": HOME, "families": ["base"], "keep": 1, "shared": True}
    keeping = {"region": BEIJING, "grace_days": 0, "delete_snapshots": "none"}
    for options in ({"max_images": 1, "export": export}, {"grace_days": 0}, keeping):
        outcome = lab("ecs_image_retire", who=None, **{**base, **options})
        if outcome.warnings:
            outcome.result.update(failed=True, msg=" ".join(outcome.warnings))
        yield that_sees_locks(lab, outcome)
