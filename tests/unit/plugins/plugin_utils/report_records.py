# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records for reports, and what a person reads of their pages."""

from __future__ import annotations

import html.parser
import re
import typing as t

from ansible_collections.imageops.alicloud.plugins.plugin_utils._report import _report

Data = dict[str, t.Any]


def image(region: str, **other: t.Any) -> Data:
    return {
        "role": "copy", "region": region, "image_id": f"m-{region}", "name": "base", "status": "Available", "size": 20,
        "encrypted": False, "kms_key_id": None, "snapshot_ids": [], "started_at": "2026-11-22T10:00:00Z",
        "copying_at": "2026-11-22T10:01:00Z", "finished_at": "2026-11-22T10:10:00Z", "finishing_seconds": 1.0,
        "request_ids": None, "shares": [], "unshared": [], "not_shared": [], "error": None, "outcome": "ok", **other,
    }  # fmt: skip


def record(*images: Data, **other: t.Any) -> Data:
    return {
        "schema": 1, "collection": "imageops.alicloud", "host": "localhost", "account_id": "1000000000000001",
        "name": "base", "complete": True, "images": list(images), "failures": [],
        "run": {"began_at": "2026-11-22T10:00:00Z", "changed": True}, **other,
    }  # fmt: skip


ERROR = {"code": "Zone.NotOnSale", "message": "it is closed", "request_id": "R-1", "hint": "Choose another region."}
ONE, TWO, THREE = "2000000000000001", "2000000000000002", "2000000000000003"


def both(made: Data, **options: t.Any) -> tuple[str, str]:
    return _report.html(made, **options), _report.markdown(made, **options)


def text_of(page: str) -> str:
    """What a person reads of a page."""
    return " ".join(" ".join(Structure(page).text).split())


class Structure(html.parser.HTMLParser):
    """The tags of a page with their attributes, and its text apart from them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, t.Any]] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: t.Any) -> None:
        self.tags.append((tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        self.tags.append((tag, "end"))

    def handle_comment(self, data: str) -> None:
        self.tags.append(("comment", data))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def filled_with(value: str) -> Data:
    """A record in which every text that the cloud or a playbook chooses is this one."""
    error = dict.fromkeys(ERROR, value)
    texts = dict.fromkeys(("region", "image_id", "name", "status", "kms_key_id", "outcome"), value)
    told = {"family": value, "test_boot": {"outcome": value, "instance_type": value, "at": value}}
    failed = image(**texts, **told, encrypted=True, error=error, not_shared=[value])
    good = image(**texts, **told, encrypted=True, shares=[{"account_id": value, "shared_at": value}])
    run = {"caller": value, "job_id": value, "steps": [value], "actions": {value: value}}
    old = [dict.fromkeys(("region", "image_id", "name"), value)]
    return record(failed, good, name=value, host=value, account_id=value, failures=[value], run=run, deprecated=old)


def bare_of(line: str) -> str:
    """A line of Markdown without its code spans and without what is escaped in it."""
    return re.sub(r"`[^`|]*`", "", re.sub(r"\\[\\`*_{}\[\]#|~]", "", line))
