# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Everything there is to try about credentials, rights, hosts, hostile answers and input, and secrets, in one run."""

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
# By what their lines are about.
PARTS = {
    "credentials": "functional/test_credential_modes.py",
    "rights": "functional/test_least_privilege.py",
    "tags": "functional/test_tag_conditions.py",
    "answers": "functional/test_hostile_answers.py",
    "input": "functional/test_hostile_input.py",
    "hosts": "functional/test_fuzz_hosts.py",
    "manifests": "functional/test_fuzz_manifests.py",
    "broken": "functional/test_bounds_for_real.py",
    "plays": "ways/test_trust.py",
    "leaks": "e2e/test_secrets.py",
}


def main(words: t.Sequence[str]) -> int:
    """
    :param words: the parts that are tried, else all of them, and more of pytest's arguments
    """
    named = [word for word in words if word in PARTS]
    parts = named or list(PARTS)
    report.FOLDER.mkdir(parents=True, exist_ok=True)
    for part in parts:
        (report.FOLDER / f"{part}.jsonl").unlink(missing_ok=True)
    files = [str(TESTS / PARTS[part]) for part in parts]
    more = [word for word in words if word not in PARTS]
    command = [sys.executable, "-m", "pytest", "-n", WORKERS, *files, *more]
    env = {**os.environ, VARIABLE: str(report.FOLDER)}
    code = subprocess.run(command, cwd=TESTS.parent, env=env, check=False).returncode
    if code not in (0, 1):
        print("The run did not come to its end: the figures are left as they were.")
        return code
    return report.main(again=parts) or code
