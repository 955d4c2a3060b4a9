# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where Python refuses MD5, as FIPS builds do, or takes warnings for errors: a whole life is as it is elsewhere."""

from __future__ import annotations

import json
import typing as t

import pytest
from ways import beyond

if t.TYPE_CHECKING:
    from e2e.conftest import Data, Play, Stage

pytestmark = pytest.mark.slow

HOME, BEIJING, FRANKFURT, ONE = "cn-hangzhou", "cn-beijing", "eu-central-1", "1000000000000011"
PLACE = {
    "region": BEIJING,
    "instance_type": "ecs.g7.large",
    "vswitch_id": f"vsw-simulator-{BEIJING}",
    "security_group_id": f"sg-simulator-{BEIJING}",
}
REFUSING = """
import hashlib, _hashlib

def refusing(*dummy, usedforsecurity=True, **options):
    if usedforsecurity:
        raise ValueError("[digital envelope routines] unsupported")
    return real(*dummy, usedforsecurity=False, **options)

def by_name(name, *args, **options):
    return refusing(*args, **options) if name.lower() == "md5" else new(name, *args, **options)

real, new = hashlib.md5, hashlib.new
hashlib.md5 = _hashlib.openssl_md5 = refusing
hashlib.new = by_name
"""


@pytest.fixture
def fips(stage: Stage) -> t.Callable[..., Play]:
    """Runs a playbook in which every Python has an MD5 that refuses."""
    site = stage.folder / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(REFUSING)

    def run(book: str, variables: Data, *words: str) -> Play:
        (stage.folder / "given.json").write_text(json.dumps(variables))
        given = f"@{stage.folder / 'given.json'}"
        return stage.run("env", f"PYTHONPATH={site}", "ansible-playbook", book, "-e", given, *words)

    return run


def test_md5_refuses_there(stage: Stage, fips: t.Callable[..., Play]) -> None:
    ask = "import hashlib\ntry: hashlib.md5(b'')\nexcept ValueError as error: print(error)"
    book = stage.folder / "book.yml"
    tasks = [
        {"ansible.builtin.command": {"argv": ["{{ ansible_playbook_python }}", "-c", ask]}, "register": "asked"},
        {"ansible.builtin.debug": {"msg": "{{ asked.stdout }}"}},
    ]
    book.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    assert "unsupported" in fips(str(book), {}).out


def test_a_life_without_md5(stage: Stage, fips: t.Callable[..., Play]) -> None:
    key = stage.ready["demo"]["kms_keys"][FRANKFURT]
    release = {
        "image_release_source": {"region": HOME, "instance_id": stage.ready["demo"]["instances"]["demo"]},
        "image_release_name": "without-md5",
        "image_release_destinations": [
            {"region": BEIJING},
            {"region": FRANKFURT, "encrypted": True, "kms_key_id": key},
        ],
        "image_release_accounts": [ONE],
        "image_release_steps": ["create", "copy", "verify", "share", "promote"],
        "image_release_verify": [PLACE],
        "image_release_family": "base",
        "image_release_manifest": str(stage.manifest),
        "image_release_report": str(stage.folder / "report.html"),
        "image_release_wait_interval": 0.1,
    }
    fips("imageops.alicloud.create_copy_share", release, "--check")
    assert stage.writes() == []
    made = fips("imageops.alicloud.create_copy_share", release)
    assert BEIJING in made.err and "NoAnswer" not in made.out
    assert {image["region"] for image in stage.images() if image["family"] == "base"} == {HOME, BEIJING, FRANKFURT}
    (copy,) = stage.in_region(BEIJING)
    assert stage.shares(copy["image_id"]) == [ONE]
    # A test boot is made each time that it is asked for.
    release["image_release_steps"] = ["create", "copy", "share", "promote"]
    stage.forget()
    assert fips("imageops.alicloud.create_copy_share", release).changed == 0 and stage.writes() == []
    records = [str(stage.manifest)]
    fips("imageops.alicloud.stop_copies", {"stop_copies_manifests": records})
    fips(
        "imageops.alicloud.unshare_everywhere",
        {"unshare_everywhere_manifests": records, "unshare_everywhere_accounts": [ONE]},
    )
    assert [stage.shares(image["image_id"]) for image in stage.in_region(BEIJING)] == [[]]
    retire = {"image_retire_regions": [HOME, BEIJING], "image_retire_families": ["base"], "image_retire_keep": 1}
    assert fips("imageops.alicloud.image_retire", retire).changed == 0


def test_all_that_is_beside_a_release_without_md5_and_with_warnings_as_errors(
    stage: Stage, fips: t.Callable[..., Play]
) -> None:
    beyond.life(stage, fips, environment={"PYTHONWARNINGS": "error"})
    beyond.audit(stage, fips)
    folders = f"{stage.folder / 'site'}:{stage.env['ANSIBLE_COLLECTIONS_PATH']}"
    assert beyond.first_event(stage, f"PYTHONPATH={folders}", "PYTHONWARNINGS=error") == "appeared"


def test_where_python_s_warnings_are_errors_modules_work_as_elsewhere(stage: Stage) -> None:
    book = stage.folder / "book.yml"
    variables = {
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        "image_release_source": {"region": HOME, "image_id": stage.image()},
        "image_release_destinations": [{"region": BEIJING}],
        "image_release_manifest": str(stage.manifest),
    }
    role = {"role": "imageops.alicloud.image_release"}
    play = {"hosts": "localhost", "gather_facts": False, "vars": variables, "roles": [role]}
    book.write_text(json.dumps([{**play, "environment": {"PYTHONWARNINGS": "error"}}]))
    assert stage.playbook(str(book), {}).changed > 0
    assert len(stage.in_region(BEIJING)) == 1
