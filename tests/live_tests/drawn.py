# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The functional tests under profiles that are drawn: ``python tests/live_tests/drawn.py [NUMBER...]``, 1 to 20."""

from __future__ import annotations

import os
import subprocess
import sys

COMMAND = [sys.executable, "-m", "pytest", "-q", "tests/functional", "-n", os.environ.get("PYTEST_WORKERS", "auto")]


def main(words: list[str]) -> int:
    bad = []
    for number in words or [str(one) for one in range(1, 21)]:
        print(f"=== random-{number}", flush=True)
        env = {**os.environ, "SIMULATOR_PROFILE": f"random-{number}"}
        if subprocess.run(COMMAND, env=env, check=False).returncode:
            bad.append(number)
    print(f"=== {'FAILED under random-' + ', random-'.join(bad) if bad else 'all well'}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
