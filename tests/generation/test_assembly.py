"""From an answer to the files of a version: what is taken, what is carried over, and what is held back."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from core.automations.model import File
from core.bundle.parser import parse
from core.errors import AnswerUnusable
from core.generation.assembly import Assembled, assemble, merge

LONG = "".join(f"row_{number} = {number}\n" for number in range(60))


FIRST = (File("app.py", LONG), File("util.py", "def f():\n    return 1\n"), File("README.md", "# App\n"))


def made(answer: str, current: Sequence[File] = FIRST, request: str | None = None) -> Assembled:
    return merge(parse(answer), current, request=request)


def contents(assembled: Assembled) -> dict[str, str]:
    return {file.path: file.content for file in assembled.files}


def kept(*but: str) -> dict[str, str]:
    return {file.path: file.content for file in FIRST if file.path not in but}


def file(path: str, content: str) -> str:
    return f'<file path="{path}">\n{content}</file>\n'


def edit(path: str, *changes: tuple[str, str]) -> str:
    blocks = "".join(f"<<<<<<< SEARCH\n{old}=======\n{new}>>>>>>> REPLACE\n" for old, new in changes)
    return f'<edit path="{path}">\n{blocks}</edit>\n'


def test_a_first_version_is_what_the_answer_holds() -> None:
    result = made(file("b.py", "B\n") + file("a.py", "A\n"), ())
    assert result == Assembled((File("b.py", "B\n"), File("a.py", "A\n")), (), (), 2)


def test_what_is_not_returned_is_carried_over_in_its_place() -> None:
    result = made(file("util.py", "def f():\n    return 2\n") + file("new.py", "N\n"))
    assert list(contents(result)) == ["app.py", "util.py", "README.md", "new.py"]
    assert contents(result) == {**kept(), "util.py": "def f():\n    return 2\n", "new.py": "N\n"}
    assert (result.warnings, result.findings) == ((), ())


def test_changes_are_made_in_the_file_that_is_there() -> None:
    result = made(
        edit("app.py", ("row_7 = 7\n", "row_7 = 70\n"), ("row_3 = 3\n", "")) + edit("n.py", ("", "N\n"))
    )
    wanted = LONG.replace("row_7 = 7\n", "row_7 = 70\n").replace("row_3 = 3\n", "")
    assert contents(result) == {**kept(), "app.py": wanted, "n.py": "N\n"}
    assert (result.warnings, result.findings, result.taken) == ((), (), 2)


def test_a_file_whose_changes_do_not_fit_stays_as_it_was() -> None:
    result = made(
        edit("app.py", ("row_7 = 7\n", "x\n"), ("row_8 = 80\n", "y\n"))
        + edit("util.py", ("    return 1\n", "    return 2\n"))
    )
    assert contents(result) == {**kept(), "util.py": "def f():\n    return 2\n"}
    assert result.warnings == ("`app.py` was left as it was: a change to it does not fit.",)
    (finding,) = result.findings
    assert (finding.path, finding.code, finding.severity) == ("app.py", "edit-failed", "error")
    assert "row_8 = 8" in finding.message


def test_changes_that_cannot_be_read_or_were_cut_are_findings() -> None:
    cut = edit("app.py", ("row_7 = 7\n", "x\n")) + '<edit path="app.py">\n<<<<<<< SEARCH\nrow_8'
    for answer in (cut, '<edit path="app.py">\nrow_7 = 70\n</edit>\n' + file("n.py", "N\n")):
        result = made(answer)
        assert contents(result)["app.py"] == LONG
        assert [(one.path, one.code) for one in result.findings] == [("app.py", "edit-failed")]


def test_changes_to_a_file_of_the_same_answer() -> None:
    result = made(file("n.py", "a = 1\nb = 2\n") + edit("n.py", ("b = 2\n", "b = 3\n")), ())
    assert contents(result) == {"n.py": "a = 1\nb = 3\n"}
    again = made(edit("n.py", ("b = 2\n", "b = 3\n")) + file("n.py", "a = 1\nb = 3\n"), ())
    assert (contents(again), again.findings) == ({"n.py": "a = 1\nb = 3\n"}, ())


def test_files_are_deleted_and_moved_by_tags() -> None:
    result = made('<delete path="README.md"/>\n<rename from="util.py" to="lib/util.py"/>\n')
    assert contents(result) == {"app.py": LONG, "lib/util.py": "def f():\n    return 1\n"}
    assert result.warnings == ()


def test_moved_files_are_written_and_changed_under_either_name() -> None:
    move = '<rename from="util.py" to="lib/util.py"/>\n'
    for path in ("util.py", "lib/util.py"):
        assert contents(made(move + edit(path, ("    return 1\n", "    return 2\n")))) == {
            **kept("util.py"),
            "lib/util.py": "def f():\n    return 2\n",
        }
        assert contents(made(move + file(path, "x\n"))) == {**kept("util.py"), "lib/util.py": "x\n"}


def test_only_files_of_the_project_are_deleted_or_moved() -> None:
    answer = (
        '<delete path="none.py"/>\n<rename from="gone.py" to="x.py"/>\n<rename from="app.py" to="util.py"/>\n'
    )
    result = made(answer)
    assert contents(result) == kept()
    assert result.warnings == (
        "`gone.py` could not be moved: there is no such file.",
        "`app.py` was not moved: `util.py` is there already.",
        "`none.py` could not be deleted: there is no such file.",
    )
    with pytest.raises(AnswerUnusable):
        assemble(parse(answer), FIRST)


def test_a_file_moves_to_where_another_one_goes_away() -> None:
    move = '<rename from="app.py" to="util.py"/>\n'
    for away in ('<delete path="util.py"/>\n', '<rename from="util.py" to="lib.py"/>\n'):
        result = made(away + move)
        assert result == made(move + away)
        assert contents(result)["util.py"] == LONG
        assert "app.py" not in contents(result)
        assert (result.warnings, result.findings) == ((), ())


def test_a_move_that_cannot_be_made_is_for_the_model_to_mend() -> None:
    result = made('<rename from="app.py" to="util.py"/>\n')
    assert contents(result) == kept()
    assert [(one.path, one.code) for one in result.findings] == [("app.py", "edit-failed")]


def test_names_that_differ_in_case_are_one_file() -> None:
    assert contents(made(file("Readme.md", "# B\n"))) == {**kept("README.md"), "Readme.md": "# B\n"}
    assert contents(made('<delete path="readme.md"/>\n')) == kept("README.md")


def test_a_file_cannot_be_where_a_folder_is() -> None:
    result = made(file("app.py/x.py", "X\n") + file("b.py", "B\n"))
    assert contents(result) == {**kept(), "b.py": "B\n"}
    assert result.warnings == ("`app.py/x.py` was left out: it cannot be beside `app.py`.",)


def test_an_abridged_file_does_not_replace_the_whole_one() -> None:
    result = made(file("app.py", "row_0 = 1\n# ... rest of the code unchanged ...\n") + file("b.py", "B\n"))
    assert contents(result) == {**kept(), "b.py": "B\n"}
    assert result.warnings[-1] == (
        "`app.py` came back with 2 of 60 lines and says `... rest of the code unchanged ...`: the earlier text was kept."
    )
    assert [(one.path, one.code) for one in result.findings] == [("app.py", "suspicious-replacement")]


def test_a_file_that_shrank_needs_a_reason_where_the_request_is_known() -> None:
    short = file("app.py", "row_0 = 1\n")
    assert contents(made(short, request="Also write a log file.")) == kept()
    for request in ("Remove all rows but one.", "Make it simpler", "Сократи файл", "精简代码", None):
        assert contents(made(short, request=request))["app.py"] == "row_0 = 1\n"
    moved = short + file("rows.py", LONG)
    assert contents(made(moved, request="Also write a log file.")) == {
        **kept(),
        "app.py": "row_0 = 1\n",
        "rows.py": LONG,
    }


def test_short_files_may_become_shorter() -> None:
    assert contents(made(file("util.py", "f = 1\n"), request="Add a log."))["util.py"] == "f = 1\n"


def test_a_name_from_prose_never_changes_a_project() -> None:
    answer = (
        "Create a file named `app.py`:\n```python\nA\n```\nCreate a file named `b.css`:\n```css\nB\n```\n"
    )
    assert contents(made(answer, ())) == {"app.py": "A\n", "b.css": "B\n"}
    result = made(answer)
    assert contents(result) == kept()
    assert len(result.warnings) == 2


def test_changes_go_through_the_gate_of_size_and_shape() -> None:
    result = made(edit("util.py", ("    return 1\n", "    return " + "(" * 200 + "\n")))
    assert contents(result) == kept()
    assert "brackets" in result.warnings[0]


def test_an_answer_that_broke_off_says_so() -> None:
    result = made(file("a.py", "A\n") + '<file path="b.py">\nB', ())
    assert result.warnings == (
        "The answer of the model broke off. What was whole is kept; `b.py` is missing. **Regenerate** writes it again.",
    )
    assert (
        assemble(parse(file("a.py", "A\n"), cut=True), (), "The line went dead.")
        .warnings[0]
        .startswith("The line")
    )


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("I need to know more.", "I need to know more."),
        ("", "holds no file"),
        (file("../a.py", "A\n"), "leads out"),
        (edit("app.py", ("nothing\n", "x\n")), "does not fit"),
        ("".join(f'<delete path="{path}"/>\n' for path in kept()), "holds no file"),
    ],
)
def test_answers_that_give_no_version(answer: str, told: str) -> None:
    with pytest.raises(AnswerUnusable, match=told):
        assemble(parse(answer), FIRST)


def test_the_same_text_again_is_a_version() -> None:
    assert assemble(parse(file("util.py", "def f():\n    return 1\n")), FIRST).files == FIRST
