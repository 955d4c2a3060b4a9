# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One HTTP request: the call that it is, the faults that befall it, and what goes back over its connection."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from typing import TYPE_CHECKING

from aiohttp import web

from .authenticate import read_claim
from .dispatch import Dispatcher, Exchange
from .errors import ApiError
from .faults import Fault
from .state import regions
from .wire.envelope import Reply
from .wire.request import parse

if TYPE_CHECKING:
    from .server import Simulator


class Answering:
    """Answers API calls."""

    def __init__(self, sim: Simulator, dispatcher: Dispatcher) -> None:
        self._sim, self._dispatcher = sim, dispatcher

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One API call, with the faults that befall it."""
        wire = parse(request.method, request.raw_path, request.headers, await request.read())
        exchange = Exchange(wire)
        if self.is_silent(wire.host, wire.first("RegionId")):
            return await self._never(request, exchange)
        with self._sim.lock, exchange.guarded():
            asked = self._sim.current
            self._dispatcher.admit(exchange)
        broken = await self._befall(exchange)
        with self._sim.lock:
            if self._sim.current is not asked:  # put back to the start meanwhile: the call is none of the new world's
                return _reset(request)
            if broken:
                self._dispatcher.record(exchange, "reset_before")
                return _reset(request)
            with exchange.guarded():
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

    def is_silent(self, host: str, region: str | None = None) -> bool:
        """Whether what a call is for never answers: the region it names, or the only one that its host serves."""
        address = regions.address_of(host)
        named = address.regions if address and address.regions and len(address.regions) == 1 else (region,)
        return any(name in self._sim.settings.silent_regions for name in named)

    async def _never(self, request: web.Request, exchange: Exchange) -> web.StreamResponse:
        """Take a call and leave its connection hanging, for as long as the switch says so and the client waits."""
        with self._sim.lock:
            with contextlib.suppress(ApiError):
                exchange.claim = read_claim(exchange.request)
            self._dispatcher.record(exchange, "silent")
        while self.is_silent(exchange.request.host, exchange.request.first("RegionId")) and request.transport:
            await asyncio.sleep(0.02)
        return _reset(request)

    async def _befall(self, exchange: Exchange) -> bool:
        """What happens to a call before it is carried out; True if it never is, since its connection breaks."""
        for fault in exchange.before:
            if fault.kind == "delay":
                await asyncio.sleep(fault.seconds)
            elif fault.kind == "hold":
                await self._hold(fault, exchange)
            elif fault.kind == "reset_before":
                return True
            elif exchange.error is None:
                exchange.error = fault.error(exchange.action)
        return False

    async def _hold(self, fault: Fault, exchange: Exchange) -> None:
        hold = self._sim.faults.hold(fault, exchange.action)
        try:
            # A thread may release it, so the event is a thread's; looking often is cheap enough here.
            while not hold.event.is_set():
                await asyncio.sleep(0.005)
        finally:
            self._sim.faults.let_go(hold)


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
