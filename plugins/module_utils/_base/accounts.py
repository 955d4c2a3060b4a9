# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ids of accounts that YAML has taken for numbers. Pure."""

from __future__ import annotations

import typing as t

ACCOUNT_DIGITS = 16
# The options of modules that name accounts.
OPTIONS = ("account_id", "accounts", "denied_accounts", "allowed", "shared_with", "owner", "owner_account")
IMAGES = ("images", "image", "expected")  # those that name images, each with accounts of its own


def account_fault(account: str) -> str | None:
    """Why a text is no account id, with the usual cause."""
    if not (account.isascii() and account.isdigit()) or len(account) == ACCOUNT_DIGITS:
        return None  # what holds other characters is refused elsewhere
    digits = "1 digit" if len(account) == 1 else f"{len(account)} digits"
    return (
        f"account {account} has {digits}, an account id has {ACCOUNT_DIGITS}. Write ids in "
        "quotes: an unquoted number that begins with 0 is read as another one"
    )


def number_faults(params: t.Mapping[str, t.Any]) -> list[str]:
    """Account ids that are numbers and not of the usual length. As a text such an id is taken: somebody means it.

    :param params: as a task gives them, before Ansible makes texts of numbers
    """
    images = [image for name in IMAGES for image in _listed(params.get(name)) if isinstance(image, dict)]
    given = [entry for options in (params, *images) for name in OPTIONS for entry in _listed(options.get(name))]
    numbers = [str(entry) for entry in given if isinstance(entry, int) and not isinstance(entry, bool)]
    return [fault for number in dict.fromkeys(numbers) if (fault := account_fault(number))]


def _listed(value: t.Any) -> list[t.Any]:
    return value if isinstance(value, list) else [value]
