# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Probes that share an image with a second account, whose keys are not needed."""

from __future__ import annotations

from simulator.switches import PAIR

from live.caller import Reply
from live.probe.bench import SOON, Bench, Unfit
from live.probe.making import made_image
from live.probe.scenes import tells


@tells(PAIR, "unshare_absent", "share_read_lag", "share_present", "is_public_with_accounts", "share_on_error")
def shared(bench: Bench) -> None:
    image_id, account, found = made_image(bench), bench.share_with, bench.found

    def change(**fields: object) -> Reply:
        return bench.ask_in(bench.other, "ModifyImageSharePermission", ImageId=image_id, **fields)

    def is_shared() -> bool:
        reply = bench.ask_in(bench.other, "DescribeImageSharePermission", ImageId=image_id)
        return account in [str(one.get("AliyunId")) for one in reply.entries("Accounts", "Account")]

    def take_back() -> None:
        change(RemoveAccount=[account])
        bench.await_(lambda: not is_shared(), "the share taken back")

    gone = "InvalidAccount.NotFound"
    found.by_code("unshare_absent", change(RemoveAccount=[account]), {"": "ignored", gone: "refused"})
    added = change(AddAccount=[account])
    if not added.ok:
        raise Unfit(f"the image could not be shared with {account}: {added.code}, request id {added.request_id}")
    lag, dummy = bench.until(is_shared)
    if lag is None:
        raise Unfit(f"a share did not show within {SOON:g} s")
    found.saw("share_read_lag", lag, added)
    found.by_code("share_present", change(AddAccount=[account]), {"": "accepted", gone: "refused"})
    take_back()
    public = change(IsPublic=False, AddAccount=[account])
    found.by_code("is_public_with_accounts", public, {"": "true_refused", "InvalidParameter.IsPublic": "refused"})
    if public.ok:
        bench.await_(is_shared, "the share shown")
        take_back()
    partly = change(AddAccount=[account, bench.account_id])
    if partly.ok:
        found.by_code("share_on_error", partly, {})
    bench.caller.clock.sleep(lag)
    kept = is_shared()
    found.saw("share_on_error", "partial" if kept else "atomic", partly)
    if kept:
        take_back()
