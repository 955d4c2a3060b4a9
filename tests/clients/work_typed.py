# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Image work with an older typed client, at the provider's own addresses; not part of the test process."""

from __future__ import annotations

import json
import os
import sys
import time

from alibabacloud_ecs20140526 import models as ecs
from alibabacloud_ecs20140526.client import Client
from alibabacloud_tea_openapi.models import Config

STATES = "Creating,Waiting,Available,UnAvailable,CreateFailed,Deprecated"
HOME = "cn-hangzhou"


def client(region):
    return Client(
        Config(
            access_key_id=os.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"],
            access_key_secret=os.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
            region_id=region,
            # Its own default: https to the region's address. It takes the certificate from here, not from a variable.
            ca=os.environ["SSL_CERT_FILE"],
            signature_algorithm=os.environ.get("SIGNATURE"),
        )
    )


def image(region, image_id):
    request = ecs.DescribeImagesRequest(region_id=region, image_id=image_id, status=STATES)
    found = client(region).describe_images(request).body.images.image
    return found[0] if found else None


def wait(region, image_id):
    for dummy in range(600):
        found = image(region, image_id)
        if found is not None and found.status == "Available":
            return
        time.sleep(0.05)
    raise SystemExit(f"{image_id} in {region}: not Available in time")


def main(instance, account, regions):
    home = client(HOME)
    request = ecs.CreateImageRequest(region_id=HOME, instance_id=instance, image_name="typed", client_token="t-1")
    source = home.create_image(request).body.image_id
    wait(HOME, source)
    copies = {}
    for region in regions:
        request = ecs.CopyImageRequest(
            region_id=HOME,
            image_id=source,
            destination_region_id=region,
            destination_image_name="typed-copy",
            tag=[ecs.CopyImageRequestTag(key="made by", value="typed client")],
        )
        copies[region] = home.copy_image(request).body.image_id
    last = regions[-1]
    client(last).cancel_copy_image(ecs.CancelCopyImageRequest(region_id=last, image_id=copies[last]))
    for region in regions[:-1]:
        wait(region, copies[region])
        there = client(region)
        there.modify_image_share_permission(
            ecs.ModifyImageSharePermissionRequest(region_id=region, image_id=copies[region], add_account=[account])
        )
        shares = there.describe_image_share_permission(
            ecs.DescribeImageSharePermissionRequest(region_id=region, image_id=copies[region])
        )
        assert [share.aliyun_id for share in shares.body.accounts.account] == [account]
    json.dump({"source": source, "copies": copies}, sys.stdout)


main(**json.loads(sys.argv[1]))
