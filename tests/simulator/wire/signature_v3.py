# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The newer signature: ACS3-HMAC-SHA256 in the Authorization header."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass

from .request import WireRequest, encode

ALGORITHM = "ACS3-HMAC-SHA256"
_AUTHORIZATION = re.compile(
    rf"{ALGORITHM} Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{{64}})"
)


@dataclass(frozen=True)
class Authorization:
    """The parts of the header."""

    access_key_id: str
    signed_headers: tuple[str, ...]
    signature: str


def parse_authorization(text: str) -> Authorization | None:
    found = _AUTHORIZATION.fullmatch(text)
    if not found:
        return None
    return Authorization(found[1], tuple(found[2].split(";")), found[3])


def names_what_it_must(request: WireRequest, signed: tuple[str, ...]) -> bool:
    """Whether host and every x-acs header that was sent are among the signed ones, in order and present."""
    needed = {"host"} | {name for name in request.headers if name.startswith("x-acs-")}
    return needed <= set(signed) <= set(request.headers) and list(signed) == sorted(set(signed))


def body_hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def string_to_sign(request: WireRequest, signed: tuple[str, ...]) -> str:
    """Built from the header list that the client gives, not from a fixed one."""
    query = "&".join(f"{key}={value}" for key, value in sorted((encode(k), encode(v)) for k, v in request.query))
    headers = "".join(f"{name}:{request.headers[name]}\n" for name in signed)
    canonical = "\n".join((request.method, "/", query, headers, ";".join(signed), body_hash(request.body)))
    return f"{ALGORITHM}\n{hashlib.sha256(canonical.encode()).hexdigest()}"


def sign(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
