# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was tried and what came of it, as a JSON line each: what the report counts."""

from __future__ import annotations

import json
import os
import time
import typing as t
from pathlib import Path

from .seeds import EVERYTHING

FOLDER = Path(__file__).resolve().parents[2] / "build" / "reliability"

# What the cells are of, and its row in the page.
MATRICES = {
    "release killed": "A release is killed at a call, and run again",
    "orphans": "The same, and the module goes on beside the second run",
    "retirement killed": "Cancel, unshare, deprecate and remove are killed at a call, and run again",
    "old images retired, killed": "A run that retires the old images of families is killed at a call, and run again",
    "imports killed": "An image is imported, another import is given up: killed at a call, and run again",
    "export killed": "An image is exported: killed at a call, and run again",
    "launch templates killed": "Launch templates of two regions get another image: killed at a call, and run again",
    "release in trouble": "One API action of a release meets with one kind of trouble",
    "retirement in trouble": "One API action of cancel, unshare, deprecate or remove meets with one kind of trouble",
    "imports in trouble": "One API action of an image's import, or of giving one up, meets with one kind of trouble",
    "export in trouble": "One API action of an image's export meets with one kind of trouble",
    "2 releases together": "Two equal releases start together",
    "5 releases together": "Five equal releases start together",
    "two teams": "Two teams copy one image under names of their own, at once",
    "another client": "Another client copies the image under the same name, at once",
    "other clients": "The same, or another image under that name, where answers are lost and copies fail",
    "brake": "All copies are stopped while a release runs",
    "blind": "A caller who may not look copies, creates, removes, stops or unshares",
    "soak": "All habits of a real cloud at once, kills too: nothing false is claimed, made twice or taken from others",
    "soak of the role": "The same with the whole role, by playbook",
    "playbooks killed": "A whole ansible-playbook with its children is killed at a call, and run again",
    "playbooks in trouble": "One API action of a whole ansible-playbook meets with one kind of trouble",
    "playbooks together": "Two or five ansible-playbooks start together",
    "model": "Tasks in any order, other hands between them, troubled calls: the laws hold after each step",
    "pipelines killed": "The pipeline of the examples is killed at a write, and run again",
    "lives killed": "The example from an import to retirement is killed at a write or a first look, and run again",
    "rollbacks killed": "A rollback with launch templates, by playbook, is killed at a write, and run again",
}


class Recorder:
    """The cells of one test. Use it as a context: in the end it fails if a cell has."""

    is_chosen: t.ClassVar[bool] = False  # whether only some of the tests were asked for

    def __init__(self, matrix: str, part: str) -> None:
        assert matrix in MATRICES, f"{matrix} has no row"
        self.matrix = matrix
        self._path = FOLDER / f"{matrix.replace(' ', '-')}-{part}.jsonl"
        self._lines: list[dict[str, t.Any]] = []
        self._began = time.monotonic()

    def __enter__(self) -> Recorder:
        return self

    def cell(self, name: str, failures: t.Sequence[str], *, reached: bool = True, **more: t.Any) -> None:
        """
        :param reached: False if the run came to its end without the call that the cell is about
        :param more: further figures of the cell, such as its ``count`` if it stands for many
        """
        print(f"{self.matrix}: {name}: {'; '.join(failures) or ('ok' if reached else 'not reached')}", flush=True)
        line = {"matrix": self.matrix, "cell": name, "failures": list(failures), "reached": reached}
        self._lines.append({**line, **more})

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        seconds = round(time.monotonic() - self._began, 1)
        is_all = EVERYTHING and not self.is_chosen
        end = {"seconds": seconds, "finished": kind is None, "everything": is_all}
        self._lines.append({"matrix": self.matrix, **end})
        FOLDER.mkdir(parents=True, exist_ok=True)
        partial = self._path.with_suffix(f".{os.getpid()}")
        partial.write_text("".join(json.dumps(line) + "\n" for line in self._lines))
        partial.replace(self._path)
        failed = [line for line in self._lines if line.get("failures")]
        if failed and kind is None:
            told = "\n".join(f"{line['cell']}: {'; '.join(line['failures'])}" for line in failed)
            raise AssertionError(f"{len(failed)} of {len(self._lines) - 1} cells failed:\n{told}")
