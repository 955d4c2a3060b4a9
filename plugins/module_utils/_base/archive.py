# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How Python loads a module's files from the ZIP archive that Ansible packs.

It compiles each source in one twice, the first time only to learn its file's name
(https://github.com/python/cpython/issues/141276). For our packages the name is told without that: a tenth of the CPU of
each module's process. Read by older ones than we need, too: nothing in here may be new to them.
"""

from __future__ import annotations

import functools
import os
import sys
import typing as t
import zipimport


class _Importer(zipimport.zipimporter):
    """For an archive of sources, as Ansible makes it."""

    def get_filename(self, fullname: str) -> str:
        inside = "/__init__" if self.is_package(fullname) else ""
        return f"{self.archive}{os.sep}{self.prefix}{fullname.rpartition('.')[2]}{inside}.py"


def _importer(root: str, path: str) -> _Importer:
    if not path.startswith(root):
        raise ImportError(f"{path} is not in {root}")
    return _Importer(path)


def compile_once(package: t.Any) -> None:
    """Load what stands beside a package by way of ours, where it comes out of an archive.

    :param package: its ``__spec__``
    """
    if isinstance(getattr(package, "loader", None), zipimport.zipimporter):
        root = os.path.dirname(package.submodule_search_locations[0])
        sys.path_hooks.insert(0, functools.partial(_importer, root))
        for path in [path for path in sys.path_importer_cache if path.startswith(root)]:
            del sys.path_importer_cache[path]
