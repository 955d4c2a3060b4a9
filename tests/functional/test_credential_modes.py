# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every way to have credentials, each from its beginning to an answer of the API, alone and with a role on top.

The metadata service has a fixed address, and the simulator stands in for it behind HTTP_PROXY.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from functional import security_results
from functional.credential_modes import MODES, Place
from functional.support import MAIN, ONE

from ansible_collections.imageops.alicloud.plugins.module_utils._client import profile_modes

PAGE = Path(__file__).parents[2] / "docs" / "docsite" / "rst" / "security.rst"


@pytest.mark.parametrize("name", MODES)
def test_it_works(place: Place, name: str) -> None:
    with security_results.tried("credentials", mode=name, role_on_top=False):
        outcome = place.run(**MODES[name](place) or {})
        assert outcome.code == 0, outcome.result
        assert outcome.result["account_id"] == MAIN
        of_a_user = any(key.startswith("simulator-") for key in _signers(place))
        assert ("user/releaser" if of_a_user else "assumed-role/pipeline") in outcome.result["caller"]


@pytest.mark.parametrize("name", MODES)
def test_a_role_is_taken_on_with_it(place: Place, name: str) -> None:
    role = place.lab.demo("roles", "consumer-one")
    with security_results.tried("credentials", mode=name, role_on_top=True):
        outcome = place.run(ram_role_arn=role, **(MODES[name](place) or {}))
        assert outcome.code == 0, outcome.result
        assert outcome.result["account_id"] == ONE
        assert place.lab.sim.journal.calls("AssumeRole")[-1]["params"]["RoleArn"] == role


def _signers(place: Place) -> set[str]:
    calls = place.lab.sim.journal.calls("DescribeImages") + place.lab.sim.journal.calls("GetCallerIdentity")
    return {str(call["access_key_id"]) for call in calls}


def test_the_metadata_service_is_asked_for_a_token_first(place: Place) -> None:
    place.instance()
    assert place.run().code == 0
    (fetched,) = place.lab.sim.journal.calls("MetadataCredentials")
    assert fetched["params"]["token"] is True


def test_every_mode_is_tried_and_documented() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for mode in profile_modes.MODES:
        assert any(name.startswith(f"profile: {mode}") for name in MODES), mode
        assert f"``{mode}``" in page, mode
