# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Recordings tell what the API answers, and nothing of whose account it was."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from live.caller import Reply
from live.probe.run import FREE, LEVEL_COPY, probe
from live.recorder import KEPT, Recorder, Recording, differences, scrubbed
from live_tests.account import IMAGE, MAIN, SECOND, Account

from ansible_collections.imageops.alicloud.plugins.module_utils._client.signature import Call

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
# As they come: key ids, secrets, tokens, account ids, ids of objects, addresses, names.
SECRETS = st.one_of(
    st.builds("LTAI5t{}".format, st.text(LETTERS, min_size=8, max_size=18)),
    st.text(LETTERS, min_size=30, max_size=30),
    st.builds("CAIS{}".format, st.text(LETTERS + "+/=", min_size=20, max_size=60)),
    st.integers(10**14, 10**16).map(str),
    st.builds("{}-bp1{}".format, st.sampled_from("msdi"), st.text(LETTERS, min_size=8, max_size=17)),
    st.ip_addresses().map(str),
    st.builds("{}@example.com".format, st.text(LETTERS, min_size=3, max_size=9)),
    st.builds("acs:ram::1000000000000001:role/{}".format, st.text(LETTERS, min_size=3, max_size=9)),
)
FIELDS = st.sampled_from(
    [*KEPT, "ImageId", "ImageName", "ImageOwnerId", "AliyunId", "Message", "RequestId", "TagValue", "Recommend", "New"]
)


@st.composite
def answers(draw: t.Any) -> tuple[t.Any, list[str]]:
    """An answer with secrets anywhere in it, alone, within a text or as a number; and the secrets."""
    secrets = draw(st.lists(SECRETS, min_size=1, max_size=4))
    one = st.sampled_from(secrets)
    whole = [secret for secret in secrets if secret.isdecimal()]
    numbers = [st.sampled_from(whole).map(int)] if whole else []
    leaf = st.one_of(one, one.map("the image {} is there".format), st.booleans(), st.just("Available"), *numbers)
    tree = st.recursive(leaf, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(FIELDS, inner)))
    return draw(st.dictionaries(FIELDS, tree, min_size=1)), secrets


@pytest.mark.parametrize("count", [60, pytest.param(1000, marks=pytest.mark.extra)])
def test_no_secret_gets_through(count: int) -> None:
    settings(max_examples=count, deadline=None)(given(answers(), st.data())(nothing_is_kept))()


def nothing_is_kept(pair: tuple[t.Any, list[str]], data: st.DataObject) -> None:
    answer, secrets = pair
    recorder = Recorder()
    asked = {data.draw(FIELDS): secrets[0], f"AddAccount.{data.draw(st.integers(1, 9))}": secrets[-1]}
    recorder(Call("", "ecs", "", "DescribeImages", asked), Reply("DescribeImages", "cn-hangzhou", 200, answer, {}))
    kept = json.dumps(recorder.recording)
    assert not [secret for secret in secrets if secret in kept]


def recorded(folder: Path, switches: t.Mapping[str, t.Any], level: str = FREE) -> tuple[Recording, Account]:
    account, recorder = Account(folder, switches), Recorder()
    probe(account.bench(watcher=recorder), level)
    return recorder.recording, account


def test_a_whole_recording_names_nothing_of_the_account(tmp_path: Path) -> None:
    recording, account = recorded(tmp_path, {}, LEVEL_COPY)
    text = json.dumps(recording)
    ids = {MAIN, SECOND, IMAGE, "simulator-main-key", "simulator-main-secret", "small", *account.things()}
    requests = {entry["request_id"] for entry in account.sim.journal.calls()}
    assert not [one for one in ids | requests if one in text]
    assert {"CopyImage", "DescribeImages", "DescribeSnapshots"} <= {entry["action"] for entry in recording}
    assert '"Available"' in text and '"Progress": "100%"' in text


def test_what_is_kept_is_kept() -> None:
    answer = {"Images": {"Image": [{"Status": "Available", "Size": 20, "ImageOwnerId": 1000000000000001, "Tags": {}}]}}
    kept = {"Images": {"Image": [{"Status": "Available", "Size": 20, "ImageOwnerId": 0, "Tags": {}}]}}
    assert scrubbed(answer) == kept
    for code in ("InvalidImageName.Duplicated", "InvalidVSwitchId.NotFound", "OperationDenied.ImageNotReady"):
        assert scrubbed({"Code": code}) == {"Code": code}


def test_a_code_of_letters_drawn_by_chance_is_none() -> None:
    """Tokens and secrets can be letters alone, and what is no code may stand where one is expected."""
    for secret in ("CAISAAAAAAAAAAAAAAAAAAAA", "Xqzvbn", "InvalidImageQwertz"):
        assert scrubbed({"Code": secret}) == {"Code": "..."}


def test_the_simulator_is_compared_field_by_field(tmp_path: Path) -> None:
    ours, dummy = recorded(tmp_path, {})
    again, dummy = recorded(tmp_path / "same", {})
    assert differences(again, ours) == []
    other = {"mapping_encrypted": "absent", "source_disk_size": "text", "image_owner_id": "others"}
    seen, dummy = recorded(tmp_path / "other", other)
    image, disk = "Images.Image[]", "DiskDeviceMappings.DiskDeviceMapping[]"
    assert differences(seen, ours) == [
        f"DescribeImages: {image}.{disk}.Encrypted is sent here alone",
        f"DescribeImages: {image}.ImageOwnerId is sent here alone",
        "DescribeSnapshots: Snapshots.Snapshot[].SourceDiskSize is str, here int",
    ]
