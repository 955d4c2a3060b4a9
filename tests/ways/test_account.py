# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The right account: roles and playbooks work where the play or its connection says, or not at all."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest
from ways.plays import BEIJING, GROUP, HOME, MAIN, ONE, TWO, keys, main_keys, play, refused, role, source, told

if t.TYPE_CHECKING:
    from e2e.conftest import Stage

pytestmark = pytest.mark.slow

Data = dict[str, t.Any]
KIND = "Credentials, guards and accounts of plays, roles and playbooks"
MANIFESTS = Path(__file__).resolve().parents[1] / "unit" / "plugins" / "plugin_utils" / "manifests_1_0"
THREE, FOUR = "2000000000000021", "2000000000000022"
OLD = {"family": "base", "tags": {"imageops:created-from": "i-1"}}
RETIRE = {"regions": [HOME, BEIJING], "families": ["base"], "keep": 1, "grace_days": 0}


def versions(stage: Stage, account: str) -> list[str]:
    """Three versions of a family, the oldest first."""
    return [
        stage.image(account=account, name=f"base-{number}", created=f"2026-0{number}-01T00:00:00Z", **OLD)
        for number in (1, 2, 3)
    ]


def of(stage: Stage, account: str) -> list[Data]:
    return [image for image in stage.images() if image["account_id"] == account]


def test_all_modules_of_both_roles_work_where_the_play_says(stage: Stage) -> None:
    """The environment has the keys of another account, with the same images: they were copied and deleted."""
    for account in (MAIN, ONE):
        versions(stage, account)
    network = {"account": ONE, "region": BEIJING, "vpc_id": "vpc-one"}
    stage.control(
        "seed", {"vswitches": [{"id": "vsw-one", **network}], "security_groups": [{"id": "sg-one", **network}]}
    )
    before = of(stage, MAIN)
    newest = next(image["image_id"] for image in of(stage, ONE) if image["name"] == "base-3")
    test_boot = {
        "region": BEIJING,
        "instance_type": "ecs.g7.large",
        "vswitch_id": "vsw-one",
        "security_group_id": "sg-one",
    }
    release = role(
        source={"region": HOME, "image_id": newest},
        destinations=[{"region": BEIJING}],
        steps=["create", "copy", "verify", "share", "promote"],
        verify=[test_boot],
        accounts=[TWO],
        family="base",
        deprecate_previous=True,
    )
    retire = role(which="image_retire", **RETIRE)
    # Credentials of the play, and in a block inside of it a guard alone: it adds to them, and is not lost.
    done = play(stage, release, retire, module_defaults={GROUP: {**keys(stage), "account_id": ONE}})
    assert of(stage, MAIN) == before
    left = {(image["region"], image["name"]) for image in of(stage, ONE)}
    assert left == {(HOME, "base-3"), (BEIJING, "base-3")}, done.out
    boots = [call for call in stage.writes() if call["action"] == "RunInstances"]
    assert len(boots) == 1 and {call["account"] for call in stage.writes()} == {ONE}


def test_playbooks_work_where_their_connection_says(stage: Stage) -> None:
    for account in (MAIN, ONE):
        stage.image(account=account, name="base", family="base", shares=[TWO])
    own = {"image_release_connection": {**keys(stage), "account_id": ONE}}
    taken = {"unshare_everywhere_accounts": TWO, "unshare_everywhere_regions": HOME}
    stage.playbook("unshare_everywhere", {**own, **taken})
    assert {
        image["account_id"]: stage.shares(image["image_id"]) for image in stage.images() if image["name"] == "base"
    } == {
        MAIN: [TWO],
        ONE: [],
    }
    stage.playbook("stop_copies", {**own, "stop_copies_regions": HOME})
    stage.playbook(
        "image_retire",
        {
            "image_retire_connection": own["image_release_connection"],
            **{f"image_retire_{key}": one for key, one in RETIRE.items()},
        },
    )
    # Misspelt, a connection or a guard let them work by the keys of the environment.
    stage.forget()
    slips: dict[str, Data] = {
        "connection": {"image_release_conection": keys(stage)},
        "account_id": {"image_release_acount_id": ONE},
    }
    for meant, slip in slips.items():
        found = told(stage.playbook("unshare_everywhere", {**slip, **taken}, code=2))
        assert f"{next(iter(slip))} is unknown, did you mean image_release_{meant}?" in found
    # A guard that its keys do not fit: the playbook says so and does nothing.
    wrong = {"image_release_account_id": ONE, **taken}
    assert f"not to {ONE} (image_release_account_id)" in told(stage.playbook("unshare_everywhere", wrong, code=2))
    assert stage.writes() == []


def test_accounts_that_disagree_are_one_error_before_anything_is_asked(stage: Stage) -> None:
    """The manifest, the role's variable, its connection and the play name four accounts."""
    manifest = str(MANIFESTS / "released.json")
    done = play(
        stage,
        refused(from_manifest=[manifest], account_id=ONE, connection={"account_id": THREE}, accounts=[TWO]),
        refused(
            which="image_retire", from_manifest=[manifest], account_id=ONE, connection={"account_id": THREE}, keep=1
        ),
        module_defaults={GROUP: {"account_id": FOUR}},
    )
    for which, variable in (("image_release", "image_release_account_id"), ("image_retire", "image_retire_account_id")):
        found = told(done)
        assert f"{MAIN} ({which}_from_manifest)" in found and f"{THREE} ({which}_connection.account_id)" in found
        assert f"{ONE} ({variable}" in found and f"{FOUR} (module_defaults)" in found
    named = {"image_release_account_id": ONE, "image_release_connection": {"account_id": THREE}}
    for book, variables in (
        ("unshare_everywhere", {"unshare_everywhere_accounts": [TWO]}),
        ("stop_copies", {}),
        ("image_rekey", {"image_rekey_name": "new", "image_rekey_keys": {HOME: "key-1", BEIJING: "key-2"}}),
    ):
        found = told(stage.playbook(book, {f"{book}_manifests": manifest, **named, **variables}, code=2))
        assert all(account in found for account in (MAIN, ONE, THREE)) and "different accounts are named" in found
    # The playbook of the role takes the guard of the other one, too.
    both = {
        "image_retire_account_id": ONE,
        "image_release_account_id": TWO,
        "image_retire_connection": {"account_id": FOUR},
    }
    found = told(stage.playbook("image_retire", {"image_retire_from_manifest": manifest, **both}, code=2))
    for place in (
        f"{ONE} (image_retire_account_id)",
        f"{TWO} (image_release_account_id)",
        f"{FOUR} (image_retire_connection.account_id)",
        f"{MAIN} (image_retire_from_manifest)",
    ):
        assert place in found, place
    assert stage.control("journal")["entries"] == []


def test_an_account_that_is_not_at_work_is_told_with_the_place_that_names_it(stage: Stage) -> None:
    """A manifest's was told as a variable that nobody had set."""
    manifest = str(MANIFESTS / "released.json")
    own: Data = {"connection": keys(stage)}
    tasks = (
        role(from_manifest=[manifest], accounts=[TWO], **own),
        role(which="image_retire", from_manifest=[manifest], keep=1, **own),
        role(source={"region": HOME, "image_id": "m-1"}, accounts=[TWO], **own),
    )
    guards: list[Data] = [{}, {}, {"module_defaults": {GROUP: {"account_id": MAIN}}}]
    blocks = [{"block": [task], "ignore_errors": True, **more} for task, more in zip(tasks, guards, strict=True)]
    done = told(play(stage, *blocks, code=None))
    places = ("image_release_from_manifest", "image_retire_from_manifest", "module_defaults")
    for place in places:
        assert f"these credentials belong to account {ONE}, not to {MAIN} ({place})" in done, place
    assert "(image_release_account_id)" not in done
    taken = {"unshare_everywhere_manifests": manifest, "unshare_everywhere_accounts": TWO}
    found = stage.playbook("unshare_everywhere", {"image_release_connection": keys(stage), **taken}, code=2)
    assert f"not to {MAIN} (unshare_everywhere_manifests)" in told(found)
    assert stage.writes() == []


def test_one_set_of_credentials_is_never_mixed_with_the_other(stage: Stage) -> None:
    """A role's own keys stand alone. Those that would get in by an alias are told."""
    image = source(stage)
    play_s = {"profile": "nobody", "ram_role_arn": "acs:ram::1000000000000011:role/x", "security_token": "none"}
    own = {**main_keys(stage), "account_id": "{{ omit }}"}
    play(
        stage,
        role(source=image, connection=own, accounts=[TWO]),
        module_defaults={GROUP: {**play_s, "account_id": MAIN}},
    )
    assert stage.shares(image["image_id"]) == [TWO]
    elsewhere = {"connect_timeout": 7, "access_key": "nobody", "alicloud_secret_key": "nothing"}
    done = play(stage, refused(source=image, connection=main_keys(stage)), module_defaults={GROUP: elsewhere})
    assert "write access_key as access_key_id there" in told(done)
    unknown = play(stage, refused(source=image, connection={"acess_key_id": "x"}))
    assert "did you mean access_key_id?" in told(unknown)


def test_what_a_play_says_of_its_own_tasks_does_not_steer_the_roles(stage: Stage) -> None:
    """A state for the play's own tasks deleted what was to be promoted; an alias of region led to another region."""
    image, other = source(stage), stage.image(region=BEIJING, name="golden")
    release: Data = {"steps": ["create", "share", "promote"], "accounts": [TWO], "family": "base"}
    its_own = {
        "imageops.alicloud.ecs_image": {"state": "absent", "force": True},
        "imageops.alicloud.ecs_image_share": {"state": "absent"},
        "imageops.alicloud.ecs_image_info": {"newest": 1, "name": "none"},
    }
    by_name: Data = {**release, "source": {"region": HOME}, "name": "golden"}
    elsewhere = [
        {"block": [refused(**by_name)], "module_defaults": {GROUP: {name: BEIJING}}}
        for name in ("alicloud_region", "region_id")
    ]
    usual = {"block": [role(**by_name)], "module_defaults": {GROUP: {"region": BEIJING}}}
    done = told(play(stage, {"block": [role(source=image, **release)], "module_defaults": its_own}, *elsewhere, usual))
    assert done.count("which would take the place of every region that is meant: write region") >= 2
    assert "it was taken" not in done
    assert stage.shares(image["image_id"]) == [TWO] and stage.shares(other) == []
    assert {one["image_id"]: one["family"] for one in stage.images() if one["name"] == "golden"} == {
        image["image_id"]: "base",
        other: "",
    }


def test_a_role_of_the_cloud_with_an_external_id_is_an_ordinary_way(stage: Stage) -> None:
    """The id is no secret: it was cut out of every text that holds it, so that the next run refused the manifest."""
    allowed = [{"Version": "1", "Statement": [{"Effect": "Allow", "Action": "ecs:*", "Resource": "*"}]}]
    releaser = {"name": "releaser", "account": ONE, "trust": [MAIN], "external_id": "prod", "policies": allowed}
    assume = {"Version": "1", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}]}
    user = {"name": "ci", "access_keys": [{"id": "ci-key", "secret": "ci-secret"}], "policies": [assume]}
    stage.control("seed", {"roles": [releaser], "users": [user]})
    image = source(stage, account=ONE, name="base-prod-7")
    secret = "ci-secret"  # of the simulator
    arn = f"acs:ram::{ONE}:role/releaser"
    own = {"access_key_id": "ci-key", "access_key_secret": secret, "ram_role_arn": arn, "external_id": "prod"}
    common: Data = {"connection": {**own, "account_id": ONE}, "manifest": "kept.json"}
    first = role(source=image, destinations=[{"region": BEIJING, "name": "web-prod"}], **common)
    play(stage, first, role(from_manifest=["kept.json"], accounts=[TWO], **common))
    record = json.loads((stage.folder / "kept.json").read_text())
    assert [one["name"] for one in record["images"]] == ["base-prod-7", "web-prod"]
    (copy,) = stage.in_region(BEIJING)
    assert copy["account_id"] == ONE and stage.shares(copy["image_id"]) == [TWO]
