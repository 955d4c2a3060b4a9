# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every keyword of a play that steers hosts, over releases of which one is bad: the others lose nothing by it."""

from __future__ import annotations

import json
import typing as t

import pytest

if t.TYPE_CHECKING:
    from e2e.conftest import Data, Play, Stage

pytestmark = pytest.mark.slow

HOME, BEIJING, ONE = "cn-hangzhou", "cn-beijing", "1000000000000011"
BAD = "h-bad"
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
DAILY = ("any_errors_fatal", "strategy free")
FEW, MANY = 3, 20


def cases() -> list[t.Any]:
    few = [pytest.param(name, FEW, id=name, marks=() if name in DAILY else pytest.mark.extra) for name in KEYWORDS]
    many = [pytest.param(name, MANY, id=f"{name}, {MANY} hosts", marks=pytest.mark.extra) for name in KEYWORDS]
    return [*few, *many]


@pytest.mark.parametrize(("name", "number"), cases())
def test_one_bad_image(stage: Stage, saw: t.Callable[[], None], name: str, number: int) -> None:
    hosts = {f"h{count:02}": {"image": stage.image(name=f"golden-{count}")} for count in range(1, number)}
    inventory = {"all": {"hosts": {**hosts, BAD: {"image": "m-bp1none"}}}}
    (stage.folder / "hosts.json").write_text(json.dumps(inventory))
    first = run(stage, KEYWORDS[name], code=None)
    out = first.out + first.err
    assert "is undefined" not in out and "unknown" not in out.lower(), out
    assert not told_without_reason(first)
    copied = copies(stage)
    assert max(copied.values(), default=0) <= 1
    # What was stopped by the bad one is done by the next run without it, and nothing is done twice.
    run(stage, {}, "--limit", f"all:!{BAD}")
    assert copies(stage) == {str(host["image"]): 1 for host in hosts.values()}
    assert all(stage.shares(image["image_id"]) == [ONE] for image in stage.in_region(BEIJING))
    if name == DAILY[0]:
        saw()


def run(stage: Stage, keywords: Data, *words: str, code: int | None = 0) -> Play:
    book = stage.folder / "book.yml"
    variables = {
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        "image_release_source": {"region": HOME, "image_id": "{{ image }}"},
        "image_release_destinations": [{"region": BEIJING}],
        "image_release_accounts": [ONE],
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


def told_without_reason(play: Play) -> list[Data]:
    """Failures of tasks that say nothing."""
    return [line for line in play.results if line["outcome"] == "failed" and not line["result"].get("msg")]
