# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run has made or is about to make, on disk before it happens: whoever comes after a kill can read it."""

from __future__ import annotations

import json
import os
import secrets
import typing as t
from pathlib import Path

FOLDER = Path(os.environ.get("LIVE_FOLDER") or Path(__file__).resolve().parents[2] / ".live")
Line = dict[str, t.Any]


class Journal:
    """Lines of JSON that are on the disk when `add` comes back. The first says whose run it is."""

    def __init__(self, path: Path, lines: list[Line]) -> None:
        self.path, self.lines = path, lines

    @classmethod
    def begin(cls, folder: Path, run: str = "", **head: t.Any) -> Journal:
        """A new run, under an id of its own: account, regions, and the provider's time as `started`."""
        folder.mkdir(parents=True, exist_ok=True)
        run = run or secrets.token_hex(4)
        journal = cls(folder / f"{run}.jsonl", [])
        journal.add(run=run, **head)
        return journal

    @classmethod
    def read(cls, path: Path) -> Journal:
        """A journal as far as it was written: of a kill in the middle of a line, what comes before it.

        :raises ValueError: for a file that is no journal
        """
        lines = []
        for text in path.read_text(encoding="utf-8").splitlines():
            try:
                lines.append(json.loads(text))
            except ValueError:
                break
        if not lines or not {"run", "account", "started", "regions"} <= lines[0].keys():
            raise ValueError(f"{path} is no journal of a run")
        return cls(path, lines)

    @property
    def run(self) -> str:
        return str(self.lines[0]["run"])

    @property
    def head(self) -> Line:
        return self.lines[0]

    @property
    def is_closed(self) -> bool:
        """Whether everything of this run is known to be gone."""
        return bool(self.lines) and "closed" in self.lines[-1]

    def add(self, **line: t.Any) -> None:
        self.lines.append(line)
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def of(self, key: str) -> list[Line]:
        """The lines that say something of this kind."""
        return [line for line in self.lines if key in line]
