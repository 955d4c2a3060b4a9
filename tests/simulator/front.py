# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A proxy in front of the simulator, for clients that insist on the provider's own addresses.

It connects to the simulator and to nothing else: whatever host a client asks for, its bytes end here or are refused.
CONNECT is answered and the tunnel is led to the simulator's TLS or plain port, whichever the first byte calls for; a
request with an absolute URI is passed on with its path alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from .state.regions import DOMAIN

METADATA = "100.100.100.200"  # where an instance asks for its own keys
TLS_HANDSHAKE = b"\x16"
MAX_HEAD = 64 * 1024
Backend = tuple[str, int]
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Refused(Exception):
    """A request that is not passed on: status line and reason."""

    def __init__(self, status: str, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Front:
    """The proxy; it lives in the simulator's event loop."""

    def __init__(self, plain: Backend, secure: Backend, is_silent: Callable[[str], bool]) -> None:
        self._plain, self._secure, self._is_silent = plain, secure, is_silent
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.address = ""

    async def start(self, host: str, port: int) -> None:
        self._server = await asyncio.start_server(self._accept, host, port, limit=MAX_HEAD)
        name, number = self._server.sockets[0].getsockname()[:2]
        self.address = f"http://[{name}]:{number}" if ":" in name else f"http://{name}:{number}"

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._serve(reader, writer)
        except Refused as refusal:
            writer.write(_refusal(refusal))
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            # One side went away, or talks nonsense: the other one is to see a reset, as without a proxy.
            _reset(writer)
        except asyncio.CancelledError:
            _reset(writer)
        finally:
            self._tasks.discard(task)
            with contextlib.suppress(OSError, RuntimeError):
                writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await _head(reader)
        if head is None:
            return
        method, target = _request_line(head)
        if method == "CONNECT":
            self._check(target)
            await self._while_silent(urlsplit(f"//{target}").hostname or "", reader)
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await writer.drain()
            first = await reader.read(MAX_HEAD)
            if first:
                await self._tunnel((reader, writer), first)
            return
        await self._relay((reader, writer), head)

    async def _while_silent(self, host: str, client: asyncio.StreamReader) -> None:
        """A place that never answers is not reached: the client hears nothing until it goes away."""
        while self._is_silent(host):
            if client.at_eof():
                raise ConnectionResetError
            await asyncio.sleep(0.02)

    def _check(self, authority: str) -> None:
        """Only the provider's addresses and the simulator's own are known here."""
        parts = urlsplit(f"//{authority}")
        host = (parts.hostname or "").lower()
        own = host in ("localhost", "127.0.0.1", "::1") and parts.port in (self._plain[1], self._secure[1])
        if not own and host not in (DOMAIN, METADATA) and not host.endswith("." + DOMAIN):
            raise Refused(
                "502 Bad Gateway", f"the simulator stands in for *.{DOMAIN} and {METADATA} and reaches no other host"
            )

    async def _tunnel(self, client: Streams, first: bytes) -> None:
        backend = self._secure if first[:1] == TLS_HANDSHAKE else self._plain
        server = await asyncio.open_connection(*backend)
        server[1].write(first)
        await _both(lambda: _pump(client[0], server[1]), lambda: _pump(server[0], client[1]), server[1])

    async def _relay(self, client: Streams, head: bytes) -> None:
        server = await asyncio.open_connection(*self._plain)

        async def requests() -> None:
            following: bytes | None = head
            while following is not None:
                server[1].write(self._with_path_alone(following))
                length = _body_length(following)
                while length:
                    chunk = await client[0].read(min(length, MAX_HEAD))
                    if not chunk:
                        raise ConnectionResetError
                    server[1].write(chunk)
                    length -= len(chunk)
                await server[1].drain()
                following = await _head(client[0])
            server[1].write_eof()

        await _both(requests, lambda: _pump(server[0], client[1]), server[1])

    def _with_path_alone(self, head: bytes) -> bytes:
        """The same head as the simulator would get it without a proxy."""
        method, target = _request_line(head)
        parts = urlsplit(target)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise Refused("400 Bad Request", "a proxy request has an absolute URI")
        self._check(parts.netloc)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        dummy, dummy, rest = head.partition(b"\r\n")
        kept = [line for line in rest.split(b"\r\n") if not line.lower().startswith((b"proxy-", b"host:"))]
        host = next((line for line in rest.split(b"\r\n") if line.lower().startswith(b"host:")), None)
        # A client may have signed its own Host header, so that is kept if there is one.
        lines = [f"{method} {path} HTTP/1.1".encode("latin-1"), host or b"Host: " + parts.netloc.encode(), *kept]
        return b"\r\n".join(lines)


async def _head(reader: asyncio.StreamReader) -> bytes | None:
    """Request line and headers; None if the client has nothing more to ask."""
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial.strip():
            raise
        return None


def _request_line(head: bytes) -> tuple[str, str]:
    words = head.partition(b"\r\n")[0].decode("latin-1").split(" ")
    if len(words) != 3:
        raise Refused("400 Bad Request", "not an HTTP request")
    return words[0], words[1]


def _body_length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        name, dummy, value = line.partition(b":")
        if name == b"transfer-encoding":
            raise Refused("501 Not Implemented", "bodies have a Content-Length here")
        if name == b"content-length":
            if not value.strip().isdigit():
                raise Refused("400 Bad Request", "Content-Length is a number")
            return int(value)
    return 0


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(MAX_HEAD):
        writer.write(chunk)
        await writer.drain()
    with contextlib.suppress(OSError, RuntimeError):
        writer.write_eof()


async def _both(
    up: Callable[[], Awaitable[None]], down: Callable[[], Awaitable[None]], server: asyncio.StreamWriter
) -> None:
    """Both directions until the answers end; trouble in either ends both at once."""
    sending, receiving = asyncio.ensure_future(up()), asyncio.ensure_future(down())
    try:
        await asyncio.wait((sending, receiving), return_when=asyncio.FIRST_COMPLETED)
        if sending.done():
            # A client may close its sending side and still wait for the answer.
            sending.result()
            await receiving
        receiving.result()
    finally:
        sending.cancel()
        receiving.cancel()
        await asyncio.gather(sending, receiving, return_exceptions=True)
        server.close()


def _reset(writer: asyncio.StreamWriter) -> None:
    connection = writer.get_extra_info("socket")
    if connection is not None:
        with contextlib.suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def _refusal(refusal: Refused) -> bytes:
    body = f"{refusal}\n".encode()
    return (
        f"HTTP/1.1 {refusal.status}\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\n"
        "Connection: close\r\n\r\n"
    ).encode() + body
