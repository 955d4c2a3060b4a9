# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module process loads: it counts, and does not time. And that an SDK laid out otherwise works as well."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest
from functional.support import HOME, Lab

pytestmark = pytest.mark.slow

UTILS = "ansible_collections.imageops.alicloud.plugins.module_utils"
MODELS = "alibabacloud_ecs20140526.models"
# Runs a module as its own process does, and tells what was loaded when it ended.
RUN = """
import importlib, json, sys
from ansible.module_utils import basic
before = sys.argv[3:]
vars(basic).update(_ANSIBLE_ARGS=json.dumps({"ANSIBLE_MODULE_ARGS": json.loads(sys.argv[2])}).encode(),
                   _ANSIBLE_PROFILE="legacy")
for text in before:
    exec(text)
try:
    importlib.import_module("ansible_collections.imageops.alicloud.plugins.modules." + sys.argv[1]).main()
except SystemExit as end:
    sys.stderr.write(json.dumps([end.code, sorted(sys.modules)]))
"""
HEAVY = ("aiohttp", "apscheduler", "asyncio", "requests", "alibabacloud_tea_openapi", "alibabacloud_credentials")
MOST = 450  # modules that a process has loaded in the end, most of them Python's and Ansible's; it is about 400


def loaded(lab: Lab, module: str, *before: str, **params: t.Any) -> list[str]:
    given = json.dumps({**lab.connection(), "region": HOME, **params})
    done = subprocess.run(
        [sys.executable, "-c", RUN, module, given, *before],
        env={"PYTHONPATH": os.pathsep.join(sys.path), "HOME": str(lab.folder), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    code, names = json.loads(done.stderr.splitlines()[-1])
    assert code == 0, done.stdout
    return t.cast("list[str]", names)


@pytest.mark.parametrize("module", ["ecs_image_info", "ecs_image_copy"])
def test_a_module_loads_what_it_needs(lab: Lab, module: str) -> None:
    more = {"image_id": lab.source(), "destination_regions": ["cn-beijing"]} if module == "ecs_image_copy" else {}
    names = loaded(lab, module, _ansible_check_mode=True, **more)
    assert [name for name in names if name.partition(".")[0] in HEAVY] == []
    assert f"{MODELS.partition('.')[0]}.client" not in names
    assert [name for name in names if name.startswith(f"{UTILS}._client.profile")] == [], "it was given keys"
    requests = [name for name in names if name.startswith(f"{MODELS}.")]
    assert 1 <= len(requests) <= 12, requests
    assert len(names) <= MOST, len(names)


@pytest.mark.parametrize(
    "otherwise",
    [
        "one file",  # as the older ones are
        "no index",
        "already loaded",
    ],
)
def test_an_sdk_that_is_laid_out_otherwise_works_too(lab: Lab, tmp_path: Path, otherwise: str) -> None:
    package = tmp_path / "sdk" / "alibabacloud_ecs20140526"
    before = f"sys.path.insert(0, {str(package.parent)!r})"
    real = "import importlib.util, pathlib; at = pathlib.Path(importlib.util.find_spec('darabonba').origin).parents[1]"
    if otherwise == "already loaded":
        names = loaded(lab, "ecs_image_info", f"import {MODELS}")
        assert len([name for name in names if name.startswith(f"{MODELS}.")]) > 1000
        return
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    # The same classes, which say where they are in another way.
    index = f"{real}\n__path__ = [str(at / 'alibabacloud_ecs20140526' / 'models')]\n" + _classes()
    if otherwise == "one file":
        (package / "models.py").write_text(index)
    else:
        (package / "models").mkdir()
        (package / "models" / "__init__.py").write_text(index)
    names = loaded(lab, "ecs_image_info", before)
    assert f"{MODELS}._describe_images_request" in names


def _classes() -> str:
    return (
        "import importlib as _i\n"
        "DescribeImagesRequest = _i.import_module(__name__ + '._describe_images_request').DescribeImagesRequest\n"
        "DescribeRegionsRequest = _i.import_module(__name__ + '._describe_regions_request').DescribeRegionsRequest\n"
    )


def test_an_sdk_that_lacks_a_field_is_named() -> None:
    from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import Refused
    from ansible_collections.imageops.alicloud.plugins.module_utils._client import sdk_models

    with pytest.raises(Refused, match="knows no CopyImage with Colour"):
        sdk_models.query_of("CopyImage", HOME, {"ImageId": "m-1", "Colour": "red"})
    with pytest.raises(Refused, match="knows no PaintImage"):
        sdk_models.query_of("PaintImage", HOME, {})
    with pytest.raises(Refused, match=r"with SecurityOptions\.Colour"):
        sdk_models.query_of("RunInstances", HOME, {"SecurityOptions": {"EnableSecureBoot": True, "Colour": "red"}})
    with pytest.raises(Refused, match=r"with Tag\.2\.Colour"):
        sdk_models.query_of("CopyImage", HOME, {"Tag": [{"Key": "a", "Value": "b"}, {"Key": "c", "Colour": "red"}]})


def test_the_index_of_models_is_still_a_module() -> None:
    from ansible_collections.imageops.alicloud.plugins.module_utils._client import sdk_models

    index = sdk_models._index()
    assert "RunInstancesRequest" in dir(index)
    assert index.StartInstanceRequest is index.StartInstanceRequest
    with pytest.raises(AttributeError):
        index.NoSuchRequest  # noqa: B018
