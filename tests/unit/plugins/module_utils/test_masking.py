# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is taken out of results: values of secret options, by any name of the option, and pieces that hold them."""

from __future__ import annotations

import pytest

from ansible_collections.imageops.alicloud.plugins.module_utils._base import masking

SPEC = {
    "region": {"type": "str"},
    "access_key_secret": {"type": "str", "no_log": True, "aliases": ["secret_key"]},
    "token": {"type": "str", "no_log": True},
    "open": {"type": "str", "no_log": False},
}
SECRET, LONGER = "a-secret-of-some-length", "a-secret-of-some-length-and-more"


@pytest.mark.parametrize("name", ["access_key_secret", "secret_key"])
def test_secret_options_are_not_told(name: str) -> None:
    params = {"region": "cn-hangzhou", name: "x", "token": None, "open": SECRET}
    assert masking.options(SPEC, params) == {**params, name: masking.OPTION}
    assert masking.secrets(SPEC, params) == {"x"}


def test_secrets_go_wherever_they_are() -> None:
    data = {"msg": f"said: {SECRET}!", "list": [{SECRET: (LONGER, 1, None)}], "changed": True}
    gone = masking.masked(data, {SECRET, LONGER})
    assert gone == {"msg": "said: ********!", "list": [{"********": ["********", 1, None]}], "changed": True}


def test_short_words_take_nothing_out_of_innocent_ones() -> None:
    data = {"name": "release-2026"}
    assert masking.masked(data, {"release"}) == data
