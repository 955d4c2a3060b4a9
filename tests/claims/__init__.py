# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Holds what a result, a manifest, an audit or a report claims against what the simulator knows at that moment.

``Facts`` is made of the simulator's own state, so that nothing here rests on what a client can see. Every function
returns sentences, one for each claim that is false; no sentence is the good end.
"""

from .audits import of_audit
from .facts import Data, Facts
from .images import COPIED_AS, COPIED_FROM
from .manifests import of_manifest
from .pages import of_audit_page, of_index, of_report
from .results import of_result

__all__ = [
    "COPIED_AS",
    "COPIED_FROM",
    "Data",
    "Facts",
    "of_audit",
    "of_audit_page",
    "of_index",
    "of_manifest",
    "of_report",
    "of_result",
]
