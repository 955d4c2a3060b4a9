# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Control over HTTP, under /_simulator/; unsigned, because the server listens on loopback only."""

from __future__ import annotations

import copy
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from aiohttp import web

from .seed import plant
from .state.world import World

if TYPE_CHECKING:
    from .server import Simulator

PREFIX = "/_simulator"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Body = dict[str, Any]
_ATOMS = frozenset({str, int, float, bool, type(None)})


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind))


def plain(value: Any) -> Any:
    """What `dataclasses.asdict` makes of it, in a quarter of the time: tests ask for the state after each task."""
    kind = type(value)
    if kind in _ATOMS:
        return value
    if kind is list or kind is tuple:
        return kind([plain(one) for one in value])
    if kind is dict:
        return {key: plain(one) for key, one in value.items()}
    if is_dataclass(kind):
        return {name: plain(getattr(value, name)) for name in _names(kind)}
    return copy.deepcopy(value)


def things(world: World) -> Body:
    """What the calls make and change."""
    return {
        "images": [plain(image) for image in world.all_images() if image.alias == "self"],
        "snapshots": [plain(snapshot) for snapshot in world.snapshots.values()],
        "instances": [plain(instance) for instance in world.instances.values()],
        "disks": [plain(disk) for disk in world.disks.values()],
        "launch_templates": [
            {**plain(template.settled()), "former_default": template.before.default if template.before else None}
            for template in world.templates.values()
        ],
        "scaling_groups": [plain(group) for group in world.scaling_groups.values()],
        "buckets": [plain(bucket) for bucket in world.buckets.values()],
        "tasks": [plain(task) for task in world.tasks.values()],
    }


def state(world: World) -> Body:
    """Everything in the world but secrets."""
    return {
        "now": world.now(),
        **things(world),
        "kms_keys": [plain(key) for key in world.kms_keys.values()],
        "accounts": [
            {**plain(account), "default_encryption": sorted(account.default_encryption)}
            for account in world.accounts.values()
        ],
        "users": [user.arn for user in world.users.values()],
        "roles": [role.arn for role in world.roles.values()],
        "access_keys": {key.key_id: key.account_id for key in world.access_keys.values()},
        "resource_groups": dict(world.resource_groups),
        "waiting": [image.image_id for image in world.copy_queue],
        "running": [image.image_id for image in world.running_copies],
        "demo": world.demo,
    }


def expire(world: World, body: Body) -> Body:
    """Have temporary keys expire now: one by its id, or all."""
    wanted = body.get("access_key_id")
    keys = [key for key in world.access_keys.values() if key.token and wanted in (None, key.key_id)]
    for key in keys:
        key.expires = 0.0
    return {"expired": [key.key_id for key in keys]}


def token(world: World, body: Body) -> Body:
    """A pipeline's token, as its issuer hands it out: with `provider` (an ARN), `subject`, `audience`, `seconds`."""
    given = {name: body[name] for name in ("subject", "audience", "seconds") if name in body}
    return {"token": world.oidc_providers[body["provider"]].token(**given)}


def remove(world: World, body: Body) -> Body:
    """Have somebody delete a launch template elsewhere, as in the console, whatever it is good for."""
    del world.templates[body["launch_template_id"]]
    return {}


class Control:
    """The calls on one simulator; a ValueError anywhere is the caller's fault."""

    def __init__(self, sim: Simulator) -> None:
        self._sim = sim

    def state(self, dummy: Body) -> Body:
        return {**state(self._sim.world), "journal_dropped": self._sim.journal.dropped}

    def seed(self, body: Body) -> Body:
        return {"ids": plant(self._sim.world, body)}

    def remove(self, body: Body) -> Body:
        return remove(self._sim.world, body)

    def reset(self, dummy: Body) -> Body:
        self._sim.reset()
        return self._sim.description()

    def clock(self, dummy: Body) -> Body:
        return self._sim.clock.describe()

    def change_clock(self, body: Body) -> Body:
        clock, seconds = self._sim.clock, float(body.get("advance", 0))
        clock.check(body.get("mode"), body.get("speed"), seconds)
        clock.change(body.get("mode"), body.get("speed"))
        clock.advance(seconds)
        return clock.describe()

    def settings(self, dummy: Body) -> Body:
        return asdict(self._sim.settings)

    def change_settings(self, body: Body) -> Body:
        self._sim.settings.change(body)
        return asdict(self._sim.settings)

    def faults(self, dummy: Body) -> Body:
        return {"faults": self._sim.faults.describe(), "held": self._sim.faults.held()}

    def add_faults(self, body: Body | list[Body]) -> Body:
        rules = body if isinstance(body, list) else body.get("faults", [body])
        return {"ids": self._sim.faults.add_all(rules)}

    def clear_faults(self, dummy: Body) -> Body:
        self._sim.faults.clear()
        return {}

    def release(self, body: Body) -> Body:
        return {"released": self._sim.faults.release(body.get("id"))}

    def journal(self, body: Body) -> Body:
        journal = self._sim.journal
        return {"entries": journal.entries(int(body.get("since", 0))), "dropped": journal.dropped}

    def clear_journal(self, dummy: Body) -> Body:
        self._sim.journal.clear()
        return {}

    def expire(self, body: Body) -> Body:
        return expire(self._sim.world, body)

    def token(self, body: Body) -> Body:
        return token(self._sim.world, body)


def add_routes(app: web.Application, sim: Simulator) -> None:
    control = Control(sim)
    routes: list[tuple[str, str, Callable[[Any], Body]]] = [
        ("GET", "state", control.state),
        ("GET", "journal", control.journal),
        ("DELETE", "journal", control.clear_journal),
        ("GET", "clock", control.clock),
        ("POST", "clock", control.change_clock),
        ("GET", "settings", control.settings),
        ("POST", "settings", control.change_settings),
        ("GET", "faults", control.faults),
        ("POST", "faults", control.add_faults),
        ("DELETE", "faults", control.clear_faults),
        ("POST", "faults/release", control.release),
        ("POST", "seed", control.seed),
        ("POST", "remove", control.remove),
        ("POST", "sts/expire", control.expire),
        ("POST", "sts/token", control.token),
        ("POST", "reset", control.reset),
    ]
    for method, name, action in routes:
        app.router.add_route(method, f"{PREFIX}/{name}", _handler(sim, action))
    app.router.add_route("*", PREFIX + "/{rest:.*}", _handler(sim, _unknown))


def _unknown(dummy: Body) -> Body:
    raise LookupError("no such control call")


def _handler(sim: Simulator, action: Callable[[Any], Body]) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            raw = await request.read()
            body = json.loads(raw) if raw else dict(request.query)
            with sim.lock:
                return web.json_response(action(body))
        except LookupError as error:
            return web.json_response({"error": str(error)}, status=404)
        except (ValueError, TypeError, AttributeError) as error:
            return web.json_response({"error": str(error)}, status=400)

    return handle
