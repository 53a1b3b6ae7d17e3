"""What the core says, free of any platform."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal


class Action(StrEnum):
    """What a button does. The value is the custom id at the platform, so it outlives restarts: never rename one."""

    GENERATE = "generate"
    REQUIREMENTS = "requirements"
    CLOSE = "close"
    REOPEN = "reopen"
    CANCEL = "cancel"
    VIEW = "view"
    DOWNLOAD = "download"
    REGENERATE = "regenerate"
    RETRY = "retry"
    ANSWER_NOW = "answer_now"
    ADD_REQUIREMENT = "add_requirement"
    DELETE = "delete"
    DIFF = "diff"
    RUN_TESTS = "run_tests"
    APPLY = "apply"


@dataclass(frozen=True, slots=True)
class Button:
    """``label``: at most 75 characters (Slack; Discord 80). ``value``: the id it acts on, at most 64 characters."""

    action: Action
    label: str
    value: str
    style: Literal["plain", "primary", "danger"] = "plain"


@dataclass(frozen=True, slots=True)
class Reply:
    """``text``: Markdown as CommonMark has it, any length; mentions in it must ping nobody (the adapter's duty).
    ``<!time:UNIX>`` in it is shown by the platform in the reader's own time zone. ``private``: where it cannot be told
    to one person alone, it is not told at all. ``about``: what the text says, for those who show it in another way;
    platforms do not look at it."""

    text: str
    buttons: tuple[Button, ...] = ()
    private: bool = False
    about: Mapping[str, Any] = field(default_factory=dict, hash=False)
