# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The whole role in a round in which a cloud has all its habits at once."""

from __future__ import annotations

import random

import claims
from functional.support import HOME, ONE, TWO, Data

from .cloud_habits import habits, troubles
from .kills import Cell
from .soak import FAMILY, NAME, PLACES
from .stage import Stage


def role_round(stage: Stage, seed: int) -> list[str]:
    """A release by playbook, killed or not, then run again without troubles.

    :returns: what is wrong, with what its manifests say above all
    """
    chance = random.Random(seed)
    stage.fresh()
    settings = {**habits(chance), "copy_gib_per_second": 4}
    stage.control("settings", settings)
    for rule in troubles(chance):
        if rule.get("status_text") != "Quarantined":
            stage.fault(**rule)
    manifest = stage.folder / "manifest.json"
    manifest.unlink(missing_ok=True)
    wanted = _release(stage, chance)
    if chance.random() < 0.5:
        cell = Cell("*", None, chance.randint(5, 60), chance.choice(["before", "after"]))
        stage.kill_at(cell, "create_copy_share", wanted)
    else:
        stage.play("create_copy_share", wanted).end()
    stage.control("faults", method="DELETE")
    play = stage.play("create_copy_share", wanted)
    found = [f"it does not converge: {play.text()[-600:]}"] if play.end() else []
    return found + stage.false_claims() + _twice(stage.control("state"))


def _release(stage: Stage, chance: random.Random) -> Data:
    places = chance.sample(PLACES, 3)
    return {
        "image_release_source": {"region": HOME, "instance_id": stage.ready["demo"]["instances"]["demo"]},
        "image_release_name": NAME,
        "image_release_destinations": [{"region": region, "accounts": [TWO]} for region in places],
        "image_release_accounts": [ONE],
        "image_release_family": FAMILY,
        "image_release_promote": chance.random() < 0.5,
        "image_release_wait_interval": 0.3,
    }


def _twice(state: Data) -> list[str]:
    count: dict[tuple[str, str, str], list[str]] = {}
    for image in state["images"]:
        tags = image["tags"]
        if claims.COPIED_FROM in tags and image["status"] != "CreateFailed":
            key = (image["region"], tags[claims.COPIED_FROM], tags[claims.COPIED_AS])
            count.setdefault(key, []).append(image["image_id"])
    return [f"second copies: {key}: {', '.join(ids)}" for key, ids in count.items() if len(ids) > 1]
