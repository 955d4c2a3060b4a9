# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RAM policies: what a document allows. Knows no world and no call.

A document with anything that is not understood here is refused when it is read: a statement that silently matches
nothing would make a test pass for the wrong reason.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

ALLOWED, DENIED, SILENT = "Allow", "Deny", ""
REQUEST_TAG, RESOURCE_TAG = "acs:RequestTag/", "acs:ResourceTag/"
_OLD_TAG = "ecs:tag/"
_OPERATORS = ("StringEquals", "StringNotEquals", "StringLike", "StringNotLike")
_EFFECTS = (ALLOWED, DENIED)


class PolicyError(ValueError):
    """A document that cannot be read."""


@dataclass(frozen=True)
class Condition:
    """One key of a Condition block; an absent tag counts as an empty text."""

    operator: str
    key: str
    values: tuple[str, ...]

    def holds(self, request: Mapping[str, str], resource: Mapping[str, str]) -> bool:
        prefix, dummy, tag = self.key.partition("/")
        value = (request if prefix + "/" == REQUEST_TAG else resource).get(tag, "")
        if "Like" in self.operator:
            found = any(_like(pattern, value) for pattern in self.values)
        else:
            found = value in self.values
        return found != ("Not" in self.operator)


@dataclass(frozen=True)
class Statement:
    """One statement of a document."""

    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[Condition, ...] = ()

    def covers(self, right: Right) -> bool:
        # Action names are compared without regard to case, resource names with it.
        return (
            any(_like(pattern.lower(), right.action.lower()) for pattern in self.actions)
            and any(_like(pattern, right.resource) for pattern in self.resources)
            and all(condition.holds(right.request_tags, right.resource_tags) for condition in self.conditions)
        )


@dataclass(frozen=True)
class Right:
    """What a call needs: an action on a resource."""

    action: str
    resource: str
    request_tags: Mapping[str, str] = field(default_factory=dict)
    resource_tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Policy:
    """One document."""

    statements: tuple[Statement, ...]


def decide(policies: Iterable[Policy], right: Right) -> str:
    """A denial anywhere wins; without a word for it a right is not there."""
    effects = {statement.effect for policy in policies for statement in policy.statements if statement.covers(right)}
    return DENIED if DENIED in effects else ALLOWED if ALLOWED in effects else SILENT


def read_policy(document: Any) -> Policy:
    """A document as an account holds it, checked as a whole."""
    if not isinstance(document, Mapping) or set(document) - {"Version", "Statement"}:
        raise PolicyError("a policy has Version and Statement, nothing else")
    if document.get("Version") != "1":
        raise PolicyError('a policy has Version "1"')
    statements = document.get("Statement")
    if not isinstance(statements, list) or not statements:
        raise PolicyError("a policy has a list of statements")
    return Policy(tuple(_statement(entry) for entry in statements))


def _statement(entry: Any) -> Statement:
    if not isinstance(entry, Mapping) or set(entry) - {"Effect", "Action", "Resource", "Condition"}:
        raise PolicyError("a statement has Effect, Action, Resource and Condition, nothing else")
    if entry.get("Effect") not in _EFFECTS:
        raise PolicyError("Effect is Allow or Deny")
    return Statement(
        entry["Effect"],
        _texts(entry, "Action"),
        _texts(entry, "Resource"),
        tuple(_conditions(entry.get("Condition", {}))),
    )


def _texts(entry: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = entry.get(name)
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not values or not all(isinstance(item, str) for item in values):
        raise PolicyError(f"{name} is a text or a list of texts")
    return tuple(values)


def _conditions(block: Any) -> Iterable[Condition]:
    if not isinstance(block, Mapping):
        raise PolicyError("Condition is an object")
    for operator, keys in block.items():
        if operator not in _OPERATORS:
            raise PolicyError(f"condition operators known here: {', '.join(_OPERATORS)}; not {operator}")
        if not isinstance(keys, Mapping):
            raise PolicyError("each operator of a Condition has an object")
        for key in keys:
            if not key.startswith((REQUEST_TAG, RESOURCE_TAG, _OLD_TAG)):
                raise PolicyError(f"conditions known here: {REQUEST_TAG}..., {RESOURCE_TAG}...; not {key}")
            yield Condition(operator, key, _texts(keys, key))


def _like(pattern: str, text: str) -> bool:
    # Only the star and the question mark are wildcards; brackets stand for themselves.
    return fnmatch.fnmatchcase(text, pattern.replace("[", "[[]"))
