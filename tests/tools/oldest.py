# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules with the oldest packages that requirements.txt allows, in a virtual environment of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import venv

from environment import BUILD, ROOT, clean, link_checkout
from packaging.requirements import Requirement

HOME = BUILD / "oldest"
TESTS = ("tests/unit", "tests/functional")


def oldest() -> list[str]:
    """The lower bounds, as what pip is to install."""
    found = []
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            wanted = Requirement(line)
            (lower,) = [one.version for one in wanted.specifier if one.operator == ">="]
            found.append(f"{wanted.name}=={lower}")
    return found


def main() -> int:
    venv.create(HOME, with_pip=True, clear=True)
    python = str(HOME / "bin" / "python")
    pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "-r", str(ROOT / "tests" / "requirements.txt"), *oldest()], check=True)
    print(f"with {', '.join(oldest())}", flush=True)
    pytest = [python, "-m", "pytest", "-n", os.environ.get("PYTEST_WORKERS", "2"), *TESTS]
    link_checkout()
    return subprocess.run(pytest, cwd=ROOT, env=clean(), check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
