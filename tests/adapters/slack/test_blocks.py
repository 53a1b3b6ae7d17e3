"""Replies as Slack messages."""

from __future__ import annotations

from adapters.slack.blocks import LONGEST, actions, card, messages, one_message
from core.replies import Action, Button, Reply

RETRY = Button(Action.RETRY, "Try again", "S1")


def test_a_short_reply_is_one_message() -> None:
    [message] = messages(Reply("**Hi**", (RETRY,)))
    assert message.blocks[0] == {"type": "markdown", "text": "**Hi**"}
    assert message.blocks[1]["elements"][0]["action_id"] == "retry"
    assert message.text == "**Hi**"


def test_buttons_stand_under_the_last_part_and_on_the_card_under_the_first() -> None:
    reply = Reply("word " * 5_000, (RETRY,))
    assert [bool(message.buttons) for message in messages(reply)] == [False, False, True]
    assert [bool(message.buttons) for message in card(reply)] == [True, False, False]
    assert all(len(message.markdown) <= LONGEST for message in messages(reply))


def test_an_edit_is_one_message_and_says_what_it_leaves_out() -> None:
    shown = one_message(Reply("```\n" + "x\n" * 9_000 + "```", (RETRY,)))
    assert len(shown.markdown) <= LONGEST
    assert shown.markdown.endswith("does not fit into one message.*")
    assert shown.markdown.count("```") == 2
    assert shown.buttons


def test_a_reply_of_buttons_alone() -> None:
    [message] = messages(Reply("", (RETRY,)))
    assert [block["type"] for block in message.blocks] == ["actions"]
    assert message.text == "…"


def test_the_same_action_twice_has_ids_of_its_own() -> None:
    many = tuple(Button(Action.GENERATE, "label " * 20, f"S{number}") for number in range(12))
    rows = actions(many)
    ids = [element["action_id"] for row in rows for element in row["elements"]]
    assert ids[:3] == ["generate", "generate#2", "generate#3"]
    assert len(set(ids)) == 12
    assert [len(row["elements"]) for row in rows] == [5, 5, 2]
    assert all(len(element["text"]["text"]) <= 75 for row in rows for element in row["elements"])


def test_styles() -> None:
    [row] = actions((Button(Action.CANCEL, "Cancel", "S1", "danger"), RETRY))
    assert row["elements"][0]["style"] == "danger"
    assert "style" not in row["elements"][1]
