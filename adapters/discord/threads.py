"""Threads of Discord: who we are, where a channel is, and what is kept of a message until it is sure to have arrived."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import discord

from core.intents import Place
from core.ports import ThreadRef

Json = dict[str, Any]

PLATFORM: Final = "discord"
_SKEW: Final = timedelta(minutes=2)
"""How far our clock may be ahead of Discord's."""


@dataclass(frozen=True, slots=True)
class Bot:
    """Who the program is at Discord."""

    user: str
    application: str

    def wrote(self, message: Mapping[str, Any]) -> bool:
        return str((message.get("author") or {}).get("id")) == self.user


@dataclass(frozen=True, slots=True)
class Ticket:
    """What an operation keeps until it is done. ``ids``: the messages that are known to be its own, in order.
    ``token``: of the interaction whose answer the file went into."""

    ids: tuple[str, ...] = ()
    token: str = ""

    def packed(self) -> str:
        return json.dumps({"ids": self.ids, "token": self.token})

    @classmethod
    def unpacked(cls, text: str | None) -> Ticket:
        if not text:
            return cls()
        told = json.loads(text)
        return cls(tuple(told["ids"]), told["token"])


def thread_in(place: Place, thread: str) -> ThreadRef:
    return ThreadRef(PLATFORM, place.workspace, place.channel, thread)


def nonce(key: str, part: int) -> str:
    """Discord makes one message of all that carry the same one within some minutes; 25 characters at most."""
    return hashlib.blake2b(f"{key}:{part}".encode(), digest_size=12).hexdigest()


def snowflake_of(moment: datetime) -> str:
    """The id that a message of that moment would have, by a clock that may be ahead of Discord's."""
    return str(discord.utils.time_snowflake(moment - _SKEW))


def age(snowflake: str, now: datetime) -> timedelta:
    return now - discord.utils.snowflake_time(int(snowflake))


def found_parts(
    messages: Sequence[Mapping[str, Any]], key: str, wanted: Mapping[int, tuple[str, tuple[int, ...]]]
) -> dict[int, str]:
    """The ids of those parts of the operation `key` that stand among `messages`, which are ours, oldest first.

    ``wanted``: text and sizes of the files, by part. A part is known by its nonce; as Discord forgets nonces, also by
    what it says, if no other nonce tells that it is another one's."""
    marks = {nonce(key, part): part for part in wanted}
    found: dict[int, str] = {}
    for message in messages:
        part = marks.get(str(message.get("nonce") or ""))
        if part is None and not message.get("nonce"):
            part = next(
                (each for each, told in wanted.items() if each not in found and told == _told(message)), None
            )
        if part is not None:
            found.setdefault(part, str(message["id"]))
    return found


def _told(message: Mapping[str, Any]) -> tuple[str, tuple[int, ...]]:
    sizes = tuple(int(each["size"]) for each in message.get("attachments") or ())
    return str(message.get("content") or "").strip(), sizes
