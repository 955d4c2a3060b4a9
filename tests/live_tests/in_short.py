# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules behind the gate of a live run, in this process: what the integration targets do, in short."""

from __future__ import annotations

import argparse
import json
import typing as t
from pathlib import Path

import simulator_process
from functional.support import Lab
from live_tests.account import IMAGE, MAIN, REGIONS, SECOND, Account

SETTINGS = {"account_id": MAIN, "regions": list(REGIONS[:2]), "image_id": IMAGE, "second_account": SECOND}


class Modules(Lab):
    """The modules, reached by the door as the targets reach them."""

    def __init__(self, account: Account, world: t.Mapping[str, t.Any]) -> None:
        account.folder.mkdir(exist_ok=True)
        super().__init__(account.sim, account.folder)
        self.world = world

    def connection(self, who: str = "main") -> dict[str, t.Any]:
        return {
            "endpoint": self.world["simulator_endpoint"],
            "sts_endpoint": self.world["simulator_endpoint"],
            "access_key_id": self.world["simulator_access_key_id"],
            "access_key_secret": self.world["simulator_access_key_secret"],
        }

    def entries(self) -> list[dict[str, t.Any]]:
        """The calls, as the set-up role reads them."""
        ready = {"control": f"{self.world['simulator_endpoint']}/_simulator"}
        return t.cast(list[dict[str, t.Any]], simulator_process.control(ready, "journal")["entries"])

    def work(self) -> None:
        """What targets do, in short: copy plain and encrypted, cancel, share, copy a snapshot."""
        home, near = self.world["account_regions"]
        image, name = self.world["account_image"], self.world["account_name"]
        safe = {"region": home, "name": f"{name}-safe", "encrypted": True}
        wanted = {"region": home, "image_id": image, "destinations": [{"region": near}, safe]}
        self.ok("ecs_image_copy", check=True, **wanted)
        assert not [one for one in self.entries() if one["write"]], "check mode has written"
        copies = self.ok("ecs_image_copy", **wanted)
        assert [one for one in self.entries() if one["write"]]
        assert copies.changed and set(copies.actions.values()) == {"started"}
        share = {"region": home, "image_id": image, "accounts": self.world["account_recipients"]}
        assert self.ok("ecs_image_share", **share).changed
        second = {"region": near, "name": f"{name}-cancelled"}
        options = {"additional_copy": True, "wait": False}
        self.ok("ecs_image_copy", region=home, image_id=image, destinations=[second], **options)
        self.ok("ecs_image_copy_cancel", source_region=home, source_image_id=image, regions=[near])

    def rest(self) -> None:
        """What the other targets do: make an image of an instance, promote, look, copy a snapshot, take all away."""
        home, near = self.world["account_regions"]
        name, instance = self.world["account_name"], self.demo("instances", "demo")
        made = {"region": home, "name": f"{name}-made", "instance_id": instance, "tags": {"stage": "test"}}
        assert self.ok("ecs_image", check=True, **made).changed
        assert self.ok("ecs_image", **made).changed
        assert self.ok("ecs_image", region=near, name=name, family=f"{name}-released").changed
        assert self.ok("ecs_image_info", regions=[home, near], name=name).result["images"]
        self.ok("ecs_image_share_info", region=home, image_id=self.world["account_image"])
        control = {"control": f"{self.world['simulator_endpoint']}/_simulator"}
        seeds = simulator_process.control(control, "seed", {})
        copied = {"region": near, "name": f"{name}-data"}
        self.ok("ecs_snapshot_copy", region=home, snapshot_id=seeds["ids"]["snapshots"][0], destinations=[copied])
        expected = [{"region": home, "image_id": one} for one in (self.world["account_image"], "m-bp1unknown")]
        audit = self.ok("ecs_image_audit_info", region=home, organisation=False, expected=expected).result
        assert [one["id"] for one in audit["findings"] if one["kind"] == "missing"] == ["m-bp1unknown"]
        assert audit["families"]
        used = self.ok("ecs_image_usage_info", region=home, image_ids=[self.world["account_image"]]).result
        assert used["not_looked"] == [], used["not_looked"]
        misspelt = [f"{near}x", near, near]
        self.fails("ecs_image_copy", misspelt[0], region=home, image_id="m-1", destination_regions=misspelt)
        emptied = {"accounts": [], "purge_accounts": True, "allow_empty": True}
        assert self.ok("ecs_image_share", region=home, image_id=self.world["account_image"], **emptied).changed
        for region, image in ((near, name), (home, f"{name}-safe"), (home, f"{name}-made")):
            gone = self.ok("ecs_image", region=region, name=image, state="absent", unshare=True, delete_snapshots="own")
            assert gone.changed and not gone.warnings, gone.warnings


def config(folder: Path, **given: t.Any) -> argparse.Namespace:
    file = folder / "integration_config.yml"
    file.write_text(json.dumps({key: value for key, value in {**SETTINGS, **given}.items() if value is not None}))
    return argparse.Namespace(config=file, confirm=MAIN)
