# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One call, as an action sees it: who, where, which parameters."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import ApiError, api_error
from ..state.accounts import Account, Caller
from ..state.images import Image
from ..state.instances import Disk, Instance
from ..state.snapshots import Snapshot
from ..state.world import World
from .parameters import BOOLEANS

Answer = dict[str, object]


@dataclass
class Call:
    """A genuine call with checked parameters."""

    action: str
    caller: Caller
    region: str | None
    params: dict[str, str]
    world: World
    blind: bool = False
    """The caller may not see its account's objects, and is not told so."""

    @property
    def here(self) -> str:
        """The region of a call that must have one."""
        assert self.region is not None
        return self.region

    @property
    def account_id(self) -> str:
        return self.caller.account_id

    @property
    def account(self) -> Account:
        return self.world.accounts[self.caller.account_id]

    def finds(self, thing: Image | Snapshot | Instance | Disk) -> bool:
        """Whether this action knows of a new object by its id yet."""
        late = self.world.settings.found_late.get(self.action, 0.0)
        return thing.is_old(late, self.world.now())

    def error(self, code: str, *values: object) -> ApiError:
        return api_error(self.action, code, *values)

    def text(self, name: str) -> str:
        """A parameter's text; empty if it was not given, which most actions treat alike."""
        return self.params.get(name, "")

    def given(self, name: str) -> bool:
        return name in self.params

    def flag(self, name: str) -> bool | None:
        return BOOLEANS[self.params[name]] if name in self.params else None

    def number(self, name: str) -> int | None:
        return int(self.params[name]) if name in self.params else None

    def items(self, name: str) -> list[str]:
        """The values of Name.1, Name.2 ... in the order of their numbers."""
        found = {}
        for key, value in self.params.items():
            root, dummy, number = key.partition(".")
            if root == name and number.isdigit():
                found[int(number)] = value
        return [found[number] for number in sorted(found)]

    def objects(self, name: str) -> list[dict[str, str]]:
        """The objects Name.1.Field, Name.2.Field ... in the order of their numbers."""
        found: dict[int, dict[str, str]] = {}
        for key, value in self.params.items():
            root, dummy, rest = key.partition(".")
            number, dummy, field = rest.partition(".")
            if root == name and number.isdigit() and field:
                found.setdefault(int(number), {})[field] = value
        return [found[number] for number in sorted(found)]
