# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Proxies that speak SOCKS: used if the package for it is there, and otherwise told at once, with what to install."""

from __future__ import annotations

import socket
import sys
import typing as t

import pytest
from functional.socks_proxy import NOT_ALLOWED, UNREACHABLE, socks
from functional.support import BEIJING, HOME, Lab

INFO = "ecs_image_info"
KEYS = {"access_key_id": "simulator-main-key", "access_key_secret": "simulator-main-secret"}
STS = f"sts.{HOME}.aliyuncs.com:443"


@pytest.fixture
def cloud(lab: Lab) -> dict[str, t.Any]:
    """Options with which everything goes to the provider's own addresses, by TLS."""
    return {"who": None, "region": HOME, "ca_path": str(lab.sim.ca_path), **KEYS}


def test_it_is_told_at_once_what_to_install(lab: Lab, cloud: dict[str, t.Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "socks", None)
    with socks(lab.sim.proxy) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"socks5h://somebody:the-pass@{proxy.place}")
        outcome = lab.fails(INFO, f"socks5h://{proxy.place} speaks SOCKS", "PySocks", sys.executable, **cloud)
        assert proxy.asked == [] and "the-pass" not in outcome.text and lab.clock.slept == 0
    assert outcome.result["error"]["code"] == "ProxyNotUsable"


@pytest.mark.parametrize("user", ["", "somebody:the-pass"])
def test_it_is_used_if_the_package_is_there(
    lab: Lab, cloud: dict[str, t.Any], monkeypatch: pytest.MonkeyPatch, user: str
) -> None:
    source = lab.source()
    with socks(lab.sim.proxy, password=user) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"socks5h://{user}{'@' if user else ''}{proxy.place}")
        outcome = lab.ok("ecs_image_copy", image_id=source, destination_regions=[BEIJING], **cloud)
        hosts = {STS, f"ecs.{HOME}.aliyuncs.com:443", f"ecs.{BEIJING}.aliyuncs.com:443"}
        assert set(proxy.asked) == hosts and "the-pass" not in outcome.text


def test_an_answer_has_its_time_there_too(lab: Lab, cloud: dict[str, t.Any], monkeypatch: pytest.MonkeyPatch) -> None:
    lab.fault("delay", "DescribeImages", seconds=1, times=None)
    with socks(lab.sim.proxy) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"socks5h://{proxy.place}")
        lab.fails(INFO, "NoAnswer", "timed out", read_timeout=0.2, unreachable_timeout=0, **cloud)


def test_one_that_is_off_is_told_at_once(lab: Lab, cloud: dict[str, t.Any], monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        nobody = f"127.0.0.1:{held.getsockname()[1]}"
        monkeypatch.setenv("HTTPS_PROXY", f"socks5h://somebody:the-pass@{nobody}")
        outcome = lab.fails(INFO, f"by its proxy socks5h://{nobody}", "refused", "switch it on", **cloud)
    assert "the-pass" not in outcome.text and lab.clock.slept == 0


@pytest.mark.parametrize("given", ["", "somebody:wrong@"])
def test_one_that_wants_a_password_is_told_at_once(
    lab: Lab, cloud: dict[str, t.Any], monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    with socks(lab.sim.proxy, password="somebody:the-pass") as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"socks5h://{given}{proxy.place}")
        outcome = lab.fails(INFO, "ProxyNotUsable", "user and password", "HTTPS_PROXY", **cloud)
        assert proxy.asked == [] and "switch it on" not in outcome.said and lab.clock.slept == 0


def test_a_host_that_it_does_not_let_through_is_told_at_once(
    lab: Lab, cloud: dict[str, t.Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socks(lab.sim.proxy, answer=NOT_ALLOWED) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"socks5h://{proxy.place}")
        lab.fails(INFO, "ProxyNotUsable", "not allowed", "NO_PROXY", **cloud)
        assert proxy.asked == [STS] and lab.clock.slept == 0


def test_a_host_that_it_can_not_reach_may_be_back_soon(
    lab: Lab, cloud: dict[str, t.Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socks(lab.sim.proxy, answer=UNREACHABLE) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"socks5h://{proxy.place}")
        outcome = lab.fails(INFO, "NoAnswer", "nreachable", **cloud)
        assert set(proxy.asked) == {STS} and lab.clock.slept >= 13 and "switch it on" not in outcome.said


def test_what_is_no_proxy_is_told_with_what_is_one(
    lab: Lab, cloud: dict[str, t.Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "socks://somebody:the-pass@127.0.0.1:1080")
    outcome = lab.fails(INFO, "the proxy socks://127.0.0.1:1080 is none", "socks5h://", **cloud)
    assert (
        outcome.result["error"]["code"] == "ProxyNotUsable" and "the-pass" not in outcome.text and lab.clock.slept == 0
    )
