# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sessions of roles during long waits: renewed in time, used to their end, and not asked for all the time."""

from __future__ import annotations

from functional import pins
from functional.credential_modes import ISSUER, KEYS, PIPELINE, Place
from functional.support import HOME


@pins.same_clock
def test_a_session_is_renewed_while_it_is_waited(place: Place) -> None:
    """Every session ends at once, so that each call needs a new one: from the token file, read anew each time."""
    place.lab.setting(session_seconds=60)
    source = place.lab.source()
    options = place.profile("OIDC", ram_role_arn=PIPELINE, oidc_provider_arn=ISSUER, oidc_token_file=place.token_file())
    endpoints = {"endpoint": place.lab.sim.endpoint, "sts_endpoint": place.lab.sim.endpoint, "region": HOME}
    place.lab.clock.after(2, lambda: place.token_file(subject="renewed"))
    copied = place.lab(
        "ecs_image_copy", who=None, image_id=source, destination_regions=["cn-beijing"], **endpoints, **options
    )
    assert copied.code == 0, copied.result
    assert len(place.lab.sim.journal.calls("AssumeRoleWithOIDC")) > 3


@pins.same_clock
def test_a_session_outlasts_a_token_service_that_is_away(place: Place) -> None:
    """It is asked for a new session in good time, and while it fails the old one goes on."""
    place.lab.setting(session_seconds=120)  # less than the time before the end at which renewing begins
    place.lab.fault("unavailable", "AssumeRole", nth=2, times=None)
    outcome = place.run(ram_role_arn=place.lab.demo("roles", "main"), **KEYS)
    assert outcome.code == 0, outcome.result
    assert len(place.lab.sim.journal.calls("AssumeRole")) > 1


@pins.same_clock
def test_a_token_service_that_is_away_is_not_asked_for_each_call(place: Place) -> None:
    """All calls wait for an attempt that hangs, so that one is made each 30 seconds only."""
    place.lab.setting(session_seconds=250)
    place.lab.fault("unavailable", "AssumeRole", nth=2, times=None)
    asked: dict[float, int] = {}
    began = place.lab.clock.now()

    def look(at: float) -> None:
        asked[at] = len(place.lab.sim.journal.calls("AssumeRole"))

    for at in (25.0, 65.0, 130.0, 230.0):
        place.lab.clock.after(at, lambda at=at: look(at))  # type: ignore[misc]
    place.lab.fault("copy_hangs", "CopyImage")
    source = place.lab.source()
    endpoints = {"endpoint": place.lab.sim.endpoint, "sts_endpoint": place.lab.sim.endpoint, "region": HOME}
    place.lab(
        "ecs_image_copy",
        who=None,
        image_id=source,
        destination_regions=["cn-beijing"],
        wait_timeout=245,
        wait_interval=1,
        ram_role_arn=place.lab.demo("roles", "main"),
        **KEYS,
        **endpoints,
    )
    assert place.lab.clock.now() - began > 240
    assert asked[25.0] == 2, "one session, and one attempt at the next"
    assert [asked[at] for at in (65.0, 130.0, 230.0)] == [4, 6, 9]


@pins.same_clock
def test_a_session_that_has_ended_is_asked_for_without_a_pause(place: Place) -> None:
    place.lab.setting(session_seconds=60)
    place.lab.fault("unavailable", "AssumeRole", nth=2, times=5)
    place.lab.fault("copy_hangs", "CopyImage")
    source = place.lab.source()
    endpoints = {"endpoint": place.lab.sim.endpoint, "sts_endpoint": place.lab.sim.endpoint, "region": HOME}
    role = place.lab.demo("roles", "main")
    options = {"image_id": source, "destination_regions": ["cn-beijing"], "wait_timeout": 150, **endpoints, **KEYS}
    outcome = place.lab("ecs_image_copy", who=None, ram_role_arn=role, **options)
    assert "NoAnswer" not in outcome.msg and "ServiceUnavailable" not in outcome.msg, outcome.msg
    assert len(place.lab.sim.journal.calls("AssumeRole")) > 7
