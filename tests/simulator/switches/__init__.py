# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of switches: what nobody outside the provider knows is decided here, by name.

The settings, the page about the simulator, profiles and probes all read it. Each default is the stricter reading, so
that a client which works here also works if a kinder one is true; where it is not, `why` says so.
"""

from __future__ import annotations

from .switch import COPY, LEVELS, NO, PAIR, READ, Switch, switches_of

__all__ = ["COPY", "LEVELS", "NO", "PAIR", "READ", "Switch", "switches_of"]
