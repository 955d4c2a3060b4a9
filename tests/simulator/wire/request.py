# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A request as it came in, before anything in it is believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote

Pairs = list[tuple[str, str]]
FORM = "application/x-www-form-urlencoded"


def encode(text: str) -> str:
    """RFC 3986, as both signatures want it."""
    return quote(text, safe="-_.~")


@dataclass
class WireRequest:
    """One HTTP request; header names are in lower case."""

    method: str
    path: str
    query: Pairs
    headers: dict[str, str]
    body: bytes
    form: Pairs = field(default_factory=list)

    @property
    def pairs(self) -> Pairs:
        return self.query + self.form

    @property
    def host(self) -> str:
        return self.headers.get("host", "").partition(":")[0]

    def first(self, name: str) -> str | None:
        return next((value for key, value in self.pairs if key == name), None)


def parse(method: str, target: str, headers: Mapping[str, str], body: bytes) -> WireRequest:
    """Take a request apart; `target` is the raw path with its query."""
    path, dummy, query = target.partition("?")
    lower = {name.lower(): value.strip() for name, value in headers.items()}
    request = WireRequest(method.upper(), path or "/", _pairs(query), lower, body)
    if body and lower.get("content-type", "").partition(";")[0].strip() == FORM:
        request.form = _pairs(body.decode("utf-8", "replace"))
    return request


def _pairs(text: str) -> Pairs:
    # Clients send a blank as "+" and sign "%20": decode here, encode again there.
    return parse_qsl(text, keep_blank_values=True)
