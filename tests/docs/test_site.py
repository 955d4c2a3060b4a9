# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The built site: no dead link, no missing image, and every page as wide as its window, in a real browser."""

from __future__ import annotations

import functools
import html.parser
import http.server
import json
import shutil
import subprocess
import sys
import threading
import typing as t
import urllib.parse
from pathlib import Path

import pytest

from docs import build

pytestmark = pytest.mark.slow

HTML = build.HTML
WIDTHS = (360, 800, 1400)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
    # Whatever a page wants from elsewhere, it does not get.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


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


# Runs in the browser: loads every page into a frame of every width, and reports what sticks out or is not there.
HARNESS = """<!doctype html><meta charset="utf-8"><script>
async function look(path, width) {
  const frame = document.createElement('iframe');
  frame.style.cssText = `width:${width}px;height:900px;border:0`;
  const loaded = new Promise(resolve => { frame.onload = resolve; });
  frame.src = path;
  document.body.append(frame);
  await loaded;
  const found = [], root = frame.contentDocument.documentElement;
  if (root.scrollWidth > root.clientWidth) {
    const wide = [...root.querySelectorAll('main *, [role=main] *')].filter(
      one => one.getBoundingClientRect().right > root.clientWidth + 1);
    const names = wide.slice(0, 3).map(one => one.tagName + '.' + one.className);
    found.push(`${root.scrollWidth} px wide in ${width}: ${names.join(', ')}`);
  }
  for (const image of root.querySelectorAll('img'))
    if (!image.complete || !image.naturalWidth) found.push('missing image ' + image.getAttribute('src'));
  frame.remove();
  return found.map(text => path + ': ' + text);
}
window.onload = async () => {
  const faults = [], pages = PAGES, widths = WIDTHS;
  let seen = 0;
  for (const path of pages) for (const width of widths) { faults.push(...await look(path, width)); seen += 1; }
  await fetch('/done', {method: 'POST', body: JSON.stringify({seen, faults})});
};
</script><body></body>
"""


class Site(http.server.ThreadingHTTPServer):
    """Serves the site and the harness on this machine, and takes what the harness has found."""

    def __init__(self, harness: str) -> None:
        super().__init__(("127.0.0.1", 0), functools.partial(Handler, directory=str(HTML)))
        self.harness = harness.encode()
        self.result: dict[str, t.Any] = {}
        self.done = threading.Event()


class Handler(http.server.SimpleHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        if self.path != "/_harness":
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(self.server.harness)

    def do_POST(self) -> None:
        self.server.result = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(204)
        self.end_headers()
        self.server.done.set()

    def log_message(self, *dummy: t.Any) -> None:
        pass


@pytest.fixture(scope="session")
def browser() -> str:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip(f"none of {', '.join(BROWSERS)} is installed")
    return found


def test_every_page_in_a_browser(pages: list[Path], browser: str, tmp_path: Path) -> None:
    paths = ["/" + str(page.relative_to(HTML)) for page in pages]
    harness = HARNESS.replace("PAGES", json.dumps(paths)).replace("WIDTHS", json.dumps(WIDTHS))
    with Site(harness) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{site.server_port}/_harness"
        command = [browser, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", "--remote-debugging-port=0", address]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            assert site.done.wait(300), "the browser did not get through"
        finally:
            process.terminate()
            process.wait(20)
            site.shutdown()
    assert site.result["seen"] == len(paths) * len(WIDTHS)
    assert not site.result["faults"], "\n".join(site.result["faults"])
