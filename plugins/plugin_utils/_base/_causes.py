# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Failures as people read them: one line for each cause, with every place where it struck. Pure."""

from __future__ import annotations

import typing as t

Data = dict[str, t.Any]


def is_failed(result: Data) -> bool:
    """Whether a module has failed. The role's tasks let it, so that one place tells it; only failures have a msg."""
    return not result.get("skipped") and (bool(result.get("failed")) or "msg" in result)


def of_result(result: Data, first: bool = False) -> list[str]:
    """Why a module has failed, in a list; nothing of one that has not.

    :param first: whether nothing can have been changed before it. Each module refuses its input for itself alone
    """
    told = str(result.get("msg") or "unknown").strip()
    if result.get("faults") and not first:
        told = told.replace("nothing was changed", "this step has changed nothing", 1)
    return [told] if is_failed(result) else []


def of_copies(result: Data) -> list[str]:
    """What went wrong with copies; nothing if the result does not say it by destination."""
    return _lines((copy["region"], copy, copy.get("error")) for copy in result.get("copies") or [])


def of_images(images: t.Iterable[Data]) -> list[str]:
    """What went wrong with the images of a manifest."""
    return _lines((image["region"], image, image.get("error")) for image in images)


def of_shares(result: Data) -> list[str]:
    """What went wrong with share lists: by account if one was refused, or else by image."""
    shares = result.get("shares") or []
    lines = _lines((share["region"], share, share.get("error")) for share in shares)
    refused: dict[str, list[tuple[str, Data, Data]]] = {}
    for share in shares:
        for failed in share.get("failed") or []:
            refused.setdefault(failed["account_id"], []).append((share["region"], share, failed.get("error") or {}))
    for account, found in refused.items():
        lines += [f"account {account} was not added: {line}" for line in _lines(found)]
    return lines


def _lines(found: t.Iterable[tuple[str, Data, Data | None]]) -> list[str]:
    """
    :param found: places, each with what it is about and its error, if it has one
    """
    groups: dict[tuple[str, str, str], list[str]] = {}
    first: dict[tuple[str, str, str], Data] = {}
    for place, subject, error in found:
        if not error:
            continue
        key = (str(error.get("code")), _common(error, place, subject), str(error.get("hint") or ""))
        groups.setdefault(key, []).append(place)
        first.setdefault(key, error)
    return [f"{', '.join(places)}: {_sentence(first[key])}" for key, places in groups.items()]


def _common(error: Data, place: str, subject: Data) -> str:
    """A message without what differs from place to place."""
    message = str(error.get("message") or "")
    for word in (subject.get("image_id"), place):
        message = message.replace(str(word), "") if word else message
    return message


def _sentence(error: Data) -> str:
    request = f" (request id {error['request_id']})" if error.get("request_id") else ""
    message = str(error.get("message") or "unknown").rstrip(". ")
    hint = f". {error['hint']}" if error.get("hint") else ""
    return f"{error.get('code')}: {message}{request}{hint}"
