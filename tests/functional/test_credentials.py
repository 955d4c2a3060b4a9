# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where credentials come from: options, environment, profiles and roles; and that they are kept to themselves."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest
from functional.support import HOME, MAIN, ONE, Lab

INFO = "ecs_image_info"


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The home directory as the credentials library sees it, which it learns once at its import."""
    from alibabacloud_credentials.utils import auth_constant

    monkeypatch.setattr(auth_constant, "HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def endpoints(lab: Lab) -> dict[str, t.Any]:
    return {"endpoint": lab.sim.endpoint, "sts_endpoint": lab.sim.endpoint, "region": HOME}


def releaser(lab: Lab) -> dict[str, t.Any]:
    """The user who may take on roles, which an account itself never may."""
    return {**endpoints(lab), **lab.demo("users", "releaser")}


@pytest.mark.parametrize("prefix", ["ALIBABA_CLOUD", "ALICLOUD"])
def test_keys_come_from_the_environment(lab: Lab, monkeypatch: pytest.MonkeyPatch, prefix: str) -> None:
    secret = "ALIBABA_CLOUD_ACCESS_KEY_SECRET" if prefix == "ALIBABA_CLOUD" else "ALICLOUD_SECRET_KEY"
    key = "ALIBABA_CLOUD_ACCESS_KEY_ID" if prefix == "ALIBABA_CLOUD" else "ALICLOUD_ACCESS_KEY"
    monkeypatch.setenv(key, "simulator-main-key")
    monkeypatch.setenv(secret, "simulator-main-secret")
    assert lab.ok(INFO, who=None, **endpoints(lab)).result["account_id"] == MAIN


@pytest.mark.parametrize("alias", ["secret_access_key", "secret_key", "alicloud_secret_key"])
def test_the_older_collection_s_names_work(lab: Lab, alias: str) -> None:
    keys = {"access_key": "simulator-main-key", alias: "simulator-main-secret"}
    assert lab.ok(INFO, who=None, **endpoints(lab), **keys).result["account_id"] == MAIN


def test_a_named_profile_of_the_command_line(lab: Lab, home: Path) -> None:
    keys = {"access_key_id": "simulator-main-key", "access_key_secret": "simulator-main-secret"}
    other = {"access_key_id": "other", "access_key_secret": "other"}
    profiles = [{"name": "default", "mode": "AK", **other}, {"name": "images", "mode": "AK", **keys}]
    (home / ".aliyun").mkdir(parents=True)
    (home / ".aliyun" / "config.json").write_text(json.dumps({"current": "default", "profiles": profiles}))
    assert lab.ok(INFO, who=None, profile="images", **endpoints(lab)).result["account_id"] == MAIN


def test_a_named_profile_of_the_credentials_file(lab: Lab, home: Path) -> None:
    (home / ".alibabacloud").mkdir(parents=True)
    (home / ".alibabacloud" / "credentials.ini").write_text(
        "[images]\ntype = access_key\naccess_key_id = simulator-main-key\naccess_key_secret = simulator-main-secret\n"
    )
    assert lab.ok(INFO, who=None, profile="images", **endpoints(lab)).result["account_id"] == MAIN


def test_a_profile_that_is_not_there_is_no_traceback(lab: Lab, home: Path) -> None:
    lab.fails(INFO, "no usable credentials", who=None, profile="nobody", **endpoints(lab))


def test_a_role_in_another_account(lab: Lab) -> None:
    role = lab.demo("roles", "consumer-one")
    result = lab.ok(INFO, who=None, ram_role_arn=role, **releaser(lab)).result
    assert result["account_id"] == ONE
    assert "assumed-role" in result["caller"]
    assert len(lab.sim.journal.calls("AssumeRole")) == 1


def test_a_role_that_may_not_be_taken_on_is_named(lab: Lab) -> None:
    role = lab.plant("roles", name="closed", account=ONE, trust=[ONE], policies=[])
    lab.fails(INFO, "assume the role", "closed", "NoPermission", who=None, ram_role_arn=role, **releaser(lab))


def test_a_session_that_ends_during_a_wait_is_renewed(lab: Lab) -> None:
    # Every session is as good as over as soon as it is given, so that each call begins a new one.
    lab.setting(session_seconds=60)
    lab.source()
    lab.ok(INFO, who=None, ram_role_arn=lab.demo("roles", "main"), **releaser(lab))
    assert len(lab.sim.journal.calls("AssumeRole")) > 1


def test_the_wrong_account_is_refused_before_the_first_write(lab: Lab) -> None:
    source = lab.source()
    lab.fails("ecs_image_share", ONE, region=HOME, image_id=source, accounts=[ONE], account_id=ONE)
    assert lab.writes() == []


@pytest.mark.parametrize("given", ["access_key_id", "access_key_secret"])
def test_half_a_key_is_refused(lab: Lab, given: str) -> None:
    lab.fails(INFO, "given together", who=None, **endpoints(lab), **{given: "half"})


def test_plain_http_goes_to_this_machine_only(lab: Lab) -> None:
    lab.fails(INFO, "plain http", region=HOME, endpoint="http://ecs.example.com")


def test_a_token_that_has_expired_says_what_to_do(lab: Lab) -> None:
    key = {"id": "simulator-late-key", "secret": "simulator-late-secret", "token": "late", "expires": 1.0}
    lab.plant("users", name="late", access_keys=[key])
    lab.fails(
        INFO,
        "InvalidSecurityToken.Expired",
        "Get new temporary credentials",
        who=None,
        access_key_id=key["id"],
        access_key_secret=key["secret"],
        security_token="late",
        **endpoints(lab),
    )
