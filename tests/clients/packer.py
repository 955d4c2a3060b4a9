# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A template for packer, as short as its builder for this cloud accepts."""

from __future__ import annotations

import json
import typing as t


def template(region: str, name: str, copies: t.Mapping[str, str], account: str) -> str:
    """An image of an instance made from a system image, its copies by region and name, and whom all are shared with."""
    builder = {
        "type": "alicloud-ecs",
        "region": region,
        "source_image": "aliyun_3_x64_20G_alibase_20260115.vhd",
        "instance_type": "ecs.g7.large",
        "vpc_id": f"vpc-simulator-{region}",
        "vswitch_id": f"vsw-simulator-{region}",
        "security_group_id": f"sg-simulator-{region}",
        # It runs nothing on the instance: nobody is there.
        "communicator": "none",
        "ssh_username": "root",
        # Without a password it makes a key pair, and deletes it in the end.
        "ssh_private_ip": True,
        "image_name": name,
        "image_copy_regions": list(copies),
        "image_copy_names": list(copies.values()),
        "image_share_account": [account],
        "tags": {"type": "golden"},
    }
    return json.dumps({"builders": [builder]})
