# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers on this machine that are not the API: they keep what they are asked, and answer as a test wants."""

from __future__ import annotations

import contextlib
import http.server
import json
import select
import socket
import socketserver
import threading
import typing as t

from simulator.certificates import Authority

Piece = t.Iterable[bytes]


class Asked(t.NamedTuple):
    """One request: its first line, its headers in one text, and its body."""

    line: str
    headers: str
    body: str

    @property
    def text(self) -> str:
        return f"{self.line}\n{self.headers}\n{self.body}"


class Other:
    """A server. ``answer`` gets a request, and returns a status, headers, and the body or pieces of it."""

    def __init__(self, answer: t.Callable[[Asked], tuple[int, dict[str, str], bytes | Piece]]) -> None:
        self.answer = answer
        self.asked: list[Asked] = []
        self.sent = 0
        other = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                other.serve(self)

            do_GET = do_CONNECT = do_POST  # what the base class looks for by name

            def log_message(self, *dummy: t.Any) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True

    def serve(self, handler: http.server.BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("content-length") or 0)
        asked = Asked(handler.requestline, str(handler.headers), handler.rfile.read(length).decode())
        self.asked.append(asked)
        status, headers, body = self.answer(asked)
        handler.send_response(status)
        pieces = [body] if isinstance(body, bytes) else body
        if isinstance(body, bytes):
            headers = {"Content-Length": str(len(body)), **headers}
        # Who is not told so may send the next request while the connection is being closed.
        for name, value in {"Connection": "close", **headers}.items():
            handler.send_header(name, value)
        handler.close_connection = True
        with contextlib.suppress(OSError):
            handler.end_headers()
            for piece in pieces:
                handler.wfile.write(piece)
                self.sent += len(piece)

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.server.server_address[1]}"


@contextlib.contextmanager
def serving(other: Other, authority: Authority | None = None) -> t.Iterator[Other]:
    """Let a server work, with TLS if there is an authority."""
    if authority:
        other.server.socket = authority.server_context().wrap_socket(other.server.socket, server_side=True)
    with running(other.server):
        yield other


@contextlib.contextmanager
def running(server: socketserver.BaseServer) -> t.Iterator[None]:
    """Let a server of whatever kind work, in a thread of its own."""
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def identity(account: str) -> bytes:
    """What STS would say if the credentials were of that account."""
    answer = {"AccountId": account, "Arn": f"acs:ram::{account}:root", "IdentityType": "Account", "RequestId": "R"}
    return json.dumps(answer).encode()


def always(status: int, body: bytes | t.Callable[[], Piece] = b"{}", **headers: str) -> Other:
    """A server with one answer. Underscores in names of headers stand for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Other(lambda asked: (status, dict(named), body if isinstance(body, bytes) else body()))


def relay(one: socket.socket, other: socket.socket) -> None:
    """Hand on what comes from either end, until one has nothing more to say."""
    ends = {one: other, other: one}
    while True:
        for end in select.select(list(ends), [], [])[0]:
            piece = end.recv(65536)
            if not piece:
                return
            ends[end].sendall(piece)
