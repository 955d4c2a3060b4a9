# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make ``extensions/awx/assets.json``, which ``awx import`` reads, from the playbook ``extensions/awx/configure.yml``.

Usage: ``awx_assets.py`` writes the file; ``awx_assets.py --check`` only says whether it is up to date.
"""

from __future__ import annotations

import json
import re
import sys
import typing as t
from pathlib import Path

import yaml

AWX = Path(__file__).resolve().parents[2] / "extensions" / "awx"
PLAYBOOK, ASSETS = AWX / "configure.yml", AWX / "assets.json"
Data = dict[str, t.Any]

# The collections of the API, in the order that "awx export" writes them.
COLLECTIONS = {
    "credential_type": "credential_types",
    "credential": "credentials",
    "project": "projects",
    "inventory": "inventory",
    "job_template": "job_templates",
    "workflow_job_template": "workflow_job_templates",
}
# What the modules have beside the fields of the API.
NO_FIELDS = {"state", "workflow_nodes", "survey_spec", "credentials", "update_project", "wait"}
# What is made on request only, and chosen by hand after an import.
ON_REQUEST = "execution_environment"


class Loader(yaml.SafeLoader):
    """YAML as Ansible reads it: text marked !unsafe is text."""


class Unsafe(str):
    """Text that Ansible does not template."""


def unsafe(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Unsafe:
    return Unsafe(loader.construct_scalar(node))


Loader.add_constructor("!unsafe", unsafe)


def tasks(path: Path = PLAYBOOK) -> list[tuple[str, Data]]:
    """The playbook's tasks as pairs of module and options, with the play's variables filled in."""
    (play,) = yaml.load(path.read_text(), Loader)
    found = []
    for task in play["tasks"]:
        for module, options in task.items():
            if module.startswith("awx.awx."):
                found.append((module.removeprefix("awx.awx."), filled(options, play["vars"])))
    return found


def filled(value: t.Any, variables: Data) -> t.Any:
    """Templates replaced by what they stand for. Only names of the play's own variables are understood, and lookups,
    which stand for secrets and come to nothing here."""
    if isinstance(value, dict):
        return {key: filled(one, variables) for key, one in value.items()}
    if isinstance(value, list):
        return [filled(one, variables) for one in value]
    if isinstance(value, Unsafe):
        return str(value)
    if not isinstance(value, str) or "{{" not in value:
        return value
    if re.fullmatch(r"\{\{ lookup\(.*\) }}", value):
        return None
    if re.fullmatch(r"\{\{ (\w+) \| ternary\('[^']*', omit\) }}", value):
        return None  # nothing, as long as the play's variable is empty
    return re.sub(r"\{\{ (\w+) }}", lambda match: variables[match[1]], value)


def assets(found: list[tuple[str, Data]]) -> Data:
    """What ``awx import`` takes: objects by collection, naming each other by natural keys."""
    result: Data = {name: [] for name in COLLECTIONS.values()}
    for module, options in found:
        if module == ON_REQUEST:
            continue
        result[COLLECTIONS[module]].append(asset(module, options))
    return result


def asset(module: str, options: Data) -> Data:
    entry = {key: value for key, value in options.items() if key not in NO_FIELDS | {ON_REQUEST}}
    if module == "project":
        del entry["timeout"]  # of the first update: what the task waits for, and no field of the project
    for field, kind in (("organization", "organization"), ("project", "project"), ("inventory", "inventory")):
        if field in entry:
            entry[field] = key_of(kind, entry[field], options.get("organization"))
    if "credential_type" in entry:
        entry["credential_type"] = key_of("credential_type", entry["credential_type"])
    if module == "credential":
        entry["inputs"] = {}  # secrets are typed in by hand
    if "extra_vars" in entry:
        entry["extra_vars"] = json.dumps(entry["extra_vars"])
    if module in ("job_template", "workflow_job_template"):
        entry["related"] = related(module, options)
    entry["natural_key"] = natural_key(module, options)
    return entry


def natural_key(module: str, options: Data) -> Data:
    if module == "credential_type":
        return key_of(module, options["name"])
    key = key_of(module, options["name"], options["organization"])
    if module == "credential":
        key["credential_type"] = key_of("credential_type", options["credential_type"])
    return key


def key_of(kind: str, name: str, organization: str | None = None) -> Data:
    """How an object is named from outside."""
    if kind == "organization":
        return {"name": name, "type": kind}
    if kind == "credential_type":
        return {"name": name, "kind": "cloud", "type": kind}
    return {"organization": key_of("organization", organization or ""), "name": name, "type": kind}


def related(module: str, options: Data) -> Data:
    found: Data = {}
    if "survey_spec" in options:
        found["survey_spec"] = options["survey_spec"]
    organization = options["organization"]
    if options.get("credentials"):
        found["credentials"] = [
            {**key_of("credential", name, organization), "credential_type": key_of("credential_type", "Alibaba Cloud")}
            for name in options["credentials"]
        ]
    if module == "workflow_job_template":
        workflow = key_of(module, options["name"], organization)
        found["workflow_nodes"] = [node(one, workflow) for one in options["workflow_nodes"]]
    return found


def node(options: Data, workflow: Data) -> Data:
    template, identifier = options["unified_job_template"], options["identifier"]
    after: Data = {
        kind: [node_key(one["identifier"], workflow) for one in followers]
        for kind, followers in options.get("related", {}).items()
    }
    entry: Data = {"identifier": identifier, "workflow_job_template": workflow}
    if "extra_data" in options:
        entry["extra_data"] = options["extra_data"]
    if template["type"] == "workflow_approval":
        after["create_approval_template"] = {key: template[key] for key in ("name", "description", "timeout")}
    else:
        entry["unified_job_template"] = key_of(template["type"], template["name"], template["organization"]["name"])
    return {**entry, "related": after, "natural_key": node_key(identifier, workflow)}


def node_key(identifier: str, workflow: Data) -> Data:
    return {"workflow_job_template": workflow, "identifier": identifier, "type": "workflow_job_template_node"}


def text() -> str:
    return json.dumps(assets(tasks()), indent=2, ensure_ascii=False) + "\n"


def main() -> int:
    wanted = text()
    if sys.argv[1:] == ["--check"]:
        current = ASSETS.exists() and ASSETS.read_text() == wanted
        print(f"{ASSETS.name} is {'up to date' if current else 'out of date: run awx_assets.py'}")
        return 0 if current else 1
    ASSETS.write_text(wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
