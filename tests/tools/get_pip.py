# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Put pip into a new virtual environment, as ansible-test's download would, but from Python's own bundle.

ansible-test looks for its get-pip script in a cache first; ansible_test.py puts this file there, so that nothing but
the package index that pip is set up for is contacted.
"""

from __future__ import annotations

import ensurepip
import os
import subprocess
import sys
import sysconfig
from pathlib import Path


def bundled() -> Path | None:
    """The pip that came with Python, packed: it runs as it is. Where systems have it elsewhere, they say so."""
    folder = sysconfig.get_config_var("WHEEL_PKG_DIR") or Path(ensurepip.__file__).with_name("_bundled")
    return next(Path(folder).glob("pip-*.whl"), None)


def main(arguments: list[str]) -> int:
    packages = [argument for argument in arguments if not argument.startswith("-")]
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if wheel := bundled():
        # To install that one first, only for it to be replaced, would take as long again.
        env = {**os.environ, "PYTHONPATH": str(wheel)}
        return subprocess.run([*pip, "--no-compile", *packages], env=env, check=False).returncode
    # ensurepip makes its own process deaf to pip's settings, which the second command needs: hence two processes.
    subprocess.run([sys.executable, "-m", "ensurepip", "--default-pip"], check=True, stdout=subprocess.DEVNULL)
    return subprocess.run([*pip, *packages], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
