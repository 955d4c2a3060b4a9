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
import http.server
import importlib.metadata
import os
import threading

import requests
from alibabacloud_tea_openapi.client import Client
from alibabacloud_tea_openapi.models import Config, OpenApiRequest, Params
from darabonba.runtime import RuntimeOptions

seen = []


class Proxy(http.server.BaseHTTPRequestHandler):
    """Answers for everybody, and keeps what it was asked."""

    def do_POST(self):
        seen.append(self.path)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_GET = do_POST

    def log_message(self, *arguments):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Proxy)
threading.Thread(target=server.serve_forever, daemon=True).start()
os.environ["HTTP_PROXY"] = f"http://127.0.0.1:{server.server_port}"
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,ecs.example.invalid"
action = Params("DescribeRegions", "2014-05-26", "HTTP", "/", "POST", "AK", "RPC", "json", "json")
keys = {"access_key_id": "an-id", "access_key_secret": "a-secret", "protocol": "http"}
config = Config(endpoint="ecs.example.invalid", no_proxy="ecs.example.invalid", **keys)
Client(config).call_api(action, OpenApiRequest(), RuntimeOptions(no_proxy="ecs.example.invalid"))
by_sdk = list(seen)
try:
    requests.get("http://ecs.example.invalid/", timeout=10)
    by_requests = "asked the proxy"
except requests.ConnectionError:
    by_requests = "went past the proxy, to a host that isn't there"

names = ("alibabacloud-tea-openapi", "darabonba-core", "requests")
print("version:  ", ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names))
print("guess:     no_proxy of Config and of RuntimeOptions, and NO_PROXY, keep a host away from the proxy of HTTP_PROXY")
print("behaviour: none of the three does, for calls over HTTP: they all go to the proxy; requests, below it, heeds NO_PROXY")
print("seen: the SDK asked the proxy for", by_sdk, "- requests by itself", by_requests)
assert by_sdk == ["http://ecs.example.invalid/"] and len(seen) == 1, "The behaviour has changed."
PYTHON
clean venv/bin/python finding.py
