# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Control over HTTP, under /_simulator/; unsigned, because the server listens on loopback only."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from aiohttp import web

from .seed import plant
from .state.world import World

if TYPE_CHECKING:
    from .server import Simulator

PREFIX = "/_simulator"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Body = dict[str, Any]


def state(world: World) -> Body:
    """Everything in the world but secrets."""
    return {
        "now": world.now(),
        "images": [asdict(image) for image in world.all_images() if image.alias == "self"],
        "snapshots": [asdict(snapshot) for snapshot in world.snapshots.values()],
        "instances": [asdict(instance) for instance in world.instances.values()],
        "disks": [asdict(disk) for disk in world.disks.values()],
        "kms_keys": [asdict(key) for key in world.kms_keys.values()],
        "accounts": [
            {**asdict(account), "default_encryption": sorted(account.default_encryption)}
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


def add_routes(app: web.Application, sim: Simulator) -> None:
    """Routes and what they do; a ValueError anywhere is the caller's fault."""

    def change_clock(body: Body) -> Body:
        sim.clock.change(body.get("mode"), body.get("speed"))
        sim.clock.advance(float(body.get("advance", 0)))
        return sim.clock.describe()

    def change_settings(body: Body) -> Body:
        sim.settings.change(body)
        return asdict(sim.settings)

    def get_faults(dummy: Body) -> Body:
        return {"faults": sim.faults.describe(), "held": sim.faults.held()}

    def add_faults(body: Body | list[Body]) -> Body:
        rules = body if isinstance(body, list) else body.get("faults", [body])
        return {"ids": [sim.faults.add(rule) for rule in rules]}

    def clear_faults(dummy: Body) -> Body:
        sim.faults.clear()
        return {}

    def reset(dummy: Body) -> Body:
        sim.reset()
        return sim.description()

    def clear_journal(dummy: Body) -> Body:
        sim.journal.clear()
        return {}

    routes: list[tuple[str, str, Callable[[Any], Body]]] = [
        ("GET", "state", lambda dummy: state(sim.world)),
        ("GET", "journal", lambda body: {"entries": sim.journal.entries(int(body.get("since", 0)))}),
        ("DELETE", "journal", clear_journal),
        ("GET", "clock", lambda dummy: sim.clock.describe()),
        ("POST", "clock", change_clock),
        ("GET", "settings", lambda dummy: asdict(sim.settings)),
        ("POST", "settings", change_settings),
        ("GET", "faults", get_faults),
        ("POST", "faults", add_faults),
        ("DELETE", "faults", clear_faults),
        ("POST", "faults/release", lambda body: {"released": sim.faults.release(body.get("id"))}),
        ("POST", "seed", lambda body: {"ids": plant(sim.world, body)}),
        ("POST", "sts/expire", lambda body: expire(sim.world, body)),
        ("POST", "reset", reset),
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
