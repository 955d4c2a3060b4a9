# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The reports of a release, an audit and a retirement for people: HTML in one file, Markdown for merge requests. Pure.

Nothing in it depends on the moment: the same manifest gives the same bytes.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import typing as t
from pathlib import Path

import jinja2

from ansible_collections.imageops.alicloud.plugins.plugin_utils._report import (
    _audit_page,
    _index,
    _report_text,
    _retired_page,
    _view,
)

Data = dict[str, t.Any]

FOLDER = Path(__file__).resolve().parent / "templates"


def html(manifest: Data, prices: Data | None = None, manifest_file: str = "") -> str:
    """
    :param manifest: as the filter release_manifest makes it
    :param prices: as the role's variable image_release_prices has them
    :param manifest_file: the manifest's file, for the commands that the report names
    :returns: one page that needs nothing from elsewhere
    """
    return _html("report.html.j2", _view.view(manifest, prices or {}, manifest_file))


def markdown(manifest: Data, prices: Data | None = None, manifest_file: str = "") -> str:
    """
    :param manifest: as the filter release_manifest makes it
    :param prices: as the role's variable image_release_prices has them
    :param manifest_file: the manifest's file, for the commands that the report names
    :returns: tables that GitLab and GitHub show
    """
    view = _view.view(manifest, prices or {}, manifest_file)
    return _environment(autoescape=False).get_template("report.md.j2").render(view)


def index(manifests: t.Sequence[Data], passed_over: t.Sequence[str] = ()) -> str:
    """
    :param manifests: of many releases, each with its ``file`` if it was read from one
    :param passed_over: sentences about files that could not be read
    :returns: one page that needs nothing from elsewhere, with a line for each release, the newest first
    """
    return _html("index.html.j2", _with_script(_index.view(manifests, passed_over)))


def audit(record: Data, prices: Data | None = None) -> str:
    """
    :param record: of an audit, as the playbook image_audit writes it
    :param prices: as the role's variable image_release_prices has them
    :returns: one page that needs nothing from elsewhere
    """
    return _html("audit.html.j2", _with_script(_audit_page.view(record, prices or {})))


def retired(result: Data, check: bool = False) -> str:
    """
    :param result: of ecs_image_retire
    :param check: whether it is what would be done
    :returns: one page that needs nothing from elsewhere
    """
    return _html("retired.html.j2", _with_script(_retired_page.view(result, check)))


def retired_markdown(result: Data, check: bool = False) -> str:
    """
    :param result: of ecs_image_retire
    :param check: whether it is what would be done
    :returns: tables that GitLab and GitHub show
    """
    return _environment(autoescape=False).get_template("retired.md.j2").render(_retired_page.view(result, check))


def _with_script(view: Data) -> Data:
    """What a page with a list needs, with the script that filters the list."""
    script = (FOLDER / "index.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return {**view, "script": script, "script_digest": digest}


def _html(template: str, view: Data) -> str:
    return _environment(autoescape=True).get_template(template).render(view)


@functools.cache
def _environment(autoescape: bool) -> jinja2.Environment:
    """An environment of its own: Ansible's does not escape."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=autoescape,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    names = ("seen", "plain", "code", "moment", "span", "money")
    environment.filters.update({name: getattr(_report_text, name) for name in names})
    return environment
