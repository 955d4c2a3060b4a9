# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ``ansible-galaxy collection build`` packs, in a checkout that somebody works and releases in."""

from __future__ import annotations

import itertools
import os
import subprocess
import tarfile
import threading
from pathlib import Path

import artifact
import cores
import pytest
from environment import COLLECTION, clean
from published.plain import build

# What people keep beside the playbooks, and what runs leave behind.
STRAY = (
    ".env",
    ".netrc",
    ".aliyun/config.json",
    ".envrc",
    ".git-credentials",
    ".vault_pass",
    "ansible.cfg",
    "collections/requirements.yml",
    "extensions/awx/project/.env",
    "extensions/awx/project/secrets.json",
    "group_vars/all.yml",
    "hosts.yml",
    "id_rsa",
    "image_rekey-localhost.json",
    "image_release-localhost.json",
    "inventory/hosts.yml",
    "key.pem",
    "playbooks/.env",
    "playbooks/examples/files/id_ed25519",
    "playbooks/examples/hosts.yml",
    "playbooks/examples/image_release-localhost.json",
    "playbooks/group_vars/all.yml",
    "playbooks/hosts.yml",
    "playbooks/image_release-localhost.json",
    "playbooks/release.yml",
    "plugins/modules/.ecs_image.py.swp",
    "plugins/modules/__pycache__/ecs_image.cpython-311.pyc",
    "plugins/modules/id_rsa",
    "plugins/modules/vars.yml",
    "release.html",
    "release.json",
    "release.yml",
    "roles/image_release/files/image_release-localhost.json",
    "roles/image_release/tasks/.env",
    "roles/image_release/vars/secrets.yml",
    "sbom.json",
    "tests/integration/integration_config.yml",
    "tests/output/log",
    "tests/simulator/world.json",
    "vault.yml",
)


def checkout(folder: Path) -> Path:
    """A copy of what git knows of, in which the project's own commands have run."""
    artifact.copy_sources(folder)
    shown = folder / "build" / "collections" / COLLECTION
    subprocess.run(
        [cores.BIN / "python", "-c", "import environment; environment.link_checkout()"],
        cwd=folder / "tests" / "tools",
        env=clean(),
        check=True,
    )
    assert (shown / "galaxy.yml").exists()
    return folder


def packed_by(core: str, source: Path, target: Path) -> set[str]:
    """The names of the files that a plain build has packed."""
    with tarfile.open(build(core, source, target)) as tar:
        return {member.name for member in tar if not member.isdir()} - artifact.BY_ANSIBLE_GALAXY


@pytest.mark.slow
@pytest.mark.parametrize("core", [cores.OLDEST, pytest.param(cores.NEWEST, marks=pytest.mark.extra)])
def test_a_plain_build_packs_what_is_ours_and_nothing_else(tmp_path: Path, core: str) -> None:
    source = checkout(tmp_path / "checkout")
    wanted = packed_by(core, source, tmp_path / "clean")
    for name in STRAY:
        assert not (source / name).exists(), f"{name} is a file of the project"
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text("# a secret\n")
    packed = packed_by(core, source, tmp_path / "littered")
    assert sorted(packed - wanted) == []
    assert sorted(wanted - packed) == []
    assert {name for name in artifact.sources() if name.startswith(artifact.WHOLE)} <= packed


def come_and_go(folder: Path, ended: threading.Event) -> None:
    """Replace files by others, one after another, as compilers and installers do in ``build``."""
    for number in itertools.takewhile(lambda _number: not ended.is_set(), itertools.count()):
        (folder / str(number)).touch()
        (folder / str(number - 500)).unlink(missing_ok=True)


def test_files_that_come_and_go_beside_the_sources_fail_no_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = checkout(tmp_path / "checkout")
    subprocess.run(["git", "init", "--quiet", str(source)], check=True)
    monkeypatch.setattr(artifact, "ROOT", source)
    ended = threading.Event()
    writer = threading.Thread(target=come_and_go, args=(source / "build", ended))
    writer.start()
    try:
        assert artifact.faults(artifact.build(tmp_path / "dist")) == []
    finally:
        ended.set()
        writer.join()


def test_the_checkout_is_shown_without_holding_itself(tmp_path: Path) -> None:
    """What follows links, as ansible-galaxy does, comes to an end."""
    source = checkout(tmp_path / "checkout")
    files = [path for path, dummy, dummy in os.walk(source, followlinks=True)]
    assert len(files) < 3 * len({Path(name).parent for name in artifact.sources()}) + 100
