# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run ansible-test's sanity, units and integration on a copy of the checkout that holds the files git knows of.

Usage: ``ansible_test.py sanity|units|integration... [--core 2.19] [--python 3.11] [-- options of ansible-test]``.
With ``--packed`` it is a copy of what an archive of the collection holds: without most tests.
Everything made stays in ``build/ansible-test``, a home folder for each command included, so that two commands can run
beside each other; two runs of one take turns. A run in which nothing was tested fails. The integration targets get a
simulator of their own.
"""

from __future__ import annotations

import argparse
import configparser
import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import typing as t
from importlib.metadata import version as installed_version
from pathlib import Path
from xml.etree import ElementTree

import artifact
import environment
import simulator_process
import tool_venv

HERE = environment.BUILD / "ansible-test"
INTERPRETERS = HERE / "interpreters"
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
COMMANDS = ("sanity", "units", "integration")
# Sanity tests that a collection with modules can't do without: skipped = the run says nothing.
ESSENTIAL = {"ansible-doc", "compile", "import", "pep8", "pylint", "runtime-metadata", "validate-modules", "yamllint"}
ARCHIVE = re.compile(r"^[\w.-]+ @ (https://\S+)", re.MULTILINE)
INTEGRATION = Path("tests", "integration")
SPEED = "20"  # simulated seconds a second


def find_interpreters() -> dict[str, Path]:
    """A folder of links to the interpreters that work. Wrappers that only pretend to be one are left out."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    folders = [*(Path(folder) for folder in os.get_exec_path()), *sorted(pyenv.glob("versions/*/bin"))]
    INTERPRETERS.mkdir(parents=True, exist_ok=True)
    found = {}
    for version in PYTHONS:
        link = INTERPRETERS / f"python{version}"
        candidates = [folder / link.name for folder in folders if folder.name != "shims"]
        usable = next((path.resolve() for path in candidates if path.exists() and works(path)), None)
        with environment.locked("interpreters"):
            if usable != link.resolve():  # another run may be using it: what is right stays
                link.unlink(missing_ok=True)
                if usable:
                    link.symlink_to(usable)
        if usable:
            found[version] = link
    return found


def works(python: Path) -> bool:
    """Whether this interpreter can make virtual environments."""
    probe = [str(python.resolve()), "-c", "import ensurepip, ssl, venv"]
    return subprocess.run(probe, check=False, capture_output=True).returncode == 0


def core_folder(core: str | None, python: Path) -> Path:
    """The commands of the ansible-core to use: the installed one's, or those of an environment made for it."""
    here = python.name == "python{}.{}".format(*sys.version_info)
    if core is None or (here and installed_version("ansible-core").startswith(f"{core}.")):
        return environment.BIN
    return tool_venv.make(HERE / f"core-{core}-{python.name}", [tool_venv.core(core)], python.resolve())


def from_archives(core: Path) -> dict[str, str]:
    """Sanity tests of which a package comes from a source archive instead of the package index: its address."""
    (folder,) = core.parent.glob("lib/python*/site-packages/ansible_test/_data/requirements")
    found = {path.name.split(".")[1]: ARCHIVE.search(path.read_text()) for path in sorted(folder.glob("sanity.*.txt"))}
    return {test: match[1] for test, match in found.items() if match}


def out_of_reach(core: Path, tests: t.Mapping[str, str]) -> list[str]:
    """Those of these tests whose archive can't be had from here."""
    pip = [str(core / "python"), "-m", "pip", "download", "--quiet", "--no-deps", "--retries", "0", "--timeout", "15"]
    missing = []
    for test, address in tests.items():
        with tempfile.TemporaryDirectory() as folder:
            code = subprocess.run([*pip, "--dest", folder, address], check=False, capture_output=True).returncode
        if code:
            print(f"NOTE: {test} is left out, because one of its packages can't be had from here: {address}")
            missing.append(test)
    return missing


def home_of(target: Path) -> Path:
    """The home folder for what runs in a copy of the checkout: beside the folder of its collections."""
    return target.parents[len(environment.COLLECTION.parts) - 1] / "home"


def set_up_home(home: Path, core: Path) -> None:
    """A home with the stand-in for ansible-test's download, and with pip's settings: no variable gets that far."""
    cache = home / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    (script,) = core.parent.glob("lib/python*/site-packages/ansible_test/_internal/python_requirements.py")
    for wanted in re.findall(r"\bpip='([\d.]+)'", script.read_text()):
        shutil.copy(Path(__file__).with_name("get_pip.py"), cache / f"get_pip_{wanted.replace('.', '_')}.py")
    settings = configparser.RawConfigParser()
    settings.read([Path.home() / ".pip" / "pip.conf", Path.home() / ".config" / "pip" / "pip.conf"])
    given = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    if proxy := os.environ.get("https_proxy") or os.environ.get("HTTPS_PROXY"):
        given.setdefault("PIP_PROXY", proxy)
    settings.read_dict({"global": {"quiet": "2", "cache-dir": str(HERE / "pip-cache")}})
    settings.read_dict({"install": {"no-compile": "yes"}})  # of the SDK a small part is used
    settings.read_dict({"global": {name[4:].lower().replace("_", "-"): value for name, value in given.items()}})
    target = home / ".config" / "pip" / "pip.conf"
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(target, "w") as file:
        settings.write(file)


def copy_checkout(target: Path, packed: bool = False) -> None:
    """Copy what git knows of, or of that what is packed; ansible-test's own virtual environments in the copy stay."""
    names = artifact.sources()
    if packed:
        also = {*artifact.NEEDED, "galaxy.yml", ".gitignore"}
        names = {name for name in names if name.startswith(artifact.MAY) or name in also}
    environments, kept = target / "tests" / "output" / ".tmp", target.parent / "kept"
    if environments.exists():
        environments.rename(kept)
    shutil.rmtree(target, ignore_errors=True)
    for name in sorted(names):
        # Others may be at work on the checkout: a file that is gone by now is none.
        with contextlib.suppress(FileNotFoundError):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(environment.ROOT / name, target / name, follow_symlinks=False)
    if kept.exists():
        environments.parent.mkdir(parents=True, exist_ok=True)
        kept.rename(environments)
    # ansible-test lists files with git; without a repository of its own it would find an ignored folder: no files.
    for words in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", *words], cwd=target, env=environment.clean("GIT_"), check=True)


@contextlib.contextmanager
def prepared(command: str, target: Path, world: t.Mapping[str, t.Any] | None = None) -> t.Iterator[None]:
    """Have a simulator run while the integration targets do, and tell them where it is, or where another world is."""
    if command != "integration":
        yield
        return
    if world is not None:
        (target / INTEGRATION / "integration_config.yml").write_text(json.dumps(world, indent=2) + "\n")
        yield
        return
    folder = target.parent / "simulator"
    folder.mkdir(exist_ok=True)
    shipped = target / "tests" / "simulator"
    with simulator_process.running(shipped, folder, "--speed", SPEED) as ready:
        env = simulator_process.only_here(ready)
        config = {
            "simulator_endpoint": ready["endpoint"],
            "simulator_access_key_id": env["ALIBABA_CLOUD_ACCESS_KEY_ID"],
            "simulator_access_key_secret": env["ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
        }
        # JSON is YAML, too.
        (target / INTEGRATION / "integration_config.yml").write_text(json.dumps(config, indent=2) + "\n")
        yield


def run_tests(
    command: str,
    core: Path,
    python: Path,
    target: Path,
    options: list[str],
    world: t.Mapping[str, t.Any] | None = None,
) -> int:
    env = {
        **environment.clean("ANSIBLE_", "GIT_", "PYTHON", "PYTEST_"),
        "HOME": str(home_of(target)),
        "PATH": os.pathsep.join([str(INTERPRETERS), "/usr/local/bin", "/usr/bin", "/bin"]),
    }
    program = [str(core / "python"), str(core / "ansible-test")]
    words = [*program, command, "--venv", "--python", python.name.removeprefix("python")]
    junit = ["--junit"] if command == "sanity" else []
    shutil.rmtree(target / "tests" / "output" / "junit", ignore_errors=True)
    with prepared(command, target, world):
        return subprocess.run([*words, *junit, *options], cwd=target, env=env, check=False).returncode


def tested(command: str, target: Path) -> tuple[set[str], set[str]]:
    """The names of the tests that ran and of those that were skipped."""
    output = target / "tests" / "output"
    if command == "integration":
        targets = {path.parent.name for path in (target / INTEGRATION / "targets").glob("*/aliases")}
        hidden = {name for name in targets if name.startswith(("setup_", "prepare_"))}
        reports = [json.loads(path.read_text()) for path in (output / "data").glob("integration-*.json")]
        ran_targets = {name for report in reports for name in report.get("targets", report)}
        return ran_targets, targets - hidden - ran_targets
    ran: set[str] = set()
    skipped: set[str] = set()
    for report in (output / "junit").glob("*.xml"):
        for case in ElementTree.parse(report).iter("testcase"):
            (skipped if case.find("skipped") is not None else ran).add(case.get("name", ""))
    return ran, skipped


def verdict(command: str, ran: set[str], skipped: set[str], without: t.Collection[str] = ()) -> str:
    """What makes a green run worthless, if anything."""
    if not ran:
        return "nothing ran"
    missing = ESSENTIAL - set(without) - {name.split("-python-")[0] for name in ran} if command == "sanity" else set()
    if command == "integration":
        missing = skipped
    return f"these did not run: {', '.join(sorted(missing))}" if missing else ""


def test(command: str, core: Path, python: Path, target: Path, options: list[str]) -> int:
    """Run one of the commands and judge what came of it."""
    left_out = out_of_reach(core, from_archives(core)) if command == "sanity" and not options else []
    skips = [word for name in left_out for word in ("--skip-test", name)]
    if code := run_tests(command, core, python, target, [*options, *skips]):
        return code
    ran, skipped = tested(command, target)
    without = ", ".join(sorted(skipped)) or "none"
    print(f"ansible-test {command}: {len(ran)} ran, {len(skipped)} skipped: {without}")
    if problem := "" if options else verdict(command, ran, skipped, left_out):
        print(f"ansible-test {command} was green, but {problem}.")
        return 1
    return 0


def against(world: t.Mapping[str, t.Any], targets: list[str]) -> int:
    """Run some integration targets, with the installed ansible-core, in a world that is no simulator of this run."""
    with environment.locked("ansible-test-live"):
        python = find_interpreters()["{}.{}".format(*sys.version_info)]
        target = HERE / "live" / environment.COLLECTION
        set_up_home(home_of(target), environment.BIN)
        copy_checkout(target)
        return run_tests("integration", environment.BIN, python, target, ["--continue-on-error", *targets], world)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("commands", nargs="+", choices=COMMANDS)
    parser.add_argument("--core", help="release of ansible-core, such as 2.20; without it, the installed one")
    parser.add_argument("--python", default="{}.{}".format(*sys.version_info), choices=PYTHONS)
    parser.add_argument("--packed", action="store_true", help="only what an archive holds")
    own = sys.argv[1:]
    options = own[own.index("--") + 1 :] if "--" in own else []
    arguments = parser.parse_args(own[: own.index("--")] if "--" in own else own)
    interpreters = find_interpreters()
    if arguments.python not in interpreters:
        print(f"No usable Python {arguments.python} was found; found: {', '.join(interpreters) or 'none'}.")
        return 1
    python = interpreters[arguments.python]
    core, codes = core_folder(arguments.core, python), []
    for command in arguments.commands:
        with environment.locked(f"ansible-test-{command}"):
            target = HERE / (arguments.core or "installed") / command / environment.COLLECTION
            set_up_home(home_of(target), core)
            copy_checkout(target, arguments.packed)
            codes.append(test(command, core, python, target, options))
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
