# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests run plays with: nothing of one that has taken too long goes on beside the next test."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import process_tree
import pytest

pytestmark = pytest.mark.slow

# As Ansible starts a module: a child in a session of its own, which outlives the kill of what has started it.
STARTS_A_MODULE = """
import subprocess, sys
subprocess.run([sys.executable, "-c", sys.argv[1]], start_new_session=True)
"""
WRITES = """
import pathlib, time
while True:
    pathlib.Path("written").write_text(str(time.time()))
    time.sleep(0.01)
"""


def test_nothing_of_what_takes_too_long_goes_on(tmp_path: Path) -> None:
    words = [sys.executable, "-c", STARTS_A_MODULE, WRITES]
    written = tmp_path / "written"
    for patience in (2, 20, 200):  # on a busy machine the module may not have begun after the first
        with pytest.raises(AssertionError, match=rf"not done after {patience} s: "):
            process_tree.run(words, cwd=tmp_path, patience=patience)
        if written.exists():
            break
    last = written.read_text()
    time.sleep(0.2)
    assert written.read_text() == last


def test_what_one_has_said_that_takes_too_long_is_told() -> None:
    words = ["sh", "-c", "echo began; exec sleep 600"]
    with pytest.raises(AssertionError, match=r"(?s)sleep 600.*\nbegan\n"):
        process_tree.run(words, patience=2)


def test_what_a_program_says_and_ends_with_is_told() -> None:
    code = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"
    done = process_tree.run([sys.executable, "-c", code])
    assert (done.returncode, done.stdout, done.stderr) == (3, "out\n", "err\n")
