# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which requests go through a proxy."""

from __future__ import annotations

import socket
import typing as t

import pytest
from functional.support import BEIJING, HOME, Lab

INFO = "ecs_image_info"


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy"])
def test_https_takes_its_proxy(
    lab: Lab, cloud: dict[str, t.Any], connected: list[str], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.delenv("HTTPS_PROXY")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv(name, lab.sim.proxy)
    lab.ok(INFO, region=HOME, **cloud)
    assert connected


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy"])
def test_http_takes_its_proxy(lab: Lab, connected: list[str], monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv(name, lab.sim.proxy)
    place = {"endpoint": "http://ecs.{region}.aliyuncs.com", "sts_endpoint": "http://sts.aliyuncs.com"}
    lab.ok(INFO, region=HOME, allow_plain_http=True, **place)
    assert set(connected) == {f"ecs.{HOME}.aliyuncs.com", "sts.aliyuncs.com"}


@pytest.mark.parametrize("bypassed", ["sts.aliyuncs.com", ".aliyuncs.com", "aliyuncs.com", "*"])
def test_no_proxy_for_a_host(
    lab: Lab, cloud: dict[str, t.Any], connected: list[str], monkeypatch: pytest.MonkeyPatch, bypassed: str
) -> None:
    """Straight to the host, then: this test has it resolve to where nobody listens."""
    monkeypatch.setenv("NO_PROXY", bypassed)
    sought: list[str] = []

    def resolve(host: str, *dummy: t.Any, **options: t.Any) -> t.Any:
        sought.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr("urllib3.util.connection.socket.getaddrinfo", resolve)
    lab.fails(INFO, "NoAnswer: sts.aliyuncs.com", "not known", region=HOME, sts_endpoint="sts.aliyuncs.com", **cloud)
    assert set(sought) == {"sts.aliyuncs.com"} and connected == []


def test_no_proxy_for_one_host_leaves_it_to_others(
    lab: Lab, cloud: dict[str, t.Any], connected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,example.com")
    lab.ok(INFO, region=BEIJING, sts_endpoint=lab.sim.tls_endpoint, **cloud)
    assert set(connected) == {f"ecs.{BEIJING}.aliyuncs.com:443"}


def test_this_machine_is_reached_without_a_proxy(lab: Lab, monkeypatch: pytest.MonkeyPatch, nobody: str) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, f"http://{nobody}")
    lab.ok(INFO, region=HOME)


def test_a_proxy_that_is_away_is_named_as_such(lab: Lab, nobody: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://somebody:the-pass@{nobody}")
    keys = {"access_key_id": "simulator-main-key", "access_key_secret": "simulator-main-secret"}
    told = f"sts.{HOME}.aliyuncs.com: by its proxy http://{nobody}: "
    outcome = lab.fails(INFO, told, "refused", "HTTPS_PROXY", who=None, region=HOME, **keys)
    assert "the-pass" not in outcome.text and lab.clock.slept == 0
    lab.fails(INFO, "refused", who=None, region=HOME, unreachable_timeout=20, **keys)
    assert lab.clock.slept >= 20, "whoever says how long it is waited is obeyed"


@pytest.mark.parametrize(
    "proxy",
    [
        "http://somebody:the-pass/word@127.0.0.1:9",
        "http://somebody:the-pass#word@127.0.0.1:9",
        "http://somebody:word?the-pass@127.0.0.1:9",
        "somebody:the-pass/word@127.0.0.1:9",
        "socks5h://somebody:the-pass/word@127.0.0.1:9",
        "ftp://somebody:the-pass/word@127.0.0.1:9",
        "http://somebody:the-pass[word@127.0.0.1:9",
        "http://somebody:the-pass@127.0.0.1:99999",
        "http://somebody:the-pass@[::1",
        "http://somebody:the-pass@",
    ],
)
def test_a_proxy_that_is_no_address_is_refused_without_its_password(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    """Passwords hold such characters, and everything after the first of them was shown as an address."""
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    keys = {"access_key_id": "simulator-main-key", "access_key_secret": "simulator-main-secret"}
    outcome = lab.fails(INFO, "the proxy", "HTTPS_PROXY", who=None, region=HOME, **keys)
    assert "the-pass" not in outcome.text and "InternalError" not in outcome.text, outcome.msg
    assert outcome.result["error"]["code"] == "ProxyNotUsable"
