# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a release may be done already, and what the look at it is told."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.imageops.alicloud.plugins.plugin_utils._release import _done

Data = dict[str, t.Any]

HOME, BEIJING, FRANKFURT = "cn-hangzhou", "cn-beijing", "eu-central-1"
ONE = "1000000000000011"
FIND, MAKE = {"find_call": {"region": HOME}}, {"create_call": {"region": HOME, "name": "base"}}


def settings(**changes: t.Any) -> Data:
    usual: Data = {
        "source": {"region": HOME, "image_id": "m-1"}, "destinations": [{"region": BEIJING}], "every_region": False,
        "encrypted": None, "kms_key_id": None, "accounts": [ONE], "denied_accounts": [], "purge_accounts": False,
        "allow_empty": False, "max_accounts": 50, "share_source": False, "from_manifest": [], "promotes": False,
        "steps": ["create", "copy", "share"], "name": "base", "description": None, "tags": {}, "on_failure": "stop",
        "wait_timeout": 60, "wait_interval": None, "progress": True, "copy_options": {},
    }  # fmt: skip
    return {**usual, **changes}


def image(role: str, region: str, image_id: str, **changes: t.Any) -> Data:
    return {"role": role, "region": region, "image_id": image_id, "name": "base", "asked_for": True, **changes}


def manifest(*images: Data, complete: bool = True) -> Data:
    return {"complete": complete, "images": [*images]}


SOURCE, COPY = image("source", HOME, "m-1"), image("copy", BEIJING, "m-2")
LAST = manifest(SOURCE, COPY)


def test_the_look_is_told_what_the_modules_would_be() -> None:
    call = _done.call(settings(), FIND, LAST, {})
    assert call is not None and sorted(call) == ["copy", "share", "wait_timeout"]
    copy = call["copy"]
    assert (copy["source_region"], copy["source_image_id"], copy["preflight"]) == (HOME, "m-1", "none")
    assert copy["destinations"] == [{"region": BEIJING}] and "image" not in copy
    shared = [(target["region"], target["image_id"]) for target in call["share"]["images"]]
    assert (shared, call["share"]["accounts"]) == ([(BEIJING, "m-2")], [ONE])


def test_an_image_that_is_made_is_known_by_its_name() -> None:
    of_instance = settings(source={"region": HOME, "instance_id": "i-1"})
    call = _done.call(of_instance, MAKE, LAST, {})
    assert call is not None and call["create"] == MAKE["create_call"]
    assert _done.call({**of_instance, "name": "other"}, MAKE, LAST, {}) is None


def test_the_image_itself_is_shared_where_it_is_a_destination() -> None:
    places = [{"region": HOME, "accounts": [ONE]}, {"region": BEIJING}]
    call = _done.call(settings(destinations=places), FIND, LAST, {})
    assert call is not None
    shared = [(target["image_id"], target["accounts"]) for target in call["share"]["images"]]
    assert sorted(shared) == [("m-1", [ONE]), ("m-2", [])]


@pytest.mark.parametrize(
    "changes",
    [
        {"promotes": True},
        {"from_manifest": ["other.json"]},
        {"steps": ["create", "share"]},
        {"steps": ["create", "copy", "verify", "share"]},
        {"destinations": []},
        {"destinations": [{"region": BEIJING}, {"region": FRANKFURT}]},
        {"source": {"region": HOME, "image_id": "m-9"}},
        {"source": {"region": BEIJING, "image_id": "m-1"}},
        {"source": {"region": HOME}},  # an image that is there, by its name alone
    ],
    ids=str,
)
def test_other_releases_are_not_looked_at(changes: Data) -> None:
    assert _done.call(settings(**changes), FIND, LAST, {}) is None


@pytest.mark.parametrize(
    "before",
    [
        None,
        manifest(),
        manifest(COPY),
        manifest(SOURCE),
        manifest(SOURCE, {**COPY, "asked_for": False}),
        manifest(SOURCE, COPY, complete=False),
    ],
    ids=["none", "empty", "no source", "no copy", "given up", "incomplete"],
)
def test_what_the_last_run_has_not_left_is_not_looked_at(before: Data | None) -> None:
    assert _done.call(settings(), FIND, before, {}) is None


def test_one_process_has_one_connection() -> None:
    module = "imageops.alicloud.ecs_image_share"
    assert _done.call(settings(), FIND, LAST, {module: {"read_timeout": 5}}) is None
    assert _done.call(settings(), FIND, LAST, {module: {}}) is not None


@pytest.mark.parametrize(
    ("images", "same"),
    [
        ([image("copy", BEIJING, "m-2", accounts=[ONE])], True),
        ([image("copy", BEIJING, "m-9", accounts=[ONE])], False),
        ([image("copy", BEIJING, "m-2", accounts=[])], False),
        ([], False),
    ],
)
def test_what_was_looked_at_is_what_would_be_shared(images: list[Data], same: bool) -> None:
    looked = {"copy": {}, "share": {"images": [image("copy", BEIJING, "m-2", accounts=[ONE])]}}
    assert _done.is_same_share({"images": images}, looked) is same
    assert _done.is_same_share({"images": images}, None) is False
