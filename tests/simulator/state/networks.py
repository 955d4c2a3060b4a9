# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks, as far as an instance needs one to be started in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class VSwitch:
    """A subnet; its network is known by its id alone."""

    vswitch_id: str
    account_id: str
    region: str
    vpc_id: str

    @property
    def zone(self) -> str:
        return zone_of(self.region)


@dataclass
class SecurityGroup:
    """A security group; it has no rules here."""

    group_id: str
    account_id: str
    region: str
    vpc_id: str


def zone_of(region: str) -> str:
    """Overseas zone names end in a bare letter after the region's number, mainland ones in a hyphen and a letter."""
    return f"{region}a" if region[-1].isdigit() else f"{region}-a"


@dataclass
class KeyPair:
    """A key pair to log in with; its private half is kept nowhere."""

    key_pair_id: str
    name: str
    account_id: str
    region: str
    finger_print: str
    tags: dict[str, str]
