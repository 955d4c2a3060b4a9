# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the roles hand to their modules."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import CONNECTION
from ansible_collections.imageops.alicloud.plugins.modules import ecs_image_copy
from ansible_collections.imageops.alicloud.plugins.plugin_utils._input import _copy_options
from ansible_collections.imageops.alicloud.plugins.plugin_utils._release import _calls


@pytest.mark.parametrize("name", ["wait_timeout", "timeout"])
def test_a_test_boot_waits_as_long_as_its_entry_says(name: str) -> None:
    settings = {"wait_interval": None, "progress": True}
    assert _calls.test_boot(settings, {"region": "cn-beijing", name: 900.0})["wait_timeout"] == 900.0
    assert "wait_timeout" not in _calls.test_boot(settings, {"region": "cn-beijing"})


def test_options_of_the_copies_are_read_as_their_module_reads_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the module would refuse is refused before the image is made, which may take hours and stop an instance."""
    given: list[t.Any] = []
    monkeypatch.setattr(ecs_image_copy, "run_module", lambda *arguments: given.extend(arguments))
    ecs_image_copy.main()
    specs = {**CONNECTION, **given[0]}
    for name, spec in _copy_options.KNOWN.items():
        assert spec == {key: specs[name][key] for key in ("type", "choices") if key in specs[name]}, name


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"method": "snapshotz"}, "method has 'snapshotz': it takes auto, image, snapshots"),
        ({"unreachable_timeout": "soon"}, "unreachable_timeout is 'soon': it must be a number"),
        ({"consistency_wait": -5}, "consistency_wait must be 0 or more and at most 31536000 seconds, not -5"),
        ({"adopt_unmarked": "perhaps"}, "adopt_unmarked is 'perhaps': it must be true or false"),
        ({"family": 1.1}, "family has been read as the number 1.1, which"),
        ({"methd": "auto"}, "methd is not taken, did you mean method?"),
    ],
)
def test_an_option_of_the_copies_that_is_wrong_is_named(given: t.Any, fault: str) -> None:
    faults: list[str] = []
    _copy_options.read(given, faults)
    assert len(faults) == 1 and faults[0].startswith(f"image_release_copy_options.{fault}")


def test_an_option_of_the_copies_can_be_a_text_or_left_empty() -> None:
    faults: list[str] = []
    texts = {"copy_tags": "no", "large_image_gib": "500", "consistency_wait": "5", "method": "", "on_timeout": None}
    taken = _copy_options.read(texts, faults)
    assert taken == {"copy_tags": False, "large_image_gib": 500, "consistency_wait": 5.0} and faults == []
