# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the cloud holds when a page begins: the objects that its code blocks name."""

from __future__ import annotations

import typing as t

CENTRAL, ONE, TWO, THREE = "1000000000000001", "1000000000000011", "1000000000000012", "1000000000000013"
HOME, BEIJING, FRANKFURT = "cn-hangzhou", "cn-beijing", "eu-central-1"

INSTANCE = {"id": "i-bp1demo0instance", "region": HOME, "disks": [{"size": 20}]}
SOURCE = {"id": "m-bp1demo0source0image", "region": HOME, "name": "base-2026-11", "created": "2026-11-01T08:00:00Z"}
KEYS = [
    {"id": "0e478b7a-4262-4802-b8cb-00d3fb40826e", "region": FRANKFURT},
    {"id": "5a1c0b9e-7d42-4f3c-9b0a-6f2d1e8c4b77", "region": BEIJING},
    {"id": "9c3f7a10-52b8-4e6d-8a91-3d7e0f6b2c45", "region": HOME},
]
SECRET_DISK = {"size": 20, "encrypted": True, "kms_key_id": "9c3f7a10-52b8-4e6d-8a91-3d7e0f6b2c45"}

EVERYTHING = {"Version": "1", "Statement": [{"Effect": "Allow", "Action": "ecs:*", "Resource": "*"}]}

WORLDS: dict[str, dict[str, t.Any]] = {
    "getting_started": {},
    "release_guide": {"keys": KEYS, "instances": [INSTANCE]},
    "life_cycle": {
        "keys": [*KEYS, {"id": "3e9b6d20-81f4-4c7a-a5d3-7c0e2b49f618", "region": FRANKFURT}],
        "instances": [INSTANCE],
    },
    "encryption": {
        "keys": KEYS,
        "images": [
            SOURCE,
            {"id": "m-bp1encrypted0image", "region": HOME, "name": "secret", "disks": [SECRET_DISK]},
        ],
    },
    "cross_account": {
        "images": [
            SOURCE,
            {"id": "m-2zeteam0one0image0", "region": BEIJING, "name": "team-one-tools", "account": ONE},
            {"id": "m-2zeteam0two0image0", "region": BEIJING, "name": "team-two-tools", "account": TWO},
            {"region": BEIJING, "name": "shared-base", "shares": [ONE, TWO, THREE]},
            {"region": FRANKFURT, "name": "shared-base", "shares": [ONE, TWO, THREE]},
        ],
        "roles": [
            {"name": "image-take-over", "account": account, "trust": [CENTRAL], "policies": [EVERYTHING]}
            for account in (ONE, TWO)
        ],
        "keys": [
            {"id": "2b0f6d1c-93a7-4d5e-8c41-7e9a05d3b6f8", "region": BEIJING, "account": ONE},
            {"id": "71c4e8a2-5d3b-4f96-a0e7-1b8d2c6f9345", "region": FRANKFURT, "account": ONE},
            {"id": "c8d51e07-6f2a-4b39-95d4-0a7c3e1f8b62", "region": BEIJING, "account": TWO},
        ],
    },
    "large_images": {
        "images": [
            {
                "id": "m-bp1large0image000",
                "region": HOME,
                "name": "large",
                "disks": [{"size": 1024}, {"size": 2048}],
            }
        ],
    },
    "awx": {},
    "pipelines": {"images": [SOURCE]},
    "audit": {"images": [SOURCE]},
    "migration": {
        "images": [
            SOURCE,
            {"region": BEIJING, "name": "base-2026-11", "is_copied": True, "created": "2026-11-02T08:00:00Z"},
        ],
    },
}

# Other speeds and switches than the simulator's own.
SETTINGS: dict[str, dict[str, t.Any]] = {"large_images": {"copy_gib_per_second": 50.0}}
