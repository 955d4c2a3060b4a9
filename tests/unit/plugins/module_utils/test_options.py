# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a flow are those of its module, and what is said for each destination has one list."""

from __future__ import annotations

import dataclasses
import importlib
import typing as t
from pathlib import Path

import pytest
import yaml

from ansible_collections.imageops.alicloud.plugins.module_utils._copy import request as copy_request
from ansible_collections.imageops.alicloud.plugins.module_utils._copy.destination import Record
from ansible_collections.imageops.alicloud.plugins.module_utils._snapshot import plan as snapshot_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import CONNECTION, WAITING, Waiting

COLLECTION = Path(__file__).resolve().parents[4]
NAMES = sorted(path.stem for path in (COLLECTION / "plugins/modules").glob("ecs_*.py"))
SHARED = {*CONNECTION, *WAITING}


def module(name: str) -> t.Any:
    return importlib.import_module(f"ansible_collections.imageops.alicloud.plugins.modules.{name}")


def told(name: str, monkeypatch: pytest.MonkeyPatch) -> tuple[dict[str, t.Any], t.Any]:
    """The argument specification that a module gives, and the dataclass of its flow's options."""
    given: list[t.Any] = []
    monkeypatch.setattr(module(name), "run_module", lambda *arguments, **rules: given.extend(arguments))
    module(name).main()
    return given[0], given[1]


def fields(kind: t.Any) -> set[str]:
    return {field.name for field in dataclasses.fields(kind)}


def default(field: dataclasses.Field[t.Any]) -> t.Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return None if field.default is dataclasses.MISSING else field.default


@pytest.mark.parametrize("name", NAMES)
def test_a_flow_reads_every_option_of_its_module(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments, kind = told(name, monkeypatch)
    left_out = (
        {"all_own"} if name == "ecs_image_share_info" else set()
    )  # to take images from people is of sharing alone
    assert set(arguments) - SHARED == fields(kind) - SHARED - left_out
    defaults = {field.name: default(field) for field in dataclasses.fields(kind) if field.name in arguments}
    assert defaults == {option: arguments[option].get("default") for option in defaults}


def test_waiting_has_the_names_of_its_options() -> None:
    assert fields(Waiting) <= set(WAITING)


@pytest.mark.parametrize(
    ("name", "plan"),
    [("ecs_image_copy", copy_request), ("ecs_snapshot_copy", snapshot_plan)],
    ids=["image", "snapshot"],
)
def test_what_is_said_for_a_destination_has_one_list(name: str, plan: t.Any, monkeypatch: pytest.MonkeyPatch) -> None:
    one = fields(plan.PerDestination)
    arguments, _kind = told(name, monkeypatch)
    assert set(arguments["destinations"]["options"]) == {"region", *one}
    documented = yaml.safe_load(module(name).DOCUMENTATION)["options"]
    assert set(documented["destinations"]["suboptions"]) == {"region", *one}
    assert one <= set(documented)


def test_the_role_takes_for_a_destination_what_the_modules_take() -> None:
    specs = yaml.safe_load((COLLECTION / "roles/image_release/meta/argument_specs.yml").read_text())
    options = specs["argument_specs"]["main"]["options"]["image_release_destinations"]["options"]
    assert set(options) == {"region", "accounts", *fields(copy_request.PerDestination)}


def test_every_key_of_a_copy_is_documented() -> None:
    documented = yaml.safe_load(module("ecs_image_copy").RETURN)["copies"]["contains"]
    assert set(documented) == fields(Record)
