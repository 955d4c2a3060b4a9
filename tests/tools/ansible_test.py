# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run ``ansible-test sanity`` or ``units`` on a copy of the checkout that holds the files git knows of.

Usage: ``ansible_test.py sanity|units [--core 2.19] [--python 3.11] [-- options of ansible-test]``. Everything made
stays in ``build/ansible-test``, its home folder included. A run in which nothing was tested fails.
"""

from __future__ import annotations

import argparse
import configparser
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import version as installed_version
from pathlib import Path
from xml.etree import ElementTree

import environment

HERE = environment.BUILD / "ansible-test"
HOME = HERE / "home"
INTERPRETERS = HERE / "interpreters"
PYTHONS = ("3.11", "3.12", "3.13")
# Sanity tests that a collection with modules can't do without: skipped = the run says nothing.
ESSENTIAL = {"ansible-doc", "compile", "import", "pep8", "pylint", "runtime-metadata", "validate-modules", "yamllint"}


def find_interpreters() -> dict[str, Path]:
    """A folder of links to the interpreters that work. Wrappers that only pretend to be one are left out."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    folders = [*(Path(folder) for folder in os.get_exec_path()), *sorted(pyenv.glob("versions/*/bin"))]
    shutil.rmtree(INTERPRETERS, ignore_errors=True)
    INTERPRETERS.mkdir(parents=True)
    found = {}
    for version in PYTHONS:
        name = f"python{version}"
        candidates = [folder / name for folder in folders if folder.name != "shims" and (folder / name).exists()]
        if usable := next(filter(works, candidates), None):
            found[version] = INTERPRETERS / name
            found[version].symlink_to(usable.resolve())
    return found


def works(python: Path) -> bool:
    """Whether this interpreter can make virtual environments."""
    probe = [str(python.resolve()), "-c", "import ensurepip, ssl, venv"]
    return subprocess.run(probe, check=False, capture_output=True).returncode == 0


def core_folder(core: str | None, python: Path) -> Path:
    """The commands of the ansible-core to use: the installed one's, or those of an environment made for it."""
    if core is None or installed_version("ansible-core").startswith(f"{core}."):
        return environment.BIN
    folder = HERE / f"core-{core}-{python.name}"
    if not (folder / "bin" / "ansible-test").exists():
        subprocess.run([python, "-m", "venv", "--clear", folder], check=True)
        wanted = [f"ansible-core=={core}.*"]
        subprocess.run([folder / "bin" / "python", "-m", "pip", "install", "-q", *wanted], check=True)
    return folder / "bin"


def set_up_home(core: Path) -> None:
    """A home with the stand-in for ansible-test's download, and with pip's settings: no variable gets that far."""
    cache = HOME / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    (script,) = core.parent.glob("lib/python*/site-packages/ansible_test/_internal/python_requirements.py")
    for wanted in re.findall(r"\bpip='([\d.]+)'", script.read_text()):
        shutil.copy(Path(__file__).with_name("get_pip.py"), cache / f"get_pip_{wanted.replace('.', '_')}.py")
    settings = configparser.RawConfigParser()
    settings.read([Path.home() / ".pip" / "pip.conf", Path.home() / ".config" / "pip" / "pip.conf"])
    given = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    if proxy := os.environ.get("https_proxy") or os.environ.get("HTTPS_PROXY"):
        given.setdefault("PIP_PROXY", proxy)
    settings.read_dict({"global": {"quiet": "2"}})
    settings.read_dict({"global": {name[4:].lower().replace("_", "-"): value for name, value in given.items()}})
    target = HOME / ".config" / "pip" / "pip.conf"
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(target, "w") as file:
        settings.write(file)


def copy_checkout(target: Path) -> None:
    """Copy what git knows of; ansible-test's own virtual environments in the copy stay."""
    command = ["git", "ls-files", "-co", "--exclude-standard", "-z"]
    listing = subprocess.run(command, cwd=environment.ROOT, check=True, capture_output=True, text=True).stdout
    environments, kept = target / "tests" / "output" / ".tmp", target.parent / "kept"
    if environments.exists():
        environments.rename(kept)
    shutil.rmtree(target, ignore_errors=True)
    for name in filter(None, listing.split("\0")):
        if os.path.lexists(environment.ROOT / name):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(environment.ROOT / name, target / name, follow_symlinks=False)
    if kept.exists():
        environments.parent.mkdir(parents=True, exist_ok=True)
        kept.rename(environments)
    # ansible-test lists files with git; without a repository of its own it would find an ignored folder: no files.
    for words in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", *words], cwd=target, env=environment.clean("GIT_"), check=True)


def run_tests(command: str, core: Path, python: Path, target: Path, options: list[str]) -> int:
    env = {
        **environment.clean("ANSIBLE_", "GIT_", "PYTHON", "PYTEST_"),
        "HOME": str(HOME),
        "PATH": os.pathsep.join([str(INTERPRETERS), "/usr/local/bin", "/usr/bin", "/bin"]),
    }
    program = [str(core / "python"), str(core / "ansible-test")]
    words = [*program, command, "--venv", "--python", python.name.removeprefix("python")]
    junit = ["--junit"] if command == "sanity" else []
    return subprocess.run([*words, *junit, *options], cwd=target, env=env, check=False).returncode


def tested(target: Path) -> tuple[set[str], set[str]]:
    """The names of the test cases that ran and of those that were skipped."""
    ran: set[str] = set()
    skipped: set[str] = set()
    for report in (target / "tests" / "output" / "junit").glob("*.xml"):
        for case in ElementTree.parse(report).iter("testcase"):
            (skipped if case.find("skipped") is not None else ran).add(case.get("name", ""))
    return ran, skipped


def verdict(command: str, ran: set[str]) -> str:
    """What makes a green run worthless, if anything."""
    if not ran:
        return "nothing ran"
    missing = ESSENTIAL - {name.split("-python-")[0] for name in ran}
    if command == "sanity" and missing:
        return f"these did not run: {', '.join(sorted(missing))}"
    return ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["sanity", "units"])
    parser.add_argument("--core", help="release of ansible-core, such as 2.20; without it, the installed one")
    parser.add_argument("--python", default="{}.{}".format(*sys.version_info), choices=PYTHONS)
    parser.add_argument("options", nargs="*", help="passed on to ansible-test")
    arguments = parser.parse_args()
    interpreters = find_interpreters()
    if arguments.python not in interpreters:
        print(f"No usable Python {arguments.python} was found; found: {', '.join(interpreters) or 'none'}.")
        return 1
    python = interpreters[arguments.python]
    core = core_folder(arguments.core, python)
    target = HERE / (arguments.core or "installed") / environment.COLLECTION
    set_up_home(core)
    copy_checkout(target)
    if code := run_tests(arguments.command, core, python, target, arguments.options):
        return code
    ran, skipped = tested(target)
    without = ", ".join(sorted(skipped)) or "none"
    print(f"ansible-test {arguments.command}: {len(ran)} ran, {len(skipped)} skipped: {without}")
    if problem := "" if arguments.options else verdict(arguments.command, ran):
        print(f"ansible-test {arguments.command} was green, but {problem}.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
