# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run tests under one profile of the simulator after another, and print those whole that were red.

Usage: ``profiles_in_turn.py [--profile WORD]... TEST...``; without any profile: as recorded, all stricter, the
strictest values where those are milder, all kinder, and 20 drawn ones.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys

from environment import ROOT, clean

sys.path.insert(0, str(ROOT / "tests"))

from simulator.profiles import RANDOM, VARIABLE, profile

WORDS = ["recorded", "stricter", "strictest", "kinder", *(f"{RANDOM}{number}" for number in range(1, 21))]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", action="append")
    parser.add_argument("tests", nargs="+")
    options = parser.parse_args()
    words, red = options.profile or WORDS, []
    pytest = ["python", "-m", "pytest", "-q", "-n", os.environ.get("PYTEST_WORKERS", "auto"), *options.tests]
    for word in words:
        print(f"--- {word}", flush=True)
        if subprocess.run(pytest, cwd=ROOT, env=clean() | {VARIABLE: word}, check=False).returncode:
            red.append(word)
            print(f"--- {word} is red: {json.dumps(profile(word), sort_keys=True)}", flush=True)
    print(f"{len(words)} profiles, red: {', '.join(red) or 'none'}")
    return 1 if red else 0


if __name__ == "__main__":
    sys.exit(main())
