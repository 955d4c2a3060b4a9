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

ANSWER = json.dumps({"Code": "Forbidden.RAM", "Message": "User not authorized.", "RequestId": "R"}).encode()


class Refusing(http.server.BaseHTTPRequestHandler):
    """A proxy that answers for the API, and refuses every call."""

    def do_POST(self):
        self.send_response(403)
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    do_GET = do_POST

    def log_message(self, *arguments):
        pass


def tool(command, *options):
    keys = ("--access-key", "an-id", "--access-secret", "a-secret", "--region", "cn-hangzhou", "--no-color")
    arguments = ("venv/bin/aliyun-img-utils", "image", command, "--image-name", "golden", "--regions", "cn-beijing")
    done = subprocess.run([*arguments, *options, *keys], capture_output=True, text=True, input="y\n", env=environment)
    said = [line.removesuffix(" [y/N]: ") for line in done.stdout.splitlines() if not line.startswith("Config file")]
    print(f"  {command:10} exit code {done.returncode}, says {said}, logs {done.stderr[:40]!r}")
    return done


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
threading.Thread(target=server.serve_forever, daemon=True).start()
environment = {**os.environ, "HTTP_PROXY": f"http://127.0.0.1:{server.server_port}"}
print("version:   aliyun-img-utils", importlib.metadata.version("aliyun-img-utils"))
print("guess:     a command whose calls were all refused fails, and does not say that it is done")
print("behaviour: an error of a region is only logged: exit code 0 and the sentence of success; delete takes a refused look")
print("           for an image that isn't there, and logs nothing at all")
print("seen:")
published = tool("publish", "--launch-permission", "HIDDEN")
replicated = tool("replicate")
deleted = tool("delete")
codes = [done.returncode for done in (published, replicated, deleted)]
assert codes == [0, 0, 0] and "Image published: golden" in published.stdout, "The behaviour has changed."
assert '"cn-beijing": null' in replicated.stdout and deleted.stderr == "", "The behaviour has changed."
PYTHON
clean venv/bin/python finding.py
