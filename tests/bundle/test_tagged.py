"""The format that the prompt asks for, as it should be and as models bend it."""

from __future__ import annotations

from core.automations.model import File
from core.bundle.events import FileClosed, FileGrew, FileOpened, PlanSeen, Said
from core.bundle.parser import BundleParser, parse
from tests.bundle.answers import contents


def test_an_answer_as_it_is_asked_for() -> None:
    bundle = parse(
        "<plan>\ncrawler.py: fetches\n- README.md\n</plan>\nA small crawler.\n"
        '<file path="crawler.py">\nprint("<b>&amp;</b>")\n</file>\n'
        '<file path="README.md">\n# Crawler\n\n```bash\npython crawler.py\n```\n</file>\n'
        "<notes>\nRun it once a day.\n</notes>\n<done/>\n"
    )
    assert bundle.files == (
        File("crawler.py", 'print("<b>&amp;</b>")\n'),
        File("README.md", "# Crawler\n\n```bash\npython crawler.py\n```\n"),
    )
    assert bundle.plan == ("crawler.py", "README.md")
    assert (bundle.said, bundle.intro) == ("A small crawler.", "A small crawler.")
    assert bundle.notes == "Run it once a day."
    assert bundle.done
    assert not bundle.truncated
    assert bundle.warnings == ()


def test_events_come_as_the_lines_do() -> None:
    parser = BundleParser()
    assert parser.feed("<plan>\na.py\n</pl") == []
    assert parser.feed('an>\nHi\n<file path="a.py"') == [PlanSeen(("a.py",)), Said("Hi\n")]
    assert parser.feed(">\nx = 'é'\ny") == [FileOpened("a.py"), FileGrew("a.py", 1, 9)]
    assert parser.feed(" = 2\n") == [FileGrew("a.py", 2, 15)]
    assert parser.feed("</file>\n") == [FileClosed(File("a.py", "x = 'é'\ny = 2\n"))]


def test_what_was_cut_is_never_a_file() -> None:
    bundle = parse('<file path="a.py">\nA=1\n</file>\n<file path="b.py">\nB=1\nC=')
    assert [file.path for file in bundle.files] == ["a.py"]
    assert (bundle.truncated, bundle.open_path, bundle.partial) == (True, "b.py", "B=1\nC=")


def test_a_cut_inside_of_an_opening_tag_is_a_cut() -> None:
    bundle = parse('<file path="a.py">\nA=1\n</file>\n<file path="src/cra')
    assert [file.path for file in bundle.files] == ["a.py"]
    assert (bundle.truncated, bundle.open_path) == (True, None)


def test_a_cut_that_only_the_service_knows_of() -> None:
    text = '<file path="a.py">\nA=1\n</file>\n'
    assert parse(text, cut=True).truncated
    assert parse(text, cut=True).files == parse(text).files


def test_a_cut_second_try_leaves_the_complete_first_one() -> None:
    bundle = parse('<file path="a.py">\nA=1\n</file>\n<file path="a.py">\nA=')
    assert bundle.files == (File("a.py", "A=1\n"),)
    assert bundle.open_path == "a.py"


def test_empty_files_stay_empty() -> None:
    bundle = parse(
        '<file path="a/__init__.py">\n</file>\n<file path="b/__init__.py"/>\n'
        '<file path="c/__init__.py"></file>\n<file path="d/__init__.py">\n\n\n</file>\n'
    )
    assert [(file.path[0], file.content) for file in bundle.files] == [(name, "") for name in "abcd"]


def test_line_ends() -> None:
    files = contents(
        '<file path="a.py">\r\nA=1\r\nB=2\r\n</file>\r\n<file path="run.bat">\r\necho 1\r\n\r\n</file>\r\n'
    )
    assert files == {"a.py": "A=1\nB=2\n", "run.bat": "echo 1\r\n"}


def test_exactly_one_newline_ends_a_file_and_nothing_else_is_touched() -> None:
    files = contents('<file path="a.md">\n\n  two spaces  \n\tx\x0cy\u2028z\n\n\n</file>\n')
    assert files == {"a.md": "\n  two spaces  \n\tx\x0cy\u2028z\n"}


def test_the_next_tag_may_stand_behind_a_closer() -> None:
    text = '<file path="a.py">\nA\n</file><file path="b.py">\nB\n</file><done/>\n'
    assert contents(text) == {"a.py": "A\n", "b.py": "B\n"}
    assert parse(text).done


def test_closers_at_the_end_of_a_line_and_missing_ones() -> None:
    bundle = parse(
        '<file path="a.py">\nA=1</file>\n<file path="b.py">\nB=1\n\n<file path="c.py">\nC=1\n</file >\n'
    )
    assert [(file.path, file.content) for file in bundle.files] == [
        ("a.py", "A=1\n"),
        ("b.py", "B=1\n"),
        ("c.py", "C=1\n"),
    ]
    assert bundle.warnings == ("`b.py` had no closing tag: it ends where the next file begins.",)


def test_a_closing_tag_in_the_middle_of_code_is_code() -> None:
    code = 'a = """\nfoo</file>\nbar"""\nb = "</file>"\n</tml-write>\nc = 1\n'
    assert contents(f'<file path="a.py">\n{code}</file>\n') == {"a.py": code}


def test_tags_inside_of_markdown_and_markup_are_content() -> None:
    readme = '# X\n```\n<file path="x.py">\ncode\n</file>\n```\nmore\n'
    xliff = '<xliff>\n  <file original="x">\n  </file>\n<file original="y">\n</file>\n</xliff>\n'
    component = "export const A = () => (\n  <File\n    name='x'\n  />\n)\n"
    files = {"README.md": readme, "m.xlf": xliff, "A.tsx": component, "z.py": "Z=1\n"}
    text = "".join(f'<file path="{path}">\n{content}</file>\n' for path, content in files.items())
    assert contents(text) == files


def test_a_planned_file_ends_markup_that_was_not_closed() -> None:
    text = '<plan>\na.html\nb.py\n</plan>\n<file path="a.html">\n<p>\n<file path="b.py">\nB=1\n</file>\n'
    assert contents(text) == {"a.html": "<p>\n", "b.py": "B=1\n"}


def test_reasoning_is_no_part_of_the_answer() -> None:
    draft = '<file path="draft.py">\nD=1\n</file>\n'
    real = '<file path="a.py">\nA=1\n</file>\n'
    for text in (
        f"<think>\n{draft}</think>\n{real}",
        f"<think>short</think>{real}",
        f"{draft}so be it</think>\n{real}",
        f"<thinking-content-0a1b>\n{draft}</thinking-content-0a1b>\n{real}",
        f"{real}<think>\n{draft}\n</think>\n",
    ):
        assert contents(text) == {"a.py": "A=1\n"}, text
        assert "draft" not in parse(text).said


def test_prose_may_mention_the_tags() -> None:
    text = '<file path="a.py">\nA=1\n</file>\nI closed `</think>` and `</file>`.\n'
    assert contents(text) == {"a.py": "A=1\n"}


def test_binary_content_is_left_out_with_a_sentence() -> None:
    bundle = parse(
        '<file path="a.png">\n\x89PNG\0\n</file>\n<file path="b.bin">\n\x01\x02\x03\x04 \n</file>\n'
        '<file path="c.py">\nC=1\n</file>\n'
    )
    assert [file.path for file in bundle.files] == ["c.py"]
    assert bundle.warnings == (
        "`a.png` was left out: it is not text.",
        "`b.bin` was left out: it is not text.",
    )


def test_two_texts_for_one_name() -> None:
    bundle = parse(
        '<file path="a.py">\nA=1\n</file>\n<file path="b.py">\nB\n</file>\n<file path="./a.py">\nA=2\n</file>\n'
    )
    assert bundle.files == (File("a.py", "A=2\n"), File("b.py", "B\n"))
    assert bundle.warnings == ("`a.py` came twice: the last complete one was kept.",)


def test_sixty_files_with_names_of_all_scripts() -> None:
    names = [f"дані/{number} 📊 نتائج.py" for number in range(60)]
    text = "".join(f'<file path="{name}">\nN = {number}\n</file>\n' for number, name in enumerate(names))
    assert contents(text) == {name: f"N = {number}\n" for number, name in enumerate(names)}


def test_many_warnings_are_cut_short() -> None:
    bundle = parse("".join(f'<file path="../{number}">\nx\n</file>\n' for number in range(300)))
    assert len(bundle.warnings) == 51
    assert bundle.warnings[-1] == "250 more warnings of these kinds."


def test_a_name_cannot_be_file_and_folder() -> None:
    bundle = parse('<file path="a/b.py">\nB\n</file>\n<file path="A">\nx\n</file>\n')
    assert [file.path for file in bundle.files] == ["a/b.py"]
    assert bundle.warnings == ("`A` was left out: it cannot be beside `a/b.py`.",)


def test_deletes_and_renames_are_named_not_done() -> None:
    bundle = parse(
        '<delete path="old.py"/>\n<delete path="../x"/>\n<rename from="a.py" to="src/a.py"/>\n<done/>\n'
    )
    assert bundle.deleted == ("old.py",)
    assert bundle.renamed == (("a.py", "src/a.py"),)
    assert bundle.warnings == ("`../x` was left out: it leads out of the project's folder.",)
    assert bundle.said == ""


def test_halves_of_a_character_meet_again() -> None:
    files = contents('<file path="a.py">\nA="\ud83d\ude00 \ud83d"\n</file>\n')
    assert files == {"a.py": 'A="😀 \ufffd"\n'}


def test_wrappers_come_off() -> None:
    files = contents(
        '<file path="a.txt">\n```text\nflask\n```\n</file>\n'
        '<file path="b.py">\n```python\nB = """\n```js\nx\n```\n"""\n```\n</file>\n'
        '<file path="c.md">\n```bash\nx\n```\n</file>\n'
        '<file path="d.txt">\n```\none\n```\nand\n```\ntwo\n```\n</file>\n'
    )
    assert files == {
        "a.txt": "flask\n",
        "b.py": 'B = """\n```js\nx\n```\n"""\n',
        "c.md": "```bash\nx\n```\n",
        "d.txt": "```\none\n```\nand\n```\ntwo\n```\n",
    }


def test_no_answer_at_all() -> None:
    for text in ("", "\n\n", "I cannot do that."):
        bundle = parse(text)
        assert (bundle.files, bundle.warnings, bundle.truncated) == ((), (), False)
        assert bundle.said == text.strip()
