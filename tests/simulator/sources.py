# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where clients fetch temporary keys over plain HTTP: an instance's metadata, a credentials URI, a signed-in person.

The metadata service has a fixed address in reality; clients reach this one by a proxy variable. The role of "the
instance" is the world's `instance_role`, which nobody has at the start.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from aiohttp import web

from .state.accounts import Role
from .state.clock import stamp
from .state.sources import ECS_SERVICE, new_session

if TYPE_CHECKING:
    from .server import Simulator

TOKEN = "/latest/api/token"
ROLES = "/latest/meta-data/ram/security-credentials/"
CREDENTIALS = "/credentials"
SIGN_IN = "/cloud-credentials"
TTL_HEADER, TOKEN_HEADER = "X-aliyun-ecs-metadata-token-ttl-seconds", "X-aliyun-ecs-metadata-token"
LONGEST_TTL = 21600


class Sources:
    """The handlers, and the metadata tokens that were handed out."""

    def __init__(self, sim: Simulator) -> None:
        self._sim = sim
        self._tokens: set[str] = set()

    def add_routes(self, app: web.Application) -> None:
        app.router.add_put(TOKEN, self._token)
        app.router.add_get(ROLES + "{role:.*}", self._metadata)
        app.router.add_get(CREDENTIALS, self._credentials)
        app.router.add_post(SIGN_IN, self._cloud_sso)

    async def _token(self, request: web.Request) -> web.Response:
        seconds = request.headers.get(TTL_HEADER, "")
        if not seconds.isdigit() or not 1 <= int(seconds) <= LONGEST_TTL:
            return web.Response(status=400)
        token = secrets.token_urlsafe(32)
        self._tokens.add(token)
        self._note("MetadataToken")
        return web.Response(text=token)

    async def _metadata(self, request: web.Request) -> web.Response:
        given = request.headers.get(TOKEN_HEADER)
        hardened = self._sim.settings.metadata_tokens == "required"
        if given not in self._tokens and (given is not None or hardened):
            return web.Response(status=403 if given is None else 401)
        with self._sim.lock:
            role = self._sim.world.instance_role
            if role is None or ECS_SERVICE not in role.trust:
                return web.Response(status=404)
            asked = request.match_info["role"]
            if not asked:
                return web.Response(text=role.name)
            if asked != role.name:
                return web.Response(status=404)
            self._note("MetadataCredentials", role, token=given is not None)
            return web.json_response(self._session(role, "i-simulator"))

    async def _credentials(self, request: web.Request) -> web.Response:
        """What a helper beside the client, such as a container's, answers."""
        with self._sim.lock:
            role = self._sim.world.roles.get(request.query.get("role", ""))
            if role is None:
                return web.json_response({"Code": "NotFound"}, status=404)
            self._note("CredentialsURI", role)
            return web.json_response(self._session(role, "credentials-uri"))

    async def _cloud_sso(self, request: web.Request) -> web.Response:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        body = await request.json()
        with self._sim.lock:
            found = self._sim.world.sign_ins.get(token)
            wanted = (body.get("AccountId"), body.get("AccessConfigurationId"))
            if found is None or wanted != (found.account_id, found.access_config):
                return web.json_response({"ErrorCode": "Unauthorized"}, status=401)
            self._note("CloudSSO", found.role)
            return web.json_response({"CloudCredential": self._session(found.role, "person")})

    def _session(self, role: Role, session: str) -> dict[str, Any]:
        world = self._sim.world
        seconds = world.settings.session_seconds
        lifetime = (3600 if seconds is None else seconds) + world.settings.clock_ahead
        key = new_session(world.secrets, role, session, lifetime)
        world.access_keys[key.key_id] = key
        return {
            "Code": "Success",
            "AccessKeyId": key.key_id,
            "AccessKeySecret": key.secret,
            "SecurityToken": key.token,
            "Expiration": stamp(key.expires or 0),
            "LastUpdated": stamp((key.expires or 0) - 3600),
        }

    def _note(self, action: str, role: Role | None = None, **params: Any) -> None:
        """In the journal under a name of our own, as these are no API actions."""
        now = self._sim.world.now()
        account = role.account_id if role else None
        said = {"at": now, "time": stamp(now), "action": action, "account": account, "params": params}
        nothing = dict.fromkeys(("region", "access_key_id", "code", "request_id", "image_id", "snapshot_id", "fault"))
        self._sim.journal.add({**nothing, **said, "write": False, "dry_run": False, "status": 200})
