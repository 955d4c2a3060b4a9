# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whose credentials count, and in which account."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import CONNECTION
from ansible_collections.imageops.alicloud.plugins.plugin_utils._input import _account

Data = dict[str, t.Any]
ONE, TWO = "1000000000000011", "1000000000000012"
KEYS = {"access_key_id": "id", "access_key_secret": "secret"}


def account(own: Data, play: Data, by_module: dict[str, Data] | None = None, **stated: str) -> _account.Account:
    return _account.account(own, play, by_module or {}, stated, "connection")


def test_the_options_are_those_of_the_modules() -> None:
    aliases = {alias: name for name, option in CONNECTION.items() for alias in option.get("aliases", [])}
    assert aliases == _account.ALIASES
    assert {*_account.CREDENTIALS, *_account.OTHERS} == set(CONNECTION)


def test_one_set_of_credentials_takes_the_place_of_the_other() -> None:
    found = account({"profile": "mine"}, {**KEYS, "endpoint": "e"})
    assert (found.given, found.cut) == (["profile"], {"access_key_id": None, "access_key_secret": None})
    found = account({"endpoint": "mine", "profile": ""}, {**KEYS, "endpoint": "e"})
    assert (found.given, found.cut) == (["endpoint"], {})


def test_an_alias_that_would_beat_the_other_set_is_refused() -> None:
    (fault,) = account(KEYS, {"alicloud_access_key": "id"}).faults
    assert "write alicloud_access_key as access_key_id" in fault


def test_every_account_that_is_named_must_be_the_same() -> None:
    assert account({}, {"account_id": ONE}, role=ONE).account_id == ONE
    assert account({}, {"account_id": ""}, role="").account_id is None
    by_module = {"imageops.alicloud.ecs_image": {"account_id": TWO}}
    (fault,) = account({"account_id": ONE}, {"account_id": TWO}, by_module).faults
    assert f"{ONE} (connection.account_id)" in fault
    assert f"{TWO} (module_defaults, module_defaults of imageops.alicloud.ecs_image)" in fault


def test_one_module_has_no_credentials_of_its_own() -> None:
    (fault,) = account({}, {}, {"imageops.alicloud.ecs_image": {"secret_key": "x", "wait_timeout": 1}}).faults
    assert "secret_key" in fault and "x" not in fault.split()


def test_what_a_play_says_of_other_options_of_a_module_is_not_for_the_roles() -> None:
    """With a state of the play a role would delete the image that it is to promote."""
    defaults = [
        {"imageops.alicloud.ecs_image": {"state": "absent", "endpoint": "e", "region_id": "r"}, "debug": {"msg": "x"}}
    ]
    found = _account.by_module(_account.defaults_of_modules(defaults, lambda value: value))
    assert found == {"imageops.alicloud.ecs_image": {"endpoint": "e", "region_id": "r"}}
    (fault,) = account({}, {"state": "absent", "endpoint": "e"}).faults
    assert "give state" in fault


def test_a_region_under_another_name_is_refused_wherever_it_stands() -> None:
    """Ansible lets an alias win over the region that a step names."""
    places: list[tuple[Data, Data, dict[str, Data]]] = [
        ({"region_id": "r"}, {}, {}),
        ({}, {"alicloud_region": "r"}, {}),
        ({}, {}, {"imageops.alicloud.ecs_image": {"region_id": "r"}}),
    ]
    for own, play, by_module in places:
        (fault,) = account(own, play, by_module).faults
        assert "write region" in fault
    assert account({"region": "r"}, {"region": "r"}).faults == []


def test_a_slip_is_told_with_what_was_meant() -> None:
    (fault,) = account({"profil": "mine"}, {}).faults
    assert fault == "connection.profil is unknown, did you mean profile?"
