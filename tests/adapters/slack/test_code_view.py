"""*View code* shows every character of every file, in pages."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.slack.code_view import Spot, code_view, gone
from core.automations.model import Automation
from tests.adapters.slack.versions import made

AT = Spot("A1", "C1", "1.1")


def buttons(view: dict[str, Any]) -> dict[str, str]:
    """label -> value of the buttons at the foot."""
    rows = [block["elements"] for block in view["blocks"] if block["type"] == "actions"]
    return {button["text"]["text"]: button["value"] for row in rows for button in row}


def code(view: dict[str, Any]) -> str:
    blocks = [block for block in view["blocks"] if block["type"] == "rich_text"]
    return "\n".join(block["elements"][0]["elements"][0]["text"] for block in blocks)


def notes(view: dict[str, Any]) -> str:
    return " ".join(block["elements"][0]["text"] for block in view["blocks"] if block["type"] == "context")


def walk(version: Automation, spot: Spot) -> list[dict[str, Any]]:
    """Every page from `spot` on."""
    views = [code_view(version, spot)]
    while "Next" in (foot := buttons(views[-1])):
        spot = spot.turned(foot["Next"])
        views.append(code_view(version, spot))
    return views


def test_two_hundred_files_are_listed_in_pages() -> None:
    pages = walk(made(*["x\n"] * 200), AT)
    rows = [block for page in pages for block in page["blocks"] if "accessory" in block]
    assert len(pages) == 10
    assert [row["accessory"]["value"] for row in rows] == [f"{number}:0" for number in range(200)]
    assert rows[7]["text"]["text"] == "src/file7.py\n1 line"
    assert notes(pages[2]) == "200 files · page 3 of 10"


def test_a_file_of_four_hundred_kilobytes() -> None:
    lines = "".join(f"line {number} ```` <@U1> & {'x' * (number % 90)}\n" for number in range(6000))
    pages = walk(made("", lines), AT.turned("1:0"))
    assert len(lines) > 350_000
    assert "\n".join(code(page) for page in pages) == lines.removesuffix("\n")
    assert all(len(str(page)) < 12_000 for page in pages)
    assert notes(pages[0]).startswith("lines 1 to ")
    assert notes(pages[-1]).split(" · ")[0].endswith("to 6000 of 6000")


def test_the_way_back_leads_to_the_file_s_page_of_the_list() -> None:
    version = made(*["x"] * 50)
    assert buttons(code_view(version, AT.turned("45:0"))) == {"All files": "list:2"}
    assert buttons(code_view(version, AT.turned("list:1"))) == {"Previous": "list:0", "Next": "list:2"}


def test_an_empty_file() -> None:
    view = code_view(made("", names=("pkg/__init__.py",)), AT.turned("0:0"))
    assert notes(view) == "an empty file"
    assert code(view) == ""


@pytest.mark.parametrize("button", ["list:99", "0:99", "77:0"])
def test_pages_that_do_not_exist(button: str) -> None:
    assert code_view(made("x = 1\n"), AT.turned(button))["blocks"]


def test_a_version_that_is_gone() -> None:
    assert "does not exist" in str(gone(AT))


def test_where_it_is_travels_along() -> None:
    spot = AT.turned("12:3")
    assert Spot.unpacked(spot.packed()) == spot
