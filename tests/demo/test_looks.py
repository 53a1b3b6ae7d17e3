"""How messages look in a terminal, and without one."""

from __future__ import annotations

import io
from dataclasses import replace

from rich.console import Console, RenderableType

from bot.demo import looks
from bot.demo.team import Seen, SeenButton, SeenField, SeenFile, SeenForm

CANCEL = SeenButton("cancel", "Cancel")


def _plain(what: RenderableType | None) -> str:
    out = io.StringIO()
    Console(file=out, width=80, force_terminal=False).print(what)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


def test_tables_code_and_brackets_stay_what_they_are() -> None:
    text = "Before [bold]it[/bold]\n\n| File | Lines |\n|---|---:|\n| `a.py` | 3 |\n\n```bash\n[ -f x ] && y\n```\nafter"
    shown = _plain(looks.message(Seen("1", "thread", "Ben", text, (SeenButton("a", "Do [it]"),))))
    for line in ("Before [bold]it[/bold]", "a.py", "[ -f x ] && y", "after", "[Do [it]]"):
        assert line in shown
    assert "|" not in shown
    assert "```" not in shown


def test_a_bar_shows_which_file_is_being_written() -> None:
    text = "⏳ v1 · Writing a.py (file 3 of 6, 10 lines) … · 4 s"
    bar = looks.progress(Seen("1", "thread", "Threadwright", text, (CANCEL,), growing=True))
    assert bar is not None
    assert bar.plain == "█" * 15 + "░" * 15 + " 3/6"
    assert looks.progress(Seen("1", "thread", "Threadwright", text)) is None


def test_an_edit_shows_what_is_new() -> None:
    before = Seen("1", "channel", "Threadwright", "Title\nno version yet\nR1. one")
    after = Seen("1", "channel", "Threadwright", "Title\nv1 draft\nR1. one")
    shown = _plain(looks.change(after, before))
    assert "(edits the card) v1 draft" in shown
    assert "R1" not in shown
    assert looks.change(before, before) is None


def test_an_edit_shows_new_buttons_and_files_even_without_words() -> None:
    before = Seen("1", "private", "Threadwright", "Here it is.", to="Ben")
    after = replace(before, buttons=(CANCEL,), files=(SeenFile("a.zip", b"1234"),))
    lines = _plain(looks.change(after, before)).splitlines()
    assert [line.removeprefix("  Threadwright ").strip() for line in lines] == [
        "(edits the message that only Ben sees)",
        "[Cancel]",
        "📎 a.zip  4 bytes",
    ]


def test_each_line_says_on_which_platform_it_stands() -> None:
    shown = _plain(looks.Gutter("Slack", looks.message(Seen("1", "channel", "Ben", "word " * 40))))
    assert len(shown.splitlines()) > 2
    assert all(line.startswith("Slack   │ ") for line in shown.splitlines())
    assert all(len(line) <= 80 for line in shown.splitlines())
    assert _plain(looks.Gutter("Discord", "x")) == "Discord │ x"


def test_a_form_names_the_choice_and_shows_errors_at_their_fields() -> None:
    fields = (SeenField("title", "Title"), SeenField("kind", "Kind", "b", (("Apple", "a"), ("Pear", "b"))))
    shown = _plain(
        looks.form("Ana", SeenForm("1", "New", "", fields), {"title": "x" * 9}, {"title": "Too long."})
    )
    lines = [line.strip("│ ") for line in shown.splitlines()]
    assert lines[lines.index("Title") + 1 :][:2] == ["x" * 9, "✗ Too long."]
    assert lines[lines.index("Kind") + 1] == "Pear"


def test_a_long_text_is_cut_and_says_so() -> None:
    form = SeenForm("1", "Code", "```\n" + "\n".join(map(str, range(100))) + "\n```")
    shown = _plain(looks.form("Ana", form, {}, {}, lines=5))
    assert "… 97 more lines" in shown
    assert "```" not in shown
