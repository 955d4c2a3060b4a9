# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP server and the Simulator that tests hold in their hands."""

from __future__ import annotations

import asyncio
import os
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from aiohttp import web

from . import seed as seeds
from .answering import Answering
from .certificates import make_authority
from .control import PREFIX, add_routes
from .dispatch import Dispatcher
from .faults import Faults
from .front import Front
from .journal import Journal
from .settings import Settings
from .sources import Sources
from .state.clock import Clock
from .state.world import World

# Where clients look for the certificates to trust.
CA_VARIABLES = (
    "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "ALIBABA_CLOUD_CA_BUNDLE",
)  # fmt: skip
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
        front: bool = False,
        front_port: int = 0,
        ca_file: Path | None = None,
    ) -> None:
        """`front` adds a TLS port and a proxy for clients that insist on the provider's own addresses."""
        if host not in LOOPBACK:
            raise ValueError("the simulator listens on loopback only")
        self._start_clock, self._start_settings = (clock, speed), dict(settings or {})
        self._seed, self._objects = 1 if seed is None else seed, objects
        self._host, self._port = host, port
        self.lock = threading.RLock()
        self.clock = Clock(clock, speed)
        self.settings = Settings()
        self.faults = Faults()
        self.journal = Journal(self.settings)
        self.endpoint = ""
        self.tls_endpoint = ""
        self.proxy = ""
        self.ca_path = ca_file
        self._with_front, self._front_port = front, front_port
        self._front: Front | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._world = self._new_world()
        self._dispatcher = Dispatcher(lambda: self._world, self.faults, self.journal)
        self._answering = Answering(self, self._dispatcher)
        self.faults.watcher = self._watch
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

    @property
    def current(self) -> World:
        """The world that is there, without anything done to it; another one after a reset."""
        return self._world

    def _new_world(self) -> World:
        self.settings.__dict__.update(Settings().__dict__)
        self.settings.change(self._start_settings)
        world = World(self.settings, self.clock, self._seed)
        seeds.plant_default(world)
        if self._objects is not None:
            seeds.plant(world, self._objects)
        return world

    def _watch(self) -> None:
        with self.lock:
            self._dispatcher.remember(self.world)

    def reset(self, settings: Mapping[str, Any] | None = None) -> None:
        """Back to the start: world, settings, journal, faults and clock; used nonces stay used.

        With `settings` it is another start, for later resets too.
        """
        with self.lock:
            self._start_settings = self._start_settings if settings is None else dict(settings)
            nonces = self._world.nonces
            self.faults.clear()
            self.clock.restart(*self._start_clock)
            self._world = self._new_world()
            self._world.nonces = nonces
            self._dispatcher.history.clear()
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

    @property
    def env_proxy(self) -> dict[str, str]:
        """What a client with fixed addresses needs instead: keys, the proxy, and whom to trust."""
        key, ca = seeds.main_key(), str(self.ca_path)
        return {
            "ALIBABA_CLOUD_ACCESS_KEY_ID": key["id"],
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": key["secret"],
            "ALIBABA_CLOUD_REGION_ID": "cn-hangzhou",
            "ALICLOUD_ACCESS_KEY": key["id"],
            "ALICLOUD_SECRET_KEY": key["secret"],
            "ALICLOUD_REGION": "cn-hangzhou",
            # Every client looks at its own selection of these.
            **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), self.proxy),
            **dict.fromkeys(("NO_PROXY", "no_proxy"), ""),
            **dict.fromkeys(CA_VARIABLES, ca),
        }

    def description(self) -> dict[str, Any]:
        """The line that is printed when ready."""
        reached_by_proxy = {
            "tls_endpoint": self.tls_endpoint,
            "proxy": self.proxy,
            "ca": str(self.ca_path),
            "env_proxy": self.env_proxy,
        }
        return {
            "endpoint": self.endpoint,
            "control": self.endpoint + PREFIX,
            "pid": os.getpid(),
            "account_id": seeds.MAIN,
            "env": self.env,
            "demo": self.world.demo,
            **(reached_by_proxy if self._with_front else {}),
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
        if self._folder is not None:
            self._folder.cleanup()

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
        if self._front is not None:
            loop.run_until_complete(self._front.stop())
        loop.run_until_complete(runner.cleanup())
        loop.close()

    async def _listen(self) -> web.AppRunner:
        app = web.Application(client_max_size=2**20)
        add_routes(app, self)
        Sources(self).add_routes(app)
        app.router.add_route("*", "/{path:.*}", self._answering.answer)
        # Held and slow calls must not keep the end waiting.
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, self._host, self._port)
        await site.start()
        self.endpoint = "http://" + _authority(runner.addresses[0])
        if self._with_front:
            await self._listen_in_front(runner)
        return runner

    async def _listen_in_front(self, runner: web.AppRunner) -> None:
        authority = make_authority()
        if self.ca_path is None:
            self._folder = tempfile.TemporaryDirectory(prefix="simulator-ca-")
            self.ca_path = Path(self._folder.name, "ca.pem")
        self.ca_path.write_bytes(authority.ca_pem)
        await web.TCPSite(runner, self._host, 0, ssl_context=authority.server_context()).start()
        plain, secure = runner.addresses[0], runner.addresses[1]
        self.tls_endpoint = "https://" + _authority(secure)
        self._front = Front((plain[0], plain[1]), (secure[0], secure[1]), self._answering.is_silent)
        await self._front.start(self._host, self._front_port)
        self.proxy = self._front.address


def _authority(address: tuple[Any, ...]) -> str:
    return f"[{address[0]}]:{address[1]}" if ":" in address[0] else f"{address[0]}:{address[1]}"
