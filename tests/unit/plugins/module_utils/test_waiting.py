# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.imageops.alicloud.plugins.module_utils._base import clock as clocks
from ansible_collections.imageops.alicloud.plugins.module_utils._base import errors, models
from ansible_collections.imageops.alicloud.plugins.module_utils._base import retry as base_retry
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ApiError
from ansible_collections.imageops.alicloud.plugins.module_utils._base.limiter import Limiter


class Pretended(clocks.Clock):
    """Time that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.time = 0.0
        self.pauses: list[float] = []

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.time += seconds


def error(code: str, status: int = 400) -> ApiError:
    return ApiError("do something", code, "no", status=status, request_id="R-1")


class Answers:
    """Fails as told, then answers."""

    def __init__(self, *failures: ApiError) -> None:
        self.failures = list(failures)
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)
        return "answer"


# Which failures pass


@pytest.mark.parametrize(
    ("code", "status", "again", "again_once"),
    [
        ("Throttling", 400, True, True),
        ("Throttling.User", 400, True, True),
        ("Throttling.Api", 429, True, True),
        ("ServiceUnavailable", 503, True, True),
        ("IdempotentProcessing", 403, True, True),
        ("LastTokenProcessing", 403, True, True),
        ("InternalError", 500, True, False),
        ("SomethingNew", 502, True, False),
        ("NoAnswer", 0, True, False),
        ("QuotaExceed.Image", 403, False, False),
        ("Forbidden.RAM", 403, False, False),
        ("InvalidImageId.NotFound", 404, False, False),
    ],
)
def test_only_what_can_pass_is_repeated(code: str, status: int, again: bool, again_once: bool) -> None:
    for wanted, safe in ((again, True), (again_once, False)):
        retry = base_retry.Retry(Pretended(), 300, 7200)
        answers = Answers(error(code, status))
        repeat = retry.retry_idempotent if safe else retry.retry_rejected
        if wanted:
            assert repeat("region", "host", answers) == "answer"
        else:
            with pytest.raises(ApiError):
                repeat("region", "host", answers)
        assert answers.calls == (2 if wanted else 1)


@pytest.mark.parametrize(
    "code", ["OperationDenied.ImageCopying", "OperationDenied.ImageCopyConflict", "InvalidOperation.Conflict"]
)
def test_conflicts_are_not_repeated_blindly(code: str) -> None:
    assert base_retry.is_conflict(error(code))
    assert not base_retry.is_transient(error(code))


def test_each_region_has_a_quota_of_its_own() -> None:
    """As the API counts: what waits in one region waits in no other. No more goes to one region than before."""
    clock = Pretended()
    gate = Limiter(clock, per_second=50.0, burst=100)

    def asked(region: str, calls: int) -> float:
        began = clock.time
        for _number in range(calls):
            with gate.turn(region, "one-host-for-all"):
                pass
        return round(clock.time - began, 2)

    assert asked("cn-hangzhou", 100) == 0
    assert asked("cn-beijing", 100) == 0
    assert asked("cn-hangzhou", 50) == 1
    assert asked("cn-beijing", 40) == 0  # it has rested meanwhile


def test_a_region_without_answers_is_given_up_after_the_patience() -> None:
    clock = Pretended()
    answers = Answers(*[error("NoAnswer", 0)] * 1000)
    with pytest.raises(ApiError):
        base_retry.Retry(clock, 300, 7200).retry_idempotent("region", "host", answers)
    assert 300 <= clock.time <= 400


def test_throttling_is_an_answer_and_only_the_deadline_ends_it() -> None:
    clock = Pretended()
    with pytest.raises(ApiError):
        base_retry.Retry(clock, 300, 7200).retry_idempotent("region", "host", Answers(*[error("Throttling")] * 10000))
    assert 7200 <= clock.time <= 7300


def test_pauses_grow_to_a_minute_with_jitter() -> None:
    backoff = base_retry.Backoff()
    pauses = [backoff.pause() for _number in range(12)]
    for number, pause in enumerate(pauses):
        assert 0.75 * min(60, 2**number) <= pause <= 1.25 * min(60, 2**number)
    assert len(set(pauses)) == 12


# Waiting


def test_a_fixed_interval_is_used_as_it_is() -> None:
    interval = clocks.PollInterval(7.5)
    assert [interval.next(now, 50) for now in (0, 10, 5000)] == [7.5] * 3


def test_the_interval_follows_the_progress_between_2_and_60_seconds() -> None:
    clock, looks, length = 0.0, 0, 1800.0
    interval = clocks.PollInterval()
    while clock < length:
        pause = interval.next(clock, int(100 * clock / length))
        assert 1.5 <= pause <= 60
        clock += pause
        looks += 1
    assert looks < 90
    assert clock - length <= 60


def test_an_hour_in_the_queue_takes_a_look_a_minute_at_most() -> None:
    clock, looks = 0.0, 0
    interval = clocks.PollInterval()
    while clock < 3600:
        clock += interval.next(clock, 0)
        looks += 1
    assert looks < 130


# Errors


def test_an_error_names_deed_code_request_and_remedy() -> None:
    one = ApiError("copy image m-1", "QuotaExceed.Image", "Too many.", status=403, request_id="R-1")
    for word in ("Could not copy image m-1", "QuotaExceed.Image", "Too many.", "R-1", "Delete old images"):
        assert word in one.msg
    assert set(one.as_dict()) == {"code", "message", "request_id", "hint"}


@pytest.mark.parametrize(("code", "status", "answered"), [("NoAnswer", 0, False), ("X", 500, False), ("X", 400, True)])
def test_whether_the_api_itself_has_answered(code: str, status: int, answered: bool) -> None:
    assert error(code, status).answered is answered


def test_all_faults_stand_in_one_message() -> None:
    refusal = errors.InvalidInput(["one", "two"])
    assert "one; two" in refusal.msg and refusal.extra["faults"] == ["one", "two"]


# Answers of the wrong shape


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"Tags": None, "DiskDeviceMappings": [], "Features": "x", "Progress": None},
        {"Tags": {"Tag": ["x", None, 1]}, "DiskDeviceMappings": {"DiskDeviceMapping": {"Size": 1}}},
        {"Size": "inf", "Progress": "nan%", "ImageName": ["x"], "Usable": "maybe", "Features": []},
        {"DiskDeviceMappings": {"DiskDeviceMapping": [{"Size": {}, "Encrypted": "TRUE"}]}},
    ],
)
def test_no_answer_breaks_anything(answer: dict[str, t.Any]) -> None:
    found = models.image(answer, "cn-hangzhou")
    assert set(found) == set(models.image({}, "cn-hangzhou"))
    models.snapshot(answer, "cn-hangzhou")
    models.disk(answer)


@pytest.mark.parametrize(
    ("value", "number"), [("60%", 60), ("60", 60), (60.7, 60), (None, 0), (True, 0), ("", 0), ("x", 0), ([1], 0)]
)
def test_numbers(value: object, number: int) -> None:
    assert models.number(value) == number
