# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is drawn for each step. Images are drawn as numbers, since their ids only come into being."""

from __future__ import annotations

import typing as t

from functional.support import BEIJING, FRANKFURT, HOME, ONE, THREE, TWO, Data
from hypothesis import strategies as st

REGIONS = [BEIJING, FRANKFURT, HOME]
NAMES = ["golden", "other", "base"]
WHICH = st.integers(0, 11)
TAGS = st.sampled_from([{"stage": "release"}, {"stage": "test", "team": "base"}, {}])


def seldom(usual: t.Any, *others: t.Any) -> st.SearchStrategy[t.Any]:
    """The usual value three times out of four."""
    count = max(1, len(others))
    return st.sampled_from([*[usual] * (3 * count), *others])


def some(**options: st.SearchStrategy[t.Any]) -> st.SearchStrategy[Data]:
    """Options, each of them left out as often as not."""
    return st.fixed_dictionaries({}, optional=options)


CALL_TROUBLES = ["throttle", "unavailable", "internal", "reset_before", "reset_after", "truncate"]
COPY_TROUBLES = ["copy_fails", "copy_hangs"]


def a_trouble() -> st.SearchStrategy[Data | None]:
    """What befalls one or two calls of a task, or one copy that it starts. More often than not it is nothing."""
    call = st.fixed_dictionaries(
        {"kind": st.sampled_from(CALL_TROUBLES), "nth": st.integers(2, 12), "times": st.sampled_from([1, 1, 2])}
    )
    copy = st.fixed_dictionaries(
        {"kind": st.sampled_from(COPY_TROUBLES), "percent": st.sampled_from([0, 50]), "times": st.just(1)}
    )
    return st.one_of(st.none(), st.none(), st.none(), call, call, copy)


def a_destination() -> st.SearchStrategy[Data]:
    more = some(
        name=st.sampled_from(NAMES),
        tags=TAGS,
        encryption=st.sampled_from(["own key", "own key", "service key", "plain"]),
        description=st.sampled_from(["As asked", "Another text"]),
        family=st.sampled_from(["base", "edge"]),
    )
    return st.tuples(st.sampled_from(REGIONS), more).map(lambda drawn: {"region": drawn[0], **drawn[1]})


def a_copy() -> st.SearchStrategy[Data]:
    destinations = st.lists(a_destination(), min_size=1, max_size=3, unique_by=lambda one: one["region"])
    options = some(
        adopt_unmarked=st.just(True),
        additional_copy=st.just(True),
        restore_name=st.just(True),
        purge_tags=st.just(True),
        copy_tags=st.just(False),
        replace_failed=seldom(True, False),
        method=seldom("auto", "snapshots", "image"),
        preflight=seldom("dry_run", "none"),
        on_timeout=st.just("cancel"),
        wait=seldom(True, False),
    )
    return st.fixed_dictionaries({"source": WHICH, "destinations": destinations, "options": options})


def a_share() -> st.SearchStrategy[Data]:
    accounts = st.lists(st.sampled_from([ONE, TWO, THREE, "9999999999999999"]), max_size=3, unique=True)
    options = some(
        purge_accounts=st.just(True),
        allow_empty=st.just(True),
        denied_accounts=st.lists(st.sampled_from([ONE, TWO]), max_size=1),
        max_accounts=seldom(50, 2),
    )
    way = st.sampled_from(["one", "one", "several", "copies", "all own"])
    state = seldom("present", "absent")
    return st.fixed_dictionaries(
        {"way": way, "images": st.lists(WHICH, min_size=1, max_size=2), "accounts": accounts, "state": state}
        | {"options": options}
    )


def a_cancel() -> st.SearchStrategy[Data]:
    options = some(delete_snapshots=st.just(True), wait=seldom(True, False))
    way = st.sampled_from(["one", "source", "source", "all marked"])
    return st.fixed_dictionaries({"way": way, "image": WHICH, "options": options})


def an_image() -> st.SearchStrategy[Data]:
    options = some(
        description=st.sampled_from(["As asked", "Another text"]),
        family=st.sampled_from(["base", "edge"]),
        tags=TAGS,
        purge_tags=st.just(True),
        nvme_support=st.sampled_from(["supported", "unsupported"]),
        wait=seldom(True, False),
    )
    source = st.sampled_from(["demo", "demo", "stopped", None])
    return st.fixed_dictionaries({"name": st.sampled_from(NAMES), "source": source, "options": options})


def a_retirement() -> st.SearchStrategy[Data]:
    options = some(unshare=st.just(True), delete_snapshots=st.sampled_from(["none", "own", "all"]), force=st.just(True))
    state = st.sampled_from(["absent", "absent", "deprecated", "present"])
    return st.fixed_dictionaries({"image": WHICH, "by_name": st.booleans(), "state": state, "options": options})


def a_snapshot_copy() -> st.SearchStrategy[Data]:
    destinations = st.lists(st.sampled_from([BEIJING, FRANKFURT]), min_size=1, max_size=2, unique=True)
    options = some(encrypted=st.just(True), name=st.sampled_from(NAMES), tags=TAGS, wait=seldom(True, False))
    return st.fixed_dictionaries({"image": WHICH, "destinations": destinations, "options": options})


def a_foreign_deed() -> st.SearchStrategy[Data]:
    deeds = ["rename", "delete", "deprecate", "revive", "tag", "unmark", "forge", "share", "unshare", "copy"]
    deeds += ["marked copy", "cancel", "break", "drop snapshot tag"]
    return st.fixed_dictionaries(
        {"deed": st.sampled_from(deeds), "image": WHICH, "other": WHICH, "name": st.sampled_from([*NAMES, "strange"])}
        | {"region": st.sampled_from(REGIONS), "account": st.sampled_from([ONE, TWO])}
    )
