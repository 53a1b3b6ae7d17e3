"""Words in numbered pieces, and back."""

from __future__ import annotations

import json

from core.bus import LARGEST, written
from core.storage.pieces import SIZE, Joining, Leaving


def pieces_of(leaving: Leaving, *texts: str) -> list[str]:
    for text in texts:
        leaving.put("t", written({"text": text}))
    taken: list[str] = []
    while leaving:
        taken += leaving.take()
    return taken


def heard(joining: Joining, *pieces: str) -> tuple[list[str], bool]:
    """The texts, and whether something was missed."""
    got = [joining.add(piece) for piece in pieces]
    return [word["text"] for one in got for _, word in one.words], any(one.missed for one in got)


def test_small_words_share_a_piece_and_large_ones_are_cut() -> None:
    small = pieces_of(Leaving("a"), *"abc")
    assert (len(small), heard(Joining("b"), *small)) == (1, (["a", "b", "c"], False))
    large = "é€😀" * (LARGEST // 10)
    cut = pieces_of(Leaving("a"), large, "after")
    assert heard(Joining("b"), *cut) == ([large, "after"], False)
    assert all(len(piece.encode()) < 8_000 for piece in cut)
    assert len(cut) == -(-len(large.encode()) // SIZE) == 8


def test_many_words_are_told_in_several_statements() -> None:
    leaving, texts = Leaving("a"), [f"{number} {'x' * 1_000}" for number in range(1_000)]
    for text in texts:
        leaving.put("t", written({"text": text}))
    statements = []
    while leaving:
        statements.append(leaving.take())
    assert len(statements) == 5
    assert heard(Joining("b"), *(piece for some in statements for piece in some)) == (texts, False)


def test_ones_own_words_are_not_heard() -> None:
    assert heard(Joining("a"), *pieces_of(Leaving("a"), "word")) == ([], False)


def test_what_is_told_again_is_heard_once() -> None:
    leaving, joining = Leaving("a"), Joining("b")
    first = pieces_of(leaving, "ha")
    assert heard(joining, *first, *first) == (["ha"], False)
    assert heard(joining, *pieces_of(leaving, "ha"), *first) == (["ha"], False)


def test_a_gap_is_noticed_and_half_a_word_thrown_away() -> None:
    leaving, joining = Leaving("a"), Joining("b")
    large = pieces_of(leaving, "x" * (3 * SIZE))
    assert heard(joining, *large[:2]) == ([], False)
    assert heard(joining, *pieces_of(leaving, "next")) == (["next"], True)
    assert heard(joining, *pieces_of(leaving, "more")) == (["more"], False)


def test_what_was_missed_while_nobody_listened_is_said_once() -> None:
    leaving, joining = Leaving("a"), Joining("b")
    heard(joining, *pieces_of(leaving, "one"))
    pieces_of(leaving, "lost")
    joining.anew()
    assert heard(joining, *pieces_of(leaving, "two")) == (["two"], False)
    pieces_of(leaving, "lost")
    assert heard(joining, *pieces_of(leaving, "three")) == (["three"], True)


def test_one_who_has_told_much_before_is_no_gap() -> None:
    leaving = Leaving("a")
    pieces_of(leaving, "x" * 100_000)
    assert heard(Joining("b"), *pieces_of(leaving, "word")) == (["word"], False)


def test_what_waits_is_bounded_and_what_is_dropped_is_missed() -> None:
    leaving, joining = Leaving("a", waiting=100), Joining("b")
    heard(joining, *pieces_of(leaving, "first"))
    dropped = sum(leaving.put("t", written({"text": f"{number:02}"})) for number in range(10))
    assert 0 < dropped < 10
    texts, missed = heard(joining, *leaving.take())
    assert (texts, missed) == ([f"{number:02}" for number in range(dropped, 10)], True)
    assert leaving.put("t", written({"text": "x" * 1_000})) == 0  # alone it always goes
    assert not heard(joining, *leaving.take())[1]


def test_strange_words_and_what_is_none_of_ours() -> None:
    strange = 'quote " back \\ nul \0 line \u2028 😀'
    assert heard(Joining("b"), *pieces_of(Leaving("a"), strange)) == ([strange], False)
    assert json.loads(written({"text": "half \ud83d"})) == {"text": "half ?"}
    joining = Joining("b")
    for foreign in ("", "hello", "a b c d", "a 1 0", "a 2 0 {", "a 3 0 [1]", 'a 4 0 [["t", 5]]', "a -1 0 []"):
        assert heard(joining, foreign) == ([], False)


def test_senders_are_forgotten_at_last() -> None:
    joining = Joining("b")
    for number in range(3_000):
        heard(joining, *pieces_of(Leaving(f"a{number}"), "word"))
    assert len(joining._senders) == 1_000
