# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The checker of claims itself: a true result has nothing against it, and a lie in it is found."""

from __future__ import annotations

import copy
import typing as t

import claims
from functional import pins
from functional.support import HOME, ONE, TWO, Data, Lab
from functional.test_export import plant_export
from simulator_tests.helpers import Raw

Lie = t.Callable[[Data], object]


def found(lab: Lab, result: Data, lie: Lie, check: bool = False) -> str:
    """What the checker has against a result with a lie in it. It has nothing against the true one."""
    facts = lab.facts()
    assert claims.of_result(result, facts, check) == []
    false = copy.deepcopy(result)
    lie(false)
    return "; ".join(claims.of_result(false, facts, check))


def test_a_removal(lab: Lab) -> None:
    stays = lab.source(name="other")
    snapshot = lab.image(stays).disks[0].snapshot_id
    told = lab.ok("ecs_image", region=HOME, image_id=lab.source(), state="absent").result
    assert "is not gone" in found(lab, told, lambda one: one["image"].update(image_id=stays))
    assert "is not gone" in found(lab, told, lambda one: one["snapshots"].append(snapshot))
    kept = {"snapshot_id": "s-nowhere", "reason": "it is used"}
    assert "is gone" in found(lab, told, lambda one: one["snapshots_kept"].append(kept))


def test_a_retirement(lab: Lab) -> None:
    for month in (1, 2, 3):
        lab.source(name=f"base-{month}", family="base", created=f"2026-0{month}-01T00:00:00Z",
                   tags={"imageops:created-from": "i-1"})  # fmt: skip
    call: Data = {"regions": [HOME], "families": ["base"], "keep": 1, "min_age_days": 0}
    told = lab.ok("ecs_image_retire", **call).result
    left, gone = told["kept"][0]["image_id"], told["deprecated"][0]
    assert "is Available" in found(lab, told, lambda one: one["deprecated"][0].update(image_id=left))
    assert "Deprecated" in found(lab, told, lambda one: one["kept"][0].update(image_id=gone["image_id"]))
    assert "told twice" in found(lab, told, lambda one: one["postponed"].append(one["kept"][0]))
    export = {"bucket": "archive", "objects": ["old.raw"]}
    assert "old.raw is not there" in found(lab, told, lambda one: one["deprecated"][0].update(export=export))
    assert "GiB" in found(lab, told, lambda one: one.update(gib_freed=7))
    use = {"account_id": told["account_id"], "kind": "instance", "id": "i-nowhere", "holds": True}
    assert "does not use it" in found(lab, told, lambda one: one["kept"][0]["uses"].append(use))
    planned = lab.ok("ecs_image_retire", check=True, **call, grace_days=0).result
    lost = planned["deleted"][0]
    assert "is not there" in found(lab, planned, lambda one: one["deleted"][0].update(image_id="m-nowhere"), check=True)
    assert "is not gone" in "; ".join(claims.of_result(planned, lab.facts())), lost


@pins.task_told
def test_an_export(lab: Lab) -> None:
    call = {"region": HOME, "image_id": plant_export(lab), "bucket": "archive"}
    told = lab.ok("ecs_image_export", **call).result
    assert "more.raw is not there" in found(lab, told, lambda one: one["objects"].append("more.raw"))
    assert "not to other" in found(lab, told, lambda one: one.update(bucket="other", objects=[]))
    assert "said to be cancelled" in found(lab, told, lambda one: one.update(action="cancelled"))
    assert "none of its tasks" in found(lab, told, lambda one: one.update(task_id="tsk-nowhere"))


def test_who_uses_an_image(lab: Lab) -> None:
    image = lab.source()
    instance = lab.plant("instances", region=HOME, image_id=image)
    told = lab.ok("ecs_image_usage_info", region=HOME, image_ids=[image]).result
    entry = told["usage"][0]
    assert any(use["id"] == instance for use in entry["uses"])
    assert f"instance {instance} uses it, and is not told" in found(
        lab, told, lambda one: one["usage"][0]["uses"].clear()
    )
    assert "used is False" in found(lab, told, lambda one: one["usage"][0].update(used=False))
    assert "does not use it" in found(lab, told, lambda one: one["usage"][0]["uses"][0].update(id="i-nowhere"))


def test_a_launch_template(lab: Lab) -> None:
    web = lab.plant(
        "launch_templates", region=HOME, name="web", versions=[{"ImageId": "m-old", "InstanceType": "ecs.g7.large"}]
    )
    call = {"region": HOME, "launch_template_id": web, "image_id": lab.source()}
    told = lab.ok("ecs_launch_template_image", **call).result
    lies: dict[str, Data] = {
        "the default is 2": {"default_version": 1},
        "is of": {"version": 1},
        "is not gone": {"deleted_versions": [1]},
        "is not there": {"launch_template_id": "lt-nowhere"},
    }
    for words, lie in lies.items():
        assert words in found(lab, told, lambda one, lie=lie: one["launch_templates"][0].update(lie))  # type: ignore[misc]


def test_a_default_that_another_has_switched_may_show_late(lab: Lab) -> None:
    """A run was killed right after it: the next one was said to lie, when what it read was old."""
    lab.setting(lt_lag=1)
    versions = [{"ImageId": name, "InstanceType": "ecs.g7.large"} for name in ("m-old", "m-new")]
    web = lab.plant("launch_templates", region=HOME, name="web", versions=versions)
    modify = {"RegionId": HOME, "LaunchTemplateId": web, "DefaultVersionNumber": "2"}
    began = lab.clock.wall()
    assert Raw(lab.sim).v1("ModifyLaunchTemplateDefaultVersion", modify)[0] == 200
    entry = {"launch_template_id": web, "launch_template_name": "web", "region": HOME, "image_id": "m-new"}
    told: Data = {"launch_templates": [{**entry, "planned": False, "deleted_versions": [], "default_version": 1,
                                        "switched": False, "action": "adopted", "version": 2}]}  # fmt: skip
    assert "the default is 2, not 1" in "; ".join(claims.of_result(told, lab.facts(began - 1)))
    lab.clock.sleep(1)
    assert claims.of_result(told, lab.facts(lab.clock.wall())) == []
    told["launch_templates"][0]["default_version"] = 3
    assert claims.of_result(told, lab.facts(lab.clock.wall()))


def test_a_test_boot_that_has_left_its_instance(lab: Lab) -> None:
    left = lab.plant("instances", region=HOME)
    told: Data = {"verified": True, "instance": {"instance_id": None}, "removed_leftovers": []}
    assert left in found(lab, told, lambda one: one["instance"].update(instance_id=left))
    assert left in found(lab, told, lambda one: one["removed_leftovers"].append(left))


def test_an_audit(lab: Lab) -> None:
    image = lab.source(family="base", shares=[ONE])
    told = lab.ok("ecs_image_audit_info", region=HOME, allowed=[]).result
    lies: list[Lie] = [
        lambda one: one["findings"][0].update(accounts=[TWO]),
        lambda one: one["findings"][0].update(kind="missing"),
        lambda one: one["findings"][0].update(kind="unshared"),
        lambda one: one["findings"][0].update(id="m-nowhere"),
        lambda one: one["families"][0].update(images=2),
        lambda one: one["families"].clear(),
    ]
    assert told["findings"][0]["id"] == image
    assert all(found(lab, told, lie) for lie in lies)


def test_the_file_and_the_page_of_an_audit(lab: Lab) -> None:
    image = lab.source(family="base", shares=[ONE])
    told = lab.ok("ecs_image_audit_info", region=HOME, allowed=[]).result
    (entry,) = [{**one, "last_seen_at": None} for one in told["findings"]]
    seen = "2026-11-01T10:00:00Z"
    earlier = {**entry, "id": "m-nowhere", "last_seen_at": seen}
    document = {"findings": [entry, earlier], "gone": [], "elsewhere": [earlier]}
    page = f"{image} m-nowhere last seen 2026-11-01 10:00 UTC"
    assert claims.of_audit(document, lab.facts()) == claims.of_audit_page(page, document) == []
    for key in ("findings", "gone", "elsewhere"):
        assert claims.of_audit({**document, key: [{**earlier, "last_seen_at": None}]}, lab.facts()), key
    for lie in (page.replace("m-nowhere", ""), page.replace("last seen", ""), f"{page} last seen now"):
        assert claims.of_audit_page(lie, document), lie


def test_pages_have_all_that_they_are_made_of() -> None:
    image = {"image_id": "m-bp1demo0source0image", "shares": [{"account_id": ONE}]}
    manifest = {"name": "base-1", "images": [image]}
    page = f"base-1 {image['image_id']} {ONE}"
    assert claims.of_report(page, manifest) == claims.of_index(page, [manifest]) == []
    assert claims.of_report(page.replace(ONE, ""), manifest) and claims.of_index("", [manifest])
    assert claims.of_report(f"{page} m-bp1other0source0image", manifest)
