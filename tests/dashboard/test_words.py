"""What is written becomes text on a page; figures and times become words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.web.dashboard.prose import inline, prose, sentence
from adapters.web.dashboard.wording import ago, clean, counted, money, shortened, size

NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)


@given(st.text(alphabet=st.sampled_from("<>&\"'`*|~ \nab:!time123"), max_size=80))
def test_nothing_becomes_an_element_but_our_own(text: str) -> None:
    for made in (prose(text), sentence(text), inline(text)):
        rest = str(made)
        for ours in ("pre", "p", "code", "strong", "time"):
            for tag in (f"</{ours}>", f'<{ours} dir="auto">', f"<{ours}>"):
                rest = rest.replace(tag, "")
        for tag in ('<pre class="block" tabindex="0">', '<pre class="block plain" tabindex="0">'):
            rest = rest.replace(tag, "")
        assert "<" not in rest.replace("<time datetime=", "")


def test_code_is_shown_as_code_and_the_rest_as_typed() -> None:
    made = prose("Use **this**:\n\n```python\nx = '<b>'\n```\nand `y<1`.")
    assert '<p dir="auto">Use **this**:</p>' in made
    assert '<pre class="block" tabindex="0"><code>x = &#39;&lt;b&gt;&#39;</code></pre>' in made
    assert "<code>y&lt;1</code>" in made


def test_an_open_fence_ends_with_the_text() -> None:
    assert str(prose("```\nend")).endswith("<code>end</code></pre>")


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
