# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Numbers in sentences."""

from __future__ import annotations


def counted(number: int, thing: str, things: str = "") -> str:
    """``1 account``, ``2 accounts``.

    :param thing: what is counted, of one
    :param things: of several, if that is more than an s behind it
    """
    return f"{number} {thing if number == 1 else things or thing + 's'}"
