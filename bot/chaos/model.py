"""The simulated model: it repeats the words that it is asked about, remembers what it was asked, and fails on order."""

from __future__ import annotations

import hashlib
import re
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from bot.chaos import words
from bot.chaos.paying import Asked
from bot.simulators.openrouter import Answer, OpenRouterSimulator, Problem, problems
from bot.simulators.openrouter.bodies import text_of

_UNMENDED = "<notes>\nNothing can be mended here.\n</notes>\n<done/>\n"
_OPENING = "The session has just been opened"
_ROLES = ("user", "assistant")
_CHUNK = 16
_PACE = 0.04
"""Seconds between two frames: an answer takes about a second."""
_OVERLOADED, _BROKEN, _LIMITED = 503, 500, 429


@dataclass(slots=True)
class Mind:
    """``service``: whose mind it is. ``asked``: what was answered, in order. Refusals cost nothing and are not in it, nor
    are answers that the service had kept."""

    service: OpenRouterSimulator
    asked: list[Asked] = field(default_factory=list)
    _ordered: deque[str] = field(default_factory=deque)

    def order(self, kind: str, times: int) -> None:
        """The next answers fail: 429, 500, 503, cut at once, cut."""
        self._ordered.extend([kind] * times)

    def __call__(self, body: dict[str, Any]) -> Answer | Problem:
        fault = self._ordered.popleft() if self._ordered else ""
        if fault.isdigit():
            return _refusal(int(fault))
        kind, about = _kind(body), _about(body)
        answer = _answer(kind, about, body)
        if fault == "cut" and kind in ("opening", "answer"):
            answer = _spoken(answer.text, len(answer.text) // _CHUNK // 2)
        elif fault:
            answer = _spoken(answer.text, 0)
        spoiled = answer.cut_after is not None
        # The service numbers its answers: this one comes after those that have ended and those that are going out.
        name = f"gen-{len(self.service.ledger.generations) + self.service.open_streams + 1:06}"
        self.asked.append(Asked(name, orjson.dumps(body), kind, about, time.time(), spoiled))
        return answer


def _refusal(status: int) -> Problem:
    if status == _LIMITED:
        refused = problems.plain(_LIMITED, "Slow down", {"error_type": "rate_limit_exceeded"})
        return Problem(refused.status, refused.body, {"Retry-After": "1"})
    return problems.plain(status, "Internal Server Error")


def _answer(kind: str, about: tuple[str, ...], body: Mapping[str, Any]) -> Answer:
    if kind.startswith("repair"):
        return _spoken(_UNMENDED)
    if kind == "files":
        return _spoken(_files(about, body))
    return _spoken(words.answer(about))


def _spoken(text: str, cut_after: int | None = None) -> Answer:
    return Answer(text, chunk=_CHUNK, pace=_PACE, cut_after=cut_after)


def _kind(body: Mapping[str, Any]) -> str:
    last = text_of(body["messages"][-1]["content"])
    if "<file path" in text_of(body["messages"][0]["content"]):
        found = re.match(r"Repair round (\d+) of", last)
        return f"repair {found[1]}" if found else "files"
    return "opening" if _OPENING in last else "answer"


def _about(body: Mapping[str, Any]) -> tuple[str, ...]:
    """The questions that were not answered yet; of anything else the title."""
    messages = body["messages"]
    title = words.title_in(" ".join(text_of(each["content"]) for each in messages))
    match _kind(body):
        case "answer":
            return _unanswered(messages)
        case "opening":
            return (words.opening(title),)
        case _:
            return (title,)


def _unanswered(messages: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """What people said and the agent has not answered; a word about a version may stand between two questions."""
    said = {role: [text_of(each["content"]) for each in messages if each["role"] == role] for role in _ROLES}
    answered = set(words.ends("\n".join(said["assistant"])))
    return tuple(each for each in words.questions_in("\n".join(said["user"])) if each not in answered)


def _files(about: tuple[str, ...], body: Mapping[str, Any]) -> str:
    """A small program that another prompt would not have made."""
    digest = hashlib.sha256(orjson.dumps(body)).hexdigest()[:12]
    main = f'"""Watches."""\n\nTITLE = "{about[0]}"\nASKED = "{digest}"\n\nprint(TITLE, ASKED)\n'
    readme = f"# {about[0]}\n\n## Setup\n\nNothing.\n\n## Run\n\n```bash\npython main.py\n```\n"
    return (
        "A small watcher.\n<plan>\nmain.py\nREADME.md\n</plan>\n"
        f'<file path="main.py">\n{main}</file>\n<file path="README.md">\n{readme}</file>\n<done/>\n'
    )
