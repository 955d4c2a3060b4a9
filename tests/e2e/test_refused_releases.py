# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Releases that are refused before anything is written, and images that nobody is to get."""

from __future__ import annotations

import os
import typing as t

import pytest

from .releases import whole

if t.TYPE_CHECKING:
    from .conftest import Stage

pytestmark = pytest.mark.slow

HOME, BEIJING, FRANKFURT = "cn-hangzhou", "cn-beijing", "eu-central-1"
ONE, TWO = "1000000000000011", "1000000000000012"


def test_everything_that_is_wrong_is_told_before_anything_is_written(stage: Stage) -> None:
    many = [str(2000000000000000 + number) for number in range(51)]
    variables = whole(
        stage,
        image_release_family="",
        image_release_tags={f"key-{number}": "x" for number in range(18)},
        image_release_destinations=[{"region": "cn-beijin"}, {"region": FRANKFURT, "kms_key_id": "k"}],
        image_release_accounts=["somebody", *many],
        image_release_steps=["create", "copy", "verify", "share", "promote"],
    )
    for words in (["--check"], []):
        refused = stage.playbook("create_copy_share", variables, *words, code=2)
        for part in (
            "region 'cn-beijin' is unknown, did you mean 'cn-beijing'?",
            "21 tags with the 3",
            "kms_key_id needs encrypted=true",
            "account 'somebody' must be an account id",
            "52 accounts are more than the 50",
            "image_release_verify",
            "image_release_family is empty",
        ):
            assert part in refused.out, part
        assert stage.writes() == []
    assert not stage.manifest.exists()


def test_times_tags_and_keys_are_judged_with_the_rest(stage: Stage) -> None:
    """The image was made, and then refused for its tags. A misspelt region got a copy without the key that it names."""
    demo = stage.ready["demo"]
    variables = whole(
        stage,
        image_release_wait_timeout="1e308",
        image_release_wait_interval="-1",
        image_release_copy_options={"max_tags": 3},
        image_release_destinations=[{"region": BEIJING, "encrypted": True}],
        image_release_kms_keys={"cn-beijin": demo["kms_keys"][FRANKFURT]},
        image_release_accounts=[],
    )
    for words in (["--check"], []):
        refused = stage.playbook("create_copy_share", variables, *words, code=2)
        for part in (
            "image_release_wait_timeout must be 0 or more",
            "image_release_wait_interval must be more than 0",
            "4 tags with the 3 of this collection are more than the 3",
        ):
            assert part in refused.out, part
        assert stage.writes() == []
    right = {"image_release_wait_timeout": 600, "image_release_wait_interval": 0.1, "image_release_copy_options": {}}
    for more in ({}, {"image_release_promote": True}):
        refused = stage.playbook("create_copy_share", {**variables, **right, **more}, code=2)
        assert "region 'cn-beijin' is unknown, did you mean 'cn-beijing'?" in refused.out
        assert stage.writes() == []


def test_files_that_can_not_be_are_told_before_anything_is_written(stage: Stage) -> None:
    """They were told when everything was done. What was no file, such as a device, was replaced by one."""
    os.mkfifo(stage.folder / "pipe")
    (stage.folder / "folder").mkdir()
    files = {"report": "pipe", "report_markdown": "folder", "report_index": "x" * 300, "manifest": "nul\0"}
    variables = whole(stage, **{f"image_release_{name}": path for name, path in files.items()})
    refused = stage.playbook("create_copy_share", variables, code=2)
    for part in (
        "image_release_report: ",
        "pipe can't be written: it is no file, and would be replaced",
        "folder can't be written: it is a folder",
        "x can't be written: File name too long",
        "can't be read: embedded null byte",
    ):
        assert part in refused.out, part
    of_plan = {**variables, "image_release_manifest": "", "plan_markdown": "pipe"}
    assert "pipe is no file, and would be replaced" in stage.playbook("plan", of_plan, code=2).out
    assert stage.writes() == [] and (stage.folder / "pipe").is_fifo()


def test_what_only_the_image_decides_is_no_run_without_changes(stage: Stage) -> None:
    """It was told that nothing was changed, beside the image that had been made."""
    source = {"region": HOME, "instance_id": stage.ready["demo"]["instances"]["encrypted"]}
    variables = whole(stage, image_release_source=source, image_release_encrypted=False)
    variables["image_release_destinations"] = [{"region": BEIJING}]
    refused = stage.playbook("create_copy_share", variables, code=2)
    assert "is encrypted, and a copy of it can't be plain" in refused.out
    assert "nothing was changed" not in refused.out + stage.manifest.read_text()


@pytest.mark.parametrize(
    ("playbook", "step", "variables"),
    [
        ("create_copy_share", "image_release_step", {"image_release_name": "f"}),
        ("image_retire", "image_work_step", {"image_retire_regions": [HOME], "image_retire_max": -1}),
        ("stop_copies", "image_work_step", {"stop_copies_regions": [BEIJING], "stop_copies_source_region": HOME}),
    ],
)
def test_a_refusal_holds_what_people_can_use(
    stage: Stage, playbook: str, step: str, variables: dict[str, t.Any]
) -> None:
    """What the steps hand on to each other was shown beside the message."""
    own = {"image_release_connection": {"account_id": "1000000000000001"}}
    given = {**(whole(stage) if playbook == "create_copy_share" else {}), **own, **variables}
    refused = stage.playbook(playbook, given, code=2).one(step)
    assert {key for key in refused if not key.startswith("_")} - {"changed", "exception", "invocation"} == {"msg"}


def test_a_release_that_could_not_be_shared_is_not_begun(stage: Stage) -> None:
    secret = {"region": BEIJING, "encrypted": True}
    for words in (["--check"], []):
        refused = stage.playbook("create_copy_share", whole(stage, image_release_destinations=[secret]), *words, code=2)
        assert f"{BEIJING}: the copy would be encrypted with the service key" in refused.out
    assert stage.writes() == []


def test_a_copy_with_data_disks_that_could_not_be_shared_is_not_made(stage: Stage) -> None:
    key = stage.ready["demo"]["kms_keys"][FRANKFURT]
    variables = {
        "image_release_source": {"region": HOME, "image_id": stage.image(disks=[{"size": 20}, {"size": 40}])},
        "image_release_destinations": [{"region": FRANKFURT, "encrypted": True, "kms_key_id": key}],
    }
    told = [
        stage.playbook("create_copy_share", {**variables, "image_release_accounts": [ONE]}, *words, code=2).out
        for words in (["--check"], [])
    ]
    assert all("would be encrypted and have 2 disks" in text for text in told)
    assert stage.writes() == []
    stage.playbook("create_copy_share", variables)  # nobody is to get it
    assert len(stage.in_region(FRANKFURT)) == 1


def test_an_image_whose_copies_could_not_be_shared_is_not_made_of_an_instance(stage: Stage) -> None:
    """Only check mode said so before: the run made the image, and then refused."""
    instance = {"region": HOME, "name": "two", "disks": [{"size": 20}, {"size": 40}]}
    (made_of,) = stage.control("seed", {"instances": [instance]})["ids"]["instances"]
    key = stage.ready["demo"]["kms_keys"][FRANKFURT]
    variables = whole(
        stage,
        image_release_source={"region": HOME, "instance_id": made_of},
        image_release_destinations=[{"region": BEIJING}, {"region": FRANKFURT, "encrypted": True, "kms_key_id": key}],
    )
    told = [stage.playbook("create_copy_share", variables, *words, code=2) for words in (["--check"], [])]
    for play in told:
        assert "would be encrypted and have 2 disks" in play.of("image_release_step")[-1]["msg"]
    assert stage.writes() == [] and told[0].changed == told[1].changed  # the manifest, with why


def test_taking_images_from_everybody_must_be_said(stage: Stage) -> None:
    source = stage.image(shares=[ONE, TWO])
    variables = {
        "image_release_source": {"region": HOME, "image_id": source},
        "image_release_accounts": [],
        "image_release_purge_accounts": True,
    }
    refused = stage.playbook("share", variables, code=2)
    assert "the image itself: image_release_purge_accounts without an account" in refused.out
    assert stage.shares(source) == [ONE, TWO]
    said = {**variables, "image_release_allow_empty": "true"}
    planned, done = stage.playbook("share", said, "--check"), stage.playbook("share", said)
    assert planned.changed == done.changed == 2  # sharing, and the record
    assert stage.shares(source) == []


def test_a_forged_marker_shares_nothing(stage: Stage) -> None:
    """Neither a stranger that carries the marker, nor a copy under a name that was not asked for."""
    source = stage.image()
    tags = {"imageops:copied-from": f"{HOME}/{source}", "imageops:copied-as": "golden"}
    forged = stage.image(region=BEIJING, name="secret-db", tags=tags, disks=[{"size": 500}])
    variables = {
        "image_release_source": {"region": HOME, "image_id": source},
        "image_release_destinations": [{"region": BEIJING}, {"region": FRANKFURT, "name": "golden-too"}],
        "image_release_accounts": [ONE],
    }
    copies = {**variables, "image_release_destinations": [{"region": FRANKFURT, "name": "golden-too"}]}
    stage.playbook("create_copy_share", {**copies, "image_release_accounts": []})
    (good,) = stage.in_region(FRANKFURT)
    stage.forget()
    for words, given in ((["--check"], []), ([], [ONE])):
        refused = stage.playbook("share", variables, *words, code=2)
        assert f"{BEIJING}: NotThisCopy" in refused.out
        assert (stage.shares(forged), stage.shares(good["image_id"])) == ([], given)
    assert {call["action"] for call in stage.writes()} == {"ModifyImageSharePermission"}
    stage.forget()
    other = {**copies, "image_release_destinations": [{"region": FRANKFURT, "name": "another"}]}
    assert "OtherCopyExists" in stage.playbook("share", {**other, "image_release_accounts": [TWO]}, code=2).out
    assert stage.writes() == []
