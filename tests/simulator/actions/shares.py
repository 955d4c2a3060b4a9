# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may use an image: share lists and community images."""

from __future__ import annotations

from ..errors import invalid
from ..state.clock import stamp
from ..state.images import Image, Share
from ..state.world import World
from .call import Answer, Call
from .common import page_of
from .encryption import check_key
from .images import own_image

PER_CALL = 10


def describe_image_share_permission(call: Call) -> Answer:
    image = own_image(call)
    shown = image.shown_shares(call.world.now(), call.world.settings.share_read_lag)
    if call.world.settings.rs_share_visible == "listed":
        known = {share.account_id for share in shown}
        shown += [Share(target, image.created) for target in image.organisation if target not in known]
    found, paging = page_of(call, shown)
    return {
        **paging,
        "RegionId": call.here,
        "ImageId": image.image_id,
        "Accounts": {
            "Account": [{"AliyunId": share.account_id, "SharedTime": stamp(share.granted)} for share in found]
        },
        "ShareGroups": {"ShareGroup": [{"Group": "all"}] if image.is_public else []},
    }


def modify_image_share_permission(call: Call) -> Answer:
    image = own_image(call)
    # Whatever is beyond the tenth is dropped without a word.
    adds, removes = call.items("AddAccount")[:PER_CALL], call.items("RemoveAccount")[:PER_CALL]
    if call.given("LaunchPermission"):
        _check_launch_permission(call, bool(adds or removes))
    publish = call.flag("IsPublic")
    if publish is not None and (adds or removes) and (publish or _strict_about_public(call)):
        raise call.error("InvalidParameter.IsPublic")
    if adds or publish:
        _check_status(call, image)
    if adds:
        _check_encryption(call, image, adds)
    if adds or removes:
        _change_accounts(call, image, adds, removes)
    elif call.given("LaunchPermission"):
        image.launch_permission = call.text("LaunchPermission")
    elif publish:
        _publish(call, image)
    elif publish is False:
        _unpublish(call, image)
    return {}


def modify_image_share_group_permission(call: Call) -> Answer:
    """The older way to publish an image, obsolete and still there. No page says more: it answers as the newer one."""
    image = own_image(call)
    adds, removes = call.items("AddGroup"), call.items("RemoveGroup")
    if {*adds, *removes} - {"all"}:
        raise invalid(call.action, "AddGroup" if adds else "RemoveGroup")
    if adds:
        _check_status(call, image)
        _publish(call, image)
    elif removes:
        _unpublish(call, image)
    return {}


def _check_launch_permission(call: Call, with_accounts: bool) -> None:
    """A parameter that few accounts may use; what it does for them is not simulated."""
    if with_accounts:
        raise call.error("UnnecessaryParameter.LaunchPermission")
    allowed = call.account.launch_permissions
    if not allowed:
        raise call.error("ForbiddenParameter.LaunchPermission")
    if call.text("LaunchPermission") not in allowed:
        raise call.error("InvalidParameter.LaunchPermission")


def _strict_about_public(call: Call) -> bool:
    return call.world.settings.is_public_with_accounts == "refused"


def _check_status(call: Call, image: Image) -> None:
    allowed = {"Available"}
    if call.world.settings.share_unfinished == "allowed":
        allowed |= {"Creating", "Waiting"}
    if image.status not in allowed:
        variant = "" if image.status == "Deprecated" else "#unfinished"
        raise call.error(f"OperationDenied.InvalidImageStatus{variant}")


def _check_encryption(call: Call, image: Image, adds: list[str]) -> None:
    """Encrypted images can be shared only with a customer key, one snapshot and the role for it."""
    world = call.world
    snapshots = world.image_snapshots(image)
    encrypted = [snapshot for snapshot in snapshots if snapshot.encrypted]
    if not encrypted:
        return
    if world.settings.share_checks_first == "accounts":
        for account_id in adds:
            _check_known(call, account_id)
    keys = [world.kms_keys.get(snapshot.kms_key_id) for snapshot in encrypted]
    if any(key is None or key.kind == "service" for key in keys):
        raise call.error("InvalidOperation.ServiceKeyEncryptedImageUnsupported")
    if len(snapshots) > 1:
        raise call.error("OperationDeined.FullImage")
    if not call.account.share_encrypted_role:
        raise call.error("AssumeRoleError")
    for key in keys:
        if key is not None:
            check_key(call, key)


def _change_accounts(call: Call, image: Image, adds: list[str], removes: list[str]) -> None:
    _check_share_quotas(call, image, adds, removes)
    if call.world.settings.share_on_error == "atomic":
        for account_id in adds:
            _check_add(call, image, account_id)
        for account_id in removes:
            _check_remove(call, image, account_id)
    now = call.world.now()
    for account_id in adds:
        _check_add(call, image, account_id)
        image.grant(account_id, now)
    for account_id in removes:
        _check_remove(call, image, account_id)
        image.revoke(account_id, now)


def _check_share_quotas(call: Call, image: Image, adds: list[str], removes: list[str]) -> None:
    world, settings = call.world, call.world.settings
    before = set(image.accounts())
    after = before | set(adds)
    if settings.share_quota_order == "net":
        after -= set(removes)
    if adds and len(after) > settings.share_quota:
        raise call.error("QuotaExceed.ShareImageUser")
    if adds and not before and _shared_images(world, call) >= settings.shared_images_quota:
        raise call.error("QuotaExceed.ShareImage")


def _shared_images(world: World, call: Call) -> int:
    return sum(bool(image.accounts()) for image in world.own_images(call.account_id, call.here))


def _check_known(call: Call, account_id: str) -> None:
    if account_id == call.account_id:
        raise call.error("InvalidAccount.Forbbiden")
    if account_id not in call.world.accounts:
        raise call.error("InvalidAccount.NotFound", account_id)


def _check_add(call: Call, image: Image, account_id: str) -> None:
    _check_known(call, account_id)
    if account_id in image.accounts() and call.world.settings.share_present == "refused":
        raise call.error("InvalidAccount.NotFound", account_id)
    if call.world.accounts[account_id].site != call.account.site:
        raise call.error("InvalidImageId.BidMismatch", account_id)


def _check_remove(call: Call, image: Image, account_id: str) -> None:
    _check_known(call, account_id)
    if account_id not in image.accounts() and call.world.settings.unshare_absent == "refused":
        raise call.error("InvalidAccount.NotFound", account_id)


def _publish(call: Call, image: Image) -> None:
    if call.here not in call.world.settings.community_regions:
        raise call.error("CurrentRegion.NotSupportPublicImage")
    if image.is_public:
        raise call.error("Image.Public")
    if not call.account.community_terms:
        raise call.error("PublicImageAgreement.NotSigned")
    words = call.world.settings.sensitive_words
    for code, text in (("ImageName", image.name), ("ImageDescription", image.description)):
        if any(word.lower() in text.lower() for word in words):
            raise call.error(f"{code}.ContainsSensitiveWords")
    if any(snapshot.encrypted for snapshot in call.world.image_snapshots(image)):
        raise call.error("OperationDeined.EncryptedSnapshot")
    image.is_public = True


def _unpublish(call: Call, image: Image) -> None:
    if not image.is_public and call.world.settings.unpublish_regular == "refused":
        raise call.error("Image.NotPublic")
    image.is_public = False
