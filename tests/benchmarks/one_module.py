# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The process that is measured: one module of the collection, with its arguments as JSON on standard input.

Usage: ``one_module.py MODULE < arguments.json``
"""

from __future__ import annotations

import importlib
import json
import sys

from ansible.module_utils import basic


def main() -> None:
    name, arguments = sys.argv.pop(), json.load(sys.stdin)
    # What the wrapper that ansible puts around a module does, without its archive.
    vars(basic).update(_ANSIBLE_ARGS=json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode(), _ANSIBLE_PROFILE="legacy")
    importlib.import_module(f"ansible_collections.imageops.alicloud.plugins.modules.{name}").main()


if __name__ == "__main__":
    main()
