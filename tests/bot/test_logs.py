"""Logs as they stand on the line: one chain for all, with references and without secrets."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot.logs import HIDDEN, Redactor, set_up_logs
from core.errors import CreditGone
from tests.bot.surroundings import read

SECRETS = {
    "OPENROUTER_API_KEY": 'sk"odd\\key',
    "SLACK_SIGNING_SECRET": "0123fake4567",
    "DATABASE_URL": "postgres://user:pass%2Fword@db.test/name",
}


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root, dbos = logging.getLogger(), logging.getLogger("dbos")
    before = root.handlers[:], root.level, dbos.handlers[:], dbos.propagate
    yield
    root.handlers[:], level, dbos.handlers[:], dbos.propagate = before
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


@contextmanager
def lines(**environment: str) -> Iterator[list[str]]:
    """What was written meanwhile, filled at the end."""
    out, found = io.StringIO(), list[str]()
    set_up_logs(read(SECRETS | environment), out)
    yield found
    found += out.getvalue().splitlines()


def only(found: list[str]) -> dict[str, Any]:
    (line,) = found
    value: dict[str, Any] = json.loads(line)
    return value


def test_json_with_what_is_bound() -> None:
    with lines() as found, structlog.contextvars.bound_contextvars(session="s1", workspace="T1"):
        structlog.get_logger("core.work").info("turn done", tokens=12)
    line = only(found)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "turn done",
        "level": "info",
        "logger": "core.work",
        "session": "s1",
        "workspace": "T1",
        "tokens": 12,
    }


def test_libraries_write_through_the_same_chain() -> None:
    with lines() as found, structlog.contextvars.bound_contextvars(session="s1"):
        logging.getLogger("dbos").warning("poll %s", "late")
    line = only(found)
    assert (line["event"], line["logger"], line["session"]) == ("poll late", "dbos", "s1")


def test_the_level_counts_and_chatty_libraries_are_quieter() -> None:
    with lines(LOG_LEVEL="WARNING") as found:
        structlog.get_logger("core").info("no")
        logging.getLogger("httpx").info("no")
    assert not found
    with lines(LOG_LEVEL="DEBUG") as found:
        logging.getLogger("httpx").info("no")
        structlog.get_logger("core").debug("yes")
    assert len(found) == 1


@pytest.mark.parametrize(
    "tell",
    [
        lambda error: structlog.get_logger("core").warning("turn failed", exc_info=error),
        lambda _: structlog.get_logger("core").exception("turn failed"),
        lambda error: logging.getLogger("core").warning("turn failed", exc_info=error),
    ],
    ids=["given", "current", "library"],
)
def test_a_failure_of_the_tree_brings_its_reference_and_detail(tell: Callable[[Exception], None]) -> None:
    failure = CreditGone("No credit is left.", detail="402 at provider")

    def call() -> None:
        raise failure

    with lines() as found:
        try:
            call()
        except CreditGone as error:
            tell(error)
    line = only(found)
    assert (line["reference"], line["detail"]) == (failure.reference, "402 at provider")
    assert line["failure"] == "CreditGone"
    assert "No credit is left." in line["exception"]


@pytest.mark.parametrize("form", ["json", "console"])
def test_secrets_appear_nowhere(form: str) -> None:
    with lines(LOG_FORMAT=form) as found:
        log = structlog.get_logger("core")
        log.info("at %s", SECRETS["DATABASE_URL"], deep={"list": [SECRETS["OPENROUTER_API_KEY"]]})
        logging.getLogger("slack_bolt").warning("signed with %s", SECRETS["SLACK_SIGNING_SECRET"])
        log.info("the password alone: pass%2Fword, pass/word")
        log.warning("failed", exc_info=ValueError(SECRETS["OPENROUTER_API_KEY"]))
        logging.getLogger("careless").warning("%d pieces", SECRETS["SLACK_SIGNING_SECRET"])
    text = "\n".join(found)
    for secret in ("odd", "0123fake4567", "db.test", "pass%2Fword", "pass/word"):
        assert secret not in text
    assert text.count(HIDDEN) == 6
    assert "a log line of careless" in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("xoxb-1-2-fake and xoxe.xoxb-1-fake", f"{HIDDEN} and {HIDDEN}"),
        ("xapp-1-A-fake, sk-or-v1-fake.", f"{HIDDEN}, {HIDDEN}."),
        ("Authorization: Bearer abc.DEF_1-2=", f"Authorization: Bearer {HIDDEN}"),
        ("wss://s.test/link/?ticket=abc&app_id=1", f"wss://s.test/link/?ticket={HIDDEN}&app_id=1"),
        ("https://hooks.slack.com/commands/T/1/x y", f"https://hooks.slack.com/{HIDDEN} y"),
        ("postgres://me:word@db/x", f"postgres://{HIDDEN}@db/x"),
        ("the bearer of this, a box-office, sk-orange", "the bearer of this, a box-office, sk-orange"),
    ],
)
def test_tokens_are_known_by_their_look(text: str, shown: str) -> None:
    assert Redactor(())(text) == shown


@given(st.text(min_size=8), st.text(), st.text(), st.sampled_from([str, repr, json.dumps]))
def test_any_secret_is_found_as_it_is_and_as_python_and_json_write_it(
    secret: str, before: str, after: str, written: Callable[[str], str]
) -> None:
    inner = written(secret) if written is str else written(secret)[1:-1]
    assert inner not in Redactor([secret])(before + inner + after) or inner in HIDDEN


def test_keys_and_foreign_objects_are_covered() -> None:
    with lines() as found:
        structlog.get_logger("core").info(
            "odd", what={"0123fake4567": RuntimeError("0123fake4567")}, n=(1, None)
        )
    line = only(found)
    assert (line["what"], line["n"]) == ({HIDDEN: HIDDEN}, [1, None])
