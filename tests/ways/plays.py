# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plays of other people that have our roles in them."""

from __future__ import annotations

import contextlib
import json
import shutil
import threading
import typing as t
from pathlib import Path

if t.TYPE_CHECKING:
    from e2e.conftest import Play, Stage

HOME, BEIJING, FRANKFURT = "cn-hangzhou", "cn-beijing", "eu-central-1"
MAIN, ONE, TWO = "1000000000000001", "1000000000000011", "1000000000000012"
GROUP = "group/imageops.alicloud.all"
MADE = Path(__file__).resolve().parent / "made_by_1_0"
USUAL = {"ansible_python_interpreter": "{{ ansible_playbook_python }}", "image_release_progress": False}

Data = dict[str, t.Any]


def play(
    stage: Stage,
    *tasks: Data,
    code: int | None = 0,
    words: t.Sequence[str] = (),
    manifest: str | None = "",
    **keywords: t.Any,
) -> Play:
    """Run a play of these tasks.

    :param manifest: where releases write it; None says nothing of it, so that it is the default file
    """
    place = {} if manifest is None else {"image_release_manifest": manifest}
    given = {"vars": USUAL | place | keywords.pop("vars", {})}
    book = [{"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": tasks, **keywords, **given}]
    path = stage.folder / "play.yml"
    path.write_text(json.dumps(book))
    wait = json.dumps({"image_release_wait_interval": 0.1})
    return stage.run("ansible-playbook", str(path), "-e", wait, *words, code=code)


@contextlib.contextmanager
def meanwhile(due: t.Callable[[], bool], then: t.Callable[[], object]) -> t.Iterator[None]:
    """While a play runs: do something as soon as it has come so far."""
    is_over = threading.Event()

    def work() -> None:
        while not is_over.wait(0.05):
            if due():
                then()
                return

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def role(apply: Data | None = None, which: str = "image_release", **variables: t.Any) -> Data:
    """The task that includes a role. Its keywords are added with ``|``."""
    name = {"name": f"imageops.alicloud.{which}", **({"apply": apply} if apply else {})}
    return {"ansible.builtin.include_role": name, "vars": {f"{which}_{key}": one for key, one in variables.items()}}


def refused(which: str = "image_release", **variables: t.Any) -> Data:
    """A role that must refuse its variables. What it says is shown."""
    said = f"(__{which} | default({{}})).msg | default(ansible_failed_result.msg)"  # version 1 had no such name
    shown = {"ansible.builtin.debug": {"msg": f"REFUSED {{{{ {said} }}}}"}}
    wrong = {"ansible.builtin.fail": {"msg": "it was taken"}}
    return {"block": [role(which=which, **variables), wrong | {"name": "Taken"}], "rescue": [shown]}


def shown(expression: str) -> Data:
    """A task that shows a value."""
    return {"ansible.builtin.debug": {"msg": f"SHOWN {{{{ {expression} }}}}"}}


def told(play: Play) -> str:
    """What a run has said, without the line ends."""
    return " ".join((play.out + play.err).split())


def keys(stage: Stage, name: str = "consumer-one") -> Data:
    consumer = stage.ready["demo"]["consumers"][name]
    return {key: consumer[key] for key in ("access_key_id", "access_key_secret")}


def source(stage: Stage, **image: t.Any) -> Data:
    return {"region": HOME, "image_id": stage.image(**image)}


def made_by_1_0(stage: Stage, source: str | None = None) -> Data:
    """Two releases of a family as version 1.0.0 has left them: images with its tags, and its manifests.

    :param source: what the source of the second one is called, if other than its copies
    :returns: the ids by region and name
    """
    images = json.loads((MADE / "images.json").read_text())
    record = json.loads((MADE / "base-2.json").read_text())
    if source:
        # Its manifest has the name of the image.
        record["name"] = record["images"][0]["name"] = images[2]["name"] = source
    stage.control("seed", {"images": images})
    shutil.copy(MADE / "base-1.json", stage.folder)
    (stage.folder / "image_release-localhost.json").write_text(json.dumps(record))
    return {(one["region"], one["name"]): one["id"] for one in images}


def main_keys(stage: Stage) -> Data:
    env = stage.ready["env"]
    names = ("access_key_id", "access_key_secret")
    return {name: env[f"ALIBABA_CLOUD_{name.upper()}"] for name in names}
