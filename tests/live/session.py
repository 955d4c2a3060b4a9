# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every run against an account does: makes sure whose it is, and cleans up whatever comes."""

from __future__ import annotations

import contextlib
import json
import signal
import threading
import typing as t
from collections.abc import Iterator, Sequence

from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ApiError, ImageOpsError
from live.caller import Caller
from live.cleaner import Cleaner, CleanError
from live.journal import FOLDER, Journal
from live.probe.bench import Bench, Unfit

Say = t.Callable[[str], None]


class Stop(Exception):
    """The run can't go on, and this is what to tell the user."""


class Interrupted(BaseException):
    """Somebody wants the run to end."""


def account_of(caller: Caller) -> str:
    """The account that the keys belong to.

    :raises Stop: if they can't be used
    """
    try:
        return caller.account_id()
    except ImageOpsError as error:
        raise Stop(f"These keys can't be used: {error.msg} Nothing was done.") from None


def confirmed(account: str, confirm: str) -> None:
    """:raises Stop: unless it is this account that was meant"""
    if not confirm:
        raise Stop(f"Nothing was done yet. If that is what you want: CONFIRM={account}")
    if confirm != account:
        raise Stop(f"These keys belong to account {account}, and CONFIRM names {confirm}. Nothing was done.")


def reachable(caller: Caller, regions: Sequence[str]) -> None:
    """:raises Stop: for a region that does not answer or may not be read, before anything is made there"""
    for region in regions:
        try:
            reply = caller.ask(region, "DescribeImages", PageSize=1)
        except ImageOpsError as error:
            raise Stop(f"Region {region} does not answer: {error.msg} Nothing was made.") from None
        if not reply.ok:
            raise Stop(f"Region {region} answers {reply.code} (request id {reply.request_id}). Nothing was made.")


def sees_source(bench: Bench) -> None:
    """:raises Stop: if the image to work with shows no snapshot to these keys"""
    try:
        sees_snapshots(bench.caller, bench.home, [bench.source_snapshot()])
    except Unfit as reason:
        raise Stop(f"No run is possible with this image: {reason}. Nothing was done.") from None


def sees_snapshots(caller: Caller, region: str, ids: Sequence[str]) -> None:
    """:raises Stop: for keys to which no snapshots show: those of a run would be left without a word"""
    shown = set()
    for encrypted in (False, True):
        found = caller.ask(region, "DescribeSnapshots", SnapshotIds=json.dumps(list(ids)), Encrypted=encrypted)
        shown |= {one.get("SnapshotId") for one in found.entries("Snapshots", "Snapshot")}
    if hidden := sorted(set(ids) - shown):
        raise Stop(
            f"Snapshots in {region} do not show to these keys ({', '.join(hidden)}), so that a run could not take away "
            "its own. Grant ecs:DescribeSnapshots."
        )


def raise_interrupted(number: int, frame: object) -> None:
    """Once: what follows is the cleaning up, which another signal must not end."""
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.SIG_IGN)
    raise Interrupted(signal.Signals(number).name)


@contextlib.contextmanager
def cleaned(caller: Caller, journal: Journal, say: Say) -> Iterator[None]:
    """Whatever ends the block, what it has made is taken away after it.

    :raises Stop: if something is left
    """
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, raise_interrupted)
    try:
        yield
    except Interrupted as end:
        say(f"{end}: taking away what was made ...")
        clean(caller, journal, say)
        raise Stop(f"Ended by {end}, and nothing of run {journal.run} is left.") from None
    except ImageOpsError as error:
        clean(caller, journal, say)
        raise Stop(f"Ended by an error, and nothing of run {journal.run} is left: {error.msg}") from None
    except Exception:
        clean(caller, journal, say)
        raise
    else:
        clean(caller, journal, say)


def clean(caller: Caller, journal: Journal, say: Say) -> None:
    """Take away what a run has made.

    :raises Stop: if something is left
    """
    try:
        left = Cleaner(caller, journal).run()
    except (CleanError, ApiError) as error:
        raise Stop(f"What run {journal.run} made could not be taken away: {error}. Try: make live-clean") from None
    say(f"Run {journal.run}: {len(left.gone)} calls to take away, {len(left.kept)} things left.")
    if left.kept:
        lines = "".join(f"\n  {line}" for line in left.kept)
        raise Stop(f"Left of run {journal.run}, to be looked at by hand or with make live-clean:{lines}")


def journals(account: str) -> list[Journal]:
    """The runs of this account that may have left something."""
    found = []
    for path in sorted(FOLDER.glob("*.jsonl")):
        with contextlib.suppress(ValueError):
            journal = Journal.read(path)
            if journal.head["account"] == account and not journal.is_closed:
                found.append(journal)
    return found
