# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build the documentation site into ``build/docs/html``, in a virtual environment of its own. A warning is an error."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))

import environment

VENV = environment.BUILD / "docs-venv"
SITE = environment.BUILD / "docs"
HTML = SITE / "html"
DONE = SITE / "done"
PAGES = Path("collections", "imageops", "alicloud", "docsite")
PACKAGES = Path(__file__).resolve().with_name("requirements.txt")
STYLE = Path(__file__).resolve().with_name("site.css")
FRONT = Path(__file__).resolve().with_name("index.rst")

# What sphinx-init can't be told. The inventories of other sites would need the network.
CONF = """
intersphinx_mapping = {}
html_static_path = ['_static']
html_css_files = ['site.css']
"""
# References of the generated pages to Ansible's own documentation, which is not here. They come out as plain text.
ELSEWHERE = re.compile(
    r"undefined label: '(common_return_values|action_plugins|ansible_configuration_settings"
    r"|ansible_collections\.ansible\.builtin\.\w+)' \[ref\.ref\]$"
)


def venv() -> Path:
    """The virtual environment's programs. It is made anew when the requirements or this Python change."""
    wanted = hashlib.sha256(PACKAGES.read_bytes() + sys.version.encode()).hexdigest()
    stamp = VENV / "requirements.sha256"
    if not stamp.exists() or stamp.read_text() != wanted:
        print(f"=== virtual environment in {VENV.relative_to(environment.ROOT)}", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
        pip = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", str(PACKAGES)], check=True)
        stamp.write_text(wanted)
    return VENV / "bin"


def build() -> int:
    programs = venv()
    environment.link_checkout()
    env = environment.clean("ANSIBLE_")
    env["PATH"] = os.pathsep.join([str(programs), env["PATH"]])
    shutil.rmtree(SITE, ignore_errors=True)
    SITE.mkdir(parents=True, mode=0o755)

    def run(*command: str) -> int:
        return subprocess.run(command, cwd=SITE, env=env, check=False).returncode

    code = run(
        *("antsibull-docs", "sphinx-init", "--use-current", "--dest-dir", str(SITE), "--fail-on-error"),
        *("--project", "imageops.alicloud", "--copyright", "imageops.alicloud contributors"),
        *("--title", "imageops.alicloud", "--index-rst-source", str(FRONT), "imageops.alicloud"),
    )
    if code:
        return code
    with open(SITE / "conf.py", "a", encoding="utf-8") as conf:
        conf.write(CONF)
    (SITE / "_static").mkdir()
    shutil.copy(STYLE, SITE / "_static" / "site.css")
    (SITE / "rst").chmod(0o755)
    code = run(
        *("antsibull-docs", "--config-file", "antsibull-docs.cfg", "collection", "--use-current", "--fail-on-error"),
        *("--cleanup", "everything", "--dest-dir", "rst", "imageops.alicloud"),
    )
    images, pages = environment.ROOT / "docs" / "docsite" / "rst" / "images", SITE / "rst" / PAGES
    if images.is_dir():
        shutil.copytree(images, pages / "images")
    # Warnings go to a file, to be told apart. With -Q they would not be written there either.
    sphinx = ("sphinx-build", "-q", "--no-color", "-w", "warnings.txt", "-b", "html", "-c", ".", "rst", str(HTML))
    if code:
        return code
    done = subprocess.run(sphinx, cwd=SITE, env=env, check=False, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        print(done.stderr, file=sys.stderr)
        return done.returncode
    warnings = SITE / "warnings.txt"
    return report(warnings.read_text().splitlines() if warnings.exists() else [])


def report(lines: list[str]) -> int:
    """Show the warnings that are ours to mend."""
    found = [line for line in lines if line and not ELSEWHERE.search(line)]
    print("\n".join(found), file=sys.stderr)
    return 1 if found else 0


def is_fresh() -> bool:
    """Whether the site that is there shows what the sources say."""
    folders = [environment.ROOT / name for name in ("docs", "meta", "plugins", "roles")]
    sources = [path for folder in folders for path in folder.rglob("*") if path.suffix != ".pyc" and path.is_file()]
    newest = max(path.stat().st_mtime for path in [*sources, PACKAGES, STYLE, FRONT, Path(__file__)])
    return DONE.exists() and DONE.stat().st_mtime > newest


def main() -> int:
    code = build()
    if not code:
        DONE.touch()
        pages = len(list(HTML.rglob("*.html")))
        print(f"{HTML.relative_to(environment.ROOT)}/index.html: {pages} pages")
    return code


if __name__ == "__main__":
    sys.exit(main())
