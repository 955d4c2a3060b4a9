#!/usr/bin/env bash
# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install -qq --no-compile alibabacloud-ecs20140526==7.11.8
clean() { env -i PATH="$PATH" HOME="$work" LC_ALL=C.UTF-8 "$@"; }
npm install --silent --no-save --prefix "$work" @alicloud/ecs20140526@7.11.6 @alicloud/openapi-core@1.0.8 @darabonba/typescript@1.0.4

cat > finding.js <<'JAVASCRIPT'
const { default: Client, CopyImageRequest } = require('@alicloud/ecs20140526');
const { $OpenApiUtil } = require('@alicloud/openapi-core');

const keys = { accessKeyId: 'an-id', accessKeySecret: 'a-secret', protocol: 'http', endpoint: process.argv[2] };
new Client(new $OpenApiUtil.Config(keys)).copyImage(new CopyImageRequest({ regionId: 'cn-beijing', encrypted: true }));
JAVASCRIPT
cat > finding.py <<'PYTHON'
import http.server
import importlib.metadata
import json
import re
import subprocess
import threading

from alibabacloud_ecs20140526.client import Client
from alibabacloud_ecs20140526.models import CopyImageRequest
from alibabacloud_tea_openapi.models import Config

seen = []


class Api(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        seen.append(re.search("Encrypted=([^&]*)", self.path)[1])
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *arguments):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Api)
threading.Thread(target=server.serve_forever, daemon=True).start()
host = f"127.0.0.1:{server.server_port}"
client = Client(Config(access_key_id="an-id", access_key_secret="a-secret", protocol="http", endpoint=host))
client.copy_image(CopyImageRequest(region_id="cn-beijing", encrypted=True))
subprocess.run(["node", "finding.js", host], check=True)

with open("node_modules/@alicloud/ecs20140526/package.json") as package:
    javascript = json.load(package)["version"]
python = importlib.metadata.version("alibabacloud-ecs20140526")
print(f"version:   alibabacloud-ecs20140526 {python} (Python), @alicloud/ecs20140526 {javascript} (npm)")
print("guess:     two SDKs generated from one description send a boolean alike, as the API's pages write it: true")
print("behaviour: each sends what its language makes of it: whatever reads or signs such calls has to know both")
print("seen: Encrypted is", seen[0], "from Python and", seen[1], "from JavaScript")
assert seen == ["True", "true"], "The behaviour has changed."
PYTHON
clean venv/bin/python finding.py
