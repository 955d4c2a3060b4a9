# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``python tests/security`` tries everything, ``... report`` shows what the last run came to.

``python tests/security hosts manifests`` tries these parts of run.py, and the others keep their figures.
``python tests/security policies`` puts the policies into the pages of the documentation.
"""

from __future__ import annotations

import sys
from pathlib import Path

# Started as a folder, so the packages are not on the path yet.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from functional import rights
from security import report, run

COMMANDS = {"report": report.main, "policies": rights.write}

if sys.argv[1:2] and sys.argv[1] in COMMANDS:
    sys.exit(COMMANDS[sys.argv[1]]())
sys.exit(run.main(sys.argv[1:]))
