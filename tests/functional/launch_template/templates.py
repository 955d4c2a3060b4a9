# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Launch templates to give an image to, and what is in them."""

from __future__ import annotations

import typing as t

from functional.support import HOME, Lab

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
