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
import configparser
import importlib.metadata
import pathlib

from alibabacloud_credentials.provider import ProfileCredentialsProvider

path = pathlib.Path("credentials.ini")


def read(secret):
    path.write_text(f"[default]\ntype = access_key\naccess_key_id = an-id\naccess_key_secret = {secret}\n")
    try:
        provider = ProfileCredentialsProvider(profile_file=str(path), profile_name="default")
        return provider.get_credentials().get_access_key_secret()
    except configparser.InterpolationSyntaxError as error:
        return type(error).__name__


seen = {secret: read(secret) for secret in ("one;two", "one#two", "one%two")}
print("version:   alibabacloud-credentials", importlib.metadata.version("alibabacloud-credentials"))
print("guess:     a value of credentials.ini is all that follows the sign = on its line")
print("behaviour: it is cut at the first # without a word, wherever it stands; a % is taken for a reference and fails")
print("seen:", seen)
assert seen == {"one;two": "one;two", "one#two": "one", "one%two": "InterpolationSyntaxError"}, "The behaviour has changed."
PYTHON
clean venv/bin/python finding.py
