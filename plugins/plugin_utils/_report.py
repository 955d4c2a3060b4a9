# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of a release, for people: HTML in one file, and Markdown for merge requests. Pure, from the record alone.

Nothing in it depends on the moment: the same record gives the same bytes.
"""

from __future__ import annotations

import datetime
import functools
import re
import typing as t
import unicodedata
from pathlib import Path

import jinja2

Data = dict[str, t.Any]

FOLDER = Path(__file__).resolve().parent / "report"

# Control characters, and those that turn the direction of text: what comes from the cloud must not move the page.
_HIDDEN = ("Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp")
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+!|~-])")


def html(record: Data) -> str:
    """
    :param record: as the filter release_manifest makes it
    :returns: one page that needs nothing from elsewhere
    """
    return _environment(autoescape=True).get_template("report.html.j2").render(_view(record))


def markdown(record: Data) -> str:
    """
    :param record: as the filter release_manifest makes it
    :returns: tables that GitLab and GitHub show
    """
    return _environment(autoescape=False).get_template("report.md.j2").render(_view(record))


@functools.cache
def _environment(autoescape: bool) -> jinja2.Environment:
    """An environment of its own: Ansible's does not escape."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=autoescape,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(seen=seen, plain=plain, moment=moment, span=span)
    return environment


def seen(value: t.Any) -> str:
    """Text without characters that can't be seen or that turn its direction."""
    text = "" if value is None else str(value)
    return "".join("\ufffd" if unicodedata.category(one) in _HIDDEN else one for one in text)


def plain(value: t.Any) -> str:
    """Text that Markdown takes as it is."""
    escaped = _MARKUP.sub(r"\\\1", seen(value))
    return escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def moment(stamp: str | None) -> str:
    """A time as people read it, in UTC."""
    time = _time(stamp)
    return time.strftime("%Y-%m-%d %H:%M") if time else ""


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


def _time(stamp: str | None) -> datetime.datetime | None:
    try:
        time = datetime.datetime.fromisoformat(stamp.replace("Z", "+00:00")) if stamp else None
    except ValueError:
        return None
    return time.replace(tzinfo=datetime.UTC) if time and not time.tzinfo else time


def _view(record: Data) -> Data:
    """What the templates show."""
    record = {**record, "images": [{**image, "shares": image["shares"] or []} for image in record["images"]]}
    accounts = sorted({account for image in record["images"] for account in _named(image)})
    frame = _frame(record["images"])
    images = [{**image, "states": _states(image, accounts), "bar": _bar(image, frame)} for image in record["images"]]
    failed = [image for image in images if image["error"] or image["not_shared"]]
    return {
        "record": record,
        "images": images,
        "accounts": accounts,
        "reached": len({share["account_id"] for image in images for share in image["shares"]}),
        "stored": sum(image["size"] or 0 for image in images if image["image_id"]),
        "frame": frame,
        "failed": failed,
        "failures": _not_told([image["error"] for image in failed if image["error"]], record["failures"]),
        "good": len([image for image in images if image["outcome"] == "ok"]),
    }


def _not_told(errors: t.Sequence[Data], failures: t.Sequence[str]) -> list[str]:
    """The failures that say more than the images' own errors. Those of one step have semicolons between."""
    told = [error["message"] for error in errors if error.get("message")]
    return [one for one in failures if not all(any(text in part for text in told) for part in one.split("; "))]


def _named(image: Data) -> set[str]:
    return {share["account_id"] for share in image["shares"]} | {*image["not_shared"], *image["unshared"]}


def _states(image: Data, accounts: t.Sequence[str]) -> list[str]:
    """What one image is to each account: has, failed, lost, or nothing."""
    has = {share["account_id"] for share in image["shares"]}
    return [
        "has" if one in has else "failed" if one in image["not_shared"] else "lost" if one in image["unshared"] else ""
        for one in accounts
    ]


def _frame(images: t.Sequence[Data]) -> Data | None:
    """The time from the first start of a copy to the last end, as far as they are known."""
    starts = [time for image in images if (time := _time(image["started_at"])) and _time(image["finished_at"])]
    if not starts:
        return None
    last = max(time for image in images if (time := _time(image["finished_at"])))
    seconds = max((last - min(starts)).total_seconds(), 0.0) + max(image["finishing_seconds"] or 0 for image in images)
    return {"from": min(starts).strftime("%Y-%m-%dT%H:%M:%SZ"), "seconds": seconds}


def _bar(image: Data, frame: Data | None) -> Data | None:
    """Queued, copying and finishing in percent of the frame, as far as the run that made the copy has seen them."""
    start, end = _time(image["started_at"]), _time(image["finished_at"])
    first = _time(frame["from"]) if frame else None
    if not (frame and first and start and end) or end < start:
        return None
    copying = _time(image["copying_at"])
    took, finishing = (end - start).total_seconds(), image["finishing_seconds"] or 0.0
    queued = min(max((copying - start).total_seconds(), 0.0), took) if copying else 0.0
    share = 100 / max(frame["seconds"], 1.0)
    return {
        "seconds": took + finishing,
        "left": round(share * (start - first).total_seconds(), 2),
        "queued": round(share * queued, 2),
        "copying": round(share * (took - queued), 2),
        "finishing": round(share * finishing, 2),
    }
