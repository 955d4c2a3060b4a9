# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults by script: rules that make chosen calls go wrong.

A rule applies from the `nth` call that matches it, `times` often (null: always), with a `probability` that is drawn
from its own `seed`. `before` kinds act before the action, `after` kinds once its effect is there; the `copy_*` kinds
colour a copy that has just been started, and `stale` shows a read the state of some `seconds` ago.
"""

from __future__ import annotations

import itertools
import random
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from .actions import SERVED
from .actions.call import Call
from .errors import ApiError, api_error
from .values import ACCOUNT, NAME, REGION, TEXT, check, number, one_of, optional, whole

BEFORE = ("error", "throttle", "unavailable", "internal", "reset_before", "delay", "hold")
AFTER = ("reset_after", "truncate", "hold")
COPIES = ("copy_fails", "copy_hangs", "not_cancellable", "cancel_ignored", "odd_status")
SHIFTS = ("list_shifts",)
STALE = ("stale",)
STARTS = ("CopyImage", "CopySnapshot")
KINDS = frozenset((*BEFORE, *AFTER, *COPIES, *STALE, *SHIFTS))
_SHORTHANDS = {"throttle": "Throttling", "unavailable": "ServiceUnavailable", "internal": "InternalError"}


@dataclass
class Fault:
    """One rule."""

    kind: str
    action: str = "*"
    region: str | None = None
    account: str | None = None
    destination: str | None = None
    """For the starts of copies: the region that they are to go to. Their own region is their source's."""
    nth: int = 1
    times: int | None = 1
    code: str = "InternalError"
    status: int | None = None
    message: str | None = None
    seconds: float = 0.0
    percent: int = 50
    status_text: str = ""
    """For odd_status: what the image is called when it is done, for `seconds` or, with none, for good."""
    shift: str = "out"
    """For list_shifts: a passing image comes in or goes out."""
    when: str = "before"
    """For hold: before or after the action."""
    probability: float = 1.0
    seed: int = 1
    retry_after: int | None = None
    """For throttle: milliseconds after which to ask again, as the header x-acs-retry-after says them."""
    id: int = 0
    seen: int = 0
    used: int = 0
    draw: random.Random = field(default_factory=random.Random, repr=False)

    def matches(self, call: Call, region: str | None) -> bool:
        return (
            self.action in ("*", call.action)
            and self.region in (None, region)
            and self.account in (None, call.account_id)
            and self.destination in (None, call.text("DestinationRegionId"))
        )

    def due(self) -> bool:
        """Count a matching call; True if the rule applies to it."""
        self.seen += 1
        if self.seen < self.nth or (self.times is not None and self.used >= self.times):
            return False
        if self.probability < 1 and self.draw.random() >= self.probability:
            return False
        self.used += 1
        return True

    def error(self, action: str) -> ApiError:
        if self.kind in _SHORTHANDS:
            error = api_error(action, _SHORTHANDS[self.kind])
            error.retry_after = self.retry_after
            return error
        return ApiError(self.code, self.status or 400, self.message or "The request was refused by a fault rule.")

    def describe(self) -> dict[str, Any]:
        return {spec.name: getattr(self, spec.name) for spec in fields(self) if spec.name != "draw"}


@dataclass
class Hold:
    """A call that waits."""

    fault_id: int
    action: str
    when: str
    seq: int
    event: threading.Event = field(default_factory=threading.Event)


class Faults:
    """The rules in force, and the calls they hold."""

    def __init__(self) -> None:
        self._rules: list[Fault] = []
        self._holds: list[Hold] = []
        self._ids = itertools.count(1)
        self._lock = threading.RLock()
        self.watcher: Callable[[], None] = lambda: None
        """Told when a rule for stale reads is there: what they show begins at this moment."""

    def stale_seconds(self) -> float:
        """How far any rule looks back."""
        with self._lock:
            return max((rule.seconds for rule in self._rules if rule.kind in STALE), default=0.0)

    def add(self, rule: Mapping[str, Any]) -> int:
        return self.add_all([rule])[0]

    def add_all(self, rules: Iterable[Any]) -> list[int]:
        """All of them or, if one is wrong, none."""
        faults = [read_fault(rule) for rule in rules]
        with self._lock:
            for fault in faults:
                fault.id = next(self._ids)
            self._rules += faults
        if any(fault.kind in STALE for fault in faults):
            self.watcher()
        return [fault.id for fault in faults]

    def clear(self) -> None:
        """Forget all rules and let held calls go."""
        with self._lock:
            self._rules.clear()
        self.release()

    def remove(self, fault_id: int) -> None:
        with self._lock:
            self._rules = [rule for rule in self._rules if rule.id != fault_id]

    def take(self, call: Call, kinds: tuple[str, ...], region: str | None = None) -> list[Fault]:
        """The rules of these kinds that apply to a call; each counts it."""
        wanted = "after" if kinds == AFTER else "before"
        with self._lock:
            return [
                rule
                for rule in self._rules
                if rule.kind in kinds
                and (rule.kind != "hold" or rule.when == wanted)
                and rule.matches(call, region if region is not None else call.region)
                and rule.due()
            ]

    def hold(self, fault: Fault, action: str) -> Hold:
        with self._lock:
            hold = Hold(fault.id, action, fault.when, next(self._ids))
            self._holds.append(hold)
            return hold

    def let_go(self, hold: Hold) -> None:
        with self._lock:
            if hold in self._holds:
                self._holds.remove(hold)

    def release(self, fault_id: int | None = None) -> int:
        """Let held calls go on; the number of them."""
        with self._lock:
            held = [hold for hold in self._holds if fault_id in (None, hold.fault_id)]
        for hold in held:
            hold.event.set()
        return len(held)

    def held(self) -> list[dict[str, Any]]:
        with self._lock:
            return [{"fault": hold.fault_id, "action": hold.action, "when": hold.when} for hold in self._holds]

    def describe(self) -> list[dict[str, Any]]:
        with self._lock:
            return [rule.describe() for rule in self._rules]


_KEYS = {
    "kind": one_of(*sorted(KINDS)),
    "action": one_of("*", *SERVED),
    "region": optional(REGION),
    "account": optional(ACCOUNT),
    "destination": optional(REGION),
    "nth": optional(whole(1)),
    "times": optional(whole(1)),
    "code": NAME,
    "status": optional(whole(400, 599)),
    "message": optional(TEXT),
    "seconds": number(),
    "percent": whole(0, 100),
    "status_text": NAME,
    "shift": one_of("in", "out"),
    "when": one_of("before", "after"),
    "probability": number(0, 1),
    "seed": whole(),
    "retry_after": optional(whole()),
}


def read_fault(rule: Any) -> Fault:
    """A rule from outside; ValueError if it could not do what it says."""
    if not isinstance(rule, Mapping):
        raise ValueError("a fault is an object")
    unknown = {str(key) for key in rule} - set(_KEYS)
    if unknown:
        raise ValueError(f"unknown fault keys: {', '.join(sorted(unknown))}")
    check("fault kind", rule.get("kind"), _KEYS["kind"])
    for key, value in rule.items():
        check(f"fault key {key!r}", value, _KEYS[key])
    values = {key: value for key, value in rule.items() if not (key == "nth" and value is None)}
    fault = Fault(**values)
    if fault.kind in STALE and not fault.seconds > 0:
        raise ValueError("stale takes the seconds that reads look back")
    if fault.destination is not None and fault.action not in STARTS:
        raise ValueError(f"destination is for {' and '.join(STARTS)}")
    if fault.retry_after is not None and fault.kind != "throttle":
        raise ValueError("retry_after is for throttle")
    if (fault.kind == "odd_status") != bool(fault.status_text):
        raise ValueError("odd_status takes a status_text, and nothing else does")
    if fault.kind in SHIFTS and fault.action != "DescribeImages":
        raise ValueError("list_shifts is for DescribeImages")
    fault.draw.seed(fault.seed)
    return fault
