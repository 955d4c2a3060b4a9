# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build the documentation site into ``build/docs/html``, in a virtual environment of its own. A warning is an error."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))

import environment

from docs import chinese

VENV = environment.BUILD / "docs-venv"
SITE = environment.BUILD / "docs"
HTML = SITE / "html"
DONE = SITE / "done"
PAGES = Path("collections", "imageops", "alicloud", "docsite")
PACKAGES = Path(__file__).resolve().with_name("requirements.txt")
STYLE = Path(__file__).resolve().with_name("site.css")
FRONT = Path(__file__).resolve().with_name("index.rst")

# What sphinx-init can't be told. The inventory of Ansible's site would need the network, so we bring what we link to.
CONF = """
intersphinx_mapping = {'ansible': ('https://docs.ansible.com/ansible/latest/', '../ansible.inv')}
html_static_path = ['_static']
html_css_files = ['site.css']
"""
# Labels of Ansible's own documentation that the generated pages refer to: page, anchor and title.
ELSEWHERE = {
    "action_plugins": ("plugins/action.html#action-plugins", "Action plugins"),
    "ansible_collections.ansible.builtin.set_fact_module": (
        "collections/ansible/builtin/set_fact_module.html#ansible-collections-ansible-builtin-set-fact-module",
        "ansible.builtin.set_fact",
    ),
    "ansible_configuration_settings": (
        "reference_appendices/config.html#ansible-configuration-settings",
        "Ansible Configuration Settings",
    ),
    "common_return_values": ("reference_appendices/common_return_values.html#common-return-values", "Return Values"),
}


def inventory() -> bytes:
    """Those labels in the form that Sphinx reads."""
    lines = [f"{name} std:label -1 {page} {title}\n" for name, (page, title) in sorted(ELSEWHERE.items())]
    head = "# Sphinx inventory version 2\n# Project: Ansible\n# Version: latest\n"
    return (head + "# The remainder of this file is compressed using zlib.\n").encode() + zlib.compress(
        "".join(lines).encode()
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
    (SITE / "ansible.inv").write_bytes(inventory())
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
    if code:
        return code
    code = run("sphinx-build", "-q", "--no-color", "-W", "--keep-going", "-b", "html", "-c", ".", "rst", str(HTML))
    return code or chinese.build(SITE, programs, env)


def is_fresh() -> bool:
    """Whether the site that is there shows what the sources say."""
    folders = [environment.ROOT / name for name in ("docs", "meta", "plugins", "roles")]
    sources = [path for folder in folders for path in folder.rglob("*") if path.suffix != ".pyc" and path.is_file()]
    newest = max(path.stat().st_mtime for path in [*sources, PACKAGES, STYLE, FRONT, chinese.FRONT, Path(__file__)])
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
