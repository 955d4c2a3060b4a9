# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One guard that is taken out, and the tests that have to notice.

An edit is a piece of text that stands exactly once in its file, and what takes its place. A guard that was rewritten
needs its edit rewritten too: the script fails rather than test nothing.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INVARIANTS = {
    1: "no second copy",
    2: "check mode = real run",
    3: "converged = silent",
    4: "a failure in one region does not affect the others",
    5: "interrupted = resumable",
    6: "nothing unselected is touched",
    7: "no silent leftovers",
    8: "throttling and queueing are normal",
    9: "errors name the operation, code, request and remedy; bad input is refused first",
    10: "no secret anywhere",
    11: "nobody else chooses the host, the file, the account or the screen",
    12: "a run against an account leaves nothing, touches nothing else, tells nothing of it",
}

# What comes of copies, each of these by its name among functional tests.
OUTCOMES = ("copy/what_is_there", "copy/waiting", "copy/starting", "copy/other_runs", "copy/bad_regions")


@dataclasses.dataclass(frozen=True)
class Mutation:
    invariant: int
    name: str
    file: str  # below the folder
    old: str
    new: str
    tests: tuple[str, ...]  # files below tests, the likeliest first
    folder: str = "module_utils"

    @property
    def path(self) -> Path:
        """Where the guard stands, from the checkout on."""
        elsewhere = {"roles": Path("roles"), "live": Path("tests", "live")}
        return elsewhere.get(self.folder, Path("plugins", self.folder)) / self.file


def functional(*names: str) -> tuple[str, ...]:
    """The files of tests, each by its name or by its folder and its name."""
    paths = [name.rpartition("/") for name in names]
    return tuple(f"functional/{folder}{slash}test_{name}.py" for folder, slash, name in paths)


def unit(*names: str) -> tuple[str, ...]:
    return tuple(f"unit/plugins/plugin_utils/test_{name}.py" for name in names)
