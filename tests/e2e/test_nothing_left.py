# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A release that is run again: one look in place of its modules where nothing is left to do, and nowhere else."""

from __future__ import annotations

import json
import typing as t

import pytest

from .releases import BEIJING, FRANKFURT, HOME, ONE, TWO, release

if t.TYPE_CHECKING:
    from .conftest import Data, Play, Stage

pytestmark = pytest.mark.slow

LOOK, MAKE, FIND, COPY, SHARE = (
    *("image_release_look", "ecs_image", "ecs_image_info"),
    *("ecs_image_copy", "ecs_image_share"),
)


def ran(play: Play) -> list[str]:
    """The modules that ran, which are a process each."""
    return [module for module in (LOOK, MAKE, FIND, COPY, SHARE) if play.of(module)]


def asked(stage: Stage, name: str = "base-1", **more: t.Any) -> Data:
    given = {"image_release_accounts": [ONE], "image_release_family": "", **more}
    return release(stage, name, stage.image(name=name), encrypted=True, **given)


def told(play: Play) -> Data:
    """What the role hands on, and what it shows."""
    ends = [line["result"] for line in play.results if line["action"].endswith("image_release_step")]
    (end,) = [result for result in ends if "summary" in result]
    return {key: end[key] for key in ("account_id", "complete", "failures", "images", "name", "summary")}


def run(stage: Stage, variables: Data, *words: str, code: int = 0) -> Play:
    stage.forget()
    return stage.playbook("create_copy_share", variables, *words, code=code)


def by_hand(stage: Stage, module: str, **arguments: t.Any) -> None:
    """What somebody does beside the releases."""
    stage.run("ansible", "localhost", "-m", f"imageops.alicloud.{module}", "-a", json.dumps(arguments))


@pytest.mark.parametrize("words", [(), ("--check",)], ids=["run", "check"])
def test_one_look_takes_the_place_of_three_modules(stage: Stage, words: tuple[str, ...]) -> None:
    variables = asked(stage)
    assert ran(run(stage, variables)) == [FIND, COPY, SHARE]
    manifest = json.loads((stage.folder / "base-1.json").read_text())
    again = run(stage, variables, *words)
    assert (ran(again), again.changed, stage.writes()) == ([LOOK], 0, [])
    # Without its manifest a release knows nothing of the last run, and asks each module.
    whole = run(stage, {**variables, "image_release_manifest": ""}, *words)
    assert (ran(whole), whole.changed, stage.writes()) == ([FIND, COPY, SHARE], 0, [])
    assert {**told(again), "summary": None} == {**told(whole), "summary": None}
    # The manifest also knows how long copying took.
    for line, other in zip(told(whole)["summary"], told(again)["summary"], strict=False):
        assert other.startswith(line)
    assert manifest["complete"] and json.loads((stage.folder / "base-1.json").read_text()) == manifest


def test_an_image_that_the_release_makes_is_looked_at_too(stage: Stage) -> None:
    variables = release(stage, "made", image_release_accounts=[ONE], image_release_family="")
    assert ran(run(stage, variables)) == [MAKE, COPY, SHARE]
    again = run(stage, variables)
    assert (ran(again), again.changed, stage.writes()) == ([LOOK], 0, [])
    tagged = run(stage, {**variables, "image_release_tags": {"stage": "release"}})
    assert (ran(tagged), tagged.changed) == ([LOOK, MAKE, COPY, SHARE], 2)


def without_a_share(stage: Stage) -> None:
    by_hand(stage, SHARE, images=stage.in_region(BEIJING), accounts=[ONE], state="absent")


def with_another_tag(stage: Stage) -> None:
    by_hand(stage, MAKE, region=BEIJING, image_id=stage.in_region(BEIJING)[0]["image_id"], tags={"stage": "other"})


def without_a_copy(stage: Stage) -> None:
    (image,) = stage.in_region(BEIJING)
    by_hand(stage, MAKE, region=BEIJING, image_id=image["image_id"], state="absent", unshare=True)


@pytest.mark.parametrize(
    "change, modules",
    [(without_a_share, [SHARE]), (with_another_tag, [COPY, SHARE]), (without_a_copy, [COPY, SHARE])],
)
def test_what_is_no_longer_so_is_made_so(stage: Stage, change: t.Callable[[Stage], None], modules: list[str]) -> None:
    variables = asked(stage, image_release_tags={"stage": "release"})
    run(stage, variables)
    change(stage)
    mended = run(stage, variables)
    assert ran(mended) == [LOOK, *modules]
    assert mended.changed > 0 and stage.writes() != []
    (copy,) = stage.in_region(BEIJING)
    assert (stage.shares(copy["image_id"]), copy["tags"]["stage"]) == ([ONE], "release")
    assert ran(run(stage, variables)) == [LOOK]


def test_what_is_asked_for_now_counts_and_not_what_was(stage: Stage) -> None:
    variables = asked(stage)
    run(stage, variables)
    more = run(stage, {**variables, "image_release_accounts": [TWO]})
    assert (ran(more), more.changed) == ([LOOK, SHARE], 2)  # the share lists, and the manifest
    places = [*variables["image_release_destinations"], {"region": "us-west-1"}]
    # Another region was never released to: that is no case for a look.
    wider = run(stage, {**variables, "image_release_destinations": places})
    assert ran(wider) == [FIND, COPY, SHARE]
    other = stage.image(name="base-2")
    refused = run(stage, {**variables, "image_release_source": {"region": HOME, "image_id": other}}, code=2)
    assert LOOK not in ran(refused)


def test_a_manifest_that_names_another_image_proves_nothing(stage: Stage) -> None:
    variables = asked(stage)
    run(stage, variables)
    (copy,) = stage.in_region(BEIJING)
    without_a_share(stage)
    other = stage.image(region=BEIJING, name="other", shares=[ONE])
    path = stage.folder / "base-1.json"
    path.write_text(path.read_text().replace(copy["image_id"], other))
    assert ran(run(stage, variables)) == [LOOK, SHARE]
    assert stage.shares(copy["image_id"]) == [ONE]


def test_keys_of_nobody_are_told_once(stage: Stage) -> None:
    variables = asked(stage)
    run(stage, variables)
    bad = {"access_key_id": "nobody-key", "access_key_secret": "nobody-word"}
    failed = run(stage, {**variables, "image_release_connection": bad}, code=2)
    assert ran(failed) == [LOOK]
    alone = run(stage, {**variables, "image_release_connection": bad, "image_release_manifest": ""}, code=2)
    (told_once,), (as_ever,) = (told(play)["failures"] for play in (failed, alone))
    assert told_once.split("(request id")[0] == as_ever.split("(request id")[0]


def test_the_keys_of_another_account_are_refused_as_ever(stage: Stage) -> None:
    variables = {**asked(stage), "image_release_account_id": "1000000000000001"}
    run(stage, variables)
    theirs = {"access_key_id": "simulator-consumer-one-key", "access_key_secret": "simulator-consumer-one-secret"}
    failed = run(stage, {**variables, "image_release_connection": theirs}, code=2)
    assert stage.writes() == []
    assert "these credentials belong to account" in told(failed)["failures"][0]


def test_a_release_after_another_of_the_same_host_is_looked_at_by_itself(stage: Stage) -> None:
    first, second = asked(stage), asked(stage, "base-2")
    run(stage, first)
    role = {"name": "imageops.alicloud.image_release"}
    tasks = [{"ansible.builtin.include_role": role, "vars": variables} for variables in (first, second, first)]
    book = stage.folder / "both.yml"
    book.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    stage.forget()
    play = stage.run("ansible-playbook", str(book))
    assert [len(play.of(module)) for module in (LOOK, FIND, COPY, SHARE)] == [2, 1, 1, 1]
    manifest = json.loads((stage.folder / "base-2.json").read_text())
    assert {image["name"] for image in manifest["images"]} == {"base-2"}
    assert len(stage.in_region(FRANKFURT)) == 2
