# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers have only the fields, and the types, that the SDK's models expect."""

from __future__ import annotations

import inspect
import json
import re
from typing import Any

import pytest
from alibabacloud_ecs20140526 import models as ecs
from simulator import Simulator
from simulator.actions import LOCATION, SCALING, SERVED, SHARING
from simulator.seed import plant
from simulator_tests.helpers import HOME, MAIN, ONE, STS, Raw

# The SDK says text, the page's sample shows a number; a switch decides.
NUMBERS_ALL_THE_SAME = ("SourceDiskSize",)
PLAIN: dict[str, type] = {"str": str, "int": int, "bool": bool, "float": float}


def fields(model: type) -> dict[str, str]:
    """Field names on the wire and their annotations."""
    names = re.findall(r"m\.get\('([^']+)'\) is not None", inspect.getsource(model.from_map))  # type: ignore[attr-defined]
    kinds = [str(p.annotation) for p in inspect.signature(model.__init__).parameters.values() if p.name != "self"]  # type: ignore[misc]
    return dict(zip(names, kinds, strict=True))


def fit(value: Any, kind: str, where: str) -> None:
    kind = kind.removeprefix("main_models.")
    if kind.startswith("List["):
        assert isinstance(value, list), where
        for item in value:
            fit(item, kind[5:-1], where + "[]")
    elif where.rpartition(".")[2] in NUMBERS_ALL_THE_SAME:
        assert isinstance(value, int), where
    elif kind in PLAIN:
        assert value.__class__ is PLAIN[kind], f"{where} is {type(value).__name__}, not {kind}"
    else:
        known = fields(getattr(ecs, kind))
        assert isinstance(value, dict), where
        assert set(value) <= set(known), f"{where}: unknown {set(value) - set(known)}"
        for name, item in value.items():
            fit(item, known[name], f"{where}.{name}")


# The models of the token service's SDK, which nothing here needs otherwise: all their fields are texts.
_USER = {"Arn": None, "AssumedRoleId": None}
_KEYS = dict.fromkeys(("AccessKeyId", "AccessKeySecret", "Expiration", "SecurityToken"))
_ROLE: dict[str, Any] = {"AssumedRoleUser": _USER, "Credentials": _KEYS, "RequestId": None, "SourceIdentity": None}
_OIDC = dict.fromkeys(("ClientIds", "ExpirationTime", "IssuanceTime", "Issuer", "Subject", "VerificationInfo"))
STS_MODELS: dict[str, dict[str, Any]] = {
    "GetCallerIdentity": dict.fromkeys(
        ("AccountId", "Arn", "IdentityType", "PrincipalId", "RequestId", "RoleId", "UserId")
    ),
    "AssumeRole": _ROLE,
    "AssumeRoleWithOIDC": {**_ROLE, "OIDCTokenInfo": _OIDC},
}


def fit_texts(value: Any, model: dict[str, Any] | None, where: str) -> None:
    if model is None:
        assert isinstance(value, str), where
        return
    assert set(value) <= set(model), f"{where}: unknown {set(value) - set(model)}"
    for name, item in value.items():
        fit_texts(item, model[name], f"{where}.{name}")


@pytest.fixture
def rich(sim: Simulator) -> str:
    """A world in which every list has something in it; the id of a shared image."""
    with sim.lock:
        ids = plant(
            sim.world,
            {
                "images": [
                    {"region": HOME, "name": "one", "tags": {"a": "b"}, "shares": [ONE], "family": "fam",
                     "disks": [{"size": 20, "encrypted": True}, {"size": 40}]},
                ],
                "snapshots": [{"region": HOME, "tags": {"c": ""}}],
                "instances": [{"region": HOME, "tags": {"d": "e"}, "locked": "financial"}],
            },
        )  # fmt: skip
    return ids["images"][0]


TAG = {"Tag.1.Key": "k", "Tag.1.Value": ""}
CASES: list[tuple[str, dict[str, str]]] = [
    ("DescribeRegions", {}),
    ("DescribeInstances", {"RegionId": HOME}),
    ("DescribeInstances", {"RegionId": HOME, "MaxResults": "10"}),
    ("DescribeInstanceStatus", {"RegionId": HOME}),
    ("DescribeUserData", {"RegionId": HOME, "InstanceId": "#demo"}),
    ("DescribeDisks", {"RegionId": HOME}),
    ("DescribeImages", {"RegionId": HOME, "Status": "ALL"}),
    ("DescribeImageFromFamily", {"RegionId": HOME, "ImageFamily": "fam"}),
    ("DescribeImageFromFamily", {"RegionId": HOME, "ImageFamily": "none"}),
    ("DescribeImageSupportInstanceTypes", {"RegionId": HOME, "ImageId": "@"}),
    ("DescribeImageSharePermission", {"RegionId": HOME, "ImageId": "@"}),
    ("DescribeSnapshots", {"RegionId": HOME}),
    ("DescribeSnapshots", {"RegionId": HOME, "MaxResults": "1"}),
    ("ListTagResources", {"RegionId": HOME, "ResourceType": "image", "ResourceId.1": "@"}),
    ("CopyImage", {"RegionId": HOME, "ImageId": "@", "DestinationRegionId": "cn-beijing", "Encrypted": "true"}),
    ("DeleteSnapshot", {"SnapshotId": "-"}),
    ("CopySnapshot", {"RegionId": HOME, "SnapshotId": "-", "DestinationRegionId": "cn-beijing",
                      "DestinationSnapshotName": "copy", "DestinationSnapshotDescription": "a copy"}),
    ("CreateSnapshot", {"DiskId": "!"}),
    ("CreateImage", {"RegionId": HOME, "SnapshotId": "-"}),
    ("RunInstances", {"RegionId": HOME, "ImageId": "@", "InstanceType": "ecs.g7.large",
                      "VSwitchId": f"vsw-simulator-{HOME}", "SecurityGroupId": f"sg-simulator-{HOME}"}),
    ("CreateInstance", {"RegionId": HOME, "ImageId": "@", "InstanceType": "ecs.g7.large",
                        "VSwitchId": f"vsw-simulator-{HOME}", "SecurityGroupId": f"sg-simulator-{HOME}"}),
    ("DescribeSecurityGroups", {"RegionId": HOME}),
    ("DescribeSecurityGroups", {"RegionId": HOME, "MaxResults": "10"}),
    ("DescribeVpcs", {"RegionId": HOME}),
    ("DescribeVSwitches", {"RegionId": HOME}),
    ("CancelCopyImage", {"RegionId": "cn-beijing", "ImageId": "@copy"}),
    ("ModifyImageAttribute", {"RegionId": HOME, "ImageId": "@", "Description": "another"}),
    ("ModifyImageSharePermission", {"RegionId": HOME, "ImageId": "@", "RemoveAccount.1": ONE}),
    ("ModifyImageShareGroupPermission", {"RegionId": HOME, "ImageId": "@"}),
    ("DeleteImage", {"RegionId": HOME, "ImageId": "@plain"}),
    ("ModifySnapshotAttribute", {"SnapshotId": "-", "Description": "another"}),
    ("TagResources", {"RegionId": HOME, "ResourceType": "image", "ResourceId.1": "@", **TAG}),
    ("UntagResources", {"RegionId": HOME, "ResourceType": "image", "ResourceId.1": "@", "TagKey.1": "a"}),
    ("JoinResourceGroup", {"RegionId": HOME, "ResourceType": "image", "ResourceId": "@", "ResourceGroupId": "#group"}),
    ("StopInstance", {"InstanceId": "#demo"}),
    ("StartInstance", {"InstanceId": "#stopped"}),
    ("ReplaceSystemDisk", {"InstanceId": "#stopped", "ImageId": "@plain"}),
    ("DeleteInstance", {"InstanceId": "#stopped"}),
    ("DeleteInstances", {"RegionId": HOME, "InstanceId.1": "#stopped"}),
    ("AddTags", {"RegionId": HOME, "ResourceType": "image", "ResourceId": "@", **TAG}),
    ("RemoveTags", {"RegionId": HOME, "ResourceType": "image", "ResourceId": "@", **TAG}),
    ("DescribeTags", {"RegionId": HOME}),
    ("DescribeResourceByTags", {"RegionId": HOME, "Tag.1.Key": "a"}),
    ("CreateKeyPair", {"RegionId": HOME, "KeyPairName": "pair"}),
    ("DescribeKeyPairs", {"RegionId": HOME}),
    ("AttachKeyPair", {"RegionId": HOME, "KeyPairName": "there", "InstanceIds": '["i-none"]'}),
    ("DetachKeyPair", {"RegionId": HOME, "KeyPairName": "there", "InstanceIds": '["i-none"]'}),
    ("DeleteKeyPairs", {"RegionId": HOME, "KeyPairNames": '["pair"]'}),
    ("DescribeEndpoints", {"Id": HOME, "ServiceCode": "ecs"}),
    ("LockSnapshot", {"RegionId": HOME, "SnapshotId": "-", "LockMode": "compliance", "LockDuration": "1",
                      "CoolOffPeriod": "1"}),
    ("UnlockSnapshot", {"RegionId": HOME, "SnapshotId": "locked"}),
    ("DescribeLockedSnapshots", {"RegionId": HOME}),
    ("CreateLaunchTemplate", {"RegionId": HOME, "LaunchTemplateName": "new", "ImageId": "@"}),
    ("CreateLaunchTemplateVersion", {"RegionId": HOME, "LaunchTemplateName": "template", "ImageId": "@"}),
    ("DescribeLaunchTemplates", {"RegionId": HOME}),
    ("DescribeLaunchTemplateVersions", {"RegionId": HOME, "LaunchTemplateName": "template"}),
    ("ModifyLaunchTemplateDefaultVersion", {"RegionId": HOME, "LaunchTemplateName": "template",
                                            "DefaultVersionNumber": "2"}),
    ("DeleteLaunchTemplateVersion", {"RegionId": HOME, "LaunchTemplateName": "template", "DeleteVersion.1": "2"}),
    ("DeleteLaunchTemplate", {"RegionId": HOME, "LaunchTemplateName": "template"}),
    ("ImportImage", {"RegionId": HOME, "DiskDeviceMapping.1.OSSBucket": "bucket",
                     "DiskDeviceMapping.1.OSSObject": "disk.raw"}),
    ("ExportImage", {"RegionId": HOME, "ImageId": "@plain", "OSSBucket": "bucket"}),
    ("DescribeTasks", {"RegionId": HOME}),
    ("DescribeTaskAttribute", {"RegionId": HOME, "TaskId": "#task"}),
    ("CancelTask", {"RegionId": HOME, "TaskId": "#task"}),
    ("ListSharedResources", {"ResourceOwner": "Self"}),
    ("DescribeScalingGroups", {"RegionId": HOME}),
    ("DescribeScalingConfigurations", {"RegionId": HOME}),
    ("ListSharedTargets", {"ResourceOwner": "Self"}),
    ("GetCallerIdentity", {}),
    ("AssumeRole", {"RoleArn": "#role", "RoleSessionName": "session", "SourceIdentity": "me"}),
    ("AssumeRoleWithOIDC", {"RoleArn": "#pipeline", "RoleSessionName": "session", "OIDCProviderArn": "#provider",
                            "OIDCToken": "#token"}),
]  # fmt: skip


def things(sim: Simulator, raw: Raw, rich: str) -> dict[str, str]:
    """What the words in the table stand for."""
    world, demo = sim.world, sim.world.demo
    instances: Any = demo["instances"]
    roles: Any = demo["roles"]
    with sim.lock:
        provider = plant(world, {"oidc_providers": [{"name": "ci", "issuer": "https://ci", "key": "k"}]})
        arn = provider["oidc_providers"][0]
        objects = {
            "roles": [{"name": "pipeline", "trust": [arn]}],
            "resource_groups": [{}],
            "images": [{"region": HOME, "name": "plain"}],
            "snapshots": [{"region": HOME, "id": "locked", "lock": {"days": 1, "cool_off": 24}}],
        }
        ids = plant(world, objects)
    plain = ids["images"][0]
    sim.settings.change({"task_visible_after": 0})
    roles_of_service = [f"AliyunECSImage{what}DefaultRole" for what in ("Import", "Export")]
    with sim.lock:
        plant(world, {"roles": [{"name": name, "trust": ["ecs.aliyuncs.com"]} for name in roles_of_service]})
        plant(world, {"buckets": [{"name": "bucket", "region": HOME, "objects": {"disk.raw": {}, "other.raw": {}}}]})
    imported = {"DiskDeviceMapping.1.OSSBucket": "bucket", "DiskDeviceMapping.1.OSSObject": "other.raw"}
    task = raw.v3("ImportImage", {"RegionId": HOME, **imported})[1]["TaskId"]
    raw.v3("CreateKeyPair", {"RegionId": HOME, "KeyPairName": "there"})
    # A field that the model does not know is what a client must bear; here it would be in the way.
    sim.settings.change({"lt_extra_field": "absent"})
    version = {"RegionId": HOME, "LaunchTemplateName": "template", "DataDisk.1.Size": "40", "Tag.1.Key": "a"}
    raw.v3("CreateLaunchTemplate", version)
    raw.v3("CreateLaunchTemplateVersion", {**version, "NetworkInterface.1.SecurityGroupIds.1": "sg-1"})
    asked = {"RegionId": HOME, "ImageId": plain, "DestinationRegionId": "cn-beijing"}
    return {
        "@": rich,
        "@plain": plain,
        "@copy": raw.v3("CopyImage", asked)[1]["ImageId"],
        "-": next(one.snapshot_id for one in world.snapshots.values() if not world.images_using(one.snapshot_id)),
        "!": next(iter(world.disks)),
        "#demo": instances["demo"],
        "#stopped": instances["stopped"],
        "#group": ids["resource_groups"][0],
        "#task": task,
        "#role": roles["main"],
        "#pipeline": ids["roles"][0],
        "#provider": arn,
        "#token": world.oidc_providers[arn].token(),
    }


def test_every_action_is_in_the_table() -> None:
    assert {action for action, dummy in CASES} == set(SERVED)


@pytest.mark.parametrize(("action", "params"), CASES)
def test_answer_fits_the_model(sim: Simulator, raw: Raw, rich: str, action: str, params: dict[str, str]) -> None:
    meant = things(sim, raw, rich)
    if action == "DeleteImage":
        sim.clock.advance(60)  # it is being copied till then
    version = SERVED[action].version
    caller = Raw(sim, "simulator-releaser-key", "simulator-releaser-secret") if version == STS else raw
    given = {key: meant.get(value, value) for key, value in params.items()}
    status, answer = caller.v3(action, given, headers={"x-acs-version": version})
    assert status == 200, answer
    if version in (LOCATION, SCALING, SHARING):
        return  # this SDK has no models for them
    if version == STS:
        fit_texts(answer, STS_MODELS[action], action)
        return
    fit(answer, f"{action}ResponseBody", action)
    empty = [
        path
        for path in ("Images", "Snapshots", "Disks", "Accounts")
        if answer.get(path) and not any(answer[path].values())
    ]
    assert not empty, json.dumps(answer)


def test_types_that_are_easily_wrong(raw: Raw, rich: str) -> None:
    image = raw.v3("DescribeImages", {"RegionId": HOME, "ImageId": rich})[1]["Images"]["Image"][0]
    assert image["ImageOwnerId"] == int(MAIN)
    assert image["IsSelfShared"] == "true"
    assert image["Progress"] == "100%"
    assert image["DiskDeviceMappings"]["DiskDeviceMapping"][1]["Size"] == "40"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", image["CreationTime"])
    assert not any("KMS" in name for name in image)
    share = raw.v3("DescribeImageSharePermission", {"RegionId": HOME, "ImageId": rich})[1]
    assert share["Accounts"]["Account"][0]["AliyunId"] == ONE
