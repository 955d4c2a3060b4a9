# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP server and the Simulator that tests hold in their hands."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any

from aiohttp import web

from . import seed as seeds
from .control import PREFIX, add_routes
from .dispatch import Dispatcher, Exchange
from .faults import Fault, Faults
from .journal import Journal
from .settings import Settings
from .state.clock import Clock
from .state.world import World
from .wire.envelope import Reply
from .wire.request import parse

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Simulator:
    """A provider in this process; `start` serves it on a thread of its own."""

    def __init__(
        self,
        clock: str = "real",
        speed: float = 1.0,
        seed: int | None = None,
        settings: Mapping[str, Any] | None = None,
        objects: Mapping[str, Any] | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        if host not in LOOPBACK:
            raise ValueError("the simulator listens on loopback only")
        self._start_clock, self._start_settings = (clock, speed), dict(settings or {})
        self._seed, self._objects = 1 if seed is None else seed, objects
        self._host, self._port = host, port
        self.lock = threading.RLock()
        self.clock = Clock(clock, speed)
        self.settings = Settings()
        self.faults = Faults()
        self.journal = Journal()
        self.endpoint = ""
        self._world = self._new_world()
        self._dispatcher = Dispatcher(lambda: self._world, self.faults, self.journal)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._problem: BaseException | None = None

    # State

    @property
    def world(self) -> World:
        """The state as of this moment: whatever was due by now has happened."""
        with self.lock:
            self._world.settle()
            return self._world

    def _new_world(self) -> World:
        self.settings.__dict__.update(Settings().__dict__)
        self.settings.change(self._start_settings)
        world = World(self.settings, self.clock, self._seed)
        seeds.plant_default(world)
        if self._objects:
            seeds.plant(world, self._objects)
        return world

    def reset(self) -> None:
        """Back to the start: world, settings, journal, faults and clock; used nonces stay used."""
        with self.lock:
            nonces = self._world.nonces
            self.faults.clear()
            self.clock.restart(*self._start_clock)
            self._world = self._new_world()
            self._world.nonces = nonces
            self.journal.clear()

    @property
    def env(self) -> dict[str, str]:
        """What a client needs in its environment."""
        key = seeds.main_key()
        return {
            "ALIBABA_CLOUD_ACCESS_KEY_ID": key["id"],
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": key["secret"],
            "ALIBABA_CLOUD_REGION_ID": "cn-hangzhou",
            "ALIBABA_CLOUD_ECS_ENDPOINT": self.endpoint,
            "ALIBABA_CLOUD_STS_ENDPOINT": self.endpoint,
        }

    def description(self) -> dict[str, Any]:
        """The line that is printed when ready."""
        return {
            "endpoint": self.endpoint,
            "control": self.endpoint + PREFIX,
            "pid": os.getpid(),
            "account_id": seeds.MAIN,
            "env": self.env,
            "demo": self.world.demo,
        }

    # Serving

    def start(self) -> Simulator:
        ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(ready,), name="simulator", daemon=True)
        self._thread.start()
        ready.wait()
        if self._problem is not None:
            raise self._problem
        return self

    def stop(self) -> None:
        self.faults.clear()
        if self._loop is not None and self._thread is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(5)

    def __enter__(self) -> Simulator:
        return self if self._thread else self.start()

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _serve(self, ready: threading.Event) -> None:
        self._loop = loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        try:
            runner = loop.run_until_complete(self._listen())
        except OSError as problem:
            self._problem = problem
            ready.set()
            return
        ready.set()
        loop.run_forever()
        loop.run_until_complete(runner.cleanup())
        loop.close()

    async def _listen(self) -> web.AppRunner:
        app = web.Application(client_max_size=2**20)
        add_routes(app, self)
        app.router.add_route("*", "/{path:.*}", self._answer)
        # Held and slow calls must not keep the end waiting.
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, self._host, self._port)
        await site.start()
        address = runner.addresses[0]
        host = f"[{address[0]}]" if ":" in address[0] else address[0]
        self.endpoint = f"http://{host}:{address[1]}"
        return runner

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        """One API call, with the faults that befall it."""
        wire = parse(request.method, request.raw_path, request.headers, await request.read())
        with self.lock:
            exchange = self._dispatcher.admit(wire)
        for fault in exchange.before:
            if fault.kind == "delay":
                await asyncio.sleep(fault.seconds)
            elif fault.kind == "hold":
                await self._hold(fault, exchange)
            elif fault.kind == "reset_before":
                self._dispatcher.record(exchange, fault.kind)
                return _reset(request)
            elif exchange.error is None:
                exchange.error = fault.error(exchange.action)
        with self.lock:
            self._dispatcher.run(exchange)
            reply = self._dispatcher.reply(exchange)
            lost = next((fault.kind for fault in exchange.after if fault.kind != "hold"), None)
            self._dispatcher.record(exchange, lost)
        for fault in exchange.after:
            if fault.kind == "hold":
                await self._hold(fault, exchange)
        if lost == "reset_after":
            return _reset(request)
        return await _send(request, reply, truncated=lost == "truncate")

    async def _hold(self, fault: Fault, exchange: Exchange) -> None:
        hold = self.faults.hold(fault, exchange.action)
        try:
            # A thread may release it, so the event is a thread's; looking often is cheap enough here.
            while not hold.event.is_set():
                await asyncio.sleep(0.005)
        finally:
            self.faults.let_go(hold)


def _reset(request: web.Request) -> web.StreamResponse:
    """Cut the connection so that the client sees a reset, not a tidy end."""
    if request.transport is not None:
        connection = request.transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
    return web.Response()


async def _send(request: web.Request, reply: Reply, truncated: bool) -> web.StreamResponse:
    headers = {**reply.headers, "Content-Type": reply.content_type}
    if not truncated:
        return web.Response(status=reply.status, body=reply.body, headers=headers)
    response = web.StreamResponse(status=reply.status, headers=headers)
    response.content_length = len(reply.body)
    await response.prepare(request)
    await response.write(reply.body[: len(reply.body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response
