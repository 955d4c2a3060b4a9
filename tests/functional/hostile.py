# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An API that lies: some of its answers are changed on the wire, as hypothesis chooses."""

from __future__ import annotations

import copy
import dataclasses
import json
import typing as t

from functional import security_results
from functional.support import Outcome
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from simulator.wire.envelope import JSON_TYPE, Reply

Data = dict[str, t.Any]
Path = tuple[t.Any, ...]
Change = t.Callable[[Reply], Reply]

# Seeded and bounded every day; many and other ones each time for the figures of the documentation.
_PROFILE: dict[str, t.Any] = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}


def profile(quick: int, thorough: int) -> settings:
    """
    :param quick: examples in the tests of every day
    :param thorough: examples for the figures
    """
    many = security_results.asked_for()
    return settings(max_examples=thorough if many else quick, derandomize=not many, print_blob=True, **_PROFILE)


def share_of(whole: settings, count: int) -> settings:
    """The same for one of several tests that try as much together."""
    return settings(whole, max_examples=-(-whole.max_examples // count))


# What a page of HTML, a terminal, a template, a table or a line-based log would obey.
TEXTS = st.sampled_from(
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "\x1b[31mred\x1b]0;title\x07",
        "one\ntwo\r\nthree\x00",
        "{{ lookup('pipe', 'id') }}{% raw %}",
        "| a | b |\n|---|---|",
        "right\u202eleft\u2066\ufeff",
        "../../etc/passwd",
        "x" * 5000,
        "\ud83d\ude00 ümläut 中文",
        "-" * 3,
        "%s%n{0}",
        "",
    ]
) | st.text(st.characters(exclude_categories=["Cs"]), max_size=40)

ELSEWHERE = "another.place"  # stands for a server that must not be asked

_NUMBERS = st.sampled_from([0, -1, 1e99, 10**30, "9" * 400, "60%", float("nan"), float("inf")]) | st.integers()
_JUNK = (
    st.none()
    | st.booleans()
    | _NUMBERS
    | TEXTS
    | st.sampled_from([[], {}, ["a"], [[1]], [None], {"a": {"b": 1}}, {"Tag": "x"}, [{}]])
    | st.sampled_from(
        ["Reorganising", "2026-13-45T", "m-other", "cn-beijing", f"@{ELSEWHERE}/", f"http://{ELSEWHERE}/"]
    )
)

_RAW = [
    b"<html><body><h1>502 Bad Gateway</h1></body></html>",
    b"",
    b"null",
    b"[]",
    b'"Available"',
    b"17",
    b"{",
    b"\xff\xfe\x00\x01",
    b"[" * 3000,
    b'{"RequestId": "1", "RequestId": "2"}',
    b'<?xml version="1.0"?><Error><Code>Busy</Code></Error>',
    b'{"Code": {"a": 1}, "Message": ["x"], "RequestId": 5}',
]


_TYPES = st.sampled_from([int, bool, str, list, dict])


def paths(value: t.Any, path: Path = ()) -> t.Iterator[Path]:
    """Where anything is in an answer, but the answer itself."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield (*path, key)
        yield from paths(part, (*path, key))


def leaves(value: t.Any) -> t.Iterator[t.Any]:
    """The values in a structure, and the keys of its dictionaries."""
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from leaves(part)
    else:
        yield value


def _changed(body: t.Any, path: Path, how: str, junk: t.Any) -> None:
    for key in path[:-1]:
        body = body[key]
    key = path[-1]
    if how == "delete":
        del body[key]
    elif how == "unknown" and isinstance(body, dict):
        body["FutureField"] = {"a": [1]}
    elif how == "repeat" and isinstance(body[key], list):
        body[key] = [copy.deepcopy(one) for one in body[key] * 120]
    else:
        body[key] = junk


@st.composite
def _field(draw: st.DrawFn) -> Change:
    """One to three fields are of another type, missing, repeated, or new."""
    where = draw(st.lists(st.integers(0, 10**6), min_size=1, max_size=3))
    hows = [draw(st.sampled_from(["junk", "junk", "junk", "delete", "unknown", "repeat"])) for dummy in where]
    junk = [draw(_JUNK) for dummy in where]

    def change(body: t.Any) -> t.Any:
        for place, how, one in zip(where, hows, junk, strict=True):
            found = list(paths(body))
            if found:
                _changed(body, found[place % len(found)], how, one)
        return body

    return _as_json(change)


def of_another_type(kind: type, junk: t.Any) -> Change:
    """Everything of one type is something else."""

    def change(value: t.Any) -> t.Any:
        if isinstance(value, kind) and isinstance(value, bool) == (kind is bool):  # a bool is an int, too
            return copy.deepcopy(junk)
        if isinstance(value, list):
            return [change(one) for one in value]
        return {key: change(one) for key, one in value.items()} if isinstance(value, dict) else value

    def below(body: t.Any) -> t.Any:
        return {key: change(one) for key, one in body.items()} if isinstance(body, dict) else body

    return _as_json(below)


# These are tried for every action of every module, since chance alone seldom meets the one field that matters.
OTHER_TYPES: list[tuple[type, t.Any]] = [
    (int, "x"), (int, 1e99), (bool, "x"), (str, None), (str, 5), (str, {"a": 1}), (list, "x"), (dict, ["x"]),
]  # fmt: skip


@st.composite
def _texts(draw: st.DrawFn) -> Change:
    """Everything that people may choose is what another program would obey."""
    text = draw(TEXTS)
    chosen = ("Name", "Description", "Family", "Value", "Version", "Message")

    def change(value: t.Any) -> t.Any:
        if isinstance(value, list):
            return [change(one) for one in value]
        if not isinstance(value, dict):
            return value
        return {
            key: text if key.endswith(chosen) and isinstance(one, str) else change(one) for key, one in value.items()
        }

    return _as_json(change)


def _endless(body: t.Any) -> t.Any:
    """Lists that say that there is always more."""
    return {**body, "TotalCount": 10**9, "NextToken": "again"} if isinstance(body, dict) else body


def _without_id(body: t.Any) -> t.Any:
    """A write that was accepted, and does not say what came of it."""
    lost = ("ImageId", "SnapshotId", "InstanceIdSets", "RequestId")
    return {key: value for key, value in body.items() if key not in lost} if isinstance(body, dict) else body


def _as_json(change: t.Callable[[t.Any], t.Any]) -> Change:
    def changed(reply: Reply) -> Reply:
        body = change(json.loads(reply.body))
        return dataclasses.replace(reply, body=json.dumps(body).encode())

    return changed


@st.composite
def _raw(draw: st.DrawFn) -> Change:
    """No answer of the API's at all."""
    body, status = draw(st.sampled_from(_RAW)), draw(st.sampled_from([200, 200, 400, 403, 404, 500, 502]))
    kind = draw(st.sampled_from([JSON_TYPE, "text/html"]))
    return lambda reply: Reply(status, body, kind, reply.headers)


@st.composite
def _truncated(draw: st.DrawFn) -> Change:
    share = draw(st.floats(0, 1))
    return lambda reply: dataclasses.replace(reply, body=reply.body[: int(len(reply.body) * share)])


@st.composite
def _sent_on(draw: st.DrawFn) -> Change:
    """A redirection to a server that is not the API's."""
    status = draw(st.sampled_from([301, 302, 303, 307, 308]))
    where = draw(st.sampled_from([f"http://{ELSEWHERE}/", f"//{ELSEWHERE}/?again", f"https://{ELSEWHERE}"]))
    return lambda reply: dataclasses.replace(reply, status=status, headers={**reply.headers, "Location": where})


@dataclasses.dataclass
class Lie:
    """Some answers, and what is made of them."""

    change: Change
    actions: frozenset[str]  # all answers of these
    calls: frozenset[int]  # or the answers to these calls, counted from 1
    told: list[str] = dataclasses.field(default_factory=list)


_ACTIONS = (
    "CopyImage", "CopySnapshot", "CreateImage", "DescribeImages", "DescribeImages", "DescribeImageSharePermission",
    "DescribeInstances", "DescribeSnapshots", "GetCallerIdentity", "ModifyImageSharePermission", "RunInstances",
)  # fmt: skip


@st.composite
def lies(draw: st.DrawFn) -> Lie:
    whole = st.sampled_from([_as_json(_endless), _as_json(_without_id)])
    change = draw(
        st.one_of(
            *(_field(), _field(), st.builds(of_another_type, _TYPES, _JUNK), _texts()),
            *(_raw(), _truncated(), _sent_on(), whole),
        )
    )
    if draw(st.booleans()):
        return Lie(change, frozenset([draw(st.sampled_from(_ACTIONS))]), frozenset())
    return Lie(change, frozenset(), draw(st.frozensets(st.integers(1, 14), min_size=1, max_size=3)))


class Liar:
    """Stands between the simulator and its answers."""

    def __init__(self, reply: t.Callable[[t.Any], Reply], elsewhere: str) -> None:
        """:param elsewhere: a server of our own, which takes the place of the one in lies"""
        self._reply = reply
        self._elsewhere = elsewhere
        self._count = 0
        self.asked: t.Callable[[], list[str]] = list  # what was asked of other servers
        self.lie: Lie | None = None

    def begin(self, lie: Lie) -> None:
        self.lie, self._count = lie, 0

    def __call__(self, exchange: t.Any) -> Reply:
        reply = self._reply(exchange)
        self._count += 1
        lie = self.lie
        if lie is None or not (exchange.action in lie.actions or self._count in lie.calls):
            return reply
        changed = self._with_place(lie.change(reply))
        lie.told.append(f"{exchange.action}: {changed.status} {changed.body[:300]!r}")
        return changed

    def _with_place(self, reply: Reply) -> Reply:
        body = reply.body.replace(ELSEWHERE.encode(), self._elsewhere.encode())
        headers = {name: value.replace(ELSEWHERE, self._elsewhere) for name, value in reply.headers.items()}
        return dataclasses.replace(reply, body=body, headers=headers)


def traces_of_a_crash(text: str) -> list[str]:
    """What shows that our own code has failed, and not said what to do."""
    return [f"{word} in the output" for word in ("Traceback", "InternalError", "unexpected ") if word in text]


def crashes(outcome: Outcome) -> list[str]:
    """The same by the result alone, where what was given, and so what is told of it, may hold any word."""
    told = [outcome.result.get("exception"), (outcome.result.get("error") or {}).get("code")]
    return [f"it ended with {told}"] if told[0] or told[1] == "InternalError" else []
