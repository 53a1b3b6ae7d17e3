"""The form of a new session, and what is kept of a refused one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from adapters.discord.forms import TypedForm, kept_form, new_session, to_be_fixed, typed_fields


def test_the_fields_have_the_product_s_limits() -> None:
    form = new_session({"title": "Prices"})
    inputs = [each["component"] for each in form["components"]]
    assert [each["custom_id"] for each in inputs] == [
        "title",
        "agent_type",
        "requirements",
        "tech_stack",
        "constraints",
    ]
    assert [each.get("max_length") for each in inputs] == [100, None, 3000, 3000, 3000]
    assert [each["required"] for each in inputs] == [True, True, False, False, False]
    assert inputs[0]["value"] == "Prices"
    assert [option["value"] for option in inputs[1]["options"] if option["default"]] == ["automation"]
    assert len(inputs[1]["options"]) == 5


def test_a_prefilled_form() -> None:
    inputs = [each["component"] for each in new_session({"agent_type": "research"})["components"]]
    assert [option["value"] for option in inputs[1]["options"] if option["default"]] == ["research"]
    assert "value" not in inputs[0]


def test_typed_text_and_chosen_options_are_read() -> None:
    sent: list[dict[str, Any]] = [
        {"type": 18, "component": {"type": 4, "custom_id": "title", "value": "Prices"}},
        {"type": 18, "component": {"type": 3, "custom_id": "agent_type", "values": ["research"]}},
        {"type": 18, "component": {"type": 4, "custom_id": "constraints", "value": ""}},
        {"type": 1, "components": [{"type": 4, "custom_id": "old", "value": "kind"}]},
        {"type": 10},
    ]
    fields = {"title": "Prices", "agent_type": "research", "constraints": "", "old": "kind"}
    assert typed_fields(sent) == fields


def test_what_was_typed_comes_back_from_the_attachment() -> None:
    form = TypedForm("v1:open_session:", {"title": " ", "requirements": 'a\n🙂 "b" ```'})
    message = to_be_fixed("Give it a title.", "Title", form)
    assert message.content.startswith("**Title**: Give it a title.")
    [file] = message.files
    assert kept_form(file.data) == form


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff",
        b'{"format": 2}',
        b'{"format": 1, "form": "x"}',
        json.dumps({"format": 1, "form": "x", "fields": [1]}).encode(),
    ],
)
def test_anything_else_is_not_taken_for_a_form(data: bytes) -> None:
    assert kept_form(data) is None
