#!/usr/bin/env bash
# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -o APT::Sandbox::User=root -qq download cloud-init  # that of Debian 12
dpkg -x cloud-init_*.deb debian
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install -qq --no-compile configobj==5.0.9 jinja2==3.1.6 jsonpatch==1.48 jsonschema==4.26.0 oauthlib==4.0.1 pyyaml==6.0.4 requests==2.34.2
clean() { env -i PATH="$PATH" HOME="$work" LC_ALL=C.UTF-8 PYTHONPATH="$work/debian/usr/lib/python3/dist-packages" "$@"; }

cat > finding.py <<'PYTHON'
import http.server
import json
import os
import threading

from cloudinit import dmi, helpers, version
from cloudinit.distros import debian
from cloudinit.handlers.jinja_template import convert_jinja_instance_data, render_jinja_payload
from cloudinit.sources.DataSourceAliYun import DataSourceAliYun

META = {"instance-id": "i-example", "region-id": "cn-hangzhou", "zone-id": "cn-hangzhou-b", "image-id": "m-example"}
TEMPLATE = """## template: jinja
region {{ v1.region | default('not known') }}, zone {{ v1.availability_zone }}, {{ ds.meta_data.region_id }}"""


class Metadata(http.server.BaseHTTPRequestHandler):
    """Answers as the metadata service of an ECS instance does, without user data."""

    def do_GET(self):
        _, _, key = self.path.partition("/meta-data/")
        answer = "\n".join(META) if self.path.endswith("/meta-data/") else META.get(key)
        self.send_response(404 if answer is None else 200)
        self.end_headers()
        self.wfile.write((answer or "").encode())

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Metadata)
threading.Thread(target=server.serve_forever, daemon=True).start()
dmi.read_dmi_data = {"system-product-name": "Alibaba Cloud ECS"}.get  # what such a machine says of itself
paths = helpers.Paths({"cloud_dir": os.path.abspath("cloud"), "run_dir": os.path.abspath("run")})
os.makedirs("run")
settings = {"datasource": {"AliYun": {"metadata_urls": [f"http://127.0.0.1:{server.server_port}"]}}}
found = DataSourceAliYun(settings, debian.Distro("debian", {}, paths), paths).get_data()
with open("run/instance-data.json") as file:
    data = json.load(file)
known = {name: data["v1"][name] for name in ("cloud_name", "platform", "region", "availability_zone")}
made = render_jinja_payload(TEMPLATE, "user-data", convert_jinja_instance_data(data)).strip()

print("version:   cloud-init", version.version_string())
print("guess:     v1.region is the region on this cloud too: its metadata has region-id and zone-id, and cloud-init reads both")
print("behaviour: v1.region and v1.availability_zone are null, as EC2's keys are looked for; in a template that is the text None,")
print("           which default() does not replace; the region is at ds.meta_data.region_id only")
print("seen: the source was found:", found, "- v1 has", known, "- of the user data was made:", repr(made))
assert found and data["ds"]["meta-data"] == META, "The behaviour has changed."
assert list(known.values()) == ["aliyun", "ec2", None, None], "The behaviour has changed."
assert made == "region None, zone None, cn-hangzhou", "The behaviour has changed."
PYTHON
clean venv/bin/python finding.py
