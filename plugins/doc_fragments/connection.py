# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re

import yaml

# Variables of these only count where the task names no credentials at all: module_utils/_client/environment.py does.
CREDENTIALS = ("access_key_id", "access_key_secret", "security_token", "profile", "ram_role_arn")


def with_variables(fragment: str) -> str:
    """The same options for a plugin on the controller, which reads the variables that are named as C(E(...)) itself."""
    documentation = yaml.safe_load(fragment)
    for name, option in documentation["options"].items():
        if name in CREDENTIALS:
            continue
        description = option["description"]
        text = description if isinstance(description, str) else " ".join(description)
        if variables := re.findall(r"\bE\((\w+)\)", text):
            option["env"] = [{"name": name} for name in variables]
    return yaml.safe_dump(documentation)


class ModuleDocFragment:
    # Twin of CONNECTION in module_utils/_task/run.py.
    DOCUMENTATION = r"""
options:
  region:
    description:
      - The region that an entry without a region of its own belongs to.
      - Falls back to E(ALIBABA_CLOUD_REGION_ID), E(ALICLOUD_REGION) or E(ALICLOUD_REGION_ID).
    type: str
    aliases: [region_id, alicloud_region]
  access_key_id:
    description:
      - AccessKey id, together with O(access_key_secret). It can't be given beside O(profile).
      - If the task gives no keys, no token and no O(profile), keys are taken from E(ALIBABA_CLOUD_ACCESS_KEY_ID) and
        the other variables that begin with C(ALIBABA_CLOUD_), or else from E(ALICLOUD_ACCESS_KEY) or
        E(ALICLOUD_ACCESS_KEY_ID) and the others that begin with C(ALICLOUD_). The two are never mixed.
      - A variable that is empty counts as not given. Keys of which the environment has a part only are refused.
      - Without any of these, the variables of O(profile) count, and without them the first place that is set up,
        in the order of the SDK, see R(where credentials come from,
        ansible_collections.imageops.alicloud.docsite.security).
    type: str
    aliases: [alicloud_access_key, access_key]
  access_key_secret:
    description:
      - AccessKey secret, together with O(access_key_id).
      - If the id comes from the environment, so does the secret. It is E(ALIBABA_CLOUD_ACCESS_KEY_SECRET),
        E(ALICLOUD_SECRET_KEY), E(ALICLOUD_SECRET_ACCESS_KEY) or E(ALICLOUD_ACCESS_KEY_SECRET). It is not used with
        an id of the task.
    type: str
    aliases: [alicloud_secret_key, secret_access_key, secret_key]
  security_token:
    description:
      - Token of temporary credentials, together with O(access_key_id) and O(access_key_secret).
      - If the id comes from the environment, so does the token, E(ALIBABA_CLOUD_SECURITY_TOKEN) or
        E(ALICLOUD_SECURITY_TOKEN).
        It is not used with an id of the task.
    type: str
    aliases: [alicloud_security_token]
  profile:
    description:
      - Profile in the configuration files of the SDK and of the C(aliyun) command line.
      - A profile that the task gives counts more than keys in the environment.
      - If neither the task nor the environment gives keys, it is taken from E(ALIBABA_CLOUD_PROFILE) or
        E(ALICLOUD_PROFILE).
    type: str
  ram_role_arn:
    description:
      - RAM role to assume with the credentials found.
      - If the task gives no keys and no O(profile) either, it is taken from E(ALICLOUD_ASSUME_ROLE_ARN).
    type: str
    aliases: [alicloud_assume_role_arn]
  ram_session_name:
    description:
      - Name of the role's session, V(imageops) if unset.
      - Falls back to E(ALICLOUD_ASSUME_ROLE_SESSION_NAME).
    type: str
    aliases: [alicloud_assume_role_session_name]
  external_id:
    description: External id that the role's trust policy asks for.
    type: str
  endpoint:
    description:
      - Endpoint of ECS, instead of the region's own. C({region}) in it is replaced by the region of each call.
      - A host, perhaps with a port. Without a scheme it is https. Plain C(http://) is only allowed to this machine,
        see O(allow_plain_http), and there are no other schemes.
      - It counts more than O(network).
      - Falls back to E(ALIBABA_CLOUD_ECS_ENDPOINT).
    type: str
  sts_endpoint:
    description:
      - Endpoint of STS, which tells the account that the credentials belong to. The region's own if unset.
      - As with O(endpoint), it is a host, and plain C(http://) is only allowed to this machine.
      - Falls back to E(ALIBABA_CLOUD_STS_ENDPOINT).
    type: str
  network:
    description: Whether the regions' public endpoints are used, or those inside a VPC.
    type: str
    choices: [public, vpc]
    default: public
  allow_plain_http:
    description: Allow an endpoint with C(http://) that is not this machine.
    type: bool
    default: false
  validate_certs:
    description: Verify the servers' certificates. One that is not trusted ends the task at once.
    type: bool
    default: true
  ca_path:
    description: File, or folder with names by hash, of certificate authorities to trust beside the usual ones.
    type: path
  connect_timeout:
    description: Seconds to wait for a connection.
    type: float
    default: 5.0
  read_timeout:
    description: Seconds to wait for an answer, from its beginning to its end.
    type: float
    default: 30.0
  unreachable_timeout:
    description:
      - Seconds without any answer after which a host is given up. Other regions are not affected.
      - Unset, a host that has never answered in this task is given up after 15 seconds, and one that has after 300.
      - Unset, a proxy at which nothing answers from the beginning is told at once.
    type: float
  account_id:
    description:
      - The account that the credentials must belong to. Anything else is refused before the first write.
      - The account actually used is in every result.
    type: str
requirements:
  - python >= 3.11
  - alibabacloud-credentials >= 1.0.11
  - alibabacloud-ecs20140526 >= 7.11.1
"""

    # For lookups. What a module falls back to is said once, in the descriptions above.
    LOOKUP: str


# Out here, because ansible-test takes every assignment in the class for a text.
ModuleDocFragment.LOOKUP = with_variables(ModuleDocFragment.DOCUMENTATION)
