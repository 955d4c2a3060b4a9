# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.imageops.alicloud.plugins.plugin_utils._input import _wording
from ansible_collections.imageops.alicloud.plugins.plugin_utils._work import _works

OPTIONS: dict[str, dict[str, t.Any]] = {
    "image_release_source": {"type": "dict", "options": {"region": {}, "image_id": {}, "consistency": {}}},
    "image_release_verify": {"type": "list", "options": {"region": {}, "instance_type": {}}},
    **{
        f"image_release_{name}": {"type": "str"}
        for name in ("name", "encrypted", "kms_key_id", "account_id", "wait_timeout", "copy_options", "max_accounts")
    },
}
NAMES = _wording.variables("image_release", OPTIONS, "image_release_connection")


def names() -> t.Mapping[str, str]:
    return NAMES


@pytest.mark.parametrize(
    ("module", "role"),
    [
        ("give the file as ca_path.", "give the file as image_release_connection.ca_path."),
        ("with additional_copy=true", "with image_release_copy_options.additional_copy=true"),
        ("set encrypted=true beside kms_key_id", "set image_release_encrypted=true beside image_release_kms_key_id"),
        ("Give it more time with wait_timeout.", "Give it more time with image_release_wait_timeout."),
        ("not to 1 (account_id)", "not to 1 (image_release_account_id)"),
        ("set unreachable_timeout", "set image_release_connection.unreachable_timeout"),
        ("choose another instance_type", "choose another image_release_verify.instance_type"),
        ("consistency=stopped needs it", "image_release_source.consistency=stopped needs it"),
        ("Set unshare=true to take it from them", "Set image_release_unshare_previous=true to take it from them"),
        ("encrypted needs a key", "image_release_encrypted needs a key"),
        ("changed: name must be short", "changed: image_release_name must be short"),
        # Just words, what is no option of a module, and what is worded already.
        ("the name of an encrypted image, its network and endpoint", None),
        ("ecs_image and state=absent", None),
        ("set force_snapshots=true", None),
        ("image_release_copy_options.additional_copy=true", None),
        ("my.ca_path, ca_path_old and old_ca_path", None),
    ],
)  # fmt: skip
def test_options_are_told_as_variables(module: str, role: str | None) -> None:
    assert _wording.told({"msg": module}, names) == {"msg": role or module}


def test_only_what_is_for_people_is_reworded() -> None:
    error = {"code": "X", "message": "no ca_path", "hint": None, "request_id": "ca_path"}
    result = {"copies": [{"name": "ca_path", "error": error, "reason": "max_accounts"}], "warnings": ["a ca_path"]}
    told = _wording.told(result, names)
    name = NAMES["ca_path"]
    assert told["copies"][0] == {
        "name": "ca_path",
        "error": {**error, "message": f"no {name}"},
        "reason": "image_release_max_accounts",
    }
    assert told["warnings"] == [f"a {name}"]


def test_warnings_that_are_objects() -> None:
    @dataclasses.dataclass(frozen=True)
    class Event:
        msg: str

    @dataclasses.dataclass(frozen=True)
    class Warned:
        event: Event

    (told,) = _wording.told({"warnings": [Warned(Event("no ca_path"))]}, names)["warnings"]
    assert told == Warned(Event("no image_release_connection.ca_path"))


def test_a_playbook_has_variables_of_its_own() -> None:
    names = _wording.variables("stop_copies", _works.options_of("stop_copies"), "image_release_connection")
    assert names["source_image_id"] == "stop_copies_source_image_id"
    assert names["ca_path"] == "image_release_connection.ca_path"
    assert "additional_copy" not in names
    told = _wording.told({"hint": "or set accept_suspects=true."}, lambda: names)
    assert told == {"hint": "or set stop_copies_accept_suspects=true."}


def test_the_variables_are_asked_for_only_where_a_text_names_an_option() -> None:
    """They stand in a role's spec. To read it takes as long as a module's calls."""

    def never() -> t.Mapping[str, str]:
        raise AssertionError("asked")

    result = {"changed": False, "msg": "Done.", "copies": [{"name": "ca_path", "reason": None, "status": "Available"}]}
    assert _wording.told(result, never) == result
