"""Code in pages."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from adapters.shared.code_pages import code_pages


def test_pages_end_with_lines() -> None:
    assert code_pages("aaa\nbbb\nccc\n", 8) == ["aaa\nbbb\n", "ccc\n"]
    assert code_pages("a" * 20, 8) == ["a" * 8, "a" * 8, "a" * 4]
    assert code_pages("", 8) == []


@given(st.text(alphabet="ab\n", max_size=100), st.integers(1, 20))
def test_joined_they_are_the_content(content: str, limit: int) -> None:
    pages = code_pages(content, limit)
    assert "".join(pages) == content
    assert all(0 < len(page) <= limit for page in pages)
