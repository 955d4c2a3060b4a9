# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup: which image it finds, what it refuses, and that it reads the same variables as the modules."""

from __future__ import annotations

import os
import re
import typing as t
from unittest import mock

import pytest
import yaml
from ansible import constants
from ansible.errors import AnsibleError
from ansible.utils.display import Display
from functional import pins
from functional.support import BEIJING, HOME, MAIN, ONE, TWO, Lab

from ansible_collections.imageops.alicloud.plugins.doc_fragments.connection import ModuleDocFragment
from ansible_collections.imageops.alicloud.plugins.lookup.ecs_image import DOCUMENTATION, LookupModule
from ansible_collections.imageops.alicloud.plugins.module_utils._base import clock as clocks
from ansible_collections.imageops.alicloud.plugins.module_utils._client.environment import VARIABLES
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import CONNECTION

NAME = "imageops.alicloud.ecs_image"
SHARED_OPTIONS = yaml.safe_load(ModuleDocFragment.LOOKUP)["options"]


def plugin() -> LookupModule:
    """The lookup, with its options known as ansible's loader would make them known."""
    documented = {**SHARED_OPTIONS, **yaml.safe_load(DOCUMENTATION)["options"]}
    constants.config.initialize_plugin_configuration_definitions("lookup", NAME, documented)
    lookup = LookupModule()
    lookup._load_name = NAME
    return lookup


def look(lab: Lab, *, anywhere: bool = False, **options: t.Any) -> list[t.Any]:
    place = {} if anywhere else {"region": HOME}
    with mock.patch.object(clocks, "Clock", lambda: lab.clock):
        return plugin().run([], {}, **{**lab.connection(), **place, **options})


def test_the_newest_of_a_family(lab: Lab) -> None:
    lab.source(name="first", family="base", created="2026-01-01T00:00:00Z")
    second = lab.source(name="second", family="base", created="2026-03-01T00:00:00Z")
    lab.source(name="third", family="other", created="2026-04-01T00:00:00Z")
    lab.source(name="fourth", family="base", created="2026-05-01T00:00:00Z", status="Deprecated")
    lab.source(name="fifth", family="base", created="2026-06-01T00:00:00Z", region=BEIJING)
    assert look(lab, family="base") == [second]
    assert lab.writes() == []


@pytest.mark.parametrize("region", [HOME, BEIJING])
def test_the_newest_of_a_family_is_the_one_with_a_new_key(lab: Lab, region: str) -> None:
    """They are of one age. Where the old one is a copy, it was taken for the newer of the two, as long as both led."""
    source = lab.source(name="first", family="base", created="2026-01-01T00:00:00Z")
    old = source if region == HOME else lab.twin(source, region, family="base")
    born = {"imageops:source-created": "2026-01-01T00:00:00Z"}
    keyed = lab.twin(old, region, name="keyed", copied_as="keyed", family="base", tags=born)
    assert look(lab, family="base", region=region) == [keyed]


def test_a_name_is_compared_whole(lab: Lab) -> None:
    golden = lab.source()
    lab.source(name="golden-2", created="2027-01-01T00:00:00Z")
    assert look(lab, name="golden") == [golden]
    with pytest.raises(AnsibleError, match="the name gold was seen in cn-hangzhou"):
        look(lab, name="gold")


def test_a_refusal_tells_the_way_out_once(lab: Lab) -> None:
    lab.fault("error", "DescribeImages", code="Forbidden.RAM", status=403, times=None)
    with pytest.raises(AnsibleError) as raised:
        look(lab, name="golden")
    assert str(raised.value).count("ecs:DescribeImages") == 1, raised.value


def test_other_accounts_only_if_named(lab: Lab) -> None:
    theirs = lab.source(account=ONE, shares=["1000000000000001"])
    with pytest.raises(AnsibleError, match="No available image of self"):
        look(lab, name="golden")
    assert look(lab, name="golden", owner=["self", ONE]) == [theirs]
    assert look(lab, name="golden", owner=[TWO], default="none") == ["none"]


def test_the_newest_of_a_family_that_another_account_shares(lab: Lab) -> None:
    theirs = {"account": ONE, "shares": ["1000000000000001"], "family": "web"}
    newest = lab.source(name="web-1", created="2026-02-01T00:00:00Z", **theirs)
    lab.source(name="web-2", created="2026-03-01T00:00:00Z", **{**theirs, "account": TWO})
    lab.source(name="web-3", family="web")
    for whose in ({"owner_account": ONE}, {"owner": ["others"], "owner_account": ONE}, {"owner": [ONE]}):
        assert look(lab, family="web", **whose) == [newest]
        assert look(lab, family=f"acs:{ONE}:web", **whose) == [newest]
    with pytest.raises(AnsibleError, match="owner others needs owner_account"):
        look(lab, family="web", owner=["self", "others"])
    with pytest.raises(AnsibleError, match=f"No available image of {ONE} with the family none"):
        look(lab, family="none", owner_account=ONE)


def test_the_own_account_named_by_its_id_has_its_own_images(lab: Lab) -> None:
    own = lab.source(family="web")
    for whose in ({"owner": [MAIN]}, {"owner_account": MAIN}, {"owner": [TWO, MAIN]}):
        assert look(lab, family="web", **whose) == [own]
    with pytest.raises(AnsibleError, match="No available image of self"):
        look(lab, family="none", owner=["self"])


def test_accounts_may_be_numbers(lab: Lab) -> None:
    """YAML makes numbers of ids. A list of them ended in a TypeError."""
    theirs = lab.source(account=ONE, shares=[MAIN])
    assert look(lab, name="golden", owner=[int(ONE)]) == [theirs]
    assert look(lab, name="golden", owner=["self", int(ONE)]) == [theirs]
    assert look(lab, name="golden", owner_account=int(ONE)) == [theirs]


def test_an_account_without_an_id_is_not_the_own_one(lab: Lab) -> None:
    """As a survey's empty answer makes it."""
    lab.source(family="web")
    with pytest.raises(AnsibleError, match="owner_account is empty"):
        look(lab, family="web", owner_account="")


@pins.blind
def test_who_may_not_look_is_told_that_the_default_proves_nothing(lab: Lab) -> None:
    lab.source()
    lab.plant("users", name="blind", access_keys=[{"id": "simulator-blind-key", "secret": "simulator-blind-secret"}])
    with mock.patch.object(Display, "warning") as warning:
        assert look(lab, name="golden", default="none", **lab.connection("blind")) == ["none"]
    (told,) = warning.call_args.args
    assert "check ecs:DescribeImages" in told
    with mock.patch.object(Display, "warning") as warning:
        assert look(lab, name="silver", default="none") == ["none"]
    warning.assert_not_called()


def test_an_empty_default_counts(lab: Lab) -> None:
    assert look(lab, name="golden", default="") == [""]


def test_every_fault_is_told(lab: Lab) -> None:
    with pytest.raises(AnsibleError) as refused:
        look(lab, name="golden", family="base", owner=["myself"], account_id=ONE, region="cn-hangzou")
    for words in ("either name or family", "not 'myself'", f"not to {ONE} (account_id)", "cn-hangzhou"):
        assert words in str(refused.value)


def test_no_terms(lab: Lab) -> None:
    with pytest.raises(AnsibleError, match="options only"):
        plugin().run(["golden"], {})


def test_the_proxies_of_the_controller_stay(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert look(lab, name="golden", default="none") == ["none"]
    assert os.environ["HTTP_PROXY"] == "http://127.0.0.1:9"


def test_the_region_comes_from_the_environment(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALICLOUD_REGION", BEIJING)
    there = lab.source(region=BEIJING)
    assert look(lab, name="golden", anywhere=True) == [there]


def test_a_profile_that_is_given_counts_more_than_keys_of_the_environment(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "simulator-main-key")
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "simulator-main-secret")
    none = {"access_key_id": None, "access_key_secret": None}
    golden = lab.source()
    assert look(lab, name="golden", **none) == [golden]
    with pytest.raises(AnsibleError, match="no profile nobody"):
        look(lab, name="golden", profile="nobody", **none)


@pytest.mark.parametrize("option", sorted(CONNECTION))
def test_options_are_those_of_the_modules(option: str) -> None:
    documented = SHARED_OPTIONS[option]
    entry = CONNECTION[option]
    variables = entry["fallback"][1] if "fallback" in entry else []
    assert [one["name"] for one in documented.get("env", [])] == variables
    named = re.findall(r"\bE\((\w+)\)", " ".join(documented["description"]))
    assert named == [*variables, *VARIABLES.get(option, ())]
    assert documented.get("aliases", []) == entry.get("aliases", [])
    assert documented.get("default") == entry.get("default")
    assert documented["type"] == entry["type"]


def test_the_account_that_was_asked_is_told(lab: Lab) -> None:
    with mock.patch.object(Display, "v") as told:
        look(lab, name="golden", default="none")
    assert "as account 1000000000000001" in told.call_args.args[0]
    with pytest.raises(AnsibleError, match="by account 1000000000000001"):
        look(lab, name="golden")
    with pytest.raises(AnsibleError, match=rf"not to {ONE} \(account_id\)"):
        look(lab, name="golden", account_id=ONE)


class Executor:
    """What evaluates a task's expressions, as far as the lookup looks at it."""

    def __init__(self, environment: list[t.Any]) -> None:
        self._task = mock.Mock(environment=environment)

    def evaluate(self, lab: Lab, **options: t.Any) -> list[str]:
        with mock.patch.object(Display, "warning") as warning:
            look(lab, name="golden", default="none", **options)
        return [call.args[0] for call in warning.call_args_list]


def test_other_keys_of_the_task_s_environment_are_warned_about(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    lab.source(name="silver")
    theirs = [{"ALICLOUD_ACCESS_KEY": "another", "PATH": "/bin"}, "{{ whatever }}"]
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "simulator-main-key")
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "simulator-main-secret")
    none = {"access_key_id": None, "access_key_secret": None}
    (warning,) = Executor(theirs).evaluate(lab, **none)
    assert "ALICLOUD_ACCESS_KEY," in warning and "account 1000000000000001" in warning and "another" not in warning
    assert Executor([{"ALIBABA_CLOUD_ACCESS_KEY_ID": "simulator-main-key"}]).evaluate(lab, **none) == []
    assert Executor(theirs).evaluate(lab) == [], "its own keys are options of the lookup"
