# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Command line: `python3 tests/simulator`."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator import Simulator


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="simulator", description="A local ECS API for tests and rehearsals.")
    parser.add_argument("--host", default="127.0.0.1", choices=("127.0.0.1", "localhost", "::1"))
    parser.add_argument("--port", type=int, default=4566, help="0 picks a free one")
    parser.add_argument("--ready-file", type=Path, help="write the ready line to this file")
    parser.add_argument("--clock", choices=("real", "manual"), default="real")
    parser.add_argument("--speed", type=float, default=1.0, help="simulated seconds a second")
    parser.add_argument("--seed-file", type=Path, help="JSON with objects to add")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="a setting; may be repeated")
    return parser.parse_args(arguments)


def read_settings(words: list[str]) -> dict[str, Any]:
    """Values are JSON where they can be read as it, text otherwise."""
    settings = {}
    for word in words:
        key, separator, value = word.partition("=")
        if not separator:
            raise ValueError(f"--set takes KEY=VALUE, not {word!r}")
        try:
            settings[key] = json.loads(value)
        except ValueError:
            settings[key] = value
    # These words are JSON and yet meant as the text they are.
    for key, value in settings.items():
        if isinstance(value, bool) and key == "copy_encrypted_omitted":
            settings[key] = str(value).lower()
    return settings


def announce(simulator: Simulator, ready_file: Path | None) -> None:
    """One line to standard output; the file appears whole or not at all."""
    line = json.dumps(simulator.description())
    if ready_file is not None:
        partial = ready_file.with_name(f"{ready_file.name}.{os.getpid()}.part")
        partial.write_text(line + "\n", encoding="utf-8")
        partial.replace(ready_file)
    print(line, flush=True)


def main(arguments: list[str]) -> int:
    options = parse_arguments(arguments)
    # Started as a folder, so the package itself is not on the path yet.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from simulator import Simulator

    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    try:
        objects = json.loads(options.seed_file.read_text(encoding="utf-8")) if options.seed_file else None
        simulator = Simulator(
            clock=options.clock,
            speed=options.speed,
            settings=read_settings(options.set),
            objects=objects,
            host=options.host,
            port=options.port,
        ).start()
    except (OSError, ValueError) as problem:
        print(f"simulator: {problem}", file=sys.stderr)
        return 2
    announce(simulator, options.ready_file)
    ended.wait()
    simulator.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
