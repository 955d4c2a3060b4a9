#!/usr/bin/env bash
# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install -qq --no-compile ec2imgutils==10.0.5
clean() { env -i PATH="$PATH" HOME="$work" LC_ALL=C.UTF-8 "$@"; }

cat > images.conf <<'INI'
[account-images]
access_key_id = an-id
secret_access_key = a-secret
INI
cat > finding.py <<'PYTHON'
import http.server
import os
import subprocess
import sys
import threading
import urllib.parse

DISKS = {"/dev/sda1": "snap-root", "/dev/sdb": "snap-data", "/dev/sdc": "snap-logs"}
MAPPINGS = "".join(
    f"<item><deviceName>{name}</deviceName><ebs><snapshotId>{snapshot}</snapshotId></ebs></item>"
    for name, snapshot in DISKS.items()
)
IMAGES = f"""<imagesSet><item><imageId>ami-example</imageId><name>golden</name><rootDeviceName>/dev/sda1</rootDeviceName>
<blockDeviceMapping>{MAPPINGS}</blockDeviceMapping></item></imagesSet>"""
calls = []


class Api(http.server.BaseHTTPRequestHandler):
    """EC2 with one image of three disks."""

    def do_POST(self):
        asked = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        action = asked["Action"]
        if not action.startswith("Describe"):
            calls.append((action, asked.get("ImageId") or asked.get("SnapshotId")))
        body = f"<{action}Response>{IMAGES if action == 'DescribeImages' else '<return>true</return>'}</{action}Response>"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Api)
threading.Thread(target=server.serve_forever, daemon=True).start()
tool = os.path.join(os.path.dirname(sys.executable), "ec2removeimg")
command = [tool, "-f", "images.conf", "-a", "images", "-r", "us-east-1", "--image-name", "golden", "--verbose"]
settings = {**os.environ, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}"}
ended = subprocess.run(command, env=settings, capture_output=True, text=True)

print("version:   ec2imgutils", subprocess.run([tool, "--version"], capture_output=True, text=True).stdout.strip())
print("guess:     an image is removed with its snapshots, as nothing but --preserve-snap keeps them")
print("behaviour: of an image with data disks only the snapshot of the first disk is deleted; the others stay, and cost, and no")
print("           image names them any more; nothing is said of them, and the command ends with success")
print("seen: the image's snapshots:", list(DISKS.values()), "- calls:", calls, "- exit code:", ended.returncode)
print("\n".join(line.strip() for line in ended.stderr.splitlines()))
assert calls == [("DeregisterImage", "ami-example"), ("DeleteSnapshot", "snap-root")], "The behaviour has changed."
assert ended.returncode == 0 and "snap-data" not in ended.stdout + ended.stderr, "The behaviour has changed."
PYTHON
clean venv/bin/python finding.py
