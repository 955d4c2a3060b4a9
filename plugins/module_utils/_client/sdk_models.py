# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The SDK's typed requests of ECS, which know the fields of each action. The only importer of that package.

The package loads more than a thousand files, one after the other, of which a task needs a few. So its index is made to
load a file when a name of it is asked for; where the SDK is laid out otherwise, it is imported as it is.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
import sys
import threading
import types
import typing as t
from pathlib import Path

from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import SdkTooOld

PACKAGE = "alibabacloud_ecs20140526"
INDEX = f"{PACKAGE}.models"
_LINE = re.compile(r"^from \.(\w+) import (\w+)$", re.MULTILINE)
_lock = threading.Lock()


def query_of(action: str, region: str, fields: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """A request's fields under the API's own names, as the SDK would send them; None means not sent.

    :raises ImportError: without the SDK
    :raises SdkTooOld: if the SDK does not know the action or a field: the API would be asked for something else
    """
    make = getattr(_index(), f"{action}Request", None)
    if make is None:
        raise SdkTooOld(action)
    request = make()
    sent = {name: value for name, value in fields.items() if value is not None}
    if hasattr(request, "region_id"):
        sent["RegionId"] = region
    request.from_map(sent)
    known: dict[str, t.Any] = request.to_map()
    lost = sorted(_lost(sent, known))
    if lost:
        raise SdkTooOld(f"{action} with {', '.join(lost)}")
    return known


def _lost(sent: t.Any, known: t.Any, path: str = "") -> t.Iterator[str]:
    """What of the fields the SDK has left out, at any depth: its models drop what they don't know."""
    if isinstance(sent, dict):
        for name, value in sent.items():
            inner = f"{path}.{name}" if path else str(name)
            if isinstance(known, dict) and name in known:
                yield from _lost(value, known[name], inner)
            elif value is not None:
                yield inner
    elif isinstance(sent, (list, tuple)):
        found = known if isinstance(known, (list, tuple)) else ()
        for number, value in enumerate(sent):
            yield from _lost(value, found[number] if number < len(found) else None, f"{path}.{number + 1}")


def _index() -> t.Any:
    with _lock:
        if INDEX not in sys.modules:
            index = _lazy_index()
            if index is not None:
                sys.modules[INDEX] = index
                setattr(sys.modules[PACKAGE], "models", index)  # noqa: B010  # mypy knows no such attribute
        return importlib.import_module(INDEX)


def _lazy_index() -> types.ModuleType | None:
    """The package of models with nothing loaded of it, None if it is laid out otherwise than expected."""
    spec = importlib.util.find_spec(INDEX)
    if spec is None or spec.origin is None or not spec.submodule_search_locations:
        return None
    try:
        source = Path(spec.origin).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    files = {name: file for file, name in _LINE.findall(source)}
    if "DescribeImagesRequest" not in files:
        return None
    index = importlib.util.module_from_spec(spec)

    def load(name: str) -> t.Any:
        if name not in files:
            raise AttributeError(f"module {INDEX!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(f"{INDEX}.{files[name]}"), name)
        setattr(index, name, value)
        return value

    vars(index).update(__getattr__=load, __dir__=lambda: sorted({*vars(index), *files}), __all__=sorted(files))
    return index
