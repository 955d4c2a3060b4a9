# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The older signature: HMAC-SHA1 over all parameters, carried among them."""

from __future__ import annotations

import base64
import hashlib
import hmac

from .request import Pairs, encode

REQUIRED = ("AccessKeyId", "Signature", "SignatureMethod", "SignatureVersion", "SignatureNonce", "Timestamp")
# Parameters of the signature and the envelope, not of any action.
COMMON = frozenset((*REQUIRED, "Action", "Version", "Format", "SignatureType", "SecurityToken"))


def string_to_sign(method: str, pairs: Pairs) -> str:
    """What is signed; the signature itself is left out."""
    signed = sorted((encode(key), encode(value)) for key, value in pairs if key != "Signature")
    return f"{method}&%2F&{encode('&'.join(f'{key}={value}' for key, value in signed))}"


def sign(secret: str, text: str) -> str:
    digest = hmac.new(f"{secret}&".encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
