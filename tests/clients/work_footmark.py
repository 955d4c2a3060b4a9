# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Image work with footmark, at the provider's own addresses; not part of the test process."""

from __future__ import annotations

import json
import os
import sys
import time

import footmark.ecs

HOME = "cn-hangzhou"


def wait(client, image_id):
    for dummy in range(600):
        if [image.status for image in client.get_all_images(image_id=image_id)] == ["Available"]:
            return
        time.sleep(0.05)
    raise SystemExit(f"{image_id}: not Available in time")


def main(instance, **dummy):
    key, secret = os.environ["ALICLOUD_ACCESS_KEY"], os.environ["ALICLOUD_SECRET_KEY"]
    client = footmark.ecs.connect_to_region(HOME, acs_access_key_id=key, acs_secret_access_key=secret)
    dummy, image_id, *dummy = client.create_image(instance_id=instance, image_name="footmark")
    wait(client, image_id)  # before that, an image may not take tags yet
    client.tag_resources(resource_type="image", resource_ids=[image_id], tags={"made by": "footmark"})
    instances = client.describe_instances()
    json.dump({"image": image_id, "instances": len(instances)}, sys.stdout)


main(**json.loads(sys.argv[1]))
