# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The gate as a server on this machine: the API for modules, and what the set-up role asks of a world."""

from __future__ import annotations

import hmac
import json
import secrets
import threading
import typing as t
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from simulator.authenticate import read_claim
from simulator.errors import ApiError as Unsigned
from simulator.wire import signature_v1, signature_v3
from simulator.wire.request import WireRequest, parse

from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ImageOpsError
from live.caller import Reply
from live.gate import Gate

CONTROL = "/_simulator/"
COMMON = signature_v1.COMMON


class Door:
    """Serves a gate, and only to who holds the keys that it has made up."""

    def __init__(self, gate: Gate, seeds: t.Mapping[str, t.Any]) -> None:
        self.gate, self.seeds = gate, dict(seeds)
        self.key_id, self.secret = f"live-{secrets.token_hex(8)}", secrets.token_hex(16)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.endpoint = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Door:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *dummy: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def control(self, method: str, path: str) -> dict[str, t.Any]:
        """What the simulator's control does, as far as an account can."""
        if (method, path) == ("DELETE", "journal"):
            self.gate.forget()
        return {"entries": list(self.gate.entries)} if path == "journal" else self.seeds

    def call(self, request: WireRequest) -> Reply:
        """One call of a module."""
        try:
            claim = read_claim(request)
        except Unsigned as error:
            return Reply("", "", error.status, {"Code": error.code, "Message": error.message}, {})
        signer = signature_v3.sign if claim.is_v3 else signature_v1.sign
        right = hmac.compare_digest(signer(self.secret, claim.string_to_sign), claim.signature)
        if claim.access_key_id != self.key_id or not right:
            return Reply(claim.action, "", 403, {"Code": "SignatureDoesNotMatch", "Message": "not this run's keys"}, {})
        fields = {key: value for key, value in request.pairs if claim.is_v3 or key not in COMMON}
        region = fields.get("RegionId") or self.seeds["regions"][0]
        try:
            return self.gate.answer(claim.action, claim.version, region, fields)
        except ImageOpsError as error:
            # Nobody knows what became of it; the module has to find out.
            return Reply(claim.action, region, 503, {"Code": "ServiceUnavailable", "Message": error.msg}, {})


def _handler(door: Door) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            if self.path.startswith(CONTROL):
                self._send(200, json.dumps(door.control(self.command, self.path.removeprefix(CONTROL))).encode(), {})
                return
            reply = door.call(parse(self.command, self.path, dict(self.headers), body))
            self._send(reply.status, reply.body or json.dumps(reply.data).encode(), reply.headers)

        do_GET = do_DELETE = do_POST

        def _send(self, status: int, body: bytes, headers: t.Mapping[str, str]) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json;charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            if wait := headers.get("x-acs-retry-after"):
                self.send_header("x-acs-retry-after", wait)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: t.Any) -> None:
            """Calls are in the journal."""

    return Handler
