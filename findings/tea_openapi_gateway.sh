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
import threading

from alibabacloud_tea_openapi.client import Client
from alibabacloud_tea_openapi.models import Config, OpenApiRequest, Params
from darabonba.exceptions import DaraException, UnretryableException
from darabonba.runtime import RuntimeOptions

answers = {
    "the API's own error": (503, b'{"Code": "ServiceUnavailable", "Message": "Try again.", "RequestId": "R"}'),
    "a gateway's page": (502, b"<html>Bad Gateway</html>"),
    "an empty body": (503, b""),
}
calls = []


class Gateway(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        status, body = answers[calls[-1]]
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


def call(answer):
    """The class of what was raised, whether that is a DaraException, the status that it knows, and its text."""
    calls.append(answer)
    try:
        Client(config).call_api(action, OpenApiRequest(), RuntimeOptions())
    except (DaraException, UnretryableException) as error:
        return type(error).__name__, isinstance(error, DaraException), getattr(error, "statusCode", None), str(error)


server = http.server.HTTPServer(("127.0.0.1", 0), Gateway)
threading.Thread(target=server.serve_forever, daemon=True).start()
host = f"127.0.0.1:{server.server_port}"
config = Config(access_key_id="an-id", access_key_secret="a-secret", protocol="http", endpoint=host)
action = Params(
    action="DescribeRegions", version="2014-05-26", protocol="HTTP", method="POST", pathname="/",
    auth_type="AK", style="RPC", req_body_type="formData", body_type="json",
)  # fmt: skip
seen = {answer: call(answer) for answer in answers}

names = ("alibabacloud-tea-openapi", "darabonba-core")
print("version:  ", ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names))
print("guess:     whoever answers with 502 or 503, the error has that status, so that a caller can tell it and repeat the call")
print("behaviour: only if the body is JSON: else the status is lost, and what is raised is about JSON, and no DaraException")
print("seen (class, is it a DaraException, status, text):", *(f"\n  {answer:20} {error}" for answer, error in seen.items()))
own, *others = seen.values()
assert own[1:3] == (True, 503), "The behaviour has changed."
assert all(other[:3] == ("UnretryableException", False, None) for other in others), "The behaviour has changed."
assert all("parse the value as json" in text and "50" not in text for *_, text in others), "The behaviour has changed."
PYTHON
clean venv/bin/python finding.py
