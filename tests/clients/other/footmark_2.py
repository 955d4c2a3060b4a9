# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Image work with footmark of 2019, in Python 2; not part of the test process."""

import json
import os
import sys
import time

import footmark.ecs

HOME = "cn-hangzhou"


def create(client, instance, name):
    image = client.create_image(instance_id=instance, image_name=name)[1]
    time.sleep(2)  # as long as it is not there, the next call looks again every 20 seconds only
    assert [one.id for one in client.get_all_images(image_id=image)] == [image]
    return image


def main(instance, **dummy):
    key, secret = os.environ["ALICLOUD_ACCESS_KEY"], os.environ["ALICLOUD_SECRET_KEY"]
    client = footmark.ecs.connect_to_region(HOME, acs_access_key_id=key, acs_secret_access_key=secret)
    found = [one.id for one in client.describe_instances()]
    assert instance in found, found
    made = [create(client, instance, name) for name in ("footmark", "footmark-2")]
    client.add_tags(resource_type="image", resource_id=made[0], tags={"made by": "footmark"})
    assert client.delete_image(made[1])
    json.dump({"image": made[0], "deleted": made[1], "instances": len(found)}, sys.stdout)


main(**json.loads(sys.argv[1]))
