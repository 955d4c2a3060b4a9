# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a command and writes what it took: ``measured.py FILE COMMAND...``.

To Linux the peak of a process is at least what its parent held when it began. So its parent is this one, which holds
next to nothing.
"""

from __future__ import annotations

import json
import os
import sys
import time


def main() -> int:
    path, *command = sys.argv[1:]
    began = time.monotonic()
    pid = os.posix_spawnp(command[0], command, os.environ)
    _pid, status, usage = os.wait4(pid, 0)
    took = {
        "wall": time.monotonic() - began,
        "cpu": usage.ru_utime + usage.ru_stime,
        "memory": usage.ru_maxrss / 1024,
        "code": os.waitstatus_to_exitcode(status),
    }
    with open(path, "w", encoding="ascii") as file:
        json.dump(took, file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
