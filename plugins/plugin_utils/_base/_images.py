# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How an image is told from all others, and how results and manifests name it."""

from __future__ import annotations

import typing as t

Data = dict[str, t.Any]
Place: t.TypeAlias = "tuple[str, str]"  # a region, and the id of an image there


def place(image: t.Mapping[str, t.Any]) -> Place:
    """Where an image is, and which it is there."""
    return image["region"], image["image_id"]


def named(image: t.Mapping[str, t.Any]) -> Data:
    """An image by its region, its id and its name alone."""
    return {key: image[key] for key in ("region", "image_id", "name")}
