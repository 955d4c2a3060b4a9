# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each module works with exactly the rights that the documentation gives it, and names the one that is missing."""

from __future__ import annotations

import dataclasses
import json
import re
import typing as t
from unittest import mock

import pytest
from ansible.errors import AnsibleError
from docs.parts import with_part
from functional import pins, rights, security_results
from functional.support import BEIJING, HOME, MAIN, ONE, VALLEY, Lab, Outcome
from functional.test_export import plant_archive, plant_export
from functional.test_image_import import plant_bucket
from functional.test_lookup import plugin

from ansible_collections.imageops.alicloud.plugins.module_utils._base import clock as clocks

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


def looks(lab: Lab) -> Calls:
    source = lab.source(shares=[ONE])
    outcome = lab("ecs_image_info", who=None, region=HOME, image_ids=[source], share_lists=True)
    if outcome.code == 0 and not outcome.result["images"]:
        outcome.result.update(failed=True, msg=" ".join(outcome.warnings))
    yield outcome


def audits(lab: Lab) -> Calls:
    image = lab.source(shares=[ONE], organisation=["fd-1"])
    lab.plant("instances", region=HOME, image_id=image, tags={"imageops:verify-of": image})
    outcome = lab(
        "ecs_image_audit_info", who=None, region=HOME, expected=[{"region": HOME, "image_id": image}], allowed=[]
    )
    # Where an audit may not look at what is optional, it says so and does not fail.
    told = [one["reason"] for one in outcome.result.get("not_looked", [])]
    told += [one["message"] for one in outcome.result.get("findings", []) if one["kind"] == "missing"]
    kinds = {one["kind"] for one in outcome.result.get("findings", [])}
    if not told and "orphaned_instance" not in kinds:
        told.append("no instances seen without ecs:DescribeInstances")
    if told and not outcome.result.get("failed"):
        outcome.result.update(failed=True, msg=" ".join(told))
    yield outcome


def shares(lab: Lab) -> Calls:
    yield lab("ecs_image_share", who=None, region=HOME, image_id=lab.source(tags=OURS), accounts=[ONE])


def share_looks(lab: Lab) -> Calls:
    yield lab("ecs_image_share_info", who=None, region=HOME, image_id=lab.source(shares=[ONE]))


def uses(lab: Lab) -> Calls:
    image = lab.source()
    lab.plant("launch_templates", region=HOME, name="web", versions=[{"ImageId": image}])
    outcome = lab("ecs_image_usage_info", who=None, region=HOME, image_ids=[image])
    if outcome.warnings:  # which is how it tells what it could not look at
        outcome.result.update(failed=True, msg=" ".join(outcome.warnings))
    yield outcome


def trials(lab: Lab) -> Calls:
    call = {"vswitch_id": f"vsw-simulator-{HOME}", "security_group_id": f"sg-simulator-{HOME}"}
    image = lab.source()
    lab.plant("instances", region=HOME, tags={"imageops:verify-of": image})
    outcome = lab("ecs_image_verify", who=None, region=HOME, image_id=image, instance_type="ecs.g7.large", **call)
    if not outcome.result.get("failed") and not outcome.result["removed_leftovers"]:
        outcome.result.update(failed=True, msg="no leftovers seen without ecs:DescribeInstances")
    if outcome.warnings:  # which is how it tells that it could not ask beforehand
        outcome.result.update(failed=True, msg=" ".join(outcome.warnings))
    yield outcome


def template_images(lab: Lab) -> Calls:
    image = lab.source()
    versions = [{"ImageId": f"m-{number}"} for number in range(3)]
    template = lab.plant("launch_templates", region=HOME, name="web", versions=versions, default=3)
    given = {"launch_template_id": template, "image_id": image, "keep_versions": 2}
    outcome = lab("ecs_launch_template_image", who=None, region=HOME, **given)
    if any("did not look" in warning for warning in outcome.warnings):
        outcome.result.update(failed=True, msg=" ".join(outcome.warnings))
    yield outcome


def snapshot_copies(lab: Lab) -> Calls:
    snapshot = lab.plant("snapshots", region=HOME, size=20, name="backup")
    yield lab(
        "ecs_snapshot_copy",
        who=None,
        region=HOME,
        snapshot_id=snapshot,
        destinations=[{"region": BEIJING}],
        wait_timeout=600,
    )


def lookup(lab: Lab, **options: t.Any) -> Outcome:
    try:
        with mock.patch.object(clocks, "Clock", lambda: lab.clock):
            return Outcome({"found": plugin().run([], {}, **options)}, 0, "")
    except AnsibleError as error:
        return Outcome({"failed": True, "msg": str(error)}, 1, str(error))


def lookups(lab: Lab) -> Calls:
    lab.source()
    yield lookup(lab, region=HOME, name="golden")


# What each is run with in a region that nobody knows.
PLACE = {"instance_type": "ecs.g7.large", "vswitch_id": "vsw-1", "security_group_id": "sg-1"}
ONE_IMAGE = {"image_id": "m-1"}
CALLS: dict[str, dict[str, t.Any]] = {
    "ecs_image": {"name": "base", "instance_id": "i-1"},
    "ecs_image_audit_info": {},
    "ecs_image_copy": {**ONE_IMAGE, "destination_regions": [BEIJING]},
    "ecs_image_copy_cancel": ONE_IMAGE,
    "ecs_image_export": {**ONE_IMAGE, "bucket": "archive"},
    "ecs_image_info": {},
    "ecs_image_retire": {"families": ["base"], "keep": 1},
    "ecs_image_share": {**ONE_IMAGE, "accounts": [ONE]},
    "ecs_image_share_info": ONE_IMAGE,
    "ecs_image_usage_info": {"image_ids": ["m-1"]},
    "ecs_image_verify": {**ONE_IMAGE, **PLACE},
    "ecs_launch_template_image": {**ONE_IMAGE, "launch_template_id": "lt-1"},
    "ecs_snapshot_copy": {"snapshot_id": "s-1", "destinations": [{"region": BEIJING}]},
}


def in_a_new_region(lab: Lab, module: str) -> Outcome:
    region = "cn-newtown"
    if module == rights.LOOKUP:
        outcome = lookup(lab, region=region, name="golden")
    else:
        outcome = lab(module, who=None, region=region, **CALLS[module])
    # That it is not to be had is what the API has said; any other failure counts.
    if f"refused, nothing was changed: region '{region}' is unknown" in outcome.msg:
        outcome.result.update(failed=False)
    return outcome


SCENARIOS = {
    "ecs_image": image_life,
    "ecs_image_audit_info": audits,
    "ecs_image_copy": copies,
    "ecs_image_copy_cancel": cancels,
    "ecs_image_export": exports,
    "ecs_image_info": looks,
    "ecs_image_retire": retirements,
    "ecs_image_share": shares,
    "ecs_image_share_info": share_looks,
    "ecs_image_usage_info": uses,
    "ecs_image_verify": trials,
    "ecs_launch_template_image": template_images,
    "ecs_snapshot_copy": snapshot_copies,
    rights.LOOKUP: lookups,
}
RELEASES = list(rights.release_rights())
ACTIONS = [(module, action) for module, granted in rights.RIGHTS.items() for action in granted]


def everything(lab: Lab, module: str) -> Calls:
    """All that a module needs rights for."""
    yield in_a_new_region(lab, module)
    yield from SCENARIOS[module](lab)


@pytest.fixture
def grant(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> t.Callable[[t.Mapping[str, list[str]]], None]:
    """Make a user with these rights the one whose keys the environment holds."""

    def make(granted: t.Mapping[str, list[str]]) -> None:
        key = {"id": "simulator-narrow-key", "secret": "simulator-narrow-secret"}
        lab.plant("users", name="narrow", account=MAIN, policies=[rights.policy(granted)], access_keys=[key])
        monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", key["id"])
        monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", key["secret"])
        monkeypatch.setenv("ALIBABA_CLOUD_ECS_ENDPOINT", lab.sim.endpoint)
        monkeypatch.setenv("ALIBABA_CLOUD_STS_ENDPOINT", lab.sim.endpoint)

    return make


def test_the_pages_print_these_rights() -> None:
    for path, text in rights.pages().items():
        assert path.read_text(encoding="utf-8") == text, "run python tests/security policies"


def test_every_module_and_lookup_is_on_the_page() -> None:
    plugins = rights.PAGES.parents[2] / "plugins"
    modules = {path.stem for path in (plugins / "modules").glob("[!_]*.py")}
    lookups_ = {f"lookup {path.stem}" for path in (plugins / "lookup").glob("[!_]*.py")}
    internal = {"image_release_step", "image_work_step"}  # steps of the roles on the controller, which call no API
    assert set(rights.RIGHTS) == (modules - internal) | lookups_
    page = rights.PAGE.read_text(encoding="utf-8")
    for name, granted in rights.RIGHTS.items():
        (document,) = re.findall(rf"(?s)\n{name}\n\^+\n.*?\n(    {{\n.*?\n    }}\n)", page)
        allowed = json.loads(document)["Statement"]
        assert {action for one in allowed for action in one["Action"]} == set(granted), name


def test_a_page_without_its_marks_is_an_error() -> None:
    with pytest.raises(ValueError, match="0 parts with the marks of policies"):
        with_part(".. policies: begin\n\n", "policies", "text")
    assert with_part(".. a: begin\n\n.. a: end\n", "a", "b\n\n") == ".. a: begin\n\nb\n\n.. a: end\n"


@pins.rights_asked
@pytest.mark.parametrize("module", SCENARIOS)
def test_a_module_works_with_exactly_its_rights(lab: Lab, grant: t.Any, module: str) -> None:
    grant(rights.RIGHTS[module])
    with security_results.tried("rights", module=module, without=None):
        for outcome in everything(lab, module):
            assert not outcome.result.get("failed"), outcome.result


@pins.rights_asked
@pytest.mark.parametrize(("module", "action"), ACTIONS)
def test_a_missing_right_is_named(lab: Lab, grant: t.Any, module: str, action: str) -> None:
    grant({other: resources for other, resources in rights.RIGHTS[module].items() if other != action})
    with security_results.tried("rights", module=module, without=action):
        failed = [outcome for outcome in everything(lab, module) if outcome.result.get("failed")]
        assert failed, f"nothing failed without {action}"
        assert action in failed[0].said, failed[0].said


@pins.rights_asked
@pytest.mark.parametrize("action", [None, *RELEASES])
def test_the_policy_of_a_release(lab: Lab, grant: t.Any, action: str | None) -> None:
    """It is enough for each of its modules, and without any one action the first that fails names that one."""
    granted = {other: resources for other, resources in rights.release_rights().items() if other != action}
    with security_results.tried("rights", module="release", without=action):
        for module in rights.modules_of_a_release():
            lab.sim.reset(dataclasses.asdict(lab.sim.settings))
            grant(granted)
            for outcome in everything(lab, module):
                if outcome.result.get("failed"):
                    assert action and action in outcome.said, outcome.said
                    return
        assert action is None, f"nothing failed without {action}"


BLIND: tuple[tuple[str, dict[str, t.Any]], ...] = (
    ("ecs_image_info", {"regions": [HOME, BEIJING]}),
    ("ecs_image_retire", {"regions": [HOME, BEIJING], "families": ["base"]}),
    ("ecs_image_copy_cancel", {"regions": [HOME, BEIJING], "all_marked": True}),
    ("ecs_image_share", {"regions": [HOME, BEIJING], "all_own": True, "accounts": [ONE], "state": "absent"}),
    ("ecs_image_share_info", {"regions": [BEIJING], "source_region": BEIJING, "source_image_id": "m-1"}),
    ("ecs_image", {"region": HOME, "name": "golden", "state": "absent"}),
    ("ecs_image_copy", {"region": HOME, "image_id": "m-1", "destination_regions": [BEIJING]}),
)


@pins.blind
@pytest.mark.parametrize("answer", ["empty", "refused"])
@pytest.mark.parametrize(("module", "params"), BLIND, ids=[module for module, _params in BLIND])
def test_who_may_not_look_is_told_so_whatever_the_api_answers(
    lab: Lab, module: str, params: dict[str, t.Any], answer: str
) -> None:
    lab.source()
    lab.setting(rights_describe_images=answer)
    lab.plant("users", name="blind", access_keys=[{"id": "simulator-blind-key", "secret": "simulator-blind-secret"}])
    outcome = lab(module, who="blind", **params)
    told = " ".join([*outcome.warnings, outcome.said, *map(str, outcome.result.get("shares", []))])
    assert "ecs:DescribeImages" in told and lab.writes() == []
    if answer == "refused":
        assert outcome.code == 1, "a refusal is no empty list"
