# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is sent is what the provider's SDK would send: the same parameters, and the same signature for them."""

from __future__ import annotations

import typing as t
from types import SimpleNamespace

from alibabacloud_tea_openapi.utils import Utils
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.imageops.alicloud.plugins.module_utils._client import signature
from ansible_collections.imageops.alicloud.plugins.module_utils._client.signature import ALGORITHM, Call, Keys

HOST = "ecs.cn-beijing.aliyuncs.com"
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)
NAME = st.from_regex(r"[A-Z][A-Za-z]{0,9}", fullmatch=True)
VALUE = st.one_of(TEXT, st.integers(0, 10**6), st.booleans())
FIELDS = st.dictionaries(
    NAME, st.one_of(VALUE, st.lists(st.one_of(TEXT, st.dictionaries(NAME, TEXT, max_size=2)), max_size=3)), max_size=6
)


@given(FIELDS, st.booleans(), st.one_of(st.none(), st.just("a-token")))
def test_the_signature_is_the_sdks(fields: dict[str, t.Any], in_body: bool, token: str | None) -> None:
    call = Call("try", "ecs", "2014-05-26", "DescribeImages", signature.flat(fields), in_body=in_body)
    headers = signature.headers_of(call, HOST, Keys("an-id", "a-secret", token), "agent")
    query = {} if in_body else dict(call.fields)
    # The request says which headers are signed. Ours leaves out those that a proxy may change.
    signed = {name: value for name, value in headers.items() if name in ("host", "content-type") or "x-acs-" in name}
    request = SimpleNamespace(method="POST", pathname="/", query=query, headers=signed)
    payload = headers["x-acs-content-sha256"]
    assert headers["authorization"] == Utils.get_authorization(request, ALGORITHM, payload, "an-id", "a-secret")


@given(FIELDS)
def test_the_parameters_are_the_sdks(fields: dict[str, t.Any]) -> None:
    sdks = Utils.query(fields)
    # The SDK writes True and False as Python does; the API's pages say true and false.
    ours = signature.flat(fields)
    assert {name: value.lower() for name, value in ours.items()} == {
        name: value.lower() for name, value in sdks.items()
    }
