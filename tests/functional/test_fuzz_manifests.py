# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever stands in a manifest: it says which images are meant. It leads to no traceback, and to no other image.

The playbooks' own first step reads it, and their modules do what comes of it.
"""

from __future__ import annotations

import copy
import json
import types
import typing as t
from pathlib import Path

import pytest
from functional import hostile, pins, security_results
from functional.support import BEIJING, FRANKFURT, HOME, MAIN, ONE, TWO, Lab
from functional.test_hosts import AWAY, sought
from functional.test_manifest_schema import NEW, OLD
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.imageops.alicloud.plugins.action import image_work_step

__all__ = ["sought"]

pytestmark = pytest.mark.slow

Data = dict[str, t.Any]

PROFILE = hostile.profile(quick=60, thorough=10_000)
# What stands for ids that are only known when a world has been made.
SOURCE, COPY, BYSTANDER, FOREIGN = "@source@", "@copy@", "@bystander@", "@foreign@"
MODULES = {
    "unshare_everywhere": "ecs_image_share",
    "stop_copies": "ecs_image_copy_cancel",
    "image_rekey": "ecs_image_copy",
    "image_retire": "ecs_image_retire",
}

_JUNK = hostile.TEXTS | st.sampled_from(
    [
        *(None, True, False, 0, -1, 5, 1e99, 10**30, [], {}, [[1]], [None], {"a": {"b": 1}}),
        *(HOME, BEIJING, FRANKFURT, "all", *AWAY, MAIN, ONE, TWO, int(MAIN), "", "source", "copy", 1, 2, 3),
        *(
            SOURCE,
            COPY,
            BYSTANDER,
            FOREIGN,
            f"{BYSTANDER},{COPY}",
            "*",
            "x' || `true` || 'y",
            "{{ lookup('pipe', 'id') }}",
        ),
    ]
)
_NEW_KEYS = st.sampled_from(
    ["accounts", "connection", "endpoint", "account_id", "source_image_id", "all_marked", "name"]
)
_TAILS = st.sampled_from(["", "", "", "", "x", "{}", "]" * 20, "\x00", "[" * 5000, '{"a":' * 5000])


@st.composite
def manifests(draw: st.DrawFn) -> str:
    """The text of a manifest, with some values changed, left out or new, perhaps cut off."""
    document = copy.deepcopy(draw(st.sampled_from(OLD + NEW)))
    document["images"] = [{**one, "image_id": COPY if one["role"] == "copy" else SOURCE} for one in document["images"]]
    for dummy in range(draw(st.integers(0, 3))):
        path = draw(st.sampled_from(list(hostile.paths(document))))
        place = document
        for key in path[:-1]:
            place = place[key]
        how = draw(st.sampled_from(["junk", "junk", "delete", "new", "twice"]))
        if how == "delete":
            del place[path[-1]]
        elif how == "new" and isinstance(place, dict):
            place[draw(_NEW_KEYS)] = draw(_JUNK)
        elif how == "twice" and isinstance(place, list):
            place.append(copy.deepcopy(place[path[-1]]))
        else:
            place[path[-1]] = draw(_JUNK)
    text = json.dumps(document) + draw(_TAILS)
    cut = draw(st.integers(0, len(text))) if draw(st.integers(0, 9)) == 0 else len(text)
    return text[:cut]


def begun(work: str, path: Path) -> Data:
    """What the first step of a playbook makes of a manifest."""
    step = object.__new__(image_work_step.ActionModule)
    args = {"work": work, "step": "begin"}
    step._task = types.SimpleNamespace(args=args, module_defaults=[], check_mode=False, run_once=False)
    step._templar = types.SimpleNamespace(template=lambda value: value)
    role = Path(image_work_step.__file__).parents[2] / "roles" / "image_retire"
    own: Data = {
        "unshare_everywhere": {"accounts": [ONE]},
        "image_rekey": {"name": "rekeyed", "keys": dict.fromkeys((HOME, BEIJING, FRANKFURT), "a-key"), "manifest": ""},
        "image_retire": {"from_manifest": [str(path)], "keep": 1, "grace_days": 0, "min_age_days": 0, "shared": True},
    }
    given_ = {"manifests": [str(path)], **own.get(work, {})} if work != "image_retire" else own[work]
    step._variables = {**{f"{work}_{name}": value for name, value in given_.items()}, "role_path": str(role)}
    step._variables["inventory_hostname"] = step._host = "localhost"
    step._work = work
    found: Data = step._begin()
    return found


class World:
    """Images that a manifest may name, and others beside them, some of another account."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        source = lab.source(name="base-1", shares=[ONE, TWO])
        bystander = lab.plant(
            "images", region=HOME, name="bystander", tags={"imageops:created-from": "i-1"}, shares=[ONE]
        )
        self.running = lab.twin(source, FRANKFURT, status="Creating")
        lab.twin(bystander, FRANKFURT, status="Creating")
        foreign = lab.plant("images", region=HOME, account=ONE, shares=[MAIN])
        self.ids = {
            SOURCE: source,
            COPY: lab.twin(source, BEIJING, shares=[ONE, TWO]),
            BYSTANDER: bystander,
            FOREIGN: foreign,
        }
        self.before = self.things()
        lab.sim.journal.clear()

    def things(self) -> dict[str, tuple[str, tuple[str, ...], str]]:
        """Every image: its account, who has it, and the rest."""
        with self.lab.sim.lock:
            self.lab.sim.world.settle()
            return {
                image.image_id: (
                    image.account_id,
                    tuple(sorted(image.accounts())),
                    f"{image.name} {image.family} {image.tags}",
                )
                for image in self.lab.sim.world.all_images()
            }

    def damage(self, work: str, text: str) -> list[str]:
        """What has happened that no manifest can ask for."""
        now, found = self.things(), []
        for image_id, was in self.before.items():
            there = now.get(image_id)
            named = f'"{image_id}"' in text
            if there == was:
                continue
            if work == "stop_copies":
                if not (image_id == self.running and self.ids[SOURCE] in text):
                    found.append(f"{image_id} is {there}, and was {was}")
            elif was[0] != MAIN or not named:
                found.append(f"{image_id}, which nobody has named, is {there}, and was {was}")
            elif work == "unshare_everywhere" and (
                not there or set(was[1]) - set(there[1]) != {ONE} or there[2] != was[2]
            ):
                found.append(f"{image_id} is {there}, and was {was}")
        return found


def of_another(text: str) -> bool:
    """Whether a manifest belongs to another account, or to none that can be told."""
    try:
        return bool(json.loads(text)["account_id"] != MAIN)
    except (ValueError, TypeError, KeyError, RecursionError):
        return True


@pytest.mark.parametrize("work", MODULES)
def test_manifests(lab: Lab, sought: list[str], tmp_path: Path, work: str) -> None:
    path = tmp_path / "manifest.json"
    lab.checks_claims = False  # which knows images by their ids alone, also where a manifest has them in another region

    @hostile.share_of(PROFILE, len(MODULES))
    @given(text=manifests())
    def run(text: str) -> None:
        lab.sim.reset()
        lab.outputs.clear()
        world = World(lab)
        for word, image_id in world.ids.items():
            text = text.replace(word, image_id)
        path.write_text(text, encoding="utf-8", errors="replace")
        with security_results.tried("manifests", work=work):
            found = begun(work, path)
            outcomes = [] if found.get("failed") else [lab(MODULES[work], **call) for call in found["calls"]]
            said = found.get("msg", "") + "".join(outcome.text for outcome in outcomes)
            faults = [fault for outcome in outcomes for fault in hostile.crashes(outcome)]
            faults += [*world.damage(work, text), *sought]
            if found.get("failed") and "\n" in found["msg"]:
                faults.append("it ends in more than one line")
            if (found.get("failed") or of_another(text)) and lab.writes():
                faults.append(f"written: {lab.writes()}")
            assert not faults, "\n".join([*faults, text[:3000], said[:2000]])

    run()


@pins.shown_at_once
@pins.tags_at_once
@pytest.mark.parametrize("work", MODULES)
def test_a_good_manifest_is_obeyed(lab: Lab, tmp_path: Path, work: str) -> None:
    """Else the one above could not fail."""
    world, document = World(lab), copy.deepcopy(NEW[-1])
    images = [one for one in document["images"] if one["region"] in (HOME, BEIJING)]
    document["images"] = [
        {**one, "image_id": world.ids[COPY if one["role"] == "copy" else SOURCE], "error": None} for one in images
    ]
    if work == "stop_copies":
        document["images"].append({**document["images"][-1], "region": FRANKFURT})
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(document))
    found = begun(work, path)
    assert not found.get("failed"), found
    outcomes = [
        lab(MODULES[work], **call, **({"check": True} if work == "image_rekey" else {})) for call in found["calls"]
    ]
    assert any(outcome.result["changed"] for outcome in outcomes) or work in ("image_rekey", "image_retire"), outcomes
