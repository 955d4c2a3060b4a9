# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every keyword of a play that steers hosts, over releases of which one is bad: the others lose nothing by it.

What the first run came to goes into the table of the page, for each keyword and ansible-core.
"""

from __future__ import annotations

import json
import math
import typing as t
from importlib.metadata import version

import pytest
from ways import page

if t.TYPE_CHECKING:
    from e2e.conftest import Data, Play, Stage

pytestmark = pytest.mark.slow

HOME, BEIJING = "cn-hangzhou", "cn-beijing"
FIRST_ACCOUNT = 2_000_000_000_000_000
KEYWORDS: dict[str, Data] = {
    "none": {},
    "any_errors_fatal": {"any_errors_fatal": True},
    "any_errors_fatal, a template": {"any_errors_fatal": "{{ false }}"},
    "max_fail_percentage": {"max_fail_percentage": 0},
    "serial": {"serial": 2},
    "serial and max_fail_percentage": {"serial": 2, "max_fail_percentage": 0},
    "throttle": {"throttle": 1},
    "run_once": {"run_once": True},
    "strategy free": {"strategy": "free"},
    "strategy host_pinned": {"strategy": "host_pinned"},
    "free and run_once": {"strategy": "free", "run_once": True},
    "force_handlers": {"force_handlers": True},
    "ignore_errors": {"ignore_errors": True},
    "ignore_unreachable": {"ignore_unreachable": True},
    "order": {"order": "reverse_sorted"},
}
DAILY = ("any_errors_fatal", "strategy free", "free and run_once")
FEW, MANY = 3, 20


def cases() -> list[t.Any]:
    few = [pytest.param(name, FEW, id=name, marks=() if name in DAILY else pytest.mark.extra) for name in KEYWORDS]
    many = [pytest.param(name, MANY, id=f"{name}, {MANY} hosts", marks=pytest.mark.extra) for name in KEYWORDS]
    return [*few, *many]


def completed(name: str, number: int) -> int:
    """How many of the good releases the first run completes: one that fails tells so when all of its own is done."""
    if name == "free and run_once":
        return 0  # refused
    if name == "run_once":
        return 1  # that of the first host
    if name == "serial and max_fail_percentage":
        return 2 * math.ceil((number // 2 + 1) / 2) - 1  # those of the batches up to the bad one's
    return number - 1


@pytest.mark.parametrize(("name", "number"), cases())
def test_one_bad_image(stage: Stage, name: str, number: int) -> None:
    bad = number // 2 + 1  # neither the first nor the last
    images = {count: stage.image(name=f"golden-{count}") for count in range(1, number + 1)}
    hosts = {
        f"h{count:02}": {"image": image if count != bad else "m-bp1none", "account": str(FIRST_ACCOUNT + count)}
        for count, image in images.items()
    }
    del images[bad]
    (stage.folder / "hosts.json").write_text(json.dumps({"all": {"hosts": hosts}}))
    first = run(stage, KEYWORDS[name], code=None)
    out = first.out + first.err
    assert "is undefined" not in out and "unknown" not in out.lower(), out
    assert not told_without_reason(first)
    done = [count for count in images if is_complete(stage, count)]
    assert sorted(copies(stage)) == sorted(images[count] for count in done)
    if number == MANY:
        says = ", ".join(f"``{key}: {value}``" for key, value in KEYWORDS[name].items()) or "none"
        came = {"says": says, "done": f"{len(done)} of {len(images)}", "code": str(first.code)}
        page.saw_keyword(name, version("ansible-core"), **came)
    assert len(done) == completed(name, number)
    # What was not begun is done by the next run without the bad one, and nothing is done twice.
    run(stage, {}, "--limit", f"all:!h{bad:02}")
    assert copies(stage) == dict.fromkeys(images.values(), 1)
    assert all(is_complete(stage, count) for count in images)
    found = {image["name"]: stage.shares(image["image_id"]) for image in stage.in_region(BEIJING)}
    assert found == {f"golden-{count}": [str(FIRST_ACCOUNT + count)] for count in images}


def test_any_errors_fatal_and_a_release_that_is_refused(stage: Stage) -> None:
    """Such a one is refused before any release has begun: none of them writes, and the next run makes them all."""
    hosts = {
        f"h{count:02}": {"image": stage.image(name=f"golden-{count}"), "account": str(FIRST_ACCOUNT + count)}
        for count in range(1, FEW + 1)
    }
    (stage.folder / "hosts.json").write_text(
        json.dumps({"all": {"hosts": hosts | {"h02": {"image": 1.1, "account": "none"}}}})
    )
    first = run(stage, {"any_errors_fatal": True}, code=2)
    assert "undefined" not in first.out + first.err and "h02" in first.out
    assert stage.writes() == []
    (stage.folder / "hosts.json").write_text(json.dumps({"all": {"hosts": hosts}}))
    run(stage, {"any_errors_fatal": True})
    assert len(copies(stage)) == FEW


def run(stage: Stage, keywords: Data, *words: str, code: int | None = 0) -> Play:
    book = stage.folder / "book.yml"
    variables = {
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        "image_release_source": {"region": HOME, "image_id": "{{ image }}"},
        "image_release_destinations": [{"region": BEIJING}],
        "image_release_accounts": ["{{ account }}"],
        "image_release_wait_interval": 0.1,
        "image_release_manifest": f"{stage.folder}/{{{{ inventory_hostname }}}}.json",
    }
    role = {"role": "imageops.alicloud.image_release"}
    play = {"hosts": "all", "connection": "local", "gather_facts": False, "vars": variables, "roles": [role]}
    book.write_text(json.dumps([{**play, **keywords}]))
    return stage.run(
        "ansible-playbook", "-i", str(stage.folder / "hosts.json"), "-f", "10", str(book), *words, code=code
    )


def copies(stage: Stage) -> dict[str, int]:
    """How often each image was copied, in all runs so far."""
    found: dict[str, int] = {}
    for call in stage.writes():
        if call["action"] == "CopyImage" and not call["code"]:
            image = call["params"]["ImageId"]
            found[image] = found.get(image, 0) + 1
    return found


def is_complete(stage: Stage, count: int) -> bool:
    manifest = stage.folder / f"h{count:02}.json"
    return manifest.exists() and json.loads(manifest.read_text())["complete"] is True


def told_without_reason(play: Play) -> list[Data]:
    """Failures of tasks that say nothing."""
    return [line for line in play.results if line["outcome"] == "failed" and not line["result"].get("msg")]
