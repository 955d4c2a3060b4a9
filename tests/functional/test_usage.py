# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ecs_image_usage_info: who uses an image, in each account and region, and how few calls it takes."""

from __future__ import annotations

import collections
import typing as t

import pytest
from functional import pins, rights
from functional.support import BEIJING, HOME, MAIN, ONE, Lab
from simulator.state.instances import Disk
from simulator.state.regions import open_regions

from ansible_collections.imageops.alicloud.plugins.module_utils._api.launch_templates import LaunchTemplates

USAGE, VERSIONS = "ecs_image_usage_info", "DescribeLaunchTemplateVersions"
KINDS = ("DescribeInstances", "DescribeLaunchTemplates", "DescribeScalingGroups", "DescribeScalingConfigurations",
         "DescribeDisks", "DescribeImages")  # fmt: skip


def used_by(lab: Lab, image: str, region: str = HOME, **options: t.Any) -> dict[str, list[str]]:
    """The ids of the users of one image by kind."""
    (entry,) = lab.ok(USAGE, region=region, image_ids=[image], **options).result["usage"]
    found: dict[str, list[str]] = collections.defaultdict(list)
    for use in entry["uses"]:
        found[use["kind"]].append(use["id"])
    return dict(found)


def new_looker(lab: Lab) -> str:
    """A user who may take on a role of another account, which an account itself never may; the role, which may look."""
    policy = rights.policy({**rights.RIGHTS[USAGE], **rights.RIGHTS["ecs_image_retire"], "sts:AssumeRole": ["*"]})
    key = {"id": "simulator-looker-key", "secret": "simulator-looker-secret"}
    lab.plant("users", name="looker", policies=[policy], access_keys=[key])
    may_look = rights.policy(rights.RIGHTS[USAGE])
    return lab.plant("roles", account=ONE, name="looker", trust=[MAIN], policies=[may_look])


def new_disk(lab: Lab, snapshot: str) -> str:
    """A disk that was made of a snapshot."""
    with lab.sim.lock:
        disk = Disk(lab.sim.world.new_id("d-"), MAIN, HOME, 40, source_snapshot_id=snapshot)
        lab.sim.world.disks[disk.disk_id] = disk
    return disk.disk_id


def test_instances_and_disks(lab: Lab) -> None:
    image, other = lab.source(), lab.source(name="other")
    instance = lab.plant("instances", region=HOME, image_id=image)
    lab.plant("instances", region=HOME, image_id=other)
    lab.plant("instances", region=BEIJING, image_id=image)
    snapshot = lab.image(image).disks[0].snapshot_id
    disk = new_disk(lab, snapshot)
    found = used_by(lab, image)
    assert found["instance"] == [instance] and disk in found["disk"]
    assert lab.writes() == []


def test_launch_templates_and_the_groups_that_follow_them(lab: Lab) -> None:
    old, new = lab.source(name="old"), lab.source(name="new")
    template = lab.plant("launch_templates", region=HOME, name="web", default=1,
                         versions=[{"ImageId": old}, {"ImageId": new}])  # fmt: skip
    groups = {
        version: lab.plant("scaling_groups", region=HOME, name=version, launch_template=template, version=version)
        for version in ("Default", "Latest", "2")
    }
    assert used_by(lab, old) == {"launch_template": [template], "scaling_group": [groups["Default"]]}
    assert used_by(lab, new) == {"launch_template": [template], "scaling_group": [groups["Latest"], groups["2"]]}
    (entry,) = lab.ok(USAGE, region=HOME, image_ids=[old]).result["usage"]
    assert entry["used"] is True and entry["uses"][0]["details"] == "version 1 (default)"


def test_scaling_configurations_name_an_image_by_id_name_or_family(lab: Lab) -> None:
    lab.source(name="web-1", family="web", created="2026-01-01T00:00:00Z")
    image = lab.source(name="web-2", family="web", created="2026-02-01T00:00:00Z")
    for how in ({"image": image}, {"image_name": "web-2"}, {"image_family": "web"}, {"image_name": "web-1"}):
        lab.plant("scaling_groups", region=HOME, **how)
    found = used_by(lab, image)
    assert len(found["scaling_configuration"]) == 3 and found["family"] == ["web"]


def test_what_goes_on_without_the_image_is_told_and_holds_nothing(lab: Lab) -> None:
    image = lab.source(family="web")
    new_disk(lab, lab.image(image).disks[0].snapshot_id)
    (entry,) = lab.ok(USAGE, region=HOME, image_ids=[image]).result["usage"]
    assert {use["kind"]: use["holds"] for use in entry["uses"]} == {"disk": False, "family": False}
    assert entry["used"] is False


def test_a_whole_release_by_its_source(lab: Lab) -> None:
    source = lab.source()
    lab.ok("ecs_image_copy", region=HOME, image_id=source, destination_regions=[BEIJING])
    copy = lab.one(BEIJING).image_id
    instance = lab.plant("instances", region=BEIJING, image_id=copy)
    lab.until_shown()
    found = lab.ok(USAGE, source_region=HOME, source_image_id=source, regions=[HOME, BEIJING]).result["usage"]
    assert {(one["region"], one["image_id"]): [use["id"] for use in one["uses"] if use["kind"] == "instance"]
            for one in found} == {(HOME, source): [], (BEIJING, copy): [instance]}  # fmt: skip
    by_entries = lab.ok(USAGE, images={HOME: source, BEIJING: copy, "cn-shanghai": None}).result["usage"]
    assert by_entries == found


def test_an_account_that_has_the_image_too(lab: Lab) -> None:
    """Only its own credentials see what it does with it."""
    image = lab.source(shares=[ONE], family="web")
    instance = lab.plant("instances", account=ONE, region=HOME, image_id=image)
    group = lab.plant("scaling_groups", account=ONE, region=HOME, image_family=f"acs:{MAIN}:web")
    role = new_looker(lab)
    assert used_by(lab, image) == {"family": ["web"]}
    found = used_by(lab, image, role_arns=[role], who="looker")
    assert found["instance"] == [instance]
    assert found["scaling_configuration"] == [f"asc-{group[4:]}"]


def test_an_account_that_is_entered_twice_is_looked_at_once(lab: Lab) -> None:
    image, role = lab.source(shares=[ONE], family="base"), new_looker(lab)
    lab.plant("instances", account=ONE, region=HOME, image_id=image)
    own = lab.plant("roles", account=MAIN, name="blind", trust=[MAIN], policies=[])
    once = used_by(lab, image, role_arns=[role], who="looker")
    assert once["family"] == ["base"] and len(once["instance"]) == 1
    assert used_by(lab, image, role_arns=f"{role}, {role}, {own}", who="looker") == once


@pytest.mark.parametrize("action", KINDS[:5])
def test_what_can_not_be_looked_at_is_told_and_nothing_counts_as_unused(lab: Lab, action: str) -> None:
    image = lab.source()
    service = "ess" if "Scaling" in action else "ecs"
    lab.fault("error", action, code="Forbidden.RAM", status=403, times=None)
    outcome = lab.ok(USAGE, region=HOME, image_ids=[image])
    assert outcome.result["usage"][0]["used"] is None
    (hidden,) = outcome.result["not_looked"]
    assert (hidden["region"], hidden["error"]["code"]) == (HOME, "Forbidden.RAM")
    assert f"{service}:{action}" in " ".join(outcome.warnings)


def test_a_role_that_can_not_be_taken_on_is_told(lab: Lab) -> None:
    image, role = lab.source(), f"acs:ram::{ONE}:role/none"
    outcome = lab.ok(USAGE, region=HOME, image_ids=[image], role_arns=[role])
    assert outcome.result["usage"][0]["used"] is None
    assert [one["account_id"] for one in outcome.result["not_looked"]] == [role]
    assert role in " ".join(outcome.warnings)


def test_an_image_that_is_not_there_counts_by_its_id(lab: Lab) -> None:
    instance = lab.plant("instances", region=HOME, image_id="m-gone")
    assert used_by(lab, "m-gone")["instance"] == [instance]
    assert "is no visible image" in " ".join(lab.ok(USAGE, region=HOME, image_ids=["m-gone"]).warnings)


@pytest.mark.parametrize("how", [{"image_name": "web-1"}, {"image_family": "web"}])
def test_an_image_that_is_not_visible_may_be_used_by_its_name(lab: Lab, how: dict[str, str]) -> None:
    """It was told as unused, by the credentials of who may not look at images."""
    image = lab.source(name="web-1", family="web")
    lab.plant("scaling_groups", region=HOME, **how)
    may = {action: found for action, found in rights.RIGHTS[USAGE].items() if action != "ecs:DescribeImages"}
    key = {"id": "simulator-blind-key", "secret": "simulator-blind-secret"}
    lab.plant("users", name="blind", policies=[rights.policy(may)], access_keys=[key])
    (entry,) = lab.ok(USAGE, who="blind", region=HOME, image_ids=[image]).result["usage"]
    assert (entry["used"], entry["uses"]) == (None, [])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"region": HOME}, "no image is named"),
        ({"source_image_id": "m-1", "regions": [HOME]}, "need each other"),
        ({"image_ids": ["m-1"]}, "regions is needed"),
        ({"image_ids": "", "region": HOME}, "image_ids has an empty entry"),
        ({"image_ids": ["m-1"], "region": HOME, "role_arns": ""}, "role_arns has an empty entry"),
        ({"image_ids": ["m-1"], "region": HOME, "role_arns": ["looker"]}, "role_arns: 'looker' is no ARN of a role"),
        ({"images": {HOME: ["m-1"]}}, "images must be a dictionary from region to image id"),
        ({"images": [{"image_id": "m-1"}]}, "the region of image m-1 is not known"),
    ],
)
def test_bad_input(lab: Lab, options: dict[str, t.Any], words: str) -> None:
    lab.fails(USAGE, words, **options)


@pytest.mark.slow
@pins.templates_counted
def test_a_thousand_images_in_every_region_take_a_call_a_kind_and_page(lab: Lab) -> None:
    """And one more for each launch template, but none for an image."""
    places = [region.region_id for region in open_regions()]
    spread = [places[number % len(places)] for number in range(1000)]
    entries = [
        {"region": place, "image_id": lab.source(region=place, name=f"image-{number}")}
        for number, place in enumerate(spread)
    ]
    for number, entry in enumerate(entries[: 3 * len(places)]):
        lab.plant(
            "launch_templates", region=entry["region"], name=f"t-{number}", versions=[{"ImageId": entry["image_id"]}]
        )
    first = [entry for entry in entries if entry["region"] == places[0]]
    for number in range(230):  # three pages
        lab.plant("instances", region=places[0], image_id=first[number % len(first)]["image_id"])
    lab.sim.journal.clear()
    found = lab.ok(USAGE, images=entries).result
    assert len(found["usage"]) == 1000 and found["not_looked"] == []
    assert sum(one["used"] for one in found["usage"]) >= 3 * len(places)
    asked = collections.Counter(lab.actions())
    pages = {"DescribeInstances": len(places) + 2, "DescribeDisks": len(places) + 2, VERSIONS: 3 * len(places)}
    for action in (*KINDS, VERSIONS):
        assert 0 < asked[action] <= pages.get(action, len(places)), action
    # Where answers of images say nothing of encryption, one look at the snapshots of a region does.
    assert set(asked) <= {*KINDS, VERSIONS, "DescribeSnapshots", "GetCallerIdentity"}
    assert asked["DescribeSnapshots"] <= len(places)


def test_a_misspelt_region_of_the_source_is_no_release_that_nobody_uses(lab: Lab) -> None:
    call = {"region": HOME, "source_image_id": lab.source(), "source_region": "cn-hangzo"}
    lab.fails(USAGE, "region 'cn-hangzo' is unknown, did you mean 'cn-hangzhou'?", **call)


def test_a_template_that_tells_no_version_is_not_one_that_uses_nothing(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An image that instances start from was told as unused, and could be retired."""
    image = lab.source()
    lab.plant("launch_templates", region=HOME, name="web", versions=[{"ImageId": image}])
    monkeypatch.setattr(LaunchTemplates, "versions", lambda *given: [])
    lab.checks_claims = False  # the API is made to lie
    looked = lab(USAGE, region=HOME, image_ids=[image])
    (gap,) = looked.result["not_looked"]
    assert (gap["kind"], gap["error"]["code"]) == ("launch templates", "NoVersion")


def test_a_template_that_can_not_be_read_hides_no_other(lab: Lab) -> None:
    """One that somebody deleted meanwhile hid all of a region, and what was seen of them was lost."""
    image = lab.source()
    for name in ("one", "two", "three"):
        lab.plant("launch_templates", region=HOME, name=name, versions=[{"ImageId": image}])
    lab.fault("error", VERSIONS, nth=2, code="InvalidLaunchTemplate.NotFound", status=404)
    lab.checks_claims = False  # the API is made to hide one
    looked = lab(USAGE, region=HOME, image_ids=[image])
    (entry,) = looked.result["usage"]
    assert [use["kind"] for use in entry["uses"]].count("launch_template") == 2
    (gap,) = looked.result["not_looked"]
    assert (gap["kind"], gap["error"]["code"]) == ("launch templates", "InvalidLaunchTemplate.NotFound")
