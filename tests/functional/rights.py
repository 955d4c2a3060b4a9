# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The least rights that each module needs, as the security page of the documentation prints them."""

from __future__ import annotations

import json
import re
import typing as t
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "docsite" / "rst" / "security.rst"

IMAGE, SNAPSHOT, INSTANCE, DISK = (f"acs:ecs:*:*:{kind}/*" for kind in ("image", "snapshot", "instance", "disk"))

# Module → RAM action → resources.
RIGHTS: dict[str, dict[str, list[str]]] = {
    "ecs_image": {
        "ecs:CreateImage": [IMAGE, SNAPSHOT, INSTANCE],
        "ecs:DeleteImage": [IMAGE],
        "ecs:DeleteSnapshot": [SNAPSHOT],
        "ecs:DescribeDisks": [DISK],
        "ecs:DescribeImageSharePermission": [IMAGE],
        "ecs:DescribeImages": [IMAGE],
        "ecs:DescribeInstances": [INSTANCE],
        "ecs:DescribeSnapshots": [SNAPSHOT],
        "ecs:ModifyImageAttribute": [IMAGE],
        "ecs:ModifyImageSharePermission": [IMAGE],
        "ecs:TagResources": [IMAGE, SNAPSHOT],
        "ecs:UntagResources": [IMAGE],
    },
    "ecs_image_copy": {
        "ecs:CancelCopyImage": [IMAGE],
        "ecs:CopyImage": [IMAGE],
        "ecs:CopySnapshot": [SNAPSHOT],
        "ecs:CreateImage": [IMAGE, SNAPSHOT],
        "ecs:DeleteImage": [IMAGE],
        "ecs:DeleteSnapshot": [SNAPSHOT],
        "ecs:DescribeImages": [IMAGE],
        "ecs:DescribeSnapshots": [SNAPSHOT],
        "ecs:ModifyImageAttribute": [IMAGE],
        "ecs:TagResources": [IMAGE, SNAPSHOT],
        "ecs:UntagResources": [IMAGE],
    },
    "ecs_image_copy_cancel": {
        "ecs:CancelCopyImage": [IMAGE],
        "ecs:DeleteSnapshot": [SNAPSHOT],
        "ecs:DescribeImages": [IMAGE],
        "ecs:DescribeSnapshots": [SNAPSHOT],
    },
    "ecs_image_info": {"ecs:DescribeImageSharePermission": [IMAGE], "ecs:DescribeImages": [IMAGE]},
    "ecs_image_share": {
        "ecs:DescribeImageSharePermission": [IMAGE],
        "ecs:DescribeImages": [IMAGE],
        "ecs:ModifyImageSharePermission": [IMAGE],
    },
    "ecs_image_share_info": {"ecs:DescribeImageSharePermission": [IMAGE]},
    "ecs_snapshot_copy": {"ecs:CopySnapshot": [SNAPSHOT], "ecs:DescribeSnapshots": [SNAPSHOT]},
}

# What the role image_release calls: it neither cancels nor removes images, but replaces failed copies.
RELEASE = ("ecs_image", "ecs_image_copy", "ecs_image_info", "ecs_image_share")


def policy(rights: t.Mapping[str, list[str]]) -> dict[str, t.Any]:
    """A RAM policy document that grants these rights and nothing else."""
    by_resources: dict[tuple[str, ...], list[str]] = {}
    for action, resources in sorted(rights.items()):
        by_resources.setdefault(tuple(resources), []).append(action)
    statements = [
        {"Effect": "Allow", "Action": actions, "Resource": list(resources)}
        for resources, actions in by_resources.items()
    ]
    nothing = {"Effect": "Deny", "Action": ["ecs:*"], "Resource": ["*"]}
    return {"Version": "1", "Statement": statements or [nothing]}


def blocks() -> str:
    """The page's part that is made from the table above."""
    parts = []
    for module, rights in RIGHTS.items():
        text = json.dumps(policy(rights), indent=2)
        indented = "\n".join(f"   {line}" for line in text.splitlines())
        parts.append(f"{module}\n{'^' * len(module)}\n\n.. code-block:: json\n\n{indented}\n")
    return "\n".join(parts)


def page_with_blocks(page: str) -> str:
    """The page with its marked part made anew."""
    return re.sub(
        r"(\.\. policies: begin[^\n]*\n\n).*?(\n\.\. policies: end)",
        lambda found: found.group(1) + blocks() + found.group(2),
        page,
        flags=re.DOTALL,
    )


if __name__ == "__main__":
    PAGE.write_text(page_with_blocks(PAGE.read_text()))
