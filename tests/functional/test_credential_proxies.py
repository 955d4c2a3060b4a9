# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Proxies of credentials: what the library and commands do by themselves finds the variables where they were."""

from __future__ import annotations

import json
import os
import shlex
import socket
import sys
import threading

import pytest
from functional.credential_modes import KEYS, SECRET, Place, refused
from functional.support import MAIN


def listener(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A proxy that refuses whatever is asked of it, and keeps the first lines."""
    lines: list[str] = []
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, dummy = server.accept()
            except OSError:
                return
            with connection:
                lines.append(connection.recv(65536).partition(b"\r\n")[0].decode())
                connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")

    threading.Thread(target=serve, daemon=True).start()
    for name in ("HTTPS_PROXY", "HTTP_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{server.getsockname()[1]}")
    return lines


def test_a_command_sees_the_proxies(place: Place) -> None:
    proxies = {"HTTPS_PROXY": "http://one.example:1", "http_proxy": "http://two.example:2", "NO_PROXY": "127.0.0.1"}
    place.env(**proxies)
    seen, script = place.home / "seen", place.home / "keys.py"
    said = json.dumps({"mode": "AK", **KEYS})
    lines = ["import json, os", f"open({str(seen)!r}, 'a').write(json.dumps(dict(os.environ)) + chr(10))"]
    script.write_text("\n".join([*lines, f"print({said!r})"]))
    command = shlex.join([sys.executable, str(script)])
    assert place.run(**place.profile("External", process_command=command)).code == 0
    runs = [json.loads(line) for line in seen.read_text().splitlines()]
    assert [{name: run.get(name) for name in proxies} for run in runs] == [proxies], "and it is run once"
    assert {name: os.environ.get(name) for name in proxies} == proxies, "and the environment stays what it was"


def test_a_sign_in_takes_the_proxy(place: Place) -> None:
    sign_in = place.sign_in(cloud_sso_sign_in_url="http://sso.aliyuncs.com:80")
    place.env(HTTP_PROXY=place.lab.sim.proxy)
    assert place.run(allow_plain_http=True, **place.profile("CloudSSO", **sign_in)).result["account_id"] == MAIN
    assert place.lab.sim.journal.calls("CloudSSO")


@pytest.mark.parametrize(("site", "host"), [("CN", "oauth.aliyun.com"), ("INTL", "oauth.alibabacloud.com")])
def test_oauth_takes_the_proxy(place: Place, monkeypatch: pytest.MonkeyPatch, site: str, host: str) -> None:
    asked = listener(monkeypatch)
    ended = {"oauth_site_type": site, "oauth_access_token": SECRET, "oauth_access_token_expire": 1}
    refused(place, "--mode OAuth", **place.profile("OAuth", oauth_refresh_token=SECRET, **ended))
    assert {line.rpartition(" ")[0] for line in asked} == {f"CONNECT {host}:443"}


def test_a_sign_in_that_needs_no_proxy_takes_none(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = listener(monkeypatch)
    place.env(NO_PROXY="sso.invalid")
    sign_in = place.sign_in(cloud_sso_sign_in_url="https://sso.invalid")
    refused(place, "--mode CloudSSO", **place.profile("CloudSSO", **sign_in))
    assert asked == []
