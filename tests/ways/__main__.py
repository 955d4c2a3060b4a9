# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``python tests/ways``: see page.py."""

from __future__ import annotations

import sys
from pathlib import Path

# Started as a folder, so the package itself is not on the path yet.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ways import page

sys.exit(page.main())
