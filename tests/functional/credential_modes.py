# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every way to have credentials: what of a machine's files, environment and services is set up for it."""

from __future__ import annotations

import json
import shlex
import sys
import time
import typing as t
from pathlib import Path

import pytest
from functional.support import HOME, MAIN, Lab, Outcome

INFO = "ecs_image_info"
PIPELINE = f"acs:ram::{MAIN}:role/pipeline"
ISSUER = f"acs:ram::{MAIN}:oidc-provider/pipelines"
KEYS = {"access_key_id": "simulator-releaser-key", "access_key_secret": "simulator-releaser-secret"}
SECRET = "the-secret-of-the-sign-in"
EVERYTHING = {
    "Version": "1",
    "Statement": [{"Effect": "Allow", "Action": ["ecs:*", "sts:AssumeRole"], "Resource": "*"}],
}


class Place:
    """The machine that a module runs on: its environment, its files, and how it is run there."""

    def __init__(self, lab: Lab, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
        self.lab, self._monkeypatch, self.home = lab, monkeypatch, home
        lab.plant("oidc_providers", name="pipelines", issuer="https://ci.example.org", key=SECRET)
        trust = [ISSUER, "ecs.aliyuncs.com", MAIN]
        lab.plant("roles", name="pipeline", trust=trust, policies=[EVERYTHING])

    def env(self, **values: str) -> None:
        for name, value in values.items():
            self._monkeypatch.setenv(name, value)

    def profiles(self, *profiles: dict[str, t.Any], current: str = "") -> None:
        """What ``aliyun configure`` leaves behind."""
        folder = self.home / ".aliyun"
        folder.mkdir(exist_ok=True)
        text = json.dumps({"current": current, "profiles": profiles, "meta_path": ""})
        (folder / "config.json").write_text(text)

    def profile(self, mode: str, **values: t.Any) -> dict[str, t.Any]:
        self.profiles({"name": "images", "mode": mode, "region_id": HOME, **values})
        return {"profile": "images"}

    def ini(self, text: str) -> dict[str, t.Any]:
        (self.home / ".alibabacloud").mkdir()
        (self.home / ".alibabacloud" / "credentials.ini").write_text(f"[images]\n{text}")
        return {"profile": "images"}

    def instance(self, tokens: str = "required") -> None:
        """Be an instance with a role, whose metadata service asks for tokens or not."""
        self.lab.plant("instance_roles", role=PIPELINE)
        self.lab.setting(metadata_tokens=tokens)
        self.metadata()

    def metadata(self) -> None:
        self._monkeypatch.delenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED")
        self.env(HTTP_PROXY=self.lab.sim.proxy)

    def token_file(self, **claims: t.Any) -> str:
        path = self.home / "token"
        path.write_text(self.lab.sim.world.oidc_providers[ISSUER].token(**claims))
        return str(path)

    def uri(self) -> str:
        return f"{self.lab.sim.endpoint}/credentials?role={PIPELINE}"

    def sign_in(self, **values: t.Any) -> dict[str, t.Any]:
        self.lab.plant("sign_ins", token=SECRET, access_config="ac-1", role=PIPELINE)
        return {
            "cloud_sso_sign_in_url": self.lab.sim.endpoint,
            "cloud_sso_account_id": MAIN,
            "cloud_sso_access_config": "ac-1",
            "access_token": SECRET,
            "cloud_sso_access_token_expire": int(time.time()) + 3600,
            **values,
        }

    def session(self) -> dict[str, str]:
        """Temporary keys of the role, as some other tool has fetched them."""
        from simulator.state.sources import new_session

        world = self.lab.sim.world
        key = new_session(world.secrets, world.roles[PIPELINE], "elsewhere", 3600)
        world.access_keys[key.key_id] = key
        return {"access_key_id": key.key_id, "access_key_secret": key.secret, "sts_token": str(key.token)}

    def command(self, **said: t.Any) -> str:
        script = self.home / "keys.py"
        script.write_text(f"print({json.dumps(json.dumps(said))})")
        return shlex.join([sys.executable, str(script)])

    def run(self, **params: t.Any) -> Outcome:
        endpoints = {"endpoint": self.lab.sim.endpoint, "sts_endpoint": self.lab.sim.endpoint}
        return self.lab(INFO, who=None, region=HOME, **{**endpoints, **params})


def refused(place: Place, *words: str, **params: t.Any) -> Outcome:
    outcome = place.run(**params)
    assert outcome.code == 1, outcome.result
    for word in (*words, "no usable credentials"):
        assert word in outcome.msg, outcome.msg
    assert SECRET not in outcome.text and "secret" not in outcome.msg.lower().replace("_secret", "")
    assert place.lab.sim.journal.calls("DescribeImages") == []
    return outcome


Prepare = t.Callable[[Place], dict[str, t.Any] | None]
MODES: dict[str, Prepare] = {}  # the name of a way → what prepares it and returns the module's options


def mode(name: str) -> t.Callable[[Prepare], Prepare]:
    def keep(prepare: Prepare) -> Prepare:
        MODES[name] = prepare
        return prepare

    return keep


def _environment(prefix: str, key: str, secret: str, token: str = "") -> Prepare:
    def prepare(place: Place) -> None:
        values = place.session() if token else KEYS
        place.env(**{f"{prefix}_{key}": values["access_key_id"], f"{prefix}_{secret}": values["access_key_secret"]})
        if token:
            place.env(**{f"{prefix}_{token}": values["sts_token"]})

    return prepare


MODES["options: keys"] = lambda place: dict(KEYS)
for _prefix, _names in {
    "ALIBABA_CLOUD": ("ACCESS_KEY_ID", "ACCESS_KEY_SECRET"),
    "ALICLOUD": ("ACCESS_KEY", "SECRET_KEY"),
}.items():
    MODES[f"environment: {_prefix} keys"] = _environment(_prefix, *_names)
    MODES[f"environment: {_prefix} session"] = _environment(_prefix, *_names, "SECURITY_TOKEN")


@mode("options: session")
def _session(place: Place) -> dict[str, t.Any]:
    session = place.session()
    return {"security_token": session.pop("sts_token"), **session}


@mode("environment: OIDC token file")
def _oidc_environment(place: Place) -> None:
    place.env(
        ALIBABA_CLOUD_ROLE_ARN=PIPELINE,
        ALIBABA_CLOUD_OIDC_PROVIDER_ARN=ISSUER,
        ALIBABA_CLOUD_OIDC_TOKEN_FILE=place.token_file(),
    )


@mode("environment: credentials URI")
def _uri_environment(place: Place) -> None:
    place.env(ALIBABA_CLOUD_CREDENTIALS_URI=place.uri())


@mode("instance: metadata with token (hardened)")
def _hardened(place: Place) -> None:
    place.instance()
    place.env(ALIBABA_CLOUD_IMDSV1_DISABLED="true")


@mode("instance: metadata without token")
def _not_hardened(place: Place) -> None:
    place.instance("optional")


@mode("instance: named role")
def _named_role(place: Place) -> None:
    place.instance()
    place.env(ALICLOUD_ECS_ROLE_NAME="pipeline")


@mode("profile: current")
def _current(place: Place) -> None:
    place.profiles(
        {"name": "other", "mode": "AK", "access_key_id": "other", "access_key_secret": "other"},
        {"name": "images", "mode": "AK", **KEYS},
        current="images",
    )


@mode("profile: AK")
def _ak(place: Place) -> dict[str, t.Any]:
    return place.profile("AK", **KEYS)


@mode("profile: named by ALIBABA_CLOUD_PROFILE")
def _named_by_environment(place: Place) -> None:
    place.env(ALIBABA_CLOUD_PROFILE=place.profile("AK", **KEYS)["profile"])


@mode("profile: StsToken")
def _sts_token(place: Place) -> dict[str, t.Any]:
    return place.profile("StsToken", **place.session())


@mode("profile: RamRoleArn")
def _ram_role_arn(place: Place) -> dict[str, t.Any]:
    return place.profile("RamRoleArn", **KEYS, ram_role_arn=PIPELINE, ram_session_name="x1", expired_seconds=900)


@mode("profile: EcsRamRole")
def _ecs_ram_role(place: Place) -> dict[str, t.Any]:
    place.instance()
    return place.profile("EcsRamRole", ram_role_name="pipeline")


@mode("profile: RamRoleArnWithRoleName")
def _ram_role_arn_with_role_name(place: Place) -> dict[str, t.Any]:
    place.instance()
    return place.profile("RamRoleArnWithRoleName", ram_role_name="pipeline", ram_role_arn=PIPELINE)


@mode("profile: ChainableRamRoleArn")
def _chainable(place: Place) -> dict[str, t.Any]:
    role = {"mode": "ChainableRamRoleArn", "ram_role_arn": PIPELINE, "ram_session_name": "x2"}
    place.profiles(
        {"name": "images", "source_profile": "between", **role},
        {"name": "between", "source_profile": "base", **role},
        {"name": "base", "mode": "AK", **KEYS},
    )
    return {"profile": "images"}


@mode("profile: OIDC")
def _oidc(place: Place) -> dict[str, t.Any]:
    file = place.token_file()
    return place.profile("OIDC", ram_role_arn=PIPELINE, oidc_provider_arn=ISSUER, oidc_token_file=file)


@mode("profile: CredentialsURI")
def _credentials_uri(place: Place) -> dict[str, t.Any]:
    return place.profile("CredentialsURI", credentials_uri=place.uri())


@mode("profile: CloudSSO")
def _cloud_sso(place: Place) -> dict[str, t.Any]:
    return place.profile("CloudSSO", **place.sign_in())


@mode("profile: OAuth")
def _oauth(place: Place) -> dict[str, t.Any]:
    return place.profile("OAuth", oauth_site_type="CN", **place.session(), sts_expiration=int(time.time()) + 3600)


@mode("profile: External, keys")
def _external_keys(place: Place) -> dict[str, t.Any]:
    return place.profile("External", process_command=place.command(mode="AK", **KEYS))


@mode("profile: External, session")
def _external_session(place: Place) -> dict[str, t.Any]:
    ends = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
    said = {"mode": "StsToken", "expiration": ends, **place.session()}
    return place.profile("External", process_command=place.command(**said))


_INI_KEYS = "\n".join(f"{name} = {value}" for name, value in KEYS.items())


@mode("credentials file: access_key")
def _ini_keys(place: Place) -> dict[str, t.Any]:
    return place.ini(f"type = access_key  # of the releaser\n{_INI_KEYS}\n")


@mode("credentials file: ram_role_arn")
def _ini_role(place: Place) -> dict[str, t.Any]:
    return place.ini(f"type = ram_role_arn\n{_INI_KEYS}\nrole_arn = {PIPELINE}\nrole_session_name = x3\n")


@mode("credentials file: ecs_ram_role")
def _ini_instance(place: Place) -> dict[str, t.Any]:
    place.instance()
    return place.ini("type = ecs_ram_role\nrole_name = pipeline\n")


@mode("credentials file: oidc_role_arn")
def _ini_oidc(place: Place) -> dict[str, t.Any]:
    file = place.token_file()
    return place.ini(
        f"type = oidc_role_arn\nrole_arn = {PIPELINE}\noidc_provider_arn = {ISSUER}\noidc_token_file_path = {file}\n"
    )
