# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nobody else chooses the host, the account, the file or the screen: whole plays, on every ansible-core."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest
from functional import security_results
from functional.other_servers import always, identity, serving

if t.TYPE_CHECKING:
    from e2e.conftest import Data, Stage

pytestmark = pytest.mark.slow

HOME, BEIJING = "cn-hangzhou", "cn-beijing"
MAIN, ONE, TWO = "1000000000000001", "1000000000000011", "1000000000000012"
AWX = Path(__file__).resolve().parents[2] / "extensions" / "awx" / "project"
COPYING = {"Effect": "Allow", "Action": ["ecs:CopyImage", "ecs:DescribeImages"], "Resource": "*"}
KEY = {"id": "simulator-launcher-key", "secret": "simulator-launcher-secret"}


def released(stage: Stage) -> Data:
    """An image and its copy, shared with two accounts, and the manifest of it."""
    variables = {
        "image_release_source": {"region": HOME, "image_id": stage.image(name="base-1")},
        "image_release_destinations": [{"region": BEIJING}],
        "image_release_accounts": [ONE, TWO],
    }
    stage.playbook("create_copy_share", variables)
    stage.forget()
    return t.cast("Data", json.loads(stage.manifest.read_text()))


@security_results.tried("plays", case="who answers a survey chooses no host")
def test_who_answers_a_survey_chooses_no_host(stage: Stage) -> None:
    """Also where the account may not look at the regions: a look that fails permits nothing."""
    user = {"name": "launcher", "policies": [{"Version": "1", "Statement": [COPYING]}], "access_keys": [KEY]}
    stage.control("seed", {"users": [user]})
    stage.ready["env"] |= {"ALIBABA_CLOUD_ACCESS_KEY_ID": KEY["id"], "ALIBABA_CLOUD_ACCESS_KEY_SECRET": KEY["secret"]}
    del stage.ready["env"]["ALIBABA_CLOUD_ECS_ENDPOINT"]
    with serving(always(200, identity(MAIN))) as other:
        for region in (f"@{other.place}/", f"x.{other.place}#", f"{other.place}\\"):
            answers = {"release_source_region": region, "release_source_id": "m-1", "release_steps": "copy share"}
            play = stage.run("ansible-playbook", str(AWX / "release.yml"), "-e", json.dumps(answers), code=2)
            assert "is no region" in play.out and "Traceback" not in play.out + play.err, play.out
            asked = f"{{{{ lookup('imageops.alicloud.ecs_image', name='x', region='{region}') }}}}".replace(
                "\\", "\\\\"
            )
            looked = stage.run("ansible", "localhost", "-m", "debug", "-a", f"msg={json.dumps(asked)}", code=2)
            assert "is no region" in looked.out + looked.err, looked.out + looked.err
        assert other.asked == []
    assert stage.writes() == []


@security_results.tried("plays", case="what a server sends on goes nowhere")
def test_what_a_server_sends_on_goes_nowhere(stage: Stage) -> None:
    with (
        serving(always(200, identity(MAIN))) as target,
        serving(always(307, Location=f"http://{target.place}/")) as first,
    ):
        for service in ("ECS", "STS"):
            stage.ready["env"][f"ALIBABA_CLOUD_{service}_ENDPOINT"] = f"http://{first.place}"
            play = stage.run(
                "ansible", "localhost", "-m", "imageops.alicloud.ecs_image_info", "-a", f"region={HOME}", code=2
            )
            assert "Redirected" in play.out and first.place in play.out and target.place in play.out, play.out
            stage.ready["env"][f"ALIBABA_CLOUD_{service}_ENDPOINT"] = stage.endpoint
        assert target.asked == []


@security_results.tried("plays", case="a manifest says which images and nothing else")
def test_a_manifest_says_which_images_and_nothing_else(stage: Stage) -> None:
    manifest = released(stage)
    copy = manifest["images"][1]["image_id"]
    variables = {"unshare_everywhere_manifests": [str(stage.manifest)], "unshare_everywhere_accounts": [ONE]}
    keys = {"image_rekey_name": "new", "image_rekey_keys": {HOME: "k", BEIJING: "k"}}
    broken: list[tuple[str, Data, str]] = [
        ("unshare_everywhere", {"account_id": ""}, "account_id is no such value"),
        ("unshare_everywhere", {"account_id": TWO}, f"not to {TWO} ("),
        ("stop_copies", {"account_id": TWO}, f"not to {TWO} ("),
        ("image_rekey", {"account_id": TWO}, f"not to {TWO} ("),
        ("unshare_everywhere", {"images": [{**manifest["images"][1], "region": "@a/"}]}, "region is no such value"),
        ("unshare_everywhere", {"images": [{**manifest["images"][1], "started_at": 5}]}, "started_at must be a text"),
    ]
    for book, change, sentence in broken:
        stage.manifest.write_text(json.dumps({**manifest, **change}))
        given = {**variables, **keys, f"{book}_manifests": [str(stage.manifest)]}
        play = stage.playbook(book, given, code=2)
        assert sentence in play.out and "Traceback" not in play.out + play.err, play.out
    stage.manifest.write_text("[" * 200_000)
    assert "nested deeper than" in stage.playbook("unshare_everywhere", variables, code=2).out
    assert stage.writes() == [] and stage.shares(copy) == [ONE, TWO]
    stage.manifest.write_text(
        json.dumps({**manifest, "images": [{**one, "accounts": [TWO]} for one in manifest["images"]]})
    )
    stage.playbook("unshare_everywhere", variables)
    assert stage.shares(copy) == [TWO]
    stage.manifest.write_text(json.dumps(manifest))


@security_results.tried("plays", case="a link in a shared folder leads nowhere")
def test_a_link_in_a_shared_folder_leads_nowhere(stage: Stage) -> None:
    """It was followed: the file behind it was overwritten, made readable for all, and shown."""
    secret = stage.folder / "secret"
    secret.write_text("the-old-text-of-a-private-file\n")
    secret.chmod(0o600)
    names = ("release.json", "report.html", "report.md")
    for name in names:
        (stage.folder / name).symlink_to(secret)
    variables = {
        "image_release_source": {"region": HOME, "image_id": stage.image(name="base-1")},
        "image_release_destinations": [{"region": BEIJING}],
        "image_release_manifest": "release.json",
        "image_release_report": "report.html",
        "image_release_report_markdown": "report.md",
        "image_release_wait_interval": 0.1,
    }
    words = ("imageops.alicloud.create_copy_share", "-e", json.dumps(variables), "-vvv", "--diff")
    play = stage.run("ansible-playbook", *words)
    assert "the-old-text" not in play.out + play.err + json.dumps(play.results)
    assert secret.read_text() == "the-old-text-of-a-private-file\n" and secret.stat().st_mode & 0o777 == 0o600
    for name in names:
        path = stage.folder / name
        assert path.is_file() and not path.is_symlink() and path.stat().st_mode & 0o777 == 0o600, name


@security_results.tried("plays", case="an error of the api writes no line of its own")
def test_an_error_of_the_api_writes_no_line_of_its_own(stage: Stage) -> None:
    forged = "\x1b[31mred\x1b]0;title\x07\r\nok: [localhost] => forged\n\u202ebackwards"
    stage.control(
        "faults", {"kind": "error", "action": "DescribeImages", "code": "Odd", "message": forged, "times": None}
    )
    image = f"region={HOME} image_id=m-1 description=new"
    words = ("ansible", "localhost", "-m", "imageops.alicloud.ecs_image", "-a", image)
    play = stage.run(*words, code=2)
    shown = play.out + play.err
    assert "forged" in shown and "\x1b" not in shown and "\u202e" not in shown and "\x07" not in shown, repr(shown)
    assert not [line for line in shown.splitlines() if line.startswith("ok: [localhost]")], shown
