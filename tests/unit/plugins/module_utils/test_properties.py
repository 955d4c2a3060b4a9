# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules that hold for whatever is thrown at them."""

from __future__ import annotations

import re

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ansible_collections.imageops.alicloud.plugins.module_utils._base import validation
from ansible_collections.imageops.alicloud.plugins.module_utils._share import plan as share_plan
from ansible_collections.imageops.alicloud.plugins.plugin_utils._events._progress_lines import ProgressLines

settings.register_profile(
    "quick", deadline=None, max_examples=60, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("quick")

ACCOUNTS = st.sets(st.integers(0, 80).map(lambda number: f"{number:016d}"), max_size=60)


@given(ACCOUNTS, ACCOUNTS, ACCOUNTS, st.sampled_from(["present", "absent"]), st.booleans(), st.integers(10, 100))
def test_calls_lose_nobody_and_are_never_too_long(
    current: set[str], accounts: set[str], denied: set[str], state: str, purge: bool, limit: int
) -> None:
    change = share_plan.plan(current, accounts, state=state, purge=purge, denied=denied)
    calls = share_plan.batches(change, limit)
    have = set(current)
    for add, remove in calls:
        assert add or remove
        assert len(add) <= 10 and len(remove) <= 10
        assert have.isdisjoint(add) and have.issuperset(remove)
        have = have.union(add) - set(remove)
    assert sorted(have) == change.after
    assert have.isdisjoint(denied) or state == "absent"
    assert not have & denied
    if state == "present":
        assert have >= accounts - denied
        assert not purge or have == accounts - denied
    else:
        assert have == current - accounts - denied


@given(ACCOUNTS, ACCOUNTS, st.integers(1, 50))
def test_the_limit_is_never_passed_on_the_way_if_the_end_keeps_it(
    current: set[str], accounts: set[str], limit: int
) -> None:
    change = share_plan.plan(current, accounts, state="present", purge=True)
    assume(len(change.after) <= limit and len(current) <= limit)
    have = set(current)
    for add, remove in share_plan.batches(change, limit):
        assert len(have) + len(add) <= limit  # the stricter reading: adds count before removes
        have = have.union(add) - set(remove)


@given(st.lists(st.text("0123456789", min_size=16, max_size=16), max_size=20, unique=True), st.integers(0, 20))
def test_halving_ends_with_single_accounts_and_loses_none(accounts: list[str], cut: int) -> None:
    todo, alone = [(accounts[:cut], accounts[cut:])], []
    while todo:
        batch = todo.pop()
        smaller = share_plan.halves(batch)
        todo += smaller
        if not smaller:
            alone += batch[0] + batch[1]
    assert sorted(alone) == sorted(accounts)


@given(st.from_regex(re.compile(r"[A-Za-z][A-Za-z0-9.:_-]{1,127}"), fullmatch=True))
def test_names_of_the_documented_characters_are_taken(name: str) -> None:
    assume(not name.lower().startswith(("aliyun", "acs:")))
    assert validation.name_faults(name) == []


@given(st.text())
def test_names_with_anything_else_are_refused(name: str) -> None:
    documented = re.fullmatch(r"[^\W\d_][\w.:-]{1,127}", name) and "\n" not in name
    if not documented:
        assert validation.name_faults(name)


@given(st.text(), st.one_of(st.none(), st.integers(), st.text(), st.lists(st.text())))
def test_no_event_breaks_the_lines_and_no_line_holds_more_than_text(text: str, value: object) -> None:
    import json

    event = {"region": text, "account": value, "image_id": text, "status": value, "progress": value, "size": value}
    for raw in (text, json.dumps(event), json.dumps({**event, "error": text})):
        line = ProgressLines("host").line(raw, 0.0)
        assert line is None or line.isprintable()
