# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The other hosts of a play: each of them is a release of its own."""

from __future__ import annotations

import typing as t

Data = dict[str, t.Any]

ALL = "ansible_play_hosts_all"


def is_alone(variables: t.Mapping[str, t.Any]) -> bool:
    """Whether the play has no other host.

    :param variables: what a task knows
    """
    return len(variables.get(ALL) or []) < 2


def begun(variables: t.Mapping[str, t.Any], name: str) -> dict[str, Data]:
    """What the releases of the other hosts go by, as far as they have begun, also in an earlier batch.

    :param name: of the variable that the role registers it under
    """
    own = variables["inventory_hostname"]
    others = [host for host in variables.get(ALL) or [] if host != own]
    found = {str(host): variables["hostvars"][host].get(name) or {} for host in others}
    return {host: dict(theirs) for host, theirs in found.items() if theirs.get("settings")}
