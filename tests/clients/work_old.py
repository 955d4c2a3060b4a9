# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Image work with the client before the typed one, at the provider's own addresses; not part of the test process."""

from __future__ import annotations

import json
import os
import sys
import time

from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.request import set_default_protocol_type
from aliyunsdkecs.request.v20140526 import (
    AddTagsRequest,
    CancelCopyImageRequest,
    CopyImageRequest,
    CreateImageRequest,
    DeleteImageRequest,
    DeleteSnapshotRequest,
    DescribeImagesRequest,
    DescribeRegionsRequest,
    DescribeTagsRequest,
    ModifyImageSharePermissionRequest,
    RemoveTagsRequest,
)

STATES = "Creating,Waiting,Available,UnAvailable,CreateFailed,Deprecated"
HOME = "cn-hangzhou"
REMOTE = "na-south-1"  # which it has no address of, and asks the location service for
set_default_protocol_type(os.environ.get("PROTOCOL", "http"))


def call(region, module, **params):
    request = getattr(module, module.__name__.rpartition(".")[2])()
    request.set_accept_format("json")
    for name, value in params.items():
        getattr(request, f"set_{name}")(value)
    client = AcsClient(os.environ["ALICLOUD_ACCESS_KEY"], os.environ["ALICLOUD_SECRET_KEY"], region)
    return json.loads(client.do_action_with_exception(request))


def image(region, image_id):
    found = call(region, DescribeImagesRequest, ImageId=image_id, Status=STATES)["Images"]["Image"]
    return found[0] if found else None


def wait(region, image_id, gone=False):
    for dummy in range(600):
        found = image(region, image_id)
        if (found is None) if gone else (found is not None and found["Status"] == "Available"):
            return found
        time.sleep(0.05)
    raise SystemExit(f"{image_id} in {region}: not there in time")


def main(instance, account, regions):
    known = {region["RegionId"] for region in call(HOME, DescribeRegionsRequest)["Regions"]["Region"]}
    assert set(regions) <= known
    call(REMOTE, DescribeImagesRequest)
    source = call(HOME, CreateImageRequest, InstanceId=instance, ImageName="old")["ImageId"]
    wait(HOME, source)
    copies = {
        region: call(
            HOME, CopyImageRequest, ImageId=source, DestinationRegionId=region, DestinationImageName="old-copy"
        )["ImageId"]
        for region in regions
    }
    tags = [{"Key": "made by", "Value": "old"}, {"Key": "passing", "Value": ""}]
    call(HOME, AddTagsRequest, ResourceType="image", ResourceId=source, Tags=tags)
    call(HOME, RemoveTagsRequest, ResourceType="image", ResourceId=source, Tags=tags[1:])
    shown = call(HOME, DescribeTagsRequest, ResourceType="image", ResourceId=source)["Tags"]["Tag"]
    assert [(tag["TagKey"], tag["TagValue"]) for tag in shown] == [("made by", "old")]
    last = regions[-1]
    call(last, CancelCopyImageRequest, ImageId=copies[last])
    for region in regions[:-1]:
        wait(region, copies[region])
        call(region, ModifyImageSharePermissionRequest, ImageId=copies[region], AddAccounts=[account])
    first = regions[0]
    try:
        call(first, DeleteImageRequest, ImageId=copies[first])
        raise SystemExit("a shared image was deleted")
    except ServerException as error:
        assert error.get_error_code() == "ImageUseShared", error
    call(first, ModifyImageSharePermissionRequest, ImageId=copies[first], RemoveAccounts=[account])
    snapshot = image(first, copies[first])["DiskDeviceMappings"]["DiskDeviceMapping"][0]["SnapshotId"]
    call(first, DeleteImageRequest, ImageId=copies[first])
    wait(first, copies[first], gone=True)
    call(first, DeleteSnapshotRequest, SnapshotId=snapshot)
    json.dump({"source": source, "copies": copies, "snapshot": snapshot}, sys.stdout)


main(**json.loads(sys.argv[1]))
