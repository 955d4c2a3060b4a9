# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the main() of a module in this process."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import typing as t
from unittest import mock

from ansible.module_utils import basic
from ansible.module_utils.common import warnings as module_warnings
from functional.outcomes import Data

from ansible_collections.imageops.alicloud.plugins.module_utils._base import clock as clocks

MODULES = "ansible_collections.imageops.alicloud.plugins.modules"


@contextlib.contextmanager
def module_args(args: Data) -> t.Iterator[None]:
    """Hand a module its arguments. ansible-core has a function for that from 2.19 on."""
    try:
        from ansible.module_utils.testing import patch_module_args
    except ImportError:
        with mock.patch.object(basic, "_ANSIBLE_ARGS", json.dumps({"ANSIBLE_MODULE_ARGS": args}).encode()):
            yield
    else:
        with patch_module_args(args):
            yield


def module_side() -> contextlib.AbstractContextManager[t.Any]:
    """Be a module even if a test has loaded the controller: it would show warnings itself (ansible-core 2.19 on)."""
    try:
        from ansible.module_utils import _internal
    except ImportError:
        return contextlib.nullcontext()
    if not hasattr(_internal, "is_controller"):
        return contextlib.nullcontext()
    return mock.patch.object(_internal, "is_controller", False)


def forget_messages() -> None:
    """Warnings and deprecations are kept for the life of a process, and a process is one module elsewhere."""
    for name in ("_global_warnings", "_global_deprecations"):
        getattr(module_warnings, name).clear()


def run_main(module: str, args: Data, clock: clocks.Clock) -> tuple[int, str, str]:
    """Run one module with these arguments, to its end.

    :returns: its exit code, and what it wrote to each of its outputs
    """
    main = importlib.import_module(f"{MODULES}.{module}").main
    out, err = io.StringIO(), io.StringIO()
    forget_messages()
    with (
        module_args(args),
        module_side(),
        mock.patch.object(clocks, "Clock", lambda: clock),
        mock.patch("sys.argv", [module]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code: int | None = None
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
    assert code is not None, "main() came back"
    return code, out.getvalue(), err.getvalue()
