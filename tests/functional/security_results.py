# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests tried, a line each, for the figures of the security page. Kept only where somebody asked for it."""

from __future__ import annotations

import contextlib
import json
import os
import typing as t
from pathlib import Path

VARIABLE = "IMAGEOPS_SECURITY_RESULTS"


def asked_for() -> bool:
    """Whether this run is one for the figures, which tries everything."""
    return bool(os.environ.get(VARIABLE))


def write(what: str, **line: t.Any) -> None:
    """One line of a file that tests in several processes add to."""
    if folder := os.environ.get(VARIABLE):
        with open(Path(folder) / f"{what}.jsonl", "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


@contextlib.contextmanager
def tried(what: str, **line: t.Any) -> t.Iterator[dict[str, t.Any]]:
    """Try one thing: what fails is written down as well, and raised. More can be put into what this gives."""
    line["failed"] = True
    try:
        yield line
        line["failed"] = False
    finally:
        write(what, **line)
