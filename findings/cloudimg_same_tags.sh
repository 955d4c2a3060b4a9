#!/usr/bin/env bash
# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install -qq --no-compile cloudimg==1.16.0 moto==5.2.5
clean() { env -i PATH="$PATH" HOME="$work" LC_ALL=C.UTF-8 "$@"; }

cat > finding.py <<'PYTHON'
import importlib.metadata

from cloudimg.aws import AWSPublishingMetadata, AWSService
from moto import mock_aws


class Service(AWSService):
    def import_snapshot(self, obj, snapshot_name, tags=None):
        """AWS's own import, which moto does not know: a snapshot that says which object it is of."""
        volume = self.ec2.create_volume(AvailabilityZone="us-east-1a", Size=1)
        snapshot = volume.create_snapshot(Description=obj.key)
        self.tag_snapshot(snapshot, {**(tags or {}), "Name": snapshot_name})
        return snapshot


def publish(service, name, **metadata):
    with open(f"{name}.raw", "w") as file:
        file.write(f"the disk of {name}")
    asked = AWSPublishingMetadata(
        f"{name}.raw", name, container="images", description="", arch="x86_64", virt_type="hvm",
        root_device_name="/dev/sda1", volume_type="gp3", billing_products=[], **metadata
    )  # fmt: skip
    image = service.publish(asked)
    image.reload()
    lent = image.describe_attribute(Attribute="launchPermission")["LaunchPermissions"]
    return image.name, [account["UserId"] for account in lent]


with mock_aws():
    service = Service("an-id", "a-secret")
    service.s3.create_bucket(Bucket="images")
    tags = {"family": "golden"}
    seen = [
        publish(service, "golden-1", tags=dict(tags)),
        publish(service, "golden-2", tags=dict(tags), accounts=["100000000011"]),
        publish(service, "golden-3", accounts=["100000000012"]),
    ]
    there = sorted(image.name for image in service.ec2.images.filter(Owners=["self"]))
    objects = [found.key for found in service.s3.Bucket("images").objects.all()]

print("version:  ", ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("cloudimg", "moto")))
print("guess:     an image is known by its name: a new name with a new file is published as a new image, and tags only describe")
print("behaviour: where no image has the name, one that has all the tags is taken: the file is not looked at, and the old image")
print("           is returned, and shared with those who are to get the new one; without tags it works as guessed")
print("seen: golden-1, golden-2 and golden-3 asked for, and got:", seen, "- images:", there, "- uploaded:", objects)
assert seen == [("golden-1", []), ("golden-1", ["100000000011"]), ("golden-3", ["100000000012"])], "The behaviour has changed."
assert there == ["golden-1", "golden-3"] and objects == ["golden-1.raw", "golden-3.raw"], "The behaviour has changed."
PYTHON
clean venv/bin/python finding.py
