# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run of the role would do, as lines for people and as data for other tools. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.plugin_utils._family import _launches
from ansible_collections.imageops.alicloud.plugins.plugin_utils._release import _calls
from ansible_collections.imageops.alicloud.plugins.plugin_utils._report import _plan_text

Data = dict[str, t.Any]

# What a plan tells of each copy, each share and each launch template, out of what the modules tell.
OF_COPY = ("region", "name", "image_id", "action", "encrypted", "kms_key_id", "size", "method")
OF_SHARE = ("region", "image_id", "added", "removed")
OF_TEMPLATE = (
    *("region", "launch_template_id", "launch_template_name", "image_id"),
    *("action", "switched", "deleted_versions", "scaling_groups"),
)
KEYS = ("host", "copies", "shares", "changes", "lines")  # what each plan has, so that it is known again


def plan(parts: Data, record: Data, settings: Data, results: t.Mapping[str, Data], launched: Data) -> Data:
    """
    :param parts: what the manifest ``record`` was put together of
    :param results: of the role's tasks
    :param launched: what switching the launch templates, or making their versions, would come to
    """
    spread, promotion = results["spread"], results["promotion"]
    # What was decided before the copies holds for nothing that has failed since.
    decided = promotion.get("decided") or {}
    is_void = not decided or (parts["failures"] and not decided["refused"])
    deprecates = _calls.deprecates(settings)
    foreseen = {} if is_void else {**decided, "deprecates": deprecates, "family": settings["family"]}
    copies, shares = parts["copies"].get("copies") or [], parts["shares"].get("shares") or []
    restored = _restored(spread.get("restored") or [], shares)
    lines = _plan_text.plan_text(
        {
            **{key: parts[key] for key in ("image", "created", "copies", "shares")},
            "test_boots": spread.get("test_boots") or [],
            "restored": restored,
            "promotion": foreseen,
            "launched": launched,
            "prices": settings["prices"],
            "made_from": _calls.made_from(settings),
        }
    )
    return {
        "host": record["host"],
        "account_id": record["account_id"],
        "name": record["name"],
        "create": bool(parts["created"].get("changed")),
        "copies": [{key: copy.get(key) for key in OF_COPY} for copy in copies],
        "shares": [{key: share.get(key) for key in OF_SHARE} for share in shares],
        "promote": foreseen.get("promote") or [],
        "deprecate": (foreseen.get("previous") or []) if deprecates else [],
        "left": (foreseen.get("left") or []) if deprecates else [],
        "restore": restored,
        "launch_templates": [{key: template[key] for key in OF_TEMPLATE} for template in _launches.of(launched)],
        "failures": parts["failures"],
        "changes": parts["changed"],
        "lines": lines,
    }


def _restored(images: t.Sequence[Data], shares: t.Sequence[Data]) -> list[Data]:
    """Images of an older release that would be made Available again, with the accounts that would get them."""
    gains = {share["image_id"]: share.get("added") or [] for share in shares}
    return [{**image, "accounts": gains.get(image["image_id"], [])} for image in images]
