# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Generated launch templates keep every documented field over ten promotions and rollbacks.

The fields are those that the simulator takes in a request, a list of its own, written by the API's documentation.
"""

from __future__ import annotations

import base64
import re
import typing as t

import pytest
from alibabacloud_ecs20140526 import models
from functional import hostile
from functional.support import HOME, Lab
from hypothesis import given
from hypothesis import strategies as st
from simulator.actions.parameters import KNOWN
from simulator_tests.helpers import Raw

Data = dict[str, t.Any]
GIVE = "ecs_launch_template_image"
NOT_OF_A_VERSION = ("RegionId", "LaunchTemplateId", "LaunchTemplateName", "VersionDescription")
FIELDS = {name: one.kind for name, one in KNOWN["CreateLaunchTemplateVersion"].items() if name not in NOT_OF_A_VERSION}
SINGLE = sorted(name for name in FIELDS if ".N" not in name)
LISTS = sorted({name.partition(".N")[0] for name in FIELDS if ".N" in name})
WALK = ("newer", "older", "newer", "newest", "older", "newest", "newer", "older", "newest", "older")
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)
VALUES = {
    "bool": st.sampled_from(["true", "false"]),
    "int": st.integers(0, 10**6).map(str),
    "float": st.decimals(0, 999, places=3).map(lambda price: f"{price:f}"),
    "str": TEXT,
}
SPECIAL = {
    "UserData": st.binary(min_size=1, max_size=6000).map(lambda data: base64.b64encode(data).decode()),
    "Encrypted": st.sampled_from(["true", "false"]),
}


def value_of(name: str) -> st.SearchStrategy[str]:
    return SPECIAL.get(name.rpartition(".")[2], VALUES[FIELDS[name]])


def entry_of(root: str) -> st.SearchStrategy[dict[str, str]]:
    """One entry of a list, with some of its fields."""
    if root == "SecurityGroupIds":
        return TEXT.map(lambda group: {"": group})
    inner = {name.partition(".N.")[2]: name for name in FIELDS if name.startswith(f"{root}.N.")}
    found = {short: value_of(name) for short, name in inner.items() if not short.endswith(".N")}
    some = st.fixed_dictionaries({}, optional=found).filter(bool)
    if root == "Tag":
        return st.fixed_dictionaries({"Key": TEXT}, optional={"Value": TEXT})
    if root == "NetworkInterface":
        groups = st.lists(TEXT, max_size=2).map(
            lambda ids: {f"SecurityGroupIds.{number}": one for number, one in enumerate(ids, 1)}
        )
        return st.tuples(some, groups).map(lambda both: both[0] | both[1])
    return some


@st.composite
def templates(draw: st.DrawFn) -> dict[str, str]:
    """A request that makes a template, in the flat form of the wire."""
    chosen = draw(st.sets(st.sampled_from(SINGLE)))
    data = {name: draw(value_of(name)) for name in sorted(chosen)}
    for root in LISTS:
        by_key = (lambda one: one["Key"]) if root == "Tag" else None
        entries = draw(st.lists(entry_of(root), max_size=3, unique_by=by_key))
        for number, entry in enumerate(entries, 1):
            data.update({f"{root}.{number}.{name}".rstrip("."): one for name, one in entry.items()})
    if any(name.startswith("SecurityGroupIds.") for name in data):
        data.pop("SecurityGroupId", None)  # they exclude each other
    return data


def every_field() -> dict[str, str]:
    samples = {"bool": "true", "int": "7", "float": "0.98", "str": "text"}
    special = {"UserData": "dGV4dA==", "Encrypted": "true"}
    found = {
        re.sub(r"\.N(?=\.|$)", ".1", name): special.get(name.rpartition(".")[2], samples[kind])
        for name, kind in FIELDS.items()
    }
    del found["SecurityGroupId"]
    return found


def leaves(value: t.Any) -> int:
    """How many values there are in something nested."""
    if isinstance(value, (dict, list)):
        return sum(map(leaves, value.values() if isinstance(value, dict) else value))
    return 1


def filled(kind: t.Any) -> t.Any:
    """One of the SDK's models with every field of it, as it goes over the wire. What is no model is a text."""
    (inner, *_more) = t.get_args(kind) or (None,)
    if inner:
        return [filled(inner)]
    if not hasattr(kind, "to_map"):
        return "text"
    return kind(**{name: filled(one) for name, one in t.get_type_hints(kind.__init__).items() if name != "return"})


def names_in(value: t.Any, path: str = "") -> set[str]:
    """Every name on the wire, ``N`` for the number of an entry."""
    if isinstance(value, list):
        return names_in(value[0], f"{path}.N")
    if not isinstance(value, dict):
        return {path}
    return {name for key, one in value.items() for name in names_in(one, f"{path}.{key}" if path else key)}


def walk(lab: Lab, data: dict[str, str]) -> None:
    """Promote and go back, and see each time that the default is as it was but for its image."""
    lab.sim.reset()
    lab.setting(lt_extra_field="absent")
    images = {name: lab.plant("images", region=HOME, name=name) for name in ("older", "newer", "newest")}
    request = {"RegionId": HOME, "LaunchTemplateName": "web", **data, "ImageId": images["older"]}
    status, answer = Raw(lab.sim, "simulator-main-key", "simulator-main-secret").v1("CreateLaunchTemplate", request)
    assert status == 200, answer
    template = lab.sim.world.templates[str(answer["LaunchTemplateId"])]
    first = template.versions[1].data
    assert leaves(first) == len({**data, "ImageId": ""}), "the simulator has kept all of it"
    for name in WALK:
        lab.ok(GIVE, region=HOME, launch_template_name="web", image_id=images[name])
        assert template.versions[template.default].data == {**first, "ImageId": images[name]}
    assert len(template.versions) == 3, "one for each image"


def test_a_template_with_every_documented_field(lab: Lab) -> None:
    data = every_field()
    assert len(data) == len(FIELDS) - 1
    walk(lab, data)
    del data["SecurityGroupIds.1"]
    walk(lab, {**data, "SecurityGroupId": "sg-1"})


@pytest.mark.slow
def test_generated_templates(lab: Lab) -> None:
    @hostile.profile(quick=25, thorough=400)
    @given(data=templates())
    def run(data: dict[str, str]) -> None:
        walk(lab, data)

    run()


def test_the_module_names_every_field_that_a_request_takes() -> None:
    from ansible_collections.imageops.alicloud.plugins.module_utils._template import fields

    single = set(fields.SINGLE)
    grouped = {f"{group}.{name}" for group, names in fields.GROUPS.items() for name in names}
    listed = {f"{name}.N.{inner}" for _wrapper, name, names in fields.LISTS.values() for inner in names}
    ids = {"SecurityGroupIds.N", "NetworkInterface.N.SecurityGroupIds.N"}
    assert {*single, *grouped, *listed, *ids} == set(FIELDS)


def test_no_field_that_the_sdk_names_is_left_out() -> None:
    """The SDK is generated from the API's documentation: what is new there is missing here first."""
    legacy = {"OwnerAccount", "OwnerId", "ResourceOwnerAccount", "ResourceOwnerId"}
    request = names_in(filled(models.CreateLaunchTemplateVersionRequest).to_map())
    assert request - legacy - {*NOT_OF_A_VERSION} == set(FIELDS)


def test_every_field_that_the_sdk_finds_in_an_answer_is_known() -> None:
    from ansible_collections.imageops.alicloud.plugins.module_utils._template import fields

    version = "DescribeLaunchTemplateVersionsResponseBodyLaunchTemplateVersionSetsLaunchTemplateVersionSet"
    answer: Data = filled(getattr(models, f"{version}LaunchTemplateData")).to_map()
    read = fields.read(answer)
    assert read.unknown == {} and leaves(read.fields) == leaves(answer)
