"""The ledger in a form, without a memory of what the form was opened with."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from adapters.discord.custom_ids import CustomId
from adapters.discord.forms import Fields
from adapters.discord.requirements import REQUIREMENTS, change_form, form_of, read_changes
from core.intents import ChangeRequirements, Origin
from tests.adapters.discord.stage import ANA, GENERAL
from tests.adapters.discord.versions import session

ORIGIN = Origin(GENERAL, ANA, "interaction:1", datetime(2026, 1, 2, tzinfo=UTC))


def fields(form: dict[str, Any]) -> dict[str, str]:
    """What comes back when nobody touches it."""
    inputs = [each["component"] for each in form["components"]]
    return {each["custom_id"]: each.get("value", "") for each in inputs}


def changes(typed: Fields) -> tuple[Any, ...] | None:
    intent = read_changes(typed, "S1", ORIGIN)
    return (intent.add, intent.edit, intent.withdraw) if isinstance(intent, ChangeRequirements) else None


def edited(typed: dict[str, str], before: str, after: str) -> dict[str, str]:
    return {field: text.replace(before, after) for field, text in typed.items()}


def test_untouched_it_changes_nothing() -> None:
    assert changes(fields(change_form(session("every hour", "by mail", None)))) is None


def test_lines_are_edited_withdrawn_and_added() -> None:
    typed = fields(change_form(session("every hour", "by mail", "in euro")))
    typed = edited(typed, "R1. every hour", "R1. every day")
    typed = edited(typed, "R2. by mail\n", "")
    typed[REQUIREMENTS] = "politely\n\n  and soon "
    assert changes(typed) == (("politely", "and soon"), ((1, "every day"),), (2,))


def test_what_others_did_meanwhile_is_left_alone() -> None:
    """Others added R3 and changed R2 while the form was open: neither is undone."""
    typed = fields(change_form(session("every hour", "by mail")))
    assert changes(edited(typed, "every hour", "every day")) == ((), ((1, "every day"),), ())


def test_spaces_are_no_change() -> None:
    typed = fields(change_form(session("every   hour", "by mail")))
    assert changes(edited(typed, "R2. by mail", "  r2)  by mail  ")) is None


def test_a_line_without_a_number_is_new() -> None:
    typed = fields(change_form(session("every hour")))
    assert changes(edited(typed, "R1. every hour", "R1. every hour\nby mail\nR9. in euro")) == (
        ("by mail", "in euro"),
        (),
        (),
    )


def test_a_hundred_requirements_fit() -> None:
    ledger = session(*[f"requirement {number}: {'x' * 60}" for number in range(100)])
    form = change_form(ledger)
    assert len(form["components"]) == 5
    assert all(len(each["component"]["custom_id"]) <= 100 for each in form["components"])
    assert all(len(each["component"].get("value", "")) <= 4000 for each in form["components"])
    assert changes(fields(form)) is None
    assert changes(edited(fields(form), "requirement 57:", "number 57:")) == (
        (),
        ((58, f"number 57: {'x' * 60}"),),
        (),
    )


def test_more_than_fit_keep_as_they_are() -> None:
    ledger = session(*[f"requirement {number}" for number in range(200)])
    form = change_form(ledger)
    assert "There are more than fit here" in form["components"][3]["description"]
    assert changes(dict.fromkeys(fields(form), "")) == ((), (), tuple(range(1, 118)))


def test_far_numbers_begin_a_new_box() -> None:
    gaps = [f"requirement {number}" if number % 100 == 0 else None for number in range(301)]
    form = change_form(session(*gaps))
    assert len(form["components"]) == 5
    assert changes(fields(form)) is None


def test_a_line_longer_than_a_box_is_left_out() -> None:
    form = change_form(session("short", "x" * 4500))
    assert changes(fields(form)) is None


def test_an_empty_ledger_has_a_box_for_new_lines() -> None:
    form = change_form(session())
    assert [each["component"]["custom_id"] for each in form["components"]] == [REQUIREMENTS]


def test_outside_of_its_guild_the_form_names_it() -> None:
    form = change_form(session("every hour"), "200")
    assert form["custom_id"] == "v1:requirements_form:S1@200"
    assert form_of(CustomId("requirements_form", "S1"), fields(form)) == replace_id(form)


def replace_id(form: dict[str, Any]) -> dict[str, Any]:
    return form | {"custom_id": "v1:requirements_form:S1"}


def test_the_session_s_own_numbers_are_kept() -> None:
    [one] = session("every hour").requirements
    form = change_form(replace(session(), requirements=(replace(one, number=412),)))
    assert "R412. every hour" in fields(form).values()
    assert changes(edited(fields(form), "R412. every hour", "")) == ((), (), (412,))
