# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run phases one after another, each with its name, duration and CPU time, and stop at the first that fails.

Usage: ``run.py [--go-on] PHASE|SET...``; ``run.py --list`` shows both. ``--go-on`` runs
the rest, too, and names what failed.
"""

from __future__ import annotations

import dataclasses
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import environment

PYTEST = ["python", "-m", "pytest"]
# What costs little and has most to do with what is assumed; "functional under profiles" has all of the folder.
UNDER_PROFILES = [
    *("tests/functional/copy", "tests/functional/test_brake.py", "tests/functional/test_info.py"),
    *(f"tests/functional/test_{name}.py" for name in ("cancel", "image", "image_nothing_else", "image_stopped")),
    *(f"tests/functional/test_{name}.py" for name in ("late_share_lists", "retire", "share", "states")),
]
# A process per core. PYTEST_WORKERS=0 runs everything in one, as a debugger wants it.
SPREAD = ["-n", os.environ.get("PYTEST_WORKERS", "auto")]
TYPED = [
    *(f"ansible_collections.imageops.alicloud.plugins.{name}" for name in ("module_utils", "plugin_utils", "action")),
    *("simulator", "live"),
]
TOOLS = sorted(path.stem for path in Path(__file__).parent.glob("*.py"))

PHASES = {
    "ruff": ["ruff", "check", "--output-format", "concise", "."],
    "format": ["ruff", "format", "--check", "."],
    "mypy": [
        "mypy",
        *(word for name in TYPED for word in ("-p", name)),
        *(word for name in TOOLS for word in ("-m", name)),
    ],
    "yamllint": ["yamllint", "--strict", "."],
    "ansible-lint": ["ansible-lint", "--offline", "-q"],
    "changelog": ["antsibull-changelog", "lint"],
    "plugin docs": [
        "antsibull-docs",
        "lint-collection-docs",
        "--plugin-docs",
        "--validate-collection-refs",
        "all",
        ".",
    ],
    "prose": ["python", "tests/tools/prose.py"],
    "licences": ["reuse", "lint", "--lines"],
    "quick tests": [*PYTEST, "-m", "not slow", "tests/unit", "tests/functional", *SPREAD],
    "unit": [*PYTEST, "tests/unit"],
    "simulator tests": [*PYTEST, "tests/simulator_tests", *SPREAD],
    "functional": [*PYTEST, "tests/functional", *SPREAD],
    # The same tests on a simulator that answers as recordings of the real API do.
    "functional as recorded": ["env", "SIMULATOR_PROFILE=recorded", *PYTEST, "tests/functional", *SPREAD],
    # And on one that reads everything in the strictest way.
    "functional at its strictest": ["env", "SIMULATOR_PROFILE=stricter", *PYTEST, *UNDER_PROFILES, *SPREAD],
    "functional at its kindest": ["env", "SIMULATOR_PROFILE=kinder", *PYTEST, "tests/functional", *SPREAD],
    "functional under profiles": ["python", "tests/tools/profiles_in_turn.py", "tests/functional"],
    "e2e": [*PYTEST, "tests/e2e", *SPREAD],
    "ways": [*PYTEST, "-m", "not extra", "tests/ways", *SPREAD],
    "ways in full": [*PYTEST, "tests/ways", *SPREAD],
    "clients": [*PYTEST, "tests/clients/test_python_clients.py", *SPREAD],
    "other clients": [*PYTEST, "tests/clients/other"],
    "rulebook": [*PYTEST, "tests/clients/rulebook"],
    "mitogen": [*PYTEST, "tests/clients/mitogen"],
    "live": [*PYTEST, "-m", "not extra", "tests/live_tests", *SPREAD],
    "live in full": [*PYTEST, "tests/live_tests", *SPREAD],
    "reliability": [*PYTEST, "tests/reliability", *SPREAD],
    "test-reliability": ["python", "tests/reliability"],
    "test-security": ["python", "tests/security"],
    "test-mutations": ["python", "tests/mutations/run.py"],
    "mutations apply": ["python", "tests/mutations/run.py", "--check"],
    "model": [*PYTEST, "tests/model", *SPREAD],
    "docs site": ["python", "tests/docs/build.py"],
    "docs tests": [*PYTEST, "tests/docs", *SPREAD],
    "snippets and AWX": [*PYTEST, "-m", "not extra", "tests/docs", *SPREAD],
    "pipelines": [*PYTEST, "-m", "not extra", "tests/pipelines", *SPREAD],
    "pipelines in full": [*PYTEST, "tests/pipelines", *SPREAD],
    "examples": [*PYTEST, "tests/examples", *SPREAD],
    "ansible-test units": ["python", "tests/tools/ansible_test.py", "units"],
    "ansible-test sanity": ["python", "tests/tools/ansible_test.py", "sanity"],
    "ansible-test integration": ["python", "tests/tools/ansible_test.py", "integration"],
    "lock": ["python", "tests/tools/lock.py"],
    "oldest packages": ["python", "tests/tools/oldest.py"],
    "test-matrix": ["python", "tests/tools/matrix.py"],
    "importer": ["python", "tests/tools/importer.py"],
    "execution environment": ["python", "tests/tools/execution_environment.py"],
    "molecule": ["python", "tests/tools/rehearsal.py"],
    "release": ["python", "tests/tools/release.py"],
    "AWX content": ["python", "tests/tools/awx_content.py"],
    "artifact": ["python", "tests/tools/artifact.py"],
    "published": [*PYTEST, "-m", "not extra", "tests/published", *SPREAD],
    "published in full": [*PYTEST, "tests/published", *SPREAD],
    "demo": ["python", "tests/tools/demo.py"],
}

# antsibull-docs puts the collection's temporary path into its pages where it finds it installed, too. A path that ends
# in _ is then a fault of the page.
VARIABLES = {"plugin docs": {"ANSIBLE_COLLECTIONS_PATH": str(environment.BUILD / "no-collections")}}

LINT = ["lock", "ruff", "format", "mypy", "yamllint", "ansible-lint"]
DOCS = ["changelog", "plugin docs", "prose", "licences"]
SITE = ["docs site", "docs tests"]
# Every supported ansible-core and Python, and what else takes longer: before a release.
MATRIX = [
    "test-matrix",
    "oldest packages",
    "importer",
    "execution environment",
    "published in full",
    "molecule",
    *SITE,
]
CLIENTS = ["other clients", "mitogen", "rulebook"]
SETS = {
    "lint": LINT,
    "docs-lint": DOCS,
    "check": [*LINT, "mutations apply", "quick tests"],
    # What fails most often and costs least comes first.
    "test": [
        *LINT,
        *DOCS,
        "mutations apply",
        "unit",
        "simulator tests",
        "functional",
        "functional as recorded",
        "functional at its strictest",
        "ansible-test units",
        "ansible-test sanity",
        "ansible-test integration",
        "examples",
        "snippets and AWX",
        "pipelines",
        "artifact",
        "published",
        "execution environment",
        "demo",
        "clients",
        "model",
        "live",
        "e2e",
        "ways",
        "reliability",
    ],
    "docs": SITE,
    "test-clients": ["clients", *CLIENTS],
    "test-matrix": MATRIX,
    # All there is beside "test", which comes before it.
    "nightly": [
        *MATRIX,
        *CLIENTS,
        *("functional at its kindest", "ways in full", "pipelines in full", "live in full"),
        *("test-reliability", "test-security", "test-mutations"),
    ],
    "release-check": ["release", "AWX content", "importer", "molecule"],
}


@dataclasses.dataclass
class Outcome:
    """What a phase came to, and what it took."""

    phase: str
    code: int
    wall: float  # seconds
    cpu: float  # seconds, of all its processes

    def __str__(self) -> str:
        how = f"FAILED: {self.phase}, exit code {self.code}" if self.code else f"ok: {self.phase}"
        return f"{how}, {self.wall:.1f} s, {self.cpu:.1f} s of CPU"


def cpu_seconds() -> float:
    """What this process's children have used, and theirs, as far as they have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(phase: str) -> Outcome:
    start, used = time.monotonic(), cpu_seconds()
    env = environment.clean() | VARIABLES.get(phase, {})
    code = subprocess.run(PHASES[phase], cwd=environment.ROOT, env=env, check=False).returncode
    return Outcome(phase, code, time.monotonic() - start, cpu_seconds() - used)


def main() -> int:
    words = [word for word in sys.argv[1:] if word != "--go-on"]
    wanted = [phase for name in words for phase in SETS.get(name, [name])]
    if not wanted or not set(wanted) <= set(PHASES):
        print("sets:  ", ", ".join(SETS), "\nphases:", ", ".join(PHASES))
        return 0 if wanted == ["--list"] else 2
    environment.link_checkout()
    outcomes: list[Outcome] = []
    for number, phase in enumerate(wanted, 1):
        print(f"\n=== {phase} ({number} of {len(wanted)})", flush=True)
        outcomes.append(run(phase))
        print(f"=== {outcomes[-1]}", flush=True)
        if outcomes[-1].code and "--go-on" not in sys.argv:
            return 1
    bad = [outcome.phase for outcome in outcomes if outcome.code]
    if len(wanted) > 1:
        wall, cpu = (sum(getattr(outcome, name) for outcome in outcomes) for name in ("wall", "cpu"))
        print("\n" + "\n".join(f"=== {outcome}" for outcome in outcomes))
        whole = f"FAILED: {', '.join(bad)}" if bad else f"all {len(wanted)} phases ok"
        print(f"\n=== {whole}, {wall:.0f} s, {cpu:.0f} s of CPU", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
