# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source and the event filter as ansible-rulebook runs them: by the paths of their files."""

from __future__ import annotations

import asyncio
import contextlib
import runpy
from pathlib import Path

from functional.support import HOME, MAIN, Data, Lab
from functional.test_events import notice, told

from ansible_collections.imageops.alicloud.plugins.plugin_utils._events import _events

PLUGINS = Path(__file__).resolve().parents[2] / "extensions" / "eda" / "plugins"


class Enough(Exception):
    pass


def test_the_plugin_tells_its_queue(lab: Lab, tmp_path: Path) -> None:
    """As ansible-rulebook runs it: by the path of its file."""
    image = lab.source()
    found: list[Data] = []

    class Queue:
        async def put(self, event: Data) -> None:
            found.append(event)
            if len(found) == 2:
                raise Enough

    main = runpy.run_path(str(PLUGINS / "event_source" / "ecs_image.py"))["main"]
    args = {**lab.connection(), "regions": [HOME], "initial": True, "eda_feedback_queue": None}
    with contextlib.suppress(Enough):
        asyncio.run(main(Queue(), args))
    assert told(found) == [("appeared", image), ("available", image)]


def test_a_notice_gets_the_shape_of_an_event(lab: Lab, tmp_path: Path) -> None:
    image = lab.source(family="base")
    main = runpy.run_path(str(PLUGINS / "event_filter" / "ecs_image_notice.py"))["main"]
    args = {**lab.connection(), "region": HOME, "state_file": str(tmp_path / "notices.json")}
    event = main(notice(image, "Available"), **args)
    wanted = {
        "type": "imageops.image",
        "change": "available",
        "family": "base",
        "name": "golden",
        "happened_at": "2024-04-10T08:01:01.922000Z",
        "looked_up": True,
        "account_id": MAIN,
        "meta": {"source": "hook"},
    }
    assert {key: event[key] for key in wanted} == wanted
    # Twice, late, and after a restart.
    assert main(notice(image, "Available"), **args) == []
    assert main(notice(image, "Creating", "20240410T160000+0800"), **args) == []
    assert _events.NoticeFilter(args).filtered(notice(image, "Available")) == []
    gone = main(notice(image, "Deleted", "20240411T000000.000+0800"), **args)
    assert (gone["change"], gone["happened_at"]) == ("gone", "2024-04-10T16:00:00.000000Z")
