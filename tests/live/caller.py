# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls as they are, without the care that the collection takes: odd ones too, and answers word for word."""

from __future__ import annotations

import dataclasses
import json
import os
import secrets
import typing as t
from collections import Counter

from simulator.wire import signature_v1
from simulator.wire.request import encode

from ansible_collections.imageops.alicloud.plugins.module_utils._base.clock import Clock
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ApiError, ImageOpsError
from ansible_collections.imageops.alicloud.plugins.module_utils._client import answers, environment, sdk, signature
from ansible_collections.imageops.alicloud.plugins.module_utils._client.connection import Connection
from ansible_collections.imageops.alicloud.plugins.module_utils._client.endpoints import Endpoint
from ansible_collections.imageops.alicloud.plugins.module_utils._client.failures import failure
from ansible_collections.imageops.alicloud.plugins.module_utils._client.signature import Call, Keys
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import CONNECTION

Fields = t.Mapping[str, t.Any]
# These find their object in any region, and take no RegionId.
WITHOUT_REGION = frozenset(["DeleteSnapshot", "ModifySnapshotAttribute", "CreateSnapshot"])
# Seconds before the same call is made once more, when the API has too much to do.
PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0)
READS = ("Describe", "List", "Get")


@dataclasses.dataclass(frozen=True)
class Reply:
    """One answer."""

    action: str
    region: str
    status: int
    data: dict[str, t.Any] = dataclasses.field(repr=False)
    headers: t.Mapping[str, str] = dataclasses.field(repr=False)
    body: bytes = dataclasses.field(default=b"", repr=False)

    @property
    def ok(self) -> bool:
        return self.status < 400

    @property
    def code(self) -> str:
        """The code of a refusal; empty for what was done."""
        return "" if self.ok else str(self.data.get("Code") or f"HTTP{self.status}")

    @property
    def request_id(self) -> str:
        return str(self.data.get("RequestId") or "")

    def entries(self, *names: str) -> list[dict[str, t.Any]]:
        """A list of the answer by the names that lead to it; none where the answer lacks it."""
        found: t.Any = self.data
        for name in names:
            found = found.get(name) if isinstance(found, dict) else None
        return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


class Caller(sdk.Client):
    """The collection's client, with a way past its checks. Counts its calls by action."""

    def __init__(self, connection: Connection, clock: Clock | None = None) -> None:
        """
        :raises InvalidInput: for options that can't be right
        :raises MissingLibrary: without a package that is needed
        """
        super().__init__(connection)
        self.clock = clock or Clock()
        self.calls: Counter[str] = Counter()
        self.watchers: list[t.Callable[[Call, Reply], None]] = []

    @classmethod
    def of_environment(cls, clock: Clock | None = None, **given: t.Any) -> Caller:
        """With the keys, profile and endpoints that modules find in the environment."""
        variables = {name: spec["fallback"][1] for name, spec in CONNECTION.items() if "fallback" in spec}
        found = {name: os.environ.get(variable) for name, words in variables.items() for variable in reversed(words)
                 if os.environ.get(variable)}  # fmt: skip
        return cls(Connection.from_params(environment.completed({**found, **given})), clock)

    def ask(self, region: str, action: str, /, **fields: t.Any) -> Reply:
        """One call under the API's own names; a dot in a name is written as two underscores.

        :raises ApiError: with code ``NoAnswer`` when there was none
        :raises CredentialsError: when the credentials can't be had
        """
        return self.send(region, action, {name.replace("__", "."): value for name, value in fields.items()})

    def send(self, region: str, action: str, fields: Fields, service: str = sdk.ECS) -> Reply:
        place = {} if action in WITHOUT_REGION else {"RegionId": region}
        call = Call(f"call {action}", service, sdk.VERSIONS[service], action, signature.flat({**place, **fields}))
        for pause in (*PAUSES, None):
            reply = self._try(call, region)
            busy = reply.code.startswith("Throttling") or (reply.status >= 500 and action.startswith(READS))
            if not busy or pause is None:
                return reply
            self.clock.sleep(pause)
        raise AssertionError("the last try returns")

    def _try(self, call: Call, region: str) -> Reply:
        headers = signature.headers_of(call, self.host(region, call.service), self._keys(call), sdk.USER_AGENT)
        return self.post(call, region, call.query, headers)

    def _keys(self, call: Call) -> Keys:
        return sdk._keys_of(call, self._provider)

    def post(self, call: Call, region: str, query: str, headers: t.Mapping[str, str]) -> Reply:
        """Send what is made by hand."""
        endpoint = self._connection.service(call.service, region)
        self.calls[call.action] += 1
        answer = self._post(call, endpoint, query, headers)
        self._note_time(endpoint, answers.time_of(answer))
        try:
            data = json.loads(answer.body)
        except ValueError:
            data = {}
        found = data if isinstance(data, dict) else {}
        reply = Reply(call.action, region, answer.status, found, answer.headers, answer.body)
        for watcher in self.watchers:
            watcher(call, reply)
        return reply

    def _post(self, call: Call, endpoint: Endpoint, query: str, headers: t.Mapping[str, str]) -> t.Any:
        try:
            return self._wire.post(endpoint, query, headers, call.body)
        except ImageOpsError:
            raise
        except Exception as error:  # as the collection's own client does it
            raise failure(call, endpoint.host, error) from None

    def unsigned(self, region: str, action: str) -> Reply:
        """A call with the headers of the newer signature and nothing that signs it."""
        call = Call(f"call {action}", "ecs", sdk.VERSIONS[sdk.ECS], action, {"RegionId": region})
        return self.post(call, region, call.query, signature.headers_of(call, self.host(region), None, sdk.USER_AGENT))

    def older(self, region: str, action: str, stamp: str) -> Reply:
        """A call with the older signature, and a time stamp as given."""
        call = Call(f"call {action}", "ecs", sdk.VERSIONS[sdk.ECS], action)
        keys = self._keys(call)
        pairs = {
            "Action": action, "Version": sdk.VERSIONS[sdk.ECS], "Format": "JSON", "RegionId": region,
            "AccessKeyId": keys.key_id, "SignatureMethod": "HMAC-SHA1", "SignatureVersion": "1.0",
            "SignatureNonce": secrets.token_hex(16), "Timestamp": stamp,
            **({"SecurityToken": keys.token} if keys.token else {}),
        }  # fmt: skip
        text = signature_v1.string_to_sign("POST", list(pairs.items()))
        signed = {**pairs, "Signature": signature_v1.sign(keys.secret, text)}
        query = "&".join(f"{encode(name)}={encode(value)}" for name, value in signed.items())
        return self.post(call, region, query, {"host": self.host(region), "user-agent": sdk.USER_AGENT})

    def account_id(self) -> str:
        """The account that the keys belong to."""
        self.calls["GetCallerIdentity"] += 1
        return str(self.caller_identity().get("AccountId") or "")

    def started(self) -> float:
        """Now, in seconds since the epoch, by the provider's last answer or by this machine: whichever is earlier.

        What is made from now on is not older than that, even if the two disagree.
        """
        return min(self.time, self.clock.wall())


def no_answer(error: ApiError) -> bool:
    """Whether a call may have been carried out although nobody knows."""
    return error.code == ApiError.NO_ANSWER
