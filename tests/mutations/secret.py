# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is told to nobody."""

from __future__ import annotations

from mutations.mutation import OUTCOMES, Mutation, functional

MUTATIONS = (
    # 10: no secret anywhere
    Mutation(
        10,
        "the credentials library may talk",
        "_client/providers.py",
        "logger.propagate = False",
        "logger.propagate = True; logger.setLevel(10); logger.addHandler(logging.StreamHandler())",
        functional("secrets", "credentials"),
    ),
    Mutation(
        10,
        "an error shows what the credentials library says",
        "_client/providers.py",
        'f"HTTP status {status[1]}" if status else type(error).__name__',
        "str(error)",
        functional("secrets", "credentials"),
    ),
    Mutation(
        10,
        "the secret is an option like others",
        "_task/run.py",
        '"access_key_secret": {\n        "type": "str",\n        "no_log": True,',
        '"access_key_secret": {\n        "type": "str",\n        "no_log": False,',
        functional(*OUTCOMES),
    ),
    Mutation(
        10,
        "the token is an option like others",
        "_task/run.py",
        '"security_token": {\n        "type": "str",\n        "no_log": True,',
        '"security_token": {\n        "type": "str",\n        "no_log": False,',
        functional("secrets"),
    ),
    Mutation(
        10,
        "a broken call shows its address",
        "_client/failures.py",
        'text.split("?", maxsplit=1)[0].split("(Caused", maxsplit=1)[0]',
        "text",
        functional("input_of_connections", "secrets"),
    ),
    Mutation(
        10,
        "what an answer repeats of its request is told",
        "_client/sdk.py",
        ", signature.secrets_of(call, headers, keys))",
        ")",
        functional("secrets"),
    ),
    Mutation(
        10,
        "a secret is looked for when its text has been cut short",
        "_client/answers.py",
        "_first_line(masking.masked(_text_of(answer.body), secrets))",
        "masking.masked(_first_line(_text_of(answer.body)), secrets)",
        functional("secrets"),
    ),
    Mutation(
        10,
        "a refused signature shows what was signed",
        "_client/answers.py",
        'message.split("server string to sign", maxsplit=1)[0].strip() if "ign" in code else message',
        "message",
        functional("secrets", "input_of_connections"),
    ),
    Mutation(
        10,
        "connection options show themselves",
        "_client/connection.py",
        "access_key_secret: str | None = dataclasses.field(default=None, repr=False)",
        "access_key_secret: str | None = None",
        functional("secrets"),
    ),
    Mutation(
        10,
        "a token that no header can hold is sent all the same",
        "_client/sdk.py",
        "if fault := keys.fault():",
        "if (fault := keys.fault()) and False:",
        functional("credential_refusals"),
    ),
    Mutation(
        10,
        "the host of a proxy begins behind the first sign that ends one",
        "_client/proxies.py",
        r"""re.sub(r"(?s)^(\w+://)?.*@", r"\1", proxy)""",
        r"""re.sub(r"^(\w+://)?[^/?#]*@", r"\1", proxy)""",
        functional("transport/proxies"),
    ),
)
