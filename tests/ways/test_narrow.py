# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Releases where little may be written: no home, or one to be read, a strict umask, a temporary folder that is gone."""

from __future__ import annotations

import functools
import json
import os
import threading
import time
import typing as t
from pathlib import Path

import pytest
from ways import beyond

if t.TYPE_CHECKING:
    from e2e.conftest import Data, Play, Stage

pytestmark = pytest.mark.slow

HOME, BEIJING, ONE = "cn-hangzhou", "cn-beijing", "1000000000000011"
# Root writes where it may not, unless that right is taken from it.
BOUND = ("setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override") if os.geteuid() == 0 else ()


@pytest.fixture
def variables(stage: Stage) -> Data:
    return {
        "image_release_source": {"region": HOME, "image_id": stage.image()},
        "image_release_destinations": [{"region": BEIJING}],
        "image_release_accounts": [ONE],
        "image_release_manifest": str(stage.manifest),
        "image_release_wait_interval": 0.1,
    }


@pytest.fixture(params=["not there", "read-only"])
def home(request: pytest.FixtureRequest, stage: Stage) -> Path:
    """A home in which nothing can be made: it isn't there, or it is mounted to be read, as in many a container.

    The second one holds a profile, and nothing else names keys.
    """
    if request.param == "not there":
        return Path("/proc/self/none")
    home = stage.folder / "home"
    (home / ".aliyun").mkdir(parents=True)
    env = stage.ready["env"]
    keys = {name: env.pop(f"ALIBABA_CLOUD_{name.upper()}") for name in ("access_key_id", "access_key_secret")}
    profile = {"name": "images", "mode": "AK", "region_id": HOME, **keys}
    (home / ".aliyun" / "config.json").write_text(json.dumps({"current": "images", "profiles": [profile]}))
    for path in (home / ".aliyun", home):
        path.chmod(0o555)
    return home


def run(stage: Stage, setting: str, book: str, variables: Data, code: int | None = 0) -> Play:
    """A playbook in a shell that sets something first. Modules run from files, so that they need a temporary folder."""
    given = stage.folder / "given.json"
    given.write_text(json.dumps(variables))
    shell = f"{setting}; export ANSIBLE_PIPELINING=0; exec ansible-playbook {book} -e @{given}"
    return stage.run(*BOUND, "sh", "-c", shell, code=code)


def release(stage: Stage, variables: Data, setting: str, code: int | None = 0) -> Play:
    return run(stage, setting, "imageops.alicloud.create_copy_share", variables, code)


def narrow(stage: Stage, home: Path) -> str:
    """What sets that home and a strict umask, and shows that nothing can be made there."""
    setting = f"umask 077; export HOME={home} ANSIBLE_REMOTE_TEMP={stage.folder / 'elsewhere'}"
    return f"{setting}; if mkdir {home}/new 2>/dev/null; then exit 99; fi"


def test_a_home_that_can_not_be_written_and_a_strict_umask(stage: Stage, variables: Data, home: Path) -> None:
    setting = narrow(stage, home)
    assert release(stage, variables, setting).changed > 0
    assert release(stage, variables, setting).changed == 0
    assert len(stage.in_region(BEIJING)) == 1


@pytest.mark.extra
def test_all_that_is_beside_a_release_in_such_a_home_and_with_a_strict_umask(stage: Stage, home: Path) -> None:
    there = functools.partial(run, stage, narrow(stage, home))
    beyond.life(stage, there)
    beyond.audit(stage, there)
    collections = f"PYTHONPATH={stage.env['ANSIBLE_COLLECTIONS_PATH']}"
    assert beyond.first_event(stage, collections, f"HOME={home}", *BOUND) == "appeared"


def test_a_temporary_folder_that_is_gone_in_mid_release(stage: Stage, variables: Data) -> None:
    temporary = stage.folder / "gone"
    breaker = threading.Thread(target=put_a_file_there, args=(stage, temporary))
    breaker.start()
    cut = release(stage, variables, f"export ANSIBLE_REMOTE_TEMP={temporary}", code=None)
    breaker.join()
    # Ansible calls a host without a temporary folder unreachable.
    assert cut.code == 4 and "undefined" not in cut.out
    again = release(stage, variables, f"export ANSIBLE_REMOTE_TEMP={stage.folder / 'other'}")
    assert again.changed > 0
    (copy,) = stage.in_region(BEIJING)
    assert stage.shares(copy["image_id"]) == [ONE]


def put_a_file_there(stage: Stage, folder: Path) -> None:
    """From the first copy on, nothing can be put into the folder any more."""
    end = time.monotonic() + 120
    while time.monotonic() < end and not any(call["action"] == "CopyImage" for call in stage.writes()):
        time.sleep(0.05)
    folder.rename(folder.with_suffix(".old"))
    folder.write_text("")
