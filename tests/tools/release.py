# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make what is published, and see that it works where nothing else of the project is.

Usage: ``release.py [--key GPG_KEY_ID]``. Builds the archive, checks what is in it and that version and changelog agree,
signs its manifest (with a throw-away key if none is named), installs it into an empty folder, verifies it there by that
signature, runs the demo with the simulator it ships, and once more from meta, playbooks, plugins and roles alone.
What is to be published is in ``build/release/dist`` then: the archive, its signature, the bill of materials and the
checksums of them. Publishing is left to whoever holds the token.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import typing as t
from pathlib import Path

import artifact
import demo
import sbom
import yaml
from environment import BUILD, COLLECTION, ROOT, clean
from simulator_process import running
from throw_away import KEY, gpg, make_key, stop_agent

HERE = BUILD / "release"
CHECKSUMS = "SHA256SUMS"
BARE = ("meta", "playbooks", "plugins", "roles")


def version_faults() -> list[str]:
    """Where galaxy.yml and the changelog say different things."""
    version = yaml.safe_load((ROOT / "galaxy.yml").read_text())["version"]
    changelog = ROOT / "changelogs" / "changelog.yaml"
    if not changelog.exists():
        return ["there is no changelogs/changelog.yaml: run antsibull-changelog release"]
    releases = yaml.safe_load(changelog.read_text())["releases"]
    found = [] if version in releases else [f"changelogs/changelog.yaml has no release {version}"]
    heading = version.replace(".", "\\.")
    if f"## v{heading}" not in (ROOT / "CHANGELOG.md").read_text():
        found.append(f"CHANGELOG.md has no section {version}")
    found += [f"{path.name} is in no release" for path in (ROOT / "changelogs" / "fragments").glob("*.y*ml")]
    modules = {path.stem for path in (ROOT / "plugins" / "modules").glob("[!_]*.py")}
    listed = {entry["name"] for release in releases.values() for entry in release.get("modules", [])}
    return found + [f"the changelog does not name {name}" for name in sorted(modules - listed)]


def sign(archive: Path, key: str | None, scratch: Path) -> tuple[Path, Path]:
    """Sign MANIFEST.json, as ansible-galaxy wants it. Returns the signature, and a keyring to check it by."""
    home = None
    if key is None:
        home, key = make_key(scratch), KEY
    with tarfile.open(archive) as tar:
        tar.extract("MANIFEST.json", scratch, filter="data")
    signature = archive.with_name(f"{archive.name.removesuffix('.tar.gz')}.asc")
    manifest = str(scratch / "MANIFEST.json")
    gpg(home, "--local-user", key, "--armor", "--detach-sign", "--output", str(signature), manifest)
    keyring = scratch / "keyring.gpg"
    gpg(home, "--output", str(keyring), "--export", key)
    if home:
        stop_agent(home)
    return signature, keyring


def verify(folder: Path, keyring: Path, signature: Path) -> list[str]:
    """Check the signature of the installed manifest, and every file against it. What is wrong, if anything."""
    tree = folder / "collections"
    command = ["ansible-galaxy", "collection", "verify", "--offline", "imageops.alicloud", "-p", str(tree)]
    options = ["--keyring", str(keyring), "--signature", signature.as_uri(), "--required-valid-signature-count", "+1"]
    env = clean("ANSIBLE_") | {"ANSIBLE_COLLECTIONS_PATH": str(tree)}
    done = subprocess.run([*command, *options], cwd=folder, env=env, check=False, capture_output=True, text=True)
    return (
        [(done.stdout + done.stderr).strip()] if done.returncode or "Successfully verified" not in done.stdout else []
    )


def complete(folder: Path) -> list[str]:
    """Add the bill of materials and the checksums to what is published. What is wrong with them, if anything."""
    (archive,) = folder.glob("*.tar.gz")
    sbom.write(archive.with_name(archive.name.replace(".tar.gz", ".cdx.json")))
    files = sorted(path for path in folder.iterdir() if path.name != CHECKSUMS)
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    (folder / CHECKSUMS).write_text("".join(lines))
    command = ["sha256sum", "--check", "--strict", "--quiet", CHECKSUMS]
    done = subprocess.run(command, cwd=folder, env=clean(), check=False, capture_output=True, text=True)
    return [done.stderr.strip()] if done.returncode else []


def bare_copy(installed: Path) -> Path:
    """A folder with a collection that holds only what runs."""
    folder = HERE / "bare"
    target = folder / "collections" / COLLECTION
    for name in BARE:
        shutil.copytree(installed / name, target / name)
    (folder / "ansible.cfg").write_text("[defaults]\nlocalhost_warning = false\n")
    return folder


def rehearse(folder: Path, simulator: Path) -> int:
    with running(simulator, folder) as ready:
        return demo.play(folder, ready, "demo")


def stages(key: str | None, scratch: Path) -> t.Iterator[tuple[str, list[str]]]:
    """What is done, step by step, and what was found wrong."""
    yield "version and changelog", version_faults()
    archive = artifact.build(HERE / "dist")
    yield "content of the archive", artifact.faults(archive)
    signature, keyring = sign(archive, key, scratch)
    folder = HERE / "installed"
    installed = demo.install(archive, folder)
    yield "signature and installed files", verify(folder, keyring, signature)
    if key is None:
        signature.unlink()
    yield "bill of materials and checksums", complete(archive.parent)
    simulator = installed / "tests" / "simulator"
    yield "demo from the installed archive", ["it failed"] if rehearse(folder, simulator) else []
    yield f"demo from {', '.join(BARE)} alone", ["it failed"] if rehearse(bare_copy(installed), simulator) else []


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--key", default=os.environ.get("GPG_KEY") or None, help="id of the key to sign with")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *dummy: sys.exit(143))  # so that the simulator is stopped then, too
    shutil.rmtree(HERE, ignore_errors=True)
    HERE.mkdir(parents=True)
    bad = 0
    # gpg's agent wants a short path for its socket.
    with tempfile.TemporaryDirectory() as scratch:
        for name, found in stages(arguments.key, Path(scratch)):
            print(f"--- {name}: {'; '.join(found) or 'ok'}", flush=True)
            bad += bool(found)
    print(verdict(bool(bad), arguments.key))
    return 1 if bad else 0


def verdict(bad: bool, key: str | None) -> str:
    if bad:
        return "not fit to be published"
    if key is None:
        return f"unsigned, otherwise fit to be published: {HERE / 'dist'}. Name a key with --key or GPG_KEY to sign it."
    return f"signed and fit to be published: {HERE / 'dist'}"


if __name__ == "__main__":
    sys.exit(main())
