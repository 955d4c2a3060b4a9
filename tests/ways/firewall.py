# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A proxy in front of the simulator's, behind which some hosts never answer until it is lifted."""

from __future__ import annotations

import contextlib
import select
import socket
import socketserver
import typing as t
import urllib.parse

from functional.other_servers import relay, running


class Firewall:
    """
    :param onward: the address of the simulator's proxy
    :param silent: hosts whose connections hang
    """

    def __init__(self, onward: str, silent: t.Collection[str]) -> None:
        self._onward, self._silent = urllib.parse.urlsplit(onward), silent
        self._is_lifted = False
        self.given_up: list[str] = []  # hosts that somebody has waited for in vain
        firewall = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with contextlib.suppress(OSError):
                    firewall.serve(self.request)

        socketserver.ThreadingTCPServer.daemon_threads = True
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def lift(self) -> None:
        """From now on those hosts refuse at once."""
        self._is_lifted = True

    def serve(self, connection: socket.socket) -> None:
        """One connection, from its CONNECT to its end."""
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            piece = connection.recv(1)
            if not piece:
                return
            head += piece
        host = head.split()[1].decode().partition(":")[0]
        if host not in self._silent:
            self._go_on(connection, head)
        while host in self._silent and not self._is_lifted:
            if select.select([connection], [], [], 0.1)[0]:
                self.given_up.append(host)
                return

    def _go_on(self, connection: socket.socket, head: bytes) -> None:
        with socket.create_connection((self._onward.hostname, self._onward.port)) as other:
            other.sendall(head)
            relay(connection, other)


@contextlib.contextmanager
def firewall(onward: str, silent: t.Collection[str]) -> t.Iterator[Firewall]:
    """One that works for as long as the context lasts."""
    made = Firewall(onward, silent)
    with running(made.server):
        try:
            yield made
        finally:
            made.lift()
