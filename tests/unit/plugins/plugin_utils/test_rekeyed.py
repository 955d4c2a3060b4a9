# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a new key has come to: nothing is told of tasks that this run has not come to."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.imageops.alicloud.plugins.plugin_utils._work import _rekeyed

Data = dict[str, t.Any]
BEGUN: Data = {"run": "now", "check": False, "recorded": {}, "settings": {"keys": {"cn-beijing": "k"}}}


def results(**changes: Data) -> dict[str, Data]:
    """Of two runs in one playbook: what the first has registered, where the second has not."""
    share = {"region": "cn-beijing", "image_id": "m-2", "name": "first", "added": ["1"]}
    image = {"region": "cn-beijing", "image_id": "m-1", "name": "old"}
    first: dict[str, Data] = {
        "copies": {"copies": []},
        "tried": {"results": []},
        "audience": {"run": "before", "images": []},
        "shares": {"shares": [share]},
        "found": {"images": []},
        "succession": {"run": "before", "joined": []},
        "joined": {"results": []},
        "leads": {"result": []},
        "withdrawn": {"results": [{"image": image, "changed": True, "unshared": ["1"]}]},
    }
    return {**first, **changes}


@pytest.mark.parametrize(
    ("came", "left"),
    [
        ({"copies": {"failed": True, "copies": []}}, {"copies"}),
        ({"tried": {"failed": True, "results": []}}, {"copies", "tried"}),
        ({"audience": {"run": "now"}}, {"copies", "tried", "audience", "shares"}),
        (
            {"audience": {"run": "now"}, "succession": {"run": "now"}, "joined": {"failed": True}},
            {"copies", "tried", "audience", "shares", "found", "succession", "joined"},
        ),
    ],
    ids=["no copy", "no boot", "not shared", "not joined"],
)
def test_what_an_earlier_run_has_registered_is_not_told(came: dict[str, Data], left: set[str]) -> None:
    found = _rekeyed.of_this_run(BEGUN, results(**came))
    assert {name for name, result in found.items() if result} == left
    told = _rekeyed.told(BEGUN, found, None)
    assert _rekeyed.NOT_ENDED in told.failures
    assert ("first" in " ".join(told.lines), "old" in " ".join(told.lines)) == ("shares" in left, False)


def test_launch_templates_of_the_old_release_are_named_where_its_image_was_withdrawn() -> None:
    """They went on to start an image that nobody had any more, and no line said so."""
    templates = [{"region": region, "id": f"lt-{region}", "ignore_missing": True} for region in ("cn-beijing", "cn-x")]
    begun = {**BEGUN, "recorded": {"launch_templates": templates}}
    assert "the launch template lt-cn-beijing is left as it is" in " ".join(_rekeyed.told(begun, results(), None).lines)
    assert "lt-cn-x" not in " ".join(_rekeyed.told(begun, results(), None).lines)
