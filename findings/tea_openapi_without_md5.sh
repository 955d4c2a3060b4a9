#!/usr/bin/env bash
# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install -qq --no-compile alibabacloud-tea-openapi==0.4.6 darabonba-core==1.0.9
clean() { env -i PATH="$PATH" HOME="$work" LC_ALL=C.UTF-8 "$@"; }

cat > finding.py <<'PYTHON'
import hashlib
import http.server
import importlib.metadata
import threading

from alibabacloud_tea_openapi.client import Client
from alibabacloud_tea_openapi.models import Config, OpenApiRequest, Params
from darabonba.exceptions import UnretryableException
from darabonba.runtime import RuntimeOptions

signatures = []


class Api(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        signatures.append(self.headers["Authorization"].split()[0])
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *arguments):
        pass


def call():
    action = Params("DescribeRegions", "2014-05-26", "HTTP", "/", "POST", "AK", "RPC", "json", "json")
    host = f"127.0.0.1:{server.server_port}"
    config = Config(access_key_id="an-id", access_key_secret="a-secret", protocol="http", endpoint=host)
    Client(config).call_api(action, OpenApiRequest(), RuntimeOptions())


def md5(*arguments, usedforsecurity=True):
    """As the builds of Python do that follow FIPS 140: for other uses than security only."""
    if usedforsecurity:
        raise ValueError("[digital envelope routines] unsupported")
    return md5_of_hashlib(*arguments, usedforsecurity=False)


server = http.server.HTTPServer(("127.0.0.1", 0), Api)
threading.Thread(target=server.serve_forever, daemon=True).start()
call()
md5_of_hashlib, hashlib.md5 = hashlib.md5, md5
refused = ""
try:
    call()
except UnretryableException as error:
    refused = f"{type(error).__name__}: {error}"

names = ("alibabacloud-tea-openapi", "darabonba-core")
print("version:  ", ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names))
print("guess:     calls are signed by SHA-256, so they work where MD5 is switched off")
print("behaviour: the nonce of each call is made by MD5: no call leaves, and the error has no code of its own")
print(f"seen: signed by {signatures[0]}; without MD5: {refused}; requests sent: {len(signatures)}")
assert signatures == ["ACS3-HMAC-SHA256"], "The behaviour has changed."
assert refused.startswith("UnretryableException"), "The behaviour has changed."
PYTHON
clean venv/bin/python finding.py
