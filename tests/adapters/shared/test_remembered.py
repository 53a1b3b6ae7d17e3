"""The last things are known again, and the oldest forgotten."""

from __future__ import annotations

from adapters.shared.remembered import Remembered


def test_the_same_is_not_first_again() -> None:
    seen = Remembered(3)
    assert seen.first("a", "alias")
    assert not seen.first("a")
    assert not seen.first("other", "alias")
    assert seen.first("b")
    assert seen.first("c")
    assert seen.first("a")
