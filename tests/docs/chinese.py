# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pages that are translated into Chinese, as a small site beside the English one, which its other links lead to."""

from __future__ import annotations

import re
import shutil
import subprocess
import typing as t
from pathlib import Path

import environment
import yaml
from babel.messages.pofile import read_po

LANGUAGE = "zh_CN"
CATALOGUES = environment.ROOT / "docs" / "locale" / LANGUAGE
SHORT = "short_descriptions"  # the catalogue of what modules and roles do, which is no page
REFERENCE = "ansible_collections.imageops.alicloud"
PAGES = environment.ROOT / "docs" / "docsite" / "rst"
FRONT = Path(__file__).resolve().with_name("index_zh_CN.rst")

CONF = f"""
language = '{LANGUAGE}'
locale_dirs = ['locale']
gettext_compact = False
intersphinx_mapping = {{
    'english': ('..', '../html/objects.inv'),
    'ansible': ('https://docs.ansible.com/ansible/latest/', '../ansible.inv'),
}}
"""


def translated() -> list[str]:
    """The names of the pages that have a catalogue."""
    return sorted(path.stem for path in CATALOGUES.glob("*.po") if path.stem != SHORT)


def described() -> dict[str, str]:
    """The short descriptions of the modules that users call, the lookup and the roles, by their names in references."""
    kinds = {"module": "plugins/modules/ecs_*.py", "lookup": "plugins/lookup/*.py"}
    found = {
        f"{path.stem}_{kind}": re.findall(r"^\s*short_description: (.*)$", path.read_text(), re.MULTILINE)[0]
        for kind, pattern in kinds.items()
        for path in sorted(environment.ROOT.glob(pattern))
    }
    for path in sorted(environment.ROOT.glob("roles/*/meta/argument_specs.yml")):
        spec = yaml.safe_load(path.read_text())["argument_specs"]["main"]
        found[f"{path.parts[-3]}_role"] = spec["short_description"]
    return found


def front() -> str:
    """The front page, with a table of modules and roles."""
    with open(CATALOGUES / f"{SHORT}.po", "rb") as file:
        chinese = {str(one.id): str(one.string) for one in read_po(file) if one.id}
    rows = "".join(
        f"   * - :ref:`{name.rpartition('_')[0]} <{REFERENCE}.{name}>`\n     - {chinese[text]}\n"
        for name, text in described().items()
    )
    table = f".. list-table::\n   :widths: 40 60\n\n{rows}"
    return FRONT.read_text(encoding="utf-8").replace(".. modules-and-roles\n", table)


def build(site: Path, programs: Path, env: t.Mapping[str, str]) -> int:
    """
    :param site: the folder of the English site, which is built
    :param programs: those of the virtual environment for the documentation
    :returns: Sphinx's exit code
    """
    source = site / LANGUAGE
    catalogues = source / "locale" / LANGUAGE / "LC_MESSAGES"
    catalogues.mkdir(parents=True)
    for name in translated():
        shutil.copy(PAGES / f"{name}.rst", source)
        shutil.copy(CATALOGUES / f"{name}.po", catalogues)
    (source / "index.rst").write_text(front(), encoding="utf-8")
    (source / "conf.py").write_text((site / "conf.py").read_text(encoding="utf-8") + CONF, encoding="utf-8")
    shutil.copytree(site / "_static", source / "_static")
    command = [str(programs / "sphinx-build"), "-q", "--no-color", "-W", "--keep-going", "-b", "html"]
    target = site / "html" / LANGUAGE
    return subprocess.run([*command, str(source), str(target)], cwd=site, env=dict(env), check=False).returncode
