"""Code in messages of at most 1,900 characters, whatever stands in it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord.code_view import Spot, code_view
from adapters.discord.custom_ids import CustomId
from adapters.shared.mentions import INVISIBLE
from core.automations.model import Automation
from tests.adapters.discord.versions import made


def pages(automation: Automation, file: int = 0) -> list[str]:
    """The code of every page, as people would copy it."""
    found: list[str] = []
    for page in range(500):
        content = code_view(automation, Spot("A1", file, page)).content
        code = content.split("```")[1].partition("\n")[2].removesuffix("\n") if "```" in content else ""
        if found and content == code_view(automation, Spot("A1", file, page - 1)).content:
            return found
        found.append(code)
    return found


def controls(automation: Automation, spot: Spot) -> list[Any]:
    rows = code_view(automation, spot).components
    return [each for row in rows for each in row["components"]]


@pytest.mark.parametrize(
    "code",
    [
        "x = 1\n",
        "\n\n\n",
        "```\n````\n`````\n" * 300,
        "`" * 5000,
        "no line end" * 900,
        "@everyone <@101> <b> & `x`\n" * 200,
        "    indented\n" * 300,
        "long " * 3000 + "\n",
    ],
)
def test_the_pages_are_the_file(code: str) -> None:
    automation = made(code)
    shown = pages(automation)
    assert "".join("\n".join(shown).split()).replace(INVISIBLE, "") == "".join(code.split())
    for page in range(len(shown)):
        message = code_view(automation, Spot("A1", 0, page))
        assert len(message.content) <= 1900
        assert message.content.count("```") == 2
        assert [file.data for file in message.files] == [code.encode()]


@given(st.text(alphabet="`a \n", min_size=1, max_size=4000))
@settings(max_examples=40)
def test_no_backticks_end_the_block(code: str) -> None:
    content = code_view(made(code), Spot("A1", 0)).content
    assert content.count("```") == 2
    assert len(content) <= 1900


def test_the_lines_are_counted() -> None:
    code = "".join(f"{number} {'x' * 40}\n" for number in range(1, 101))
    first, second = (code_view(made(code), Spot("A1", 0, page)).content for page in (0, 1))
    assert first.startswith("**v3** · `src/file0.py` · lines 1 to 36 of 100 · page 1 of 3\n```py\n1 x")
    assert second.startswith("**v3** · `src/file0.py` · lines 37 to 72 of 100 · page 2 of 3\n```py\n37 x")


def test_an_empty_file() -> None:
    message = code_view(made(""), Spot("A1", 0))
    assert message.content.startswith("**v3** · `src/file0.py` · an empty file")
    assert message.files == ()


def test_a_page_or_file_that_is_not_there() -> None:
    assert code_view(made("x\n"), Spot("A1", 0, 99)) == code_view(made("x\n"), Spot("A1", 0, 0))
    assert code_view(made("x\n"), Spot("A1", 7)).content == "**v3** · 1 file"
    assert code_view(made(), Spot("A1")).components == ()


def test_menus_of_twenty_five() -> None:
    automation = made(*["x\n"] * 60)
    menu, back, on = controls(automation, Spot("A1"))
    assert len(menu["options"]) == 25
    assert menu["placeholder"] == "Files 1 to 25 of 60"
    assert (back.get("disabled"), on.get("disabled")) == (True, None)
    menu, back, on = controls(automation, Spot("A1", files=2))
    assert [option["value"] for option in menu["options"]] == [str(number) for number in range(50, 60)]
    assert (back.get("disabled"), on.get("disabled")) == (None, True)


def test_long_paths_fit() -> None:
    automation = made("x\n", names=("folder/" * 40 + "main.py",))
    message = code_view(automation, Spot("A1", 0))
    assert len(message.content) <= 1900
    [menu] = controls(automation, Spot("A1", 0))
    assert len(menu["options"][0]["label"]) <= 100
    assert menu["options"][0]["label"].endswith("main.py")
    assert message.files[0].name == "main.py"


@pytest.mark.parametrize("spot", [Spot("A1"), Spot("A1", 3, 2, 1), Spot("01J5", 0, 0, 0, "200")])
def test_spots_travel_in_buttons_and_menus(spot: Spot) -> None:
    button = CustomId.unpacked(spot.button.packed())
    menu = CustomId.unpacked(spot.menu.packed())
    assert button is not None
    assert menu is not None
    assert Spot.turned(button) == spot
    assert Spot.chosen(menu, "7") == Spot(spot.automation, 7, 0, spot.files, spot.workspace)
