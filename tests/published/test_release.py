# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of a release: the page "Verify a release" followed to the letter, and the bill of materials."""

from __future__ import annotations

import json
import subprocess
import tempfile
import typing as t
from pathlib import Path

import cores
import lock
import pytest
import release
import sbom
import tool_venv
import yaml
from docs.snippets import PAGES, missing, snippets
from environment import ROOT, clean
from published.plain import build

PAGE = PAGES / "verify_release.rst"
IN_THE_PAGE = "2.0.0"


@pytest.fixture
def published() -> t.Iterator[Path]:
    """A folder with what is published, made by the oldest ansible-core, and the public key as maintainers.asc."""
    # gpg's agent wants a short path for its socket, which pytest's own folders are not.
    with tempfile.TemporaryDirectory() as scratch, tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "published"
        archive = build(cores.OLDEST, ROOT, folder)
        dummy, keyring = release.sign(archive, None, Path(scratch))
        assert not release.complete(folder)
        (folder / "maintainers.asc").write_bytes(keyring.read_bytes())
        yield folder


def run(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    env = clean("ANSIBLE_", "GNUPG") | {"HOME": str(folder), "ANSIBLE_COLLECTIONS_PATH": str(folder / "collections")}
    env["PATH"] = f"{cores.programs(cores.OLDEST)}:{env['PATH']}"
    words = ["bash", "-euo", "pipefail", "-c", code]
    return subprocess.run(words, cwd=folder, env=env, check=False, capture_output=True, text=True, timeout=120)


@pytest.mark.slow
def test_the_page_is_followed_and_a_changed_file_is_found(published: Path) -> None:
    version = yaml.safe_load((ROOT / "galaxy.yml").read_text())["version"]
    shown = verify = ""
    for snippet in snippets(PAGE):
        code = snippet.code.replace(IN_THE_PAGE, version)
        if snippet.mark == "run":
            done = run(published, code)
            assert done.returncode == 0, f"{PAGE.name}:{snippet.line}\n{done.stdout}{done.stderr}"
            shown = done.stdout
            verify = code if "collection verify" in code else verify
        elif snippet.mark == "output":
            assert not missing(code, shown), f"{PAGE.name}:{snippet.line}: not shown: {missing(code, shown)}\n{shown}"
    installed = published / "collections" / "ansible_collections" / "imageops" / "alicloud"
    assert run(published, verify).returncode == 0
    stranger = verify.replace("imageops.kbx", "strange.kbx")
    assert run(published, stranger).returncode == 1, "a signature of a key that the keyring does not hold was taken"
    with open(installed / "plugins" / "modules" / "ecs_image.py", "a") as file:
        file.write("# changed\n")
    done = run(published, verify)
    assert done.returncode == 1 and "ecs_image.py" in done.stdout + done.stderr
    (published / "SHA256SUMS").write_text((published / "SHA256SUMS").read_text().replace("a", "b"))
    assert run(published, snippets(PAGE)[0].code).returncode == 1


def test_the_bill_is_the_lock() -> None:
    text = lock.LOCK.read_text()
    bill = sbom.bill(text, "9.9.9")
    refs = {one["bom-ref"]: one for one in bill["components"]}
    pins = [line for line in text.splitlines() if line[:1].isalnum()]
    assert len(refs) == len(bill["components"]) == len(pins)
    required = {one["name"] for one in refs.values() if one["scope"] == "required"}
    assert {
        "alibabacloud-ecs20140526",
        "alibabacloud-credentials",
        "jmespath",
        "ansible-core",
        "cryptography",
    } <= required
    assert not required & {"pytest", "mypy", "ansible-lint", "hypothesis", "reuse", "ruff"}
    assert all(one["externalReferences"][0]["hashes"] for one in refs.values())
    known = {*refs, "imageops.alicloud@9.9.9"}
    assert {link["ref"] for link in bill["dependencies"]} == known
    assert all(set(link["dependsOn"]) <= known for link in bill["dependencies"])
    assert sbom.bill(text, "9.9.9") == bill


@pytest.mark.slow
@pytest.mark.extra
def test_the_bill_is_valid_by_the_schema_of_cyclonedx(tmp_path: Path) -> None:
    program = (
        "import sys\nfrom cyclonedx.schema import SchemaVersion\n"
        "from cyclonedx.validation.json import JsonStrictValidator\n"
        "sys.exit(JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1]).read()))"
    )
    bill = sbom.write(tmp_path / "bill.json")
    assert json.loads(bill.read_text())["specVersion"] == "1.6"
    python = tool_venv.commands("cyclonedx") / "python"
    done = subprocess.run([python, "-c", program, bill], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
