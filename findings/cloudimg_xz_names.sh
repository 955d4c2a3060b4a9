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
import lzma

from cloudimg.aws import AWSPublishingMetadata, AWSService
from moto import mock_aws

made = {}


class Service(AWSService):
    def import_snapshot(self, obj, snapshot_name, tags=None):
        """AWS's own import, which moto does not know: a snapshot that says which object it is of."""
        volume = self.ec2.create_volume(AvailabilityZone="us-east-1a", Size=1)
        snapshot = volume.create_snapshot(Description=obj.key)
        self.tag_snapshot(snapshot, {**(tags or {}), "Name": snapshot_name})
        return snapshot

    def register_image(self, snapshot, metadata):
        made[metadata.image_name] = snapshot.description
        return super().register_image(snapshot, metadata)


def publish(service, name):
    with lzma.open(f"{name}.xz", "w") as file:
        file.write(f"the disk of {name}".encode())
    asked = AWSPublishingMetadata(
        f"{name}.xz", name, container="images", description="", arch="x86_64", virt_type="hvm",
        root_device_name="/dev/sda1", volume_type="gp3", billing_products=[]
    )  # fmt: skip
    service.publish(asked)


with mock_aws():
    service = Service("an-id", "a-secret")
    service.s3.create_bucket(Bucket="images")
    for name in ("golden-1.0", "golden-1.1", "golden-2.0"):
        publish(service, name)
    objects = [found.key for found in service.s3.Bucket("images").objects.all()]

print("version:  ", ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("cloudimg", "moto")))
print("guess:     golden-1.0.xz and golden-1.1.xz are two files with two image names, so two disks")
print("behaviour: a snapshot is known by the file's name without .xz, and then without what follows its last dot, so both")
print("           are golden-1: the second file is not uploaded, and its image is made, without a word, of the first one's disk")
print("seen (image: the object that its disk was imported from):", made, "- uploaded:", objects)
assert made == {"golden-1.0": "golden-1.0", "golden-1.1": "golden-1.0", "golden-2.0": "golden-2.0"}, "The behaviour has changed."
assert objects == ["golden-1.0", "golden-2.0"], "The behaviour has changed."
PYTHON
clean venv/bin/python finding.py
