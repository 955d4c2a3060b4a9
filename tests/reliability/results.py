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


class Recorder:
    """The cells of one test. Use it as a context: in the end it fails if a cell has."""

    def __init__(self, matrix: str, part: str) -> None:
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
        end = {"seconds": seconds, "finished": kind is None, "everything": EVERYTHING}
        self._lines.append({"matrix": self.matrix, **end})
        FOLDER.mkdir(parents=True, exist_ok=True)
        partial = self._path.with_suffix(f".{os.getpid()}")
        partial.write_text("".join(json.dumps(line) + "\n" for line in self._lines))
        partial.replace(self._path)
        failed = [line for line in self._lines if line.get("failures")]
        if failed and kind is None:
            told = "\n".join(f"{line['cell']}: {'; '.join(line['failures'])}" for line in failed)
            raise AssertionError(f"{len(failed)} of {len(self._lines) - 1} cells failed:\n{told}")
