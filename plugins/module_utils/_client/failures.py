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
_NOT_CONNECTED = ("NewConnectionError", "ConnectTimeoutError")
_SOCKS = ("ProxyConnectionError", "GeneralProxyError", "SOCKS4Error", "SOCKS5Error", "SOCKS5AuthError")
_NOT_BY_SOCKS = "not allowed by ruleset"
_REFUSED_TUNNEL = re.compile(r"Tunnel connection failed: (4\d\d)")
_IS_OFF = (
    "Nothing answers at the proxy: switch it on, or correct the variable HTTPS_PROXY or HTTP_PROXY. Hosts in NO_PROXY "
    "are reached without it."
)
_NO_PASSWORD = (
    "Give the proxy's user and password in the variable HTTPS_PROXY: http://user:password@proxy:port, or with another "
    "scheme."
)
_NOT_ALLOWED = "Have the proxy let this host through, or reach it without the proxy by NO_PROXY."


def failure(call: Call, host: str, error: Exception, proxy: str | None = None) -> ImageOpsError:
    """The error to raise: the server is not trusted or this machine can't ask, or else there was no answer.

    :param proxy: by which it was asked, without a password
    """
    chain = list(_chain(error))
    if not any(isinstance(cause, OF_THE_NETWORK) for cause in chain):
        return Refused(
            "InternalError",
            f"Could not {call.operation}: {type(error).__name__} before anything was asked of {host}: {_told(error)}",
            "This is a fault of the machine that runs the module, or of this collection: look at its Python.",
        )
    code = ApiError.UNTRUSTED if any(_is_untrusted(cause) for cause in chain) else ApiError.NO_ANSWER
    text = _told(chain[-1])
    if not any(_is_a(cause, "ProxyError") for cause in chain):
        return ApiError(call.operation, code, f"{host}: {text}"[:LONGEST], action=call.right)
    return _failure_of_proxy(call, code, f"{host}: by its proxy {proxy or ''}: {text}"[:LONGEST], chain)


def _failure_of_proxy(call: Call, code: str, text: str, chain: list[BaseException]) -> ApiError:
    """A proxy that is off, that refuses to go on, or that had no answer itself."""
    refusal = _REFUSED_TUNNEL.search(text)
    if refusal:
        status = int(refusal[1])
        hint = _NO_PASSWORD if status == 407 else _NOT_ALLOWED
        return ApiError(call.operation, f"HTTP{status}", text, status=status, action=call.right, hint=hint)
    if any(_is_a(cause, *_SOCKS) for cause in chain):
        return _failure_of_socks(call, code, text, chain)
    is_off = any(_is_a(cause, *_NOT_CONNECTED) for cause in chain)
    found = ApiError(call.operation, code, text, action=call.right, hint=_IS_OFF if is_off else None)
    found.is_proxy_off = is_off
    return found


def _failure_of_socks(call: Call, code: str, text: str, chain: list[BaseException]) -> ApiError:
    """The same of a proxy that speaks SOCKS. Its refusals have no status; an answer of its own is one of the host's."""
    is_off = any(_is_a(cause, "ProxyConnectionError") for cause in chain)
    no_password = any(_is_a(cause, "SOCKS5AuthError") for cause in chain)
    hint = _IS_OFF if is_off else _NO_PASSWORD if no_password else _NOT_ALLOWED if _NOT_BY_SOCKS in text else None
    refusal = "ProxyNotUsable" if hint and not is_off else code
    found = ApiError(call.operation, refusal, text, action=call.right, hint=hint)
    found.is_proxy_off = is_off
    return found


def _is_a(error: BaseException, *names: str) -> bool:
    """By name: those for SOCKS come with a package that need not be there."""
    return any(kind.__name__ in names for kind in type(error).__mro__)


def _chain(error: BaseException) -> t.Iterator[BaseException]:
    """The error and what it came of, the innermost last. Behind a proxy the cause is an argument of the error."""
    waiting, seen = [error], set()
    while waiting:
        link = waiting.pop(0)
        if id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        inner = (*link.args, getattr(link, "original_error", None), link.__cause__, link.__context__)
        # A failure of ours is no cause: the call was made while it was being seen to.
        waiting += [
            cause for cause in inner if isinstance(cause, BaseException) and not isinstance(cause, ImageOpsError)
        ]


def _is_untrusted(error: BaseException) -> bool:
    return isinstance(error, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(error)


def _told(error: BaseException) -> str:
    """Nothing of it may hold request parameters or a proxy's password."""
    text = str(error) or type(error).__name__
    text = text.split("?", maxsplit=1)[0].split("(Caused", maxsplit=1)[0]
    return re.sub(r"//[^/\s@]*@", "//", text).strip()[:LONGEST] or "no answer"
