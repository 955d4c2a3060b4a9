# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers of the provider, as they were recorded, beside those of the simulator."""

from __future__ import annotations

import argparse
import json

from simulator import Simulator
from simulator.seed import plant

from ansible_collections.imageops.alicloud.plugins.module_utils._client.connection import Connection
from live.caller import Caller
from live.probe.bench import Bench
from live.probe.run import FREE, probe
from live.recorder import Recorder, differences
from live.session import Say, Stop

REGIONS = ("cn-hangzhou", "cn-beijing")


def compare(options: argparse.Namespace, say: Say) -> int:
    """Say where fields differ; 3 if any do.

    :raises Stop: for what is no recording
    """
    try:
        seen = json.loads(options.recording.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Stop(f"{options.recording} can't be read: {error}") from None
    recorder = Recorder()
    with Simulator() as sim:
        plant(sim.world, {"images": [{"region": REGIONS[0], "name": "small"}]})
        keys = {"access_key_id": "simulator-main-key", "access_key_secret": "simulator-main-secret"}
        caller = Caller(Connection.from_params({**keys, "endpoint": sim.endpoint, "sts_endpoint": sim.endpoint}))
        caller.watchers.append(recorder)
        probe(Bench(caller, REGIONS), FREE)
    found = differences(seen, recorder.recording)
    for line in found:
        say(line)
    say(f"{len(found)} differences in what the free calls answer.")
    return 3 if found else 0
