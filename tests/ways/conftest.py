# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ways in which people run the collection, on every ansible-core: the stage is that of the end-to-end tests."""

from __future__ import annotations

import platform
import typing as t
from importlib.metadata import version

import pytest
from e2e.conftest import stage
from ways import page

__all__ = ["stage"]


@pytest.fixture
def saw(request: pytest.FixtureRequest) -> t.Callable[[], None]:
    """Called at the end of a test: it has passed with these versions, for the table of the page."""
    name = request.path.stem.removeprefix("test_")
    return lambda: page.saw(name, version("ansible-core"), platform.python_version())
