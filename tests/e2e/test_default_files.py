# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two releases whose default manifests would have one name: the second takes neither the file nor what it tells."""

from __future__ import annotations

import json
import typing as t

import pytest

from .releases import BEIJING, FRANKFURT, HOME, ONE, TWO, release

if t.TYPE_CHECKING:
    from .conftest import Stage

pytestmark = pytest.mark.slow

DEFAULT = {"image_release_manifest": None}


@pytest.mark.parametrize("is_given", [True, False], ids=["named", "named by its image"])
def test_a_release_of_another_name_keeps_its_default_file(stage: Stage, is_given: bool) -> None:
    """It was replaced in silence or, with one source, the second counted the copies of the first as its own."""
    source = stage.image(name="golden")
    sources = {name: source if is_given else stage.image(name=name) for name in ("base:1", "base_1")}
    given = {name: release(stage, name, image, **DEFAULT) for name, image in sources.items()}
    for variables in given.values():
        if not is_given:
            del variables["image_release_name"]
    stage.playbook("create_copy_share", given["base:1"])
    record = stage.folder / "image_release-localhost-base_1.json"
    kept = record.read_text()
    stage.forget()
    for words in ((), ("--check",)):
        refused = stage.playbook("create_copy_share", given["base_1"], *words, code=2)
        told = " ".join(refused.out.split())
        assert f"{record} is not overwritten: it is the manifest of the release base:1" in told
        assert "name another file" in told
    assert stage.writes() == [] and record.read_text() == kept
    beside = {"image_release_manifest": "other.json", "image_release_copy_options": {"additional_copy": True}}
    stage.playbook("create_copy_share", given["base_1"] | beside)
    names = {image["name"] for image in json.loads((stage.folder / "other.json").read_text())["images"]}
    assert names == ({"golden", "base_1"} if is_given else {"base_1"}) and record.read_text() == kept
    assert stage.playbook("create_copy_share", given["base:1"]).changed == 0


def test_hosts_of_a_play_whose_default_files_have_one_name_are_refused(stage: Stage) -> None:
    """The file of one host was that of the other, and only the name of the last release was known any more."""
    hosts = {
        host: {"image_release_source": {"region": HOME, "image_id": stage.image(name=name)}, "image_release_name": name}
        for host, name in (("web", "blue-x1"), ("web-blue", "x1"))
    }
    (stage.folder / "hosts.json").write_text(json.dumps({"all": {"hosts": hosts}}))
    role = {"role": "imageops.alicloud.image_release"}
    play = {"hosts": "all", "gather_facts": False, "connection": "local", "roles": [role]}
    play["vars"] = {"ansible_python_interpreter": "{{ ansible_playbook_python }}", **DEFAULT}
    (stage.folder / "book.yml").write_text(json.dumps([play]))
    given = {"image_release_destinations": [{"region": BEIJING}], **DEFAULT}
    refused = stage.playbook(str(stage.folder / "book.yml"), given, "-i", "hosts.json", code=2)
    place = stage.folder / "image_release-web-blue-x1.json"
    assert f"the release of host web writes {place} too" in " ".join(refused.out.split())
    assert stage.in_region(BEIJING) == []


def test_another_host_keeps_its_default_file(stage: Stage) -> None:
    sources = {host: stage.image(name=f"from {host}") for host in ("web@1", "web_1")}
    regions = dict(zip(sources, (BEIJING, FRANKFURT), strict=True))
    done = {}
    for host, source in sources.items():
        (stage.folder / "hosts.json").write_text(json.dumps({"all": {"hosts": {host: {}}}}))
        given = release(stage, "base", source, **DEFAULT, image_release_hosts="all")
        given["image_release_destinations"] = [{"region": regions[host]}]
        done[host] = stage.playbook("create_copy_share", given, "-i", "hosts.json", code=None)
    assert [play.code for play in done.values()] == [0, 2]
    assert "it is the manifest of the release base of host web@1" in " ".join(done["web_1"].out.split())
    assert stage.in_region(FRANKFURT) == []


def test_a_share_by_other_manifests_keeps_the_default_file_of_the_one_before(stage: Stage) -> None:
    """Several manifests have no name between them: the next ones took over the images of those before."""
    names = ("one", "two", "three", "four")
    for name in names:
        stage.playbook("create_copy_share", release(stage, name, stage.image(name=name), image_release_family=""))
    shared = [
        {"image_release_from_manifest": [f"{name}.json" for name in pair], "image_release_accounts": [ONE], **DEFAULT}
        for pair in (names[:2], names[2:])
    ]
    stage.playbook("share", shared[0])
    (record,) = stage.folder.glob("image_release-*.json")
    kept = record.read_text()
    refused = stage.playbook("share", shared[1], code=2)
    assert f"{record} is not overwritten: it is the manifest of other images" in " ".join(refused.out.split())
    assert record.read_text() == kept
    assert not any(stage.shares(image["image_id"]) for image in stage.images() if image["name"] in names[2:])
    stage.playbook("share", shared[0] | {"image_release_accounts": [ONE, TWO]})


def test_a_new_key_under_another_name_keeps_its_default_file(stage: Stage) -> None:
    stage.playbook("create_copy_share", release(stage, "base-1", stage.image(name="base-1")))
    keys = {region: stage.ready["demo"]["kms_keys"][region] for region in (HOME, BEIJING)}
    rekey = {"image_rekey_manifests": "base-1.json", "image_rekey_keys": keys}
    stage.playbook("image_rekey", {**rekey, "image_rekey_name": "new:1"})
    record = stage.folder / "image_rekey-localhost-new_1.json"
    kept = record.read_text()
    stage.forget()
    refused = stage.playbook("image_rekey", {**rekey, "image_rekey_name": "new_1"}, code=2)
    assert f"{record} is not overwritten: it is the manifest of the release new:1" in " ".join(refused.out.split())
    assert stage.writes() == [] and record.read_text() == kept


def test_an_audit_of_another_host_keeps_its_default_file(stage: Stage) -> None:
    """What one host had found was gone from the list of the other."""
    audit = {"image_release_hosts": "all", "image_audit_regions": [HOME], "image_audit_report": ""}
    codes = []
    for host in ("lab@1", "lab_1"):
        (stage.folder / "hosts.json").write_text(json.dumps({"all": {"hosts": {host: {}}}}))
        codes.append(stage.playbook("image_audit", audit, "-i", "hosts.json", code=None).code)
    assert codes == [0, 2]
