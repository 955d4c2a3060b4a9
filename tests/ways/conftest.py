# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ways in which people run the collection, on every ansible-core: the stage is that of the end-to-end tests."""

from __future__ import annotations

from e2e.conftest import stage

__all__ = ["stage"]
