# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A part of the role by Ansible's own means: it works, or one sentence says how to ask for a part."""

from __future__ import annotations

import itertools
import json
import typing as t
from pathlib import Path

import pytest
import yaml

if t.TYPE_CHECKING:
    from e2e.conftest import Data, Stage

pytestmark = pytest.mark.slow

HOME, BEIJING = "cn-hangzhou", "cn-beijing"
ROOT = Path(__file__).resolve().parents[2]
# What has tasks of its own, and where they are.
TASKS = {
    "image_retire": "roles/image_retire/tasks/main.yml",
    **{name: f"playbooks/{name}.yml" for name in ("image_audit", "image_rekey", "stop_copies", "unshare_everywhere")},
}


@pytest.fixture
def variables(stage: Stage) -> Data:
    return {
        "image_release_source": {"region": HOME, "image_id": stage.image()},
        "image_release_destinations": [{"region": BEIJING}],
    }


@pytest.mark.parametrize(
    "words", [("--start-at-task", "Copy the image"), ("--tags", "copy"), ("--skip-tags", "always")]
)
def test_the_role_is_not_entered_in_the_middle(stage: Stage, variables: Data, words: tuple[str, str]) -> None:
    done = stage.playbook("create_copy_share", variables, *words, code=None)
    assert "undefined" not in done.out + done.err
    assert done.code == 2 and "image_release_steps" in done.out
    assert stage.writes() == []


@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=pytest.mark.extra) if one == "image_rekey" else one for one in TASKS]
)
def test_no_other_playbook_is_entered_in_the_middle(stage: Stage, name: str) -> None:
    found = yaml.safe_load((ROOT / TASKS[name]).read_text(encoding="utf-8"))
    _first, *others = found if "hosts" not in found[0] else found[0]["tasks"]
    for task in itertools.chain.from_iterable(task.get("block", [task]) for task in others):
        done = stage.playbook(name, {}, "--start-at-task", task["name"], code=2)
        told = " ".join((done.out + done.err).split())
        assert "undefined" not in told and "Run all of it, from the first task on" in told, task["name"]
    assert others and stage.writes() == []


def test_tags_on_the_play_that_has_the_role(stage: Stage, variables: Data) -> None:
    book = stage.folder / "book.yml"
    variables["ansible_python_interpreter"] = "{{ ansible_playbook_python }}"
    role = {"role": "imageops.alicloud.image_release", "tags": ["mine"]}
    play = {"hosts": "localhost", "gather_facts": False, "vars": variables, "roles": [role]}
    book.write_text(json.dumps([play]))
    assert stage.playbook(str(book), {}, "--tags", "mine").changed > 0
    assert len(stage.in_region(BEIJING)) == 1


@pytest.mark.extra
def test_step_by_step(stage: Stage, variables: Data) -> None:
    given = stage.folder / "given.json"
    given.write_text(json.dumps(variables))
    shell = f"yes c | ansible-playbook imageops.alicloud.create_copy_share --step -e @{given}"
    assert stage.run("sh", "-c", shell).changed > 0
