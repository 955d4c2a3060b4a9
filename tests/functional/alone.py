# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One module in a process of its own, as Ansible starts it, with the machine's own clock. Told what it took.

As a program, it is that process: the module's name as argument, its options as JSON from its standard input.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
import os
import re
import subprocess
import sys
import time
import typing as t
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
COLLECTIONS = TESTS.parent / "build" / "collections"
MODULES = "ansible_collections.imageops.alicloud.plugins.modules"


@dataclasses.dataclass
class Spent:
    """How it ended, and what it took."""

    result: dict[str, t.Any]
    text: str
    seconds: float  # but for those that it was ready to go on, and the machine had others to run
    waited: float  # these seconds
    mebibytes: float  # the most memory that it has held at once


def run(module: str, limit: float, **options: t.Any) -> Spent:
    """Run a module to its end.

    :param limit: seconds after which it is killed
    """
    command = [sys.executable, __file__, module]
    began = time.monotonic()
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(COLLECTIONS), os.environ.get("PYTHONPATH", "")])}
    done = subprocess.run(
        command, input=json.dumps(options), capture_output=True, text=True, timeout=limit, check=False, env=env
    )
    seconds = time.monotonic() - began
    said, memory, waited = done.stdout.rstrip().rsplit("\n", maxsplit=2)
    own = seconds - float(waited)
    return Spent(json.loads(said), done.stdout + done.stderr, own, float(waited), int(memory) / 1024)


def _main() -> None:
    from ansible.module_utils import basic

    options = json.load(sys.stdin)
    main = importlib.import_module(f"{MODULES}.{sys.argv[1]}").main
    try:
        from ansible.module_utils.testing import patch_module_args
    except ImportError:  # before ansible-core 2.19
        basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": options}).encode()
        _run(main)
    else:
        with patch_module_args(options):
            _run(main)


def _run(main: t.Callable[[], None]) -> None:
    try:
        main()
    finally:
        # What the kernel's usage of resources tells begins with that of the process which has started this one.
        print(re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[0])
        print(int(Path("/proc/self/schedstat").read_text().split()[1]) / 10**9, flush=True)


if __name__ == "__main__":
    # Its own folder holds a file named like a package.
    sys.path[:] = [place for place in sys.path if Path(place or ".").resolve() != TESTS / "functional"]
    _main()
