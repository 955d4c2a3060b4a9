# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials that can't be used: the place is named, no other is tried, and nothing of them is shown."""

from __future__ import annotations

import time
import typing as t
from pathlib import Path

import pytest
from functional.credential_modes import ISSUER, KEYS, MODES, PIPELINE, SECRET, Place, refused
from functional.support import MAIN


def lines(values: dict[str, str]) -> str:
    return "\n".join(f"{name} = {value}" for name, value in values.items())


@pytest.mark.parametrize("unusable", ["RsaKeyPair", "BearerToken", "Anonymous", "something-new"])
def test_a_mode_that_signs_nothing_is_named(place: Place, unusable: str) -> None:
    values = {"private_key": SECRET, "bearer_token": SECRET}
    refused(place, f"the mode {unusable}", "Use one of AK", **place.profile(unusable, **values))


def test_what_a_profile_lacks_is_named(place: Place) -> None:
    refused(place, "profile images lacks sts_token", **place.profile("StsToken", **KEYS))


def test_profiles_that_lead_in_a_circle(place: Place) -> None:
    role = {"mode": "ChainableRamRoleArn", "ram_role_arn": PIPELINE}
    place.profiles({"name": "a", "source_profile": "b", **role}, {"name": "b", "source_profile": "a", **role})
    refused(place, "a → b → a", profile="a")


def test_an_unknown_profile_names_the_known_ones(place: Place) -> None:
    place.profile("AK", **KEYS)
    refused(place, "no profile nobody", "there are images", profile="nobody")


@pytest.mark.parametrize("text", ["{", "[]", '{"profiles": 1}', '{"profiles": [1, {"name": 2}]}', "\0"])
def test_a_broken_file_is_no_traceback(place: Place, text: str) -> None:
    place.profiles()
    (place.home / ".aliyun" / "config.json").write_text(text)
    refused(place, profile="images")


def test_a_broken_credentials_file_is_no_traceback(place: Place) -> None:
    place.ini("no section\n")
    (place.home / ".alibabacloud" / "credentials.ini").write_text("no section\n")
    refused(place, "credentials.ini can't be read", profile="images")


def test_a_sign_in_that_has_ended_says_how_to_begin_anew(place: Place) -> None:
    ended = place.sign_in(cloud_sso_access_token_expire=int(time.time()) - 1)
    refused(place, "aliyun configure --profile images --mode CloudSSO", **place.profile("CloudSSO", **ended))


def test_a_sign_in_that_is_refused_gives_the_status(place: Place) -> None:
    other = place.sign_in(cloud_sso_access_config="ac-2")
    refused(place, "HTTP status 401", "--mode CloudSSO", **place.profile("CloudSSO", **other))


def test_oauth_that_needs_a_person_says_so(place: Place) -> None:
    place.env(HTTPS_PROXY="http://127.0.0.1:9")
    ended = {"oauth_site_type": "CN", "oauth_access_token": SECRET, "oauth_access_token_expire": 1}
    refused(place, "aliyun configure --profile images --mode OAuth", **place.profile("OAuth", **ended))


@pytest.mark.parametrize("command", ["false", "echo", f"echo {SECRET}", "/no/such/command", "'"])
def test_a_command_that_gives_nothing(place: Place, command: str) -> None:
    refused(
        place, "the command of profile images", "process_command", **place.profile("External", process_command=command)
    )


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"seconds": -1}, "AuthenticationFail.OIDCToken.Expired"),
        ({"audience": "somebody-else"}, "AuthenticationFail.OIDCToken.AudienceNotMatch"),
    ],
)
def test_a_token_that_sts_refuses(place: Place, claims: dict[str, t.Any], code: str) -> None:
    file = place.token_file(**claims)
    token = Path(file).read_text()
    options = place.profile("OIDC", ram_role_arn=PIPELINE, oidc_provider_arn=ISSUER, oidc_token_file=file)
    outcome = place.run(**options)
    assert outcome.code == 1 and code in outcome.msg and PIPELINE in outcome.msg
    assert token not in outcome.text


def test_a_token_file_that_is_not_there(place: Place) -> None:
    options = {"ram_role_arn": PIPELINE, "oidc_provider_arn": ISSUER, "oidc_token_file": "/no/such/file"}
    refused(place, "/no/such/file can't be read", **place.profile("OIDC", **options))


def test_an_instance_without_a_role(place: Place) -> None:
    place.metadata()
    refused(place, "no role of an instance answers", "name a profile")


def test_nothing_at_all(place: Place) -> None:
    refused(place, "the metadata service is switched off", "ALIBABA_CLOUD_ACCESS_KEY_ID")


def test_a_credentials_uri_that_gives_nothing(place: Place) -> None:
    place.env(ALIBABA_CLOUD_CREDENTIALS_URI=f"{place.lab.sim.endpoint}/credentials?role=none")
    refused(place, "the credentials URI gives no credentials", "HTTP status 404")


def test_keys_do_not_come_over_plain_http_from_elsewhere(place: Place) -> None:
    options = place.profile("CredentialsURI", credentials_uri="http://keys.example.org/")
    refused(place, "plain http to another machine", "allow_plain_http", **options)


def test_what_is_set_up_and_fails_is_not_passed_over_for_another_account(place: Place) -> None:
    place.instance()
    place.profiles({"name": "images", "mode": "StsToken", **KEYS}, current="images")
    refused(place, "profile images lacks sts_token")
    assert place.lab.sim.journal.calls("MetadataCredentials") == []


@pytest.mark.parametrize("lacking", ["ALIBABA_CLOUD_ROLE_ARN", "ALIBABA_CLOUD_OIDC_TOKEN_FILE"])
def test_half_of_oidc_is_not_passed_over(place: Place, lacking: str) -> None:
    MODES["environment: OIDC token file"](place)
    place.env(**{lacking: ""})
    place.profiles({"name": "images", "mode": "AK", **KEYS}, current="images")
    refused(place, f"lacks {lacking}")


def test_a_role_for_other_tools_is_no_half_of_oidc(place: Place) -> None:
    place.env(ALIBABA_CLOUD_ROLE_ARN=PIPELINE)
    place.profiles({"name": "images", "mode": "AK", **KEYS}, current="images")
    assert place.run().result["account_id"] == MAIN


def test_a_current_profile_that_is_not_there_is_not_passed_over(place: Place) -> None:
    place.instance()
    place.ini(f"type = access_key\n{lines(KEYS)}\n[default]\ntype = access_key\n{lines(KEYS)}\n")
    place.profiles({"name": "other", "mode": "AK", **KEYS}, current="typo")
    refused(place, "no profile typo", "there are other", "aliyun configure switch")
    assert place.lab.sim.journal.calls("MetadataCredentials") == []


@pytest.mark.parametrize("profiles", [[], [{"name": "default", "mode": "AK", "access_key_id": ""}]])
def test_a_command_line_that_nobody_has_configured_is_passed_over(
    place: Place, profiles: list[dict[str, t.Any]]
) -> None:
    place.instance()
    place.profiles(*profiles, current="default")
    assert place.run().result["account_id"] == MAIN
    assert place.lab.sim.journal.calls("MetadataCredentials")


def test_half_a_current_profile_is_not_passed_over(place: Place) -> None:
    place.instance()
    place.profiles({"name": "default", "mode": "AK", "access_key_secret": SECRET}, current="default")
    refused(place, "profile default lacks access_key_id")


@pytest.mark.parametrize(("text", "said"), [(None, "is not there"), ("[images]\n", "has no section default")])
def test_a_credentials_file_that_is_named_is_not_passed_over(place: Place, text: str | None, said: str) -> None:
    place.instance()
    path = place.home / "keys.ini"
    place.env(ALIBABA_CLOUD_CREDENTIALS_FILE=str(path))
    if text:
        path.write_text(text)
    refused(place, f"{path}, which ALIBABA_CLOUD_CREDENTIALS_FILE names, {said}")


def test_a_credentials_file_that_can_not_be_read_is_not_passed_over(place: Place) -> None:
    place.instance()
    (place.home / ".alibabacloud" / "credentials.ini").mkdir(parents=True)  # also root can't read that
    refused(place, "credentials.ini can't be read")


def test_a_file_that_is_not_come_to_need_not_be_read(place: Place) -> None:
    MODES["environment: OIDC token file"](place)
    for name in (".aliyun/config.json", ".alibabacloud/credentials.ini"):
        (place.home / name).mkdir(parents=True)
    assert place.run().code == 0


def test_a_home_that_is_no_folder_holds_no_profile(place: Place) -> None:
    place.instance()
    place.env(HOME="/dev/null")
    outcome = place.run()
    assert outcome.code == 0, outcome.result
    assert "assumed-role/pipeline" in outcome.result["caller"]


@pytest.mark.parametrize("variable", ["ALIBABA_CLOUD_ECS_METADATA", "ALICLOUD_ECS_ROLE_NAME"])
def test_a_role_of_the_instance_that_is_named_is_not_passed_over(place: Place, variable: str) -> None:
    place.instance()
    place.env(**{variable: "another"}, ALIBABA_CLOUD_CREDENTIALS_URI=place.uri())
    refused(place, "metadata service", "for the role another", "HTTP status")
    assert place.lab.sim.journal.calls("CredentialsURI") == []


def test_a_machine_without_a_metadata_service_may_have_a_credentials_uri(place: Place) -> None:
    place.metadata()
    place.env(ALIBABA_CLOUD_CREDENTIALS_URI=place.uri())
    assert place.run().result["account_id"] == MAIN
    assert place.lab.sim.journal.calls("CredentialsURI")


NOT_AS_KEYS = {
    "line end": "{}\n",
    "blank": " {}",
    "two lines": "{}\n{}",
    "script": "{}\u4e2d",
}


@pytest.mark.parametrize(
    ("way", "spoilt"),
    [
        *(("options", kind) for kind in NOT_AS_KEYS),
        *((way, "line end") for way in ("environment", "profile", "command")),
    ],
)
@pytest.mark.parametrize("part", ["access_key_id", "access_key_secret", "security_token"])
def test_what_no_key_can_be_is_named_and_not_shown(place: Place, way: str, spoilt: str, part: str) -> None:
    """A token with the line end of its file was shown: Python's HTTP client repeats the header that it refuses."""
    shown = "the-id" if part == "access_key_id" else SECRET  # an id is no secret, and stands among the options
    keys = {**KEYS, "security_token": "token", part: NOT_AS_KEYS[spoilt].format(shown, shown)}
    profile = {**keys, "sts_token": keys["security_token"]}  # its name in files
    options: dict[str, t.Any] = keys
    if way == "environment":
        options = {}
        place.env(**{f"ALIBABA_CLOUD_{name.upper()}": value for name, value in keys.items()})
    elif way == "profile":
        options = place.profile("StsToken", **profile)
    elif way == "command":
        options = place.profile("External", process_command=place.command(mode="StsToken", **profile))
    outcome = refused(place, f"{part} holds a blank, a line end", **options)
    assert place.lab.sim.journal.calls("GetCallerIdentity") == [] and "InternalError" not in outcome.text
