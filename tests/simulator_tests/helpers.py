# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients for the tests: the real SDK, and requests signed here by hand, independently of the simulator's own code."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from alibabacloud_ecs20140526.client import Client
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.models import Config
from simulator import Simulator

ECS, STS = "2014-05-26", "2015-04-01"
HOME = "cn-hangzhou"
ONE, TWO, THREE = "1000000000000011", "1000000000000012", "1000000000000013"
MAIN = "1000000000000001"

# Seconds after which a simulator is taken to hang. On a busy machine an answer takes its time.
PATIENCE = 120.0


def sdk(sim: Simulator, who: str = "main", region: str = HOME, **options: Any) -> Client:
    """The unmodified client, pointed at the simulator."""
    return Client(
        Config(
            access_key_id=f"simulator-{who}-key",
            access_key_secret=f"simulator-{who}-secret",
            endpoint=sim.endpoint.removeprefix("http://"),
            protocol="http",
            region_id=region,
            **options,
        )
    )


@contextmanager
def refused(code: str, status: int | None = None, text: str = "") -> Iterator[None]:
    """The SDK call inside is refused with this code."""
    try:
        yield
    except AlibabaCloudException as error:
        assert error.code == code, f"{error.code}: {error.message}"
        assert status in (None, error.status_code)
        assert text in error.message
    else:
        raise AssertionError(f"not refused with {code}")


def now(offset: float = 0) -> str:
    return datetime.fromtimestamp(datetime.now(UTC).timestamp() + offset, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def enc(text: str) -> str:
    return quote(text, safe="-_.~")


class Reachable(Protocol):
    """A simulator, in whatever process."""

    @property
    def endpoint(self) -> str:
        """Where it listens."""


class Raw:
    """Signs by hand; every part of a request can be bent before it is sent."""

    def __init__(self, sim: Reachable, key: str = "simulator-main-key", secret: str = "simulator-main-secret") -> None:
        self.address = sim.endpoint.removeprefix("http://")
        self.key, self.secret = key, secret

    def send(
        self, method: str, target: str, headers: dict[str, str] | None = None, body: bytes = b""
    ) -> tuple[int, Any]:
        connection = http.client.HTTPConnection(self.address, timeout=PATIENCE)
        try:
            connection.request(method, target, body=body or None, headers=headers or {})
            answer = connection.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if text[:1] == b"{" else text.decode()
        finally:
            connection.close()

    def v1_params(self, action: str, params: dict[str, str], **common: str) -> dict[str, str]:
        return {
            "Action": action,
            "Version": ECS,
            "Format": "JSON",
            "AccessKeyId": self.key,
            "SignatureMethod": "HMAC-SHA1",
            "SignatureVersion": "1.0",
            "SignatureNonce": uuid.uuid4().hex,
            "Timestamp": now(),
            **params,
            **common,
        }

    def v1_signature(self, method: str, params: dict[str, str]) -> str:
        query = "&".join(f"{enc(key)}={enc(params[key])}" for key in sorted(params))
        text = f"{method}&%2F&{enc(query)}"
        digest = hmac.new((self.secret + "&").encode(), text.encode(), hashlib.sha1).digest()
        return base64.b64encode(digest).decode()

    def v1(
        self,
        action: str,
        params: dict[str, str] | None = None,
        method: str = "GET",
        bend: Callable[[dict[str, str]], None] = lambda dummy: None,
        host: str | None = None,
        **common: str,
    ) -> tuple[int, Any]:
        """`bend` changes the parameters after they were signed."""
        signed = self.v1_params(action, params or {}, **common)
        signed["Signature"] = self.v1_signature(method, signed)
        bend(signed)
        headers = {"Host": host} if host else {}
        if method == "GET":
            return self.send("GET", "/?" + urlencode(signed), headers)
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        return self.send("POST", "/", headers, urlencode(signed).encode())

    def v3(
        self,
        action: str,
        params: dict[str, str] | None = None,
        method: str = "POST",
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        leave_unsigned: tuple[str, ...] = (),
        bend: Callable[[dict[str, str]], None] = lambda dummy: None,
    ) -> tuple[int, Any]:
        """`bend` changes the headers after they were signed."""
        sent = {
            "host": self.address,
            "x-acs-action": action,
            "x-acs-version": ECS,
            "x-acs-date": now(),
            "x-acs-signature-nonce": uuid.uuid4().hex,
            "x-acs-content-sha256": hashlib.sha256(body).hexdigest(),
            **(headers or {}),
        }
        query = "&".join(f"{enc(key)}={enc(value)}" for key, value in sorted((params or {}).items()))
        names = sorted(name for name in sent if name not in leave_unsigned)
        lines = "".join(f"{name}:{sent[name]}\n" for name in names)
        canonical = f"{method}\n/\n{query}\n{lines}\n{';'.join(names)}\n{hashlib.sha256(body).hexdigest()}"
        text = "ACS3-HMAC-SHA256\n" + hashlib.sha256(canonical.encode()).hexdigest()
        signature = hmac.new(self.secret.encode(), text.encode(), hashlib.sha256).hexdigest()
        sent["Authorization"] = (
            f"ACS3-HMAC-SHA256 Credential={self.key},SignedHeaders={';'.join(names)},Signature={signature}"
        )
        bend(sent)
        return self.send(method, "/?" + urlencode(params or {}), sent, body)


class Line:
    """One client with a connection that stays open."""

    def __init__(self, sim: Reachable) -> None:
        self.raw = Raw(sim)
        self.connection = http.client.HTTPConnection(self.raw.address, timeout=PATIENCE)
        self.calls = 0

    def call(self, action: str, **params: str) -> Any:
        """The answer to a call that must succeed."""
        signed = self.raw.v1_params(action, params)
        signed["Signature"] = self.raw.v1_signature("GET", signed)
        self.connection.request("GET", "/?" + urlencode(signed))
        answer = self.connection.getresponse()
        body = json.loads(answer.read())
        assert answer.status == 200, body
        self.calls += 1
        return body


def control(sim: Simulator, method: str, path: str, body: Any = None) -> Any:
    """A control call; asserts that it was accepted."""
    status, answer = Raw(sim).send(
        method, f"/_simulator/{path}", body=json.dumps(body).encode() if body is not None else b""
    )
    assert status == 200, answer
    return answer
