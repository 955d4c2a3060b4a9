# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role image_release in plays of other people: their defaults, their loops, their keywords, their slips."""

from __future__ import annotations

import json
import typing as t

import pytest
from ways.plays import BEIJING, HOME, MAIN, ONE, TWO, keys, main_keys, play, refused, role, source, told

if t.TYPE_CHECKING:
    from e2e.conftest import Play, Stage

pytestmark = pytest.mark.slow

Data = dict[str, t.Any]
KIND = "Releases in loops, one after another, in check mode of a task, and back to an older one"


def test_the_account_is_the_plays_or_the_roles(stage: Stage) -> None:
    group = "group/imageops.alicloud.all"
    theirs = source(stage, account=ONE)
    own = source(stage, name="own")
    copies: Data = {"destinations": [{"region": BEIJING}]}
    block = {
        "block": [role(source=theirs, **copies)],
        "module_defaults": {group: {**keys(stage), "account_id": ONE}},
    }
    whole = role(source=own, connection={**main_keys(stage), "account_id": MAIN}, **copies)
    done = play(
        stage,
        block,
        # The play's token and role must not reach a module beside the role's own keys.
        {"block": [whole], "module_defaults": {group: {"profile": "nobody", "ram_role_arn": "acs:ram::1:role/x"}}},
        {"block": [refused(source=own, account_id=MAIN)], "module_defaults": {group: {"account_id": ONE}}},
        {"block": [refused(source=theirs, account_id="{{ omit }}")], "module_defaults": {group: {"account_id": TWO}}},
        words=["-vvv"],
        code=None,
    )
    assert {image["account_id"] for image in stage.in_region(BEIJING)} == {ONE, MAIN}, done.out
    assert len(stage.in_region(BEIJING)) == 2
    told = "".join(done.out.split())
    assert f"{MAIN}(image_release_account_id);{ONE}(module_defaults)" in told
    assert f"notto{TWO}(module_defaults)" in told


def test_a_loop_of_releases_keeps_each_its_own_values(stage: Stage) -> None:
    items = [{"id": stage.image(name=f"{name}-img"), "name": name} for name in ("fam-a", "fam-b")]
    stamped = "{{ item.name }}-{{ lookup('pipe', 'date +%s%N') }}"
    several = role(
        source={"region": HOME, "image_id": "{{ item.id }}"},
        name=stamped,
        family="{{ item.name }}",
        promote=True,
        destinations=[{"region": BEIJING}],
        manifest="{{ item.name }}.json",
    ) | {"loop": items}
    play(stage, several, vars={"image_release_manifest": None})
    families = {image["image_id"]: image["family"] for image in stage.in_region(HOME)}
    assert [families[one["id"]] for one in items] == ["fam-a", "fam-b"]
    copies = {image["name"]: image["family"] for image in stage.in_region(BEIJING)}
    assert sorted(copies.values()) == ["fam-a", "fam-b"]
    for item in items:
        record = json.loads((stage.folder / f"{item['name']}.json").read_text())
        (copy,) = [image for image in record["images"] if image["role"] == "copy"]
        assert record["name"] == copy["name"] and copies[copy["name"]] == item["name"]


LIES: list[tuple[Data, str]] = [
    ({"name": 1.1}, "has been read as the number 1.1"),
    ({"name": True}, "has been read as the boolean True"),
    ({"accounts": [342391]}, "account 342391 has 6 digits"),
    ({"accounts": {"a": "b"}}, "image_release_accounts"),
    ({"acounts": ["1"]}, "image_release_acounts is unknown, did you mean image_release_accounts?"),
    ({"copy_options": {"methd": "auto"}}, "did you mean method?"),
    ({"copy_options": {"method": "snapshotz"}}, "image_release_copy_options.method has 'snapshotz'"),
    ({"prices": {"regions": {BEIJING: 0.02}}}, f"image_release_prices.regions.{BEIJING} is a number"),
    ({"max_accounts": 0, "accounts": [ONE]}, "1 accounts are more than the 0 of image_release_max_accounts"),
    ({"steps": ["copy", "shares"]}, "image_release_steps has 'shares'"),
    ({"name": "{{ nowhere }}"}, "nowhere"),
    ({"file_mode": "0666"}, "image_release_file_mode"),
]


def test_what_is_not_what_it_says_is_refused_and_the_rest_taken(stage: Stage) -> None:
    image = source(stage)
    done = play(stage, *[refused(source=image, **lie) for lie, _words in LIES], code=None)
    told = " ".join(done.out.split())
    for _lie, words in LIES:
        assert words in told or words.replace("'", "\\'") in told, words
    assert "it was taken" not in told
    assert stage.writes() == []
    forms = [int(ONE), f"{ONE}", f" {ONE},\n{TWO}", [int(ONE), TWO], f'["{ONE}", {TWO}]']
    for form in forms[:1]:
        play(stage, role(source=image, accounts=form))
        assert stage.shares(image["image_id"]) == [ONE]
    play(stage, *[role(source=image, accounts=form) for form in forms[1:]])
    assert stage.shares(image["image_id"]) == [ONE, TWO]


def test_a_task_in_check_mode_plans_and_writes_nothing(stage: Stage) -> None:
    image = source(stage, shares=[TWO])
    release: Data = {
        "source": image,
        "destinations": [{"region": BEIJING}],
        "accounts": [ONE],
        "manifest": "kept.json",
        "plan_file": "plan.json",
    }
    shown = {"ansible.builtin.debug": {"msg": "PLANNED {{ image_release_plan.copies | map(attribute='region') }}"}}
    planned = play(stage, role(apply={"check_mode": True}, **release), shown)
    assert stage.writes() == []
    assert f"PLANNED ['{BEIJING}']" in planned.out and "would be started" in planned.out
    assert not (stage.folder / "kept.json").exists()
    plan = json.loads((stage.folder / "plan.json").read_text())
    assert [one["action"] for one in plan["copies"]] == ["started"]
    assert not [one for one in planned.results if "ansible_stats" in one["result"]]


def test_two_releases_of_a_host_are_not_mixed(stage: Stage) -> None:
    one, two = source(stage, name="one"), source(stage, name="two")
    done = play(
        stage,
        role(source=one, destinations=[{"region": BEIJING}]),
        role(source=two),
        {"ansible.builtin.debug": {"msg": "IMAGES {{ image_release_result.images }}"}},
    )
    handed_on = [line["result"]["ansible_stats"] for line in done.results if "ansible_stats" in line["result"]]
    assert [stats["aggregate"] for stats in handed_on] == [False, False]
    assert handed_on[1]["data"]["imageops_release_localhost"]["images"] == {HOME: two["image_id"]}
    assert f"IMAGES {{'{HOME}': '{two['image_id']}'}}" in done.out


def test_a_plan_tells_nothing_of_the_release_before(stage: Stage) -> None:
    """It had something to do as long as one before it had."""
    first, second = source(stage, name="one"), source(stage, name="two")
    changes = {"ansible.builtin.debug": {"msg": "CHANGES {{ image_release_plan.changes }}"}}
    plans = [
        role(apply={"check_mode": True}, source=first, family="base", promote=True),
        role(apply={"check_mode": True}, source=second),
    ]
    done = play(stage, plans[0], changes, plans[1], changes)
    assert [word for word in ("CHANGES True", "CHANGES False") if word in done.out] == ["CHANGES True", "CHANGES False"]
    assert stage.writes() == []


def test_entering_in_the_middle_is_refused_in_one_sentence(stage: Stage) -> None:
    image = source(stage)
    imported = {"import_role": {"name": "imageops.alicloud.image_release"}, "vars": {"image_release_source": image}}
    for words in (["--start-at-task", "Share the images"], ["--tags", "share"]):
        entered = play(stage, imported, words=words, code=2)
        assert "image_release_steps" in entered.out and "undefined" not in entered.out, entered.out
    play(stage, imported, words=["--tags", "something"])
    assert stage.writes() == []


def test_a_host_that_fails_leaves_the_others_whole(stage: Stage) -> None:
    hosts = {
        name: {
            "image_release_source": source(stage, name=name)
            if name != "bad"
            else {"region": HOME, "image_id": "m-none"}
        }
        for name in ("bad", "good-one", "good-two")
    }
    (stage.folder / "hosts.yml").write_text(json.dumps({"all": {"hosts": hosts}}))
    release = role(destinations=[{"region": BEIJING}])
    words = ["-i", "hosts.yml"]
    given = {
        "hosts": "all",
        "any_errors_fatal": True,
        "vars": {"image_release_manifest": "{{ inventory_hostname }}.json"},
    }
    failed = play(stage, release, words=words, code=2, **given)
    assert "There is no image m-none" in failed.out and "undefined" not in failed.out
    assert sorted(image["name"] for image in stage.in_region(BEIJING)) == ["good-one", "good-two"]
    for name in ("good-one", "good-two"):
        assert json.loads((stage.folder / f"{name}.json").read_text())["complete"] is True


def failures(done: Play) -> list[str]:
    """What a release has ended with."""
    (end,) = [line["result"] for line in done.results if "summary" in line["result"]]
    return t.cast("list[str]", end["failures"])


def test_a_deprecated_copy_is_not_shared_and_that_is_a_failure(stage: Stage) -> None:
    image = source(stage)
    release: Data = {"source": image, "destinations": [{"region": BEIJING}], "manifest": "kept.json"}
    share: Data = {**release, "accounts": [ONE], "deprecate_previous": True}  # without a promotion that means nothing
    play(stage, role(apply={"check_mode": True}, **share), role(**release))
    (copy,) = stage.in_region(BEIJING)
    retired = {"region": BEIJING, "image_id": copy["image_id"], "state": "deprecated"}
    done = play(stage, {"imageops.alicloud.ecs_image": retired}, role(apply={"check_mode": True}, **share), code=2)
    (foretold,) = failures(done)
    assert "is Deprecated, and such images can't be shared" in foretold
    done = play(stage, role(**share), code=2)
    assert failures(done) == [foretold]
    record = json.loads((stage.folder / "kept.json").read_text())
    (entry,) = [one for one in record["images"] if one["role"] == "copy"]
    assert record["complete"] is False and entry["not_shared"] == [ONE]


def test_an_older_release_leads_again(stage: Stage) -> None:
    older, newer = (source(stage, name=f"box-{age}", created=f"2026-0{age}-01T00:00:00Z") for age in (1, 2))
    common: Data = {
        "family": "box",
        "promote": True,
        "accounts": [ONE],
        "unshare_previous": True,
        "destinations": [{"region": BEIJING}],
    }
    releases = [
        role(**common, source=one, deprecate_previous=True, manifest=f"{number}.json")
        for number, one in enumerate((older, newer))
    ]
    play(stage, *releases)
    stage.forget()
    back: Data = {"from_manifest": "0.json", "family": "box", "unshare_previous": True, "manifest": "back.json"}
    shown = {"ansible.builtin.debug": {"msg": "LINES {{ image_release_plan.lines | join('; ') }}"}}
    told = play(
        stage,
        {"block": [role(**back, steps=["promote"])], "rescue": [{"ansible.builtin.debug": {"msg": "WITHOUT IT"}}]},
        role(apply={"check_mode": True}, **back, rollback=True),
        shown,
    )
    assert "WITHOUT IT" in told.out and stage.writes() == []
    plan = " ".join(told.out.split())
    (copy, other) = sorted(stage.in_region(BEIJING), key=lambda image: str(image["name"]))
    assert f"{BEIJING}: {copy['image_id']} would be made Available again, and shared again with {ONE}" in plan
    assert f"{other['image_id']} (box-2) would be deprecated, and 1 account would lose it ({ONE})" in plan
    play(stage, role(**back, rollback=True))
    status = {image["name"]: (image["status"], stage.shares(image["image_id"])) for image in stage.in_region(BEIJING)}
    assert status == {"box-1": ("Available", [ONE]), "box-2": ("Deprecated", [])}
    assert {image["name"]: image["status"] for image in stage.in_region(HOME)} == {
        "box-1": "Available",
        "box-2": "Deprecated",
    }
    stage.forget()
    play(stage, role(**back, rollback=True))
    assert stage.writes() == []


def test_a_plan_says_by_its_exit_code_whether_there_is_something_to_do(stage: Stage) -> None:
    variables = {"image_release_source": source(stage), "image_release_accounts": [ONE], "plan_exit_code": 2}
    assert "There is something to do" in stage.playbook("plan", variables, code=2).out
    assert "it must be 0, or 2" in stage.playbook("plan", {**variables, "plan_exit_code": "1"}, code=2).out
    misspelt = stage.playbook("plan", {**variables, "plan_markdwon": "plan.md", "plan_of_ours": 1}, code=2).out
    assert "plan_markdwon is unknown, did you mean plan_markdown?" in misspelt and "plan_of_ours" not in misspelt
    stage.playbook("plan", {**variables, "plan_exit_code": 0})
    assert stage.writes() == [] and not stage.manifest.exists()
    stage.playbook("create_copy_share", {name: one for name, one in variables.items() if name != "plan_exit_code"})
    stage.playbook("plan", variables)


def test_options_of_copies_in_the_plays_defaults_are_told(stage: Stage) -> None:
    """1.0 went by them. They are for the play's own tasks, and copies got what they should not have, without a word."""
    release = role(source=source(stage, tags={"mine": "yes"}), destinations=[{"region": BEIJING}])
    defaults = {"imageops.alicloud.ecs_image_copy": {"copy_tags": False, "unreachable_timeout": 20}}
    done = told(play(stage, release, words=["--check"], module_defaults=defaults))
    assert "give copy_tags, and the role does not go by it" in done
    release["vars"]["image_release_copy_options"] = {"copy_tags": False}
    done = told(play(stage, release, module_defaults=defaults))
    assert "does not go by it" not in done
    assert [image["tags"].get("mine") for image in stage.in_region(BEIJING)] == [None]


def test_the_innermost_of_the_plays_defaults_takes_the_place_of_the_others(stage: Stage) -> None:
    """As Ansible has it for the play's own tasks: whole, and what is replaced is not evaluated."""
    module, looks = "imageops.alicloud.ecs_image_copy", stage.folder / "looks"
    asked = f"{{{{ lookup('pipe', 'echo look >> {looks}; echo 20') | int }}}}"
    release = role(source=source(stage), destinations=[{"region": BEIJING}])
    inner = {"block": [release], "module_defaults": {module: {"unreachable_timeout": asked}}}
    outer = {module: {"copy_tags": False, "max_tags": "{{ nobody_gave_it }}"}}
    assert "does not go by it" not in told(play(stage, inner, module_defaults=outer, words=["--check"]))
    assert looks.read_text().split() == ["look"]
