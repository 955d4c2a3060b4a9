# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many races and whole playbooks are tried: all in `make test-reliability`, some in `make test`."""

from __future__ import annotations

import os

EVERYTHING = os.environ.get("RELIABILITY") == "all"


def seeds(all_of_them: int, some: int) -> list[int]:
    return list(range(all_of_them if EVERYTHING else some))
