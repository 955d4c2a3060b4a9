# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever stands in a region or an endpoint: credentials go to hosts that were named, and no task to a traceback."""

from __future__ import annotations

import re
import typing as t

import pytest
from functional import hostile, security_results
from functional.other_servers import Other, always, identity, serving
from functional.support import BEIJING, HOME, MAIN, ONE, Lab
from functional.test_hosts import AWAY, sought
from hypothesis import given
from hypothesis import strategies as st

__all__ = ["sought"]

pytestmark = pytest.mark.slow

Data = dict[str, t.Any]

PROFILE = hostile.profile(quick=60, thorough=10_000)
REFUSED = "The input is refused, nothing was changed"
OTHER, OURS = "other.place:1", "our.place:1"  # which stand for two servers on this machine

_BITS = (
    "@",
    "/",
    "//",
    "\\",
    "#",
    "?",
    ":",
    ":80",
    "%2e",
    "%40",
    "\t",
    "\n",
    "\r\n",
    " ",
    "\u3002",
    "\uff0f",
    "{region}",
)
_PIECES = st.sampled_from(
    [*_BITS, OTHER, OURS, "http://", "https://", "ecs", ".", "aliyuncs.com", "cn-beijing", "[::1]"]
)
_GLUED = st.lists(_PIECES, max_size=6).map("".join)
_REGIONS = st.sampled_from([HOME, BEIJING, *AWAY]) | _GLUED | hostile.TEXTS
_NAMED = st.sampled_from([OURS, f"http://{OURS}", f"http://{OURS}/", "https://ecs.{region}.corp.example", "{region}"])
_ENDPOINTS = st.none() | _NAMED | _GLUED | hostile.TEXTS

# An address as people write one. What is none names no host.
_ADDRESS = re.compile(r"\s*(?:https?:/+)?([\w.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?/?\s*", re.ASCII | re.IGNORECASE)
_REGION = re.compile(r"[a-z0-9-]+")


@st.composite
def calls(draw: st.DrawFn) -> tuple[str, Data]:
    """A module, and options that say where it works."""
    places = st.lists(_REGIONS, min_size=1, max_size=2)
    own: dict[str, st.SearchStrategy[Data]] = {
        "ecs_image_info": st.fixed_dictionaries({}, optional={"regions": places}),
        "ecs_image_copy": st.fixed_dictionaries({"image_id": st.just("m-1"), "destination_regions": places}),
        "ecs_image_share": st.fixed_dictionaries(
            {
                "accounts": st.just([ONE]),
                "images": places.map(lambda those: [{"region": one, "image_id": "m-1"} for one in those]),
            }
        ),
        "ecs_image_copy_cancel": st.fixed_dictionaries({"all_marked": st.just(True), "regions": places}),
    }
    module = draw(st.sampled_from(sorted(own)))
    where = {
        "region": _REGIONS,
        "endpoint": _ENDPOINTS,
        "sts_endpoint": _ENDPOINTS,
        "network": st.sampled_from(["public", "vpc"]),
        "allow_plain_http": st.booleans(),
    }
    return module, {**draw(st.fixed_dictionaries({}, optional=where)), **draw(own[module])}


def with_places(value: t.Any, other: Other, ours: Other) -> t.Any:
    """The same, with the two servers in it."""
    if isinstance(value, str):
        return value.replace(OTHER, other.place).replace(OURS, ours.place)
    if isinstance(value, list):
        return [with_places(one, other, ours) for one in value]
    return {key: with_places(one, other, ours) for key, one in value.items()} if isinstance(value, dict) else value


def named(options: Data) -> set[str]:
    """The hosts, with their ports, that whoever wrote these options has named."""
    regions = {str(one) for one in hostile.leaves(options) if isinstance(one, str) and _REGION.fullmatch(one)}
    texts = [str(options.get("sts_endpoint") or "")]
    texts += [str(options.get("endpoint") or "").replace("{region}", region) for region in sorted({*regions, "region"})]
    return {found[1] + (found[2] or "") for text in texts if (found := _ADDRESS.fullmatch(text))}


def test_regions_and_endpoints(lab: Lab, sought: list[str]) -> None:
    lab.checks_claims = False  # it is not the simulator that answers
    keys = {"access_key_id": "key", "access_key_secret": "of-no-use", "security_token": "the-token"}
    with serving(always(200, identity(MAIN))) as other, serving(always(200, identity(MAIN))) as ours:

        @PROFILE
        @given(call=calls())
        def run(call: tuple[str, Data]) -> None:
            module, options = call[0], with_places(call[1], other, ours)
            for asked in (sought, other.asked, ours.asked, lab.outputs):
                asked.clear()
            with security_results.tried("hosts", module=module):
                outcome = lab(module, who=None, connect_timeout=0.2, read_timeout=0.5, **keys, **options)
                places = named(options)
                hosts = {place.rpartition(":")[0] if re.search(r":\d+$", place) else place for place in places}
                faults = hostile.crashes(outcome)
                faults += [f"{host!r} was sought" for host in sought if not _may_be(host, hosts)]
                faults += [
                    f"{server.place} was asked"
                    for server in (other, ours)
                    if server.asked and server.place not in places
                ]
                if REFUSED in outcome.msg:
                    faults += [
                        asked.line for server in (other, ours) for asked in server.asked if _is_write(asked.line)
                    ]
                assert not faults, "\n".join([*faults, module, str(options), outcome.text[:2000]])

        run()


def _may_be(host: str, named_hosts: set[str]) -> bool:
    return host.lower().strip("[]") in {one.lower().strip("[]") for one in named_hosts} or host.endswith(
        ".aliyuncs.com"
    )


def _is_write(line: str) -> bool:
    return re.search(r"Action=(?!Describe|GetCaller)", line) is not None
