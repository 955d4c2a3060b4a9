# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Networks as companies have them, and answers that leave out what others say."""

from __future__ import annotations

from mutations.mutation import Mutation, functional

LATE = functional("lost_and_late")
GATEWAYS, PROXIES, ABSENT = functional("gateways"), functional("transport/proxies"), functional("absent_fields")

MUTATIONS = (
    Mutation(
        4,
        "a host that never answered is waited for like one that has",
        "_base/retry.py",
        "return NEVER_ANSWERED if error.is_first_contact else HAD_ANSWERED",
        "return HAD_ANSWERED",
        GATEWAYS,
    ),
    Mutation(
        8,
        "the time that the API names is not waited",
        "_base/retry.py",
        "max(backoff.pause(), min(error.retry_after or 0.0, HAD_ANSWERED))",
        "backoff.pause()",
        GATEWAYS,
    ),
    Mutation(
        9,
        "a proxy that is off is waited for",
        "_base/retry.py",
        "if error.is_proxy_off:",
        "if False:",
        PROXIES,
    ),
    Mutation(
        9,
        "a proxy that lets nobody through is waited for",
        "_client/failures.py",
        "refusal = _REFUSED_TUNNEL.search(text)",
        "refusal = None",
        GATEWAYS,
    ),
    Mutation(
        9,
        "a gateway's page is waited for",
        "_client/answers.py",
        'code or f"HTTP{answer.status}"',
        "code or ApiError.NO_ANSWER",
        GATEWAYS,
    ),
    Mutation(
        9,
        "blocks of addresses in NO_PROXY are not honoured",
        "_client/proxies.py",
        'return any(_is_in(name, block.strip()) for block in self.bypassed.split(",") if "/" in block)',
        "return False",
        GATEWAYS,
    ),
    Mutation(
        9,
        "an empty variable hides the next one",
        "_task/run.py",
        "env_fallback(*(name for name in names if os.environ.get(name)))",
        "env_fallback(*names)",
        GATEWAYS,
    ),
    Mutation(
        7,
        "unsharing keeps silent where it sees nothing",
        "_share/targets.py",
        "return run.visibility_warnings(unseen)",
        "return []",
        ("functional/test_least_privilege.py::test_who_may_not_look_is_told_so_whatever_the_api_answers",),
    ),
    Mutation(
        8,
        "a call that comes too early for what is new is refused for good",
        "_api/calls.py",
        "if error.code != unknown or",
        "if True or",
        ABSENT,
    ),
    Mutation(
        8,
        "an image that has gone is waited for",
        "_api/calls.py",
        " or not is_there():",
        ":",
        LATE,
    ),
    Mutation(
        7,
        "an image is gone because its removal does not find it yet",
        "_api/images.py",
        "            self._calls.when_known(error_codes.NO_SUCH_IMAGE, call,",
        "            (lambda dummy, call, is_there: call())(None, call,",
        LATE,
    ),
    Mutation(
        6,
        "a copy is cancelled because its cancelling does not find it yet",
        "_cancel/cancel_one.py",
        " or error.code == error_codes.NO_SUCH_IMAGE):",
        "):",
        LATE,
    ),
    Mutation(
        8,
        "a copy is not shared because the call does not find it yet",
        "_api/images.py",
        "answer = self._calls.when_known(error_codes.NO_SUCH_IMAGE, change) if add else change()",
        "answer = change()",
        LATE,
    ),
    Mutation(
        9,
        "an image that vanishes during its check is waited for to the end",
        "_task/waiter.py",
        "        hidden=lambda ever_seen: _vanished(where),\n",
        "",
        functional("image_making"),
    ),
    Mutation(
        7,
        "copies that could not be looked for are none",
        "_cancel/task.py",
        "errors[region] = failure_of(error)\n        return\n    for image in running:",
        "return\n    for image in running:",
        functional("brake"),
    ),
    Mutation(
        7,
        "a list of locks that can't be right is an empty one",
        "_api/snapshots.py",
        "with passing_refusals(), contextlib.suppress(SdkTooOld):",
        "with contextlib.suppress(Exception):",
        functional("copy/what_copies_carry"),
    ),
    Mutation(
        8,
        "a tag is waited for longer than was said",
        "_api/calls.py",
        "min(backoff.pause(), max(LAST_LOOK, ends - self.retry.clock.now()))",
        "backoff.pause()",
        ABSENT,
    ),
    Mutation(
        2,
        "what an answer leaves out of encryption counts as plain",
        "_base/fields.py",
        'Field("Encrypted", unsure_flag, None),  # not known: a preview field',
        'Field("Encrypted", flag, False),  # a preview field',
        ABSENT,
    ),
    Mutation(
        8,
        "a Python that is too old loads what breaks on it",
        "_base/__init__.py",
        "interpreter.refuse_old()",
        "pass",
        functional("payload"),
    ),
)
