# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An unencrypted destination in the source's region is the source itself: nothing asked of it is dropped in silence."""

from __future__ import annotations

import pytest
from functional.support import BEIJING, HOME, Data, Lab

COPY = "ecs_image_copy"
ASKED: Data = {"name": "other", "description": "another", "family": "lab", "tags": {"version": "new"}}


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize("key", sorted(ASKED))
def test_what_its_entry_asks_is_refused(lab: Lab, key: str, check: bool) -> None:
    source = lab.source(tags={"version": "old"})
    destinations = [{"region": BEIJING}, {"region": HOME, key: ASKED[key]}]
    lab.fails(COPY, "is the source itself", key, region=HOME, image_id=source, destinations=destinations, check=check)
    assert lab.writes() == []


def test_a_default_is_told_as_not_applied(lab: Lab) -> None:
    source = lab.source(tags={"version": "old"})
    outcome = lab.ok(COPY, region=HOME, image_id=source, destination_regions=[HOME], **ASKED)
    assert outcome.copy_in(HOME)["name"] == "golden"
    (warning,) = outcome.warnings
    assert "name, description, family, tags stay as they are" in warning
    assert lab.writes() == []


def test_what_it_is_already_is_no_matter(lab: Lab) -> None:
    source = lab.source(tags={"version": "old"})
    destinations = [{"region": HOME, "name": "golden", "tags": {"version": "old"}}]
    assert lab.ok(COPY, region=HOME, image_id=source, destinations=destinations).warnings == []
