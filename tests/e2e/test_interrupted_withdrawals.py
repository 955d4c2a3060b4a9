# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An image is taken from everybody and then deprecated. A run that ends between the two must not forget who had it."""

from __future__ import annotations

import json
import subprocess
import time
import typing as t

import pytest
from process_tree import PATIENCE, kill_tree

from .releases import BEIJING, HOME, ONE, TWO, release

if t.TYPE_CHECKING:
    from .conftest import Data, Stage

pytestmark = pytest.mark.slow

# The new image of the region is shared before that: the second change of a share list there takes the old one away.
TAKEN: t.Final = {"action": "ModifyImageSharePermission", "region": BEIJING, "nth": 2}


def killed(stage: Stage, playbook: str, variables: Data, **hold: t.Any) -> None:
    """Run a playbook up to a call that has taken effect, and kill it there with all that it has started."""
    stage.control("faults", {"kind": "hold", "when": "after", **hold})
    words = stage.command(playbook, variables)
    with subprocess.Popen(words, cwd=stage.folder, env=stage.env, stdout=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + PATIENCE
        while not stage.control("faults")["held"]:
            assert time.monotonic() < deadline and process.poll() is None, "it never came to that"
            time.sleep(0.05)
        kill_tree(process.pid)
        process.wait()
    stage.control("faults/release", {})
    stage.control("faults", method="DELETE")


def withdrawn(stage: Stage, name: str) -> dict[str, list[str] | None]:
    """Who has lost the old images, as a manifest says, by region."""
    record = json.loads((stage.folder / name).read_text())
    assert record["complete"] and not [image for image in record["left"] if "unshared" in image]
    return {image["region"]: image["accounts"] for image in record["deprecated"]}


def old_one(stage: Stage) -> tuple[str, list[str]]:
    (image,) = (image for image in stage.in_region(BEIJING) if image["name"] == "base-1")
    return image["status"], stage.shares(image["image_id"])


def new_key(stage: Stage) -> Data:
    """A release, and what gives its images a new key."""
    given = {"image_release_accounts": [ONE, TWO], "image_release_share_source": True}
    stage.playbook("create_copy_share", release(stage, "base-1", stage.image(name="base-1", features={}), **given))
    keys = {region: stage.ready["demo"]["kms_keys"][region] for region in (HOME, BEIJING)}
    return {"image_rekey_manifests": "base-1.json", "image_rekey_name": "new", "image_rekey_keys": keys}


def next_release(stage: Stage) -> Data:
    """A release that leads its family, and the next one."""
    promoted = {"image_release_promote": True, "image_release_deprecate_previous": True}
    promoted |= {"image_release_accounts": [ONE, TWO], "image_release_unshare_previous": True}
    first, second = (
        release(stage, name, stage.image(name=name, created=f"2026-0{name[-1]}-01T00:00:00Z", features={}), **promoted)
        for name in ("base-1", "base-2")
    )
    stage.playbook("create_copy_share", first)
    return second


CASES = pytest.mark.parametrize(
    ("playbook", "prepare", "manifest"),
    [
        ("image_rekey", new_key, "image_rekey-localhost-new.json"),
        ("create_copy_share", next_release, "base-2.json"),
    ],
    ids=["new key", "promotion"],
)
EVERYBODY: dict[str, dict[str, list[str]]] = {
    "image_rekey": {HOME: [ONE, TWO], BEIJING: [ONE, TWO]},
    "create_copy_share": {HOME: [], BEIJING: [ONE, TWO]},  # the source was not shared
}


@CASES
def test_a_run_that_is_killed_before_it_deprecates_what_it_has_unshared(
    stage: Stage, playbook: str, prepare: t.Callable[[Stage], Data], manifest: str
) -> None:
    """The next run found that nobody had the image, and wrote that nobody has lost it."""
    given = prepare(stage)
    killed(stage, playbook, given, **TAKEN)
    assert old_one(stage) == ("Available", [])
    stage.playbook(playbook, given)
    assert old_one(stage) == ("Deprecated", [])
    assert withdrawn(stage, manifest) == EVERYBODY[playbook]
    stage.forget()
    assert stage.playbook(playbook, given).changed == 0 and stage.writes() == []


@CASES
def test_a_run_that_is_killed_when_it_has_deprecated(
    stage: Stage, playbook: str, prepare: t.Callable[[Stage], Data], manifest: str
) -> None:
    """It had come so far, and told nobody."""
    given = prepare(stage)
    deprecating = {"action": "ModifyImageAttribute", "region": BEIJING}
    joins = {"image_rekey": 1, "create_copy_share": 2}[playbook]  # the family comes first
    killed(stage, playbook, given, **deprecating, nth=joins)
    assert old_one(stage) == ("Deprecated", [])
    stage.playbook(playbook, given)
    assert withdrawn(stage, manifest) == EVERYBODY[playbook]


@CASES
def test_a_call_that_is_refused_between_the_two(
    stage: Stage, playbook: str, prepare: t.Callable[[Stage], Data], manifest: str
) -> None:
    """The failed run told that the image stayed, and neither it nor a later one who had lost it."""
    given = prepare(stage)
    joins = {"image_rekey": 1, "create_copy_share": 2}[playbook]
    refused = {"kind": "error", "action": "ModifyImageAttribute", "code": "Forbidden.RAM", "status": 403}
    stage.control("faults", {**refused, "region": BEIJING, "nth": joins})
    failed = stage.playbook(playbook, given, code=2)
    assert old_one(stage) == ("Available", [])
    record = json.loads((stage.folder / manifest).read_text())
    (left,) = record["left"]
    assert left["unshared"] == [ONE, TWO] and "Forbidden.RAM" in left["reason"]
    assert f"2 accounts have lost it all the same ({ONE}, {TWO})" in failed.out
    stage.control("faults", method="DELETE")
    stage.playbook(playbook, given)
    assert withdrawn(stage, manifest) == EVERYBODY[playbook]


def test_a_promotion_whose_manifest_was_lost_says_that_nothing_tells_who_lost_the_images_before_it(
    stage: Stage,
) -> None:
    """The manifest that it wrote anew told of none, as if it had deprecated nothing."""
    given = next_release(stage)
    stage.playbook("create_copy_share", given)
    (stage.folder / "base-2.json").unlink()
    for words in (["--check"], []):
        told = stage.playbook("create_copy_share", given, *words)
        assert "(base-1): nothing tells whether an earlier run has deprecated them, nor who has lost them" in told.out
    record = json.loads((stage.folder / "base-2.json").read_text())
    assert record["deprecated"] == [] and [one["region"] for one in record["forgotten"]] == [BEIJING, HOME]
    assert stage.playbook("create_copy_share", given).changed == 0
