# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where Python refuses MD5, as FIPS builds do, or takes warnings for errors: a whole life is as it is elsewhere."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest

if t.TYPE_CHECKING:
    from e2e.conftest import Data, Play, Stage

pytestmark = pytest.mark.slow

SOURCE = Path(__file__).resolve().parents[2] / "extensions" / "eda" / "plugins" / "event_source" / "ecs_image.py"
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

OTHERS = """
- hosts: localhost
  gather_facts: false
  environment: {PYTHONWARNINGS: error}
  vars: {ansible_python_interpreter: "{{ ansible_playbook_python }}"}
  module_defaults: {group/imageops.alicloud.all: {region: cn-hangzhou}}
  tasks:
    - imageops.alicloud.ecs_image:
        name: imported
        import_from: [{bucket: builds, object: base.qcow2}]
        wait_interval: 0.1
      register: made
    - imageops.alicloud.ecs_launch_template_image: {launch_template_name: web, image_id: "{{ made.image.image_id }}"}
    - imageops.alicloud.ecs_image_export: {image_id: "{{ made.image.image_id }}", bucket: builds, wait_interval: 0.1}
    - imageops.alicloud.ecs_image_usage_info: {image_ids: ["{{ made.image.image_id }}"]}
    - imageops.alicloud.ecs_image_audit_info: {regions: [cn-hangzhou]}
"""
WATCHING = """
import asyncio, runpy, sys

async def first():
    queue, given = asyncio.Queue(), {"regions": ["cn-hangzhou"], "initial": True}
    watching = asyncio.create_task(runpy.run_path(sys.argv[1])["main"](queue, given))
    print((await queue.get())["change"])
    watching.cancel()

asyncio.run(first())
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


def test_all_the_others_without_md5_and_with_warnings_as_errors(stage: Stage, fips: t.Callable[..., Play]) -> None:
    kinds = ("Import", "Export")
    stage.control(
        "seed",
        {
            "roles": [{"name": f"AliyunECSImage{one}DefaultRole", "trust": ["ecs.aliyuncs.com"]} for one in kinds],
            "buckets": [{"name": "builds", "region": HOME, "objects": {"base.qcow2": {"size": 20}}}],
            "launch_templates": [{"region": HOME, "name": "web", "versions": [{"ImageId": "m-former"}]}],
        },
    )
    book = stage.folder / "book.yml"
    book.write_text(OTHERS)
    done = fips(str(book), {})
    (image,) = stage.in_region(HOME)
    assert done.one("ecs_image_export")["status"] == "Finished"
    (used,) = done.one("ecs_image_usage_info")["usage"]
    assert [use["name"] for use in used["uses"]] == ["web"]
    assert {one["id"] for one in done.one("ecs_image_audit_info")["findings"]} <= {image["image_id"]}
    audit = {"image_audit_regions": [HOME], "image_audit_report": str(stage.folder / "audit.html")}
    fips("imageops.alicloud.image_audit", audit)
    assert (stage.folder / "audit.html").exists()
    watching = stage.folder / "watching.py"
    watching.write_text(WATCHING)
    given = [f"PYTHONPATH={stage.folder / 'site'}:{stage.env['ANSIBLE_COLLECTIONS_PATH']}", "PYTHONWARNINGS=error"]
    assert stage.run("env", *given, "python", str(watching), str(SOURCE)).out.split() == ["appeared"]


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
