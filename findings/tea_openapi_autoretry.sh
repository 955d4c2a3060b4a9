#!/usr/bin/env bash
# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install -qq --no-compile alibabacloud-tea-openapi==0.4.6 darabonba-core==1.0.9 aliyun-python-sdk-core==2.16.1
clean() { env -i PATH="$PATH" HOME="$work" LC_ALL=C.UTF-8 "$@"; }

cat > finding.py <<'PYTHON'
import http.server
import importlib.metadata
import threading

from alibabacloud_tea_openapi.client import Client
from alibabacloud_tea_openapi.models import Config, OpenApiRequest, Params
from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.request import CommonRequest
from darabonba.exceptions import DaraException
from darabonba.runtime import RuntimeOptions

ANSWER = b'{"Code": "ServiceUnavailable", "Message": "Try again.", "RequestId": "R"}'
calls = []


class Busy(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        calls.append(self.path)
        self.send_response(503)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    do_GET = do_POST

    def log_message(self, *arguments):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Busy)
threading.Thread(target=server.serve_forever, daemon=True).start()
host = f"127.0.0.1:{server.server_port}"
action = Params("DescribeImages", "2014-05-26", "HTTP", "/", "POST", "AK", "RPC", "json", "json")
config = Config(access_key_id="an-id", access_key_secret="a-secret", protocol="http", endpoint=host)
try:
    Client(config).call_api(action, OpenApiRequest(), RuntimeOptions(autoretry=True, max_attempts=4))
except DaraException as error:
    print("The newer SDK raises:", type(error).__name__, error.code)
newer = len(calls)
request = CommonRequest(domain=host, version="2014-05-26", action_name="DescribeImages", product="Ecs")
try:
    AcsClient("an-id", "a-secret", "cn-hangzhou").do_action_with_exception(request)
except ServerException as error:
    print("The older SDK raises:", type(error).__name__, error.error_code)
older = len(calls) - newer

names = ("alibabacloud-tea-openapi", "darabonba-core", "aliyun-python-sdk-core")
print("version:  ", ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names))
print("guess:     with autoretry and max_attempts=4, the newer SDK repeats a call that was answered ServiceUnavailable")
print("behaviour: it sends it once, the options do nothing; the older SDK of the same vendor repeats it unasked")
print(f"seen: requests sent by the newer SDK, asked for 4 attempts: {newer}; by the older, asked for nothing: {older}")
assert newer == 1 and older == 4, "The behaviour has changed."
PYTHON
clean venv/bin/python finding.py
