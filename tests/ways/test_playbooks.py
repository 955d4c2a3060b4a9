# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks as any ansible-core runs them: a plan, a release, a second run with nothing to do; no deprecations."""

from __future__ import annotations

import json
import subprocess
import typing as t

import pytest

if t.TYPE_CHECKING:
    from e2e.conftest import Play, Stage

pytestmark = pytest.mark.slow

HOME, BEIJING = "cn-hangzhou", "cn-beijing"
ONE = "1000000000000011"


def quiet(play: Play) -> Play:
    """The same run, once it is sure that ansible-core had nothing against how things are done."""
    assert "DEPRECAT" not in play.out + play.err, play.err
    assert not [line for line in play.results if line["result"].get("deprecations")]
    return play


def test_a_release_from_a_file_planned_run_and_run_again(stage: Stage) -> None:
    answers = stage.folder / "answers.json"
    variables = {
        "image_release_source": {"region": HOME, "image_id": stage.image()},
        "image_release_destinations": [{"region": BEIJING}],
        "image_release_accounts": [ONE],
        "image_release_manifest": str(stage.manifest),
    }
    answers.write_text(json.dumps(variables))
    given = ("create_copy_share", {}, "-e", f"@{answers}", "-vvv")
    quiet(stage.playbook(*given, "--check", "--diff"))
    assert stage.writes() == [] and not stage.manifest.exists()
    real = quiet(stage.playbook(*given))
    assert real.changed > 0
    (copy,) = stage.in_region(BEIJING)
    assert stage.shares(copy["image_id"]) == [ONE]
    text = stage.manifest.read_text()
    stage.forget()
    again = quiet(stage.playbook(*given))
    assert again.changed == 0 and stage.writes() == []
    assert stage.manifest.read_text() == text


def test_the_demo_twice(stage: Stage) -> None:
    """On ansible-core 2.18 it failed as soon as its manifest was there."""
    given = json.dumps({"image_release_manifest": str(stage.manifest), "image_release_wait_interval": 0.1})
    # Not by the stage, which takes the keys of the simulator's own accounts, that the demo asks for, for a secret.
    command = ["ansible-playbook", "imageops.alicloud.demo", "-e", given]
    env = {**stage.env, **dict.fromkeys(("ANSIBLE_INVENTORY_UNPARSED_WARNING", "ANSIBLE_LOCALHOST_WARNING"), "false")}
    for _run in range(2):
        done = subprocess.run(command, cwd=stage.folder, env=env, check=False, capture_output=True, text=True)
        assert done.returncode == 0 and stage.manifest.exists(), done.stdout + done.stderr
        for word in ("DEPRECAT", "WARNING"):
            assert word not in done.stdout + done.stderr


def test_every_other_playbook_is_planned(stage: Stage) -> None:
    release = {
        "image_release_source": {"region": HOME, "image_id": stage.image(family="golden")},
        "image_release_destinations": [{"region": BEIJING}],
        "image_release_accounts": [ONE],
    }
    record = [str(stage.manifest)]
    quiet(stage.playbook("create_copy_share", {**release, "image_release_accounts": []}))
    stage.forget()
    plans: dict[str, dict[str, t.Any]] = {
        "share": release,
        "stop_copies": {"stop_copies_manifests": record},
        "unshare_everywhere": {"unshare_everywhere_manifests": record, "unshare_everywhere_accounts": [ONE]},
        "image_retire": {"image_retire_regions": [HOME], "image_retire_families": ["golden"], "image_retire_keep": 1},
        "image_rekey": {
            "image_rekey_manifests": record,
            "image_rekey_name": "golden-2",
            "image_rekey_keys": {region: stage.ready["demo"]["kms_keys"][region] for region in (HOME, BEIJING)},
        },
    }
    for name, variables in plans.items():
        quiet(stage.playbook(name, variables, "--check"))
        assert stage.writes() == [], name
