# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with a release's variables is found by looking at them."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.imageops.alicloud.plugins.plugin_utils._release import _faults

Data = dict[str, t.Any]
HOME, BEIJING, FRANKFURT = "cn-hangzhou", "cn-beijing", "eu-central-1"
ONE, TWO = "1000000000000011", "1000000000000012"
FROM_INSTANCE = {"region": HOME, "instance_id": "i-1"}
FROM_IMAGE = {"region": HOME, "image_id": "m-1"}
PLACE = {"region": BEIJING, "instance_type": "t", "vswitch_id": "v", "security_group_id": "s"}
SECRET = {"region": FRANKFURT, "encrypted": True}
VERIFY = ["copy", "verify", "share"]


def asked(**changes: t.Any) -> Data:
    usual: Data = {
        "source": FROM_INSTANCE, "name": "base", "description": None, "family": None, "promote": False, "tags": {},
        "from_manifest": [], "recorded": [], "destinations": [{"region": BEIJING}, {"region": FRANKFURT}],
        "encrypted": None, "kms_key_id": None, "accounts": [ONE], "denied_accounts": [], "account_id": "",
        "purge_accounts": False, "allow_empty": False, "share_source": False, "steps": ["create", "copy", "share"],
        "verify": [], "rollback": False, "copy_options": {}, "kms_keys": {},
    }  # fmt: skip
    return {**usual, **changes}


def tags(count: int) -> dict[str, str]:
    return {f"key-{number}": "value" for number in range(count)}


def ids(count: int) -> list[str]:
    return [str(2000000000000000 + number) for number in range(count)]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"source": FROM_IMAGE, "name": ""},
        {"source": {}, "name": "", "from_manifest": ["a.json"], "recorded": [HOME], "destinations": []},
        {"destinations": [], "tags": tags(19)},
        {"tags": tags(17)},
        {"tags": {"build": 42, "final": True}},
        {"accounts": [1000000000000011]},
        {"accounts": ids(50), "destinations": [{"region": BEIJING, "accounts": ids(50)}]},
        {"accounts": ids(51), "steps": ["create", "copy"]},
        {"destinations": [{**SECRET, "kms_key_id": "k"}]},
        {"destinations": [{**SECRET, "encrypted": "true", "kms_key_id": "k"}]},
        {"destinations": [SECRET], "accounts": []},
        {"destinations": [SECRET], "denied_accounts": [ONE]},
        {"destinations": [SECRET], "steps": ["share"]},
        {"encrypted": True, "kms_key_id": "k", "destinations": [{"region": BEIJING, "encrypted": False}]},
        {"destinations": [{"region": HOME, "accounts": [TWO]}], "tags": tags(19)},
        {"purge_accounts": True},
        {"purge_accounts": "true", "accounts": [], "allow_empty": "true"},
        {"promote": True, "family": "base"},
        {"promote": "false", "family": ""},
        {"steps": VERIFY, "verify": [PLACE]},
        {"tags": tags(18), "copy_options": {"max_tags": 21}},
        {"kms_keys": {BEIJING: "k"}},
        {"kms_keys": {"cn-beijin": "k"}, "steps": ["share"]},
    ],
)
def test_nothing_is_wrong_with_what_works(changes: Data) -> None:
    assert _faults.faults(asked(**changes)) == []
    assert _faults.strange_regions(asked(**changes)) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"source": {}}, "there is nothing to release"),
        ({"name": ""}, "image_release_name is needed"),
        ({"name": "1st"}, "name '1st' must have 2 to 128 characters"),
        ({"source": FROM_IMAGE, "name": "1st"}, "name '1st'"),
        ({"source": FROM_IMAGE, "description": "http://x"}, "description"),
        ({"source": {**FROM_INSTANCE, "instance_id": None, "consistency": "stopped"}}, "needs instance_id"),
        ({"family": "1st"}, "family '1st'"),
        ({"tags": {"imageops:x": "1"}}, "is reserved"),
        ({"tags": tags(18)}, "21 tags with the 3 of this collection"),
        ({"tags": tags(10), "destinations": [{"region": BEIJING, "tags": {**tags(17), "more": "1"}}]}, "21 tags with"),
        ({"tags": tags(1), "copy_options": {"max_tags": 3}}, "4 tags with the 3 of this collection are more than"),
        ({"destinations": [{"region": BEIJING}, {"region": BEIJING}]}, "is a destination twice"),
        ({"destinations": [{"region": BEIJING, "kms_key_id": "k"}]}, "kms_key_id needs encrypted=true"),
        ({"destinations": [{"region": BEIJING, "family": "1st"}]}, f"destination {BEIJING}: family '1st'"),
        ({"destinations": [{"region": BEIJING, "name": "1st"}]}, f"destination {BEIJING}: name '1st'"),
        ({"destinations": [SECRET]}, f"{FRANKFURT}: the copy would be encrypted with the service key"),
        ({"encrypted": "true"}, f"{BEIJING}, {FRANKFURT}: the copy would be encrypted with the service key"),
        ({"accounts": ["somebody"]}, "account 'somebody' must be an account id"),
        ({"denied_accounts": ["somebody"]}, "account 'somebody'"),
        ({"destinations": [{"region": BEIJING, "accounts": ["x"]}]}, "account 'x'"),
        ({"account_id": ONE}, f"account {ONE} owns the image"),
        ({"accounts": ids(51)}, f"{BEIJING}, {FRANKFURT}: 51 accounts are more than the 50"),
        ({"accounts": ids(51), "destinations": []}, "the image itself: 51 accounts"),
        ({"accounts": ids(26), "destinations": [{"region": BEIJING, "accounts": ids(51)}]}, f"{BEIJING}: 51 accounts"),
        ({"purge_accounts": "true", "accounts": []}, f"{BEIJING}, {FRANKFURT}: image_release_purge_accounts without"),
        ({"purge_accounts": True, "denied_accounts": [ONE]}, "image_release_purge_accounts without"),
        (
            {"purge_accounts": True, "accounts": [], "from_manifest": ["a.json"], "recorded": [HOME]},
            f"{HOME}: image_release_purge_accounts without",
        ),
        ({"promote": "true"}, "image_release_family is empty"),
        ({"steps": ["copy", "promote"], "family": ""}, "image_release_family is empty"),
        ({"rollback": True, "from_manifest": ["a.json"]}, "image_release_family is empty"),
        ({"promote": True, "family": "a' || 'b"}, "image_release_family \"a' || 'b\" must have"),
        ({"destinations": [{"region": BEIJING}], "encrypted": False, "kms_key_id": "k"}, "needs encrypted=true"),
        ({"every_region": True, "destinations": [], "kms_key_id": "k"}, "every other region: kms_key_id needs"),
        ({"steps": VERIFY}, "give image_release_verify"),
        ({"steps": VERIFY, "verify": [{**PLACE, "region": "cn-beijng"}]}, "no image in cn-beijng, only in cn-beijing"),
        ({"steps": VERIFY, "verify": [{**PLACE, "wait_timeout": -1.0}]}, "cn-beijing, wait_timeout must be 0 or more"),
        ({"steps": VERIFY, "verify": [{**PLACE, "wait_timeout": 1e9}]}, "and at most 31536000 seconds, not 1e+09"),
        ({"steps": VERIFY, "verify": [{**PLACE, "vswitch_id": []}]}, "_verify: vswitch_id is empty in cn-beijing"),
        ({"steps": VERIFY, "verify": [{**PLACE, "security_group_id": ""}]}, "security_group_id is empty in cn-beijing"),
        ({"steps": VERIFY, "verify": [{**PLACE, "timeout": -1.0}]}, "in cn-beijing, wait_timeout must be 0 or more"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_sentence(changes: Data, words: str) -> None:
    (found,) = _faults.faults(asked(**changes))
    assert words in found


def test_everything_is_told_at_once() -> None:
    wrong = asked(
        name="1st",
        tags={"acs:x": "1"},
        destinations=[{"region": BEIJING, "kms_key_id": "k"}, SECRET],
        accounts=["somebody", *ids(51)],
        promote=True,
        steps=VERIFY,
    )
    assert len(_faults.faults(wrong)) == 8


def test_regions_that_are_not_known_are_named_for_the_api_to_judge() -> None:
    strange = asked(source={"region": "cn-hangzho"}, destinations=[{"region": "cn-beijin"}, {"region": BEIJING}])
    assert _faults.strange_regions(strange) == ["cn-beijin", "cn-hangzho"]
    assert _faults.strange_regions(asked(kms_keys={"eu-centra-1": "k", FRANKFURT: "k"})) == ["eu-centra-1"]


IMAGE: Data = {"encrypted": True, "disks": [{}], "tags": {}}


@pytest.mark.parametrize(
    ("changes", "image", "words"),
    [
        ({}, IMAGE, f"{BEIJING}, {FRANKFURT}: the copy would be encrypted with the service key"),
        ({"kms_key_id": "k", "encrypted": True}, {**IMAGE, "disks": [{}, {}]}, "have 2 disks"),
        ({}, {**IMAGE, "encrypted": False, "disks": [{}, {}]}, None),
        ({"destinations": [{"region": HOME}]}, IMAGE, None),
        ({"accounts": []}, {**IMAGE, "disks": [{}, {}]}, None),
    ],
)
def test_what_only_the_image_decides(changes: Data, image: Data, words: str | None) -> None:
    found = _faults.faults(asked(source=FROM_IMAGE, **changes), image)
    assert (words is None and found == []) or (len(found) == 1 and str(words) in found[0])
