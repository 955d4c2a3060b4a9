# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The phases that run.py runs, each a command, and the sets that make's targets name."""

from __future__ import annotations

import os
from pathlib import Path

import environment
import samples

PYTEST = ["python", "-m", "pytest"]
# What costs little and has most to do with what is assumed; "functional under profiles" has all of the folder.
UNDER_PROFILES = [
    *(f"tests/functional/{name}" for name in ("cancel", "copy", "retire")),
    *(
        f"tests/functional/test_{name}.py"
        for name in ("brake", "image", "image_nothing_else", "image_removed", "image_stopped")
    ),
    *(f"tests/functional/test_{name}.py" for name in ("info", "late_share_lists", "share", "states")),
]
# As many processes as there are cores, although tests wait for others a good part of their time: another phase runs
# beside this one, and each process imports and collects everything anew. PYTEST_WORKERS=0 runs everything in one, as a
# debugger wants it.
CORES = os.cpu_count() or 1
SPREAD = ["-n", os.environ.get("PYTEST_WORKERS", str(CORES))]
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
    "quick tests": [*PYTEST, "-m", "not slow and not extra", "tests/unit", "tests/functional", *SPREAD],
    "unit": [*PYTEST, "tests/unit"],
    "simulator tests": [*PYTEST, "tests/simulator_tests", *SPREAD],
    "functional": [*PYTEST, "-m", "not extra", "tests/functional", *SPREAD],
    "functional in full": [*PYTEST, "tests/functional", *SPREAD],
    # The same tests on a simulator that reads everything in the strictest way.
    "functional at its strictest": ["env", "SIMULATOR_PROFILE=stricter", *PYTEST, *UNDER_PROFILES, *SPREAD],
    # And on one that answers as recordings of the real API do, on all kinder ones, and so on.
    "functional under profiles": ["python", "tests/tools/profiles_in_turn.py", "tests/functional"],
    "whole plays": [*PYTEST, *samples.of("tests/e2e", samples.PLAYS), *SPREAD],
    "e2e": [*PYTEST, "tests/e2e", *SPREAD],
    "ways": [*PYTEST, *samples.of("tests/ways", samples.WAYS), *SPREAD],
    "ways in full": [*PYTEST, "tests/ways", *SPREAD],
    "clients": [*PYTEST, "tests/clients/test_python_clients.py", *SPREAD],
    "other clients": [*PYTEST, "tests/clients/other"],
    "rulebook": [*PYTEST, "tests/clients/rulebook"],
    "mitogen": [*PYTEST, "tests/clients/mitogen"],
    "live": [*PYTEST, "-m", "not extra", "tests/live_tests", *SPREAD],
    "live in full": [*PYTEST, "tests/live_tests", *SPREAD],
    "reliability": [*PYTEST, *samples.of("tests/reliability", samples.RELIABILITY), *SPREAD],
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
    # Of what is packed, which is what users and Galaxy run it on; "test-matrix" has the tests, too.
    "ansible-test sanity": ["python", "tests/tools/ansible_test.py", "sanity", "--packed"],
    "ansible-test sanity in full": ["python", "tests/tools/ansible_test.py", "sanity"],
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
# What costs least comes first. Integration targets mostly wait, and so do whole plays: they run beside tests that use
# what there is. The unit tests are those of ansible-test; "check" and "oldest packages" have them in pytest.
TEST = [
    "ansible-test sanity",
    *LINT,
    *DOCS,
    *("mutations apply", "artifact", "execution environment", "demo"),
    "ansible-test integration",
    *("ansible-test units", "simulator tests", "functional", "functional at its strictest"),
    *("examples", "reliability", "whole plays", "ways", "snippets and AWX", "pipelines", "published", "live", "model"),
]
# What meets no other, so that these run beside each other, two on two cores.
BESIDE = {*TEST, "quick tests"}
CLIENTS = ["clients", "other clients", "mitogen", "rulebook"]
SETS = {
    "lint": LINT,
    "docs-lint": DOCS,
    "check": [*LINT, "mutations apply", "quick tests"],
    "test": TEST,
    "docs": SITE,
    "test-clients": CLIENTS,
    "test-matrix": MATRIX,
    # All there is beside "test", which comes before it.
    "nightly": [
        *MATRIX,
        *CLIENTS,
        *("functional in full", "functional under profiles", "e2e", "ways in full"),
        *("pipelines in full", "live in full"),
        *("test-reliability", "test-security", "test-mutations"),
    ],
    "release-check": ["release", "AWX content", "importer", "molecule"],
}
