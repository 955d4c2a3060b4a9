# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a request that got no answer failed of: the libraries wrap it many times, in texts that hold the request."""

from __future__ import annotations

import re
import ssl
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ApiError, ImageOpsError, Refused
from ansible_collections.imageops.alicloud.plugins.module_utils._client.signature import Call
from ansible_collections.imageops.alicloud.plugins.module_utils._client.wire import OF_THE_NETWORK

LONGEST = 300  # characters of a reason


def failure(call: Call, host: str, error: Exception) -> ImageOpsError:
    """The error to raise: the server is not trusted or this machine can't ask, or else there was no answer."""
    chain = list(_chain(error))
    if not any(isinstance(cause, OF_THE_NETWORK) for cause in chain):
        return Refused(
            "InternalError",
            f"Could not {call.operation}: {type(error).__name__} before anything was asked of {host}: {_told(error)}",
            "This is a fault of the machine that runs the module, or of this collection: look at its Python.",
        )
    code = ApiError.UNTRUSTED if any(_is_untrusted(cause) for cause in chain) else ApiError.NO_ANSWER
    text = _told(chain[-1])
    if any(type(cause).__name__ == "ProxyError" for cause in chain):
        text = f"by its proxy: {text}"
    return ApiError(call.operation, code, f"{host}: {text}"[:LONGEST], action=call.right)


def _chain(error: BaseException) -> t.Iterator[BaseException]:
    """The error and what it came of, the innermost last. Behind a proxy the cause is an argument of the error."""
    waiting, seen = [error], set()
    while waiting:
        one = waiting.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        inner = (*one.args, getattr(one, "original_error", None), one.__cause__, one.__context__)
        waiting += [cause for cause in inner if isinstance(cause, BaseException)]


def _is_untrusted(error: BaseException) -> bool:
    return isinstance(error, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(error)


def _told(error: BaseException) -> str:
    """Nothing of it may hold request parameters or a proxy's password."""
    text = str(error) or type(error).__name__
    text = text.split("?", maxsplit=1)[0].split("(Caused", maxsplit=1)[0]
    return re.sub(r"//[^/\s@]*@", "//", text).strip()[:LONGEST] or "no answer"
