"""Replies as Discord's messages."""

from __future__ import annotations

from adapters.discord.blocks import card, heading, messages, one_message, rows
from adapters.discord.custom_ids import CustomId
from core.replies import Action, Button, Reply

GENERATE = Button(Action.GENERATE, "Generate", "S1", "primary")


def test_nobody_is_notified_and_nothing_is_unfolded() -> None:
    [message] = messages(Reply("@everyone https://example.org"))
    assert message.body()["allowed_mentions"] == {"parse": []}
    assert message.body()["flags"] == 4
    assert message.body(hidden=True)["flags"] == 4 | 64


def test_buttons_say_what_they_are_for() -> None:
    [row] = rows((GENERATE, Button(Action.CANCEL, "Cancel", "S1", "danger")))
    assert [(button["custom_id"], button["label"], button["style"]) for button in row["components"]] == [
        ("v1:generate:S1", "Generate", 1),
        ("v1:cancel:S1", "Cancel", 4),
    ]


def test_the_same_button_twice_has_two_ids() -> None:
    [row] = rows((GENERATE, GENERATE))
    assert [button["custom_id"] for button in row["components"]] == ["v1:generate:S1", "v1:generate:S1#2"]
    assert CustomId.unpacked("v1:generate:S1#2") == CustomId("generate", "S1")


def test_at_most_twenty_five_buttons_in_rows_of_five() -> None:
    many = tuple(Button(Action.GENERATE, "x" * 100, f"S{number}") for number in range(30))
    made = rows(many)
    assert [len(row["components"]) for row in made] == [5] * 5
    assert made[0]["components"][0]["label"] == "x" * 79 + "…"


def test_buttons_stand_under_the_last_message_and_of_a_card_under_the_first() -> None:
    reply = Reply("\n".join(f"- line {number}" for number in range(400)), (GENERATE,))
    shown = messages(reply)
    assert [bool(message.components) for message in shown] == [False] * (len(shown) - 1) + [True]
    assert [bool(message.components) for message in card(reply)] == [True] + [False] * (len(shown) - 1)
    assert all(len(message.content) <= 2000 for message in shown)


def test_what_does_not_fit_into_one_message_is_cut_outside_of_code() -> None:
    cut = one_message(Reply("```python\n" + "x = 1\n" * 600 + "```", (GENERATE,)))
    assert len(cut.content) <= 2000
    assert cut.content.count("```") == 2
    assert cut.content.endswith("does not fit into one message.*")
    assert cut.components


def test_an_empty_reply_is_still_a_message() -> None:
    assert [message.content for message in messages(Reply("  \n"))] == ["…"]


def test_a_card_s_heading_names_its_thread() -> None:
    assert heading(Reply("### Watch **prices** `daily`\n\nrest")) == "Watch prices daily"
    assert heading(Reply("")) == "Automation session"
    assert len(heading(Reply("### " + "x" * 200))) == 100
