"""What is kept of an operation, and how its messages are known again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.discord.threads import Bot, Ticket, age, found_parts, nonce, snowflake_of

AT = datetime(2026, 1, 2, tzinfo=UTC)


def test_a_nonce_is_short_and_of_its_part_alone() -> None:
    marks = {nonce(key, part) for key in ("k", "x" * 64) for part in range(50)}
    assert len(marks) == 100
    assert all(len(mark) <= 25 for mark in marks)
    assert nonce("k", 0) == nonce("k", 0)


def test_a_ticket_there_and_back() -> None:
    ticket = Ticket(("1", "2"), "token")
    assert Ticket.unpacked(ticket.packed()) == ticket
    assert Ticket.unpacked(None) == Ticket()


def test_parts_are_known_by_nonce_and_else_by_what_they_say() -> None:
    wanted = {0: ("first", ()), 1: ("same", ()), 2: ("same", ()), 3: ("", (3, 4))}
    messages: list[dict[str, Any]] = [
        {"id": "1", "content": "other words", "nonce": nonce("k", 0)},
        {"id": "2", "content": "same", "nonce": "another operation's"},
        {"id": "3", "content": "same"},
        {"id": "4", "content": "same "},
        {"id": "5", "content": "", "attachments": [{"size": 3}, {"size": 4}]},
        {"id": "6", "content": "same"},
    ]
    assert found_parts(messages, "k", wanted) == {0: "1", 1: "3", 2: "4", 3: "5"}


def test_ids_tell_the_time() -> None:
    assert timedelta(0) < age(snowflake_of(AT), AT) < timedelta(minutes=3)


def test_own_messages() -> None:
    assert Bot("900", "900").wrote({"author": {"id": "900"}})
    assert not Bot("900", "900").wrote({"author": {"id": "101"}})
