# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Everything there is to try about credentials, rights, hostile answers and input, and secrets, in one pytest run."""

from __future__ import annotations

import os
import subprocess
import sys
import typing as t
from pathlib import Path

from functional.security_results import VARIABLE

from . import report

TESTS = Path(__file__).resolve().parents[1]
WORKERS = os.environ.get("PYTEST_WORKERS", "2")
TRIED = (
    "functional/test_credential_modes.py",
    "functional/test_least_privilege.py",
    "functional/test_hostile_answers.py",
    "functional/test_hostile_input.py",
    "functional/test_fuzz_hosts.py",
    "functional/test_fuzz_manifests.py",
    "functional/test_bounds_for_real.py",
    "e2e/test_secrets.py",
)


def main(words: t.Sequence[str]) -> int:
    """
    :param words: more of pytest's arguments
    """
    report.FOLDER.mkdir(parents=True, exist_ok=True)
    for old in report.FOLDER.glob("*.jsonl"):
        old.unlink()
    files = [str(TESTS / name) for name in TRIED]
    command = [sys.executable, "-m", "pytest", "-n", WORKERS, *files, *words]
    env = {**os.environ, VARIABLE: str(report.FOLDER)}
    code = subprocess.run(command, cwd=TESTS.parent, env=env, check=False).returncode
    if code not in (0, 1):
        print("The run did not come to its end: the figures are left as they were.")
        return code
    return report.main() or code
