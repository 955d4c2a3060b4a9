# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The commands, from their options to their exit codes."""

from __future__ import annotations

import argparse
import json

from live import session
from live.caller import Caller
from live.journal import FOLDER, Journal
from live.keeper import Keeper
from live.probe import run
from live.probe.bench import Bench
from live.recorder import Recorder
from live.session import Say, Stop


def probe(options: argparse.Namespace, say: Say, caller: Caller | None = None) -> int:
    """Probe the account; 3 if it does otherwise than a default that is not the stricter one.

    :raises Stop: with what to tell the user
    """
    regions = [region.strip() for region in options.regions.split(",") if region.strip()]
    if not 2 <= len(regions) <= 3 or len(set(regions)) < len(regions):
        raise Stop("REGIONS takes two or three regions: REGIONS=cn-hangzhou,cn-beijing,cn-shanghai")
    caller = caller or Caller.of_environment(region=regions[0])
    account = session.account_of(caller)
    say(f"Account {account}, {', '.join(regions)}, level {options.level}.")
    say(run.cost(options.level, len(regions) > 2, bool(options.share_with)))
    if options.level == run.LEVEL_COPY:
        session.confirmed(account, options.confirm)
    session.reachable(caller, regions)
    recorder = Recorder()
    if options.record:
        caller.watchers.append(recorder)
    bench = Bench(caller, regions, options.image)
    bench.account_id, bench.share_with = account, options.share_with
    if options.level == run.LEVEL_COPY:
        _probe_by_writing(bench, options, regions, say)
    else:
        run.probe(bench, options.level)
    say(run.printed(bench.found))
    content = run.profile(bench.found, regions, options.level, caller.calls)
    options.output.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    say(f"Written: {options.output}. Rehearse with it: python3 tests/simulator --profile {options.output}")
    if options.record:
        options.record.write_text(json.dumps(recorder.recording, indent=1) + "\n", encoding="utf-8")
        say(f"Written: {options.record}")
    if bench.trouble:
        raise Stop(f"{bench.trouble}. Nothing is left; what could be told is in {options.output}.")
    return run.ALARM if any(one.alarms for one in bench.found.values()) else 0


def _probe_by_writing(bench: Bench, options: argparse.Namespace, regions: list[str], say: Say) -> None:
    if not options.image:
        raise Stop("LEVEL=copy needs IMAGE=<id of a small image of your own in the first region>. Nothing was done.")
    if bench.own is None or bench.own["ImageId"] != options.image:
        raise Stop(f"There is no image {options.image} of this account in {regions[0]}. Nothing was done.")
    session.sees_source(bench)
    journal = Journal.begin(FOLDER, account=bench.account_id, regions=regions, started=bench.caller.started())
    say(f"Run {journal.run}; its journal is {journal.path}. If it is killed: make live-clean CONFIRM=...")
    bench.keeper_ = Keeper(bench.caller, journal)
    with session.cleaned(bench.caller, journal, say):
        run.probe(bench, options.level)


def clean(options: argparse.Namespace, say: Say, caller: Caller | None = None) -> int:
    """Take away what runs that were killed have left in the account of these keys.

    :raises Stop: with what to tell the user
    """
    caller = caller or Caller.of_environment(region="cn-hangzhou")
    account = session.account_of(caller)
    found = session.journals(account)
    if not found:
        say(f"No run in account {account} has left anything.")
        return 0
    say(f"Account {account}: runs {', '.join(one.run for one in found)} were not finished.")
    session.confirmed(account, options.confirm)
    for journal in found:
        session.clean(caller, journal, say)
    return 0
