# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs that end in the middle, as a kill ends them: between two calls, with nothing done any more."""

from __future__ import annotations

import threading
import typing as t
from unittest import mock

from functional.support import Lab

from ansible_collections.imageops.alicloud.plugins.module_utils._client.sdk import Client


class Killed(BaseException):
    """The end of a process, which nothing catches."""


def killed_at(lab: Lab, action: str, nth: int, when: str, module: str, /, **params: t.Any) -> bool:
    """Run a module, and end the run before or after one of its calls takes effect. False if that call never comes.

    :param action: of the call; ``write`` stands for whatever is no look
    """
    real, count, lock, dead = Client.call, 0, threading.Lock(), False

    def call(self: Client, service: str, deed: str, region: str, called: str, fields: t.Mapping[str, t.Any]) -> t.Any:
        nonlocal count, dead
        with lock:
            matches = called == action or (action == "write" and not called.startswith("Describe"))
            count += matches
            last = matches and count == nth
            dead = dead or (last and when == "before")
        if dead:  # with all its threads
            raise Killed
        answer = real(self, service, deed, region, called, fields)
        if last:
            dead = True
            raise Killed
        return answer

    try:
        with mock.patch.object(Client, "call", call):
            lab(module, **params)
    except Killed:
        return True
    return False
