"""What people type to the bot: the words after its name, as an intent."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, Literal

from core.intents import (
    AnswerNow,
    Ask,
    Cancel,
    Close,
    Delete,
    Download,
    ForgetMe,
    Generate,
    Intent,
    Origin,
    Rename,
    Reopen,
    Retry,
)
from core.vocabulary import Language

_Make = Callable[[Origin, str], Intent | None]
_Topic = Literal["help", "status", "list", "show", "versions", "requirements"]

_LANGUAGES: Final = {language.value: language for language in Language} | {
    "py": Language.PYTHON,
    "js": Language.JAVASCRIPT,
    "node": Language.JAVASCRIPT,
    "ts": Language.TYPESCRIPT,
    "sh": Language.BASH,
    "shell": Language.BASH,
}
_QUOTES = "\"'“”„«»"


def spoken(text: str, origin: Origin) -> Intent | None:
    """The intent of words said to the bot in a thread. ``None``: no verb, so it is a message for the agent. A verb
    must be the whole of it: *generate a report every Monday* is conversation."""
    words = text.strip().split(maxsplit=1)
    if not words:
        return Ask(origin, "help")
    make = _VERBS.get(words[0].rstrip("!.,:").lower())
    rest = words[1].strip() if len(words) > 1 else ""
    return make(origin, rest) if make else None


def outside(text: str, origin: Origin) -> Intent:
    """The intent of words said where there is no session: what is not for such a place is answered with help."""
    intent = spoken(text, origin)
    if isinstance(intent, Generate | ForgetMe):
        return intent
    if isinstance(intent, Ask) and intent.about in {"list", "status"}:
        return intent
    return Ask(origin, "help")


def language(word: str) -> Language | None:
    """The language that people mean by `word`, ``None`` when it is none of ours."""
    return _LANGUAGES.get(word.strip(" .!").lower())


def _generate(origin: Origin, rest: str) -> Intent | None:
    word = re.sub(r"\A(?:in|with|using)\s+", "", rest, flags=re.IGNORECASE)
    if not word:
        return Generate(origin)
    chosen = language(word)
    return Generate(origin, chosen) if chosen else None


def _rename(origin: Origin, rest: str) -> Intent | None:
    title = re.sub(r"\Ato:?\s+", "", rest, flags=re.IGNORECASE).strip().strip(_QUOTES).strip()
    return Rename(origin, " ".join(title.split())) if title else Ask(origin, "help")


def _download(origin: Origin, rest: str) -> Intent | None:
    if not rest:
        return Download(origin)
    match = re.fullmatch(r"(?:version\s+|v)?(\d{1,6})[.!]?", rest, flags=re.IGNORECASE)
    return Download(origin, number=int(match[1])) if match else None


def _forget(origin: Origin, rest: str) -> Intent | None:
    return ForgetMe(origin) if rest.strip(" .!").lower() == "me" else None


def _answer(origin: Origin, rest: str) -> Intent | None:
    return AnswerNow(origin) if rest.strip(" .!").lower() == "now" else None


def _alone(make: Callable[[Origin], Intent]) -> _Make:
    return lambda origin, rest: make(origin) if not rest else None


def _ask(about: _Topic) -> _Make:
    return _alone(lambda origin: Ask(origin, about))


_VERBS: Final[dict[str, _Make]] = {
    "generate": _generate,
    "cancel": _alone(Cancel),
    "stop": _alone(Cancel),
    "retry": _alone(Retry),
    "answer": _answer,
    "show": _ask("show"),
    "versions": _ask("versions"),
    "requirements": _ask("requirements"),
    "status": _ask("status"),
    "help": _ask("help"),
    "list": _ask("list"),
    "rename": _rename,
    "close": _alone(Close),
    "reopen": _alone(Reopen),
    "delete": _alone(Delete),
    "download": _download,
    "forget": _forget,
    "forget-me": _alone(ForgetMe),
}
