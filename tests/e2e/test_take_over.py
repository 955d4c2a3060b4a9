# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many accounts take over what a central one shares: by roles, with the policies of the guide and keys of their own."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest
from docs.snippets import PAGES, snippets
from functional import rights

if t.TYPE_CHECKING:
    from .conftest import Data, Play, Stage

pytestmark = pytest.mark.slow

BEIJING, FRANKFURT = "cn-beijing", "eu-central-1"
CENTRAL, ONE, TWO = "1000000000000001", "1000000000000011", "1000000000000012"
TEAMS = {"team_one": ONE, "team_two": TWO}
NAME = "base-2026-11"
KEY = {"id": "simulator-taker-key", "secret": "simulator-taker-secret"}


def printed(name: str) -> Data:
    """A document of the guide's page about several accounts."""
    (text,) = [one.code for one in snippets(PAGES / "cross_account.rst") if one.mark == f"file {name}"]
    return t.cast("Data", json.loads(text))


@pytest.fixture
def inventory(stage: Stage) -> Path:
    """Two accounts with roles and keys, images that both are given, and a user who may take on both roles."""
    (trusts,) = printed("trust-policy.json")["Statement"]
    users = [{"name": "releaser", "policies": [printed("assume-policy.json")], "access_keys": [KEY]}]
    role = {"name": "image-take-over", "trust": trusts["Principal"]["RAM"]}
    policy = rights.policy(rights.RIGHTS["ecs_image_copy"])
    roles = [{**role, "account": account, "policies": [policy]} for account in TEAMS.values()]
    places = [(account, region) for account in TEAMS.values() for region in (BEIJING, FRANKFURT)]
    keys = [{"account": account, "region": region} for account, region in places]
    images = [{"region": region, "name": NAME, "shares": list(TEAMS.values())} for region in (BEIJING, FRANKFURT)]
    ids = stage.control("seed", {"users": users, "roles": roles, "keys": keys, "images": images})["ids"]
    key_of = dict(zip(places, ids["keys"], strict=True))
    hosts = {
        name: {
            "own_account": account,
            "role_arn": arn,
            "kms_keys": {region: key_of[account, region] for region in (BEIJING, FRANKFURT)},
        }
        for (name, account), arn in zip(TEAMS.items(), ids["roles"], strict=True)
    }
    stage.ready["env"] |= {"ALIBABA_CLOUD_ACCESS_KEY_ID": KEY["id"], "ALIBABA_CLOUD_ACCESS_KEY_SECRET": KEY["secret"]}
    path = stage.folder / "accounts.yml"
    path.write_text(json.dumps({"accounts": {"vars": {"central_account": CENTRAL}, "hosts": hosts}}))
    return path


def take_over(stage: Stage, inventory: Path, *words: str, code: int = 0, **variables: t.Any) -> Play:
    given = {"image_name": NAME, "wait_interval": 0.1, **variables}
    return stage.playbook("examples.take_over", given, "-i", str(inventory), *words, code=code)


def by_family(stage: Stage, inventory: Path, *words: str) -> Play:
    given = {"image_family": "web", "wait_interval": 0.1}
    return stage.playbook("examples.take_over", given, "-i", str(inventory), *words)


def taken(stage: Stage, name: str = NAME) -> dict[tuple[str, str], str]:
    """Account and region → the key of the one copy that is there."""
    state = stage.control("state")
    key_of = {one["snapshot_id"]: one["kms_key_id"] for one in state["snapshots"]}
    copies = [image for image in state["images"] if image["account_id"] in TEAMS.values() and image["name"] == name]
    found = {(one["account_id"], one["region"]): key_of[one["disks"][0]["snapshot_id"]] for one in copies}
    assert len(found) == len(copies)
    return found


def test_each_account_has_copies_with_its_own_keys(stage: Stage, inventory: Path) -> None:
    take_over(stage, inventory, "--check")
    assert stage.writes() == []
    take_over(stage, inventory)
    hosts = json.loads(inventory.read_text())["accounts"]["hosts"].values()
    wanted = {(host["own_account"], region): key for host in hosts for region, key in host["kms_keys"].items()}
    assert taken(stage) == wanted
    assert len(set(wanted.values())) == 4
    stage.forget()
    assert take_over(stage, inventory).changed == 0
    assert stage.writes() == []


def test_the_newest_of_a_family_is_taken_without_a_name(stage: Stage, inventory: Path) -> None:
    newer = {"name": "web-2", "family": "web", "shares": list(TEAMS.values()), "created": "2026-10-02T00:00:00Z"}
    older = {**newer, "name": "web-1", "created": "2026-10-01T00:00:00Z"}
    stage.control(
        "seed", {"images": [{"region": place, **one} for place in (BEIJING, FRANKFURT) for one in (newer, older)]}
    )
    by_family(stage, inventory, "--check")
    assert stage.writes() == []
    by_family(stage, inventory)
    assert set(taken(stage, "web-2")) == {
        (account, place) for account in TEAMS.values() for place in (BEIJING, FRANKFURT)
    }
    assert taken(stage, "web-1") == {}
    stage.forget()
    assert by_family(stage, inventory).changed == 0


def test_a_role_of_another_account_writes_nothing(stage: Stage, inventory: Path) -> None:
    """Two hosts whose roles were mixed up."""
    given = json.loads(inventory.read_text())
    hosts = given["accounts"]["hosts"]
    hosts["team_one"]["role_arn"], hosts["team_two"]["role_arn"] = (
        hosts["team_two"]["role_arn"],
        hosts["team_one"]["role_arn"],
    )
    inventory.write_text(json.dumps(given))
    play = take_over(stage, inventory, code=2)
    assert f"belong to account {TWO}, not to {ONE} (account_id)" in play.out
    assert stage.writes() == [] and taken(stage) == {}


def test_a_region_without_a_shared_image_is_named_and_hides_no_other_account(stage: Stage, inventory: Path) -> None:
    given = json.loads(inventory.read_text())
    given["accounts"]["hosts"]["team_one"]["kms_keys"]["us-west-1"] = "key"
    inventory.write_text(json.dumps(given))
    play = take_over(stage, inventory, code=2)
    assert f"shares no image {NAME} with account {ONE} in us-west-1" in " ".join(play.out.split())
    assert {account for account, _region in taken(stage)} == {TWO}


@pytest.mark.parametrize(
    "named", [{"image_name": "", "image_family": ""}, {"image_name": " "}, {"image_name": NAME, "image_family": "web"}]
)
def test_the_image_is_named_in_one_way(stage: Stage, inventory: Path, named: dict[str, str]) -> None:
    """With an empty name, as a survey hands it on, the newest image of any name was taken over."""
    play = stage.playbook("examples.take_over", {"wait_interval": 0.1, **named}, "-i", str(inventory), code=2)
    assert "Give either image_name or image_family" in play.out
    assert stage.writes() == [] and stage.control("journal")["entries"] == []


def test_no_central_account_is_not_the_own_one(stage: Stage, inventory: Path) -> None:
    stage.control(
        "seed", {"images": [{"region": place, "name": NAME, "account": ONE} for place in (BEIJING, FRANKFURT)]}
    )
    play = take_over(stage, inventory, "--limit", "team_one", central_account="", code=2)
    assert "owner_account is empty" in play.out and stage.writes() == []


def test_an_image_that_is_taken_over_by_the_role_leads_a_family_and_its_source_is_nobody_s_to_keep(
    stage: Stage,
) -> None:
    """The source was to join the family of an account that does not own it, and an audit found it missing there."""
    body = {"images": [{"region": BEIJING, "name": NAME, "shares": [ONE]}]}
    (source,) = stage.control("seed", {**body, "keys": [{"region": BEIJING, "account": ONE}]})["ids"]["images"]
    own = {"access_key_id": "simulator-releaser-key", "access_key_secret": "simulator-releaser-secret"}
    own |= {"ram_role_arn": f"acs:ram::{ONE}:role/image-release"}
    given = {
        "image_release_connection": own,
        "image_release_source": {"region": BEIJING, "image_id": source},
        "image_release_name": "mine",
        "image_release_destinations": [{"region": BEIJING, "encrypted": True}],
        "image_release_family": "web",
        "image_release_promote": True,
    }
    stage.playbook("create_copy_share", given)
    families = {(image["account_id"], image["name"]): image["family"] for image in stage.in_region(BEIJING)}
    assert families[ONE, "mine"] == "web" and not families[CENTRAL, NAME]
    record = json.loads(stage.manifest.read_text())
    assert [(image["role"], image.get("owner")) for image in record["images"]] == [("source", CENTRAL), ("copy", None)]
    page = "{{ lookup('file', '" + str(stage.manifest) + "') | from_json | imageops.alicloud.release_report_markdown }}"
    told = stage.run("ansible", "localhost", "-m", "debug", "-a", json.dumps({"msg": page})).out
    assert f"20 GiB stored at most. What belongs to {CENTRAL} is not counted." in told
    audit = {"image_audit_manifests": [str(stage.manifest)], "image_audit_regions": [BEIJING]}
    audit |= {"image_release_connection": own}
    assert "0 findings in 1 image" in stage.playbook("image_audit", {**audit, "image_audit_organisation": False}).out
    alone = {**given, "image_release_destinations": [], "image_release_manifest": ""}
    refused = stage.playbook("create_copy_share", alone, code=2)
    assert f"{source} in {BEIJING} is an image of {CENTRAL}. Give a destination" in refused.out
