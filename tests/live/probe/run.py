# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the probes of a level, and says what came of it."""

from __future__ import annotations

import importlib
import json
import typing as t

from simulator.settings import SWITCHES
from simulator.switches import COPY, LEVELS, NO, PAIR, READ

from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ApiError
from live.probe import scenes
from live.probe.bench import Bench, Unfit
from live.probe.scenes import Finding, Findings

FREE, LEVEL_COPY = "free", "copy"
ALARM = 3

for _kind in ("copying", "ending", "making", "reading", "sharing"):
    importlib.import_module(f"live.probe.{_kind}")  # which registers its scenes


def probe(bench: Bench, level: str = FREE) -> Findings:
    """Run the scenes of a level; what a scene could not tell says why."""
    for scene in sorted(scenes.SCENES, key=lambda scene: scenes.ORDER[scene.level]):
        note = ""
        if scene.level != READ and level == FREE:
            note = "needs LEVEL=copy"
        elif scene.level == PAIR and not bench.share_with:
            note = "needs a second account: SHARE_WITH=<its id>"
        else:
            try:
                scene.run(bench)
            except Unfit as reason:
                note = str(reason)
            except ApiError as error:
                note = f"{error.code}: {error.msg}"
        for name in scene.names:
            bench.found.hid(name, note or "nothing was seen of it")
    return bench.found


def rows(found: Findings) -> list[tuple[str, str, str, str, str]]:
    """The table: switch, what the page says, the simulator's default, what was seen, the request id."""
    table = []
    for name, finding in found.items():
        seen = _words(finding.value) if finding.is_told else f"? {finding.note}"
        mark = "!! " if finding.alarms else "   " if finding.differs else "=  "
        mark = mark if finding.is_told or finding.is_new else "?  "
        table.append((mark + name, SWITCHES[name].page, _words(SWITCHES[name].default), seen, finding.request_id))
    return table


def _words(value: t.Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def printed(found: Findings) -> str:
    """The table as text, and what its marks mean."""
    head = ("   assumption", "the page", "simulator", "seen", "request id")
    table = [head, *rows(found)]
    widths = [max(len(row[column]) for row in table) for column in range(3)]
    lines = ["  ".join([*(row[column].ljust(widths[column]) for column in range(3)), row[3], row[4]]).rstrip()
             for row in table]  # fmt: skip
    told = [one for one in found.values() if one.is_told]
    alarms = [one.switch for one in found.values() if one.alarms]
    never = [name for name, switch in SWITCHES.items() if switch.level == NO]
    return "\n".join(
        [
            *lines,
            "",
            f"{len(told)} told, {len(found) - len(told)} not (?), {len(never)} no call can tell. "
            "= as the simulator does; !! otherwise, and its default is not the stricter one: "
            + (", ".join(alarms) or "none"),
        ]
    )


def profile(found: Findings, regions: t.Sequence[str], level: str, calls: t.Mapping[str, int]) -> dict[str, t.Any]:
    """`probe.json`: what the simulator takes as a profile, and how it was seen. No id of the account is in it."""
    return {
        "level": level,
        "regions": list(regions),
        "switches": {name: one.value for name, one in found.items() if one.is_told},
        "seen": {name: _entry(one) for name, one in found.items()},
        "calls": dict(sorted(calls.items())),
    }


def _entry(finding: Finding) -> dict[str, t.Any]:
    entry = {"request_id": finding.request_id, "note": finding.note, "differs": finding.differs}
    return {key: value for key, value in {**entry, "new": finding.is_new}.items() if value}


def cost(level: str, has_third: bool, shares: bool) -> str:
    """What a level does to an account, in words."""
    if level == FREE:
        return f"{LEVELS[READ]}. Nothing is made. About 25 calls, a minute, no cost."
    copies = 21 if has_third else 8
    told = f" The image is shared with the second account for seconds ({LEVELS[PAIR]})." if shares else ""
    return (
        f"{LEVELS[COPY]}: at most {copies} copies of the image, most of them cancelled at once, and 12 images of its "
        "snapshot, which store nothing of their own. 400 to 900 calls, and as long as about six copies of the image "
        f"take. What is kept for that time is snapshots of the size of the image.{told}"
    )
