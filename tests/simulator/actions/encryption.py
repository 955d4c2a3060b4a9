# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Encryption keys that calls name: whether they may be used, and where."""

from __future__ import annotations

from collections.abc import Iterable

from ..errors import is_listed
from ..state import regions
from ..state.accounts import KmsKey
from ..state.snapshots import Snapshot
from .call import Call

# Snapshots from before that day cannot be used for images: 2013-07-15T00:00:00Z.
TOO_OLD = 1373846400.0


def check_kms(call: Call, destination: str) -> None:
    """Whether the account can encrypt anything there at all."""
    if not call.account.kms_enabled:
        raise call.error("InvalidParameter.KmsNotEnabled")
    if destination in regions.NO_ENCRYPTION:
        own = "InvalidRegionId.NotSupportedEncryptedSnapshotCopy"
        raise call.error(own if is_listed(call.action, own) else "InvalidRegion.NotSupport")


def customer_key(call: Call, destination: str, asked: str) -> str:
    """The id of the key asked for; it is looked for where it will be used, in the destination."""
    check_kms(call, destination)
    key = call.world.key(call.account_id, destination, asked)
    if key is None:
        raise call.error("InvalidParameter.KMSKeyId.NotFound")
    if key.kind == "customer":
        _check_customer(call, destination)
    if not key.symmetric:
        # CopyImage lists no code for this; to it such a key is none.
        own = "InvalidKMSKeyId.NotSymmetric"
        raise call.error(own if is_listed(call.action, own) else "InvalidParameter.KMSKeyId.NotFound")
    check_key(call, key)
    if key.refuses == "data_keys":
        raise call.error("InvalidParameter.DataEncryptedKeyCreateFailed")
    return key.key_id


def _check_customer(call: Call, destination: str) -> None:
    if destination in regions.NO_CUSTOMER_KEYS:
        raise call.error("InvalidRegion.NotSupport")
    if not call.account.byok:
        own = "UserNotInTheWhiteList"
        raise call.error(own if is_listed(call.action, own) else "InvalidRegion.NotSupport")
    if not call.account.disk_encryption_role:
        raise call.error("InvalidParameter.KMSKeyId.KMSUnauthorized")


def check_key(call: Call, key: KmsKey) -> None:
    """State of a key, and whether ECS may tag it."""
    if key.state != "Enabled":
        raise call.error("InvalidParameter.KMSKeyId.CMKNotEnabled")
    if key.refuses == "tags":
        raise call.error("InvalidParameter.KMSKeyId.CMKUnauthorized")


def default_key(call: Call, sources: Iterable[Snapshot], region: str, destination: str) -> str:
    """No key named: the source's own where the caller can use it, else the service key of the destination."""
    world = call.world
    check_kms(call, destination)
    if region == destination:
        keys = {snapshot.kms_key_id for snapshot in sources if snapshot.encrypted}
        for key_id in sorted(keys):
            if world.key(call.account_id, destination, key_id) is not None:
                return customer_key(call, destination, key_id)
    return world.service_key(call.account_id, destination).key_id


def key_ids_are_usable(call: Call, key_ids: Iterable[str]) -> None:
    """For what reads encrypted disks or snapshots: their keys must be there, and ECS must be let at them."""
    keys = [call.world.kms_keys.get(key_id) for key_id in key_ids if key_id]
    found = [key for key in keys if key is not None]
    if any(key.kind == "customer" for key in found) and not call.account.disk_encryption_role:
        raise call.error("InvalidParameter.KMSKeyId.KMSUnauthorized")
    for key in found:
        check_key(call, key)
