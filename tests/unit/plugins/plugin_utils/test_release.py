# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a release does next."""

from __future__ import annotations

import pytest

from ansible_collections.imageops.alicloud.plugins.plugin_utils._release import _release


@pytest.mark.parametrize(("holders", "given", "most"), [(3, 50, 50), (52, 50, 52), (52, 60, 60)])
def test_a_rollback_gives_back_to_as_many_accounts_as_had_the_images(holders: int, given: int, most: int) -> None:
    """With a raised quota it made them Available, was then refused above fifty, and the bad release led on."""
    many = [str(4000000000000000 + number) for number in range(holders)]
    image = {"region": "cn-beijing", "image_id": "m-1", "name": "base-1", "role": "copy", "alone": False}
    shares = [{"account_id": account, "shared_at": None} for account in many]
    recorded = {"images": [{**image, "planned": False}], "known": [{**image, "shares": shares}]}
    usual = {"accounts": [], "denied_accounts": [], "purge_accounts": False, "allow_empty": False}
    settings = {
        **usual,
        "max_accounts": given,
        "share_source": False,
        "from_manifest": ["base-1.json"],
        "destinations": [],
    }
    call = _release.restored_shares(settings, recorded, [], False)
    assert call and call["max_accounts"] == most and call["images"][0]["accounts"] == many
