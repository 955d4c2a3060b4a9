# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many jobs at once: none waits for another, and what a task has is its own."""

from __future__ import annotations

import collections
import contextlib
import re
import threading
import typing as t

import pytest
from functional import pins
from functional.support import BEIJING, FRANKFURT, HOME, ONE, Lab
from stepping import SteppingClock

from ansible_collections.imageops.alicloud.plugins.module_utils._base import jobs, limiter, regions
from ansible_collections.imageops.alicloud.plugins.module_utils._base.age import seconds
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ApiError
from ansible_collections.imageops.alicloud.plugins.module_utils._copy import judge


class Pretended(SteppingClock):
    """Time that moves only when all jobs sleep."""

    def __init__(self) -> None:
        super().__init__()
        self.time = 0.0

    def now(self) -> float:
        return self.time

    def move_to(self, moment: float) -> None:
        self.time = max(self.time, moment)


def test_nobody_waits_for_another() -> None:
    clock = Pretended()
    ended: list[tuple[str, float]] = []

    def job(job: tuple[str, list[float]]) -> None:
        name, pauses = job
        for pause in pauses:
            clock.sleep(pause)
        ended.append((name, clock.now()))

    jobs.Jobs(clock).run(job, [("slow", [50.0, 50.0]), ("fast", [10.0]), ("none", [])])
    assert ended == [("none", 0.0), ("fast", 10.0), ("slow", 100.0)]


def test_what_escapes_from_one_is_raised_when_all_have_ended() -> None:
    clock = Pretended()
    ended: list[str] = []

    def job(name: str) -> None:
        clock.sleep(1.0 if name == "bad" else 5.0)
        if name == "bad":
            raise ValueError("lost")
        ended.append(name)

    with pytest.raises(ValueError, match="lost"):
        jobs.Jobs(clock).run(job, ["bad", "good"])
    assert ended == ["good"]


def test_no_job_is_no_work() -> None:
    jobs.Jobs(Pretended()).run(print, [])


def test_more_jobs_than_threads() -> None:
    clock = Pretended()
    ended: list[int] = []
    most, before = 0, threading.active_count()

    def job(number: int) -> None:
        nonlocal most
        most = max(most, threading.active_count() - before)
        clock.sleep(1.0)
        ended.append(number)

    jobs.Jobs(clock, threads=4).run(job, range(50))
    assert sorted(ended) == list(range(50))
    assert most <= 4
    assert clock.now() == 13.0


def test_a_job_adds_others_and_runs_none_inside_itself() -> None:
    clock = Pretended()
    pool = jobs.Jobs(clock, threads=2)
    ended: list[int] = []

    def further() -> None:
        clock.sleep(5.0)
        ended.append(1)

    def job(name: str) -> None:
        with pytest.raises(RuntimeError):
            pool.run(job, ["inner"])
        pool.add(further, further, further)

    pool.run(job, ["a", "b"])
    assert len(ended) == 6


def test_where_few_threads_can_begin_those_do_all_jobs() -> None:
    class Narrow(Pretended):
        room = 2

        def start_threads(self, works: t.Sequence[t.Callable[[], None]]) -> int:
            begun = super().start_threads(works[: self.room])
            self.room -= begun
            return begun

    ended: list[int] = []
    jobs.Jobs(Narrow()).run(ended.append, range(10))
    assert sorted(ended) == list(range(10))

    class Closed(Narrow):
        room = 0

    with pytest.raises(RuntimeError, match="no thread"):
        jobs.Jobs(Closed()).run(ended.append, range(10))


@pytest.mark.parametrize("dead", [0, 40])
def test_hosts_that_hold_their_calls_take_nothing_from_those_that_answer(dead: int) -> None:
    gate = limiter.Limiter(Pretended(), burst=1000)
    good = [f"good-{number}" for number in range(40)]
    for host in good:  # they have answered before
        with gate.turn(HOME, host):
            pass
    for number in range(dead):  # and they have not
        with contextlib.suppress(ApiError), gate.turn(HOME, f"dead-{number}"):
            raise ApiError("look", ApiError.NO_ANSWER, "nothing")
    let_go, lock = threading.Event(), threading.Lock()
    under_way: collections.Counter[str] = collections.Counter()
    peak: collections.Counter[str] = collections.Counter()
    answered: list[str] = []

    def call(host: str) -> None:
        kind = host.partition("-")[0]
        with gate.turn(HOME, host):
            with lock:
                under_way[kind] += 1
                peak[kind] = max(peak[kind], under_way[kind])
            if kind == "dead":
                assert let_go.wait(30)
            with lock:
                under_way[kind] -= 1
            if kind == "dead":
                raise ApiError("look", ApiError.NO_ANSWER, "nothing")
            answered.append(host)
            if len(answered) == len(good):
                let_go.set()

    def job(host: str) -> None:
        try:
            call(host)
        except ApiError as error:
            assert error.code == ApiError.NO_ANSWER

    jobs.Jobs(Pretended(), threads=100).run(job, [*(f"dead-{number}" for number in range(dead)), *good])
    assert len(answered) == len(good)
    assert max(peak.values()) <= limiter.MOST_AT_ONCE


def test_a_host_that_falls_silent_takes_no_place_any_more() -> None:
    gate = limiter.Limiter(Pretended(), burst=1000)
    for host in ("host", "another"):
        with gate.turn(HOME, host):
            pass
    for _number in range(limiter.MOST_AT_ONCE):
        with pytest.raises(ApiError), gate.turn(HOME, "host"):
            raise ApiError("look", ApiError.NO_ANSWER, "nothing")
    held = [gate.turn(HOME, "host") for _number in range(limiter.MOST_AT_ONCE)]
    for turn in held:
        turn.__enter__()
    with gate.turn(HOME, "another"):  # would wait for ever if it were not for what it is about
        pass
    for turn in held:
        turn.__exit__(None, None, None)


def test_two_tasks_in_one_process_share_nothing(lab: Lab) -> None:
    """As a worker that is kept between tasks runs them, one after the other or at the same time."""
    first, second = lab.source(name="first"), lab.source(name="second")
    one = lab.ok("ecs_image_copy", region=HOME, image_id=first, destination_regions=[BEIJING], who="main")
    lab.fault("throttle", "DescribeImages", times=3)
    two = lab.fails("ecs_image_copy", region=HOME, image_id=second, destination_regions=[BEIJING], who="reader")
    three = lab.ok("ecs_image_copy", region=HOME, image_id=second, destination_regions=[BEIJING, FRANKFURT])
    assert [copy["name"] for copy in one.result["copies"]] == ["first"]
    assert "first" not in two.text and "first" not in three.text


def test_retiring_shared_images_has_one_pool_and_one_limiter(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(20):
        image = {"name": f"base-{number:02}", "family": "base", "tags": {"imageops:created-from": "i-1"}}
        lab.plant("images", region=HOME, created=f"2020-01-{number + 1:02}T00:00:00Z", shares=[ONE], **image)
    made: list[int] = []
    peak, before = 0, threading.active_count()
    init, turn = limiter.Limiter.__init__, limiter.Limiter.turn

    def counted(self: limiter.Limiter, *args: t.Any, **more: t.Any) -> None:
        made.append(1)
        init(self, *args, **more)

    def watched(self: limiter.Limiter, region: str, host: str) -> t.ContextManager[None]:
        nonlocal peak
        peak = max(peak, threading.active_count() - before)
        return turn(self, region, host)

    monkeypatch.setattr(limiter.Limiter, "__init__", counted)
    monkeypatch.setattr(limiter.Limiter, "turn", watched)
    days = {"keep": 1, "min_age_days": 0, "grace_days": 0}
    options = {"shared": True, "unmarked": True, "delete_snapshots": "none", **days}
    outcome = lab.ok("ecs_image_retire", regions=[HOME], families=["base"], **options)
    assert len(outcome.result["deleted"]) == 19
    assert len(made) == 1
    counts = collections.Counter(lab.actions())
    assert counts["DescribeImages"] < 120, counts
    assert peak <= 2 * jobs.MOST_THREADS  # of ours, and of the simulator's one for each connection


def test_a_host_that_is_given_up_is_asked_till_the_deadline_and_not_long_after(lab: Lab) -> None:
    lab.fault("throttle", "CreateImage", times=None)
    instance = lab.demo("instances", "demo")
    for consistency in ("running", "stopped"):
        begun = lab.clock.now()
        lab.fails(
            "ecs_image",
            "Throttling",
            region=HOME,
            instance_id=instance,
            name="x-1",
            consistency=consistency,
            wait_timeout=60,
        )
        # Stopping and starting have times of their own, and leave the rest as it is.
        assert lab.clock.now() - begun < 120
    assert lab.sim.world.instances[instance].status == "Running"


@pytest.mark.parametrize("module", ["ecs_image", "ecs_image_copy"])
def test_an_early_refusal_is_not_believed_after_any_throttling(lab: Lab, module: str) -> None:
    action = {"ecs_image": "CreateImage", "ecs_image_copy": "CopyImage"}[module]
    lab.fault("throttle", action, times=8)
    lab.fault("error", action, code="InvalidImageName.Duplicated", status=400, nth=9, times=1)
    given: dict[str, t.Any] = {"image_id": lab.source(), "destination_regions": [BEIJING]}
    if module == "ecs_image":
        given = {"instance_id": lab.demo("instances", "demo"), "name": "x-1"}
    lab.ok(module, region=HOME, **given)


@pins.side_by_side
@pins.tags_at_once
@pins.shown_at_once
def test_a_copy_that_cannot_be_cancelled_holds_up_no_other_of_its_region(lab: Lab) -> None:
    lab.setting(copy_gib_per_second=0.00001, copy_conflict="none")
    for name in ("a1", "b1", "c1"):
        source = lab.source(name=name)
        lab.ok("ecs_image_copy", region=HOME, image_id=source, destination_regions=[BEIJING], wait=False)
    lab.fault("internal", "CancelCopyImage", times=None)
    begun = lab.clock.now()
    lab.sim.journal.clear()
    lab.fails("ecs_image_copy_cancel", "InternalError", regions=[BEIJING], all_marked=True, wait_timeout=120)
    first: dict[str, float] = {}
    for call in lab.calls("CancelCopyImage"):
        first.setdefault(call["params"]["ImageId"], seconds(call["time"]) - begun)
    assert len(first) == 3 and max(first.values()) < 5


def test_a_fault_of_ours_names_its_kind_and_its_place_and_no_value(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(*_given: object) -> None:
        raise KeyError("golden-secret-value")

    monkeypatch.setattr(judge, "encryption_drift", faulty)
    outcome = lab("ecs_image_copy", region=HOME, image_id=lab.source(), destination_regions=[BEIJING])
    (copy,) = outcome.result["copies"]
    assert re.search(r"unexpected KeyError in module_utils/_copy/\w+\.py, line \d+", copy["error"]["message"])
    assert "golden-secret-value" not in outcome.text

    monkeypatch.setattr(regions, "unknown", faulty)
    outcome = lab.fails(
        "ecs_image_info", "unexpected KeyError in module_utils/_task/run.py, line", region="xx-nowhere-1"
    )
    assert "golden-secret-value" not in outcome.text and "Traceback" not in outcome.text
