#!/usr/bin/env bash
# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install -qq --no-compile aliyun-python-sdk-core==2.16.1 aliyun-python-sdk-ecs==4.24.83
clean() { env -i PATH="$PATH" HOME="$work" LC_ALL=C.UTF-8 "$@"; }

cat > finding.py <<'PYTHON'
import http.server
import importlib.metadata
import threading
import urllib.parse

from aliyunsdkcore.client import AcsClient
from aliyunsdkecs.request.v20140526.CopyImageRequest import CopyImageRequest

seen = {}


class Api(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        seen.update(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query, keep_blank_values=True))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *arguments):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Api)
threading.Thread(target=server.serve_forever, daemon=True).start()
request = CopyImageRequest()
request.set_endpoint(f"127.0.0.1:{server.server_port}")
request.set_ImageId("m-example")
request.set_DestinationImageName(None)
request.set_Tags([{"Key": "stage", "Value": None}])
AcsClient("an-id", "a-secret", "cn-hangzhou").do_action_with_exception(request)

names = ("aliyun-python-sdk-core", "aliyun-python-sdk-ecs")
print("version:  ", ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names))
print("guess:     a parameter that is set to None is not sent, so that the image gets the API's own default name")
print("behaviour: the text None is sent; in a list of tags the same None is left out")
tags = {key: value for key, value in seen.items() if key.startswith("Tag.")}
print("seen: DestinationImageName =", repr(seen.get("DestinationImageName")), "- tags:", tags)
assert seen["DestinationImageName"] == "None" and tags == {"Tag.1.Key": "stage"}, "The behaviour has changed."
PYTHON
clean venv/bin/python finding.py
