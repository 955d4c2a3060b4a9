# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The catalogues of translations: what is in them is up to date, and what is not translated is named."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import typing as t

import pytest
from babel.messages.pofile import read_po

from docs import chinese

TRANSLATED = ("getting_started", "release_guide")  # the pages that are there in Chinese
CONF = "project = 'imageops.alicloud'\nextensions = ['sphinx_antsibull_ext']\ngettext_compact = False\n"
# What a translation must hold as it is: code, where references lead, addresses.
FIXED = re.compile(r"``[^`]+``|:\w+:`[^`<]+`|<[\w.]+>|https?://[^\s>]+")


def catalogue(name: str) -> dict[str, str]:
    """The messages of a catalogue and their translations."""
    text = (chinese.CATALOGUES / f"{name}.po").read_text(encoding="utf-8")
    found = read_po(io.BytesIO(text.encode()), locale="zh_CN")
    return {str(one.id): "" if one.fuzzy else str(one.string) for one in found if one.id}


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The texts of each page that is translated, as Sphinx takes them out."""
    source = tmp_path_factory.mktemp("pages")
    (source / "conf.py").write_text(f"{CONF}master_doc = '{TRANSLATED[0]}'\n")
    for name in TRANSLATED:
        (source / f"{name}.rst").write_text((chinese.PAGES / f"{name}.rst").read_text())
    command = [sys.executable, "-m", "sphinx", "-Q", "-b", "gettext", str(source), str(source / "out")]
    subprocess.run(command, check=True)
    return {
        name: [str(one.id) for one in read_po((source / "out" / f"{name}.pot").open("rb")) if one.id]
        for name in TRANSLATED
    }


def faults(wanted: t.Sequence[str], there: t.Mapping[str, str]) -> list[str]:
    """What is not translated, what is translated and gone, and what has lost a part."""
    found = [f"not translated: {one}" for one in wanted if not there.get(one)]
    found += [f"no longer there: {one}" for one in there if one not in wanted]
    found += [
        f"lacks {part}: {one}"
        for one in wanted
        for part in FIXED.findall(one)
        if there.get(one) and part not in there[one]
    ]
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", TRANSLATED)
def test_a_page_is_translated_as_it_is_now(messages: dict[str, list[str]], name: str) -> None:
    found = faults(messages[name], catalogue(name))
    assert not found, "\n".join(found)


def test_short_descriptions_are_translated() -> None:
    found = faults([*chinese.described().values()], catalogue(chinese.SHORT))
    assert not found, "\n".join(found)


def test_what_is_not_translated_is_told() -> None:
    assert faults(["Do ``it``", "New"], {"Do ``it``": "做", "Old": "旧"}) == [
        "not translated: New",
        "no longer there: Old",
        "lacks ``it``: Do ``it``",
    ]


def test_every_catalogue_is_looked_at() -> None:
    assert {path.stem for path in chinese.CATALOGUES.glob("*.po")} == {*TRANSLATED, chinese.SHORT}
