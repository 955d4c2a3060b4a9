# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values as reports show them. Pure."""

from __future__ import annotations

import datetime
import re
import typing as t
import unicodedata

# Control characters, and those that turn the direction of text: what comes from the cloud must not move the page.
HIDDEN = ("Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp")
_MARKUP = re.compile(r"([\\`*_{}\[\]#|~])")


def seen(value: t.Any) -> str:
    """Text without characters that can't be seen or that turn its direction."""
    text = "" if value is None else str(value)
    return "".join("\ufffd" if unicodedata.category(character) in HIDDEN else character for character in text)


# What hosts of Markdown make a mention, a link or a formula of, also behind a backslash. A space of no width breaks it.
_BREAK = "&ZeroWidthSpace;"
_MEANT = {"@": f"@{_BREAK}", "$": "&dollar;", "://": f":{_BREAK}//"}


def plain(value: t.Any) -> str:
    """Text that Markdown takes as it is: no markup, and nobody is called and nothing linked by it."""
    text = _MARKUP.sub(r"\\\1", seen(value)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for sign, harmless in _MEANT.items():
        text = text.replace(sign, harmless)
    return re.sub(r"(?i)(www)\.", rf"\1{_BREAK}.", text)


def code(value: t.Any) -> str:
    """An id or a name in Markdown: a code span, in which nothing needs an escape, so that it can be copied."""
    text = seen(value)
    if not text.strip() or "`" in text or "|" in text or "\\" in text:
        return plain(text)
    return f"`{text}`"


def moment(stamp: str | None) -> str:
    """A time as people read it, in UTC."""
    found = time(stamp)
    return found.strftime("%Y-%m-%d %H:%M") if found else ""


def span(seconds: float | None) -> str:
    """A duration as people read it."""
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [
        f"{hours} h" if hours else "",
        f"{minutes} min" if minutes else "",
        f"{rest} s" if rest and not hours else "",
    ]
    return " ".join(part for part in parts if part) or "0 s"


def money(amount: float, currency: str) -> str:
    """An amount in a currency that may have no name."""
    return f"{amount:.2f} {currency}".strip()


def time(stamp: t.Any) -> datetime.datetime | None:
    """The time that a stamp of a manifest names; None if it names none."""
    try:
        found = datetime.datetime.fromisoformat(stamp.replace("Z", "+00:00")) if stamp else None
    except (AttributeError, ValueError):
        return None
    return found.replace(tzinfo=datetime.UTC) if found and not found.tzinfo else found
