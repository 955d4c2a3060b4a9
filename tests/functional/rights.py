# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The least rights that each module needs, as the documentation prints them.

``python tests/security policies`` puts them into its pages.
"""

from __future__ import annotations

import json
import re
import typing as t
from pathlib import Path

from docs.parts import with_part

PAGES = Path(__file__).parents[2] / "docs" / "docsite" / "rst"
PAGE, GUIDE = PAGES / "security.rst", PAGES / "release_guide.rst"

IMAGE, SNAPSHOT, INSTANCE, DISK, TEMPLATE = (
    f"acs:ecs:*:*:{kind}/*" for kind in ("image", "snapshot", "instance", "disk", "launchtemplate")
)

Rights = dict[str, list[str]]  # RAM action → resources

# Everything may be given a region that is new, and asks the API for it.
EVERYWHERE: Rights = {"ecs:DescribeRegions": ["*"]}
LOOKUP = "lookup ecs_image"

# By module, without those of EVERYWHERE.
_RIGHTS: dict[str, Rights] = {
    "ecs_image": {
        "ecs:CancelTask": ["*"],
        "ecs:CreateImage": [IMAGE, SNAPSHOT, INSTANCE],
        "ecs:DeleteImage": [IMAGE],
        "ecs:DeleteSnapshot": [SNAPSHOT],
        "ecs:DescribeDisks": [DISK],
        "ecs:DescribeImageSharePermission": [IMAGE],
        "ecs:DescribeImages": [IMAGE],
        "ecs:DescribeInstances": [INSTANCE],
        "ecs:DescribeLockedSnapshots": [SNAPSHOT],
        "ecs:DescribeSnapshots": [SNAPSHOT],
        "ecs:DescribeTaskAttribute": ["*"],
        "ecs:DescribeTasks": ["*"],
        "ecs:ImportImage": [IMAGE],
        "ecs:ModifyImageAttribute": [IMAGE],
        "ecs:ModifyImageSharePermission": [IMAGE],
        "ecs:StartInstance": [INSTANCE],
        "ecs:StopInstance": [INSTANCE],
        "ecs:TagResources": [IMAGE, SNAPSHOT, INSTANCE],
        "ecs:UntagResources": [IMAGE, SNAPSHOT, INSTANCE],
    },
    "ecs_image_audit_info": {
        "ecs:DescribeImageSharePermission": [IMAGE],
        "ecs:DescribeImages": [IMAGE],
        "ecs:DescribeInstances": [INSTANCE],
        "ecs:DescribeSnapshots": [SNAPSHOT],
        "resourcesharing:ListSharedResources": ["*"],
        "resourcesharing:ListSharedTargets": ["*"],
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
        "ecs:TagResources": [SNAPSHOT],
        "ecs:UntagResources": [SNAPSHOT],
    },
    "ecs_image_export": {
        "ecs:CancelTask": ["*"],
        "ecs:DescribeImages": [IMAGE],
        "ecs:DescribeTaskAttribute": ["*"],
        "ecs:DescribeTasks": ["*"],
        "ecs:ExportImage": [IMAGE],
        "ecs:TagResources": [IMAGE],
    },
    "ecs_image_info": {"ecs:DescribeImageSharePermission": [IMAGE], "ecs:DescribeImages": [IMAGE]},
    "ecs_image_retire": {
        "ecs:DeleteImage": [IMAGE],
        "ecs:DeleteSnapshot": [SNAPSHOT],
        "ecs:DescribeImageSharePermission": [IMAGE],
        "ecs:DescribeImages": [IMAGE],
        "ecs:DescribeLockedSnapshots": [SNAPSHOT],
        "ecs:DescribeSnapshots": [SNAPSHOT],
        "ecs:DescribeTaskAttribute": ["*"],
        "ecs:DescribeTasks": ["*"],
        "ecs:ExportImage": [IMAGE],
        "ecs:ModifyImageAttribute": [IMAGE],
        "ecs:ModifyImageSharePermission": [IMAGE],
        "ecs:TagResources": [IMAGE, SNAPSHOT],
        "ecs:UntagResources": [IMAGE, SNAPSHOT],
        "ecs:DescribeDisks": [DISK],
        "ecs:DescribeInstances": [INSTANCE],
        "ecs:DescribeLaunchTemplateVersions": [TEMPLATE],
        "ecs:DescribeLaunchTemplates": [TEMPLATE],
        "ess:DescribeScalingConfigurations": ["*"],
        "ess:DescribeScalingGroups": ["*"],
    },
    "ecs_image_share": {
        "ecs:DescribeImageSharePermission": [IMAGE],
        "ecs:DescribeImages": [IMAGE],
        "ecs:ModifyImageSharePermission": [IMAGE],
    },
    "ecs_image_share_info": {"ecs:DescribeImageSharePermission": [IMAGE]},
    "ecs_image_usage_info": {
        "ecs:DescribeDisks": [DISK],
        "ecs:DescribeImages": [IMAGE],
        "ecs:DescribeInstances": [INSTANCE],
        "ecs:DescribeLaunchTemplateVersions": [TEMPLATE],
        "ecs:DescribeLaunchTemplates": [TEMPLATE],
        "ess:DescribeScalingConfigurations": ["*"],
        "ess:DescribeScalingGroups": ["*"],
    },
    "ecs_image_verify": {
        "ecs:DeleteInstance": [INSTANCE],
        "ecs:DescribeImageSupportInstanceTypes": [IMAGE],
        "ecs:DescribeImages": [IMAGE],
        "ecs:DescribeInstances": [INSTANCE],
        "ecs:RunInstances": ["*"],
    },
    "ecs_launch_template_image": {
        "ecs:CreateLaunchTemplateVersion": [TEMPLATE],
        "ecs:DeleteLaunchTemplateVersion": [TEMPLATE],
        "ecs:DescribeImages": [IMAGE],
        "ecs:DescribeLaunchTemplateVersions": [TEMPLATE],
        "ecs:ModifyLaunchTemplateDefaultVersion": [TEMPLATE],
        "ess:DescribeScalingGroups": ["*"],
    },
    "ecs_snapshot_copy": {"ecs:CopySnapshot": [SNAPSHOT], "ecs:DescribeSnapshots": [SNAPSHOT]},
    LOOKUP: {"ecs:DescribeImages": [IMAGE]},
}
RIGHTS: dict[str, Rights] = {name: dict(sorted({**rights, **EVERYWHERE}.items())) for name, rights in _RIGHTS.items()}

ROOT = Path(__file__).parents[2]
# The life of a release: the roles, and the emergency brake.
RELEASE = (*sorted(ROOT.glob("roles/*/tasks/*.yml")), ROOT / "playbooks" / "stop_copies.yml")


def modules_of_a_release() -> list[str]:
    """The modules that a whole release runs."""
    texts = "".join(path.read_text(encoding="utf-8") for path in RELEASE)
    return sorted(set(re.findall(r"^ +imageops\.alicloud\.(ecs_\w+):$", texts, re.MULTILINE)))


def release_rights() -> Rights:
    """What those modules need together."""
    together: dict[str, set[str]] = {}
    for module in modules_of_a_release():
        for action, resources in RIGHTS[module].items():
            together.setdefault(action, set()).update(resources)
    return {action: sorted(resources) for action, resources in sorted(together.items())}


# What is granted on things with a tag of this collection only, and with which: what others have made is out of reach.
OF_IMAGES = ("imageops:copied-from", "imageops:created-from")
BY_TAG: dict[str, tuple[str, ...]] = {
    "ecs:DeleteImage": OF_IMAGES,
    "ecs:DeleteInstance": ("imageops:verify-of",),
    "ecs:DeleteSnapshot": ("imageops:copied-from", "imageops:leftover-of", "imageops:snapshot-of"),
    "ecs:ModifyImageSharePermission": OF_IMAGES,
}


def policy(rights: t.Mapping[str, list[str]]) -> dict[str, t.Any]:
    """A RAM policy document that grants these rights and nothing else."""
    by_resources: dict[tuple[str, ...], list[str]] = {}
    for action, resources in sorted(rights.items()):
        if action not in BY_TAG:
            by_resources.setdefault(tuple(resources), []).append(action)
    statements = [_allowed(actions, resources) for resources, actions in by_resources.items()]
    # Conditions of one statement must hold together, so that each tag has its own.
    for marker in sorted({marker for action in rights for marker in BY_TAG.get(action, ())}):
        actions = sorted(action for action in rights if marker in BY_TAG.get(action, ()))
        resources = sorted({resource for action in actions for resource in rights[action]})
        statements.append({**_allowed(actions, resources), "Condition": _has_tag(f"{RESOURCE_TAG}{marker}")})
    nothing = {"Effect": "Deny", "Action": ["ecs:*"], "Resource": ["*"]}
    return {"Version": "1", "Statement": statements or [nothing]}


def _allowed(actions: list[str], resources: t.Sequence[str]) -> dict[str, t.Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": list(resources) if len(resources) > 1 else resources[0]}


REQUEST_TAG, RESOURCE_TAG = "acs:RequestTag/", "acs:ResourceTag/"


def _has_tag(key: str) -> dict[str, t.Any]:
    """The condition that a tag is there: ``?*`` is any value but none."""
    return {"StringLike": {key: "?*"}}


# The calls that set tags of images, snapshots and instances, and those that take them off.
TAGGING = [
    "ecs:AddTags",
    "ecs:CopyImage",
    "ecs:CopySnapshot",
    "ecs:CreateImage",
    "ecs:CreateInstance",
    "ecs:CreateSnapshot",
    "ecs:ImportImage",
    "ecs:RunInstances",
    "ecs:TagResources",
]
UNTAGGING = ["ecs:RemoveTags", "ecs:UntagResources"]
# The calls that take something from an image or a snapshot, hide it, or give it to others.
WEAKENING = {
    "image": [
        "ecs:CancelCopyImage",
        "ecs:DeleteImage",
        "ecs:JoinResourceGroup",
        "ecs:ModifyImageAttribute",
        "ecs:ModifyImageShareGroupPermission",
        "ecs:ModifyImageSharePermission",
    ],
    "snapshot": ["ecs:DeleteSnapshot", "ecs:JoinResourceGroup", "ecs:ModifySnapshotAttribute", "ecs:UnlockSnapshot"],
}
WEARERS = {"image": OF_IMAGES, "snapshot": ("imageops:copied-from", "imageops:snapshot-of")}
# The tags of this collection, which decide what it takes for its own.
MARKERS = sorted(
    re.findall(
        r'^[A-Z_]+ = "(imageops:[a-z-]+)"$', (ROOT / "plugins/module_utils/_base/markers.py").read_text(), re.MULTILINE
    )
)


def guard() -> dict[str, t.Any]:
    """A policy for everybody else, whatever else is granted.

    The tags of this collection are neither set nor removed, and what it has made is not weakened.
    """

    def denied(actions: t.Iterable[str], key: str) -> dict[str, t.Any]:
        return {"Effect": "Deny", "Action": sorted(actions), "Resource": "*", "Condition": _has_tag(key)}

    def kept_from(marker: str) -> set[str]:
        weakening = [WEAKENING[kind] for kind, markers in WEARERS.items() if marker in markers]
        return {*UNTAGGING, *(action for actions in weakening for action in actions)}

    statements = [denied(TAGGING, f"{REQUEST_TAG}{marker}") for marker in MARKERS]
    statements += [denied(kept_from(marker), f"{RESOURCE_TAG}{marker}") for marker in MARKERS]
    return {"Version": "1", "Statement": statements}


def block(document: t.Any, mark: str) -> str:
    """A document as the pages show it.

    :param mark: what the test of the pages does with it
    """
    indented = "\n".join(f"    {line}" for line in json.dumps(document, indent=2).splitlines())
    return f".. test: {mark}\n\n.. code-block:: json\n\n{indented}\n\n"


def blocks() -> str:
    """The policies of all modules, each under its name."""
    tried = "not run, tests/functional/test_least_privilege.py does it"
    return "".join(f"{name}\n{'^' * len(name)}\n\n{block(policy(rights), tried)}" for name, rights in RIGHTS.items())


def pages() -> dict[Path, str]:
    """The pages as they must be."""
    release = policy(release_rights())
    texts = {path: path.read_text(encoding="utf-8") for path in (PAGE, GUIDE)}
    texts[PAGE] = with_part(texts[PAGE], "policies", blocks())
    texts[PAGE] = with_part(texts[PAGE], "release", block(release, "not run, tests/e2e/test_rights.py does it"))
    texts[PAGE] = with_part(
        texts[PAGE], "guard", block(guard(), "not run, tests/functional/test_marker_guard.py does it")
    )
    texts[GUIDE] = with_part(texts[GUIDE], "release", block(release, "file policy.json"))
    return texts


def write() -> int:
    """Put the policies into the pages."""
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
    return 0
