# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a request that got no answer failed of: the SDK wraps it many times, in texts that hold the whole request."""

from __future__ import annotations

import re
import ssl
import typing as t
import urllib.parse

from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ApiError

LONGEST = 300  # characters of a reason


def failure(operation: str, action: str, error: Exception) -> ApiError:
    """The error to raise: the server is not trusted, which no waiting changes, or there was no answer."""
    chain = list(_chain(error))
    untrusted = any(isinstance(one, ssl.SSLCertVerificationError) or _is_lost_file(one) for one in chain)
    code = ApiError.UNTRUSTED if untrusted else ApiError.NO_ANSWER
    return ApiError(operation, code, _reason(chain), action=action)


def _chain(error: BaseException | None) -> t.Iterator[BaseException]:
    """The error and what it came of, one after the other."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = getattr(error, "inner_exception", None) or error.__cause__ or error.__context__


def _is_lost_file(error: BaseException) -> bool:
    return isinstance(error, OSError) and "TLS CA certificate bundle" in str(error)


def _reason(chain: list[BaseException]) -> str:
    """The innermost cause, and of which host. Nothing in it may hold request parameters or a proxy's password."""
    last = chain[-1]
    text = str(getattr(last, "message", None) or last) or type(last).__name__
    text = re.sub(r"//[^/\s@]*@", "//", text.split("?", maxsplit=1)[0].split("(Caused", maxsplit=1)[0])
    if any(type(one).__name__ == "ProxyError" for one in chain):
        text = f"by its proxy: {text}"
    urls = [url for one in chain if (url := getattr(getattr(one, "request", None), "url", None))]
    host = urllib.parse.urlsplit(str(urls[0])).netloc.rpartition("@")[2] if urls else ""
    return (f"{host}: {text}" if host else text).strip()[:LONGEST] or "no answer"
