# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The provider's third signature, ACS3-HMAC-SHA256, as its SDK makes it. Nothing in it needs MD5. Pure."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import hmac
import re
import secrets
import time
import typing as t
import urllib.parse

ALGORITHM = "ACS3-HMAC-SHA256"
FORM = "application/x-www-form-urlencoded"
TOKEN = "x-acs-security-token"
SECRET_FIELDS = ("OIDCToken",)
_KEY = re.compile(r"[!-~]+")  # what may stand in a header, and blanks in none of them


@dataclasses.dataclass(frozen=True)
class Keys:
    """What requests are signed with."""

    key_id: str
    secret: str = dataclasses.field(repr=False)
    token: str | None = dataclasses.field(default=None, repr=False)

    def fault(self) -> str | None:
        """What of them can be no key, without showing it. Libraries repeat a header that they refuse to send."""
        parts = {"access_key_id": self.key_id, "access_key_secret": self.secret, "security_token": self.token}
        wrong = [name for name, value in parts.items() if value and not _KEY.fullmatch(value)]
        if not wrong:
            return None
        holds = "holds" if len(wrong) == 1 else "hold"
        return (
            f"{' and '.join(wrong)} {holds} a blank, a line end or another character that no key has, such as the "
            "line end of the file that it stands in"
        )


@dataclasses.dataclass(frozen=True)
class Call:
    """One call of one action: its fields go into the address, or into the body if they are long or secret."""

    operation: str  # what is being done, for error messages
    service: str  # the first part of its hosts' names
    version: str
    action: str
    fields: t.Mapping[str, str] = dataclasses.field(default_factory=dict, repr=False)
    in_body: bool = False

    @property
    def right(self) -> str:
        """The RAM action that the call needs."""
        return f"{self.service}:{self.action}"

    @functools.cached_property
    def encoded(self) -> str:
        """The fields as they are sent and signed: sorted, and everything but ``A-Z a-z 0-9 - _ . ~`` escaped."""
        return urllib.parse.urlencode(sorted(self.fields.items()), safe="~", quote_via=urllib.parse.quote)

    @property
    def query(self) -> str:
        """The part of the request that stands in the address."""
        return "" if self.in_body else self.encoded

    @property
    def body(self) -> bytes:
        """The part of the request that stands in the body."""
        return self.encoded.encode() if self.in_body else b""


def flat(fields: t.Mapping[str, t.Any]) -> dict[str, str]:
    """Fields as the API numbers them: ``{"Tag": [{"Key": "a"}]}`` → ``{"Tag.1.Key": "a"}``. None is not sent."""
    found: dict[str, str] = {}

    def add(name: str, value: t.Any) -> None:
        if isinstance(value, dict):
            for key, entry in value.items():
                add(f"{name}.{key}" if name else str(key), entry)
        elif isinstance(value, (list, tuple)):
            for number, entry in enumerate(value, 1):
                add(f"{name}.{number}", entry)
        elif value is not None:
            found[name] = str(value).lower() if isinstance(value, bool) else str(value)

    add("", fields)
    return found


def headers_of(call: Call, host: str, keys: Keys | None, agent: str) -> dict[str, str]:
    """The headers of a request, signed if there is anything to sign it with."""
    headers = {
        "host": host,
        "accept": "application/json",
        "user-agent": agent,
        "x-acs-version": call.version,
        "x-acs-action": call.action,
        "x-acs-date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "x-acs-signature-nonce": secrets.token_hex(16),
        "x-acs-content-sha256": hashlib.sha256(call.body).hexdigest(),
    }
    if call.in_body:
        headers["content-type"] = FORM
    if keys is None:
        return headers
    headers["x-acs-accesskey-id"] = keys.key_id
    if keys.token:
        headers[TOKEN] = keys.token
    return {**headers, "authorization": _authorization(call, headers, keys)}


def secrets_of(call: Call, headers: t.Mapping[str, str], keys: Keys | None) -> set[str]:
    """What of a request nobody may be shown, whoever repeats it."""
    signed = headers.get("authorization", "")
    words = [headers.get(TOKEN), signed, signed.rpartition("=")[2], keys.secret if keys else None]
    return {word for word in [*words, *(call.fields.get(name) for name in SECRET_FIELDS)] if word}


def _authorization(call: Call, headers: t.Mapping[str, str], keys: Keys) -> str:
    signed = sorted(name for name in headers if name in ("host", "content-type") or name.startswith("x-acs-"))
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in signed)
    names = ";".join(signed)
    request = f"POST\n/\n{call.query}\n{lines}\n{names}\n{headers['x-acs-content-sha256']}"
    text = f"{ALGORITHM}\n{hashlib.sha256(request.encode()).hexdigest()}"
    signature = hmac.new(keys.secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Credential={keys.key_id},SignedHeaders={names},Signature={signature}"
