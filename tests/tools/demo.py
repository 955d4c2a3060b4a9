# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build and install the collection, start the simulator it ships, and run its playbook ``demo`` against that."""

from __future__ import annotations

import ipaddress
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import typing as t
import urllib.parse
from pathlib import Path

import artifact
from environment import BUILD, COLLECTION, clean

DEMO = BUILD / "demo"
MANIFEST = DEMO / "manifest.json"
COLLECTIONS = DEMO / "collections"
PLAYBOOK = ["ansible-playbook", "imageops.alicloud.demo", "-e", json.dumps({"image_release_manifest": str(MANIFEST)})]
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


def is_loopback(url: str) -> bool:
    """Whether the address leads to this machine and nowhere else."""
    host = urllib.parse.urlsplit(url if "://" in url else f"//{url}").hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def started(simulator: subprocess.Popen[bytes], ready_file: Path, patience: float = 30) -> dict[str, t.Any]:
    """The line that the simulator writes when it is ready."""
    deadline = time.monotonic() + patience
    while simulator.poll() is None and time.monotonic() < deadline:
        text = ready_file.read_text() if ready_file.exists() else ""
        if text.endswith("\n"):
            ready: dict[str, t.Any] = json.loads(text)
            return ready
        time.sleep(0.05)
    raise SystemExit(f"The simulator did not get ready: see {DEMO / 'simulator.log'}.")


def environment(ready: dict[str, t.Any]) -> dict[str, str]:
    """The simulator's own keys and addresses, and nothing that the caller's shell says about the cloud or a proxy."""
    given = {name: str(value) for name, value in ready["env"].items()}
    addresses = [ready["endpoint"], *(value for name, value in given.items() if "ENDPOINT" in name or "://" in value)]
    if strange := [address for address in addresses if not is_loopback(address)]:
        raise SystemExit(f"The demo only talks to this machine, not to {', '.join(strange)}.")
    env = clean("ANSIBLE_", *PROXIES) | given
    env["ANSIBLE_CONFIG"] = str(DEMO / "ansible.cfg")
    env["ANSIBLE_COLLECTIONS_PATH"] = str(COLLECTIONS)
    return env


def install() -> Path:
    """Install the freshly built archive, without contacting a server. Returns the installed collection."""
    shutil.rmtree(DEMO, ignore_errors=True)
    DEMO.mkdir(parents=True)
    (DEMO / "ansible.cfg").write_text("[defaults]\nlocalhost_warning = false\n")
    command = ["ansible-galaxy", "collection", "install", "--offline", "--no-deps", "-p", str(COLLECTIONS)]
    env = clean("ANSIBLE_") | {"ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS)}
    subprocess.run([*command, str(artifact.build())], cwd=DEMO, env=env, check=True, stdout=subprocess.DEVNULL)
    return COLLECTIONS / COLLECTION


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the simulator is stopped then, too
    installed, ready_file = install(), DEMO / "ready.json"
    command = [sys.executable, str(installed / "tests" / "simulator"), "--port", "0", "--ready-file", str(ready_file)]
    with open(DEMO / "simulator.log", "wb") as log:
        simulator = subprocess.Popen(command, cwd=DEMO, env=clean(*PROXIES), stdout=log, stderr=subprocess.STDOUT)
    try:
        env = environment(started(simulator, ready_file))
        code = subprocess.run(PLAYBOOK, cwd=DEMO, env=env, check=False).returncode
    finally:
        simulator.terminate()
        try:
            simulator.wait(5)
        except subprocess.TimeoutExpired:
            simulator.kill()
            simulator.wait()
    if not MANIFEST.exists():
        print("The playbook wrote no manifest.")
        return code or 1
    print(f"manifest: {os.path.relpath(MANIFEST)}")
    return code


if __name__ == "__main__":
    sys.exit(main())
