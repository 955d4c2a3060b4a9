#!/usr/bin/env bash
# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install -qq --no-compile aliyun-img-utils==2.6.0
clean() { env -i PATH="$PATH" HOME="$work" LC_ALL=C.UTF-8 "$@"; }

cat > finding.py <<'PYTHON'
import http.server
import importlib.metadata
import json
import os
import subprocess
import threading
import urllib.parse

IMAGE = {"ImageId": "m-example", "ImageName": "golden", "Description": "", "Status": "Available"}
calls = []


class Api(http.server.BaseHTTPRequestHandler):
    """A proxy that answers for the API: one image, which DescribeImages shows to who asks for its state."""

    def do_POST(self):
        call = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
        calls.append(call["Action"])
        answer = {"RequestId": "R"}
        if call["Action"] == "DescribeImages":
            answer["Images"] = {"Image": [IMAGE] if IMAGE["Status"] in call["Status"].split(",") else []}
        elif call["Action"] == "ModifyImageAttribute":
            IMAGE["Status"] = call["Status"]
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST

    def log_message(self, *arguments):
        pass


def tool(command):
    keys = ("--access-key", "an-id", "--access-secret", "a-secret", "--region", "cn-beijing", "--no-color")
    arguments = ("venv/bin/aliyun-img-utils", "image", command, "--image-name", "golden", "--regions", "cn-beijing", *keys)
    done = subprocess.run(arguments, capture_output=True, text=True, env={**os.environ, "HTTP_PROXY": proxy})
    said = [line for line in (done.stdout + done.stderr).splitlines() if not line.startswith("Config file")]
    print(f"  {command}: exit code {done.returncode}, {' / '.join(said)}")
    return done.returncode, " ".join(said)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Api)
threading.Thread(target=server.serve_forever, daemon=True).start()
proxy = f"http://127.0.0.1:{server.server_port}"
print("version:   aliyun-img-utils", importlib.metadata.version("aliyun-img-utils"))
print("guess:     deprecate makes an image Deprecated, and activate takes that back")
print("behaviour: deprecate only sets tags, and activate looks for images in the state Deprecated: it finds none that the")
print("           same tool deprecated, says so in its log, and ends with success")
print("seen:")
tool("deprecate")
code, said = tool("activate")
print("  calls of the API:", *calls, "- the image's state now:", IMAGE["Status"])
assert calls == ["DescribeImages", "TagResources", "DescribeImages"], "The behaviour has changed."
assert code == 0 and "Failed to activate" in said and "Image activated: golden" in said, "The behaviour has changed."
PYTHON
clean venv/bin/python finding.py
