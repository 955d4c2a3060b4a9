# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every example in the plugins' documentation runs, one after another, on a simulator that knows what they speak of."""

from __future__ import annotations

import ast
import json
import os
import re
import sys
import typing as t
from pathlib import Path

import process_tree
import pytest
import yaml
from internal import INTERNAL

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
COLLECTIONS = ROOT / "build" / "collections"
GIVEN = yaml.safe_load(Path(__file__).with_name("world.yml").read_text())
# A manifest as a release has written it.
GIVEN["vars"]["record_text"] = (ROOT / "tests/unit/plugins/plugin_utils/manifests_1_0/released.json").read_text()
SOURCES = sorted(
    path
    for folder, pattern in (("modules", "*.py"), ("lookup", "*.py"), ("filter", "*.yml"))
    for path in (ROOT / "plugins" / folder).glob(pattern)
    if path.stem not in INTERNAL  # whose examples are the roles' own
)
READMES = sorted(ROOT.glob("roles/*/README.md"))
UNWANTED = ("ALIBABA", "ALICLOUD", "ALIYUN", "ANSIBLE_", "PYTEST_")


def examples(source: Path) -> str:
    """The text of EXAMPLES, of a plugin in Python or of a documentation file beside one."""
    if source.suffix == ".yml":
        return str(yaml.safe_load(source.read_text())["EXAMPLES"])
    for node in ast.parse(source.read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "EXAMPLES":
            return str(ast.literal_eval(node.value))
    raise AssertionError(f"{source} has no EXAMPLES")


def tasks(source: Path) -> list[dict[str, t.Any]]:
    """The examples as tasks. Those of filters are variables, so that a task has to ask for their value."""
    found = yaml.safe_load(examples(source))
    if isinstance(found, dict):
        shown = {"ansible.builtin.debug": {"msg": "{{ [" + ", ".join(f"example_{name}" for name in found) + "] }}"}}
        return [{"name": source.stem, **shown, "vars": {f"example_{name}": value for name, value in found.items()}}]
    assert found and all("name" in task for task in found)
    return list(found)


def play(sources: list[Path]) -> list[dict[str, t.Any]]:
    defaults = {"group/imageops.alicloud.all": {"region": "cn-hangzhou"}}
    return [
        {
            "hosts": "localhost",
            "connection": "local",
            "gather_facts": False,
            "module_defaults": defaults,
            "vars": {"ansible_python_interpreter": sys.executable, **GIVEN["vars"]},
            "tasks": [task for source in sources for task in tasks(source)],
        }
    ]


def role_play(readme: Path) -> list[dict[str, t.Any]]:
    """The play of a role's README."""
    (block,) = re.findall(r"```yaml\n(.*?)```", readme.read_text(), re.S)
    return t.cast("list[dict[str, t.Any]]", yaml.safe_load(block))


# Those of filters change nothing that another could see, so that one play has them all.
PLAYS = [
    *(pytest.param(play([path]), id=f"{path.parent.name}/{path.stem}") for path in SOURCES if path.suffix == ".py"),
    pytest.param(play([path for path in SOURCES if path.suffix == ".yml"]), id="filter"),
    *(pytest.param(role_play(path), id=f"{path.parent.name}/{path.stem}") for path in READMES),
]


@pytest.mark.parametrize("book", PLAYS)
def test_examples_run(book: list[dict[str, t.Any]], tmp_path: Path) -> None:
    (tmp_path / "play.yml").write_text(json.dumps(book))
    (tmp_path / "world.json").write_text(json.dumps(GIVEN["world"]))
    (tmp_path / "release.json").write_text("{}")
    (tmp_path / "ansible.cfg").write_text("[defaults]\nlocalhost_warning = false\nnocolor = true\n")
    env = {
        **{name: value for name, value in os.environ.items() if not name.upper().startswith(UNWANTED)},
        "ALIBABA_CLOUD_REGION_ID": "cn-hangzhou",
        "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
        "ANSIBLE_CONFIG": str(tmp_path / "ansible.cfg"),
        "ANSIBLE_HOME": str(tmp_path / "home"),
        "ANSIBLE_NOCOLOR": "1",
    }
    simulator = [sys.executable, str(ROOT / "tests" / "simulator"), "--speed", "50", "--seed-file", "world.json"]
    ansible = [str(Path(sys.executable).with_name("ansible-playbook")), "play.yml"]
    done = process_tree.run([*simulator, "--run", *ansible], cwd=tmp_path, env=env)
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_is_left_out() -> None:
    """Each plugin that users see is among them."""
    documented = {path.stem for path in SOURCES if path.parent.name == "modules"}
    assert documented == {path.stem for path in (ROOT / "plugins" / "modules").glob("[!_]*.py")} - INTERNAL
    assert len(SOURCES) > len(documented)
    assert {path.parent.name for path in READMES} == {path.name for path in (ROOT / "roles").iterdir()}
