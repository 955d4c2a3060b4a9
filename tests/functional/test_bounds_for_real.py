# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Broken endpoints against a module in a process of its own: twice its deadline, 200 MB, and it is over."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import threading
import time
import typing as t
import zlib

import pytest
from functional import alone, security_results
from functional.other_servers import Asked, Other, Piece, always, identity, serving
from functional.support import BEIJING, HOME, MAIN

pytestmark = pytest.mark.slow

DEADLINE = 6.0  # seconds
LARGEST = 200  # MB
MIB = 1024 * 1024


def drops() -> Piece:
    """A byte each half second."""
    while True:
        time.sleep(0.5)
        yield b" "


def much() -> Piece:
    for _piece in range(400):
        yield b" " * MIB


def much_packed() -> Piece:
    """Little on the wire, and 300 MB behind it."""
    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    for _piece in range(300):
        yield packer.compress(b" " * MIB)
    yield packer.flush()


def pages(size: int) -> t.Callable[[Asked], tuple[int, dict[str, str], bytes]]:
    """Always more images, each with all that an image may have."""
    numbers, lock = itertools.count(), threading.Lock()
    tags = [{"TagKey": f"key-{number}", "TagValue": "v" * 100} for number in range(20)]

    def answer(dummy: Asked) -> tuple[int, dict[str, str], bytes]:
        with lock:
            ids = list(itertools.islice(numbers, size))
        images = [
            {"ImageId": f"m-{one}", "ImageOwnerAlias": "self", "Status": "Available", "Tags": {"Tag": tags}}
            for one in ids
        ]
        return 200, {}, json.dumps({"Images": {"Image": images}, "TotalCount": 10**9, "RequestId": "R"}).encode()

    return answer


BROKEN: dict[str, t.Callable[[], Other]] = {
    "a byte each half second": lambda: always(200, drops),
    "an answer of 400 MB": lambda: always(200, much),
    "300 MB behind gzip": lambda: always(200, much_packed, Content_Encoding="gzip"),
    "20,000 entries a page": lambda: Other(pages(20_000)),
    "full pages without an end": lambda: Other(pages(100)),
    "300,000 brackets": lambda: always(200, b"[" * 300_000),
    "an answer that never begins": lambda: always(200, lambda: (time.sleep(60), b"")[1:]),
}


def connection(ecs: Other, sts: Other) -> dict[str, t.Any]:
    endpoints = {"endpoint": f"http://{ecs.place}", "sts_endpoint": f"http://{sts.place}"}
    return {"access_key_id": "key", "access_key_secret": "of-no-use", "region": HOME, **endpoints}


@pytest.fixture(scope="module")
def start() -> float:
    """Seconds that a process takes here by itself: it begins, asks a good server who it is, and ends."""
    with serving(always(200, identity(MAIN))) as good:
        spent = alone.run("ecs_image_info", limit=300, account_id="9" * 16, **connection(good, good))
    assert "(account_id)" in spent.text
    return spent.seconds


def test_what_other_processes_take_is_not_counted() -> None:
    """Else a busy machine decides. All of them get one processor."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _other in range(4)]
    try:
        began = time.monotonic()
        spent = alone.run("ecs_image_info", limit=300, wait_timeout=-1)
        whole = time.monotonic() - began
    finally:
        os.sched_setaffinity(0, before)
        for other in others:
            other.kill()
            other.wait()
    assert spent.waited > 0.1
    assert 0 < spent.seconds <= whole - spent.waited


ALL = [(service, broken) for service in ("ecs", "sts") for broken in BROKEN]
# The services share what is tried: one of STS is enough in the tests of every day.
CASES = ALL if security_results.asked_for() else [*ALL[: len(BROKEN)], ("sts", "an answer of 400 MB")]


@pytest.mark.parametrize(("service", "broken"), CASES)
def test_a_broken_endpoint_is_done_with_in_time_and_in_little_memory(start: float, service: str, broken: str) -> None:
    with serving(BROKEN[broken]()) as bad, serving(always(200, identity(MAIN))) as good:
        ecs, sts = (bad, good) if service == "ecs" else (good, bad)
        with security_results.tried("broken", case=broken, service=service):
            spent = alone.run(
                "ecs_image_copy",
                limit=300,
                **connection(ecs, sts),
                image_id="m-1",
                destination_regions=[BEIJING],
                wait_timeout=DEADLINE,
                read_timeout=2,
                connect_timeout=1,
            )
            assert spent.result.get("failed") and "Traceback" not in spent.text, spent.text
            assert spent.seconds - start <= 2 * DEADLINE, (spent, start)
            assert spent.mebibytes * MIB <= LARGEST * 10**6, spent
