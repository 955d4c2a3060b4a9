# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How requests travel, over real sockets and TLS.

The simulator's front stands in for the provider's own addresses as a proxy, and for nothing else.
"""

from __future__ import annotations

import socket
import typing as t

import pytest
from functional.support import HOME, Lab
from simulator.front import Front


@pytest.fixture
def nobody() -> t.Iterator[str]:
    """An address where nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{held.getsockname()[1]}"


@pytest.fixture
def tls(lab: Lab) -> dict[str, t.Any]:
    """Endpoints with TLS."""
    return {"region": HOME, "endpoint": lab.sim.tls_endpoint, "sts_endpoint": lab.sim.tls_endpoint}


@pytest.fixture
def cloud(lab: Lab, tls: dict[str, t.Any], monkeypatch: pytest.MonkeyPatch) -> dict[str, t.Any]:
    """Options with which everything that goes to the provider ends at the simulator, by TLS."""
    monkeypatch.setenv("HTTPS_PROXY", lab.sim.proxy)
    keys = {"access_key_id": "simulator-main-key", "access_key_secret": "simulator-main-secret"}
    return {"who": None, "ca_path": str(lab.sim.ca_path), **keys}


@pytest.fixture
def connected(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hosts that the proxy was asked for."""
    hosts: list[str] = []
    real = Front._check

    def check(front: Front, authority: str) -> None:
        hosts.append(authority)
        real(front, authority)

    monkeypatch.setattr(Front, "_check", check)
    return hosts
