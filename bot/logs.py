"""Logs of the program and of its libraries: one chain, one line per event, no secrets."""

from __future__ import annotations

import contextlib
import json
import logging
import re
import sys
from collections.abc import Iterable
from typing import TextIO
from urllib.parse import quote, unquote, urlsplit

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.settings import Settings
from core.errors import ThreadwrightError

HIDDEN = "[redacted]"
_SHORTEST = 6
"""Characters: a shorter secret would take ordinary words out of every line."""

# What tokens look like, whoever wrote them into a message. Sources: the token formats of Slack, OpenRouter, RFC 6750.
_TOKENS = re.compile(
    r"""
    \bxox[a-z]+(?:\.xox[bp])?-[\w-]+ | \bxapp-[\w-]+   # Slack: bot, user, refresh and app tokens
    | \bsk-or-[\w-]+                                   # OpenRouter
    | (?<=hooks\.slack\.com/)[^\s"'\\]+                 # response_url: whoever has it can post
    | (?<=[?&]ticket=)[^\s&"'\\]+                       # Socket Mode's one-use ticket
    | (?<=://)[^\s/:@"'\\]*:[^\s/@"'\\]+(?=@)            # user and password in an address
    | (?i:(?<=bearer\s)[\w.~+/=-]{8,})
    """,
    re.VERBOSE,
)

# Libraries that tell every request or statement at INFO or DEBUG.
_QUIET = {
    "httpx": "WARNING",
    "httpcore": "WARNING",
    "aiosqlite": "INFO",
    "asyncio": "INFO",
    "alembic": "WARNING",
}


class Redactor:
    """Takes secrets out of text, however they got into it."""

    def __init__(self, secrets: Iterable[str]) -> None:
        spellings = {spelling for secret in secrets for spelling in _spellings(secret)}
        longest_first = sorted((s for s in spellings if len(s) >= _SHORTEST), key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def __call__(self, text: str) -> str:
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        return _TOKENS.sub(HIDDEN, text)

    def event(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        """As a step of a chain, after tracebacks have become text and before the line is made."""
        return {str(key): self._value(value) for key, value in event.items()}

    def _value(self, value: object) -> object:
        match value:
            case None | bool() | int() | float():
                return value
            case dict():
                return {self(str(key)): self._value(inner) for key, inner in value.items()}
            case list() | tuple() | set() | frozenset():
                return [self._value(inner) for inner in value]
            case _:
                return self(str(value))


def set_up_logs(settings: Settings, stream: TextIO | None = None) -> None:
    """Routes structlog and the logging of every library through one chain to `stream` (standard error).

    Loggers are had by `structlog.get_logger(…)` or `logging.getLogger(…)`; what is bound by
    `structlog.contextvars.bound_contextvars(session=…, workspace=…)` stands on every line written meanwhile.
    """
    out = stream or sys.stderr
    as_json = (settings.log_format or ("console" if out.isatty() else "json")) == "json"
    chain: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        _name_failure,
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=chain,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,  # the plain one: a pretty one shows local variables
            Redactor(settings.secrets).event,
            _json() if as_json else _console(colours=out.isatty()),
        ],
    )
    _route_libraries(formatter, out, settings.log_level)
    structlog.configure(
        processors=[*chain, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def _json() -> Processor:
    return structlog.processors.JSONRenderer(ensure_ascii=False)


def _console(*, colours: bool) -> Processor:
    return structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=structlog.dev.plain_traceback)


class _Handler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name of the standard library
        """The library's own way prints the arguments as they are, secrets too."""
        with contextlib.suppress(OSError, ValueError):
            self.stream.write(f"a log line of {record.name}, line {record.lineno}, could not be written\n")


def _route_libraries(formatter: logging.Formatter, out: TextIO, level: str) -> None:
    handler = _Handler(out)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.captureWarnings(capture=True)
    for name, quiet in _QUIET.items():
        logging.getLogger(name).setLevel(max(quiet, level, key=logging.getLevelNamesMapping().__getitem__))
    _take_over(logging.getLogger("dbos"), handler)


def _take_over(logger: logging.Logger, handler: logging.Handler) -> None:
    """DBOS gives its logger a console handler of its own unless it finds one, and does not propagate."""
    logger.handlers[:] = [handler]
    logger.propagate = False


def _name_failure(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Puts the reference that people were shown, and the detail that they were not, beside the traceback."""
    error = event.get("exc_info")
    if isinstance(error, tuple):
        error = error[1]
    elif error and not isinstance(error, BaseException):
        error = sys.exc_info()[1]
    if isinstance(error, ThreadwrightError):
        event.setdefault("failure", type(error).__name__)
        event.setdefault("reference", error.reference)
        event.setdefault("detail", error.detail)
    return event


def _spellings(secret: str) -> Iterable[str]:
    """A secret as JSON, Python and addresses write it; of an address with a password, also that part alone."""
    parts = [secret]
    if "://" in secret and (password := urlsplit(secret).password):
        parts += [password, unquote(password)]
    for part in parts:
        yield from (
            part,
            json.dumps(part)[1:-1],
            json.dumps(part, ensure_ascii=False)[1:-1],
            repr(part)[1:-1],
        )
        yield quote(part, safe="")
