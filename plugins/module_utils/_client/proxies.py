# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which proxy a request takes. Hosts that NO_PROXY names, and this machine, are reached without one.

The SDK reads HTTP_PROXY and HTTPS_PROXY by itself for every request and knows no NO_PROXY. So they are taken out of
this process's environment, and each client is told its proxy. What can't be told gets them back for a moment.
"""

from __future__ import annotations

import contextlib
import os
import threading
import typing as t
import urllib.parse
import urllib.request

from ansible_collections.imageops.alicloud.plugins.module_utils._client.connection import is_loopback

_variables: dict[str, str] = {}  # what was taken out, as it stood there
_lock = threading.RLock()


def proxy_for(scheme: str, host: str) -> str | None:
    """The proxy for a host (with or without a port), None for none."""
    with _lock:
        _take()
        proxy = _variables.get(f"{scheme}_proxy") or _variables.get(f"{scheme}_proxy".upper())
    # The bypass rules know host names, and an address in brackets by its bare form.
    name = urllib.parse.urlsplit(f"//{host}").hostname or ""
    if is_loopback(host) or urllib.request.proxy_bypass_environment(name):  # type: ignore[attr-defined]
        return None
    return proxy or None


@contextlib.contextmanager
def given_back(url: str | None = None) -> t.Iterator[None]:
    """The environment as it was, for a command, or for requests of the credentials library to ``url``.

    A thread that makes a request of its own just then would see them too, so this is to be short and rare.
    """
    with _lock:
        parts = urllib.parse.urlsplit(url or "")
        _take()
        if not url or proxy_for(parts.scheme, parts.netloc):
            os.environ.update(_variables)
        try:
            yield
        finally:
            _take()


def forget() -> None:
    """As if no proxy had ever been named, for processes that see more than one environment."""
    _variables.clear()


def _take() -> None:
    for name in ("http_proxy", "https_proxy"):
        for spelling in (name, name.upper()):
            if spelling in os.environ:
                _variables[spelling] = os.environ.pop(spelling)
