"""The replayed model: decides from a request which of the written answers comes, and at what pace."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from bot.demo.faults import mended, spoiled
from bot.simulators.openrouter import Answer
from core.generation.prompts.library import Prompts, load_prompts

MODEL = "threadwright/replay"
"""Stands in the evidence of every version, so that nobody takes it for a model's work."""

_REPAIR = "Repair round "
"""How the request begins that says what was found wrong with an answer."""
_PLAN = re.compile(r"<plan>\n(.*?)\n</plan>", re.DOTALL)
_TALK_SECONDS = 0.9
_CODE_SECONDS = {"first": 3.2, "repair": 2.0, "change": 2.0}
_FAST_SECONDS = 2.0
"""The progress message is edited every 1.5 seconds: what is shorter would show nothing of itself."""
_TALK_CHUNK = 8
_CODE_CHUNK = 96


def written(name: str) -> str:
    """An answer as it was written down."""
    return files("bot.demo").joinpath("answers", f"{name}.md").read_text(encoding="utf-8")


def planned(version: int) -> list[str]:
    """The files that the answer for this version brings, new or changed."""
    plan = _PLAN.search(written(f"generate-{version}"))
    return plan[1].split() if plan else []


def _beginning(name: str) -> str:
    return written(name).partition("\n")[0]


@dataclass(frozen=True, slots=True)
class Replay:
    """``words``: the answer to a message in which the word occurs; without a match comes ``chat``. ``fast``: talk comes
    at once, code within two seconds. ``scenes``: what answers instead, by the titles of sessions."""

    opening: str
    chat: str
    words: Mapping[str, str]
    prompts: Prompts
    fast: bool = False
    scenes: Mapping[str, Replay] = field(default_factory=dict)

    def __call__(self, body: dict[str, Any]) -> Answer:
        """Answers a chat request."""
        ledger = body["messages"][1]["content"]
        for title, scene in self.scenes.items():
            if f"Title: {title}\n" in ledger:
                return scene(body)
        system, last = body["messages"][0]["content"], body["messages"][-1]["content"]
        if self.prompts.format in system:
            asked = [each["content"] for each in body["messages"] if each["role"] == "user"]
            return self._code(asked)
        if self.prompts.opening in last:
            return self._talk(self.opening)
        return self._talk(self._reply_to(body["messages"][2:]))

    def _reply_to(self, talk: Sequence[Mapping[str, str]]) -> str:
        """The answer to what was said last and has no answer yet. ``talk``: without the rules and the ledger."""
        said = "\n".join(each["content"] for each in talk if each["role"] == "user")
        given = "\n".join(each["content"] for each in talk if each["role"] == "assistant")
        open_ones = {word: name for word, name in self.words.items() if _beginning(name) not in given}
        found = [(said.rfind(word), name) for word, name in open_ones.items() if word in said]
        return max(found)[1] if found else self.chat

    def _code(self, asked: Sequence[str]) -> Answer:
        """The first version has faults, as models make them; they are mended when they are named."""
        changing = any(self.prompts.change in each for each in asked)
        if asked[-1].startswith(_REPAIR):
            text = written("replay-repair") if changing else mended(written("generate-1"))
            return self._paced(text, _CODE_SECONDS["repair"])
        if changing:
            return self._paced(written("generate-2"), _CODE_SECONDS["change"])
        return self._paced(spoiled(written("generate-1")), _CODE_SECONDS["first"])

    def _paced(self, text: str, seconds: float) -> Answer:
        seconds = min(seconds, _FAST_SECONDS) if self.fast else seconds
        return Answer(text, chunk=_CODE_CHUNK, pace=seconds * _CODE_CHUNK / len(text), cost=0.0)

    def _talk(self, name: str) -> Answer:
        text = written(name)
        seconds = 0.0 if self.fast else _TALK_SECONDS
        return Answer(text, chunk=_TALK_CHUNK, pace=seconds * _TALK_CHUNK / len(text), cost=0.0)


def scripted(*, fast: bool) -> Replay:
    """Plays the agent in the demo's script."""
    words = {"cents": "chat-cents", "percent": "chat-percent", "Excel": "chat-csv"}
    return Replay("opening", "replay-chat", words, load_prompts(), fast)


def anything(*, fast: bool, scene: str = "") -> Replay:
    """Says that it is a replay, whatever it is asked. ``scene``: title of the session in which the script is played."""
    scenes = {scene: scripted(fast=fast)} if scene else {}
    return Replay("replay-opening", "replay-chat", {}, load_prompts(), fast, scenes)
