"""`/automation` and its verbs: what people may type, sent to Discord once per release, and read when it comes in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from adapters.discord.adapter import DiscordConfig, logged_in
from adapters.discord.calls import Call, Calls, discord_budget
from adapters.discord.threads import Json
from core.intents import (
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
    Review,
    RevokeToken,
    RunTests,
)
from core.system import SystemClock
from core.vocabulary import TITLE_LIMIT, Language

COMMAND: Final = "automation"
_SUBCOMMAND, _STRING, _INTEGER, _BOOLEAN = 1, 3, 4, 5
_IN_GUILDS: Final = 0
_LATEST: Final = 999_999
_WORD: Final = 64


@dataclass(frozen=True, slots=True)
class Typed:
    """A command as it was typed. ``verb``: the subcommand."""

    verb: str
    options: Mapping[str, Any] = field(default_factory=dict)

    def text(self, option: str) -> str:
        return " ".join(str(self.options.get(option) or "").split())

    def number(self, option: str) -> int | None:
        value = self.options.get(option)
        return None if value is None else int(value)


async def sync_commands(config: DiscordConfig) -> int:
    """Makes Discord know exactly these commands, in every guild; returns how many verbs there are. A step of a
    release, as Discord counts how often it is done. Raises PlatformError."""
    clock = SystemClock()
    async with logged_in(config) as client:
        calls = Calls(client.http, discord_budget(clock), clock)
        path = "/applications/{application_id}/commands"
        ids = {"application_id": str(client.application_id)}
        await calls.must(Call("PUT commands", "PUT", path, ids, [command()]))
    return len(command()["options"])


def command() -> Json:
    """The definition of `/automation`, for guilds only: a session lives in a thread of a channel."""
    return {
        "name": COMMAND,
        "type": 1,
        "description": "Turn a conversation into code that has been proved to work",
        "contexts": [_IN_GUILDS],
        "integration_types": [0],
        "options": [
            _verb("new", "Open a session in this channel", _text("title", "What it is about")),
            _verb("list", "The open sessions of this channel"),
            _verb("help", "What I can do"),
            _verb("status", "How this session stands"),
            _verb("generate", "Write the code", _language()),
            _verb("cancel", "Stop writing the code"),
            _verb("show", "A version: its files and its evidence", _version()),
            _verb("versions", "Every version of this session"),
            _verb("diff", "What changed between two versions", *_two_versions()),
            _verb("restore", "Make an earlier version current again", _version("Its number", required=True)),
            _verb("run-tests", "Run the tests of a version once more"),
            _verb("review", "Let the model review the newest version"),
            _verb("requirements", "The numbered requirements of this session"),
            _verb("rename", "Give this session another title", _text("title", "The title", required=True)),
            _verb("close", "Close this session"),
            _verb("reopen", "Open this session again"),
            _verb("delete", "Delete this session with all its versions"),
            _verb("download", "Take a version as a zip", _version()),
            _verb("dashboard", "A link to all of this in the browser, for you alone"),
            _verb("token", "Make a token for the API", *_token()),
            _verb(
                "tokens", "Your tokens for the API", _word("revoke", "The id of one that is to work no more")
            ),
            _verb("forget-me", "Erase what you wrote to me in this server"),
        ],
    }


def typed(data: Mapping[str, Any]) -> Typed | None:
    """What an interaction of a command says; ``None`` when it is none of ours."""
    if data.get("name") != COMMAND:
        return None
    inner: Sequence[Mapping[str, Any]] = data.get("options") or ()
    if not inner:
        return None
    options = {str(each["name"]): each.get("value") for each in inner[0].get("options") or ()}
    return Typed(str(inner[0]["name"]), options)


def intent_of(asked: Typed, origin: Origin) -> Intent | None:
    """``None`` for `new`, which opens a form, and for verbs that this version does not know any more."""
    match asked.verb:
        case "help" | "status" | "list" | "versions" | "requirements":
            return Ask(origin, asked.verb)
        case "generate":
            wanted = asked.text("language")
            return Generate(origin, Language(wanted) if wanted in set(Language) else None)
        case "show":
            return Ask(origin, "show", asked.number("version"))
        case "diff":
            return Diff(origin, older=asked.number("older"), newer=asked.number("newer"))
        case "restore":
            return Restore(origin, asked.number("version") or 0)
        case "download":
            return Download(origin, number=asked.number("version"))
        case "rename":
            return Rename(origin, asked.text("title"))
        case "token" | "tokens":
            return _of_tokens(asked, origin)
        case verb if verb in _PLAIN:
            return _PLAIN[verb](origin)
        case _:
            return None


def _of_tokens(asked: Typed, origin: Origin) -> Intent:
    if asked.verb == "token":
        return MakeToken(origin, asked.text("name"), read_only=bool(asked.options.get("read_only")))
    token = asked.text("revoke")
    return RevokeToken(origin, token) if token else ListTokens(origin)


_PLAIN: Final[Mapping[str, Callable[[Origin], Intent]]] = {
    "cancel": Cancel,
    "close": Close,
    "dashboard": Dashboard,
    "reopen": Reopen,
    "delete": Delete,
    "forget-me": ForgetMe,
    "review": Review,
    "run-tests": RunTests,
}


def _verb(name: str, description: str, *options: Json) -> Json:
    return {"name": name, "type": _SUBCOMMAND, "description": description, "options": list(options)}


def _text(name: str, description: str, *, required: bool = False) -> Json:
    made = {"name": name, "type": _STRING, "description": description, "required": required}
    return made | {"max_length": TITLE_LIMIT}


def _word(name: str, description: str, *, required: bool = False) -> Json:
    return _text(name, description, required=required) | {"max_length": _WORD}


def _token() -> tuple[Json, Json]:
    only = {
        "name": "read_only",
        "type": _BOOLEAN,
        "description": "It can read, and change nothing",
        "required": False,
    }
    return _word("name", "What it is for", required=True), only


def _language() -> Json:
    choices = [{"name": language.label, "value": language.value} for language in Language]
    about = "What it is written in; Auto lets the agent decide"
    return {"name": "language", "type": _STRING, "description": about, "required": False, "choices": choices}


def _version(about: str = "Its number; the newest when left out", *, required: bool = False) -> Json:
    return _number("version", about, required=required)


def _two_versions() -> tuple[Json, Json]:
    newer = _number("newer", "The number of the later one; the newest when left out")
    return _number("older", "The number of the earlier one; the one before when left out"), newer


def _number(name: str, about: str, *, required: bool = False) -> Json:
    return {
        "name": name,
        "type": _INTEGER,
        "description": about,
        "required": required,
        "min_value": 1,
        "max_value": _LATEST,
    }
