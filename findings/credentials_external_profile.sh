#!/usr/bin/env bash
# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install -qq --no-compile alibabacloud-credentials==1.0.12
clean() { env -i PATH="$PATH" HOME="$work" LC_ALL=C.UTF-8 "$@"; }

cat > finding.py <<'PYTHON'
import importlib.metadata
import json
import pathlib

from alibabacloud_credentials.provider import CLIProfileCredentialsProvider

keys = pathlib.Path("keys.json")
keys.write_text(
    json.dumps({"access_key_id": "an-id", "access_key_secret": "a-secret", "expiration": "2099-01-01T00:00:00Z"})
)
config = pathlib.Path("config.json")
profile = {"name": "example", "mode": "External", "process_command": f"cat {keys.resolve()}"}
config.write_text(json.dumps({"current": "example", "profiles": [profile]}))
CLIProfileCredentialsProvider(profile_file=str(config)).get_credentials()
(after,) = json.loads(config.read_text())["profiles"]

print("version:   alibabacloud-credentials", importlib.metadata.version("alibabacloud-credentials"))
print("guess:     reading credentials reads: a profile whose keys come from a command has none of them in its file")
print("behaviour: the library writes the keys that the command gave into the profile, and the file anew")
print("seen, keys of the profile before:", sorted(profile))
print("seen, keys of the profile after: ", sorted(after))
assert set(after) - set(profile) == {"access_key_id", "access_key_secret", "sts_token", "sts_expiration"}, (
    "The behaviour has changed."
)
PYTHON
clean venv/bin/python finding.py
