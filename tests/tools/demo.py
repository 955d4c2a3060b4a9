# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build and install the collection, start the simulator it ships, and run its playbook ``demo`` against that."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import typing as t
from pathlib import Path

import artifact
from environment import BUILD, COLLECTION, clean
from simulator_process import PROXIES, only_here, running

DEMO = BUILD / "demo"
# A localhost alone is no reason to warn, and a task that has nothing to do is none to look at.
QUIET = """\
[defaults]
localhost_warning = false
display_skipped_hosts = false
callback_result_format = yaml
[inventory]
inventory_unparsed_warning = false
"""
GUIDE = "docs/docsite/rst/getting_started.rst"


def environment(ready: dict[str, t.Any], folder: Path) -> dict[str, str]:
    """The simulator's own keys and addresses, and nothing that the caller's shell says about the cloud or a proxy."""
    env = clean("ANSIBLE_", *PROXIES) | only_here(ready)
    env["ANSIBLE_CONFIG"] = str(folder / "ansible.cfg")
    env["ANSIBLE_COLLECTIONS_PATH"] = str(folder / "collections")
    return env


def install(archive: Path, folder: Path) -> Path:
    """Install the archive into an empty folder, without contacting a server. Returns the installed collection."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "ansible.cfg").write_text(QUIET)
    collections = folder / "collections"
    command = ["ansible-galaxy", "collection", "install", "--offline", "--no-deps", "-p", str(collections)]
    env = clean("ANSIBLE_") | {"ANSIBLE_COLLECTIONS_PATH": str(collections)}
    subprocess.run([*command, str(archive)], cwd=folder, env=env, check=True, stdout=subprocess.DEVNULL)
    return collections / COLLECTION


def play(folder: Path, ready: dict[str, t.Any], name: str, **variables: t.Any) -> int:
    """Run one of the installed collection's playbooks, and see that it has written its manifest."""
    manifest, report = folder / "manifest.json", folder / "report.html"
    given = json.dumps({"image_release_manifest": str(manifest), "image_release_report": str(report), **variables})
    command = ["ansible-playbook", f"imageops.alicloud.{name}", "-e", given]
    code = subprocess.run(command, cwd=folder, env=environment(ready, folder), check=False).returncode
    if not manifest.exists():
        print("The playbook wrote no manifest.")
        return code or 1
    print(f"manifest: {os.path.relpath(manifest)}\nreport:   {os.path.relpath(report)}")
    return code


def farewell(code: int) -> None:
    """Say what to do next."""
    if code:
        print(f"\nThe demo has failed. {os.path.relpath(DEMO / 'simulator.log')} holds what the simulator says.")
        return
    print(f"\nOpen {os.path.relpath(DEMO / 'report.html')} in a browser.")
    print(f"Next: a playbook of your own on the simulator, {GUIDE}")


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *dummy: sys.exit(143))  # so that the simulator is stopped then, too
    installed = install(artifact.build(BUILD / "demo-dist"), DEMO)
    with running(installed / "tests" / "simulator", DEMO) as ready:
        code = play(DEMO, ready, "demo")
    farewell(code)
    return code


if __name__ == "__main__":
    sys.exit(main())
