# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""See that ansible-builder understands what the collection says that it needs, and writes a build context from it.

An image is not built here: that takes a container engine and a base image.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

import artifact
import lock
import tool_venv
from environment import BUILD, COLLECTION, ROOT, clean

HERE = BUILD / "execution-environment"
CONTEXT = HERE / "context"
# Arguments of the recipe that its base image decides: where Python is, and that there is no dnf to clean up after.
ARGUMENTS = {"PYCMD": "/usr/local/bin/python3", "PKGMGR_PRESERVE_CACHE": "always"}
# What keeps the packages to the tested versions.
LINES = (
    "COPY _build/configs/execution-environment-constraints.txt /etc/pip-constraints.txt",
    "ENV PIP_CONSTRAINT=/etc/pip-constraints.txt",
)


def introspected() -> str:
    """What ansible-builder finds in a tree of collections that holds the built one."""
    tree = HERE / "collections"
    install = ["ansible-galaxy", "collection", "install", "--offline", "--no-deps", "-p", str(tree)]
    env = clean("ANSIBLE_") | {"ANSIBLE_COLLECTIONS_PATH": str(tree)}
    subprocess.run([*install, str(artifact.build(HERE / "dist"))], env=env, check=True, stdout=subprocess.DEVNULL)
    assert (tree / COLLECTION / "meta" / "execution-environment.yml").exists()
    command = [str(tool_venv.commands("builder") / "ansible-builder"), "introspect", "--sanitize", str(tree)]
    return subprocess.run(command, env=clean(), check=True, capture_output=True, text=True).stdout


def faults() -> list[str]:
    """What is missing in the list of packages or in the build context."""
    found = []
    listed = introspected()
    for requirement in artifact.requirements(ROOT / "requirements.txt"):
        if requirement not in listed:
            found.append(f"not introspected: {requirement}")
    definition = str(ROOT / "execution-environment.yml")
    command = [str(tool_venv.commands("builder") / "ansible-builder"), "create", "-f", definition, "-c", str(CONTEXT)]
    command += ["--output-filename", "Containerfile"]
    subprocess.run(command, cwd=HERE, env=clean(), check=True, stdout=subprocess.DEVNULL)
    galaxy = (CONTEXT / "_build" / "requirements.yml").read_text()
    if "imageops.alicloud" not in galaxy:
        found.append("the build context does not install imageops.alicloud")
    return found + recipe_faults((CONTEXT / "Containerfile").read_text()) + pin_faults()


def pin_faults() -> list[str]:
    """Whether the constraints let everything be installed that is asked for. Nothing is installed here."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--dry-run"]
    pip += ["--ignore-installed", "-c", str(lock.CONSTRAINTS), "-r", str(ROOT / "requirements.txt"), *lock.ENVIRONMENT]
    done = subprocess.run(pip, env=clean(), check=False, capture_output=True, text=True)
    return [f"the constraints can't be met: {done.stderr.strip()}"] if done.returncode else []


def recipe_faults(recipe: str) -> list[str]:
    """What would keep the recipe from being built on its base image, a Debian with a Python of its own."""
    found = []
    if "ansible-core>=2.18" not in recipe + python_requirements():
        found.append("the build context does not install a supported ansible-core")
    found += [f"the recipe lacks: {line}" for line in LINES if line not in recipe.splitlines()]
    if not re.search(r"^ARG EE_BASE_IMAGE=", recipe, re.MULTILINE):
        found.append("no digest can be given for the base image: there is no argument EE_BASE_IMAGE")
    for name, wanted in ARGUMENTS.items():
        given = set(re.findall(rf'^ARG {name}="?([^"\n]*)', recipe, re.MULTILINE))
        if given != {wanted}:
            found.append(f"{name} is {', '.join(sorted(given)) or 'not set'}, but the base image needs {wanted}")
    return found


def python_requirements() -> str:
    return "".join(path.read_text() for path in (CONTEXT / "_build").rglob("*.txt"))


def main() -> int:
    shutil.rmtree(HERE, ignore_errors=True)
    HERE.mkdir(parents=True)
    found = faults()
    print("\n".join(found) or "ansible-builder: introspect and create agree with requirements.txt")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
