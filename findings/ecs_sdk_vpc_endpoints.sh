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

from alibabacloud_ecs20140526.client import Client
from alibabacloud_tea_openapi.models import Config


def endpoint(region):
    """No call is made: the client works its endpoint out when it is made."""
    config = Config(access_key_id="an-id", access_key_secret="a-secret", region_id=region, network="vpc")
    return Client(config)._endpoint


seen = {region: endpoint(region) for region in ("cn-beijing", "us-west-1", "cn-hangzhou", "cn-shenzhen-finance-1")}
print("version:   alibabacloud-ecs20140526", importlib.metadata.version("alibabacloud-ecs20140526"))
print("guess:     network='vpc' gives the endpoint inside the VPC in each region, or an error where there is none")
print("behaviour: a table of fixed endpoints comes first: some regions, cn-hangzhou among them, get the public one")
print("seen:", *(f"\n  {region:22} {host}" for region, host in seen.items()))
assert seen["cn-beijing"] == "ecs-vpc.cn-beijing.aliyuncs.com", "The behaviour has changed."
assert seen["cn-hangzhou"] == seen["cn-shenzhen-finance-1"] == "ecs-cn-hangzhou.aliyuncs.com", "The behaviour has changed."
PYTHON
clean venv/bin/python finding.py
