# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of the releases that tests make, what leads their family, and times of long ago."""

from __future__ import annotations

import time
import typing as t

if t.TYPE_CHECKING:
    from .conftest import Data, Stage

HOME, BEIJING, FRANKFURT = "cn-hangzhou", "cn-beijing", "eu-central-1"
ONE, TWO = "1000000000000011", "1000000000000012"
DAY = 86400


def release(stage: Stage, name: str, source: str | None = None, encrypted: bool = False, **more: t.Any) -> Data:
    """An image that is there, or one of the instance, with a copy in Beijing, and a manifest under its name.

    :param encrypted: with an encrypted copy in Frankfurt too
    :param more: variables beside these, or in place of them
    """
    demo = stage.ready["demo"]
    key = {"encrypted": True, "kms_key_id": demo["kms_keys"][FRANKFURT]}
    made_of = {"image_id": source} if source else {"instance_id": demo["instances"]["demo"]}
    return {
        "image_release_source": {"region": HOME, **made_of},
        "image_release_name": name,
        "image_release_destinations": [{"region": BEIJING}, *([{"region": FRANKFURT, **key}] if encrypted else [])],
        "image_release_family": "base",
        "image_release_manifest": str(stage.folder / f"{name}.json"),
        **more,
    }


def whole(stage: Stage, **more: t.Any) -> Data:
    """An instance that becomes an image, two copies, one of them encrypted, and shares."""
    given = release(stage, "base-2026-11", encrypted=True, image_release_manifest=str(stage.manifest))
    given["image_release_destinations"][0]["accounts"] = [TWO]
    return {
        **given,
        "image_release_description": "The base image",
        "image_release_tags": {"stage": "release"},
        "image_release_accounts": [ONE],
        "image_release_share_source": "false",  # as text, which is how -e name=value gives it
        **more,
    }


def families(stage: Stage) -> dict[str, list[str]]:
    """The Available images of the family by region."""
    found: dict[str, list[str]] = {}
    for image in stage.images():
        if image["family"] == "base" and image["status"] == "Available":
            found.setdefault(image["region"], []).append(image["name"])
    return {region: sorted(names) for region, names in found.items()}


def place(region: str, **other: t.Any) -> Data:
    """Where an instance may be started in the simulator."""
    network = {"vswitch_id": f"vsw-simulator-{region}", "security_group_id": f"sg-simulator-{region}"}
    return {"region": region, "instance_type": "ecs.g7.large", **network, **other}


def released(stage: Stage, *accounts: str) -> str:
    """Run such a release, which these accounts get, with the manifest of the stage. The id of its source."""
    source = stage.image(name="base-1", tags={"imageops:created-from": "i-1"})
    given = {"image_release_accounts": [*accounts], "image_release_manifest": str(stage.manifest)}
    stage.playbook("create_copy_share", release(stage, "base-1", source, **given))
    return source


def ago(days: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - days * DAY))
