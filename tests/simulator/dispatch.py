# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a request to its reply: authenticate, check, run, record. Knows no sockets."""

from __future__ import annotations

import copy
import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate

from . import habits
from .actions import ECS, SERVED, Served, rights
from .actions.call import Answer, Call
from .actions.parameters import KNOWN, check, check_required
from .authenticate import VERSIONS, Claim, authenticate, claim_of
from .errors import ApiError, api_error, is_listed
from .faults import AFTER, BEFORE, STALE, Fault, Faults
from .history import History
from .journal import Entry, Journal
from .state import regions, rules
from .state.clock import stamp
from .state.world import RememberedToken, World
from .wire import signature_v1
from .wire.envelope import GATEWAY, Reply, error_content, render
from .wire.request import WireRequest

LAST_DATE = 253_402_300_799  # no header can say a later one
# Codes that some actions list for a ClientToken that was used with other parameters.
MISMATCH_CODES = ("IdempotenceParamNotMatch", "IdempotentParameterMismatch")


@dataclass
class Exchange:
    """One call on its way through, with what is known about it so far."""

    request: WireRequest
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()).upper())
    claim: Claim | None = None
    call: Call | None = None
    served: Served | None = None
    write: bool = False
    dry_run: bool = False
    before: list[Fault] = field(default_factory=list)
    after: list[Fault] = field(default_factory=list)
    error: ApiError | None = None
    stale: bool = False
    """It was shown a state that is no longer true."""
    answer: Answer = field(default_factory=dict)

    broken: bool = False
    """The simulator itself has failed."""

    @property
    def action(self) -> str:
        return self.claim.action if self.claim else ""

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """A bug of the simulator's is answered as the provider answers one of its own, and says so here."""
        try:
            yield
        except Exception:
            logging.getLogger(__package__).exception("a bug of the simulator's, in %s", self.action or "a request")
            self.error, self.broken = api_error("", "InternalError"), True


class Dispatcher:
    """Runs calls against a world; the caller holds the lock."""

    def __init__(self, world: Callable[[], World], faults: Faults, journal: Journal) -> None:
        self._world = world
        self._faults = faults
        self._journal = journal
        self.history = History()

    def admit(self, exchange: Exchange) -> None:
        """Everything that comes before the action itself; a refusal is kept in `error`."""
        request, world = exchange.request, self._world()
        world.settle()
        try:
            exchange.claim = claim = claim_of(request, world)
            if request.path != "/":
                raise api_error("", "InvalidApi.NotFound")
            caller = authenticate(world, claim)
            exchange.served = served = _served(claim, request.host)
            # The SDK gives the Format with its own headers as well if it does not sign.
            whole = claim.is_v3 and claim.signed
            given = [pair for pair in request.pairs if whole or pair[0] not in signature_v1.COMMON]
            exchange.call = call = Call(claim.action, caller, None, dict(given), world)
            call.region = call.text("RegionId") or None
            exchange.before = self._faults.take(call, BEFORE)
            _mark_writes(exchange, served)
            call.params = check(claim.action, given, refuses=_refuses_unknown(world, request.host))
            _check_required(call, request)
            call.region = _region(call, request)
            rights.authorize(call)
        except ApiError as error:
            exchange.error = error

    def run(self, exchange: Exchange) -> None:
        """The action, or the dry run of it."""
        call, served = exchange.call, exchange.served
        if exchange.error is None and call is not None and served is not None:
            # The caller may have waited between admission and this point.
            call.world = self._world()
            call.world.settle()
            self.remember(call.world)
            try:
                habits.shift_list(call, self._faults)
                self._look_back(call, exchange)
                if call.action == "CancelCopyImage" and self._faults.take(call, ("not_cancellable",)):
                    raise call.error("CancelNotSupported")
                exchange.answer = _perform(call, served, exchange.dry_run)
                if exchange.write:
                    habits.mark_new(call, exchange.answer)
                    habits.spoil(call, exchange.answer, self._faults)
                    self.remember(call.world)
            except ApiError as error:
                exchange.error = error
        if call is not None:
            exchange.after = self._faults.take(call, AFTER)

    def remember(self, world: World) -> None:
        """Keep the state while there are rules for stale reads; also before a call, because tests plant objects."""
        seconds = self._faults.stale_seconds()
        if seconds:
            self.history.watch(seconds)
            self.history.keep(world)
        else:
            self.history.clear()

    def _look_back(self, call: Call, exchange: Exchange) -> None:
        """Have a read see the past."""
        if exchange.served is None or exchange.served.write or exchange.served.version != ECS:
            return
        for fault in self._faults.take(call, STALE):
            exchange.stale = True
            call.world = self.history.at(call.world.now() - fault.seconds, call.world)

    def reply(self, exchange: Exchange) -> Reply:
        form = exchange.claim.form if exchange.claim else _form_asked_for(exchange.request)
        error, settings = exchange.error, self._world().settings
        if error is None:
            answer = {} if settings.empty_list == "request_id" and _is_of_nothing(exchange) else exchange.answer
            reply = render(exchange.action, 200, {"RequestId": exchange.request_id, **answer}, form)
        else:
            product = VERSIONS.get(exchange.claim.version, "Ecs") if exchange.claim else "Ecs"
            content = error_content(error, exchange.request_id, exchange.request.host, product, settings.recommend)
            reply = render(exchange.action, error.status, content, form)
            if error.retry_after is not None:
                reply.headers["x-acs-retry-after"] = str(error.retry_after)
        reply.headers.update({"Date": self._date(), **(GATEWAY if settings.gateway_headers else {})})
        return reply

    def _date(self) -> str:
        """The header by which a client learns what time it is for the provider."""
        world = self._world()
        return formatdate(min(world.now() + world.settings.clock_ahead, LAST_DATE), usegmt=True)

    def record(self, exchange: Exchange, delivered: str | None = None) -> Entry:
        """Write the call down; `delivered` names the fault that kept the answer from its caller."""
        call, error, now = exchange.call, exchange.error, self._world().now()
        not_run = delivered in ("reset_before", "silent")
        return self._journal.add(
            {
                "at": now,
                "time": stamp(now),
                "action": exchange.action or None,
                "region": call.region if call else None,
                "account": call.account_id if call else None,
                "access_key_id": exchange.claim.access_key_id if exchange.claim else None,
                "params": dict(call.params) if call else {},
                "write": exchange.write,
                "dry_run": exchange.dry_run,
                "status": None if not_run else error.status if error else 200,
                "code": error.code if error and not not_run else None,
                "request_id": exchange.request_id,
                "image_id": exchange.answer.get("ImageId"),
                "snapshot_id": exchange.answer.get("SnapshotId"),
                "fault": delivered or ("bug" if exchange.broken else "stale" if exchange.stale else None),
            }
        )


def _is_of_nothing(exchange: Exchange) -> bool:
    """Whether an answer to a question for a list has an empty one."""
    lists = [value for value in exchange.answer.values() if isinstance(value, dict) and len(value) == 1]
    asked = exchange.action.startswith(("Describe", "List"))
    return asked and bool(lists) and all(list(value.values()) == [[]] for value in lists)


def _form_asked_for(request: WireRequest) -> str:
    if "authorization" in request.headers or (request.first("Format") or "").upper() == "JSON":
        return "JSON"
    return "XML" if request.first("Format") else "JSON"


def _served(claim: Claim, host: str) -> Served:
    """The action asked for; it is there under its own service's addresses only."""
    served, address = SERVED.get(claim.action), regions.address_of(host)
    if served is None or address is None or served.version != claim.version:
        raise api_error("", "InvalidApi.NotFound")
    if address.service not in (None, VERSIONS[served.version]):
        raise api_error("", "InvalidApi.NotFound")
    return served


def _regions_of(host: str) -> tuple[str, ...] | None:
    address = regions.address_of(host)
    return address.regions if address else None


def _refuses_unknown(world: World, host: str) -> bool:
    """Whether a parameter that is not known is refused; clients in use that send such reach the provider's names."""
    word = world.settings.unknown_parameters
    return word == "refused" or (word == "refused_here" and not regions.is_the_providers(host))


def _mark_writes(exchange: Exchange, served: Served) -> None:
    """Whether this call is a dry run that will be honoured, and whether it is to change anything."""
    call = exchange.call
    assert call is not None
    settings = call.world.settings
    asked = call.params.get("DryRun") in ("true", "True") and bool(served.dry_run)
    ignored = served.dry_run == "undocumented" and settings.dry_run_undocumented == "ignored"
    exchange.dry_run = asked and not ignored and call.region not in settings.dry_run_ignored_regions
    exchange.write = served.write and not exchange.dry_run


def _check_required(call: Call, request: WireRequest) -> None:
    hosts = _regions_of(request.host)
    absent = "RegionId" in KNOWN[call.action] and not call.text("RegionId")
    if absent and hosts and len(hosts) == 1 and call.world.settings.region_from_host:
        call.params["RegionId"] = hosts[0]
    check_required(call.action, call.params)


def _region(call: Call, request: WireRequest) -> str | None:
    """The region of the call; an address of another region does not serve it."""
    hosts = _regions_of(request.host)
    if "RegionId" not in KNOWN[call.action]:
        return hosts[0] if hosts and len(hosts) == 1 and SERVED[call.action].version == ECS else None
    region = call.text("RegionId")
    if not regions.is_open(region) or (hosts is not None and region not in hosts):
        for code in ("SourceRegion.NotFound", "InvalidRegion.NotFound", "InvalidRegionId.NotExists"):
            if is_listed(call.action, code):
                raise call.error(code)
        raise call.error("InvalidRegionId.NotFound")
    return region


def _perform(call: Call, served: Served, dry_run: bool) -> Answer:
    token = call.text("ClientToken")
    if call.given("ClientToken") and not rules.client_token(token):
        raise call.error("InvalidClientToken.Malformed")
    if dry_run:
        if served.dry_run == "thorough" or call.world.settings.dry_run_checks == "full":
            # On a copy of the world, so that every check is the real one and nothing stays.
            served.run(Call(call.action, call.caller, call.region, call.params, copy.deepcopy(call.world)))
        raise call.error("DryRunOperation")
    if not token:
        # DescribeImages looks after a blind caller itself: other accounts' images stay to be seen.
        hidden = call.blind and call.action != "DescribeImages"
        return rights.emptied(served.run(call)) if hidden else served.run(call)
    return _perform_once(call, served, token)


def _is_gone(world: World, answer: Answer) -> bool:
    """Whether the image or snapshot that an answer names is not there any more."""
    image_id, snapshot_id = answer.get("ImageId"), answer.get("SnapshotId")
    images = [image for image in world.all_images() if image.image_id == image_id and not image.deleting]
    return bool((image_id and not images) or (snapshot_id and snapshot_id not in world.snapshots))


def _perform_once(call: Call, served: Served, token: str) -> Answer:
    """The same token with the same parameters has the same answer."""
    world = call.world
    key = (call.account_id, call.region or "", call.action, token)
    asked = {name: value for name, value in call.params.items() if name != "ClientToken"}
    known, lifetime = world.tokens.get(key), world.settings.token_seconds
    if known is not None and (lifetime is None or world.now() - known.at < lifetime):
        if known.params != asked:
            own = [code for code in MISMATCH_CODES if is_listed(call.action, code)]
            raise call.error(own[0] if own else world.settings.token_mismatch_code)
        answer = known.answer
        if answer is not None and (world.settings.token_of_gone == "remembered" or not _is_gone(world, answer)):
            return dict(answer)
    try:
        answer = served.run(call)
    except ApiError:
        if world.settings.token_of_failed == "remembered":
            world.tokens[key] = RememberedToken(asked, None, world.now())
        raise
    world.tokens[key] = RememberedToken(asked, dict(answer), world.now())
    return answer
