# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever version 1.0.0 has called by a name is still called so, or the page about porting says what became of it."""

from __future__ import annotations

import json
import subprocess
import sys
import typing as t
from pathlib import Path

import environment
import pytest
import yaml

HERE = Path(__file__).resolve().parent
PAGE = (HERE.parents[1] / "docs" / "docsite" / "rst" / "porting_2.rst").read_text()
# What 1.0.0 documents: options with their defaults, choices and aliases, and the keys of results, each by its path.
OLD: dict[str, dict[str, t.Any]] = json.loads((HERE / "names_of_1_0.json").read_text())

Data = dict[str, t.Any]


def documented(kind: str) -> dict[str, Data]:
    """What this version documents of one kind of plugin, by its name."""
    env = environment.clean("ANSIBLE_") | {"ANSIBLE_COLLECTIONS_PATH": str(environment.BUILD / "collections")}

    def asked(*words: str) -> Data:
        command = [str(Path(sys.executable).with_name("ansible-doc")), "--type", kind, "--json", *words]
        shown = subprocess.run(command, env=env, check=True, capture_output=True, text=True)
        return t.cast("Data", json.loads(shown.stdout))

    there = sorted(asked("--list", "imageops.alicloud"))
    return {name.rpartition(".")[2]: entry for name, entry in asked(*there).items()}


def flat(entries: Data | None, path: str = "") -> dict[str, Data]:
    """Options or keys with all that is below them, by their paths and, of options, by their aliases too."""
    found: dict[str, Data] = {}
    for name, entry in (entries or {}).items():
        below = entry.get("options") or entry.get("suboptions") or entry.get("contains")
        for called in (name, *(entry.get("aliases") or [])):
            found |= {f"{path}{called}": entry, **flat(below, f"{path}{called}.")}
    return found


def differences(old: Data, new: Data) -> t.Iterator[str]:
    """The paths of options and keys that are gone or take something else."""
    entry = new.get("entry_points", {}).get("main") or new["doc"]
    options, keys = flat(entry.get("options")), flat(new.get("return"))
    for path, said in old["options"].items():
        here = options.get(path, {})
        aliases = {path.rpartition(".")[0] + alias for alias in said.get("aliases", [])}
        same = path in options and (here.get("default") or None) == (said.get("default") or None)
        choices = {*(here.get("choices") or said.get("choices", []))}
        if not (same and aliases <= {*options} and {*said.get("choices", [])} <= choices):
            yield path
    yield from (path for path in old["returns"] if path not in keys)


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(OLD))
def test_no_name_of_1_0_is_gone_without_a_word(kind: str) -> None:
    environment.link_checkout()
    found = documented(kind)
    untold = []
    for name, old in OLD[kind].items():
        if name in found:
            paths = list(differences(old, found[name]))
            untold += [f"{name}: {path}" for path in paths if f"``{path.rpartition('.')[2]}" not in PAGE]
        elif f"``{name}``" not in PAGE:
            untold.append(name)
    assert untold == []


@pytest.mark.slow
def test_a_filter_of_1_0_that_is_gone_says_what_to_use_instead(tmp_path: Path) -> None:
    """It was no filter that anybody knew, as if its name were misspelt."""
    environment.link_checkout()
    routing = yaml.safe_load((HERE.parents[1] / "meta" / "runtime.yml").read_text())["plugin_routing"]["filter"]
    assert {*routing} == {*OLD["filter"]} - {*documented("filter")}
    shown = [{"ansible.builtin.debug": {"msg": f"{{{{ [] | imageops.alicloud.{name} }}}}"}} for name in routing]
    tasks = [task | {"ignore_errors": True} for task in shown]
    (tmp_path / "play.yml").write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "play.yml"]
    env = environment.for_ansible(tmp_path)
    done = subprocess.run(command, cwd=tmp_path, env=env, check=True, capture_output=True, text=True)
    told = " ".join((done.stdout + done.stderr).split())
    for name, route in routing.items():
        text = route["tombstone"]["warning_text"]
        assert f"imageops.alicloud.{name}' filter plugin has been removed. {text}" in told
