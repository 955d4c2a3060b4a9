# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One request over the network: to the host that was meant and no further, within its time, and with a bound.

The SDK's own way follows redirects with the credentials, waits for each piece of an answer anew, takes an answer of any
length, and gives certificate authorities of one's own to some proxies only.
"""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import functools
import http.client
import importlib
import importlib.util
import io
import socket
import ssl
import sys
import threading
import time
import typing as t
import urllib.parse
import zlib

from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import Refused
from ansible_collections.imageops.alicloud.plugins.module_utils._client import proxies
from ansible_collections.imageops.alicloud.plugins.module_utils._client.connection import Connection
from ansible_collections.imageops.alicloud.plugins.module_utils._client.endpoints import Endpoint

try:
    import urllib3
    from urllib3 import exceptions

    LIBRARY_IMPORT_ERROR: ImportError | None = None
    _LIBRARY: tuple[type[Exception], ...] = (
        exceptions.TimeoutError,
        exceptions.ProtocolError,
        exceptions.ProxyError,
        exceptions.SSLError,
    )
except ImportError as import_error:
    LIBRARY_IMPORT_ERROR = import_error
    _LIBRARY = ()

LONGEST_ANSWER = 4 * 1024 * 1024  # bytes, unpacked: the largest page of a listing has a third of it
PROXY_SCHEMES = ("http", "https", "socks4", "socks4a", "socks5", "socks5h")
CHUNK = 65536
_NO_ADDRESS = (
    "Correct the variable HTTPS_PROXY or HTTP_PROXY: it is http://user:password@host:port, or with another scheme. In "
    "a user and a password, write %2F for /, %23 for #, %3F for ?, %5B for [ and %40 for @."
)


@dataclasses.dataclass(frozen=True)
class Answer:
    """What came back, whole and unpacked."""

    status: int
    headers: t.Mapping[str, str]  # names in lower case
    body: bytes = dataclasses.field(repr=False)


class TooLong(Exception):
    """An answer that has no end within the bound."""


# What a network, TLS or a broken answer raises. Anything else is a fault of this machine, which no waiting mends.
OF_THE_NETWORK: tuple[type[Exception], ...] = (OSError, http.client.HTTPException, TooLong, zlib.error, *_LIBRARY)


class Wire:
    """Sends requests, keeps connections. Safe to use from many threads; nothing of it outlives the task."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._proxies = proxies.Proxies.of_environment()
        self._managers: dict[tuple[str, str | None], t.Any] = {}
        self._lock = threading.Lock()
        self._time = threading.local()

    def post(self, endpoint: Endpoint, query: str, headers: t.Mapping[str, str], body: bytes) -> Answer:
        """
        :raises InvalidInput: for an address that leads elsewhere
        :raises Refused: for a proxy that can't be used
        :raises Exception: what the libraries below raise when there is no answer, or TooLong
        """
        url = endpoint.address(query)
        manager = self._manager(endpoint.scheme, self._proxies.of(endpoint.scheme, endpoint.host))
        connect, read = self._connection.connect_timeout, self._connection.read_timeout
        self._time.ends = time.monotonic() + connect + read
        response = manager.request(
            "POST",
            url,
            body=body,
            headers=dict(headers),
            redirect=False,
            retries=False,
            preload_content=False,
            decode_content=False,
            timeout=urllib3.Timeout(connect=connect, read=read),
        )
        try:
            found = _body_of(response)
        except BaseException:
            response.close()
            raise
        response.release_conn()
        return Answer(response.status, {name.lower(): text for name, text in response.headers.items()}, found)

    def proxy_of(self, endpoint: Endpoint) -> str | None:
        """The proxy that a host is reached by, without its password; None for none."""
        proxy = self._proxies.of(endpoint.scheme, endpoint.host)
        return proxies.shown(proxy) if proxy else None

    def _manager(self, scheme: str, proxy: str | None) -> t.Any:
        with self._lock:
            key = (scheme, proxy)
            if key not in self._managers:
                self._managers[key] = self._new_manager(scheme, proxy)
            return self._managers[key]

    def _new_manager(self, scheme: str, proxy: str | None) -> t.Any:
        options: dict[str, t.Any] = {"maxsize": 40, "ssl_context": self._context if scheme == "https" else None}
        manager = self._proxy_manager(proxy, options) if proxy else urllib3.PoolManager(**options)
        manager.pool_classes_by_scheme = _pool_classes(self._time, manager.pool_classes_by_scheme)
        return manager

    def _proxy_manager(self, proxy: str, options: dict[str, t.Any]) -> t.Any:
        try:
            parts = proxies.parts_of(proxy)
        except ValueError:
            raise Refused("ProxyNotUsable", f"the proxy {proxies.shown(proxy)} is no address", _NO_ADDRESS) from None
        if parts.scheme not in PROXY_SCHEMES:
            raise Refused(
                "ProxyNotUsable",
                f"the proxy {proxies.shown(proxy)} is none that can be used",
                f"Name one that begins with {', '.join(f'{scheme}://' for scheme in PROXY_SCHEMES)}.",
            )
        if parts.scheme.startswith("socks"):
            return _socks(proxy).SOCKSProxyManager(proxy, **options)
        return urllib3.ProxyManager(
            parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl(),
            proxy_headers=_proxy_headers(parts),
            proxy_ssl_context=self._context if parts.scheme == "https" else None,
            **options,
        )

    @functools.cached_property
    def _context(self) -> ssl.SSLContext:
        """The machine's certificate authorities, those that come with Python packages, and the caller's own."""
        context = ssl.create_default_context()
        if not self._connection.validate_certs:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            return context
        with contextlib.suppress(ImportError, OSError):
            import certifi

            context.load_verify_locations(certifi.where())
        if self._connection.ca_path:
            context.load_verify_locations(**self._connection.authorities())
        return context


def _body_of(response: t.Any) -> bytes:
    """:raises TooLong: as soon as the bound is reached, packed or not"""
    packed = response.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32) if packed else None  # gzip or deflate, by its beginning
    parts: list[bytes] = []
    size = read = 0
    while piece := response.read(CHUNK, decode_content=False):
        read += len(piece)
        if unpacker:
            piece = unpacker.decompress(piece, LONGEST_ANSWER + 1 - size)
        size += len(piece)
        if max(size, read) > LONGEST_ANSWER:
            raise TooLong(f"the answer is longer than {LONGEST_ANSWER // 1024 // 1024} MiB")
        parts.append(piece)
    return b"".join(parts)


def _proxy_headers(parts: urllib.parse.SplitResult) -> dict[str, str]:
    if parts.username is None:
        return {}
    user = ":".join(urllib.parse.unquote(text or "") for text in (parts.username, parts.password))
    return {"proxy-authorization": f"Basic {base64.b64encode(user.encode()).decode()}"}


def _socks(proxy: str) -> t.Any:
    """The part of urllib3 that speaks SOCKS, which takes a package of its own."""
    if importlib.util.find_spec("socks") is None:
        raise Refused(
            "ProxyNotUsable",
            f"the proxy {proxies.shown(proxy)} speaks SOCKS",
            f"Install the Python package PySocks for {sys.executable}, or name another proxy.",
        )
    return importlib.import_module("urllib3.contrib.socks")


class _Timed(io.RawIOBase):
    """What a socket brings until one moment, however slowly. A time-out of the socket starts anew each time."""

    def __init__(self, sock: socket.socket, file: t.Any, times: t.Any) -> None:
        self._sock, self._file, self._times = sock, file, times

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: t.Any) -> int:
        left = self._times.ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out: the answer did not come to its end")
        patience = self._sock.gettimeout()
        self._sock.settimeout(left if patience is None else min(patience, left))
        try:
            return self._sock.recv_into(buffer)
        finally:
            self._sock.settimeout(patience)

    def close(self) -> None:
        self._file.close()  # which keeps the socket open until then
        super().close()


class _TimedResponse(http.client.HTTPResponse):
    def __init__(self, times: t.Any, sock: socket.socket, *args: t.Any, **options: t.Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp = io.BufferedReader(_Timed(sock, self.fp, times))


def _pool_classes(times: t.Any, usual: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """urllib3's pools, with connections whose answers have to come in time.

    :param usual: the pools by scheme
    """
    response = staticmethod(functools.partial(_TimedResponse, times))
    return {
        scheme: type(
            f"Timed{pool.__name__}",
            (pool,),
            {"ConnectionCls": type("TimedConnection", (pool.ConnectionCls,), {"response_class": response})},
        )
        for scheme, pool in usual.items()
    }
