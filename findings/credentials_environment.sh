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
import os

os.environ.update(ALIBABA_CLOUD_ACCESS_KEY_ID="first-id", ALIBABA_CLOUD_ACCESS_KEY_SECRET="first-secret")
from alibabacloud_credentials.client import Client  # noqa: E402

os.environ.update(ALIBABA_CLOUD_ACCESS_KEY_ID="second-id", ALIBABA_CLOUD_ACCESS_KEY_SECRET="second-secret")
changed = Client().get_credential().access_key_id
del os.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"], os.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"]
removed = Client().get_credential().access_key_id

print("version:   alibabacloud-credentials", importlib.metadata.version("alibabacloud-credentials"))
print("guess:     a new client reads the environment as it is when the client is made")
print("behaviour: it was read once, when the package was imported: later changes and removals are not seen")
print("seen: changed before the client was made:", changed, "- removed before the next was made:", removed)
assert changed == removed == "first-id", "The behaviour has changed."
PYTHON
clean venv/bin/python finding.py
