# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sessions for nox. They call the Makefile's targets, so that there is one way to run each thing.

``nox --list`` shows them. Those of antsibull-nox are configured in antsibull-nox.toml.
"""

from __future__ import annotations

import sys

import nox

try:
    import antsibull_nox
except ImportError:
    print("Install antsibull-nox beside nox: pip install antsibull-nox")
    sys.exit(1)

antsibull_nox.load_antsibull_nox_toml()

# Targets of the Makefile; the first ones are what a change must pass.
TARGETS = {
    "check": "The inner loop: linters and the quick tests.",
    "test": "Everything, from nothing.",
    "test-matrix": "Sanity, units and integration on every ansible-core and Python.",
    "nightly": "Everything there is.",
    "docs": "The documentation site.",
    "release-check": "What would be published: built, signed, installed and run.",
}


def add(target: str, description: str) -> None:
    def run(session: nox.Session) -> None:
        session.run("make", f"PYTHON={sys.executable}", target, *session.posargs, external=True)

    run.__doc__ = description
    nox.session(name=f"make-{target}", python=False, default=target == "check")(run)


for name, told in TARGETS.items():
    add(name, told)
