# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""image_release_look: the results of modules that have nothing to do, and of no other. It never writes."""

from __future__ import annotations

import typing as t

import pytest
from functional.support import BEIJING, FRANKFURT, HOME, MAIN, ONE, TWO, Data, Lab

if t.TYPE_CHECKING:
    from collections.abc import Callable

LOOK, COPY, SHARE, INFO, IMAGE = (
    "image_release_look",
    "ecs_image_copy",
    "ecs_image_share",
    "ecs_image_info",
    "ecs_image",
)
OF_A_RUN = ("elapsed_seconds",)


class Release:
    """An image, a copy and an encrypted one, both shared, and the arguments that its modules were told."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.source = lab.source()
        encrypted = {"region": FRANKFURT, "encrypted": "yes", "kms_key_id": lab.key(FRANKFURT)}
        places = [{"region": BEIJING}, encrypted]
        self.copy = {"source_region": HOME, "source_image_id": self.source, "destinations": places, "tags": {"a": 1}}
        copies = lab.ok(COPY, **self.copy).result["copies"]
        self.share = {"images": [self.source_itself(), *copies], "accounts": [ONE], "purge_accounts": True}
        lab.ok(SHARE, **self.share)
        lab.until_shown()
        lab.sim.journal.clear()

    def source_itself(self) -> Data:
        return {"region": HOME, "image_id": self.source}

    def look(self, **other: t.Any) -> Data:
        before = self.lab.state()
        told = self.lab.ok(LOOK, **{"copy": self.copy, "share": self.share, **other}).result
        assert (self.lab.writes(), self.lab.state(), told["changed"]) == ([], before, False)
        return told


@pytest.fixture
def release(lab: Lab) -> Release:
    return Release(lab)


def of(told: Data) -> Data:
    """A result without what is of one run, or one task, alone."""
    kept = {key: value for key, value in told.items() if key not in ("invocation", "diff", "warnings")}
    if "copies" in kept:
        kept["copies"] = [{key: copy[key] for key in copy if key not in OF_A_RUN} for copy in kept["copies"]]
    return kept


def parts(told: Data) -> list[str]:
    return [name for name in ("found", "created", "copied", "shared") if name in told]


@pytest.mark.parametrize("check", [False, True], ids=["run", "check"])
def test_what_it_tells_is_what_the_modules_would_tell(release: Release, check: bool) -> None:
    told, lab = release.look(check=check), release.lab
    assert parts(told) == ["found", "copied", "shared"]
    info = lab.ok(INFO, region=HOME, image_ids=[release.source])
    assert of(told["found"]) == of(info.result)
    assert of(told["copied"]) == of(lab.ok(COPY, **release.copy).result)
    assert of(told["shared"]) == of(lab.ok(SHARE, **release.share).result)
    assert lab.writes() == []


def test_it_asks_no_more_than_the_modules(release: Release) -> None:
    lab = release.lab
    release.look()
    looked = sorted(lab.actions())
    lab.sim.journal.clear()
    lab.ok(COPY, **release.copy)
    lab.ok(SHARE, **release.share)
    assert looked == sorted(lab.actions())


def without_a_copy(release: Release) -> None:
    release.lab.delete_by_hand(release.lab.one(BEIJING))


def with_a_deprecated_copy(release: Release) -> None:
    release.lab.one(BEIJING).status = "Deprecated"


def with_another_tag(release: Release) -> None:
    release.lab.one(FRANKFURT).tags["a"] = "2"


def without_a_feature(release: Release) -> None:
    release.lab.one(BEIJING).features = {}


def with_a_refused_option(release: Release) -> None:
    release.copy["tags"] = {"acs:mine": "1"}


def with_a_text_for_a_number(release: Release) -> None:
    release.copy["max_tags"] = "many"


def with_an_unknown_option(release: Release) -> None:
    release.copy["destinatons"] = []


def with_another_name(release: Release) -> None:
    release.copy["name"] = "silver"


@pytest.mark.parametrize(
    "change", [without_a_copy, with_a_deprecated_copy, with_another_tag, without_a_feature, with_another_name]
)
def test_copies_with_anything_to_do_are_left_to_their_module(
    release: Release, change: Callable[[Release], None]
) -> None:
    change(release)
    assert parts(release.look()) == ["found"]


@pytest.mark.parametrize("change", [with_a_refused_option, with_a_text_for_a_number, with_an_unknown_option])
def test_what_a_module_refuses_it_tells_itself(release: Release, change: Callable[[Release], None]) -> None:
    change(release)
    assert parts(release.look()) == []


@pytest.mark.parametrize("accounts", [[ONE, TWO], [TWO], [MAIN], ["nobody"]])
def test_shares_with_anything_to_do_are_left_to_their_module(release: Release, accounts: list[str]) -> None:
    release.share["accounts"] = accounts
    assert parts(release.look()) == ["found", "copied"]


def test_a_share_list_that_another_has_changed_is_left_to_the_module(release: Release) -> None:
    lab = release.lab
    lab.ok(SHARE, region=BEIJING, image_id=lab.one(BEIJING).image_id, accounts=[TWO])
    lab.until_shown()
    lab.sim.journal.clear()
    assert parts(release.look()) == ["found", "copied"]


def test_a_share_list_that_can_not_be_read_is_left_to_the_module(release: Release) -> None:
    release.lab.fault("error", "DescribeImageSharePermission", code="Forbidden.RAM", status=403)
    assert parts(release.look()) == ["found", "copied"]


def test_where_the_source_is_gone_nothing_is_told(release: Release) -> None:
    release.lab.delete_by_hand(release.lab.image(release.source))
    began = release.lab.clock.now()
    assert parts(release.look()) == []
    assert release.lab.clock.now() - began < 5  # the module waits for it, once


def test_another_account_is_left_to_the_module_that_refuses_it(release: Release) -> None:
    assert parts(release.look(account_id=ONE)) == []


def test_a_source_that_can_not_be_looked_at_fails(release: Release) -> None:
    release.lab.fault("error", "DescribeImages", code="Forbidden.RAM", status=403)
    release.lab.fails(LOOK, "Forbidden.RAM", copy=release.copy, share=release.share)


def test_the_time_of_a_release_holds_for_the_look_too(release: Release) -> None:
    release.lab.fault("throttle", "DescribeImages", times=None)
    began = release.lab.clock.now()
    release.lab.fails(LOOK, "Throttling", copy=release.copy, share=release.share, wait_timeout=60)
    assert release.lab.clock.now() - began < 90


def test_an_image_that_a_release_makes(lab: Lab) -> None:
    make = {"region": HOME, "instance_id": lab.demo("instances", "demo"), "name": "made", "tags": {"a": "1"}}
    made = lab.ok(IMAGE, **make).result["image"]
    copy = {"source_region": HOME, "source_image_id": made["image_id"], "destinations": [{"region": BEIJING}]}
    lab.ok(COPY, **copy)
    lab.until_shown()
    lab.sim.journal.clear()
    told = lab.ok(LOOK, create=make, copy=copy).result
    assert parts(told) == ["created", "copied"]
    assert of(told["created"]) == of(lab.ok(IMAGE, **make).result)
    assert parts(lab.ok(LOOK, create={**make, "tags": {"a": "2"}}, copy=copy).result) == []
    assert parts(lab.ok(LOOK, create={**make, "name": "other"}, copy=copy).result) == []
    assert lab.writes() == []


def test_copies_of_the_image_that_had_its_name_are_not_its_copies(lab: Lab) -> None:
    make = {"region": HOME, "instance_id": lab.demo("instances", "demo"), "name": "made"}
    former = lab.ok(IMAGE, **make).result["image"]["image_id"]
    copy = {"source_region": HOME, "source_image_id": former, "destination_regions": [BEIJING], "name": "made"}
    lab.ok(COPY, **copy)
    lab.image(former).name = "former"
    lab.ok(IMAGE, **make)
    lab.until_shown()
    assert parts(lab.ok(LOOK, create=make, copy=copy).result) == ["created"]
