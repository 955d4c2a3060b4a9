# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ecs_launch_template_image: every field kept, one version for an image, all or none, nothing in use deleted."""

from __future__ import annotations

import copy
import typing as t

import pytest
from functional import pins
from functional.interruptions import killed_at
from functional.support import BEIJING, HOME, Lab, four_steps

GIVE = "ecs_launch_template_image"
Data = dict[str, t.Any]

# Every field that the API documents for a version, as its answers show them.
_DISK: Data = {
    "AutoSnapshotPolicyId": "sp-1",
    "BurstingEnabled": True,
    "Category": "cloud_auto",
    "DeleteWithInstance": False,
    "Description": "a disk",
    "DiskName": "disk",
    "Encrypted": "true",
    "KMSKeyId": "key-1",
    "PerformanceLevel": "PL1",
    "ProvisionedIops": 1000,
    "Size": 40,
}
EVERYTHING: Data = {
    "AutoReleaseTime": "2027-01-01T00:00:00Z",
    "AutoRenew": True,
    "AutoRenewPeriod": 1,
    "CreditSpecification": "Unlimited",
    "DataDisks": {"DataDisk": [{**_DISK, "Device": "/dev/xvdb", "SnapshotId": "s-1"}, {"Size": 0, "Encrypted": False}]},
    "DeletionProtection": True,
    "DeploymentSetId": "ds-1",
    "Description": "web servers, with = and & and %",
    "EnableVmOsConfig": False,
    "HostName": "web",
    "HttpEndpoint": "enabled",
    "HttpPutResponseHopLimit": 2,
    "HttpTokens": "required",
    "ImageId": "m-old",
    "ImageOptions.LoginAsNonRoot": True,
    "ImageOwnerAlias": "self",
    "InstanceChargeType": "Postpaid",
    "InstanceName": "web-[1,4]",
    "InstanceType": "ecs.g7.large",
    "InternetChargeType": "PayByTraffic",
    "InternetMaxBandwidthIn": 100,
    "InternetMaxBandwidthOut": 0,
    "IoOptimized": "optimized",
    "Ipv6AddressCount": 1,
    "KeyPairName": "releaser",
    "NetworkInterfaces": {
        "NetworkInterface": [
            {
                "DeleteOnRelease": True,
                "Description": "first",
                "InstanceType": "Primary",
                "NetworkInterfaceName": "eni-1",
                "NetworkInterfaceTrafficMode": "Standard",
                "PrimaryIpAddress": "10.0.0.2",
                "SecurityGroupId": "sg-1",
                "VSwitchId": "vsw-1",
            },
            {"SecurityGroupIds": {"SecurityGroupId": ["sg-2", "sg-3"]}, "VSwitchId": "vsw-2"},
        ]
    },
    "NetworkType": "vpc",
    "PasswordInherit": False,
    "Period": 1,
    "PeriodUnit": "Month",
    "PrivateIpAddress": "10.0.0.1",
    "RamRoleName": "web",
    "ResourceGroupId": "rg-1",
    "SecurityEnhancementStrategy": "Active",
    "SecurityGroupIds": {"SecurityGroupId": ["sg-1", "sg-2"]},
    "SecurityOptions.TrustedSystemMode": "vTPM",
    "SpotDuration": 1,
    "SpotPriceLimit": 0.98,
    "SpotStrategy": "SpotWithPriceLimit",
    **{f"SystemDisk.{name}": value for name, value in {**_DISK, "Iops": 1800}.items()},
    "Tags": {"InstanceTag": [{"Key": "team", "Value": "web"}, {"Key": "empty"}]},
    "UserData": "IyEvYmlu" * 4000,
    "VSwitchId": "vsw-1",
    "VpcId": "vpc-1",
    "ZoneId": "cn-hangzhou-i",
}
SMALL = {"ImageId": "m-old", "InstanceType": "ecs.g7.large", "SystemDisk.Size": 40}


@pytest.fixture(autouse=True)
def known_fields(lab: Lab) -> None:
    """The API tells nothing that no page names; the tests of that say otherwise."""
    lab.setting(lt_extra_field="absent")


def plant(lab: Lab, region: str = HOME, name: str = "web", data: Data | None = None, count: int = 1) -> str:
    versions = [SMALL if data is None else data] * count
    return lab.plant("launch_templates", region=region, name=name, versions=versions, default=count)


def template(lab: Lab, template_id: str) -> t.Any:
    return lab.sim.world.templates[template_id].settled()


def images(lab: Lab, template_id: str) -> dict[int, str]:
    return {number: version.data["ImageId"] for number, version in template(lab, template_id).versions.items()}


def one(outcome: t.Any) -> Data:
    (entry,) = outcome.result["launch_templates"]
    return t.cast(Data, entry)


def test_every_documented_field_is_in_the_new_version(lab: Lab) -> None:
    web, image = plant(lab, data=EVERYTHING), lab.source()
    real = four_steps(lab, GIVE, region=HOME, launch_template_name="web", image_id=image)
    made = template(lab, web).versions[2]
    assert {**made.data, "ImageId": "m-old"} == normal(EVERYTHING)
    assert (template(lab, web).default, made.data["ImageId"]) == (2, image)
    assert one(real) | {"launch_template_id": web, "action": "created", "version": 2, "default_version": 2} == one(real)
    assert made.description == f"imageops:launch-image {image} of version 1"


def normal(data: Data) -> Data:
    """As the simulator answers: a flag of a disk's encryption is a text there."""
    told = copy.deepcopy(data)
    told["DataDisks"]["DataDisk"][1]["Encrypted"] = "false"
    return told


def test_the_system_disk_may_also_be_nested(lab: Lab) -> None:
    nested = {
        "ImageId": "m-old",
        "SystemDisk": {"Size": 40, "Encrypted": True},
        "ImageOptions": {"LoginAsNonRoot": True},
    }
    web, image = plant(lab, data=nested), lab.source()
    lab.ok(GIVE, region=HOME, launch_template_id=web, image_id=image)
    dotted = {"SystemDisk.Size": 40, "SystemDisk.Encrypted": "true", "ImageOptions.LoginAsNonRoot": True}
    assert template(lab, web).versions[2].data == {"ImageId": image, **dotted}


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({"InstanceLabel": "kept"}, "InstanceLabel"),
        ({"SystemDisk.Colour": "red"}, "SystemDisk.Colour"),
        ({"SecurityOptions.EnableSecureBoot": True}, "SecurityOptions.EnableSecureBoot"),
        ({"DataDisks": {"DataDisk": [{"Size": 20, "Colour": "red"}]}}, "DataDisks.1.Colour"),
        ({"NetworkInterfaces": {"NetworkInterface": [{"VSwitchId": {"a": "b"}}]}}, "NetworkInterfaces.1.VSwitchId"),
        ({"Tags": {"InstanceTag": [], "More": ["x"]}}, "Tags.More"),
    ],
)
def test_what_can_not_be_said_again_stops_it(lab: Lab, more: Data, name: str) -> None:
    web, image = plant(lab, data={**SMALL, **more}), lab.source()
    call = {"region": HOME, "launch_template_id": web, "image_id": image}
    for check in (True, False):
        lab.fails(GIVE, "Nothing was changed", name, "allowed_losses", check=check, **call)
    assert lab.writes() == []
    lossy = lab.ok(GIVE, **call, allowed_losses=[name])
    assert one(lossy)["lost"] == [name] and any(name in warning for warning in lossy.warnings)
    assert not lab.ok(GIVE, **call, allowed_losses=[name]).changed


def test_empty_fields_are_no_loss(lab: Lab) -> None:
    web, image = plant(lab, data={**SMALL, "InstanceLabel": "", "Others": {"Other": []}}), lab.source()
    assert one(lab.ok(GIVE, region=HOME, launch_template_id=web, image_id=image))["lost"] == []


def test_what_can_not_be_read_is_told(lab: Lab) -> None:
    plant(lab)
    outcome = lab.ok(GIVE, region=HOME, launch_template_name="web", image_id=lab.source(), check=True)
    assert one(outcome)["not_readable"] == ["SecurityOptions.EnableSecureBoot"]
    assert any("secure boot" in warning for warning in outcome.warnings)


def test_going_back_finds_the_version_of_before(lab: Lab) -> None:
    first, second = lab.source(), lab.plant("images", region=HOME, name="newer")
    web = plant(lab, data={**EVERYTHING, "ImageId": first})
    for image in (second, first, second, first):
        outcome = lab.ok(GIVE, region=HOME, launch_template_id=web, image_id=image)
        assert template(lab, web).versions[template(lab, web).default].data["ImageId"] == image
    assert images(lab, web) == {1: first, 2: second} and one(outcome)["action"] == "adopted"


def test_a_default_that_somebody_has_changed_is_what_is_kept(lab: Lab) -> None:
    first, second = lab.source(), lab.plant("images", region=HOME, name="newer")
    versions = [{**SMALL, "ImageId": first}, {**SMALL, "ImageId": second, "HostName": "changed"}]
    web = lab.plant("launch_templates", region=HOME, versions=versions, default=2)
    lab.ok(GIVE, region=HOME, launch_template_id=web, image_id=first)
    assert template(lab, web).versions[3].data == {**SMALL, "ImageId": first, "HostName": "changed"}


@pytest.mark.parametrize("kind", ["reset_before", "reset_after", "truncate"])
def test_a_lost_answer_makes_no_second_version(lab: Lab, kind: str) -> None:
    web, image = plant(lab), lab.source()
    lab.fault(kind, "CreateLaunchTemplateVersion", times=1)
    lab.ok(GIVE, region=HOME, launch_template_id=web, image_id=image)
    assert images(lab, web) == {1: "m-old", 2: image}
    assert (template(lab, web).default, template(lab, web).latest) == (2, 2), "no second one, not even for a moment"


WRITES = ("CreateLaunchTemplateVersion", "ModifyLaunchTemplateDefaultVersion", "DeleteLaunchTemplateVersion")


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("action", WRITES)
@pytest.mark.parametrize("lag", [0, 2])
def test_a_killed_run_is_gone_on_with(lab: Lab, action: str, when: str, lag: int) -> None:
    lab.setting(lt_lag=lag)
    web, image = plant(lab, count=3), lab.source()
    call = {"region": HOME, "launch_template_id": web, "image_id": image, "keep_versions": 2}
    assert killed_at(lab, action, 1, when, GIVE, **call)
    lab.pass_time(10)
    lab.ok(GIVE, **call)
    assert list(images(lab, web).values()).count(image) == 1
    assert template(lab, web).versions[template(lab, web).default].data["ImageId"] == image
    assert len(images(lab, web)) == 2
    assert template(lab, web).latest == 4, "one was made, and no second one that went again"
    lab.sim.journal.clear()
    assert not lab.ok(GIVE, **call).changed and lab.writes() == []


def test_two_regions_are_done_together_or_not_at_all(lab: Lab) -> None:
    here, there = plant(lab), plant(lab, BEIJING, data={**SMALL, "InstanceLabel": "kept"})
    golden, twin = lab.source(), lab.plant("images", region=BEIJING, name="golden")
    entries = [
        {"region": HOME, "launch_template_name": "web", "image_id": golden},
        {"region": BEIJING, "launch_template_id": there, "image_id": twin},
    ]
    outcome = lab.fails(GIVE, "InstanceLabel", launch_templates=entries)
    assert lab.writes() == [] and not outcome.changed
    lab.fault("error", "CreateLaunchTemplateVersion", code="InternalError", status=500, times=None, region=BEIJING)
    outcome = lab.fails(GIVE, launch_templates=entries, allowed_losses=["InstanceLabel"], unreachable_timeout=5)
    assert outcome.changed, "a version was made"
    told = {entry["region"]: (entry["action"], entry["switched"]) for entry in outcome.result["launch_templates"]}
    assert told == {HOME: ("created", False), BEIJING: (None, False)}
    assert (template(lab, here).default, template(lab, there).default) == (1, 1), "and no default switched"
    lab.sim.faults.clear()
    lab.ok(GIVE, launch_templates=entries, allowed_losses=["InstanceLabel"])
    assert (images(lab, here)[2], images(lab, there)[2]) == (golden, twin)
    assert (template(lab, here).default, template(lab, there).default) == (2, 2)


@pytest.mark.parametrize(
    ("action", "option"),
    [("ModifyLaunchTemplateDefaultVersion", {}), ("DeleteLaunchTemplateVersion", {"keep_versions": 1})],
)
def test_what_was_refused_is_not_told_as_done(lab: Lab, action: str, option: Data) -> None:
    """It said that the default was switched, and that something was changed."""
    web, image = plant(lab, count=3), lab.source()
    call: Data = {"region": HOME, "launch_template_id": web, "image_id": image, "set_default": False}
    lab.ok(GIVE, **call)
    lab.fault("error", action, code="Forbidden.RAM", status=403, times=None)
    outcome = lab.fails(GIVE, "Forbidden.RAM", **{**call, "set_default": not option, **option})
    assert (outcome.changed, one(outcome)["switched"], one(outcome)["deleted_versions"]) == (False, False, [])


def test_old_versions_go_but_for_the_default_and_those_that_groups_name(lab: Lab) -> None:
    web, image = plant(lab, count=6), lab.source()
    lab.plant("scaling_groups", region=HOME, name="pinned", launch_template=web, version="2")
    lab.plant("scaling_groups", region=HOME, name="follower", launch_template=web, version="Default")
    real = four_steps(lab, GIVE, region=HOME, launch_template_id=web, image_id=image, keep_versions=3)
    assert sorted(images(lab, web)) == [2, 5, 6, 7]
    assert one(real)["deleted_versions"] == [1, 3, 4]
    lab.ok(GIVE, region=HOME, launch_template_id=web, image_id="m-old", keep_versions=1, set_default=False)
    assert sorted(images(lab, web)) == [2, 6, 7], "the default, the pinned one, and the one that is asked for"


def test_the_only_version_there_is_gives_way_to_the_new_one(lab: Lab) -> None:
    web, image = plant(lab), lab.source()
    real = four_steps(lab, GIVE, region=HOME, launch_template_id=web, image_id=image, keep_versions=1)
    assert sorted(images(lab, web)) == [2]
    assert one(real)["deleted_versions"] == [1]


def test_where_groups_can_not_be_looked_at_nothing_is_deleted(lab: Lab) -> None:
    web, image = plant(lab, count=6), lab.source()
    lab.fault("error", "DescribeScalingGroups", code="Forbidden.RAM", status=403, times=None)
    outcome = lab.ok(GIVE, region=HOME, launch_template_id=web, image_id=image, keep_versions=1)
    assert len(images(lab, web)) == 7 and one(outcome)["scaling_groups"] is None
    (warning,) = [warning for warning in outcome.warnings if "did not look" in warning]
    assert "ess:DescribeScalingGroups" in warning and "no version is deleted" in warning


@pins.templates_counted
def test_groups_on_latest_are_named_before_a_version_is_made(lab: Lab) -> None:
    web, image = plant(lab), lab.source()
    lab.plant("scaling_groups", region=HOME, name="eager", launch_template=web, version="Latest")
    lab.plant("scaling_groups", region=HOME, name="calm", launch_template=web, version="Default")
    call = {"region": HOME, "launch_template_id": web, "image_id": image}
    foretold = lab.ok(GIVE, check=True, **call)
    (warning,) = [warning for warning in foretold.warnings if "Latest" in warning]
    assert "eager" in warning and "calm" not in warning
    lab.ok(GIVE, **call)
    lab.sim.journal.clear()
    assert lab.ok(GIVE, **call).warnings == []
    assert lab.actions() == ["DescribeLaunchTemplateVersions"], "a converged run asks once"


def test_a_full_template_makes_room_or_says_so(lab: Lab) -> None:
    web, image = plant(lab, count=30), lab.source()
    call = {"region": HOME, "launch_template_id": web, "image_id": image}
    lab.fails(GIVE, "30 is the most", "keep_versions", **call)
    assert lab.writes() == []
    real = four_steps(lab, GIVE, **call, keep_versions=29)
    assert len(one(real)["deleted_versions"]) == 2
    assert (len(images(lab, web)), template(lab, web).default) == (29, 31)


def test_versions_that_went_before_a_failure_are_told(lab: Lab) -> None:
    web, image = plant(lab, count=30), lab.source()
    lab.fault("error", "CreateLaunchTemplateVersion", code="InvalidParameter", status=400, times=None)
    call = {"region": HOME, "launch_template_id": web, "image_id": image}
    failed = lab.fails(GIVE, "InvalidParameter", **call, keep_versions=29)
    assert failed.changed and len(one(failed)["deleted_versions"]) == 2
    assert not lab.fails(GIVE, "InvalidParameter", **call).changed, "no version was made"


def test_only_made_and_not_switched(lab: Lab) -> None:
    web, image = plant(lab), lab.source()
    real = four_steps(lab, GIVE, region=HOME, launch_template_id=web, image_id=image, set_default=False)
    assert (images(lab, web), template(lab, web).default) == ({1: "m-old", 2: image}, 1)
    assert (one(real)["switched"], one(real)["default_version"]) == (False, 1)
    switched = lab.ok(GIVE, region=HOME, launch_template_id=web, image_id=image)
    assert (len(images(lab, web)), one(switched)["action"], template(lab, web).default) == (2, "adopted", 2)
    assert (switched.changed, one(switched)["switched"]) == (True, True)


def test_a_default_that_does_not_show_is_no_success(lab: Lab) -> None:
    web, image = plant(lab), lab.source()
    call: Data = {"region": HOME, "launch_template_id": web, "image_id": image}
    lab.ok(GIVE, **call, set_default=False)
    lab.pass_time(10)
    lab.setting(lt_lag=100_000)
    outcome = lab.fails(GIVE, "is not shown as such yet", **call)
    assert (outcome.changed, one(outcome)["switched"], template(lab, web).default) == (True, True, 2)


def test_an_image_that_no_instance_starts_from_is_refused(lab: Lab) -> None:
    web = plant(lab)
    gone = lab.plant("images", region=HOME, name="gone", status="Deprecated")
    for image, word in ((gone, "Deprecated"), ("m-none", "not visible")):
        lab.fails(GIVE, word, image, region=HOME, launch_template_id=web, image_id=image, consistency_wait=5)
    assert lab.writes() == []


def test_a_planned_image_is_taken_in_check_mode_only(lab: Lab) -> None:
    plant(lab)
    entry = {"region": HOME, "launch_template_name": "web", "planned": True}
    foretold = lab.ok(GIVE, launch_templates=[entry], check=True)
    assert foretold.changed and one(foretold)["version"] is None
    lab.fails(GIVE, "check mode alone", launch_templates=[entry])


def test_bad_input_is_told_together(lab: Lab) -> None:
    web = {"region": HOME, "launch_template_name": "web", "image_id": "m-1"}
    entries = [{**web, "keep_versions": 0}, web, {"region": "cn-nowhere!", "launch_template_id": "lt-1"}]
    words = ("keep_versions is 0", "is named twice", "image_id is needed", "cn-nowhere!")
    lab.fails(GIVE, *words, launch_templates=entries)
    lab.fails(GIVE, "InvalidLaunchTemplate.NotFound", region=HOME, launch_template_name="none", image_id="m-1")
    plant(lab)
    both = [web, {**web, "launch_template_name": None, "launch_template_id": plant(lab, name="other")}]
    both[1]["launch_template_id"] = next(iter(lab.sim.world.templates))
    lab.fails(GIVE, "is named twice", launch_templates=both)


def test_another_run_that_was_faster_leaves_one_version(lab: Lab) -> None:
    """Its version is not visible yet when ours is made."""
    lab.setting(lt_lag=4)
    web, image = plant(lab), lab.source()
    other = {"region": HOME, "launch_template_id": web, "image_id": image, "set_default": False}
    lab.fault("hold", "CreateLaunchTemplateVersion", when="before", times=1)
    faster = lab.when_held(lambda: _made_by_hand(lab, web, image))
    lab.ok(GIVE, **other)
    faster.join(5)
    assert list(images(lab, web).values()).count(image) == 1
    assert images(lab, web)[2] == image
    # The next task takes that one, and not ours, which lists have shown for a while after it was deleted.
    assert one(lab.ok(GIVE, **{**other, "set_default": True}))["version"] == template(lab, web).default == 2


def _made_by_hand(lab: Lab, template_id: str, image: str) -> None:
    from simulator.state.templates import TemplateVersion

    there = lab.sim.world.templates[template_id]
    with lab.sim.lock:
        there.latest += 1
        description = f"imageops:launch-image {image} of version 1"
        data = {**SMALL, "ImageId": image}
        there.versions[there.latest] = TemplateVersion(there.latest, description, data, lab.sim.world.now(), "1")


@pytest.mark.parametrize(
    ("strange", "words"),
    [
        ({"keep_versions": "ten"}, "keep_versions"),
        ({"set_default": "perhaps"}, "set_default"),
        ({"launch_template_id": "", "region": ["cn-hangzhou"]}, "launch_template_id or launch_template_name"),
        ({"keep_version": 3}, "keep_version"),
    ],
)
def test_a_strange_entry_is_refused_in_words(lab: Lab, strange: Data, words: str) -> None:
    entry = {"region": HOME, "launch_template_id": plant(lab), "image_id": lab.source(), **strange}
    outcome = lab(GIVE, launch_templates=[entry])
    assert outcome.code == 1 and words in outcome.msg and "unexpected" not in outcome.msg
    assert lab.calls() == []


def test_texts_of_an_entry_are_what_they_say(lab: Lab) -> None:
    """As a survey or a templated list hands them over."""
    web, image = plant(lab, data={**SMALL, "InstanceLabel": "kept"}, count=5), lab.source()
    entry = {"region": HOME, "launch_template_id": web, "image_id": image, "allowed_losses": "InstanceLabel"}
    texts = {"set_default": "false", "keep_versions": "2", "planned": "no"}
    four_steps(lab, GIVE, launch_templates=[{**entry, **texts}])
    assert template(lab, web).default == 5 and list(images(lab, web)) == [5, 6]


def test_one_that_is_gone_can_be_left_out(lab: Lab) -> None:
    image, there, gone = lab.source(), plant(lab), "lt-gone"
    call = {"region": HOME, "image_id": image}
    entries = [{"launch_template_id": gone}, {"launch_template_id": there}]
    assert "InvalidLaunchTemplate.NotFound" in lab.fails(GIVE, gone, **call, launch_templates=entries).said
    assert lab.writes() == []
    entries[0]["ignore_missing"] = True
    for check in (True, False):
        outcome = lab.ok(GIVE, **call, launch_templates=entries, check=check)
        left, done = outcome.result["launch_templates"]
        assert (left["action"], left["error"], left["version"]) == ("missing", None, None)
        assert outcome.changed and done["action"] == "created"
        assert gone in " ".join(outcome.warnings)
    alone = lab.ok(GIVE, **call, launch_templates=entries[:1])
    assert not alone.changed and gone in " ".join(alone.warnings)
