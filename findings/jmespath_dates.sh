#!/usr/bin/env bash
# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -o APT::Sandbox::User=root -qq download jp  # that of Debian 12
dpkg -x jp_*.deb debian
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install -qq --no-compile jmespath==1.1.0
npm install --silent --no-save --prefix "$work" @jmespath-community/jmespath@1.3.0
clean() { env -i PATH="$PATH" HOME="$work" LC_ALL=C.UTF-8 "$@"; }

cat > images.json <<'JSON'
{"Image": [{"ImageId": "m-old", "CreationTime": "2025-11-28T03:35Z"}, {"ImageId": "m-new", "CreationTime": "2026-11-28T03:35Z"}]}
JSON
cat > search.js <<'JAVASCRIPT'
const images = JSON.parse(require('fs').readFileSync('images.json'));
console.log(JSON.stringify(require('@jmespath-community/jmespath').search(images, process.argv[2])));
JAVASCRIPT
cat > finding.py <<'PYTHON'
import importlib.metadata
import json
import subprocess

import jmespath

OLD = "Image[?CreationTime < '2026-01-01'].ImageId"
NOT_NEW = "Image[?!(CreationTime >= '2026-01-01')].ImageId"
SORTED = "sort_by(Image, &CreationTime)[].ImageId"


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


with open("images.json") as file:
    images = json.load(file)
seen = {
    query: {
        "Python": jmespath.search(query, images),
        "Go": json.loads(output("debian/usr/bin/jp", "-f", "images.json", query)),
        "JavaScript": json.loads(output("node", "search.js", query)),
    }
    for query in (OLD, NOT_NEW, SORTED)
}

go = output("debian/usr/bin/jp", "--version").strip()
print("version:   jmespath", importlib.metadata.version("jmespath"), "-", go, end=" ")
print("(on go-jmespath, as Alibaba Cloud's own CLI is) - @jmespath-community/jmespath 1.3.0")
print("guess:     a query finds the same images everywhere; texts that sort_by puts in order can be compared, too")
print("behaviour: Python compares texts; in the other two < and >= of texts are null, as the specification says: what asks for")
print("           the old images finds none, and what asks for those that are not new finds all of them, new ones too")
print("seen:", *(f"\n  {query:50} {answers}" for query, answers in seen.items()))
assert set(map(str, seen[SORTED].values())) == {"['m-old', 'm-new']"}, "The behaviour has changed."
assert seen[OLD] == {"Python": ["m-old"], "Go": [], "JavaScript": []}, "The behaviour has changed."
everything = ["m-old", "m-new"]
assert seen[NOT_NEW] == {"Python": ["m-old"], "Go": everything, "JavaScript": everything}, "The behaviour has changed."
PYTHON
clean venv/bin/python finding.py
