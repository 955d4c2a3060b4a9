# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Command line: `python tests/live probe|run|clean|compare`; `make probe`, `make live`, `make live-clean` call it."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REGIONS = "cn-hangzhou,cn-beijing"


def parsed(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="live", description="Runs against an account of your own.")
    commands = parser.add_subparsers(dest="command", required=True)
    probing = commands.add_parser("probe", help="tell what the simulator assumes")
    probing.add_argument("--level", choices=("free", "copy"), default=_given("LEVEL", "free"))
    probing.add_argument("--regions", default=_given("REGIONS", REGIONS), help="two or three, with commas")
    probing.add_argument("--image", default=_given("IMAGE"), help="a small image of your own in the first region")
    probing.add_argument("--share-with", default=_given("SHARE_WITH", ""), help="the id of a second account")
    probing.add_argument("--confirm", default=_given("CONFIRM", ""), help="the account to write in")
    probing.add_argument("--output", type=Path, default=Path(_given("PROBE_JSON", "probe.json") or ""))
    probing.add_argument("--record", type=Path, default=_given("RECORD"), help="keep the answers in this file")
    comparing = commands.add_parser("compare", help="answers that were recorded with the simulator's, field by field")
    comparing.add_argument("recording", type=Path)
    running = commands.add_parser("run", help="the integration targets")
    running.add_argument("--confirm", default=_given("CONFIRM", ""), help="the account to write in")
    config = ROOT / "tests" / "integration" / "integration_config.yml"
    running.add_argument("--config", type=Path, default=Path(_given("CONFIG") or config))
    cleaning = commands.add_parser("clean", help="take away what killed runs have left")
    cleaning.add_argument("--confirm", default=_given("CONFIRM", ""), help="the account to clean")
    return parser.parse_args(arguments)


def _given(name: str, default: str | None = None) -> str | None:
    """A variable of the Makefile's; empty is not given."""
    return os.environ.get(f"LIVE_{name}") or default


def say(text: str) -> None:
    print(text, flush=True)


def main(arguments: list[str]) -> int:
    options = parsed(arguments)
    # Started as a folder, so that neither this package nor the collection is on the path yet.
    sys.path[:0] = [str(ROOT / name) for name in ("build/collections", "tests", "tests/tools")]
    import environment

    environment.link_checkout()
    from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ImageOpsError
    from live import commands, comparing, run, session

    try:
        work = {"probe": commands.probe, "clean": commands.clean, "run": run.live, "compare": comparing.compare}
        return work[options.command](options, say)
    except (session.Stop, ImageOpsError) as reason:
        print(f"live: {reason}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
