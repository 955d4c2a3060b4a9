# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A proxy on this machine that speaks SOCKS 5 (RFC 1928, 1929), and goes on by way of one that speaks HTTP."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import typing as t
import urllib.parse

from functional.other_servers import relay, running

ALLOWED, NOT_ALLOWED, UNREACHABLE = 0, 2, 4
_NONE, _PASSWORD, _NO_WAY = 0, 2, 255
_DOMAIN = 3


class Socks:
    """
    :param onward: the address of the proxy that it goes on by
    :param password: who may use it, as ``user:password``; empty for everybody
    :param answer: what it says to every request
    """

    def __init__(self, onward: str, password: str = "", answer: int = ALLOWED) -> None:
        self.onward, self.password, self.answer = urllib.parse.urlsplit(onward), password, answer
        self.asked: list[str] = []
        proxy = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                with contextlib.suppress(OSError):
                    proxy.serve(self.connection, self.rfile)

        socketserver.ThreadingTCPServer.daemon_threads = True
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.server.server_address[1]}"

    def serve(self, connection: socket.socket, file: t.Any) -> None:
        """One connection, from its greeting to its end."""
        methods = file.read(file.read(2)[1])
        wanted = _PASSWORD if self.password else _NONE
        connection.sendall(bytes([5, wanted if wanted in methods else _NO_WAY]))
        if wanted not in methods or (self.password and not self._knows(connection, file)):
            return
        kind = file.read(4)[3]
        assert kind == _DOMAIN, "names are not looked up by the client"
        host = file.read(file.read(1)[0]).decode()
        port = int.from_bytes(file.read(2), "big")
        self.asked.append(f"{host}:{port}")
        connection.sendall(bytes([5, self.answer, 0, 1, 0, 0, 0, 0, 0, 0]))
        if self.answer == ALLOWED:
            self._go_on(connection, f"{host}:{port}")

    def _knows(self, connection: socket.socket, file: t.Any) -> bool:
        user = file.read(file.read(2)[1]).decode()
        known = f"{user}:{file.read(file.read(1)[0]).decode()}" == self.password
        connection.sendall(bytes([1, not known]))
        return known

    def _go_on(self, connection: socket.socket, place: str) -> None:
        with socket.create_connection((self.onward.hostname, self.onward.port)) as other:
            other.sendall(f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n\r\n".encode())
            answer = b""
            while not answer.endswith(b"\r\n\r\n"):
                answer += other.recv(1)
            relay(connection, other)


@contextlib.contextmanager
def socks(onward: str, **options: t.Any) -> t.Iterator[Socks]:
    """A proxy that works for as long as the context lasts."""
    proxy = Socks(onward, **options)
    with running(proxy.server):
        yield proxy
