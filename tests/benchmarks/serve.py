# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator with every region the provider has ever named, the closed ones too: wider than an account gets."""

from __future__ import annotations

import sys
from pathlib import Path


def main(arguments: list[str]) -> int:
    # Started as a file, so the simulator's package is not on the path yet.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from simulator.__main__ import main as simulator
    from simulator.state import regions

    regions.REGIONS.update(regions.open_all())
    return simulator(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
