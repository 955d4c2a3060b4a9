# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The other hosts of a play: each of them is a work of its own."""

from __future__ import annotations

import typing as t

Data = dict[str, t.Any]

ALL = "ansible_play_hosts_all"


def is_alone(variables: t.Mapping[str, t.Any]) -> bool:
    """Whether the play has no other host.

    :param variables: what a task knows
    """
    return len(variables.get(ALL) or []) < 2


def clashes(files: t.Iterable[tuple[str, str]], others: t.Mapping[str, t.Iterable[str]]) -> list[str]:
    """Files that another host writes, too: what one of the two writes would be lost.

    :param files: that this host writes, each with the variable that names it in front
    :param others: what other hosts write, by the words for each of them
    """
    own = {path: variable for variable, path in files}
    found = [
        f"{own[path]}: {other} writes {path} too. Give each host a file of its own, such as one with "
        "inventory_hostname in its name"
        for other, theirs in others.items()
        for path in theirs
        if path in own
    ]
    return list(dict.fromkeys(found))


def begun(variables: t.Mapping[str, t.Any], name: str) -> dict[str, Data]:
    """What the works of the other hosts go by, as far as they have begun, also in an earlier batch.

    :param name: of the variable that the role registers it under
    """
    own, of_all = variables["inventory_hostname"], variables["hostvars"]
    others = [host for host in variables.get(ALL) or [] if host != own]
    # As they are: each host looks at all others, and what was registered holds no templates.
    found = {str(host): of_all.raw_get(host).get(name) or {} for host in others}
    return {host: dict(theirs) for host, theirs in found.items() if theirs.get("settings")}
