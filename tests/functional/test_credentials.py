# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where credentials come from: options, environment, profiles and roles; and that they are kept to themselves."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest
from functional import pins
from functional.support import HOME, MAIN, ONE, Lab
from functional.test_export import plant_export

INFO = "ecs_image_info"


@pytest.fixture
def home(tmp_path: Path) -> Path:
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


def test_an_external_id_is_no_secret_and_cut_out_of_nothing(lab: Lab) -> None:
    trust: dict[str, t.Any] = {"trust": [MAIN], "external_id": MAIN}
    policy = {"Version": "1", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    role = lab.plant("roles", name="outside", account=MAIN, policies=[policy], **trust)
    lab.source(name=f"release-{MAIN}")
    outcome = lab.ok(INFO, who=None, ram_role_arn=role, external_id=MAIN, **releaser(lab))
    assert outcome.result["account_id"] == MAIN
    assert [image["name"] for image in outcome.result["images"]] == [f"release-{MAIN}"]


def test_a_role_that_may_not_be_taken_on_is_named(lab: Lab) -> None:
    role = lab.plant("roles", name="closed", account=ONE, trust=[ONE], policies=[])
    lab.fails(INFO, "assume the role", "closed", "NoPermission", who=None, ram_role_arn=role, **releaser(lab))


@pins.same_clock
def test_a_session_that_ends_during_a_wait_is_renewed(lab: Lab) -> None:
    # Every session is as good as over as soon as it is given, so that each call begins a new one.
    lab.setting(session_seconds=60)
    lab.source()
    lab.ok(INFO, who=None, ram_role_arn=lab.demo("roles", "main"), **releaser(lab))
    assert len(lab.sim.journal.calls("AssumeRole")) > 1


WRITERS: dict[str, t.Callable[[Lab], dict[str, t.Any]]] = {
    "ecs_image": lambda lab: {"instance_id": lab.demo("instances", "demo"), "name": "base"},
    "ecs_image_copy": lambda lab: {"image_id": lab.source(), "destination_regions": ["cn-beijing"]},
    "ecs_image_copy_cancel": lambda lab: {"all_marked": True},
    "ecs_image_export": lambda lab: {"image_id": plant_export(lab), "bucket": "archive"},
    "ecs_image_retire": lambda lab: {"families": ["base"], "keep": 1},
    "ecs_image_share": lambda lab: {"image_id": lab.source(), "accounts": [ONE]},
    "ecs_image_verify": lambda lab: {
        "image_id": lab.source(),
        "instance_type": "ecs.g7.large",
        "vswitch_id": f"vsw-simulator-{HOME}",
        "security_group_id": f"sg-simulator-{HOME}",
    },
    "ecs_launch_template_image": lambda lab: {
        "launch_template_id": lab.plant("launch_templates", region=HOME, versions=[{"ImageId": "m-1"}]),
        "image_id": lab.source(),
    },
    "ecs_snapshot_copy": lambda lab: {
        "snapshot_id": lab.plant("snapshots", region=HOME, size=20, name="backup"),
        "destinations": [{"region": "cn-beijing"}],
    },
}


@pytest.mark.parametrize("module", WRITERS)
def test_the_wrong_account_is_refused_before_the_first_write(lab: Lab, module: str) -> None:
    outcome = lab(module, region=HOME, account_id=ONE, **WRITERS[module](lab))
    assert outcome.code == 1 and f"belong to account {MAIN}, not to {ONE} (account_id)" in outcome.msg, outcome.msg
    assert lab.writes() == []


# What the task says counts, and nothing of the environment is mixed into it

CONSUMER = {"id": "simulator-consumer-one-key", "secret": "simulator-consumer-one-secret"}
FAMILIES = {
    "ALIBABA_CLOUD": ("ACCESS_KEY_ID", "ACCESS_KEY_SECRET"),
    "ALICLOUD": ("ACCESS_KEY", "SECRET_KEY"),
    "ALICLOUD, longer names": ("ACCESS_KEY_ID", "ACCESS_KEY_SECRET"),
}


@pytest.fixture(params=FAMILIES)
def elsewhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Keys of another account lie in the environment; the beginning of their variables."""
    prefix = str(request.param).partition(",")[0]
    for name, value in zip(FAMILIES[request.param], CONSUMER.values(), strict=True):
        monkeypatch.setenv(f"{prefix}_{name}", value)
    return prefix


def profile_of_main(home: Path, **more: t.Any) -> dict[str, t.Any]:
    keys = {"access_key_id": "simulator-main-key", "access_key_secret": "simulator-main-secret"}
    (home / ".aliyun").mkdir(parents=True)
    profiles = [{"name": "images", "mode": "AK", **keys, **more}]
    (home / ".aliyun" / "config.json").write_text(json.dumps({"current": "", "profiles": profiles}))
    return {"profile": "images"}


def test_a_profile_of_the_task_counts_more_than_keys_of_the_environment(lab: Lab, home: Path, elsewhere: str) -> None:
    assert lab.ok(INFO, who=None, **profile_of_main(home), **endpoints(lab)).result["account_id"] == MAIN


def test_keys_of_the_environment_count_more_than_its_profile(
    lab: Lab, home: Path, elsewhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"{elsewhere}_PROFILE", profile_of_main(home)["profile"])
    assert lab.ok(INFO, who=None, **endpoints(lab)).result["account_id"] == ONE


def test_keys_of_the_task_count_more_than_any_variable(
    lab: Lab, elsewhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"{elsewhere}_SECURITY_TOKEN", "of-somebody-else")
    monkeypatch.setenv(f"{elsewhere}_PROFILE", "nobody")
    monkeypatch.setenv("ALICLOUD_ASSUME_ROLE_ARN", lab.demo("roles", "consumer-one"))
    assert lab.ok(INFO, region=HOME).result["account_id"] == MAIN


def test_a_role_of_the_environment_is_taken_on_with_its_keys(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = releaser(lab)
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", keys["access_key_id"])
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", keys["access_key_secret"])
    monkeypatch.setenv("ALICLOUD_ASSUME_ROLE_ARN", lab.demo("roles", "consumer-one"))
    assert lab.ok(INFO, who=None, **endpoints(lab)).result["account_id"] == ONE
    role = lab.demo("roles", "main")
    assert lab.ok(INFO, who=None, ram_role_arn=role, **endpoints(lab)).result["account_id"] == MAIN


def test_a_role_of_the_environment_is_not_put_onto_a_profile_of_the_task(
    lab: Lab, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALICLOUD_ASSUME_ROLE_ARN", lab.demo("roles", "consumer-one"))
    assert lab.ok(INFO, who=None, **profile_of_main(home), **endpoints(lab)).result["account_id"] == MAIN


def test_the_token_of_another_family_stays_out(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALICLOUD_ACCESS_KEY", "simulator-main-key")
    monkeypatch.setenv("ALICLOUD_SECRET_KEY", "simulator-main-secret")
    monkeypatch.setenv("ALIBABA_CLOUD_SECURITY_TOKEN", "of-somebody-else")
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "of-somebody-else-too")
    assert lab.ok(INFO, who=None, **endpoints(lab)).result["account_id"] == MAIN


@pytest.mark.parametrize("option", ["access_key_id", "access_key_secret", "security_token"])
def test_a_part_that_the_task_gives_is_not_completed_by_the_environment(lab: Lab, elsewhere: str, option: str) -> None:
    lab.fails(INFO, "access_key_secret", who=None, **endpoints(lab), **{option: "half"})
    assert lab.sim.journal.calls() == []


def test_a_secret_of_another_family_does_not_complete_an_id(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "simulator-main-key")
    monkeypatch.setenv("ALICLOUD_SECRET_KEY", "simulator-main-secret")
    told = "ALIBABA_CLOUD_ACCESS_KEY_SECRET is not set in the environment, which has ALIBABA_CLOUD_ACCESS_KEY_ID"
    lab.fails(INFO, told, "same beginning", who=None, **endpoints(lab))


@pytest.mark.parametrize("family", ["ALIBABA_CLOUD_", "ALICLOUD_"])
@pytest.mark.parametrize("half", ["ACCESS_KEY_ID", "ACCESS_KEY_SECRET"])
def test_half_a_key_of_the_environment_names_the_variable_that_is_empty(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, family: str, half: str
) -> None:
    """It was told of options that nobody had given."""
    for name in ("ACCESS_KEY_ID", "ACCESS_KEY_SECRET", "SECURITY_TOKEN"):
        monkeypatch.setenv(family + name, "" if name == half else f"of-the-{name}")
    told = lab.fails(INFO, f"{family}{half} is empty in the environment, which has", who=None, **endpoints(lab))
    assert "access_key" not in told.said and "of-the" not in told.said
    assert lab.sim.journal.calls() == []


def test_empty_variables_are_as_variables_that_are_not_set(
    lab: Lab, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So does the provider's own SDK take them."""
    for name in ("ACCESS_KEY_ID", "ACCESS_KEY_SECRET", "SECURITY_TOKEN"):
        monkeypatch.setenv(f"ALIBABA_CLOUD_{name}", "")
    assert lab.ok(INFO, who=None, **profile_of_main(home), **endpoints(lab)).result["account_id"] == MAIN
    monkeypatch.setenv("ALICLOUD_ACCESS_KEY", "simulator-main-key")
    monkeypatch.setenv("ALICLOUD_SECRET_KEY", "simulator-main-secret")
    assert lab.ok(INFO, who=None, **endpoints(lab)).result["account_id"] == MAIN


def test_keys_and_a_profile_are_one_too_many(lab: Lab, home: Path) -> None:
    lab.fails(INFO, "access_key_id and profile are both given", region=HOME, **profile_of_main(home))
    assert lab.sim.journal.calls() == []


def test_what_is_given_empty_is_not_given(lab: Lab, home: Path, elsewhere: str) -> None:
    nothing = {"access_key_id": "", "access_key_secret": "", "security_token": "", "profile": ""}
    assert lab.ok(INFO, who=None, **nothing, **endpoints(lab)).result["account_id"] == ONE


@pytest.mark.parametrize("name", ["ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALICLOUD_SECURITY_TOKEN"])
def test_secrets_of_the_environment_are_masked_also_if_they_are_not_used(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    lab.checks_claims = False  # the name of the image is cut out of what is told, like the secret
    monkeypatch.setenv(name, "an-image-called-so")
    lab.source(name="an-image-called-so")
    assert "an-image-called-so" not in lab.ok(INFO, region=HOME).text


@pytest.mark.parametrize("given", ["access_key_id", "access_key_secret"])
def test_half_a_key_is_refused(lab: Lab, given: str) -> None:
    lab.fails(INFO, "given together", who=None, **endpoints(lab), **{given: "half"})


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
