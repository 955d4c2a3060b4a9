# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Image work with libcloud, at the provider's own addresses; not part of the test process."""

from __future__ import annotations

import contextlib
import json
import os
import sys

import libcloud.security
from libcloud.common.types import LibcloudError
from libcloud.compute.providers import get_driver
from libcloud.compute.types import Provider

HOME = "cn-hangzhou"


def main(instance, regions, **dummy):
    libcloud.security.CA_CERTS_PATH = os.environ["SSL_CERT_FILE"]
    driver = get_driver(Provider.ALIYUN_ECS)(
        os.environ["ALICLOUD_ACCESS_KEY"], os.environ["ALICLOUD_SECRET_KEY"], region=HOME
    )
    assert instance in [node.id for node in driver.list_nodes()]
    images = driver.list_images(ex_filters={"ImageOwnerAlias": "self"})
    with contextlib.suppress(LibcloudError):  # its own fault: it looks for the copy in the source's region
        driver.copy_image(HOME, images[0], "libcloud-copy", ex_destination_region_id=regions[0])
    json.dump({"copied": images[0].id}, sys.stdout)


main(**json.loads(sys.argv[1]))
