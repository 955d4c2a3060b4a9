# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keys in the keyword ``environment``: modules have them, lookups do not, and no play is in two accounts unawares."""

from __future__ import annotations

import json
import typing as t

import pytest
from ways import beyond

if t.TYPE_CHECKING:
    from e2e.conftest import Data, Play, Stage

pytestmark = pytest.mark.slow

HOME = "cn-hangzhou"
MAIN, ONE = "1000000000000001", "1000000000000011"
LOOKUP = "lookup('imageops.alicloud.ecs_image', region='cn-hangzhou', name='golden', default='none')"


@pytest.fixture
def environment(stage: Stage) -> Data:
    """The keys of another account than that of the shell."""
    keys = stage.ready["demo"]["consumers"]["consumer-one"]
    names = {"access_key_id": "ALIBABA_CLOUD_ACCESS_KEY_ID", "access_key_secret": "ALIBABA_CLOUD_ACCESS_KEY_SECRET"}
    return {name: keys[key] for key, name in names.items()}


def play(stage: Stage, tasks: list[Data], *words: str, code: int = 0, **keywords: t.Any) -> Play:
    book = stage.folder / "book.yml"
    given = {"vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}", "region": HOME}, **keywords}
    book.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks, **given}]))
    return stage.run("ansible-playbook", str(book), *words, code=code)


@pytest.mark.parametrize("where", ["task", "play"])
def test_the_lookup_warns_where_modules_would_ask_as_somebody_else(stage: Stage, environment: Data, where: str) -> None:
    look = {"imageops.alicloud.ecs_image_info": {"region": HOME, "name": "{{ " + LOOKUP + " }}"}}
    on_task, on_play = ({"environment": environment}, {}) if where == "task" else ({}, {"environment": environment})
    done = play(stage, [look | on_task], **on_play)
    assert done.one("ecs_image_info")["account_id"] == ONE
    told = " ".join((done.out + done.err).split())
    assert f"as account {MAIN}. The environment of the task names ALIBABA_CLOUD_ACCESS_KEY_ID" in told
    assert environment["ALIBABA_CLOUD_ACCESS_KEY_ID"] not in told
    as_verbose = " ".join(play(stage, [look], "-v").out.split())
    assert f"asked in {HOME} as account {MAIN}" in as_verbose and "names ALIBABA" not in as_verbose


def test_with_account_id_it_is_refused(stage: Stage, environment: Data) -> None:
    named = LOOKUP.replace("default=", f"account_id='{ONE}', default=")
    task = {"ansible.builtin.debug": {"msg": "{{ " + named + " }}"}, "environment": environment}
    refused = play(stage, [task], code=2)
    assert f"belong to account {MAIN}, not to {ONE} (account_id)" in " ".join((refused.out + refused.err).split())


@pytest.mark.extra
def test_all_that_is_beside_a_release_is_in_the_account_of_these_keys(stage: Stage, environment: Data) -> None:
    def run(book: str, variables: Data) -> None:
        stage.run("ansible-playbook", book, "-e", json.dumps(variables))

    beyond.life(stage, run, ONE, environment=environment)
