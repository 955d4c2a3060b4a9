# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Another run, which works on the same images at the same time."""

from __future__ import annotations

import typing as t

from ways.plays import main_keys, meanwhile

from ansible_collections.imageops.alicloud.plugins.module_utils._client.connection import Connection
from ansible_collections.imageops.alicloud.plugins.module_utils._client.sdk import ECS, Client

if t.TYPE_CHECKING:
    from .conftest import Data, Stage

HOME = "cn-hangzhou"


def client_of(stage: Stage) -> Client:
    """A client with the keys that the tests' plays have."""
    return Client(Connection.from_params({"endpoint": stage.endpoint, **main_keys(stage), "region": HOME}))


def another_run(stage: Stage, *changes: tuple[str, Data]) -> t.ContextManager[None]:
    """It changes images as soon as a call of this one is held, which goes on then."""

    def change() -> None:
        client = client_of(stage)
        for region, arguments in changes:
            client.call(ECS, "change an image", region, "ModifyImageAttribute", arguments)
        stage.control("faults/release", {})

    return meanwhile(lambda: bool(stage.control("faults")["held"]), change)
