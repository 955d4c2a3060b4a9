# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Command line: `python3 tests/simulator`."""

from __future__ import annotations

import argparse
import errno
import json
import os
import queue
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator import Simulator


PORT = 4566
# Nothing of a real account may reach a rehearsal.
FOREIGN = ("ALIBABA_", "ALIBABACLOUD_", "ALICLOUD_")


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="simulator", description="A local ECS API for tests and rehearsals.")
    parser.add_argument("--host", default="127.0.0.1", choices=("127.0.0.1", "localhost", "::1"))
    parser.add_argument("--port", type=int, help=f"0 picks a free one; {PORT}, with --run 0, if not given")
    parser.add_argument("--proxy-port", type=int, default=0, help="where the proxy listens; 0 picks a free one")
    parser.add_argument("--ca-file", type=Path, help="where to write the certificate to trust, a temporary file if not")
    parser.add_argument("--ready-file", type=Path, help="write the ready line to this file")
    parser.add_argument("--json", action="store_true", help="say that it is ready in JSON, on a terminal too")
    parser.add_argument("--clock", choices=("real", "manual"), default="real")
    parser.add_argument("--speed", type=float, default=1.0, help="simulated seconds a second")
    parser.add_argument("--seed", type=int, help="another number, other ids; the same number, the same ids")
    parser.add_argument("--seed-file", type=Path, help="JSON with objects to add")
    parser.add_argument("--profile", metavar="FILE.json", help="start with its switches; also the name of a profile")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="a setting; may be repeated")
    parser.add_argument("--proxied", action="store_true", help="with --run: reached by proxy variables, not endpoints")
    parser.add_argument(
        "--run",
        nargs=argparse.REMAINDER,
        metavar="COMMAND",
        help="the last option: start, run this command against it, stop, and exit with the command's code",
    )
    options = parser.parse_args(arguments)
    if options.run is not None and not options.run:
        parser.error("--run takes a command")
    if options.port is None:
        options.port = PORT if options.run is None else 0
    return options


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


def for_people(simulator: Simulator, speed: float) -> str:
    """What to paste into another terminal, and where to go on from there."""
    exports = [f"export {name}={shlex.quote(value)}" for name, value in simulator.env.items()]
    return "\n".join(
        [
            "The simulator is ready. In another terminal:",
            "",
            *exports,
            f"export IMAGEOPS_SIMULATOR={simulator.endpoint}/_simulator",
            "",
            f"Its control:  {simulator.endpoint}/_simulator (state, journal, clock, settings, faults, seed, reset)",
            f"Its proxy:    {simulator.proxy}, for clients with addresses of their own; trust {simulator.ca_path}",
            f"Its speed:    {speed:g} simulated seconds a second; a copy of 20 GiB takes {4 / speed:g} s.",
            "              To cancel one by hand, leave it at 1 or lower; to wait for less, start with --speed 20.",
            "The same as a line of JSON: --json. Ctrl-C ends it, and everything in it is gone.",
        ]
    )


def announce(simulator: Simulator, ready_file: Path | None, said: str | None) -> None:
    """One line of JSON to the file, which appears whole or not at all; something to standard output."""
    line = json.dumps(simulator.description())
    if ready_file is not None:
        partial = ready_file.with_name(f"{ready_file.name}.{os.getpid()}.part")
        partial.write_text(line + "\n", encoding="utf-8")
        partial.replace(ready_file)
    if said is not None:
        print(said or line, flush=True)


def environment(simulator: Simulator, proxied: bool) -> dict[str, str]:
    """The caller's environment without anything of a real account, and with what leads to the simulator."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(FOREIGN)}
    kept["IMAGEOPS_SIMULATOR"] = simulator.endpoint + "/_simulator"
    if proxied:
        return {**kept, **simulator.env_proxy}
    for name in ("NO_PROXY", "no_proxy"):
        kept[name] = ",".join(filter(None, (kept.get(name), "127.0.0.1", "localhost", "::1")))
    return {**kept, **simulator.env}


def run(command: list[str], env: dict[str, str]) -> int:
    """Run a command to its end; signals for this process are for the command."""
    try:
        process = subprocess.Popen(command, env=env)
    except OSError as problem:
        print(f"simulator: {problem}", file=sys.stderr)
        return 127 if isinstance(problem, FileNotFoundError) else 126
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, dummy: process.send_signal(number))
    code = process.wait()
    return code if code >= 0 else 128 - code


def start(options: argparse.Namespace, ended: queue.SimpleQueue[int]) -> Simulator:
    """
    :param ended: gets the number of the signal that is to end it
    :raises ModuleNotFoundError: without a library that it needs
    :raises OSError, ValueError: for what is wrong with the options
    """
    # Started as a folder, so the package itself is not on the path yet.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from simulator import Simulator
    from simulator.profiles import profile

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, dummy: ended.put(number))
    return Simulator(
        clock=options.clock,
        speed=options.speed,
        seed=options.seed,
        settings={**profile(options.profile or "default"), **read_settings(options.set)},
        objects=json.loads(options.seed_file.read_text(encoding="utf-8")) if options.seed_file else None,
        host=options.host,
        port=options.port,
        front=True,
        front_port=options.proxy_port,
        ca_file=options.ca_file,
    ).start()


def way_out(problem: Exception) -> str:
    """What the caller can do about it, after the problem's own words."""
    if isinstance(problem, ModuleNotFoundError):
        return (
            f" for {sys.executable}. In a checkout, `make simulator` brings all that it needs; elsewhere, "
            f"{sys.executable} -m pip install aiohttp cryptography"
        )
    if isinstance(problem, OSError) and problem.errno == errno.EADDRINUSE:
        return ". Give another one: --port 4567, or make simulator PORT=4567"
    return ""


def main(arguments: list[str]) -> int:
    options = parse_arguments(arguments)
    # An event may be locked by its own wait() when the signal comes, and its set() would never return.
    ended: queue.SimpleQueue[int] = queue.SimpleQueue()
    try:
        simulator = start(options, ended)
    except (ModuleNotFoundError, OSError, ValueError) as problem:
        print(f"simulator: {problem}{way_out(problem)}", file=sys.stderr)
        return 2
    people = sys.stdout.isatty() and not options.json
    said = for_people(simulator, options.speed) if people else ""
    announce(simulator, options.ready_file, said if options.run is None else None)
    code = 0
    if options.run is None:
        ended.get()
    else:
        code = run(options.run, environment(simulator, options.proxied))
    simulator.stop()
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
