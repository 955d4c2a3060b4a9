# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Put pip into a new virtual environment, as ansible-test's download would, but from Python's own bundle.

ansible-test looks for its get-pip script in a cache first; ansible_test.py puts this file there, so that nothing but
the package index that pip is set up for is contacted.
"""

from __future__ import annotations

import subprocess
import sys


def main(arguments: list[str]) -> int:
    # ensurepip makes its own process deaf to pip's settings, which the second command needs: hence two processes.
    subprocess.run([sys.executable, "-m", "ensurepip", "--default-pip"], check=True, stdout=subprocess.DEVNULL)
    packages = [argument for argument in arguments if not argument.startswith("-")]
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    return subprocess.run([*pip, *packages], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
