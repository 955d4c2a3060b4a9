# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The built site: no dead link, no missing image, and every page as wide as its window, in a real browser."""

from __future__ import annotations

import html.parser
import subprocess
import sys
import urllib.parse
from pathlib import Path

import pytest

from docs import browser, build, chinese

pytestmark = [pytest.mark.slow, pytest.mark.extra]

HTML = build.HTML
WIDTHS = (360, 800, 1400)
# The beginnings of the pages that are translated.
LEFT_IN_ENGLISH = ("In five minutes you release an image", "takes one image and makes it exist")


@pytest.fixture(scope="session")
def pages() -> list[Path]:
    """The pages of the site, built afresh if a source is younger."""
    if not build.is_fresh():
        subprocess.run([sys.executable, build.__file__], check=True)
    found = sorted(HTML.rglob("*.html"))
    assert any(page.name == "getting_started.html" for page in found)
    return found


class Page(html.parser.HTMLParser):
    """What a page links to and shows, and what in it can be linked to."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("id", "name") and value:
                self.anchors.add(value)
            elif name in ("href", "src") and value:
                self.links.append(value)


def test_no_link_inside_the_site_is_dead(pages: list[Path]) -> None:
    parsed = {page: Page(page) for page in pages}
    dead = []
    for page, content in parsed.items():
        for link in content.links:
            parts = urllib.parse.urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (page.parent / urllib.parse.unquote(parts.path)).resolve() if parts.path else page
            anchor = urllib.parse.unquote(parts.fragment)
            if not target.exists():
                dead.append(f"{page.relative_to(HTML)}: {link}")
            elif anchor and target in parsed and anchor not in parsed[target].anchors:
                dead.append(f"{page.relative_to(HTML)}: {link} (no such anchor)")
    assert not dead, "\n".join(dead)


def test_what_is_translated_is_there_in_chinese(pages: list[Path]) -> None:
    found = {page.stem: page for page in pages if page.parent.name == chinese.LANGUAGE}
    assert {*chinese.translated(), "index"} <= set(found)
    for name in chinese.translated():
        text = found[name].read_text(encoding="utf-8")
        assert 'lang="zh-CN"' in text, name
        assert not [one for one in LEFT_IN_ENGLISH if one in text], name
    front = Page(found["index"])
    assert any("ecs_image_copy_module.html" in link for link in front.links)


EDIT = "https://github.com/imageops/imageops.alicloud/edit/main/"


def test_every_page_can_be_edited_where_its_source_is(pages: list[Path]) -> None:
    """An address that was made of the place of the build would lead nowhere."""
    found = [link for page in pages for link in Page(page).links if "/edit/" in link]
    assert len(found) > 20
    for link in found:
        path = urllib.parse.urlsplit(link).path.split("/edit/main/")[-1]
        assert link.startswith(EDIT) and (build.environment.ROOT / path).is_file(), link


def test_no_page_names_the_place_of_the_build(pages: list[Path]) -> None:
    assert not [page for page in pages if str(build.environment.ROOT) in page.read_text(encoding="utf-8")]


def test_the_front_page_leads_to_every_guide() -> None:
    """It is our own, and whoever opens the site sees the guides by their tasks."""
    guides = {path.stem for path in (build.environment.ROOT / "docs" / "docsite" / "rst").glob("*.rst")}
    front = (HTML / "index.html").read_text(encoding="utf-8")
    assert "Getting started" in front and "Welcome to my Ansible collection" not in front
    assert not {guide for guide in guides if f"docsite/{guide}.html" not in front}


# What sticks out of the window, or is not there.
FAULTS = """(root, window, path, width) => {
  const found = [];
  if (root.scrollWidth > root.clientWidth) {
    const wide = [...root.querySelectorAll('main *, [role=main] *')].filter(
      one => one.getBoundingClientRect().right > root.clientWidth + 1);
    const names = wide.slice(0, 3).map(one => one.tagName + '.' + one.className);
    found.push(`${path}: ${root.scrollWidth} px wide in ${width}: ${names.join(', ')}`);
  }
  for (const image of root.querySelectorAll('img'))
    if (!image.complete || !image.naturalWidth) found.push(`${path}: missing image ${image.getAttribute('src')}`);
  return found;
}"""


def test_every_page_in_a_browser(pages: list[Path], tmp_path: Path) -> None:
    paths = ["/" + str(page.relative_to(HTML)) for page in pages]
    seen = browser.look(HTML, paths, WIDTHS, FAULTS, tmp_path / "profile")
    faults = [fault for found in seen for fault in found]
    assert not faults, "\n".join(faults)
