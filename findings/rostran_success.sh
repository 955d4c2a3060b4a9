#!/usr/bin/env bash
# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install -qq --no-compile alibabacloud-ros-tran==0.28.1
clean() { env -i PATH="$PATH" HOME="$work" LC_ALL=C.UTF-8 "$@"; }

cat > stack.yml <<'YAML'
AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Server:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-example
      InstanceType: t3.micro
      BlockDeviceMappings:
        - DeviceName: /dev/sdb
          Ebs: {VolumeSize: 500, Encrypted: true}
Outputs:
  Address:
    Value: !GetAtt Server.PrivateIp
    Export: {Name: server-address}
YAML

echo "version:   alibabacloud-ros-tran $(clean venv/bin/python -c 'import importlib.metadata as m; print(m.version("alibabacloud-ros-tran"))')"
echo "guess:     a template that is transformed successfully has what the CloudFormation template asks for, or a note of it"
echo "behaviour: size and encryption of a disk are left out with a remark, the export of an output without; both are a success"
rc=0
clean venv/bin/rostran transform stack.yml --target-path ros.yml > said 2>&1 || rc=$?
echo "seen (exit code $rc):"
cat said ros.yml
grep -q "'Ebs' of 'AWS::EC2::Instance' is not supported and will be ignored" said && grep -q successful said &&
    grep -q 'DiskName: /dev/sdb' ros.yml && ! grep -q -i export said && ! grep -q -i -e export -e encrypted -e 500 ros.yml &&
    [[ $rc == 0 ]] || { echo "The behaviour has changed." >&2; exit 1; }
