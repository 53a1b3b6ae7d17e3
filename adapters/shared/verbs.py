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
    Dashboard,
    Delete,
    Diff,
    Download,
    ForgetMe,
    Generate,
    Intent,
    ListTokens,
    MakeToken,
    Origin,
    Rename,
    Reopen,
    Restore,
    Retry,
    Review,
    RevokeToken,
    RunTests,
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
_VERSION: Final = re.compile(r"(?:version\s+|v)?(\d{1,6})", re.IGNORECASE)
_BETWEEN: Final = re.compile(r"\s*(?:\.{2,3}|→|->|,)\s*|\s+(?:(?:and|to|with|vs\.?)\s+)?", re.IGNORECASE)
_TOKEN_NAME: Final = re.compile(r"[\w.-]{1,40}")
_TOKEN_ID: Final = re.compile(r"`?[0-9A-Za-z]{1,64}`?")
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
    if isinstance(intent, Generate | ForgetMe | Dashboard | MakeToken | RevokeToken | ListTokens):
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
    number = version(rest)
    return Download(origin, number=number) if number is not None else None


def _show(origin: Origin, rest: str) -> Intent | None:
    number = version(rest)
    return Ask(origin, "show", number) if number is not None or not rest else None


def _restore(origin: Origin, rest: str) -> Intent | None:
    """Without a number: the list to choose from."""
    number = version(rest)
    if number is not None:
        return Restore(origin, number)
    return None if rest else Ask(origin, "versions")


def _diff(origin: Origin, rest: str) -> Intent | None:
    """`diff`, `diff 2`, `diff 1 3`, `diff v1 and v3`."""
    parts = _BETWEEN.split(re.sub(r"\bversion\s+", "v", rest, flags=re.IGNORECASE)) if rest else []
    match [version(part) for part in parts]:
        case []:
            return Diff(origin)
        case [int() as newer]:
            return Diff(origin, newer=newer)
        case [int() as older, int() as newer]:
            return Diff(origin, older=older, newer=newer)
        case _:
            return None


def _run(origin: Origin, rest: str) -> Intent | None:
    """Only tests are run: *run it every night* is conversation."""
    words = re.sub(r"\A(?:the|all)\s+", "", rest.strip(" .!").lower())
    return RunTests(origin) if words in {"test", "tests"} else None


def version(text: str) -> int | None:
    """The number in `2`, `v2` and `version 2`."""
    match = _VERSION.fullmatch(text.rstrip(".!"))
    return int(match[1]) if match else None


def _forget(origin: Origin, rest: str) -> Intent | None:
    return ForgetMe(origin) if rest.strip(" .!").lower() == "me" else None


def _answer(origin: Origin, rest: str) -> Intent | None:
    return AnswerNow(origin) if rest.strip(" .!").lower() == "now" else None


def _token(origin: Origin, rest: str) -> Intent | None:
    """`token NAME`, `token NAME read`, `token revoke ID`."""
    match rest.split():
        case [] | ["revoke" | "Revoke"]:
            return ListTokens(origin)
        case ["revoke" | "Revoke", token] if _TOKEN_ID.fullmatch(token):
            return RevokeToken(origin, token.strip("`"))
        case [name] if _TOKEN_NAME.fullmatch(name):
            return MakeToken(origin, name)
        case [name, "read" | "read-only"] if _TOKEN_NAME.fullmatch(name):
            return MakeToken(origin, name, read_only=True)
        case _:
            return None


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
    "show": _show,
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
    "diff": _diff,
    "restore": _restore,
    "review": _alone(Review),
    "run": _run,
    "run-tests": _alone(RunTests),
    "test": _alone(RunTests),
    "tests": _alone(RunTests),
    "dashboard": _alone(Dashboard),
    "token": _token,
    "tokens": _alone(ListTokens),
    "forget": _forget,
    "forget-me": _alone(ForgetMe),
}
