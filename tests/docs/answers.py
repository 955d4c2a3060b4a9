# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file of extra variables as a controller writes it: each key and each text is marked ``!unsafe``.

From ansible-core 2.19 on the type of such a text is read anew, so that an account id is a number.
"""

from __future__ import annotations

import typing as t

import yaml


class Unsafe(str):
    """A text as the controller writes it."""


class Dumper(yaml.SafeDumper):
    """YAML with the controller's marks."""


Dumper.add_representer(Unsafe, lambda dumper, value: dumper.represent_scalar("!unsafe", str(value), style="'"))


def as_file(answers: t.Mapping[str, t.Any]) -> str:
    """What the file of extra variables holds."""
    return t.cast("str", yaml.dump(_marked(dict(answers)), Dumper=Dumper))


def _marked(value: t.Any) -> t.Any:
    if isinstance(value, str):
        return Unsafe(value)
    if isinstance(value, list):
        return [_marked(one) for one in value]
    if isinstance(value, dict):
        return {Unsafe(key): _marked(one) for key, one in value.items()}
    return value
