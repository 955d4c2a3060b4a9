#!/usr/bin/env bash
# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install -qq --no-compile requests==2.34.2 urllib3==2.8.0 trustme==1.2.1
clean() { env -i PATH="$PATH" HOME="$work" LC_ALL=C.UTF-8 "$@"; }

cat > finding.py <<'PYTHON'
import http.server
import importlib.metadata
import socket
import socketserver
import ssl
import threading

import requests
import trustme
from requests.adapters import HTTPAdapter

authority = trustme.CA()


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(204)
        self.end_headers()

    def log_message(self, *arguments):
        pass


class Site(http.server.ThreadingHTTPServer):
    def handle_error(self, *arguments):
        """A client that does not trust the certificate hangs up."""


class Tunnel(socketserver.StreamRequestHandler):
    """A proxy that knows CONNECT, and one host."""

    def handle(self):
        while self.rfile.readline().strip():
            pass
        self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with socket.create_connection(site.server_address) as there:
            threading.Thread(target=self.pass_on, args=(there, self.connection), daemon=True).start()
            self.pass_on(self.connection, there)

    @staticmethod
    def pass_on(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass


class Trusting(HTTPAdapter):
    """The usual way to give requests an SSL context."""

    def init_poolmanager(self, *arguments, **options):
        context = ssl.create_default_context()
        authority.configure_trust(context)
        super().init_poolmanager(*arguments, ssl_context=context, **options)


def causes(error):
    while error is not None:
        yield type(error).__name__
        error = error.__cause__ or error.__context__


def get(context, **options):
    """What came of a request: its status, or whether the error's causes name the certificate."""
    with requests.Session() as session:
        session.trust_env = False
        if context:
            session.mount("https://", Trusting())
        try:
            return session.get(f"https://127.0.0.1:{site.server_port}/", timeout=30, **options).status_code
        except requests.exceptions.SSLError as error:
            return "refused, causes: " + " < ".join(causes(error))


def start(server):
    threading.Thread(target=server.serve_forever, daemon=True).start()


site = Site(("127.0.0.1", 0), Page)
tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
authority.issue_cert("127.0.0.1").configure_cert(tls)
site.socket = tls.wrap_socket(site.socket, server_side=True, do_handshake_on_connect=False)
start(site)
proxy = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Tunnel)
proxy.daemon_threads = True
start(proxy)
by_proxy = {"proxies": {"https": f"http://127.0.0.1:{proxy.server_address[1]}"}}
seen = {
    "an authority that is not trusted": get(False),
    "the same by a proxy": get(False, **by_proxy),
    "trusted by the adapter's context": get(True),
    "that, by a proxy": get(True, **by_proxy),
}

print("version:  ", ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("requests", "urllib3")))
print("guess:     a tunnel changes nothing: the context of a session's adapter counts, errors have the same causes")
print("behaviour: the context does not reach connections by a proxy, and the chain of causes there ends one earlier")
print("seen:", *(f"\n  {name:34} {answer}" for name, answer in seen.items()))
direct, tunnelled, trusted, trusted_tunnelled = (str(answer) for answer in seen.values())
assert direct == tunnelled + " < SSLCertVerificationError", "The behaviour has changed."
assert trusted == "204" and trusted_tunnelled == tunnelled, "The behaviour has changed."
PYTHON
clean venv/bin/python finding.py
