# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Launch templates."""

from __future__ import annotations

from typing import Any

import pytest
from simulator import Simulator
from simulator_tests.error_lab import Lab
from simulator_tests.helpers import HOME, Raw

DATA = {
    "ImageId": "m-1",
    "InstanceType": "ecs.g7.large",
    "SystemDisk.Size": "40",
    "SystemDisk.Encrypted": "true",
    "DataDisk.1.Size": "100",
    "DataDisk.1.Encrypted": "true",
    "NetworkInterface.1.VSwitchId": "vsw-1",
    "NetworkInterface.1.SecurityGroupIds.1": "sg-1",
    "SecurityGroupIds.1": "sg-2",
    "Tag.1.Key": "team",
    "Tag.1.Value": "web",
    "SecurityOptions.EnableSecureBoot": "true",
    "UserData": "IyEvYmluL3NoCg==",
}


@pytest.fixture
def lab(sim: Simulator) -> Lab:
    lab = Lab(sim)
    lab.set(lt_lag=0)
    return lab


def create(lab: Lab, name: str = "web", **data: str) -> str:
    answer = lab.ok("CreateLaunchTemplate", RegionId=HOME, LaunchTemplateName=name, **(data or DATA))
    return str(answer["LaunchTemplateId"])


def versions(lab: Lab, template: str, **params: str) -> list[Any]:
    answer = lab.ok("DescribeLaunchTemplateVersions", RegionId=HOME, LaunchTemplateId=template, **params)
    return list(answer["LaunchTemplateVersionSets"]["LaunchTemplateVersionSet"])


def refused(lab: Lab, action: str, **params: str) -> str:
    status, answer = lab.raw.v1(action, {"RegionId": HOME, **params})
    assert status != 200, answer
    return str(answer["Code"])


def test_a_version_shows_the_system_disk_with_dots_and_lists_in_wrappers(lab: Lab) -> None:
    (version,) = versions(lab, create(lab))
    data = version["LaunchTemplateData"]
    assert (data["SystemDisk.Size"], data["SystemDisk.Encrypted"]) == (40, "true")
    assert data["DataDisks"] == {"DataDisk": [{"Size": 100, "Encrypted": "true"}]}
    interface = {"VSwitchId": "vsw-1", "SecurityGroupIds": {"SecurityGroupId": ["sg-1"]}}
    assert data["NetworkInterfaces"] == {"NetworkInterface": [interface]}
    assert data["SecurityGroupIds"] == {"SecurityGroupId": ["sg-2"]}
    assert data["Tags"] == {"InstanceTag": [{"Key": "team", "Value": "web"}]}
    assert "SecurityOptions.EnableSecureBoot" not in data, "it cannot be read back"
    assert data["InstanceLabel"] == "kept", "a field that no page knows"
    lab.set(lt_extra_field="absent")
    assert "InstanceLabel" not in versions(lab, create(lab, "other"))[0]["LaunchTemplateData"]


def test_a_new_version_has_only_what_its_call_says(lab: Lab) -> None:
    template = create(lab)
    made = lab.ok("CreateLaunchTemplateVersion", RegionId=HOME, LaunchTemplateId=template, ImageId="m-2")
    assert made["LaunchTemplateVersionNumber"] == 2
    lab.set(lt_extra_field="absent")
    newest, first = versions(lab, template)
    assert (newest["VersionNumber"], newest["DefaultVersion"], first["DefaultVersion"]) == (2, False, True)
    assert set(newest["LaunchTemplateData"]) == {"ImageId", "InstanceLabel"}
    assert "LaunchTemplateData" not in versions(lab, template, DetailFlag="false")[0]


def test_the_default_moves_and_cannot_be_deleted(lab: Lab) -> None:
    template = create(lab)
    of = {"LaunchTemplateId": template}
    for dummy in range(2):
        lab.ok("CreateLaunchTemplateVersion", RegionId=HOME, ImageId="m-2", **of)
    lab.ok("ModifyLaunchTemplateDefaultVersion", RegionId=HOME, DefaultVersionNumber="3", **of)
    assert [one["VersionNumber"] for one in versions(lab, template, DefaultVersion="true")] == [3]
    both = {"DeleteVersion.1": "1", "DeleteVersion.2": "3"}
    assert refused(lab, "DeleteLaunchTemplateVersion", **of, **both) == "InvalidOperation.DeleteDefaultVersion"
    assert len(versions(lab, template)) == 3, "all or none"
    lab.set(lt_delete_atomic=False)
    lab.ok("DeleteLaunchTemplateVersion", RegionId=HOME, **of, **both)
    assert [one["VersionNumber"] for one in versions(lab, template)] == [3, 2]
    made = lab.ok("CreateLaunchTemplateVersion", RegionId=HOME, ImageId="m-3", **of)
    assert made["LaunchTemplateVersionNumber"] == 4, "no number is used twice"


def test_reads_show_a_change_late(lab: Lab) -> None:
    template = create(lab)
    lab.set(lt_lag=2)
    lab.ok("CreateLaunchTemplateVersion", RegionId=HOME, LaunchTemplateId=template, ImageId="m-2")
    assert [len(versions(lab, template)) for dummy in range(3)] == [1, 1, 2]
    lab.ok("ModifyLaunchTemplateDefaultVersion", RegionId=HOME, LaunchTemplateId=template, DefaultVersionNumber="2")

    def default() -> int:
        found = lab.ok("DescribeLaunchTemplates", RegionId=HOME)["LaunchTemplateSets"]["LaunchTemplateSet"]
        return int(found[0]["DefaultVersionNumber"])

    assert [default() for dummy in range(3)] == [1, 1, 2]


def test_limits_names_and_pages(lab: Lab) -> None:
    template = create(lab, "first", ImageId="m-1")
    assert refused(lab, "CreateLaunchTemplate", LaunchTemplateName="first") == "LaunchTemplateName.Duplicated"
    for number in range(29):
        create(lab, f"other-{number}", ImageId="m-1")
        lab.ok("CreateLaunchTemplateVersion", RegionId=HOME, LaunchTemplateName="first", ImageId="m-1")
    assert refused(lab, "CreateLaunchTemplate", LaunchTemplateName="more") == "LaunchTemplateLimitExceed"
    over = refused(lab, "CreateLaunchTemplateVersion", LaunchTemplateId=template)
    assert over == "LaunchTemplateVersionLimitExceed"
    found = lab.ok("DescribeLaunchTemplates", RegionId=HOME, PageSize="20", PageNumber="2")
    assert (len(found["LaunchTemplateSets"]["LaunchTemplateSet"]), found["TotalCount"]) == (10, 30)
    assert refused(lab, "DescribeLaunchTemplates", PageSize="51") == "InvalidParameter"
    lab.set(lt_page_max=100)
    lab.ok("DescribeLaunchTemplates", RegionId=HOME, PageSize="100")
    asked = {"LaunchTemplateId.1": template, "LaunchTemplateName.1": "first"}
    assert lab.ok("DescribeLaunchTemplates", RegionId=HOME, **asked)["TotalCount"] == 1
    assert [one["VersionNumber"] for one in versions(lab, template, MinVersion="2", MaxVersion="3")] == [3, 2]


@pytest.mark.parametrize(
    ("action", "params", "code"),
    [
        ("DescribeLaunchTemplateVersions", {}, "MissingParameter"),
        ("DescribeLaunchTemplateVersions", {"LaunchTemplateId": "lt-none"}, "InvalidLaunchTemplate.NotFound"),
        ("CreateLaunchTemplateVersion", {"LaunchTemplateName": "none"}, "InvalidLaunchTemplate.NotFound"),
        ("ModifyLaunchTemplateDefaultVersion", {"LaunchTemplateName": "web", "DefaultVersionNumber": "9"},
         "InvalidLaunchTemplateVersion.NotFound"),
        ("DeleteLaunchTemplateVersion", {"LaunchTemplateName": "web", "DeleteVersion.1": "9"},
         "InvalidLaunchTemplateVersion.NotFound"),
        ("CreateLaunchTemplate", {"LaunchTemplateName": "1"}, "InvalidParameter"),
        ("CreateLaunchTemplate", {"LaunchTemplateName": "b2", "SecurityGroupId": "sg-1", "SecurityGroupIds.1": "sg-2"},
         "InvalidParameter"),
    ],
)  # fmt: skip
def test_refusals(lab: Lab, action: str, params: dict[str, str], code: str) -> None:
    create(lab)
    assert refused(lab, action, **params) == code


def test_templates_are_each_accounts_own(lab: Lab) -> None:
    template = create(lab)
    lab.plant("accounts", id="1000000000000011", access_keys=[{"id": "k-other", "secret": "s"}])
    lab.raw = Raw(lab.sim, "k-other", "s")
    assert refused(lab, "DeleteLaunchTemplate", LaunchTemplateId=template) == "InvalidLaunchTemplate.NotFound"


def test_only_a_new_template_takes_the_secure_boot(lab: Lab) -> None:
    template = create(lab)
    secure = {"LaunchTemplateId": template, "SecurityOptions.EnableSecureBoot": "true"}
    assert refused(lab, "CreateLaunchTemplateVersion", **secure) == "InvalidParameter"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"SystemDisk.SnapshotId": "s-1"}, "InvalidParameter"),
        ({"SystemDisk.Device": "/dev/xvda"}, "InvalidParameter"),
        ({"DataDisk.1.Iops": "1"}, "InvalidParameter"),
        ({"SpotPriceLimit": "cheap"}, "InvalidParameter"),
        ({"UserData": "not base64!"}, "InvalidUserData.Base64FormatInvalid"),
        ({"Tag.1.Key": "a", "Tag.2.Key": "a"}, "Duplicate.TagKey"),
    ],
)
def test_bad_data(lab: Lab, data: dict[str, str], code: str) -> None:
    assert refused(lab, "CreateLaunchTemplateVersion", LaunchTemplateId=create(lab), **data) == code


def test_a_price_is_a_number_and_user_data_has_a_limit(lab: Lab) -> None:
    template = create(lab, "priced", ImageId="m-1", SpotPriceLimit="0.98")
    assert versions(lab, template)[0]["LaunchTemplateData"]["SpotPriceLimit"] == 0.98


def test_scaling_groups_tell_what_they_start_from(lab: Lab) -> None:
    template = create(lab)
    scaling = {"RegionId": HOME, "Version": "2014-08-28"}
    lab.plant("scaling_groups", region=HOME, name="web", launch_template=template, version="Latest")
    lab.plant("scaling_groups", region=HOME, name="old", launch_template=template, version="1")
    lab.plant("scaling_groups", region=HOME, name="other")
    found = lab.ok("DescribeScalingGroups", **scaling, PageSize="50")["ScalingGroups"]["ScalingGroup"]
    told = {group["ScalingGroupName"]: group.get("LaunchTemplateVersion") for group in found}
    assert told == {"web": "Latest", "old": "1", "other": None}
    assert refused(lab, "DescribeScalingGroups", **scaling, PageSize="51") == "InvalidParameter"
    lab.ok("CreateLaunchTemplateVersion", RegionId=HOME, LaunchTemplateId=template, ImageId="m-2")
    lab.ok("ModifyLaunchTemplateDefaultVersion", RegionId=HOME, LaunchTemplateId=template, DefaultVersionNumber="2")
    lab.set(lt_delete_used=False)
    used = {"LaunchTemplateId": template, "DeleteVersion.1": "1"}
    assert refused(lab, "DeleteLaunchTemplateVersion", **used) == "InvalidOperation.VersionInUse"
    lab.set(lt_delete_used=True)
    lab.ok("DeleteLaunchTemplateVersion", RegionId=HOME, **used)


def test_scaling_configurations_tell_what_they_start_from(lab: Lab) -> None:
    scaling = {"RegionId": HOME, "Version": "2014-08-28"}
    lab.plant("scaling_groups", region=HOME, name="followed", launch_template=create(lab), version="Latest")
    group = lab.plant("scaling_groups", region=HOME, name="web", image="m-1")
    lab.plant("scaling_groups", region=HOME, name="family", image_family="web")
    lab.plant("scaling_groups", region="cn-beijing", image="m-2")
    found = lab.ok("DescribeScalingConfigurations", **scaling)["ScalingConfigurations"]["ScalingConfiguration"]
    told = {one["ScalingConfigurationName"]: (one.get("ImageId"), one.get("ImageFamily")) for one in found}
    assert told == {"web": ("m-1", None), "family": (None, "web")}
    one = lab.ok("DescribeScalingConfigurations", **scaling, ScalingGroupId=group)["ScalingConfigurations"]
    assert [entry["ScalingGroupId"] for entry in one["ScalingConfiguration"]] == [group]
    assert refused(lab, "DescribeScalingConfigurations", **scaling, PageSize="51") == "InvalidParameter"
