# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Endpoints that are broken, or worse: whatever they send, a task ends in its time and with little memory."""

from __future__ import annotations

import itertools
import json
import time
import typing as t
import zlib

import pytest
from functional.other_servers import Other, Piece, always, serving
from functional.support import HOME, Lab, Outcome

pytestmark = pytest.mark.slow

INFO = "ecs_image_info"
MIB = 1024 * 1024


def asked_at(lab: Lab, other: Other, **options: t.Any) -> Outcome:
    where = {"endpoint": f"http://{other.place}", "region": HOME}
    outcome = lab(INFO, **{"connect_timeout": 5, "read_timeout": 30, **where, **options})  # a busy machine is no fault
    assert outcome.code == 1, outcome.result
    return outcome


def image(number: t.Any) -> dict[str, t.Any]:
    return {"ImageId": f"m-{number}", "ImageOwnerAlias": "self", "Status": "Available"}


def page(entries: list[dict[str, t.Any]], total: int = 10**9) -> bytes:
    return json.dumps({"Images": {"Image": entries}, "TotalCount": total, "RequestId": "R"}).encode()


def test_an_answer_that_never_comes_to_its_end(lab: Lab) -> None:
    def drops() -> Piece:
        for _drop in range(40):
            time.sleep(0.05)
            yield b" "

    with serving(always(200, drops)) as other:
        began = time.monotonic()
        outcome = asked_at(lab, other, connect_timeout=0.1, read_timeout=0.2)
        took = time.monotonic() - began
    assert "NoAnswer" in outcome.msg and "timed out" in outcome.msg
    assert took < 0.5 * len(other.asked) + 2, "each call has its time, however often something comes"


@pytest.mark.parametrize("packed", [False, True])
def test_an_answer_without_an_end_is_not_kept(lab: Lab, packed: bool) -> None:
    headers = {"Content_Encoding": "gzip"} if packed else {}
    packer = zlib.compressobj(1, wbits=zlib.MAX_WBITS | 16)
    pieces = [packer.compress(b" " * MIB) if packed else b" " * MIB for _piece in range(32)]

    def much() -> Piece:
        yield from pieces

    with serving(always(200, much, **headers)) as other:
        outcome = asked_at(lab, other)
    assert "longer than 4 MiB" in outcome.msg
    assert other.sent < 16 * MIB * len(other.asked)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_packed_answer_is_an_answer(lab: Lab, encoding: str) -> None:
    lab.checks_claims = False  # it is not the simulator that answers
    wbits = zlib.MAX_WBITS | 16 if encoding == "gzip" else zlib.MAX_WBITS
    packer = zlib.compressobj(wbits=wbits)
    body = packer.compress(page([image(1)], 1)) + packer.flush()
    with serving(always(200, body, Content_Encoding=encoding)) as other:
        (found,) = lab.ok(INFO, region=HOME, endpoint=f"http://{other.place}").result["images"]
    assert found["image_id"] == "m-1"


def test_more_entries_than_were_asked_for_end_the_listing(lab: Lab) -> None:
    with serving(always(200, page([image(number) for number in range(2000)]))) as other:
        outcome = asked_at(lab, other)
    assert "BrokenAnswer" in outcome.msg and "2000 entries" in outcome.msg and len(other.asked) == 1


def test_a_page_with_nothing_new_ends_the_listing(lab: Lab) -> None:
    with serving(always(200, page([image(number) for number in range(100)]))) as other:
        outcome = asked_at(lab, other)
    assert "page 2 brings nothing new" in outcome.msg and len(other.asked) == 2


def test_a_listing_ends_with_the_time_of_the_task(lab: Lab) -> None:
    numbers = itertools.count()

    def answer(dummy: t.Any) -> tuple[int, dict[str, str], bytes]:
        lab.clock.sleep(600)
        return 200, {}, page([image(next(numbers))])

    with serving(Other(answer)) as other:
        outcome = asked_at(lab, other)
    assert "the time is over before page" in outcome.msg and len(other.asked) <= 7


def test_brackets_without_an_end(lab: Lab) -> None:
    with serving(always(200, b"[" * 300_000)) as other:
        assert "NoAnswer" in asked_at(lab, other).msg
