# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every module has in common: its options' pieces, the connection to the account, and how it ends."""

from __future__ import annotations

import dataclasses
import os
import typing as t

from ansible.module_utils.basic import AnsibleModule, env_fallback

from ansible_collections.imageops.alicloud.plugins.module_utils._api.ecs import EcsApi
from ansible_collections.imageops.alicloud.plugins.module_utils._base import clock as clocks
from ansible_collections.imageops.alicloud.plugins.module_utils._base import regions as base_regions
from ansible_collections.imageops.alicloud.plugins.module_utils._base import validation
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import (
    ImageOpsError,
    InvalidInput,
    failure_of,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base.jobs import Jobs
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data
from ansible_collections.imageops.alicloud.plugins.module_utils._base.options import OptionsT, options_from
from ansible_collections.imageops.alicloud.plugins.module_utils._base.progress import Progress
from ansible_collections.imageops.alicloud.plugins.module_utils._base.retry import Retry
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import HowFar
from ansible_collections.imageops.alicloud.plugins.module_utils._client import environment
from ansible_collections.imageops.alicloud.plugins.module_utils._client.connection import Connection
from ansible_collections.imageops.alicloud.plugins.module_utils._client.sdk import Client
from ansible_collections.imageops.alicloud.plugins.module_utils._task.module import Module

READ_DEADLINE = 3600.0  # seconds: how long a module without wait_timeout puts up with throttling


def env(*names: str) -> dict[str, t.Any]:
    """An option's fallback: the first of these variables that is set."""
    return {"fallback": (filled_env_fallback, list(names))}


def filled_env_fallback(*names: str) -> str:
    """The first of the variables with something in it: an empty one does not hide the next."""
    return t.cast(str, env_fallback(*(name for name in names if os.environ.get(name))))


# Twin of the documentation fragment "connection".
CONNECTION: dict[str, dict[str, t.Any]] = {
    "region": {
        "type": "str",
        "aliases": ["region_id", "alicloud_region"],
        **env("ALIBABA_CLOUD_REGION_ID", "ALICLOUD_REGION", "ALICLOUD_REGION_ID"),
    },
    # What the environment says of credentials is no fallback of single options, see _client/environment.py.
    "access_key_id": {"type": "str", "aliases": ["alicloud_access_key", "access_key"]},
    "access_key_secret": {
        "type": "str",
        "no_log": True,
        "aliases": ["alicloud_secret_key", "secret_access_key", "secret_key"],
    },
    "security_token": {
        "type": "str",
        "no_log": True,
        "aliases": ["alicloud_security_token"],
    },
    "profile": {"type": "str"},
    "ram_role_arn": {"type": "str", "aliases": ["alicloud_assume_role_arn"]},
    "ram_session_name": {
        "type": "str",
        "aliases": ["alicloud_assume_role_session_name"],
        **env("ALICLOUD_ASSUME_ROLE_SESSION_NAME"),
    },
    # It stands in the role's trust policy. As a secret it would be cut out of ids and names that happen to hold it.
    "external_id": {"type": "str", "no_log": False},
    "endpoint": {"type": "str", **env("ALIBABA_CLOUD_ECS_ENDPOINT")},
    "sts_endpoint": {"type": "str", **env("ALIBABA_CLOUD_STS_ENDPOINT")},
    "network": {"type": "str", "choices": ["public", "vpc"], "default": "public"},
    "allow_plain_http": {"type": "bool", "default": False},
    "validate_certs": {"type": "bool", "default": True},
    "ca_path": {"type": "path"},
    "connect_timeout": {"type": "float", "default": 5.0},
    "read_timeout": {"type": "float", "default": 30.0},
    "unreachable_timeout": {"type": "float"},
    "account_id": {"type": "str"},
}

# Twin of the documentation fragment "waiting".
WAITING: dict[str, dict[str, t.Any]] = {
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "float", "default": 7200.0},
    "wait_interval": {"type": "float"},
    "consistency_wait": {"type": "float", "default": 60.0},
    "progress": {"type": "bool", "default": True},
}


@dataclasses.dataclass(frozen=True)
class Waiting:
    """How a task waits, in seconds, under the names of the options. What a module does not offer is as here."""

    wait: bool = True
    wait_interval: float | None = None
    consistency_wait: float = 0.0


@dataclasses.dataclass
class Run:
    """One task at work, as what flows share sees it: API, clock, jobs and progress, but no AnsibleModule."""

    waiting: Waiting
    check: bool
    clock: clocks.Clock
    jobs: Jobs
    api: EcsApi
    progress: Progress
    caller: Data
    deadline: float
    faults: list[str]  # what is wrong with the input, collected until the flow has seen all it needs
    changed: bool = False

    @property
    def account_id(self) -> str:
        """The account that the credentials belong to."""
        return str(self.caller["account_id"])

    @property
    def identity(self) -> Data:
        """Who the credentials are, for every result."""
        return {"account_id": self.account_id, "caller": self.caller["arn"]}

    def mark_changed(self) -> None:
        """A write was accepted, or would be in check mode."""
        self.changed = True

    def elapsed(self, begun: float) -> float:
        """Seconds since a moment of the clock, as results tell them."""
        return round(self.clock.now() - begun, 1)

    def report_progress(self, region: str, begun: float, **how_far: t.Unpack[HowFar]) -> None:
        """Show how far the work in a region is.

        :param begun: clock time
        """
        self.progress.event(account=self.account_id, region=region, elapsed=self.elapsed(begun), **how_far)

    def visibility_warnings(self, regions: t.Sequence[str], snapshots: bool = False) -> list[str]:
        """A warning if these credentials see nothing of their own in some regions: absence proves nothing there.

        :param snapshots: ask for snapshots instead of images
        """
        what, action = ("snapshot", "ecs:DescribeSnapshots") if snapshots else ("image", "ecs:DescribeImages")
        blind, told = self.api.blind_in(regions, what)
        if blind:
            told.append(
                f"No own {what}s of account {self.account_id} are visible in {', '.join(blind)}. If that is unexpected,"
                f" check {action}: without it the API may answer with an empty list."
            )
        return told

    def refuse_faults(self) -> None:
        """:raises InvalidInput: with every fault that was collected, if there is one"""
        if self.faults:
            raise InvalidInput(self.faults)


@dataclasses.dataclass(kw_only=True)
class Task(Run, t.Generic[OptionsT]):
    """One task at work, as its own flow sees it: with its options, a frozen dataclass of the flow's."""

    options: OptionsT

    @classmethod
    def of(cls, run: Run, options: OptionsT) -> Task[OptionsT]:
        """A run with options, and changes, of its own."""
        shared = {field.name: getattr(run, field.name) for field in dataclasses.fields(Run)}
        return cls(**{**shared, "changed": False}, options=options)


def run_module(
    arguments: dict[str, t.Any],
    kind: type[OptionsT],
    validate: t.Callable[[OptionsT], list[str]],
    flow: t.Callable[[Task[OptionsT]], Data],
    mutually_exclusive: t.Sequence[t.Sequence[str]] = (),
    **rules: t.Any,
) -> None:
    """The body of every module: make it, check its input, connect, do the work, end with a result.

    :param kind: the dataclass of the flow's options
    :param validate: what is wrong with the options, judged without the network
    :param flow: returns the result. ``failed`` with ``msg`` in it makes the task fail with everything it knows.
    """
    specification = {**CONNECTION, **arguments}
    module = Module(specification, supports_check_mode=True, mutually_exclusive=mutually_exclusive, **rules)
    run: Task[OptionsT] | None = None
    try:
        module.params = environment.with_region(validation.in_one_form(module.params))
        options = options_from(kind, module.params)
        run = _connect(module, options, [*module.number_faults, *validate(options)])
        result = {**run.identity, **flow(run)}
    except Exception as problem:
        error = failure_of(problem)
        known = {"changed": run.changed or error.in_doubt, **run.identity} if run else {"changed": False}
        for warning in [*(run.api.warnings if run else []), *error.extra.pop("warnings", [])]:
            module.warn(warning)
        module.fail_json(msg=error.msg, **{**known, "error": error.as_dict(), **error.extra})
    for warning in [*(run.api.warnings if run else []), *result.pop("warnings", [])]:
        module.warn(warning)
    if not module._diff:
        result.pop("diff", None)  # a controller stores each result, and nobody has asked for this part
    if result.get("failed"):
        module.fail_json(**result)
    module.exit_json(**result)


def _connect(module: AnsibleModule, options: OptionsT, faults: list[str]) -> Task[OptionsT]:
    module.no_log_values.update(environment.secrets())
    wanted = bool(module.params.get("progress")) and not module.check_mode
    run = connect(module.params, options, faults, module.check_mode)
    run.progress = Progress.in_directory(module.tmpdir if wanted else None, wanted)
    return run


def connect(params: t.Mapping[str, t.Any], options: OptionsT, faults: list[str], check: bool = True) -> Task[OptionsT]:
    """A task with a connection that has proved itself.

    :param options: of the flow, out of the parameters
    :param faults: what was found wrong with the parameters so far; told together with what connecting finds
    """
    clock = clocks.Clock()
    wrong = validation.common_faults(params)
    if wrong:
        raise InvalidInput([*faults, *wrong])
    # A flow that has wait_timeout among its own options gives that time to a part of the task.
    is_of_a_part = hasattr(options, "wait_timeout")
    deadline = clock.now() + (READ_DEADLINE if is_of_a_part else params.get("wait_timeout", READ_DEADLINE))
    retry = Retry(clock, params.get("unreachable_timeout"), deadline)
    try:
        client = Client(Connection.from_params(environment.completed(params)))
        api = EcsApi(client, retry, params.get("consistency_wait") or 0.0)
        caller = api.caller()
    except InvalidInput as error:
        raise InvalidInput([*faults, *error.faults]) from None
    except ImageOpsError as error:
        if faults:
            raise InvalidInput([*faults, error.msg]) from None
        raise
    if params.get("regions") == [base_regions.EVERY]:
        every = api.region_ids(params["region"])
        options = t.cast(OptionsT, dataclasses.replace(t.cast(t.Any, options), regions=every))
    expected = params["account_id"]
    if expected and expected != caller["account_id"]:
        fault = f"these credentials belong to account {caller['account_id']}, not to {expected} (account_id)"
        faults = [*faults, fault]
    waiting = options_from(Waiting, params)
    run = Run(waiting, check, clock, Jobs(clock), api, Progress(None), caller, deadline, faults)
    return Task.of(run, options)


def name_every_region(run: Task[t.Any], home: str | None) -> None:
    """Where ``destination_regions`` is ``all``, name the regions of the account that have no entry of their own.

    :param home: the region of the source, which needs no plain copy
    """
    options = run.options
    if options.destination_regions != [base_regions.EVERY]:
        return
    apart = {entry["region"] for entry in options.destinations or []}
    apart |= set() if options.encrypted else {home}
    named = [region for region in run.api.region_ids(home) if region not in apart]
    run.options = dataclasses.replace(options, destination_regions=named)


def check_regions(run: Run, given: t.Iterable[str | None]) -> None:
    """Add a fault for every region that neither the built-in list nor the API knows."""
    regions = [region for region in given if region]
    known = [region for region in regions if region in base_regions.REGIONS]
    run.faults += run.api.unreachable(known)
    strange = base_regions.unknown(regions)
    run.faults += [base_regions.fault(region) for region in strange if not base_regions.is_region(region)]
    asked = [region for region in strange if base_regions.is_region(region)]
    offered = run.api.region_ids(known[0] if known else None) if asked else []
    run.faults += [
        base_regions.fault(region, {*base_regions.REGIONS, *offered}) for region in base_regions.unknown(asked, offered)
    ]


def regions_of(run: Task[t.Any], others: t.Iterable[str] = ()) -> list[str]:
    """The regions where a task looks, each once.

    :param others: what its options name beside them
    :raises InvalidInput: with everything that is wrong with the input
    """
    names = list(dict.fromkeys(run.options.regions or [run.options.region or ""]))
    check_regions(run, [*names, *others])
    run.refuse_faults()
    return names
