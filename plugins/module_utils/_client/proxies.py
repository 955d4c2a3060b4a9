# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which proxy a request takes. Hosts that NO_PROXY names, and this machine, are reached without one.

The credentials library reads HTTP_PROXY and HTTPS_PROXY by itself and knows no NO_PROXY, so that they are taken out of
the environment for as long as it asks a host that is to be reached without.
"""

from __future__ import annotations

import contextlib
import dataclasses
import ipaddress
import os
import re
import threading
import typing as t
import urllib.parse
import urllib.request

from ansible_collections.imageops.alicloud.plugins.module_utils._client.endpoints import is_loopback

SCHEMES = ("http", "https")
_lock = threading.RLock()  # of the environment, which all threads share


@dataclasses.dataclass(frozen=True)
class Proxies:
    """What the environment says of proxies, as it was when a task began."""

    by_scheme: t.Mapping[str, str]
    bypassed: str = ""

    @classmethod
    def of_environment(cls) -> Proxies:
        """The proxies that the environment names."""
        with _lock:
            named = {scheme: _variable(f"{scheme}_proxy") for scheme in SCHEMES}
            return cls({scheme: proxy for scheme, proxy in named.items() if proxy}, _variable("no_proxy"))

    def of(self, scheme: str, host: str) -> str | None:
        """The proxy for a host (with or without a port), None for none."""
        proxy = self.by_scheme.get(scheme)
        if not proxy or is_loopback(host) or self._is_bypassed(host):
            return None
        return proxy if "://" in proxy else f"http://{proxy}"

    def _is_bypassed(self, host: str) -> bool:
        # The rules know host names, and an address in brackets by its bare form.
        name = urllib.parse.urlsplit(f"//{host}").hostname or ""
        if urllib.request.proxy_bypass_environment(name, {"no": self.bypassed}):  # type: ignore[attr-defined]
            return True
        return any(_is_in(name, block.strip()) for block in self.bypassed.split(",") if "/" in block)


def shown(proxy: str) -> str:
    """A proxy without its user and password, also where these hold what ends the host of an address."""
    return re.sub(r"(?s)^(\w+://)?.*@", r"\1", proxy)


def parts_of(proxy: str) -> urllib.parse.SplitResult:
    """:raises ValueError: for what is no address of a proxy"""
    parts = urllib.parse.urlsplit(proxy)
    if not parts.hostname or parts.port == 0 or "@" in parts.path + parts.query + parts.fragment:
        raise ValueError
    return parts


@contextlib.contextmanager
def environment_for(url: str) -> t.Iterator[None]:
    """The environment with the proxies that requests of the credentials library to ``url`` are to take: all or none.

    A thread that starts a process just then would not see them, so this is to be short and rare.
    """
    with _lock:
        parts = urllib.parse.urlsplit(url)
        taken: dict[str, str] = {}
        if not Proxies.of_environment().of(parts.scheme, parts.netloc):
            names = [name for scheme in SCHEMES for name in (f"{scheme}_proxy", f"{scheme}_proxy".upper())]
            taken = {name: os.environ.pop(name) for name in names if name in os.environ}
        try:
            yield
        finally:
            os.environ.update(taken)


def _variable(name: str) -> str:
    return os.environ.get(name) or os.environ.get(name.upper()) or ""


def _is_in(name: str, block: str) -> bool:
    try:
        return ipaddress.ip_address(name) in ipaddress.ip_network(block, strict=False)
    except ValueError:
        return False
