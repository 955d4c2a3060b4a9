# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Key pairs: clients that build images make one to get into the instance. Nothing here can be logged in to."""

from __future__ import annotations

import fnmatch
import json

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from ..state import rules
from ..state.networks import KeyPair
from .call import Answer, Call
from .common import new_tags, page_of, tag_list


def _own(call: Call) -> dict[str, KeyPair]:
    found = call.world.key_pairs.values()
    return {pair.name: pair for pair in found if (pair.account_id, pair.region) == (call.account_id, call.here)}


def create_key_pair(call: Call) -> Answer:
    name = call.text("KeyPairName")
    if not rules.image_name(name):
        raise call.error("InvalidKeyPairName.Malformed")
    if name in _own(call):
        raise call.error("KeyPair.AlreadyExist")
    tags = new_tags(call)
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    body = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    # The private half is told once and kept nowhere.
    pair = KeyPair(call.world.new_id("ssh-"), name, call.account_id, call.here, call.world.new_uuid(), tags)
    call.world.key_pairs[pair.key_pair_id] = pair
    return {
        "KeyPairId": pair.key_pair_id,
        "KeyPairName": name,
        "KeyPairFingerPrint": pair.finger_print,
        "PrivateKeyBody": body.decode(),
    }


def describe_key_pairs(call: Call) -> Answer:
    wanted = call.text("KeyPairName")
    found = [pair for name, pair in sorted(_own(call).items()) if not wanted or fnmatch.fnmatchcase(name, wanted)]
    entries = [
        {"KeyPairName": pair.name, "KeyPairFingerPrint": pair.finger_print, "Tags": tag_list(pair.tags)}
        for pair in found
    ]
    shown, paging = page_of(call, entries, 50)
    return {**paging, "KeyPairs": {"KeyPair": shown}}


def delete_key_pairs(call: Call) -> Answer:
    """Names that are not there are passed over."""
    try:
        names = json.loads(call.text("KeyPairNames"))
    except ValueError:
        raise call.error("InvalidParameter", "KeyPairNames") from None
    for pair in _own(call).values():
        if pair.name in names:
            del call.world.key_pairs[pair.key_pair_id]
    return {}


def _on_instances(call: Call, attach: bool) -> Answer:
    """Whether each instance named is there; what a key pair does to it is not simulated."""
    if call.text("KeyPairName") not in _own(call):
        raise call.error("InvalidKeyPair.NotFound")
    try:
        ids = [str(word) for word in json.loads(call.text("InstanceIds"))]
    except (ValueError, TypeError):
        raise call.error("InvalidParameter", "InstanceIds") from None
    results = []
    for instance_id in ids:
        instance = call.world.instances.get(instance_id)
        known = instance is not None and (instance.account_id, instance.region) == (call.account_id, call.here)
        code = "200" if known else "InvalidInstanceId.NotFound"
        results.append(
            {"InstanceId": instance_id, "Success": "true" if known else "false", "Code": code, "Message": ""}
        )
    failed = sum(result["Success"] == "false" for result in results)
    totals: Answer = {"TotalCount": str(len(ids)), "FailCount": str(failed)}
    return {**totals, **({"KeyPairName": call.text("KeyPairName")} if attach else {}), "Results": {"Result": results}}


def attach_key_pair(call: Call) -> Answer:
    return _on_instances(call, attach=True)


def detach_key_pair(call: Call) -> Answer:
    return _on_instances(call, attach=False)
