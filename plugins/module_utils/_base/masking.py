# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results without secrets: from ansible-core 2.22 on, what no_log protects is taken out of Ansible's output alone."""

from __future__ import annotations

import re
import typing as t

OPTION = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"  # Ansible's own word
PIECE = "********"
SHORTEST = 8  # characters: what is shorter is no secret of a cloud, and would take pieces out of innocent words

Spec = t.Mapping[str, t.Mapping[str, t.Any]]


def options(spec: Spec, params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """What the module was told, without the values of options that are secret, and without users in addresses."""
    return {name: OPTION if value and _is_secret(spec, name) else _shown(name, value) for name, value in params.items()}


def _shown(name: str, value: t.Any) -> t.Any:
    """An endpoint with a user and a password in it is refused, and what was refused is told."""
    if name.endswith("endpoint") and isinstance(value, str):
        return re.sub(r"(?s)^(\s*\w+:/+)?.*@", rf"\1{PIECE}@", value)
    return value


def secrets(spec: Spec, params: t.Mapping[str, t.Any]) -> set[str]:
    """The values of options that are secret."""
    return {value for name, value in params.items() if _is_secret(spec, name) and isinstance(value, str) and value}


def _is_secret(spec: Spec, name: str) -> bool:
    """Parameters hold options by their aliases, too."""
    return any(
        about.get("no_log") and (name == option or name in about.get("aliases", ())) for option, about in spec.items()
    )


def masked(data: t.Any, words: t.Collection[str]) -> t.Any:
    """The same data with every piece of text that is one of these words, or holds it, made unreadable."""
    long = sorted((word for word in words if len(word) >= SHORTEST), key=len, reverse=True)
    return _masked(data, long) if long else data


def _masked(data: t.Any, words: t.Sequence[str]) -> t.Any:
    if isinstance(data, str):
        for word in words:
            data = data.replace(word, PIECE)
        return data
    if isinstance(data, dict):
        return {_masked(key, words): _masked(value, words) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [_masked(value, words) for value in data]
    return data
