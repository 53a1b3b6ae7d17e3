"""Code on a page: its colours, its pages, and what changed in it."""

from __future__ import annotations

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from adapters.web.dashboard.code import PAGE, diffs, listing
from core.automations.comparing import compare
from core.automations.model import File


def test_kinds_of_words_have_classes() -> None:
    code = listing(File("a.py", 'def f():\n    """Says <b>."""\n    return "x" + str(1)  # why\n'))
    assert code.total == 3
    assert '<span class="kk">def</span>' in code.lines[0].html
    assert '<span class="kc">&#34;&#34;&#34;Says &lt;b&gt;.&#34;&#34;&#34;</span>' in code.lines[1].html
    assert '<span class="ks">x</span>' in code.lines[2].html or "ks" in code.lines[2].html


@given(
    st.text(max_size=300),
    st.sampled_from(["a.py", "b.html", "c.sh", "d.ts", "e.unknown", "README.md", "Makefile"]),
)
def test_every_line_is_there_and_nothing_else(text: str, path: str) -> None:
    code = listing(File(path, text))
    shown = [html.unescape(re.sub("</?span[^>]*>", "", str(line.html))) for line in code.lines]
    assert shown == text.expandtabs(4).splitlines()


def test_a_long_file_comes_in_pages() -> None:
    file = File("data.csv", "".join(f"row {number},{'x' * 90}\n" for number in range(3_000)))
    code, seen = listing(file), 0
    while True:
        assert sum(len(line.html.encode()) for line in code.lines) < PAGE
        seen += len(code.lines)
        if not code.next:
            break
        code = listing(file, code.next)
        assert code.lines[0].number == seen + 1
    assert seen == 3_000


def test_one_line_of_a_megabyte_is_cut_and_said_to_be() -> None:
    code = listing(File("a.min.js", "x" * 1_000_000))
    assert code.cut
    assert len(code.lines) == 1


def test_lines_of_a_difference_have_both_numbers() -> None:
    old, new = [File("a.txt", "one\ntwo\nthree\n")], [File("a.txt", "one\n2\nthree\nfour\n")]
    (one,) = diffs(old, new, compare(old, new))
    assert [(line.kind, line.old, line.new, line.text) for line in one.lines[1:]] == [
        ("same", 1, 1, "one"),
        ("minus", 2, 0, "two"),
        ("plus", 0, 2, "2"),
        ("same", 3, 3, "three"),
        ("plus", 0, 4, "four"),
    ]


def test_what_does_not_fit_is_said_to_be_cut() -> None:
    old, new = [File("a.txt", "")], [File("a.txt", "line\n" * 50_000), File("b.txt", "more\n")]
    first, second = diffs(old, new, compare(old, new))
    assert first.cut
    assert second.cut
    assert not second.lines
