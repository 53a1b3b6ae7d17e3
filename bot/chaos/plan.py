"""What a run decides, all of it from its seed: who does what, which process dies when, what goes wrong. Pure.

The same seed makes the same decisions; when exactly each of them strikes depends on the machine."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

Verb = Literal["say", "burst", "generate", "cancel", "download", "restore"]
_VERBS: tuple[tuple[Verb, int], ...] = (
    ("say", 6),
    ("burst", 4),
    ("generate", 4),
    ("cancel", 2),
    ("download", 2),
    ("restore", 1),
)
TRIGGERS = (
    "slack chat.postMessage",
    "slack chat.startStream",
    "slack chat.appendStream",
    "slack chat.stopStream",
    "slack chat.update",
    "slack files.getUploadURLExternal",
    "slack files.completeUploadExternal",
    "slack views.open",
    "discord create_message",
    "discord update_message",
    "discord create_thread_from_message",
    "discord create_interaction_response",
    "model asked",
    "model ended",
    "model frames",
)
"""Calls that the simulators see; right after one of them a process may be killed."""
SLACK_METHODS = (
    "chat.postMessage",
    "chat.startStream",
    "chat.appendStream",
    "chat.stopStream",
    "chat.update",
    "files.getUploadURLExternal",
    "files.completeUploadExternal",
    "upload",
    "users.info",
    "conversations.replies",
    "*",
)
DISCORD_OPERATIONS = (
    "create_message",
    "update_message",
    "create_thread_from_message",
    "create_interaction_response",
    "get_channel",
    "list_messages",
    "*",
)
_SPOILING = ("ratelimited", "500", "cut_before", "cut_after")
_PATIENT = 0.7
_IN_BOOT = 0.15
_AT_A_CALL = 0.65
_LONGEST_BOOT = 3.0
_DELAYS = (0.0, 0.0, 0.002, 0.01, 0.03, 0.1, 0.3)
"""Seconds from a call to the kill: from the answer's way back to the commit after it, and to the next call."""


@dataclass(frozen=True, slots=True)
class Step:
    """``who``: number of the person. ``number``: how many messages of a burst. ``copies``: how often the platform
    delivers each. ``patient``: waits for what comes of it before the next step. ``pause``: seconds before it."""

    verb: Verb
    who: int
    number: int
    copies: int
    patient: bool
    pause: float


@dataclass(frozen=True, slots=True)
class Kill:
    """``victim``: a share of the list of processes. ``trigger``: the call after which it comes, "" for none, "boot" for
    a process that is just starting. ``wait``: seconds, for a kill without a call. ``delay``: seconds after the call.
    ``down``: seconds until the process is started again."""

    victim: float
    trigger: str
    wait: float
    delay: float
    down: float


@dataclass(frozen=True, slots=True)
class Mischief:
    """``where``: slack, discord, model, or the socket of a platform. ``what``: the call that suffers; ``kind``: how.
    ``pause``: seconds before it."""

    where: str
    what: str
    kind: str
    times: int
    pause: float


class Dice:
    """``seed``: of the whole run; every name throws dice of its own, so that none disturbs another's."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def session(self, lane: int, number: int) -> tuple[Step, ...]:
        """What is done in the `number`th session of a channel."""
        dice = self._of(f"session {lane} {number}")
        return tuple(_step(dice) for _ in range(dice.randint(3, 6)))

    def kill(self, number: int) -> Kill:
        dice = self._of(f"kill {number}")
        kind = dice.random()
        victim, down = dice.random(), dice.choice((0.0, 0.0, 0.3, 1.5))
        if kind < _IN_BOOT:
            return Kill(victim, "boot", dice.uniform(0.1, _LONGEST_BOOT), 0.0, down)
        if kind < _IN_BOOT + _AT_A_CALL:
            return Kill(victim, dice.choice(TRIGGERS), 0.0, dice.choice(_DELAYS), down)
        return Kill(victim, "", dice.uniform(0.1, 5.0), 0.0, down)

    def mischief(self, number: int) -> Mischief:
        dice = self._of(f"mischief {number}")
        pause, times = dice.uniform(0.3, 2.5), dice.choice((1, 1, 2))
        where = dice.choice(("slack", "slack", "discord", "discord", "model", "socket"))
        if where == "slack":
            return Mischief(where, dice.choice(SLACK_METHODS), dice.choice(_SPOILING), times, pause)
        if where == "discord":
            kind = dice.choice((*_SPOILING, "500_after"))
            return Mischief(where, dice.choice(DISCORD_OPERATIONS), kind, times, pause)
        if where == "model":
            return Mischief(
                where, "chat", dice.choice(("429", "500", "503", "cut at once", "cut")), times, pause
            )
        kind = dice.choice(("drop", "ask", "resumable", "invalid"))
        return Mischief(where, dice.choice(("slack", "discord")), kind, 1, pause)

    def _of(self, name: str) -> Random:
        return Random(f"{self._seed} {name}")  # noqa: S311 - dice to be thrown again, no secret


def _step(dice: Random) -> Step:
    verbs, weights = zip(*_VERBS, strict=True)
    verb: Verb = dice.choices(verbs, weights)[0]
    number = dice.randint(2, 3) if verb == "burst" else 1
    return Step(
        verb,
        dice.randrange(2),
        number,
        dice.choice((1, 1, 1, 2)),
        dice.random() < _PATIENT,
        dice.uniform(0, 0.6),
    )
