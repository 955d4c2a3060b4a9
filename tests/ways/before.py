# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the plays of other people against an older build, to see that their tests are red there.

Usage: ``python tests/ways/before.py COMMIT [words for pytest...]``. The collection of that commit is built and
installed under ``build/before``, and the plays use it; simulator and tests are those of this checkout. It prints what
each test came to, and why. One that is green there without a reason makes the exit code 1: it shows no fault of that
build.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tests" / "tools"))
import environment  # noqa: E402

# Below tests, what is run without further words.
TESTS = (
    "ways/test_account.py",
    "ways/test_approver.py",
    "ways/test_manifests.py",
    "ways/test_retirement.py",
    "ways/test_values.py",
    "ways/test_seen.py",
    "ways/test_release_role.py::test_a_deprecated_copy_is_not_shared_and_that_is_a_failure",
    "e2e/test_told.py",
)
# What looks at this checkout alone, and what must not change.
GREEN = {
    "test_manifests::test_manifests_of_1_0_are_worked_with": "1.0.0 works with its own manifests",
    "test_values::test_no_loop_of_ours_takes_the_caller_s_item": "it reads the files of this checkout",
    "test_values::test_no_text_is_read_letter_by_letter": "it calls a function of this checkout",
}
FATAL = re.compile(r"fatal: \[[^\]]*\]: \w+! => (.*?)(?= PLAY RECAP| TASK \[|$)")  # what a play has ended with


def installed(commit: str) -> Path:
    """A folder of collections that holds that of a commit, as its archive would be installed."""
    folder = environment.BUILD / "before" / commit
    with tempfile.TemporaryDirectory() as name:
        source = Path(name, "source")
        source.mkdir()
        archive = subprocess.run(["git", "archive", commit], cwd=ROOT, check=True, capture_output=True).stdout
        subprocess.run(["tar", "-x", "-C", source], input=archive, check=True)
        galaxy, quiet = str(environment.BIN / "ansible-galaxy"), {"env": environment.clean(), "stdout": sys.stderr}
        subprocess.run([galaxy, "collection", "build", "--output-path", name], cwd=source, check=True, **quiet)
        (packed,) = Path(name).glob("*.tar.gz")
        words = ["collection", "install", str(packed), "--no-deps", "--force", "--offline", "-p", str(folder)]
        subprocess.run([galaxy, *words], cwd=name, check=True, **quiet)
    return folder


def outcomes(report: Path) -> dict[str, str]:
    """What a red test has said, by its name; nothing for a green one. Of one test in several forms, the first."""
    found: dict[str, str] = {}
    for case in ElementTree.parse(report).iter("testcase"):
        name = re.sub(r"\[.*", "", f"{case.get('classname', '').rpartition('.')[2]}::{case.get('name')}")
        fault = next((one for one in case if one.tag in ("failure", "error")), None)
        said = " ".join((f"{fault.get('message')} {fault.text}" if fault is not None else "").split())
        said = (FATAL.findall(said) or [said])[-1]
        found[name] = found.get(name) or (said or "no reason" if fault is not None else "")
    return found


def main() -> int:
    if len(sys.argv) < 2:
        print(__doc__)
        return 2
    commit, words = sys.argv[1], sys.argv[2:]
    if not any("test_" in word for word in words):
        words += [str(ROOT / "tests" / name) for name in TESTS]
    environment.link_checkout()
    env = environment.clean() | {"COLLECTIONS_OF_PLAYS": str(installed(commit))}
    with tempfile.TemporaryDirectory() as name:
        report = Path(name, "report.xml")
        pytest = [sys.executable, "-m", "pytest", "-q", "--no-summary", "--tb=short", f"--junit-xml={report}", *words]
        subprocess.run(pytest, cwd=ROOT, env=env, check=False, stdout=sys.stderr)
        found = outcomes(report)
    for test, said in sorted(found.items()):
        print(f"{test}: {'red: ' + said[:300] if said else 'green: ' + GREEN.get(test, 'NOT EXPECTED')}")
    strange = [test for test, said in found.items() if not said and test not in GREEN]
    return 1 if strange or not found else 0


if __name__ == "__main__":
    sys.exit(main())
