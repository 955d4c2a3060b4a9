# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever a playbook hands over: what can't be right is refused before the first write, without a traceback."""

from __future__ import annotations

import importlib
import typing as t

import pytest
import yaml
from functional import hostile, security_results
from functional.hostile_worlds import WORLDS, World
from functional.in_process import MODULES
from functional.stepped_clock import SteppedClock
from functional.support import BEIJING, HOME, ONE, Lab
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.imageops.alicloud.plugins.doc_fragments.waiting import ModuleDocFragment as Waiting

pytestmark = pytest.mark.slow

Data = dict[str, t.Any]

PROFILE = hostile.profile(quick=25, thorough=200)
REFUSED = "The input is refused, nothing was changed"
MOST_SLEEPS = 5000

# Ids, regions, names and accounts that are nearly right, or someone else's.
_NEARLY = st.sampled_from(
    [
        *(
            "m-",
            "M-1",
            "m-1 ",
            "m-1,m-2",
            "*",
            "m-1&Action=DeleteImage",
            "i-1",
            "s-1",
            "bystander",
            "..",
            "-1",
            "0",
            "1e5",
        ),
        *("cn-hangzhou", "cn-hangzhou ", "CN-HANGZHOU", "mars", "cn-hangzhou.evil.example.org/", "cn-hangzhou#"),
        *("self", "others", ONE, "\u00b2\u00b2\u00b2\u00b2\u00b2\u00b2", "\uff11\uff12\uff13\uff14\uff15", "9" * 5000),
        *("aliyun_x", "imageops:copied-from", "http://example.org", "[", "a.*"),
    ]
)
_TEXT = hostile.TEXTS | _NEARLY
_NUMBERS = st.sampled_from([0, -1, 1, 2, 20, 10**9, 10**30])
_FRACTIONS = st.sampled_from([0.0, -1.0, 0.5, 1e300, float("nan"), float("inf"), float("-inf")])


def values(option: t.Mapping[str, t.Any]) -> st.SearchStrategy[t.Any]:
    """Values of an option's own type, as its documentation says. Those of another type are Ansible's to refuse."""
    kind = option.get("type", "str")
    if option.get("choices"):
        return st.sampled_from(option["choices"])
    if kind == "list":
        inner = {**option, "type": option.get("elements", "str"), "elements": None}
        return st.lists(values(inner), max_size=3)
    if kind == "dict":
        known = {name: values(one) for name, one in option.get("suboptions", {}).items()}
        needed = [name for name, one in option.get("suboptions", {}).items() if one.get("required")]
        if known:
            return st.fixed_dictionaries(
                {name: known[name] for name in needed},
                optional={name: one for name, one in known.items() if name not in needed},
            )
        return st.dictionaries(_TEXT, _TEXT | _NUMBERS | st.none() | st.lists(_TEXT, max_size=2), max_size=3)
    simple = {"bool": st.booleans(), "int": _NUMBERS, "float": _FRACTIONS, "raw": _TEXT}
    return simple.get(kind, _TEXT)


def strange_options(module: str) -> st.SearchStrategy[Data]:
    """Some of a module's options, those of its connection left alone but for place and account."""
    documentation = yaml.safe_load(importlib.import_module(f"{MODULES}.{module}").DOCUMENTATION)
    options = {**documentation["options"], "region": {"type": "str"}, "account_id": {"type": "str"}}
    if "imageops.alicloud.waiting" in documentation["extends_documentation_fragment"]:
        options |= yaml.safe_load(Waiting.DOCUMENTATION)["options"]
    names = st.lists(st.sampled_from(sorted(options)), min_size=1, max_size=3, unique=True)
    return names.flatmap(lambda chosen: st.fixed_dictionaries({name: values(options[name]) for name in chosen}))


@pytest.fixture
def few_sleeps(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Who waits for ever is stopped."""
    count, sleep = [0], SteppedClock.sleep

    def counted(self: SteppedClock, seconds: float) -> None:
        count[0] += 1
        assert count[0] < MOST_SLEEPS, "it waits for ever"
        sleep(self, seconds)

    monkeypatch.setattr(SteppedClock, "sleep", counted)
    return count


@pytest.mark.parametrize("name", WORLDS)
def test_strange_options(lab: Lab, few_sleeps: list[int], name: str) -> None:
    @PROFILE
    @given(strange=strange_options(WORLDS[name].module))
    def run(strange: Data) -> None:
        lab.sim.reset()
        lab.outputs.clear()
        few_sleeps[0] = 0
        world = World(lab, WORLDS[name])
        with security_results.tried("input", case=name):
            outcome = lab(world.module, **{**world.params, **strange})
            faults = hostile.traces_of_a_crash(outcome.text)
            if REFUSED in outcome.msg:
                faults += [f"{call['action']} was called" for call in lab.writes()]
            # What is named is meant: the strange value may well be the name of something.
            if not {"bystander", "*"} & set(map(str, hostile.leaves(strange))):
                faults += world.damage()
            if outcome.code and not outcome.msg.strip():
                faults.append("it failed without a word")
            assert not faults, "\n".join([*faults, str(strange), outcome.text[:2000]])

    run()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1.0, 0.0])
@pytest.mark.parametrize("name", ["wait_timeout", "wait_interval", "consistency_wait", "unreachable_timeout"])
def test_seconds_that_nobody_can_wait_by(lab: Lab, name: str, value: float) -> None:
    wanted = {"region": HOME, "image_id": lab.source(), "destination_regions": [BEIJING]}
    if value == 0 and name != "wait_interval":
        assert f"{name} must be" not in lab("ecs_image_copy", check=True, **wanted, **{name: value}).msg
        return
    lab.fails("ecs_image_copy", REFUSED, f"{name} must be", **wanted, **{name: value})
    assert lab.calls() == []


@pytest.mark.parametrize(
    "owner", ["\u00b2\u00b2\u00b2\u00b2\u00b2\u00b2", "\uff11\uff12\uff13\uff14\uff15", "9" * 5000]
)
def test_digits_that_are_no_account(lab: Lab, owner: str) -> None:
    lab.fails(
        "ecs_image_info", REFUSED, "owner must be self, others or an account id", region=HOME, name="x", owner=owner
    )
    lab.fails("ecs_image_share", REFUSED, "digits only", region=HOME, image_id=lab.source(), accounts=[owner])


@pytest.mark.parametrize("newest", [0, -1])
def test_fewer_than_one_newest(lab: Lab, newest: int) -> None:
    lab.fails("ecs_image_info", REFUSED, "newest must be at least 1", region=HOME, newest=newest)


@pytest.mark.parametrize(("given", "there"), [(42, "42"), (True, "True"), (1.5, "1.5"), (None, ""), ("", "")])
def test_tags_that_yaml_makes_something_else_of(lab: Lab, given: t.Any, there: str) -> None:
    wanted = {"region": HOME, "name": "base", "instance_id": lab.demo("instances", "demo"), "tags": {"build": given}}
    made = lab.ok("ecs_image", **wanted).result["image"]
    assert made["tags"]["build"] == there
    lab.until_shown()
    assert not lab.ok("ecs_image", **wanted).changed
    found = lab.ok("ecs_image_info", region=HOME, tags={"build": given}).result["images"]
    assert [image["image_id"] for image in found] == [made["image_id"]]
    copied = lab.ok("ecs_image_copy", image=made, destination_regions=[BEIJING], tags={"copy": given})
    assert lab.image(copied.result["images"][BEIJING]).tags["copy"] == there


@pytest.mark.parametrize("value", [["a"], {"a": "b"}])
def test_tags_that_can_be_no_text(lab: Lab, value: t.Any) -> None:
    words, tags = ("the value of 'stage' must be a text",), {"stage": value}
    base = {"region": HOME, "tags": tags}
    lab.fails("ecs_image", REFUSED, *words, **base, name="base", instance_id=lab.demo("instances", "demo"))
    lab.fails("ecs_image_info", REFUSED, *words, **base)
    lab.fails("ecs_image_copy", REFUSED, *words, **base, image_id=lab.source(), destination_regions=[BEIJING])
    destinations = [{"region": BEIJING, "tags": tags}]
    lab.fails("ecs_snapshot_copy", REFUSED, *words, region=HOME, snapshot_id="s-1", destinations=destinations)
    assert lab.writes() == []
