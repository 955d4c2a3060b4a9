# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Everything there is to try: runs all cells and the model test, and puts the figures into the page."""

from __future__ import annotations

import os
import subprocess
import sys
import typing as t
from pathlib import Path

from . import report
from .results import FOLDER

HERE = Path(__file__).resolve().parent
WORKERS = os.environ.get("PYTEST_WORKERS", "2")


def main(words: t.Sequence[str]) -> int:
    """
    :param words: more of pytest's arguments
    """
    for old in FOLDER.glob("*.jsonl"):
        old.unlink()
    command = [sys.executable, "-m", "pytest", "-n", WORKERS, str(HERE), str(HERE.parent / "model"), *words]
    env = {**os.environ, "RELIABILITY": "all"}
    code = subprocess.run(command, cwd=HERE.parents[1], env=env, check=False).returncode
    return report.main() or code
