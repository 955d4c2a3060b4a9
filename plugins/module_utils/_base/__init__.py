# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What needs nothing of ours.

A module comes as a ZIP archive. Python compiles each source in one twice, the first time only to learn its file's name
(https://github.com/python/cpython/issues/141276). For this package and those beside it, the name is told without that:
a tenth of the CPU of each module's process.
"""

from __future__ import annotations

import functools
import os
import sys
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


if isinstance(getattr(__spec__, "loader", None), zipimport.zipimporter):
    sys.path_hooks.insert(0, functools.partial(_importer, os.path.dirname(__path__[0])))
