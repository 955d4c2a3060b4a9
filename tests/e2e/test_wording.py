# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is told names what the caller can set there: variables of a role or a playbook, or else options of modules."""

from __future__ import annotations

import json
import typing as t

import pytest

if t.TYPE_CHECKING:
    from .conftest import Stage

pytestmark = pytest.mark.slow

HOME, BEIJING = "cn-hangzhou", "cn-beijing"


def test_a_release_is_told_its_own_variables(stage: Stage) -> None:
    release = {
        "image_release_source": {"region": HOME, "image_id": stage.image()},
        "image_release_destinations": [{"region": BEIJING}],
    }
    stage.playbook("create_copy_share", release)
    (copy,) = stage.in_region(BEIJING)
    renamed = f"region={BEIJING} image_id={copy['image_id']} name=renamed"
    stage.run("ansible", "localhost", "-m", "imageops.alicloud.ecs_image", "-a", renamed)

    kept = stage.playbook("create_copy_share", release)
    # ansible-core up to 2.18 breaks warnings into lines.
    told = " ".join((kept.out + kept.err).split())
    assert "kept, image_release_copy_options.restore_name=true puts it back" in told

    encrypted = stage.playbook("create_copy_share", {**release, "image_release_encrypted": True}, code=2)
    assert "another name with image_release_copy_options.additional_copy=true" in encrypted.out
    (failed,) = json.loads(stage.manifest.read_text())["failures"]
    assert "with image_release_copy_options.additional_copy=true" in failed

    away = {"endpoint": stage.ready["tls_endpoint"], "sts_endpoint": stage.ready["tls_endpoint"]}
    untrusted = stage.playbook("create_copy_share", {**release, "image_release_connection": away}, code=2)
    for name in ("ca_path", "validate_certs=false"):
        assert f"image_release_connection.{name}" in untrusted.out


def test_a_retirement_and_a_playbook_are_told_their_own_variables(stage: Stage) -> None:
    stage.image(name="base-1", family="base", tags={"stage": "old", "imageops:created-from": "i-1"})
    stage.image(name="base-2", tags={"stage": "old", "imageops:created-from": "i-1"})
    retire = {"image_retire_regions": HOME, "image_retire_tags": {"stage": "old"}, "image_retire_families": "base"}
    assert "retire it with image_retire_unpromoted=true" in stage.playbook("image_retire", retire).out
    refused = stage.playbook("image_retire", {**retire, "image_retire_keep": 0}, code=2)
    assert "nothing was changed: image_retire_keep must be at least 1" in refused.out
    away = {"endpoint": stage.ready["tls_endpoint"], "sts_endpoint": stage.ready["tls_endpoint"]}
    stopped = {"stop_copies_regions": HOME, "image_release_connection": away}
    assert "as image_release_connection.ca_path" in stage.playbook("stop_copies", stopped, code=2).out


def test_a_task_is_told_the_options_that_it_has(stage: Stage) -> None:
    words = f"region={HOME} endpoint={stage.ready['tls_endpoint']}"
    told = stage.run("ansible", "localhost", "-m", "imageops.alicloud.ecs_image_info", "-a", words, code=2)
    assert "as ca_path. validate_certs=false would" in told.out + told.err
