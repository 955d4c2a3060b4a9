# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Command line: `python tests/live probe|clean`, by way of `make probe` and `make live-clean`."""

from __future__ import annotations

import argparse
import json
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
    cleaning = commands.add_parser("clean", help="take away what killed runs have left")
    cleaning.add_argument("--confirm", default=_given("CONFIRM", ""), help="the account to clean")
    return parser.parse_args(arguments)


def _given(name: str, default: str | None = None) -> str | None:
    """A variable of the Makefile's; empty is not given."""
    return os.environ.get(f"LIVE_{name}") or default


def main(arguments: list[str]) -> int:
    options = parsed(arguments)
    # Started as a folder, so that neither this package nor the collection is on the path yet.
    sys.path[:0] = [str(ROOT / "build" / "collections"), str(ROOT / "tests")]
    from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ImageOpsError
    from live import commands, session

    try:
        return commands.probe(options, print) if options.command == "probe" else commands.clean(options, print)
    except (session.Stop, ImageOpsError) as reason:
        print(f"live: {reason}", file=sys.stderr)
        return 1
    except json.JSONDecodeError as error:
        print(f"live: a journal can't be read: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
