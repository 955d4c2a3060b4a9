# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files are replaced whole, follow no link, and are nobody else's to read."""

from __future__ import annotations

import os
import stat
import threading
import time
import typing as t
from pathlib import Path

import pytest

from ansible_collections.imageops.alicloud.plugins.plugin_utils._base import _files
from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import _manifest_place


def mode(path: Path) -> str:
    return oct(stat.S_IMODE(path.lstat().st_mode))


def test_a_new_file_is_its_owner_s_alone(tmp_path: Path) -> None:
    assert _files.write(str(tmp_path / "new.json"), "text")
    assert ((tmp_path / "new.json").read_text(), mode(tmp_path / "new.json")) == ("text", "0o600")
    _files.write(str(tmp_path / "other.json"), "text", 0o640)
    assert mode(tmp_path / "other.json") == "0o640"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new.json", "other.json"]


def test_a_file_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "there.json"
    path.write_text("old")
    path.chmod(0o644)
    assert _files.write(str(path), "new", 0o600)
    assert (path.read_text(), mode(path)) == ("new", "0o644")
    assert not _files.write(str(path), "new")


def test_a_link_is_replaced_and_what_it_leads_to_is_left_alone(tmp_path: Path) -> None:
    secret, link = tmp_path / "secret", tmp_path / "manifest.json"
    secret.write_text("secret")
    secret.chmod(0o600)
    link.symlink_to(secret)
    assert (_files.read_own(str(link)), _files.text_of(str(link))) == (None, "")
    _files.write(str(link), "manifest", 0o644)
    assert (secret.read_text(), mode(secret)) == ("secret", "0o600")
    assert (link.is_symlink(), link.read_text(), mode(link)) == (False, "manifest", "0o644")
    link.unlink()
    link.symlink_to(tmp_path / "nowhere")
    _files.write(str(link), "manifest")
    assert not (tmp_path / "nowhere").exists()


def test_a_path_stays_the_path_that_was_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    monkeypatch.chdir(tmp_path / "link")
    monkeypatch.setenv("PWD", str(tmp_path / "link"))
    monkeypatch.setenv("HOME", "/home/somebody")
    assert _files.path_of("a/../b.json") == str(tmp_path / "link" / "b.json")
    # A program has started us in another folder than its own.
    for stale in (str(tmp_path), str(tmp_path / "gone"), ""):
        monkeypatch.setenv("PWD", stale)
        assert _files.path_of("b.json") == str(tmp_path / "real" / "b.json")
    assert _files.path_of("~/b.json") == "/home/somebody/b.json"
    assert _files.path_of("/b.json") == "/b.json"


def broken(folder: Path) -> t.Iterator[tuple[Path, str]]:
    yield folder, "can't be read: Is a directory"
    os.mkfifo(folder / "pipe")
    yield folder / "pipe", "is not a file"
    (folder / "large").write_text("x" * 101)
    yield folder / "large", "has more than 100 bytes"
    (folder / "bytes").write_bytes(b"\xff\xfe")
    yield folder / "bytes", "is not a text in UTF-8"


def test_what_can_not_be_read_or_written_is_one_sentence(tmp_path: Path) -> None:
    for path, sentence in broken(tmp_path):
        with pytest.raises(_files.FileFault) as caught:
            _files.read(str(path), 100)
        assert str(caught.value) == f"{path} {sentence}"
    assert _files.read(str(tmp_path / "none")) is None
    with pytest.raises(_files.FileFault, match=r"none/file can't be written: No such file or directory"):
        _files.write(str(tmp_path / "none" / "file"), "text")


def test_only_a_file_is_replaced(tmp_path: Path) -> None:
    """A device was replaced by a file where the user may do so, and was none any more for the whole machine."""
    pipe, folder, long = tmp_path / "pipe", tmp_path / "folder", tmp_path / ("x" * 300)
    os.mkfifo(pipe)
    folder.mkdir()
    places = {
        str(pipe): "it is no file, and would be replaced",
        str(folder): "it is a folder",
        str(long): "File name too long",
        f"{tmp_path}/nul\0": "embedded null byte",
    }
    for path, why in places.items():
        fault = f"{path} can't be written: {why}"
        assert _files.unwritable([("report", path)]) == [f"report: {fault}"]
        with pytest.raises(_files.FileFault, match="can't be written: "):
            _files.write(path, "text")
    assert stat.S_ISFIFO(pipe.lstat().st_mode) and sorted(tmp_path.iterdir()) == [folder, pipe]
    for device in ("/dev/null", "/dev/stdout"):
        assert _files.unwritable([("report", device)]) != []  # as a user who may not, for the folder
        assert _files._target_fault(device) == "it is no file, and would be replaced"


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "there.json"
    path.write_text("old")

    def full(*_given: t.Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(_files.FileFault, match="No space left"):
        _files.write(str(path), "new")
    assert (path.read_text(), [one.name for one in tmp_path.iterdir()]) == ("old", ["there.json"])


@pytest.mark.parametrize(("given", "wanted"), [("0640", 0o640), ("600", 0o600), (0o640, 0o640), ("0o644", 0o644)])
def test_a_mode_is_read_as_it_was_meant(given: t.Any, wanted: int) -> None:
    assert _files.mode_of(given) == wanted


@pytest.mark.parametrize("given", ["rw-r--r--", "0666", "0444", "01777", "9", "", None, True, -1, 640])
def test_a_mode_that_is_none_is_refused(given: t.Any) -> None:
    with pytest.raises(_files.FileFault):
        _files.mode_of(given)


def test_variables_that_name_one_file_are_told() -> None:
    places = [
        ("manifests", "/a"),
        ("manifests", "/a"),
        ("file", "/b"),
        ("report", "/a"),
        ("index", None),
        ("page", None),
    ]
    assert _files.clashes(places) == ["manifests and report name the same file, /a"]


def test_a_report_replaces_no_manifest() -> None:
    reports = {"report": "/m/base.json", "report_markdown": "", "report_index": "/m/index.html"}
    settings = {**reports, "manifest": "/m/base.json", "from_manifest": ["/m/base.json"], "plan_file": ""}
    assert _manifest_place.clashes(settings, "localhost", None) == [
        "image_release_manifest and image_release_report name the same file, /m/base.json",
        "image_release_from_manifest and image_release_report name the same file, /m/base.json",
    ]
    assert _manifest_place.clashes({**settings, "report": "/m/base.html"}, "localhost", "base") == []


def test_two_hosts_share_a_file_for_one_release_and_for_one_that_goes_on_with_it() -> None:
    reports = {"report": "", "report_markdown": "", "report_index": "/m/index.html", "plan_file": ""}
    settings = {
        **reports,
        "manifest": "/m/base.json",
        "from_manifest": [],
        "account_id": None,
        "source": {},
        "name": "a",
        "destinations": [{"region": "cn-beijing"}],
        "every_region": False,
        "accounts": ["1"],
    }

    def told(run: str = "2", who: str = "", **changes: t.Any) -> list[str]:
        mine = {"run": "1", "settings": settings, "acts_as": {}}
        other = {"run": run, "settings": {**settings, **changes}, "acts_as": {"profile": who} if who else {}}
        return _manifest_place.clashes_between(mine, {"other": other})

    (fault,) = told(name="b")
    assert fault.startswith("image_release_manifest: the release of host other writes /m/base.json too.")
    assert len(told(name="b", manifest="", report="/m/base.json")) == 1
    assert len(told(who="another")) == len(told(accounts=["2"])) == 1
    assert len(told(destinations=[{"region": "us-west-1"}])) == 1
    assert told() == told("1", name="b") == told(name="b", manifest="/m/b.json") == []
    assert told(name="b", from_manifest=["/m/base.json"]) == []


def test_one_at_a_time_looks_at_what_is_there_and_writes(tmp_path: Path) -> None:
    """Hosts of one release that ended together read one manifest, and the last to write had only its own copy in it."""
    place = tmp_path / "list.txt"

    def add(word: str) -> None:
        with _files.alone(str(place)):
            there = _files.text_of(str(place))
            time.sleep(0.01)
            _files.write(str(place), there + word)

    threads = [threading.Thread(target=add, args=[word]) for word in "abcdefgh"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(place.read_text()) == [*"abcdefgh"]


def test_nobody_waits_for_a_folder_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_files, "PATIENCE", 0.1)
    with _files.alone(str(tmp_path / "a")), _files.alone(str(tmp_path / "b")):
        assert _files.write(str(tmp_path / "b"), "held")
    with _files.alone(str(tmp_path / "missing" / "a")), _files.alone(None):
        pass


def test_a_name_that_is_too_long_for_a_file_is_cut_and_stays_one_of_its_own(tmp_path: Path) -> None:
    """128 Chinese characters are 384 bytes: a release of that name was refused by default."""
    longest = "\u955c" * 128
    names = [
        _files.usual_name("json", "image_release", "localhost", name) for name in (longest, longest[:-1] + "\u50cf")
    ]
    assert names[0] != names[1] and len(names[0].encode()) <= 255 and names[0].endswith(".json")
    assert names[0].startswith("image_release-localhost-\u955c\u955c")
    assert names[0] == _files.usual_name("json", "image_release", "localhost", longest)
    for name in names:
        assert _files.write(str(tmp_path / name), name)
    assert _files.usual_name("json", "image_release", "localhost", "a/b 1.0") == "image_release-localhost-a_b_1.0.json"
    fits = "a" * (255 - len("image_release-localhost-.json"))
    assert _files.usual_name("json", "image_release", "localhost", fits) == f"image_release-localhost-{fits}.json"
