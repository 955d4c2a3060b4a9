# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What there is beside a release, as one life for any way of running: an import, an export, who uses an image, launch
templates that follow, an audit, the way back, and events."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

from ways.plays import BEIJING, HOME, MAIN, role

if t.TYPE_CHECKING:
    from e2e.conftest import Data, Stage

EVENTS = Path(__file__).resolve().parents[2] / "extensions" / "eda" / "plugins" / "event_source" / "ecs_image.py"
WATCHING = """
import asyncio, runpy, sys

async def first():
    queue, given = asyncio.Queue(), {"regions": ["cn-hangzhou"], "initial": True, "state_file": sys.argv[2]}
    watching = asyncio.create_task(runpy.run_path(sys.argv[1])["main"](queue, given))
    print((await queue.get())["change"])
    watching.cancel()

asyncio.run(first())
"""
CONNECTION = "{{ {'region': '" + HOME + "'} | combine(image_release_connection | default({})) }}"
STORED = {"import_from": [{"bucket": "builds", "object": "base.qcow2"}], "wait_interval": 0.1}
IMAGES = {f"base-{one}": f"{{{{ made_{one}.image.image_id }}}}" for one in (1, 2)}
FIRST: list[Data] = [
    {"imageops.alicloud.ecs_image": {"name": "base-1", **STORED}, "register": "made_1"},
    {"imageops.alicloud.ecs_image": {"name": "base-2", **STORED}, "register": "made_2"},
    {
        "imageops.alicloud.ecs_image_export": {"image_id": IMAGES["base-1"], "bucket": "builds", "wait_interval": 0.1},
        "register": "exported",
    },
    {
        "imageops.alicloud.ecs_launch_template_image": {"launch_template_name": "web", "image_id": IMAGES["base-1"]},
        "register": "template",
    },
]
LAST: list[Data] = [
    {"imageops.alicloud.ecs_image_usage_info": {"image_ids": [*IMAGES.values()]}, "register": "used"},
    {"imageops.alicloud.ecs_image_audit_info": {"regions": [HOME]}, "register": "audited"},
]
BACK = {"image_release_family": "base", "image_release_wait_interval": 0.1}


def modules(*tasks: Data) -> Data:
    """Tasks of modules, with the keys that the roles are given, if they are given any."""
    return {"module_defaults": {"group/imageops.alicloud.all": CONNECTION}, "block": tasks}


def releases(stage: Stage) -> list[Data]:
    """Two images that lead one after the other, and the templates with them."""
    common: Data = {
        "destinations": [{"region": BEIJING}],
        "family": "base",
        "promote": True,
        "deprecate_previous": True,
        "launch_templates": [{"region": region, "name": "web"} for region in (HOME, BEIJING)],
        "progress": False,
        "wait_interval": 0.1,
    }
    return [
        role(source={"region": HOME, "image_id": image}, manifest=str(stage.folder / f"{name}.json"), **common)
        for name, image in IMAGES.items()
    ]


def plant(stage: Stage, account: str) -> None:
    """What all of it needs in an account."""
    roles = [f"AliyunECSImage{one}DefaultRole" for one in ("Import", "Export")]
    stored = {"name": "builds", "region": HOME, "account": account, "objects": {"base.qcow2": {"size": 20}}}
    web = {"name": "web", "versions": [{"ImageId": "m-former"}], "account": account}
    world = {
        "roles": [{"name": name, "trust": ["ecs.aliyuncs.com"], "account": account} for name in roles],
        "buckets": [stored],
        "launch_templates": [{**web, "region": region} for region in (HOME, BEIJING)],
    }
    stage.control("seed", world)
    # What a version would lose by another image stops a promotion, and is no matter here.
    stage.control("settings", {"lt_extra_field": "absent"})


def book(stage: Stage, name: str, tasks: list[Data], keywords: Data) -> str:
    """A playbook of somebody else's."""
    path = stage.folder / f"{name}.yml"
    given = {"vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"}, **keywords}
    path.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks, **given}]))
    return str(path)


def leads(stage: Stage, name: str) -> bool:
    """Whether images of this name are the only ones of the family, and the ones that the templates start from."""
    names = {image["image_id"]: image["name"] for image in stage.images()}
    family = {image["name"] for image in stage.images() if image["family"] and image["status"] == "Available"}
    templates = stage.control("state")["launch_templates"]
    started = {names.get(one["versions"][str(one["default"])]["data"]["ImageId"]) for one in templates}
    return family == started == {name}


def life(stage: Stage, run: t.Callable[..., t.Any], account: str = MAIN, **keywords: t.Any) -> None:
    """All of it, and what came of it.

    :param run: runs a playbook by its name or path, with variables
    :param keywords: of the plays. With ``environment`` the way back is a role, because playbooks take none
    """
    plant(stage, account)
    said = stage.folder / "said.json"
    known = "{{ dict(exported=exported, template=template, used=used, audited=audited) | to_json }}"
    kept = {"ansible.builtin.copy": {"content": known, "dest": str(said), "mode": "0600"}}
    run(book(stage, "life", [modules(*FIRST), *releases(stage), modules(*LAST), kept], keywords), {})
    assert leads(stage, "base-2")
    found = json.loads(said.read_text())
    assert found["exported"]["status"] == "Finished" and found["template"]["changed"]
    uses = [use for one in found["used"]["usage"] for use in one["uses"] if use["kind"] == "launch_template"]
    assert {use["name"] for use in uses} == {"web"}
    assert found["audited"]["account_id"] == account
    go_back(stage, run, keywords)
    assert leads(stage, "base-1")
    stage.forget()
    go_back(stage, run, keywords)
    assert stage.writes() == []
    assert {call["account"] for call in stage.control("journal")["entries"]} == {account}


def go_back(stage: Stage, run: t.Callable[..., t.Any], keywords: Data) -> None:
    record = str(stage.folder / "base-1.json")
    variables = {**BACK, "image_release_from_manifest": record, "image_release_manifest": record}
    if "environment" in keywords:
        run(book(stage, "back", [role(rollback=True)], keywords), variables)
    else:
        run("imageops.alicloud.rollback", variables)


def audit(stage: Stage, run: t.Callable[..., t.Any]) -> None:
    """The playbook that audits, with its page."""
    page = stage.folder / "audit.html"
    run("imageops.alicloud.image_audit", {"image_audit_regions": [HOME], "image_audit_report": str(page)})
    assert f"from what {MAIN} showed" in page.read_text()


def first_event(stage: Stage, *settings: str) -> str:
    """What the event source tells first, where these variables are set."""
    watching = stage.folder / "watching.py"
    watching.write_text(WATCHING)
    words = [str(watching), str(EVENTS), str(stage.folder / "events.state")]
    return stage.run("env", *settings, "python", *words).out.strip()
