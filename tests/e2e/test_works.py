# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role image_retire and the playbooks without a role: what they take, what they refuse, whose images they touch."""

from __future__ import annotations

import json
import typing as t

import pytest

from .releases import release, released

if t.TYPE_CHECKING:
    from .conftest import Stage

pytestmark = pytest.mark.slow

Data = dict[str, t.Any]
HOME, BEIJING = "cn-hangzhou", "cn-beijing"
ONE, TWO = "1000000000000011", "1000000000000012"


def copy_of(stage: Stage) -> str:
    return str(stage.in_region(BEIJING)[0]["image_id"])


def test_a_manifest_takes_images_from_nobody_but_those_who_are_named(stage: Stage) -> None:
    """An entry's own accounts were obeyed, and images were taken from accounts that nobody had named."""
    released(stage, ONE, TWO)
    manifest = json.loads(stage.manifest.read_text())
    for image in manifest["images"]:
        image["accounts"] = [TWO]
    stage.manifest.write_text(json.dumps(manifest))
    variables = {"unshare_everywhere_manifests": str(stage.manifest), "unshare_everywhere_accounts": int(ONE)}
    planned = stage.playbook("unshare_everywhere", variables, "--check")
    assert f"would be taken from {ONE}" in planned.out and stage.shares(copy_of(stage)) == [ONE, TWO]
    done = stage.playbook("unshare_everywhere", variables)
    assert planned.changed == done.changed == 1 and f"was taken from {ONE}" in done.out
    assert stage.shares(copy_of(stage)) == [TWO]


def test_a_copy_that_is_no_longer_asked_for_is_unshared_all_the_same(stage: Stage) -> None:
    source = released(stage, ONE, TWO)
    fewer = {"image_release_source": {"region": HOME, "image_id": source}, "image_release_steps": ["create", "share"]}
    stage.playbook("create_copy_share", fewer)
    left = {"unshare_everywhere_manifests": [str(stage.manifest)], "unshare_everywhere_accounts": f"{ONE}, {TWO}"}
    stage.playbook("unshare_everywhere", left)
    assert stage.shares(copy_of(stage)) == []


WRONG: tuple[tuple[str, Data, tuple[str, ...]], ...] = (
    ("unshare_everywhere", {}, ("give unshare_everywhere_accounts", "give unshare_everywhere_regions or")),
    ("stop_copies", {}, ("give stop_copies_regions or stop_copies_manifests: the regions, or all",)),
    ("image_rekey", {}, ("give image_rekey_manifests", "give image_rekey_name", "give image_rekey_keys")),
    # What the module alone looked at was told when all else had been put right.
    (
        "image_retire",
        {"image_retire_kep": 1, "image_retire_max": 0, "image_retire_role_arns": "looker"},
        (
            "did you mean image_retire_keep?",
            "nothing is selected",
            "give image_retire_regions",
            "image_retire_max must be at least 1",
            "image_retire_role_arns: 'looker' is no ARN",
        ),
    ),
    (
        "unshare_everywhere",
        {
            "unshare_everywhere_acounts": [ONE],
            "unshare_everywhere_accounts": [342391, "nobody"],
            "unshare_everywhere_regions": "cn_beijing",
        },
        (
            "is unknown, did you mean unshare_everywhere_accounts?",
            "account 342391 has 6 digits",
            "'nobody' must be an account id",
            "'cn_beijing' is no region",
        ),
    ),
    (
        "stop_copies",
        {"stop_copies_manifests": "none.json", "stop_copies_source_image_id": "['m-1']"},
        ("none.json: there is no such file", "stop_copies_source_image_id \"['m-1']\" is no id"),
    ),
    ("image_rekey", {"image_rekey_name": "1st"}, ("give image_rekey_manifests", "image_rekey_name '1st' must have 2")),
    ("image_audit", {"image_audit_quota": 0, "image_audit_roles": "x"}, ("image_audit_quota must be", "'x' is no ARN")),
)


def test_what_is_wrong_is_told_at_once_and_nothing_is_done(stage: Stage) -> None:
    for book, variables, sentences in WRONG:
        refused = stage.playbook(book, variables, code=2)
        assert "The variables are refused, nothing was changed: " in refused.out
        for sentence in sentences:
            assert sentence in refused.out, refused.out
    assert stage.control("journal")["entries"] == []


def test_copies_are_stopped_by_a_manifest_of_the_account_at_work_only(stage: Stage) -> None:
    stage.control("settings", {"copy_gib_per_second": 0.001})
    source = stage.image(name="base-1")
    variables = {
        "image_release_source": {"region": HOME, "image_id": source},
        "image_release_destinations": [{"region": BEIJING}],
        "image_release_wait_timeout": 1,
    }
    stage.playbook("create_copy_share", variables, code=2)
    manifest = json.loads(stage.manifest.read_text())
    foreign = stage.folder / "foreign.json"
    foreign.write_text(json.dumps({**manifest, "account_id": TWO}))
    refused = stage.playbook("stop_copies", {"stop_copies_manifests": [str(foreign)]}, code=2)
    assert f"not to {TWO} (" in refused.out
    assert stage.in_region(BEIJING)[0]["status"] in ("Waiting", "Creating")
    named = {"stop_copies_manifests": [str(stage.manifest)], "image_release_connection": {"account_id": TWO}}
    assert "different accounts are named" in stage.playbook("stop_copies", named, code=2).out
    stopped = stage.playbook("stop_copies", {"stop_copies_manifests": str(stage.manifest)})
    copy = f"{BEIJING} {manifest['images'][1]['image_id']} base-1"
    assert f"{copy} was stopped at" in stopped.out
    assert stage.in_region(BEIJING) == []
    again = stage.playbook("stop_copies", {"stop_copies_manifests": str(stage.manifest)})
    assert again.changed == 0 and "goes on" not in again.out


def test_all_copies_are_told_to_stop_before_any_is_waited_for(stage: Stage) -> None:
    """Those of the last manifest ran on while the first one's were waited for."""
    stage.control("settings", {"copy_gib_per_second": 0.001, "cancel_seconds": 0})
    names = ("one", "two")
    for name in names:
        source = {"region": HOME, "image_id": stage.image(name=name)}
        stage.playbook(
            "create_copy_share",
            {
                "image_release_source": source,
                "image_release_destinations": [{"region": BEIJING}],
                "image_release_wait_timeout": 1,
                "image_release_manifest": f"{name}.json",
            },
            code=2,
        )
    stage.forget()
    stopped = stage.playbook("stop_copies", {"stop_copies_manifests": [f"{name}.json" for name in names]})
    assert "2 copies were stopped in cn-beijing" in stopped.out and stage.in_region(BEIJING) == []
    actions = [call["action"] for call in stage.control("journal")["entries"]]
    last = max(number for number, action in enumerate(actions) if action == "CancelCopyImage")
    assert actions.count("CancelCopyImage") == 2
    assert actions[last:].count("GetCallerIdentity") == 2, "the tasks that wait begin when all are told"


def test_an_id_with_the_blanks_of_a_survey_stops_the_copies(stage: Stage) -> None:
    """No copy was found under it: the play ended well, and the copies went on."""
    stage.control("settings", {"copy_gib_per_second": 0.001})
    one, two = (stage.image(name=name) for name in ("one", "two"))
    for image in (one, two):
        words = {"region": HOME, "image_id": image, "destination_regions": [BEIJING], "wait": False}
        stage.run("ansible", "-m", "imageops.alicloud.ecs_image_copy", "-a", json.dumps(words), "localhost")
    source = {"stop_copies_source_region": f"{HOME} ", "stop_copies_source_image_id": f" {one}\n"}
    stage.playbook("stop_copies", {"stop_copies_regions": BEIJING, **source})
    assert [image["name"] for image in stage.in_region(BEIJING)] == ["two"]
    for blank in ("stop_copies_source_region", "stop_copies_source_image_id"):
        refused = stage.playbook("stop_copies", {"stop_copies_regions": BEIJING, **source, blank: " "}, code=2)
        assert "give both stop_copies_source_region and" in refused.out
    assert [image["name"] for image in stage.in_region(BEIJING)] == ["two"]


RETIRE = """
- hosts: localhost
  connection: local
  gather_facts: false
  vars:
    ansible_python_interpreter: "{{ ansible_playbook_python }}"
  module_defaults:
    group/imageops.alicloud.all:
      access_key_id: "{{ own.key_id }}"
      access_key_secret: "{{ own.secret }}"
      account_id: "{{ own.account }}"
  tasks:
    - ansible.builtin.include_role:
        name: imageops.alicloud.image_retire
      vars:
        image_retire_regions: [cn-hangzhou]
        image_retire_families: "{{ item }}"
      loop: [base]
    - ansible.builtin.include_role:
        name: imageops.alicloud.image_retire
      vars:
        image_retire_regions: cn-hangzhou
        image_retire_families: base
"""


def test_the_role_works_in_the_account_that_the_play_names_and_twice_in_one_play(stage: Stage) -> None:
    """It took whatever keys the environment held, and deleted images of another account."""
    for number, days in enumerate(("2026-01-01", "2026-02-01", "2026-03-01")):
        tags = {"imageops:created-from": "i-1"}
        stage.image(name=f"base-{number}", family="base", created=f"{days}T00:00:00Z", tags=tags)
    book = stage.folder / "book.yml"
    book.write_text(RETIRE)
    own = {"key_id": "nobody", "secret": "nothing", "account": TWO}
    limits = {"image_retire_keep": 1, "image_retire_grace_days": 0}
    refused = stage.playbook(str(book), {"own": own, **limits}, code=2)
    assert "InvalidAccessKeyId" in refused.out and stage.writes() == []
    for line in ("access_key_id", "access_key_secret", "account_id"):
        book.write_text("\n".join(one for one in book.read_text().splitlines() if f"      {line}:" not in one))
    book.write_text(book.read_text().replace("group/imageops.alicloud.all:", "group/imageops.alicloud.all: {}"))
    done = stage.playbook(str(book), {"own": own, **limits})
    assert [image["name"] for image in stage.images()] == ["base-2"]
    assert done.out.count("GiB freed") == 2


def test_a_bad_release_is_taken_back_by_the_older_one_s_manifest(stage: Stage) -> None:
    for number, day in ((1, "2026-01-01"), (2, "2026-02-01")):
        source = stage.image(name=f"base-{number}", created=f"{day}T00:00:00Z")
        variables = {
            "image_release_source": {"region": HOME, "image_id": source},
            "image_release_family": "base",
            "image_release_promote": True,
            "image_release_deprecate_previous": True,
            "image_release_manifest": str(stage.folder / f"base-{number}.json"),
        }
        stage.playbook("create_copy_share", variables)
    back = {"image_release_from_manifest": "base-1.json", "image_release_family": "base", "image_release_manifest": ""}
    nameless = stage.playbook("rollback", {**back, "image_release_family": ""}, code=2)
    assert "nothing was changed: image_release_family is empty" in nameless.out
    # What leads the family now is shared, so that it can't be deprecated: told before anything is made Available again.
    (leader,) = [one["image_id"] for one in stage.images() if one["name"] == "base-2"]
    share = {"region": HOME, "image_id": leader, "accounts": ["1000000000000011"]}
    for state in ("present", "absent"):
        words = json.dumps({**share, "state": state})
        stage.run("ansible", "-m", "imageops.alicloud.ecs_image_share", "-a", words, "localhost")
        if state == "present":
            stage.forget()
            shared = stage.playbook("rollback", back, code=2)
            assert "nothing was changed" in shared.out and "image_release_unshare_previous=true" in shared.out
            assert stage.writes() == []
    planned = stage.playbook("rollback", back, "--check")
    assert {one["name"]: one["status"] for one in stage.images()} == {"base-1": "Deprecated", "base-2": "Available"}
    assert stage.playbook("rollback", back).changed == planned.changed > 0
    available = [one["name"] for one in stage.images() if one["status"] == "Available" and one["family"] == "base"]
    assert available == ["base-1"]


def test_all_who_had_the_old_images_get_those_with_the_new_key(stage: Stage) -> None:
    """With a raised quota more than fifty can have them: the copies were made, and shared with nobody ever after."""
    stage.control("settings", {"share_quota": 60})
    many = sorted(str(4000000000000000 + number) for number in range(52))
    stage.control("seed", {"accounts": [{"id": account} for account in many]})
    raised = {"image_release_destinations": [], "image_release_accounts": many, "image_release_max_accounts": 60}
    given = release(stage, "base-1", stage.image(name="base-1"), **raised)
    stage.playbook("create_copy_share", given)
    named = {"image_rekey_manifests": given["image_release_manifest"], "image_rekey_name": "keyed"}
    stage.playbook("image_rekey", {**named, "image_rekey_keys": {HOME: stage.ready["demo"]["kms_keys"][HOME]}})
    (keyed,) = [image for image in stage.in_region(HOME) if image["name"] == "keyed"]
    assert stage.shares(keyed["image_id"]) == many
