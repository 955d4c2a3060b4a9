# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the roles and playbooks make of variables that nobody has given."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.imageops.alicloud.plugins.plugin_utils._input import _settings
from ansible_collections.imageops.alicloud.plugins.plugin_utils._work import _works


@pytest.mark.parametrize(("given", "wanted"), [(None, None), ("", None), ([], [])])
def test_only_an_empty_list_allows_nobody(given: t.Any, wanted: list[str] | None) -> None:
    variables = {"image_audit_allowed": given}
    settings, faults = _settings.read(_works.options_of("image_audit"), "image_audit_", variables, lambda value: value)
    assert faults == [] and settings["allowed"] == wanted
