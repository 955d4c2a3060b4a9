# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The objects for a controller: fit for the modules that make them, and the same in both of their forms."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import typing as t
import zipfile
from pathlib import Path

import pytest
from functional import other_servers

from docs import awx_assets

Data = dict[str, t.Any]

BUILD = Path(__file__).resolve().parents[2] / "build" / "awx"
WHEEL_WITH_AWX = "ansible>=11,<14"  # carries the collection awx.awx
KINDS: dict[str, type | tuple[type, ...]] = {
    "str": str,
    "path": str,
    "dict": dict,
    "list": list,
    "bool": bool,
    "int": int,
    "float": (int, float),
}
TASKS = awx_assets.tasks()
TEMPLATES = {options["name"]: options for module, options in TASKS if module == "job_template"}


def test_the_json_is_made_from_the_playbook() -> None:
    assert awx_assets.ASSETS.read_text() == awx_assets.text(), "run tests/docs/awx_assets.py"


def test_secrets_are_secret_and_never_in_the_json() -> None:
    (kind,) = [options for module, options in TASKS if module == "credential_type"]
    fields = {field["id"]: field for field in kind["inputs"]["fields"]}
    assert {name for name, field in fields.items() if field.get("secret")} == {"access_key_secret", "security_token"}
    used = re.findall(r"\{\{ (\w+) }}", json.dumps(kind["injectors"]))
    assert sorted(used) == sorted(fields), "every field is injected once"
    (credential,) = json.loads(awx_assets.ASSETS.read_text())["credentials"]
    assert credential["inputs"] == {}


def test_the_modules_read_what_the_credential_injects() -> None:
    from ansible_collections.imageops.alicloud.plugins.module_utils._client.environment import VARIABLES
    from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import CONNECTION

    (kind,) = [options for module, options in TASKS if module == "credential_type"]
    read = {name for option in CONNECTION.values() if "fallback" in option for name in option["fallback"][1]}
    assert set(kind["injectors"]["env"]) <= read.union(*VARIABLES.values())


def surveys() -> list[tuple[str, Data]]:
    return [(options["name"], options["survey_spec"]) for _module, options in TASKS if "survey_spec" in options]


@pytest.mark.parametrize(("name", "survey"), surveys(), ids=[name for name, dummy in surveys()])
def test_a_survey_is_whole(name: str, survey: Data) -> None:
    variables = [question["variable"] for question in survey["spec"]]
    assert len(variables) == len(set(variables))
    for question in survey["spec"]:
        assert question["type"] in ("text", "textarea", "password", "integer", "float", "multiplechoice", "multiselect")
        assert question["question_name"] and isinstance(question["required"], bool)
        if question["type"] == "multiselect":
            assert set(question["default"].split()) <= set(question["choices"])
        else:
            assert 0 <= question["min"] <= question["max"]


def test_every_playbook_is_in_the_project_and_uses_what_is_asked() -> None:
    for name, options in TEMPLATES.items():
        text = (awx_assets.AWX / "project" / options["playbook"]).read_text()
        book = re.findall(r"import_playbook: imageops\.alicloud\.(\w+)", text)
        (imported,) = [awx_assets.AWX.parents[1] / "playbooks" / f"{one}.yml" for one in book]
        read = text + imported.read_text()
        for question in options.get("survey_spec", {}).get("spec", []):
            assert question["variable"] in read, f"{name}: nobody reads {question['variable']}"


def test_the_workflow_hangs_together() -> None:
    (workflow,) = [options for module, options in TASKS if module == "workflow_job_template"]
    asked = {question["variable"] for question in workflow["survey_spec"]["spec"]}
    nodes = {node["identifier"]: node for node in workflow["workflow_nodes"]}
    followers = [
        one["identifier"] for node in nodes.values() for many in node.get("related", {}).values() for one in many
    ]
    assert sorted([*followers, "copy"]) == sorted(nodes), "one chain, from copy on"
    for node in nodes.values():
        template = node["unified_job_template"]
        if template["type"] == "job_template":
            survey = {question["variable"] for question in TEMPLATES[template["name"]]["survey_spec"]["spec"]}
            assert set(node["extra_data"]) <= survey, "AWX drops what the template does not ask for"
            assert not set(node["extra_data"]) & asked, "the workflow's answers would win"
            assert asked <= survey


@pytest.fixture(scope="session")
def collections() -> Path:
    """The collection awx.awx as the package ansible carries it, without the rest of that package."""
    there = BUILD / "ansible_collections" / "awx" / "awx"
    if not (there / "MANIFEST.json").exists():
        wheels = BUILD / "wheels"
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*pip, "--only-binary", ":all:", "-d", str(wheels), WHEEL_WITH_AWX], check=True)
        (wheel,) = wheels.glob("ansible-*.whl")
        with zipfile.ZipFile(wheel) as archive:
            wanted = [name for name in archive.namelist() if name.startswith("ansible_collections/awx/awx/")]
            archive.extractall(BUILD, [*(name for name in wanted if "MANIFEST" not in name)])
            archive.extract("ansible_collections/awx/awx/MANIFEST.json", BUILD)  # last: then the rest is there
        wheel.unlink()
    return BUILD


@pytest.mark.slow
@pytest.mark.extra
def test_the_modules_of_awx_take_every_option(collections: Path) -> None:
    names = sorted({f"awx.awx.{module}" for module, _options in TASKS})
    doc = Path(sys.executable).with_name("ansible-doc")
    env = {"PATH": "/usr/bin:/bin", "ANSIBLE_COLLECTIONS_PATH": str(collections), "LC_ALL": "C.UTF-8"}
    command = [str(doc), "--type", "module", "--json", *names]
    shown = subprocess.run(command, env=env, check=True, capture_output=True, text=True)
    documented = {name: entry["doc"]["options"] for name, entry in json.loads(shown.stdout).items()}
    faults = [
        f"{module} {options['name']}: {fault}"
        for module, options in TASKS
        for fault in faults_of(options, documented[f"awx.awx.{module}"])
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.slow
@pytest.mark.extra
def test_a_check_on_an_empty_controller_says_what_a_run_would_make(collections: Path, tmp_path: Path) -> None:
    nothing = json.dumps({"count": 0, "results": [], "next": None}).encode()
    with other_servers.serving(other_servers.always(200, nothing, Content_Type="application/json")) as controller:
        env = {
            **{"PATH": "/usr/bin:/bin", "ANSIBLE_COLLECTIONS_PATH": str(collections), "LC_ALL": "C.UTF-8"},
            **{"ANSIBLE_LOCAL_TEMP": str(tmp_path), "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false"},
            **{"CONTROLLER_HOST": f"http://{controller.place}", "CONTROLLER_OAUTH_TOKEN": "unused"},
        }
        play = Path(sys.executable).with_name("ansible-playbook")
        command = [str(play), "--check", str(awx_assets.PLAYBOOK)]
        done = subprocess.run(command, env=env, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {asked.line.partition(" ")[0] for asked in controller.asked} == {"GET"}
    assert "Not there yet: Alibaba Cloud, Image releases, Release an image. A run would make them" in done.stdout
    assert "Know how keys" not in done.stdout, "no module is asked for what it can't foretell"


def faults_of(given: Data, documented: Data) -> list[str]:
    """What a module would refuse, by its own documentation."""
    faults = [
        f"{name} is missing" for name, option in documented.items() if option.get("required") and name not in given
    ]
    for name, value in given.items():
        option = documented.get(name)
        if option is None:
            faults.append(f"unknown option {name}")
        elif value is not None:
            faults += [f"{name}: {fault}" for fault in value_faults(value, option)]
    return faults


def value_faults(value: t.Any, option: Data) -> list[str]:
    kind = option.get("type", "str")
    if not isinstance(value, KINDS[kind]) or (isinstance(value, bool) and kind != "bool"):
        return [f"{value!r} is not of type {kind}"]
    if option.get("choices") and value not in option["choices"]:
        return [f"{value!r} is not one of {option['choices']}"]
    suboptions = option.get("suboptions")
    if not suboptions:
        return []
    entries = t.cast("list[Data]", value if kind == "list" else [value])
    return [fault for entry in entries for fault in faults_of(entry, suboptions)]
