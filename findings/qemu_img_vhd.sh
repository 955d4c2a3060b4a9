#!/usr/bin/env bash
# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install -qq --no-compile dissect.hypervisor==3.21
clean() { env -i PATH="$PATH" HOME="$work" LC_ALL=C.UTF-8 "$@"; }

cat > finding.py <<'PYTHON'
import importlib.metadata
import json
import subprocess

from dissect.hypervisor.disk.vhd import VHD

GIB = 1024**3


def qemu(*arguments):
    return subprocess.run(["qemu-img", *arguments], check=True, capture_output=True, text=True).stdout


qemu("create", "-f", "raw", "golden.raw", "40G")
seen = {}
for options in ("subformat=dynamic", "subformat=fixed", "force_size=on"):
    qemu("convert", "-O", "vpc", "-o", options, "golden.raw", "golden.vhd")
    told = json.loads(qemu("info", "--output", "json", "golden.vhd"))
    with open("golden.vhd", "rb") as file:
        seen[options] = (VHD(file).size - 40 * GIB, told["format"], told["virtual-size"] - 40 * GIB)

dissect = importlib.metadata.version("dissect.hypervisor")
print("version:  ", qemu("--version").splitlines()[0], f"- dissect.hypervisor {dissect}")
print("guess:     a raw disk of 40 GiB is one of 40 GiB as a VHD too, which a disk of 40 GiB can hold; info knows its format")
print("behaviour: it grows to the next size that cylinders, heads and sectors can tell, so it needs a disk of 41 GiB, while")
print("           info rounds to 40; only force_size keeps the size. A fixed VHD is raw to info, and its footer content")
print("seen (bytes above 40 GiB by dissect; format and bytes above by qemu-img info):")
print(*(f"  {options:18} {found}" for options, found in seen.items()), sep="\n")
assert seen == {
    "subformat=dynamic": (1433600, "vpc", 1433600),
    "subformat=fixed": (1433600, "raw", 1433600 + 512),
    "force_size=on": (0, "vpc", 0),
}, "The behaviour has changed."
PYTHON
clean venv/bin/python finding.py
