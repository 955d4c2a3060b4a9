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

cat > finding.py <<'PYTHON'
import importlib.metadata

from alibabacloud_ecs20140526 import models

REQUEST = {"RegionId": "cn-beijing", "LaunchTemplateName": "golden", "SystemDisk.Size": 40, "ImageId": "m-example"}
template = models.CreateLaunchTemplateRequest().from_map(REQUEST).to_map()
image = {"ImageId": "m-example", "AFieldOfNextYear": True}
answer = models.DescribeImagesResponseBody().from_map({"Images": {"Image": [image]}}).to_map()
listing = models.DescribeImagesRequest(region_id="cn-beijing")
listing.image_ids = "m-example"  # the field is image_id

print("version:   alibabacloud-ecs20140526", importlib.metadata.version("alibabacloud-ecs20140526"))
print("guess:     a typed model refuses what it does not know, or hands it on: the API names this field SystemDisk.Size")
print("behaviour: it drops it without a word, in requests and answers; an attribute that does not exist can be set")
print("seen, request: ", {key: value for key, value in template.items() if value != []})
print("seen, answer:  ", answer["Images"]["Image"])
print("seen, misspelt:", {key: value for key, value in listing.to_map().items() if value != []})
assert "SystemDisk.Size" not in template and "SystemDisk" not in template, "The behaviour has changed."
assert answer["Images"]["Image"] == [{"ImageId": "m-example"}], "The behaviour has changed."
assert "m-example" not in str(listing.to_map()), "The behaviour has changed."
PYTHON
clean venv/bin/python finding.py
