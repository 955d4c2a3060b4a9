# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator in a process of its own, for whoever needs one: the demo, the integration targets, rehearsals."""

from __future__ import annotations

import contextlib
import ipaddress
import json
import subprocess
import sys
import time
import typing as t
import urllib.parse
import urllib.request
from pathlib import Path

from environment import clean

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


def is_loopback(url: str) -> bool:
    """Whether the address leads to this machine and nowhere else."""
    host = urllib.parse.urlsplit(url if "://" in url else f"//{url}").hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@contextlib.contextmanager
def running(simulator: Path, folder: Path, *options: str) -> t.Iterator[dict[str, t.Any]]:
    """Start a simulator that writes into ``folder``, and stop it in the end. Yields the line it writes when ready."""
    ready_file, log_file = folder / "ready.json", folder / "simulator.log"
    ready_file.unlink(missing_ok=True)
    command = [sys.executable, str(simulator), "--port", "0", "--ready-file", str(ready_file), *options]
    with open(log_file, "wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=clean(*PROXIES), stdout=log, stderr=subprocess.STDOUT)
    try:
        yield _ready(process, ready_file, log_file)
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _ready(
    process: subprocess.Popen[bytes], ready_file: Path, log_file: Path, patience: float = 300
) -> dict[str, t.Any]:
    deadline = time.monotonic() + patience
    while process.poll() is None and time.monotonic() < deadline:
        text = ready_file.read_text() if ready_file.exists() else ""
        if text.endswith("\n"):
            ready: dict[str, t.Any] = json.loads(text)
            return ready
        time.sleep(0.05)
    raise SystemExit(f"The simulator did not get ready: see {log_file}.")


def control(ready: dict[str, t.Any], path: str, body: t.Any = None, method: str | None = None) -> t.Any:
    """Ask a running simulator about itself, or tell it what to do: what lies below its ``/_simulator/``."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{ready['control']}/{path}", data=data, method=method)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=120) as answer:
        return json.loads(answer.read())


def only_here(ready: dict[str, t.Any]) -> dict[str, str]:
    """The variables that lead to the simulator, made sure of that they lead nowhere else."""
    given = {name: str(value) for name, value in ready["env"].items()}
    addresses = [ready["endpoint"], *(value for name, value in given.items() if "ENDPOINT" in name or "://" in value)]
    if strange := [address for address in addresses if not is_loopback(address)]:
        raise SystemExit(f"This only talks to this machine, not to {', '.join(strange)}.")
    return given
