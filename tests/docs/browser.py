# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A real browser without a window: it opens pages in frames of several widths, and says what a script saw there."""

from __future__ import annotations

import functools
import http.server
import json
import shutil
import subprocess
import threading
import typing as t
from pathlib import Path

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
DARK = "--blink-settings=preferredColorScheme=0"
LIGHT = "--blink-settings=preferredColorScheme=1"

# LOOK(root, window, path, width) returns what it has found on one page.
HARNESS = """<!doctype html><meta charset="utf-8"><script>
const LOOK = SCRIPT;
async function open_page(path, width) {
  const frame = document.createElement('iframe');
  frame.style.cssText = `width:${width}px;height:900px;border:0`;
  const loaded = new Promise(resolve => { frame.onload = resolve; });
  frame.src = path;
  document.body.append(frame);
  await loaded;
  const found = LOOK(frame.contentDocument.documentElement, frame.contentWindow, path, width);
  frame.remove();
  return found;
}
window.onload = async () => {
  const seen = [];
  for (const path of PATHS) for (const width of WIDTHS) seen.push(await open_page(path, width));
  await fetch('/done', {method: 'POST', body: JSON.stringify(seen)});
};
</script><body></body>
"""


def executable() -> str:
    """
    :raises FileNotFoundError: if there is no browser on this machine
    """
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise FileNotFoundError(f"none of {', '.join(BROWSERS)} is installed")
    return found


def look(
    root: Path, paths: t.Sequence[str], widths: t.Sequence[int], script: str, profile: Path, *flags: str
) -> list[t.Any]:
    """What the script has found on each page in each width.

    :param script: a function of (root element, window, path, width)
    """
    harness = (
        HARNESS.replace("SCRIPT", script).replace("PATHS", json.dumps(paths)).replace("WIDTHS", json.dumps(widths))
    )
    with _Site(root, harness) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{site.server_port}/_harness"
        command = [executable(), *FLAGS, *flags, f"--user-data-dir={profile}", "--remote-debugging-port=0", address]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            assert site.done.wait(300), "the browser did not get through"
        finally:
            process.terminate()
            process.wait(20)
            site.shutdown()
    assert len(site.result) == len(paths) * len(widths)
    return site.result


class _Site(http.server.ThreadingHTTPServer):
    """Serves the pages and the harness on this machine, and takes what the harness has found."""

    def __init__(self, root: Path, harness: str) -> None:
        super().__init__(("127.0.0.1", 0), functools.partial(_Handler, directory=str(root)))
        self.harness = harness.encode()
        self.result: list[t.Any] = []
        self.done = threading.Event()


class _Handler(http.server.SimpleHTTPRequestHandler):
    server: _Site

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
