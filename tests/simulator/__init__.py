# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A local stand-in for the ECS API that unmodified clients can talk to."""

from __future__ import annotations

from .server import Simulator

__all__ = ["Simulator"]
