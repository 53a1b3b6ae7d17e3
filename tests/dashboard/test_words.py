"""What is written becomes text on a page; figures and times become words."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, FileSystemLoader

from adapters.web.dashboard.prose import ELEMENTS, blocks, heavy, inline, sentence
from adapters.web.dashboard.templating import HERE
from adapters.web.dashboard.wording import ago, clean, counted, money, shortened, size

NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)


def prose(text: str) -> str:
    """As the pages show it."""
    loader = FileSystemLoader(HERE / "templates")
    environment = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["blocks"] = blocks
    return str(environment.get_template("_prose.html").module.prose(text))  # type: ignore[attr-defined]  # a macro


OURS = re.compile(
    r"</?(?:p|code|strong|time|ul|ol|li|pre)>|<(?:p|li) dir=\"auto\">|<ol start=\"\d{1,4}\">"
    r"|<pre class=\"block(?: plain)?\" tabindex=\"0\">|<time datetime=\"[\d:T+-]+\">"
)


@given(st.text(alphabet=st.sampled_from("<>&\"'`*|~# -1.\nab:!time23"), max_size=80))
def test_nothing_becomes_an_element_but_our_own(text: str) -> None:
    for made in (prose(text), str(sentence(text)), str(inline(text))):
        assert "<" not in OURS.sub("", made)


@given(
    st.lists(
        st.sampled_from(["- a", "1. b", "  - c", "    2) d", "", "```", "x", "**", "# h", "| t |"]),
        max_size=12,
    )
)
def test_elements_are_closed_and_no_word_is_lost(lines: list[str]) -> None:
    made = prose("\n".join(lines))
    shown = "".join(fromstring(f"<all>{made}</all>").itertext())  # noqa: S314 - our own words
    for word in "abcdxht":
        assert shown.count(word) == "".join(lines).count(word)


def test_code_is_shown_as_code() -> None:
    made = prose("Use **this**:\n\n```python\nx = '<b>'\n```\nand `y<1`,\nplease.")
    assert '<p dir="auto">Use <strong>this</strong>:</p>' in made
    assert '<pre class="block" tabindex="0"><code>x = &#39;&lt;b&gt;&#39;</code></pre>' in made
    assert "<code>y&lt;1</code>,\nplease." in made


def test_lists_are_lists() -> None:
    made = prose("Two things:\n1. **One** with `code`\n   and more\n   - inner\n   - other\n\n2. Two\nDone")
    assert made == (
        '<p dir="auto">Two things:</p><ol><li dir="auto"><strong>One</strong> with <code>code</code>\nand more'
        '<ul><li dir="auto">inner</li><li dir="auto">other</li></ul></li><li dir="auto">Two</li></ol>'
        '<p dir="auto">Done</p>'
    )


def test_a_list_goes_on_behind_code() -> None:
    made = prose("1. Install:\n   ```bash\n   pip install x\n   ```\n2. Run it\n\n- a dash\n* a star")
    assert '<ol start="2"><li dir="auto">Run it</li></ol>' in made
    assert '<ul><li dir="auto">a dash</li><li dir="auto">a star</li></ul>' in made


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "**bold with `code` in it**",
            "<strong>bold with </strong><strong><code>code</code></strong><strong> in it</strong>",
        ),
        ("2 ** 3 ** 4", "2 ** 3 ** 4"),
        ("**never closed", "**never closed"),
        ("### A heading", "<strong>A heading</strong>"),
        ("#channel", "#channel"),
        ("-5 degrees", "-5 degrees"),
        ("[a](javascript:alert(1)) <b>", "[a](javascript:alert(1)) &lt;b&gt;"),
    ],
)
def test_words_in_a_line(text: str, shown: str) -> None:
    assert prose(text) == f'<p dir="auto">{shown}</p>'


@pytest.mark.parametrize("line", ["- a", "`a` **b**", "a\n", "    - a", "| a |\n", "```", "# a"])
def test_whatever_is_written_stays_small_and_quick(line: str) -> None:
    text = "\n".join([line] * 20_000)[:40_000]
    begun = time.process_time()
    made = prose(text)
    assert time.process_time() - begun < 2
    assert len(made) <= heavy(text)
    assert len(made) < 40_000 + 60 * ELEMENTS


def test_an_open_fence_ends_with_the_text() -> None:
    assert prose("```\nend").endswith("<code>end</code></pre>")


def test_a_table_keeps_its_columns() -> None:
    assert '<pre class="block plain" tabindex="0">| a | b |\n|---|---|</pre>' in prose(
        "Look:\n| a | b |\n|---|---|\nDone"
    )


def test_our_sentences_may_be_bold_and_name_a_time() -> None:
    made = sentence("**Cancel** stops it, since <!time:1767225600>.")
    assert "<strong>Cancel</strong>" in made
    assert "01 Jan 2026, 00:00 UTC</time>" in made


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=9), "1 Jan 2026"),
    ],
)
def test_ago(passed: timedelta, words: str) -> None:
    assert ago(NOW - passed, NOW) == words


def test_figures() -> None:
    assert [money(Decimal(one)) for one in ("0", "0.0041", "12.5")] == ["$0.00", "$0.0041", "$12.50"]
    assert money(None) == "unknown"
    assert [counted(1, "file"), counted(2_000, "file")] == ["1 file", "2,000 files"]
    assert [size(10), size(2_048)] == ["10 B", "2.0 kB"]
    assert shortened("abcdef", 4) == "abc…"
    assert clean("a\r\nb\rc\x00\ud800\td") == "a\nb\nc\td"
