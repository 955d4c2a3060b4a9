# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Processes with everything that comes of them, in whatever session: run to their end, or ended."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import typing as t
from pathlib import Path

# Seconds for a play, on a machine that has much else to do: 20 releases take five minutes there. It ends what hangs.
PATIENCE = 1200


def run(
    words: t.Sequence[str | Path], *, patience: float = PATIENCE, **given: t.Any
) -> subprocess.CompletedProcess[str]:
    """Run a program, whatever it ends with, and read what it says."""
    piped = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(words, **piped | given) as process:
        out, err = said(process, patience)
    return subprocess.CompletedProcess(words, process.returncode, out, err)


def said(process: subprocess.Popen[str], patience: float = PATIENCE) -> tuple[str, str]:
    """What a program has said when it is done.

    One that takes too long is ended with all that it has started: a module that went on would write into the world of
    the next test.
    """
    try:
        return process.communicate(timeout=patience)
    except BaseException as error:
        kill_tree(process.pid)
        if not isinstance(error, subprocess.TimeoutExpired):
            raise
        text = "".join(part or "" for part in process.communicate())
        raise AssertionError(f"not done after {patience:.0f} s: {process.args}\n{text}") from None


def kill_tree(root: int) -> None:
    """SIGKILL for a process that this one has started, and for its descendants.

    Stopped first, none can start another while it is looked for.
    """
    tree = _tree(root)
    for number in (signal.SIGSTOP, signal.SIGKILL):
        for pid in tree:
            _send(pid, number)
        tree += [pid for pid in _tree(root) if pid not in tree]
    for pid in tree:
        _send(pid, signal.SIGKILL)


def _send(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _tree(root: int) -> list[int]:
    """A process and all that came of it, by the parents that the kernel knows."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(folder.name)] = int(fields[1])
    tree = [root]
    for pid in tree:
        tree += [child for child, parent in parents.items() if parent == pid]
    return tree
