"""The forms: what stands in them, and what is read from them."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.forms import FormPlace, new_session
from adapters.slack.requirements import change_form, read_changes
from core.intents import ChangeRequirements, Origin, Person, Place
from core.sessions.model import Session
from tests.adapters.slack.payloads import submission
from tests.adapters.slack.versions import session

FROM = Origin(Place("slack", "T1", "C1", "1.1"), Person("T1", "U1"), "k", datetime(2026, 1, 1, tzinfo=UTC))
WHERE = FormPlace("C1", "1.1", session="S1")
_WORDS = st.text(alphabet="abc é🙂R1.-", min_size=1, max_size=40).map(lambda text: " ".join(text.split()))


def changed(ledger: Session, **values: str) -> ChangeRequirements | None:
    """What is read when these fields were changed."""
    view = submission(change_form(ledger, WHERE), values)["view"]
    return read_changes(view, "S1", FROM)


def test_a_title_too_long_for_the_field_is_not_lost() -> None:
    title = "word " * 60
    blocks = {block["block_id"]: block["element"] for block in new_session(title, WHERE)["blocks"]}
    assert blocks["title"]["initial_value"] == title[:100].rstrip()
    assert blocks["requirements"]["initial_value"] == title


def test_the_place_travels_in_the_form() -> None:
    packed = new_session("", WHERE)["private_metadata"]
    assert FormPlace.unpacked(packed) == WHERE
    assert len(FormPlace("C" * 20, "1" * 20, response_url="u" * 500).packed()) < 3000


def test_nothing_changed_is_no_intent() -> None:
    assert changed(session("first", None, "third")) is None


def test_edit_withdraw_and_add() -> None:
    change = changed(
        session("first", "second", "third"),
        ledger0="R1. first\nR3. the third\nfourth",
        requirements="\nfifth\n",
    )
    assert change == ChangeRequirements(FROM, "S1", ("fourth", "fifth"), ((3, "the third"),), (2,))


def test_numbers_are_read_as_people_leave_them() -> None:
    change = changed(session("first", "second", "third"), ledger0="r1 first\n\nR2: 2nd\n R3)third")
    assert change == ChangeRequirements(FROM, "S1", edit=((2, "2nd"),))


def test_a_line_emptied_behind_its_number_is_withdrawn() -> None:
    assert changed(session("first", "second"), ledger0="R1.\nR2. second") == ChangeRequirements(
        FROM, "S1", withdraw=(1,)
    )


def test_a_number_that_was_not_shown_or_comes_twice_is_new() -> None:
    change = changed(session("first", None), ledger0="R1. first\nR1. more\nR2. back\nR9. ninth")
    assert change == ChangeRequirements(FROM, "S1", add=("more", "back", "ninth"))


def test_withdrawn_ones_are_shown_and_cannot_be_changed() -> None:
    view = change_form(session("first", None), WHERE)
    texts = [block["text"]["text"] for block in view["blocks"] if block["type"] == "section"]
    assert any("R2. old news" in text for text in texts)


def test_an_empty_ledger_takes_new_lines() -> None:
    assert changed(session(), requirements="one\ntwo") == ChangeRequirements(FROM, "S1", add=("one", "two"))


def test_two_hundred_long_requirements_fit() -> None:
    ledger = session(*(f"requirement {number} " + "x" * 700 for number in range(200)))
    view = change_form(ledger, WHERE)
    boxes = [block for block in view["blocks"] if block.get("block_id", "").startswith("ledger")]
    assert len(view["blocks"]) <= 100
    assert all(len(box["element"]["initial_value"]) <= 3000 for box in boxes)
    assert sum(box["element"]["initial_value"].count("requirement") for box in boxes) == 200
    assert changed(ledger) is None


def test_a_ledger_beyond_every_measure() -> None:
    ledger = session(*(f"{number} " + "ж" * 900 for number in range(500)))
    view = change_form(ledger, WHERE)
    assert len(json.dumps(view)) < 250_000
    assert "more than fit here" in str(view["blocks"][0])
    assert changed(ledger) is None


def test_what_the_form_cannot_show_stays_as_it_is() -> None:
    assert changed(session("x" * 2999, "short"), ledger0="R2. shorter") == ChangeRequirements(
        FROM, "S1", edit=((2, "shorter"),)
    )


def test_lines_moved_from_box_to_box() -> None:
    ledger = session("a" * 1500, "b" * 1500)
    assert changed(ledger, ledger0="R2. " + "b" * 1500, ledger1="R1. " + "a" * 1500) is None


@given(st.lists(_WORDS.filter(bool), max_size=30))
@settings(max_examples=60, deadline=None)
def test_whatever_the_words_an_untouched_form_changes_nothing(words: list[str]) -> None:
    assert changed(session(*words)) is None
