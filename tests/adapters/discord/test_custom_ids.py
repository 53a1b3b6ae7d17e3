"""Ids of buttons and forms are read as they were made, by every later version."""

from __future__ import annotations

import pytest

from adapters.discord.custom_ids import CustomId


@pytest.mark.parametrize(
    ("custom_id", "text"),
    [
        (CustomId("generate", "01J5Z:python"), "v1:generate:01J5Z:python"),
        (CustomId("retry", "S1", "200"), "v1:retry:S1@200"),
        (CustomId("open_session"), "v1:open_session:"),
        (CustomId("code", "A1:-:0:2", "1234567890123456789"), "v1:code:A1:-:0:2@1234567890123456789"),
    ],
)
def test_there_and_back(custom_id: CustomId, text: str) -> None:
    assert custom_id.packed() == text
    assert CustomId.unpacked(text) == custom_id
    assert CustomId.unpacked(custom_id.packed(7)) == custom_id


@pytest.mark.parametrize("text", ["", "generate", "v2:generate:S1", "v1:Generate:S1", "other:thing"])
def test_others_are_none_of_ours(text: str) -> None:
    assert CustomId.unpacked(text) is None


def test_an_id_never_becomes_too_long() -> None:
    assert len(CustomId("add_requirement", "x" * 64, "1" * 20).packed(12)) <= 100
